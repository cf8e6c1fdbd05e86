"""Plain words about a face, such as "brows drawn together, lips pressed", as faders of the face.

Words are looked up in ``assets/heads/words.toml``: each part between commas names one movement, how much of it, and maybe its
side. What is not understood is refused with the nearest description that would have been.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from conditioning.errors import RequestError, nearest
from conditioning.faders import fader_set

__all__ = ["faders_of_words", "known_phrases"]

_USUAL = 0.8
_LONGEST = 2000  # characters of one description
# Words that say nothing of the movement; a word that is neither known nor here makes the part not understood.
_EMPTY = frozenset(
    {
        "a", "an", "and", "the", "with", "more", "than", "in", "his", "her", "their", "its", "is", "are",
        "of", "at", "on", "to", "be", "being", "both", "face", "side", "sides", "into", "as", "if",
        "by", "all", "it", "eyed",
    }
)  # fmt: skip
_SIDES = {"left": -1.0, "right": 1.0}
_OUTER = ("side", "one-sided", "one", "lopsided")


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "words.toml")


@cache
def _meaning() -> dict[str, frozenset[str]]:
    """What each known word can stand for; most stand for one word of the table, some for two."""
    found: dict[str, set[str]] = {}
    for word, others in _table()["same"].items():
        for other in (word, *others):
            found.setdefault(other, set()).add(word)
    for phrase in _table()["phrase"]:
        for word in phrase["all"]:
            found.setdefault(word, set()).add(word)
    return {word: frozenset(meant) for word, meant in found.items()}


def known_phrases() -> tuple[str, ...]:
    """Descriptions that are understood, in the table's own words."""
    return tuple(" ".join(phrase["all"]) for phrase in _table()["phrase"])


def faders_of_words(text: str) -> dict[str, float]:
    """Faders of the face that a description asks for.

    Args:
        text: English, movements parted by commas, "and" or "with"; ``"left"`` and ``"right"`` are the face's own.

    Returns:
        Values by name of the fader set "face"; those that the words say nothing of are left out.

    Raises:
        RequestError: it is too long, or a part is not understood.

    Example:
        >>> faders_of_words("brows drawn together, lips slightly pressed")
        {'au4': 0.8, 'au24': 0.35, 'au23': 0.105}
    """
    if len(text) > _LONGEST:
        raise RequestError(f"The description of the face has {len(text)} characters.", f"Keep to {_LONGEST}.")
    found: dict[str, float] = {}
    for part in _parts(text.lower()):
        for name, value in _read(part).items():
            stronger = max(found.get(name, 0.0), value, key=abs)
            found[name] = round(float(stronger), 4)
    return found


def _parts(text: str) -> list[str]:
    """The movements of a description; "and" or "with" parts two of them where each half is understood by itself."""
    parts: list[str] = []
    for part in re.split(r"[,;.\n]+", text):
        halves = re.split(r"\b(?:and|with)\b", part)
        alone = len(halves) > 1 and all(_phrase(half) is not None for half in halves)
        parts += halves if alone else [part]
    return [part for part in parts if part.strip()]


def _phrase(part: str) -> Mapping[str, Any] | None:
    """The entry of the table with most of its words in a part, or None."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)?", part)
    meant = set().union(*(_meaning().get(word, frozenset()) for word in words))
    fitting = [phrase for phrase in _table()["phrase"] if set(phrase["all"]) <= meant]
    return max(fitting, key=lambda phrase: len(phrase["all"]), default=None)


def _read(part: str) -> dict[str, float]:
    """The faders of one movement.

    Raises:
        RequestError: it is not understood.
    """
    phrase = _phrase(part)
    words = re.findall(r"[a-z]+(?:-[a-z]+)?", part)
    known = {*_meaning(), *_EMPTY, *_table()["degree"], *_SIDES, *_OUTER}
    strange = [word for word in words if word not in known]
    if phrase is None or strange:
        close = nearest(" ".join(words), known_phrases())
        hint = f"Did you mean {close[0]!r}? " if close else ""
        why = f" ({', '.join(strange)})" if strange and phrase is not None else ""
        raise RequestError(
            f"{part.strip()!r} is not understood as a movement of the face{why}.",
            f"{hint}Write for instance 'brows drawn together', 'lips pressed' or 'slightly raised cheeks'.",
        )
    degree = next((_table()["degree"][word] for word in words if word in _table()["degree"]), _USUAL)
    found = {unit: strength * degree for unit, strength in phrase.get("units", {}).items()}
    known_faders = fader_set("face").faders
    for name, value in phrase.get("faders", {}).items():
        neutral = known_faders[name].neutral
        found[name] = neutral + (value - neutral) * degree
    side = next((sign for word, sign in _SIDES.items() if word in words), phrase.get("side", 0.0))
    if "head_yaw" in found or "head_roll" in found:
        # The face's own right is on the picture's left, which is negative for the head.
        found = {name: -abs(value) * side if side else value for name, value in found.items()}
    elif side:
        found["asymmetry"] = side
    return found
