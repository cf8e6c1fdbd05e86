"""A text as checksums of its words, pairs of words and groups of letters, in any script.

Groups of one to five letters within a word carry stems and endings where a language bends its words, and characters
where it writes without spaces. Vowel signs that stand on a letter belong to the word (the regular expression for a
word character leaves those of Devanagari out). A gram is known by the CRC-32 of its spelling, so no list of words is kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

__all__ = ["checksums", "grams", "known_values"]

_MARKS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"  # accents; Devanagari's signs
_WORD = re.compile(rf"[\w{_MARKS}]+(?:['\u2019]\w+)?|[^\w\s]")


def grams(text: str, longest: int) -> Iterator[str]:
    """Every word, pair of words and group of 1 to ``longest`` letters within a word, as often as it occurs.

    Args:
        text: upper and lower case are one.
        longest: letters in a group; a word's start and end count as one each.
    """
    found = _WORD.findall(text.lower())
    yield from (f"w:{word}" for word in found)
    yield from (f"b:{first} {second}" for first, second in pairwise(found))
    for word in found:
        yield from (f"c:{letter}" for letter in word)
        framed = f"<{word}>"
        for size in range(2, longest + 1):
            yield from (f"c:{framed[at : at + size]}" for at in range(len(framed) - size + 1))


def checksums(text: str, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """The checksums of a text's grams, rising, uint32 ``(k,)``, and how often each occurs ``(k,)``.

    Args:
        text: to be read.
        longest: letters in a group.
    """
    found = np.array([zlib.crc32(gram.encode()) for gram in grams(text, longest)], np.uint32)
    each, counts = np.unique(found, return_counts=True)
    return each, counts


def known_values(
    each: np.ndarray, counts: np.ndarray, known: np.ndarray, rarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places in a list of those of a text's grams that the list knows ``(k,)``, and their values ``(k,)``.

    A value is ``(1 + ln count) * rarity``; the values of a text have length 1 unless it has no known gram.

    Args:
        each: checksums from ``checksums``.
        counts: of them.
        known: checksums that a table knows, rising, ``(B,)``.
        rarity: how much each of those counts ``(B,)``.
    """
    places = np.minimum(np.searchsorted(known, each), len(known) - 1)
    met = known[places] == each
    places = places[met]
    values = (1 + np.log(counts[met])) * rarity[places]
    return places, values / max(float(np.linalg.norm(values)), 1e-9)
