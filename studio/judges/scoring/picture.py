"""The judge of pictures: the valence and arousal that viewers would give a still picture.

It remembers pictures that people rated, photographs of OASIS and silhouettes of BASS, by measures of colour, light, texture
and composition and by four layers of a network that was trained to name things. A new picture is felt as those that it
resembles are (kernel ridge regression). From point and error follow the probabilities of the four quadrants. Dominance is
always 0: the viewers were not asked for it.

The judge knows what it was not made for. An even colour or noise has no reading, and where a picture shows no thing at all,
as an abstract one does, its confidence sinks below the floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from conditioning.vad import VAD
from external.onnx import open_network
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.frames import read_frames
from studio.judges.picture_features import legible, measure
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities
from studio.judges.weights import judge_folder, load_trained

__all__ = ["PictureEyes", "PictureJudge", "Sight", "points_of", "shares_of"]

_SIDE = 224


@dataclass(frozen=True)
class Sight:
    """What the judge makes of one picture before it speaks.

    Args:
        point: valence and arousal ``(2,)``, about -1..1.
        shown: probability that the picture shows a thing or a place rather than bare colour and form, 0..1.
        legible: whether there is anything to see.
        seen: what the eyes saw, a row of ``PictureEyes.see``.
    """

    point: np.ndarray
    shown: float
    legible: bool
    seen: np.ndarray


class PictureJudge:
    """Reads pictures and frames of films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("picture", folder)
        facts = trained.facts
        self.card: Card = trained.card
        self._weights = trained.weights
        self._eyes = PictureEyes()
        self._floor = trained.floor
        self._interval: float = facts["interval_seconds"]
        self.vad_sd = trained.vad_sd

    def see(self, picture: np.ndarray) -> Sight:
        """What the judge makes of a picture, uint8 RGB ``(height, width, 3)``."""
        seen = self._eyes.see(picture)[None]
        point = points_of(seen, self._weights)[0]
        return Sight(point, float(shares_of(seen, self._weights)[0]), legible(picture), seen[0])

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``."""
        sight = self.see(media)
        probabilities = quadrant_probabilities(sight.point[None], self.vad_sd)[0]
        named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
        vad = VAD.clipped(float(sight.point[0]), float(sight.point[1]), 0.0)
        # Full confidence from an even chance of a thing being shown; none where there is nothing to see.
        trust = min(1.0, 2.0 * sight.shown) if sight.legible else 0.0
        return Reading(named, vad, self.vad_sd, trust * float(probabilities.max()), self._floor)

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames half a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._interval, self.read)


class PictureEyes:
    """What the judge sees of a picture, before it judges.

    Args:
        network: path of ``features.onnx``; None takes the shipped one.

    Raises:
        EngineError: the network is missing.
    """

    def __init__(self, network: Path | None = None) -> None:
        self._session = open_network(network or judge_folder("picture") / "features.onnx")

    def see(self, picture: np.ndarray) -> np.ndarray:
        """Measures and layer means of a picture, float64 ``(1492,)``.

        Args:
            picture: uint8 RGB ``(height, width, 3)``.
        """
        shrinks = max(picture.shape[:2]) > _SIDE
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        square = cv2.resize(np.ascontiguousarray(picture), (_SIDE, _SIDE), interpolation=method)
        pair = np.stack([square, square[:, ::-1]]).astype(np.float32).transpose(0, 3, 1, 2)
        layers = self._session.run(["features"], {"pictures": np.ascontiguousarray(pair)})[0].mean(axis=0)
        return np.concatenate([measure(picture), layers])


def points_of(seen: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Valence and arousal ``(n, 2)``, about -1..1, of what was seen of pictures.

    Args:
        seen: rows of ``PictureEyes.see``, ``(n, features)``.
        weights: ``mean``, ``spread`` (features,), ``limit`` (1,) in spreads, ``known`` (pictures, features) in spreads,
            ``narrowness`` (1,) of the kernel, ``pull`` (pictures, 2), ``offset`` (2,).
    """
    standard, known = _standard(seen, weights), weights["known"]
    squares = (standard**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None] - 2 * standard @ known.T
    alike = np.exp(-float(weights["narrowness"][0]) * np.maximum(squares, 0.0) / known.shape[1])
    points: np.ndarray = alike @ weights["pull"] + weights["offset"]
    return points


def shares_of(seen: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Probability ``(n,)`` that each picture shows something: a thing or a place rather than bare colour and form.

    Args:
        seen: rows of ``PictureEyes.see``, ``(n, features)``.
        weights: ``mean``, ``spread``, ``limit`` as of ``points_of``, and ``shown_slope`` (features,), ``shown_offset`` (1,).
    """
    logits = _standard(seen, weights) @ weights["shown_slope"] + weights["shown_offset"]
    shares: np.ndarray = 1 / (1 + np.exp(-logits))
    return shares


def _standard(seen: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    limit = float(weights["limit"][0])
    return np.asarray(np.clip((seen - weights["mean"]) / weights["spread"], -limit, limit))
