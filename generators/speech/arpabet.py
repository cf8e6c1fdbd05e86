"""Sentences as phones of ARPAbet, for engines that read those."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from generators.speech.reading import Sentence

__all__ = ["ArpabetPhone", "arpabet", "arpabet_units"]

_STRESSES = {"ˈ": 1, "ˌ": 2}
_RHOTIC = {"ɜ", "ə"}  # with an r after them they are one vowel


@dataclass(frozen=True)
class ArpabetPhone:
    """A phone or a mark of punctuation.

    Args:
        token: of the network, such as ``"AH0"``.
        symbol: letter of the built-in voice's alphabet.
        group: of the sentence's groups of phonemes, the one it belongs to.
        stress: 0, 1 or 2.
        vowel: whether it is one.
        silent: whether it is punctuation.
    """

    token: str
    symbol: str
    group: int
    stress: int = 0
    vowel: bool = False
    silent: bool = False


def arpabet(sentence: Sentence, known: Collection[str]) -> list[ArpabetPhone]:
    """The phones of a sentence; what the network does not know is left out.

    Args:
        sentence: as the built-in voice reads it.
        known: the network's tokens.
    """
    found: list[ArpabetPhone] = []
    for number, group in enumerate(sentence.groups):
        found += [phone for phone in _group(group, number) if phone.token in known]
    return found


def arpabet_units() -> dict[str, float]:
    """Semitones of a unit of F0, and units of energy of one of effort."""
    return dict(_table()["units"])


def _group(letters: str, number: int) -> list[ArpabetPhone]:
    table = _table()
    found: list[ArpabetPhone] = []
    stress, at = 0, 0
    while at < len(letters):
        letter, following = letters[at], letters[at + 1 : at + 2]
        if letter in _STRESSES:
            stress = _STRESSES[letter]
        elif letter in table["vowels"]:
            rhotic = letter in _RHOTIC and following == "ɹ"
            name = "ER" if rhotic else table["vowels"][letter]
            found.append(ArpabetPhone(f"{name}{stress}", letter + "ɹ" * rhotic, number, stress, vowel=True))
            stress, at = 0, at + rhotic
        elif letter in table["consonants"]:
            found.append(ArpabetPhone(table["consonants"][letter], letter, number))
        elif letter in table["marks"]:
            found.append(ArpabetPhone(table["marks"][letter], letter, number, silent=True))
        at += 1
    return found


@cache
def _table() -> dict[str, Any]:
    return asset_table("voices", "arpabet.toml")
