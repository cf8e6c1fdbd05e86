"""The judge of pictures: the valence and arousal that viewers would give a still picture.

Two ridge regressions on the measures of ``studio.judges.picture_features`` (colour, light, texture, composition) and on the
means of four layers of a network that was trained to name things in pictures. From point and error follow the
probabilities of the four quadrants. Dominance is always 0: the viewers were not asked for it.

A film is read by stills, so motion says nothing to this judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from conditioning.errors import EngineError
from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.frames import read_frames
from studio.judges.picture_features import measure
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights

__all__ = ["PictureEyes", "PictureJudge", "points_of", "quadrant_probabilities"]

_SIDE = 224


class PictureJudge:
    """Reads pictures and frames of films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or judge_folder("picture")
        facts = load_facts(folder)
        self.card: Card = load_card(folder)
        self._weights = load_weights(folder)
        self._eyes = PictureEyes()
        self._floor: float = facts["floor"]
        self._interval: float = facts["interval_seconds"]
        sd = facts["vad_sd"]
        self._vad_sd = (float(sd[0]), float(sd[1]), float(sd[2]))

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``."""
        point = points_of(self._eyes.see(media)[None], self._weights)[0]
        probabilities = quadrant_probabilities(point[None], self._vad_sd)[0]
        named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
        vad = VAD.clipped(float(point[0]), float(point[1]), 0.0)
        return Reading(named, vad, self._vad_sd, float(probabilities.max()), self._floor)

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
        import onnxruntime

        path = network or judge_folder("picture") / "features.onnx"
        if not path.exists():
            raise EngineError(f"{path} is missing.", "Install affect-studio again.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

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
        weights: ``mean``, ``spread`` (features,), ``limit`` (1,) in spreads, ``slope`` (features, 2), ``offset`` (2,).
    """
    standard = (seen - weights["mean"]) / weights["spread"]
    limit = float(weights["limit"][0])
    points: np.ndarray = np.clip(standard, -limit, limit) @ weights["slope"] + weights["offset"]
    return points


def quadrant_probabilities(points: np.ndarray, sd: tuple[float, ...]) -> np.ndarray:
    """Probability of each quadrant ``(n, 4)`` if the errors of valence and arousal are normal and independent.

    Args:
        points: ``(n, 2)``.
        sd: of the errors, valence first.
    """
    from scipy.stats import norm

    positive = norm.cdf(points / np.array(sd[:2]))
    columns = [np.where(signs[:2] > 0, positive, 1 - positive).prod(axis=1) for signs in QUADRANT_SIGNS]
    return np.stack(columns, axis=1)
