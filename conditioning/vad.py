"""Valence, arousal and dominance, and the conventions in which others write them.

Inside the studio the three axes are always named, each runs from -1 to 1 with 0 as neutral, and in an array
they stand in this order along the last axis. Elsewhere at least seven ranges and three orders are in use, which is
the commonest silent error of the field; so a foreign triple enters and leaves through a named ``Convention`` only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.errors import EmotionError, UnknownNameError

__all__ = ["AXES", "CONVENTIONS", "VAD", "Convention", "from_convention", "to_convention"]

AXES = ("valence", "arousal", "dominance")


@dataclass(frozen=True)
class VAD:
    """A point in valence (unpleasant to pleasant), arousal (calm to excited), dominance (weak to in control).

    Args:
        valence: -1..1.
        arousal: -1..1.
        dominance: -1..1.

    Raises:
        EmotionError: an axis is not a finite number in -1..1.

    Example:
        >>> VAD(0.76, 0.48, 0.35).scaled(0.5)
        VAD(valence=0.38, arousal=0.24, dominance=0.175)
    """

    valence: float = 0.0
    arousal: float = 0.0
    dominance: float = 0.0

    def __post_init__(self) -> None:
        for axis in AXES:
            value = getattr(self, axis)
            if not np.isfinite(value) or not -1.0 <= value <= 1.0:
                raise EmotionError(f"{axis.capitalize()} is {value:g}.", "Give a number from -1 to 1.")

    @classmethod
    def clipped(cls, valence: float, arousal: float, dominance: float) -> VAD:
        """The nearest point inside the cube of -1..1."""
        return cls(*(min(max(x, -1.0), 1.0) for x in (valence, arousal, dominance)))

    @classmethod
    def from_array(cls, values: np.ndarray) -> VAD:
        """The point of an array ``(3,)`` in the order of ``AXES``, clipped to the cube."""
        valence, arousal, dominance = (float(x) for x in values)
        return cls.clipped(valence, arousal, dominance)

    def array(self) -> np.ndarray:
        """Float64 ``(3,)`` in the order of ``AXES``."""
        return np.array([self.valence, self.arousal, self.dominance])

    def scaled(self, factor: float) -> VAD:
        """The point moved along its ray from neutral, clipped to the cube."""
        return VAD.from_array(self.array() * factor)

    def opposed(self) -> VAD:
        """The point mirrored at neutral."""
        return VAD(-self.valence, -self.arousal, -self.dominance)

    def distance(self, other: VAD) -> float:
        """Euclidean distance, 0..2√3."""
        return float(np.linalg.norm(self.array() - other.array()))


@dataclass(frozen=True)
class Convention:
    """A way others write the three axes.

    Args:
        name: how the studio calls it.
        axes: axis names in the order of that source; an absent axis is neutral.
        low: value that means -1.
        high: value that means 1.
        source: where the convention comes from.
    """

    name: str
    axes: tuple[str, ...]
    low: float
    high: float
    source: str


_VA = ("valence", "arousal")
_ADV = ("arousal", "dominance", "valence")
_APD = ("arousal", "valence", "dominance")

# Source of every line: the table of ranges and axis orders cited in docs/emotion.md.
CONVENTIONS: Mapping[str, Convention] = {
    c.name: c
    for c in (
        Convention("studio", AXES, -1.0, 1.0, "this project"),
        Convention("unit", AXES, 0.0, 1.0, "EmoTra-TTS"),
        Convention("audeering", _ADV, 0.0, 1.0, "wav2vec2 msp-dim model card"),
        Convention("emotionml", _APD, 0.0, 1.0, "W3C EmotionML vocabularies, pad-dimensions"),
        Convention("emobank", AXES, 1.0, 5.0, "Buechel & Hahn 2017"),
        Convention("sam7", AXES, 1.0, 7.0, "MSP-Podcast"),
        Convention("sam9", AXES, 1.0, 9.0, "Warriner, Kuperman & Brysbaert 2013"),
        Convention("oasis", _VA, 1.0, 7.0, "Kurdi, Lozano & Banaji 2017"),
        Convention("affectnet", _VA, -1.0, 1.0, "Mollahosseini et al. 2017"),
        Convention(
            "mary", ("arousal", "valence", "dominance"), -100.0, 100.0, "MARY TTS emotion-to-mary.xsl"
        ),
        Convention("percent", AXES, -100.0, 100.0, "pleasure-arousal-dominance times 100"),
        Convention("sam7-centred", AXES, -3.0, 3.0, "seven-point scales about zero"),
    )
}


def from_convention(values: Sequence[float] | Mapping[str, float], convention: str) -> VAD:
    """The point that a foreign triple means.

    Args:
        values: numbers in the convention's order, or named by axis (an absent axis is neutral).
        convention: a key of ``CONVENTIONS``.

    Raises:
        UnknownNameError: there is no such convention.
        EmotionError: a wrong count of numbers, or one outside the convention's range.

    Example:
        >>> from_convention([8.21, 5.55, 7.0], "sam9")
        VAD(valence=0.8025, arousal=0.1375, dominance=0.5)
    """
    rule = _convention(convention)
    if not isinstance(values, Mapping):
        if len(values) != len(rule.axes):
            raise EmotionError(
                f"{len(values)} numbers were given, convention {convention!r} has {len(rule.axes)}.",
                f"Give {', '.join(rule.axes)} in this order, each {rule.low:g} to {rule.high:g}.",
            )
        values = dict(zip(rule.axes, values, strict=True))
    middle, half = (rule.low + rule.high) / 2, (rule.high - rule.low) / 2
    point = {}
    for axis, value in values.items():
        if axis not in rule.axes:
            raise UnknownNameError("axis", axis, rule.axes)
        if not rule.low <= value <= rule.high:
            raise EmotionError(
                f"{axis.capitalize()} is {value:g} in convention {convention!r}.",
                f"Give a number from {rule.low:g} to {rule.high:g}.",
            )
        point[axis] = round((value - middle) / half, 12)
    return VAD(**point)


def to_convention(point: VAD, convention: str) -> dict[str, float]:
    """The axes of a point by name, in the convention's order and range.

    Args:
        point: a point of the studio.
        convention: a key of ``CONVENTIONS``.

    Raises:
        UnknownNameError: there is no such convention.

    Example:
        >>> to_convention(VAD(0.5, -0.5, 0.0), "audeering")
        {'arousal': 0.25, 'dominance': 0.5, 'valence': 0.75}
    """
    rule = _convention(convention)
    middle, half = (rule.low + rule.high) / 2, (rule.high - rule.low) / 2
    return {axis: middle + half * getattr(point, axis) for axis in rule.axes}


def _convention(name: str) -> Convention:
    if name not in CONVENTIONS:
        raise UnknownNameError("convention", name, CONVENTIONS)
    return CONVENTIONS[name]
