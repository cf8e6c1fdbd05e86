"""What a judge says, and how judges are found.

A judge is a class with ``read(media) -> Reading`` and ``read_over_time(media) -> list[TimedReading]``. Judges are trained
on people and never on what generators make. They register as entry points of the group ``affect.judges``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from conditioning.errors import UnknownNameError
from conditioning.vad import VAD

__all__ = ["Card", "Judge", "Reading", "TimedReading", "load"]

GROUP = "affect.judges"


@dataclass(frozen=True)
class Reading:
    """What a judge says of a piece.

    Args:
        probabilities: of the judge's own labels (lexicon names), summing to 1; empty if it reads axes only.
        vad: the point it reads; None if it reads labels only.
        vad_sd: standard deviation of its error on held-out people, on valence, arousal, dominance; None without.
        confidence: 0..1, calibrated; below ``floor`` there is no reading.
        floor: the judge's stated least confidence.
        disagreement: where several judges voted, 0 if all say the same, 1 if no two have a label in common; None for one judge.
    """

    probabilities: Mapping[str, float]
    vad: VAD | None = None
    vad_sd: tuple[float, float, float] | None = None
    confidence: float = 0.0
    floor: float = 0.0
    disagreement: float | None = None

    @property
    def top(self) -> str:
        """The likeliest label, or ``"no reading"``."""
        if not self.probabilities or self.confidence < self.floor:
            return "no reading"
        return max(self.probabilities, key=lambda name: self.probabilities[name])


@dataclass(frozen=True)
class TimedReading:
    """A reading of a stretch from ``start`` to ``end``, seconds."""

    start: float
    end: float
    reading: Reading


@dataclass(frozen=True)
class Card:
    """How far a judge can be trusted: figures on held-out people, as shipped beside its weights.

    Args:
        name: such as ``"speech"``.
        labels: what it tells apart.
        data: what it was trained on.
        licence: of that data.
        split: how people, songs or pictures were kept apart.
        accuracy: balanced accuracy (mean recall of the classes) on held-out people, 0..1; nan where nobody measured it, as
            with weights from a hub.
        chance: the same of guessing.
        recall: of each label on held-out people, 0..1.
        calibration_error: expected calibration error on held-out people, 0..1; nan likewise.
        command: that rebuilds it.
    """

    name: str
    labels: tuple[str, ...]
    data: str
    licence: str
    split: str
    accuracy: float
    chance: float
    recall: Mapping[str, float]
    calibration_error: float
    command: str

    @property
    def is_measured(self) -> bool:
        """Whether its accuracy is known."""
        return not math.isnan(self.accuracy)

    @property
    def summary(self) -> str:
        """One line for who trained it."""
        if not self.is_measured:
            return f"accuracy not measured, chance {self.chance:.3f}"
        return f"balanced accuracy {self.accuracy:.3f} on held-out people, chance {self.chance:.3f}"


class Judge(Protocol):
    """A judge of one medium."""

    card: Card

    def read(self, media: Any) -> Reading:
        """What the whole piece is read as."""
        ...

    def read_over_time(self, media: Any) -> list[TimedReading]:
        """What its parts are read as."""
        ...


@cache
def load(name: str) -> Judge:
    """The judge of that name, built once a process.

    Raises:
        UnknownNameError: there is none.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        raise UnknownNameError("judge", name, points)
    judge: Judge = points[name].load()()
    return judge
