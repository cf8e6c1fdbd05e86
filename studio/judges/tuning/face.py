"""The judge of faces that generators are tuned on: reads where a face's features stand, never its pixels.

Small fully connected networks on blendshapes and landmarks, taught by other faces than the judge that scores. What pleases
this judge need not please that one, so a generator tuned here is still scored by a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.dense import ensemble_output
from studio.judges.face_finder import FaceFinder
from studio.judges.frames import read_frames
from studio.judges.tuning.face_shapes import face_shape, mirrored
from studio.judges.weights import load_trained, verdict

__all__ = ["NETWORK", "FaceJudge", "shape_logits"]

NETWORK = "shape"
"""Prefix of the networks' arrays."""


class FaceJudge:
    """Reads the expression of the surest face of pictures and films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("tuning/face", folder)
        facts = trained.facts
        self.card: Card = trained.card
        self._weights = trained.weights
        self._finder = FaceFinder()
        self._temperature: float = facts["temperature"]
        self._floor = trained.floor
        self._interval: float = facts["interval_seconds"]
        self._vad_sd = trained.vad_sd

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``; "no reading" if no face is found."""
        marks = self._finder.find(media)
        if marks is None:
            return Reading({}, confidence=0.0, floor=self._floor)
        logits = shape_logits(self._weights, face_shape(marks)[None])[0] + self._weights["offset"]
        probabilities = softmax(logits, self._temperature)
        named = {label: float(p) for label, p in zip(self.card.labels, probabilities, strict=True)}
        return verdict(named, floor=self._floor, vad_sd=self._vad_sd)

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames a fifth of a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._interval, self.read)


def shape_logits(weights: dict[str, np.ndarray], shapes: np.ndarray) -> np.ndarray:
    """Logits ``(n, labels)``, the mean of each face's and its mirror image's.

    Args:
        weights: of the networks, and ``mean`` and ``spread`` of the numbers they take.
        shapes: of ``face_shape`` ``(n, F)``.
    """
    sides = (
        ensemble_output(weights, NETWORK, (side - weights["mean"]) / weights["spread"])
        for side in (shapes, mirrored(shapes))
    )
    mean: np.ndarray = np.mean(list(sides), axis=0)
    return mean
