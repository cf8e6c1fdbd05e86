"""Scales, chords and keys: the grammar file as types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset_table

__all__ = [
    "Chord",
    "Numeral",
    "grammar",
    "is_major",
    "make_chord",
    "mode_of",
    "numerals",
    "quality",
    "scale",
    "tonic_chord",
]

_LETTERS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")


@cache
def grammar() -> Mapping[str, Any]:
    """The tables of ``assets/music/grammar.toml``."""
    return asset_table("music", "grammar.toml")


def scale(mode: str) -> tuple[int, ...]:
    """Semitones of a mode's seven degrees over its tonic."""
    return tuple(grammar()["modes"][mode])


def quality(name: str) -> tuple[int, ...]:
    """Semitones of a chord's notes over its root."""
    return tuple(grammar()["qualities"][name])


def is_major(mode: str) -> bool:
    """Whether the mode has a major third."""
    return scale(mode)[2] == 4


def mode_of(value: float) -> str:
    """The mode of a value of the mode fader, -1..1."""
    return next(name for name, edge in grammar()["mode_up_to"].items() if value < edge)


@dataclass(frozen=True)
class Numeral:
    """A chord of the grammar.

    Args:
        name: roman numeral.
        root: semitones over the tonic.
        quality: key of the grammar's qualities.
        function: ``"T"``, ``"S"`` or ``"D"``.
        weight: how common it is.
        tension: 0 at rest to 1.
    """

    name: str
    root: int
    quality: str
    function: str
    weight: float
    tension: float


@cache
def numerals(table: str, mode: str) -> tuple[Numeral, ...]:
    """The chords of a mode: ``table`` is ``"chords"`` (by mode) or ``"borrowed"`` (by ``"major"``, ``"minor"``)."""
    return tuple(Numeral(*row) for row in grammar()[table][mode])


@dataclass(frozen=True)
class Chord:
    """A chord in a key.

    Args:
        name: roman numeral.
        root: semitones over the tonic.
        quality: key of the grammar's qualities.
        function: ``"T"``, ``"S"`` or ``"D"``.
        scale: the mode with the degrees that this chord alters.
        tonic: pitch class of the key.
    """

    name: str
    root: int
    quality: str
    function: str
    scale: tuple[int, ...]
    tonic: int

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes of its notes, root first."""
        return tuple((self.tonic + self.root + k) % 12 for k in quality(self.quality))

    @property
    def symbol(self) -> str:
        """As lead sheets write it, such as ``"Bbm7"``."""
        return _LETTERS[(self.tonic + self.root) % 12] + str(grammar()["symbols"][self.quality])

    def pitch(self, index: int) -> int:
        """MIDI pitch of a place on the diatonic grid; 35 is the tonic at or over 60."""
        return 12 * (index // 7) + self.tonic + self.scale[index % 7]


def make_chord(numeral: Numeral, mode: str, tonic: int) -> Chord:
    """The numeral in a key, its scale bent so that it holds the chord's notes."""
    degrees = list(scale(mode))
    kept = [(numeral.root + k) % 12 for k in quality(numeral.quality)]
    for note in kept:
        if note in degrees:
            continue
        for i in sorted(range(1, 7), key=lambda i: abs(degrees[i] - note)):
            above = degrees[i + 1] if i < 6 else 12
            if degrees[i] not in kept and degrees[i - 1] < note < above:
                degrees[i] = note
                break
    return Chord(numeral.name, numeral.root, numeral.quality, numeral.function, tuple(degrees), tonic)


def tonic_chord(mode: str, tonic: int) -> Chord:
    """The key's own triad."""
    return make_chord(next(n for n in numerals("chords", mode) if n.root == 0), mode, tonic)
