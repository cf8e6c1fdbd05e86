"""A piece as it is played and as it sounds, and everything measured of its notes in one row of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from studio.judges.media import windows
from studio.judges.music_features import FEATURES, Notes, Score, measure, notes_of, pedalled_notes_of
from studio.judges.music_harmony import HARMONY_FEATURES, harmony
from studio.judges.music_motion import MOTION_FEATURES, motion

__all__ = ["MUSIC_FEATURES", "Performance", "describe_music", "performance_of"]

MUSIC_FEATURES = (
    *FEATURES,
    *(f"harmony: {name}" for name in HARMONY_FEATURES),
    *(f"motion: {name}" for name in MOTION_FEATURES),
)


@dataclass(frozen=True)
class Performance:
    """Notes of a piece.

    Args:
        keys: as long as the keys are held.
        sounding: the same notes as long as they sound, which the pedal may lengthen.
    """

    keys: Notes
    sounding: Notes

    def between(self, start: float, end: float) -> Performance:
        """The notes that begin in a stretch of time, cut at its end; their times count from its start."""
        keys, sounding = (notes.between(start, end).earlier(start) for notes in (self.keys, self.sounding))
        return Performance(keys, sounding)

    def parts(self, length: float, hop: float, least_notes: int) -> Iterator[Performance]:
        """The whole, then its windows; those with too few notes are left out."""
        stretches = windows(self.keys.end, length, hop)
        candidates = [self, *(self.between(*s) for s in stretches)] if len(stretches) > 1 else [self]
        return (part for part in candidates if len(part.keys) >= least_notes)


def performance_of(score: Score) -> Performance:
    """The performance in a ``pretty_midi.PrettyMIDI``; drums are left out."""
    return Performance(notes_of(score), pedalled_notes_of(score))


def describe_music(performance: Performance) -> np.ndarray:
    """The numbers named by ``MUSIC_FEATURES``, float64.

    Raises:
        ValueError: there are fewer than two notes.
    """
    keys, sounding = performance.keys, performance.sounding
    return np.concatenate([measure(keys), harmony(sounding), motion(keys, sounding)])
