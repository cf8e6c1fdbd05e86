"""The judge of pictures that generators are tuned on: valence and arousal from colour, light, texture and shape alone.

It shares neither pictures nor ways of seeing with the judges that score: a quarter of OASIS, half of BASS and plain colours
rated by people, seen through measures without any learned network, and read by a ridge regression. It reads much less than
they do; what it is for is the direction in which a change of colour or form moves a feeling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.frames import read_frames
from studio.judges.picture_features import legible, measure
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities
from studio.judges.tuning.picture_shapes import shapes
from studio.judges.weights import load_trained

__all__ = ["TuningPictureJudge", "measures", "tuned_points"]


class TuningPictureJudge:
    """Reads pictures and frames of films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("tuning/picture", folder)
        facts = trained.facts
        self.card: Card = trained.card
        self._weights = trained.weights
        self._floor = trained.floor
        self._interval: float = facts["interval_seconds"]
        self._vad_sd = trained.vad_sd

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``."""
        point = tuned_points(measures(media)[None], self._weights)[0]
        probabilities = quadrant_probabilities(point[None], self._vad_sd)[0]
        named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
        trust = float(legible(media))
        vad = VAD.clipped(float(point[0]), float(point[1]), 0.0)
        return Reading(named, vad, self._vad_sd, trust * float(probabilities.max()), self._floor)

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames half a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._interval, self.read)


def measures(picture: np.ndarray) -> np.ndarray:
    """Colour, light, texture, composition and shape of a picture, float64 ``(50,)``.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
    """
    return np.concatenate([measure(picture), shapes(picture)])


def tuned_points(seen: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Valence and arousal ``(n, 2)``, about -1..1.

    Args:
        seen: rows of ``measures``, ``(n, 50)``.
        weights: ``mean``, ``spread`` (50,), ``limit`` (1,) in spreads, ``slope`` (50, 2), ``offset`` (2,).
    """
    standard = (seen - weights["mean"]) / weights["spread"]
    limit = float(weights["limit"][0])
    points: np.ndarray = np.clip(standard, -limit, limit) @ weights["slope"] + weights["offset"]
    return points
