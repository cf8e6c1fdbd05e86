"""When words sound in models that read letter by letter and tell how long each symbol lasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.base import Phone, Word
from generators.speech.estimate import Estimate
from generators.speech.letters import sounds, weight
from generators.speech.told_words import ToldWords

__all__ = ["letter_places", "said_at"]


def letter_places(letters: Sequence[int], count: int, *, blanks: bool) -> list[slice]:
    """Which symbols each word is read as; empty ones where the letters do not account for all symbols.

    Args:
        letters: of each word, 0 for one that is not read; a space stands between two.
        count: symbols of the whole text.
        blanks: whether a blank stands before, between and after all symbols.

    Example:
        >>> letter_places([2, 1], 9, blanks=True)
        [slice(1, 5, None), slice(7, 9, None)]
    """
    step = 2 if blanks else 1
    begins, at = [], 0
    for size in letters:
        begins.append(at)
        at += size + 1 if size else 0
    whole = step * max(at - 1, 0) + (1 if blanks else 0)
    if whole != count:
        return [slice(0, 0)] * len(letters)
    edge = step - 1
    return [
        slice(edge + step * first, edge + step * (first + size)) if size else slice(0, 0)
        for first, size in zip(begins, letters, strict=True)
    ]


def said_at(told: ToldWords, places: Sequence[slice], ends: np.ndarray, language: str) -> Estimate | None:
    """Words at the times that their letters' durations give, each shared by its sounds; None where a word has no place.

    Args:
        told: the words.
        places: of each word among the symbols.
        ends: seconds at which each symbol ends.
        language: such as ``"de"``.
    """
    if not told.text or any(
        part and place.stop <= place.start for place, part in zip(places, told.heard, strict=True)
    ):
        return None
    words: list[Word] = []
    owners: list[int] = []
    phones: list[Phone] = []
    for number, (text, heard, place) in enumerate(zip(told.words, told.heard, places, strict=True)):
        if place.stop <= place.start:
            continue
        start, end = float(ends[place.start - 1]) if place.start else 0.0, float(ends[place.stop - 1])
        words.append(Word(text, start, end))
        owners.append(number)
        found = sounds(heard, language)
        shares = np.cumsum([0.0, *(weight(symbol) for symbol in found)])
        borders = start + (end - start) * shares / max(float(shares[-1]), 1e-9)
        phones += [Phone(s, float(a), float(b)) for s, a, b in zip(found, borders, borders[1:], strict=False)]
    return Estimate(tuple(words), tuple(owners), tuple(phones))
