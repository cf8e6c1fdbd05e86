"""The characters of the built-in voice, read from assets/voices/voices.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError

__all__ = ["Cast", "Character", "cast"]


@dataclass(frozen=True)
class Character:
    """Someone whom the voice can play.

    Args:
        name: in small letters.
        sex: ``"female"`` or ``"male"``.
        age: ``"child"``, ``"young"``, ``"adult"`` or ``"old"``.
        description: one sentence.
        faders: what is added to each fader of the set ``prosody`` (multiplied where its law is ``"factor"``).
        timbre: decibels at the frequencies of ``Cast.timbre_hertz``; empty for none.
        limits: ``(low, high)`` of a fader after character and emotion, narrower than everybody's, so that no emotion turns
            the character into another one.
        shares: how much of what an emotion asks of a fader counts in this voice, 0..1; all of it where none is named. A high
            voice has little room above, and bounds alone would make all lively emotions equally high.
    """

    name: str
    sex: str
    age: str
    description: str
    faders: Mapping[str, float] = field(default_factory=dict)
    timbre: Sequence[float] = ()
    limits: Mapping[str, Sequence[float]] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Cast:
    """All characters, the bounds of what they may do, and how much one sentence differs from the next.

    Args:
        characters: in the file's order.
        default: name of the one who speaks if nobody was chosen.
        limits: ``(low, high)`` of a fader after character and emotion.
        variation: standard deviation of a fader from sentence to sentence at full intensity.
        timbre_hertz: frequencies at which a character's timbre is given.
    """

    characters: tuple[Character, ...]
    default: str
    limits: Mapping[str, tuple[float, float]]
    variation: Mapping[str, float]
    timbre_hertz: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the file's order."""
        return tuple(character.name for character in self.characters)

    def __getitem__(self, name: str) -> Character:
        wanted = name.casefold() or self.default
        for character in self.characters:
            if character.name == wanted:
                return character
        raise UnknownNameError("voice", name, self.names)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.casefold() in self.names


@cache
def cast() -> Cast:
    """The shipped characters."""
    table = asset_table("voices", "voices.toml")
    characters = tuple(Character(**row) for row in table["voice"])
    limits = {name: (float(low), float(high)) for name, (low, high) in table["limits"].items()}
    return Cast(characters, table["default"], limits, table["variation"], tuple(table["timbre"]["hertz"]))
