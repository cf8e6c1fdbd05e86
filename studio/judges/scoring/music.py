"""The judge of music: which quadrant of valence and arousal listeners would hear in a score.

Its labels are not lexicon names but the quadrants of Russell's circumplex, as listeners gave them to EMOPIA's piano clips:
``Q1`` pleasant and excited, ``Q2`` unpleasant and excited, ``Q3`` unpleasant and calm, ``Q4`` pleasant and calm. A
multinomial logistic regression on the measures of ``studio.judges.music_features`` tells them apart. The point it reads is the
mean of the quadrants' centres, weighted by probability; music judged this way says nothing about dominance, which is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.media import windows
from studio.judges.music_features import Notes, Score, measure, notes_of
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights

__all__ = ["MusicJudge", "quadrant_logits"]


class MusicJudge:
    """Reads scores.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or judge_folder("music")
        facts = load_facts(folder)
        self.card: Card = load_card(folder)
        self._weights = load_weights(folder)
        self._temperature: float = facts["temperature"]
        self._floor: float = facts["floor"]
        self._centre: float = facts["quadrant_centre"]
        self._least_notes: int = facts["least_notes"]
        self._window: tuple[float, float] = (facts["window_seconds"], facts["hop_seconds"])
        sd = facts["vad_sd"]
        self._vad_sd = (float(sd[0]), float(sd[1]), float(sd[2]))

    def read(self, media: Score) -> Reading:
        """The reading of a whole ``pretty_midi.PrettyMIDI``; "no reading" if it holds next to no pitched notes."""
        return self._reading(notes_of(media))

    def read_over_time(self, media: Score) -> list[TimedReading]:
        """The readings of overlapping windows of ten seconds, from 0 to the end of the last note."""
        notes = notes_of(media)
        length, hop = self._window
        return [
            TimedReading(start, end, self._reading(notes.between(start, end)))
            for start, end in windows(notes.end, length, hop)
        ]

    def read_stretch(self, media: Score, start: float, end: float) -> TimedReading:
        """The reading of the notes that begin in a stretch of time, so that no window hears two emotions.

        Args:
            media: a whole ``pretty_midi.PrettyMIDI``.
            start: seconds.
            end: seconds.
        """
        return TimedReading(start, end, self._reading(notes_of(media).between(start, end)))

    def _reading(self, notes: Notes) -> Reading:
        if len(notes) < self._least_notes:
            return Reading({}, confidence=0.0, floor=self._floor)
        logits = quadrant_logits(measure(notes)[None], self._weights)[0]
        probabilities = softmax(logits, self._temperature)
        point = VAD.from_array(self._centre * probabilities @ QUADRANT_SIGNS)
        named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
        return Reading(named, point, self._vad_sd, float(probabilities.max()), self._floor)


def quadrant_logits(measures: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Logits ``(n, 4)`` of measures ``(n, features)``.

    Args:
        measures: rows of ``studio.judges.music_features.measure``.
        weights: ``mean``, ``spread`` (features,), ``limit`` (1,) in spreads, ``slope`` (features, 4), ``offset`` (4,).

    A measure far outside what was heard in training counts as no further out than ``limit`` spreads.
    """
    standard = (measures - weights["mean"]) / weights["spread"]
    limit = float(weights["limit"][0])
    logits: np.ndarray = np.clip(standard, -limit, limit) @ weights["slope"] + weights["offset"]
    return logits
