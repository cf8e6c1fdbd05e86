"""Rough speech sounds from letters, for lips, where an engine does not say which phones it speaks."""

from __future__ import annotations

import unicodedata
from functools import cache

from conditioning.assets import asset_table

__all__ = ["sounds", "weight"]

_LONG = 1.6  # a vowel lasts about so many consonants


def sounds(word: str, language: str) -> list[str]:
    """IPA-like classes of a written word's sounds, by the longest letter groups of its language.

    Args:
        word: with or without punctuation.
        language: such as ``"de"``.

    Example:
        >>> sounds("Schön!", "de")
        ['ʃ', 'ø', 'n']
    """
    table = _letters(language)
    text = unicodedata.normalize("NFC", word.casefold())
    found: list[str] = []
    at = 0
    while at < len(text):
        for size in (3, 2, 1):
            piece = text[at : at + size]
            if len(piece) == size and piece in table:
                found += _apart(table[piece])
                at += size
                break
        else:
            if text[at].isalpha():
                found.append(text[at])
            elif text[at].isdigit():
                found += ["s", "ɛ", "n"]  # some number word; which one is not known here
            at += 1
    return found


def weight(sound: str) -> float:
    """How long a sound lasts against a consonant."""
    return _LONG if sound[0] in str(_tables()["all"]["vowels"]) else 1.0


def _apart(text: str) -> list[str]:
    """A string of IPA as single sounds, length marks and second parts of diphthongs kept with their first."""
    found: list[str] = []
    vowels = str(_tables()["all"]["vowels"])
    for symbol in text:
        diphthong = found and found[-1] in ("a", "e", "ə", "ɔ") and symbol in "ɪʊʏ"
        if found and (symbol == "ː" or diphthong or (found[-1] in ("t", "d") and symbol in "ʃʒ")):
            found[-1] += symbol
        else:
            found.append(symbol)
    return [symbol for symbol in found if symbol.strip() and (symbol[0].isalpha() or symbol in vowels)]


@cache
def _tables() -> dict[str, dict[str, object]]:
    return asset_table("voices", "letters.toml")


@cache
def _letters(language: str) -> dict[str, str]:
    own = _tables().get(language, {}).get("letters", {})
    every = _tables()["all"]["letters"]
    assert isinstance(every, dict) and isinstance(own, dict)
    return {unicodedata.normalize("NFC", key): str(value) for key, value in {**every, **own}.items()}
