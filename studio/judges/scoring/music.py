"""The judge of music: which quadrant of valence and arousal listeners would hear in a score.

Its labels are not lexicon names but the quadrants of Russell's circumplex, as listeners gave them to EMOPIA's piano clips:
``Q1`` pleasant and excited, ``Q2`` unpleasant and excited, ``Q3`` unpleasant and calm, ``Q4`` pleasant and calm. A linear
model and a forest of trees hear 253 measures of pace, touch, pedal, dynamics, harmony, key and line, of the whole and of its
windows of ten seconds. The point it reads is the mean of the quadrants' centres, weighted by probability; music judged this way
says nothing about dominance, which is 0. Notes that are no music (too few, random, one pitch alone) get no reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.base import Card, Reading, TimedReading
from studio.judges.media import windows
from studio.judges.music_features import Score
from studio.judges.music_measures import Performance, describe_music, performance_of
from studio.judges.music_model import is_music, quadrant_reading, whole_logits
from studio.judges.weights import load_trained

__all__ = ["MusicJudge"]


class MusicJudge:
    """Reads scores.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("music", folder)
        self.card: Card = trained.card
        self._facts: dict[str, Any] = trained.facts
        self._weights = trained.weights

    def read(self, media: Score) -> Reading:
        """The reading of a whole ``pretty_midi.PrettyMIDI``; "no reading" if its notes are no music."""
        return self.read_performance(performance_of(media))

    def read_over_time(self, media: Score) -> list[TimedReading]:
        """The readings of overlapping windows of ten seconds, from 0 to the end of the last note."""
        performance = performance_of(media)
        length, hop = self._facts["window_seconds"], self._facts["hop_seconds"]
        return [
            TimedReading(start, end, self.read_performance(performance.between(start, end)))
            for start, end in windows(performance.keys.end, length, hop)
        ]

    def read_stretch(self, media: Score, start: float, end: float) -> TimedReading:
        """The reading of the notes that begin in a stretch of time, so that no window hears two emotions.

        Args:
            media: a whole ``pretty_midi.PrettyMIDI``.
            start: seconds.
            end: seconds.
        """
        return TimedReading(start, end, self.read_performance(performance_of(media).between(start, end)))

    def read_performance(self, performance: Performance) -> Reading:
        """The reading of notes that are at hand already."""
        facts = self._facts
        parts = performance.parts(facts["window_seconds"], facts["hop_seconds"], facts["least_notes"])
        rows = [describe_music(part) for part in parts]
        nothing = Reading({}, confidence=0.0, floor=facts["floor"])
        if not rows or is_music(np.stack(rows), self._weights).mean() < 0:
            return nothing
        return quadrant_reading(whole_logits(np.stack(rows), self._weights), facts)
