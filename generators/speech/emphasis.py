"""Emphasis on single words: which words have it, and what it does to their prosody."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.faders import fader_set
from generators.speech.prosody import Controls

__all__ = ["emphasised", "without_signs", "written_emphasis"]

_OPENS = re.compile(r"^[\"“‘'(\[«]*(?P<sign>\*{1,3}|_{1,3})(?=[^\W_])")
_CLOSES = re.compile(r"[^\W_][.,;:!?…\"”’')\]»]*(?P<sign>\*{1,3}|_{1,3})[.,;:!?…\"”’')\]»—–-]*$")
_MOST_WORDS = 12  # between a pair of signs; farther apart they are not a pair
_ITALIC, _BOLD, _CAPITALS, _SHOUTED = 1.0, 1.6, 1.0, 0.6


def written_emphasis(
    words: Sequence[str], known: Callable[[str], bool], acronym: Callable[[str], bool]
) -> list[float]:
    """The emphasis of each word of a sentence as its writing tells: *italics*, **bold**, CAPITALS.

    Args:
        words: as written.
        known: whether a word in small letters is in the dictionary.
        acronym: whether a word in capitals is one.

    Returns:
        Degrees as SSML's in assets/ssml/labels.toml, 0 without emphasis.

    Example:
        >>> written_emphasis("I *really* mean it NOW".split(), lambda word: True, lambda word: False)
        [0.0, 1.0, 0.0, 0.0, 1.0]
    """
    letters = [re.sub(r"[\W_]", "", word) for word in words]
    capitals = [len(word) > 1 and word.isalpha() and word.isupper() for word in letters]
    small = sum(word.isalpha() and not word.isupper() for word in letters)
    shouted = sum(capitals) >= 2 and sum(capitals) > small
    found = [0.0] * len(words)
    for i, (word, capital) in enumerate(zip(letters, capitals, strict=True)):
        if capital and known(word.casefold()) and (shouted or not acronym(word)):
            found[i] = _SHOUTED if shouted else _CAPITALS
    for first, last, degree in _pairs(words):
        for i in range(first, last + 1):
            found[i] = max(found[i], degree)
    return found


def without_signs(words: Sequence[str]) -> list[str]:
    """Words without the signs of their emphasis; signs that are no pair stay.

    Example:
        >>> without_signs(["*very", "much*,", "*)"])
        ['very', 'much,', '*)']
    """
    found = list(words)
    for first, last, _ in _pairs(words):
        opened = _OPENS.match(found[first])
        if opened:
            found[first] = found[first][: opened.start("sign")] + found[first][opened.end("sign") :]
        closed = _CLOSES.search(found[last])
        if closed:
            found[last] = found[last][: closed.start("sign")] + found[last][closed.end("sign") :]
    return found


def emphasised(controls: Controls, degrees: Sequence[float]) -> Controls:
    """Controls along an axis with the emphasis of each of its places; untouched where there is none.

    Args:
        controls: along n places.
        degrees: of n places.
    """
    degree = np.asarray(degrees, float)
    if not degree.any():
        return controls
    faders = fader_set("prosody").faders
    values = dict(controls.values)
    for name, amount in _table()["emphasis"].items():
        fader = faders[name]
        moved = values[name] * amount**degree if fader.law == "factor" else values[name] + amount * degree
        low, high = np.minimum(values[name], fader.low), np.maximum(values[name], fader.high)
        values[name] = np.where(degree == 0, values[name], np.clip(moved, low, high))
    return Controls(values)


def _pairs(words: Sequence[str]) -> list[tuple[int, int, float]]:
    """First and last word between two signs of a pair, and the degree."""
    found: list[tuple[int, int, float]] = []
    at = 0
    while at < len(words):
        opened = _OPENS.match(words[at])
        if opened:
            for end in range(at, min(at + _MOST_WORDS, len(words))):
                closed = _CLOSES.search(words[end])
                if (
                    closed
                    and closed["sign"] == opened["sign"]
                    and not (end == at and closed.end() <= opened.end())
                ):
                    found.append((at, end, _ITALIC if len(opened["sign"]) == 1 else _BOLD))
                    at = end
                    break
        at += 1
    return found


@cache
def _table() -> dict[str, Any]:
    return asset_table("voices", "delivery.toml")
