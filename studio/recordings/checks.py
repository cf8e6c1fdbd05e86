"""What is measured of a voice before and after it was changed: who speaks, and what both speech judges read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np

from generators.base import Audio
from studio.judges import base
from studio.judges.base import Reading
from studio.judges.voice import VoiceJudge
from studio.quality.speaker import People, people, similarity

__all__ = ["JUDGES", "Likeness", "likeness", "readings", "readings_record", "tuning_judge"]

JUDGES = ("scoring", "tuning")
"""The two speech judges, which share neither speakers nor measures."""

_LONG = 8.0  # seconds from which a recording is held against people's longer ones


@dataclass(frozen=True)
class Likeness:
    """How alike two voices are, beside how alike people's are.

    Args:
        before: the two halves of the original, the same person for sure; NaN where a half is too short to say.
        after: the original and the result.
        same: people's median, one person.
        different: people's median, two people of one sex.
        threshold: above it two recordings are taken for one person.
    """

    before: float
    after: float
    same: float
    different: float
    threshold: float

    @property
    def same_person(self) -> bool:
        """Whether the network takes both for one person."""
        return self.after > self.threshold


def likeness(original: Audio, result: Audio) -> Likeness:
    """Whether the one who speaks is still the same.

    Args:
        original: the recording.
        result: what was made of it.
    """
    known: People = people(original.duration >= _LONG)
    half = len(original.samples) // 2
    halves = [Audio(part, original.sample_rate) for part in np.split(original.samples, [half])]
    before = similarity(*halves) if original.duration >= 2.0 else float("nan")
    return Likeness(before, similarity(original, result), known.same, known.different, known.threshold)


def readings(sound: Audio) -> dict[str, Reading]:
    """What both speech judges read, by family."""
    return {"scoring": base.load("speech").read(sound), "tuning": tuning_judge().read(sound)}


def readings_record(found: dict[str, Reading]) -> dict[str, Any]:
    """Readings as plain values."""
    return {
        family: {
            "read": reading.top,
            "probabilities": {name: round(share, 4) for name, share in reading.probabilities.items()},
            "vad": {axis: round(x, 4) for axis, x in asdict(reading.vad).items()} if reading.vad else None,
            "confidence": round(reading.confidence, 4),
        }
        for family, reading in found.items()
    }


@cache
def tuning_judge() -> VoiceJudge:
    """The speech judge of the tuning family, built once a process."""
    from studio.judges.tuning.speech import TuningSpeechJudge

    return TuningSpeechJudge()
