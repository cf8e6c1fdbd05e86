"""Whether a face that was found is a person's: dogs and cats have two eyes and a mouth as well, and are found too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from studio.judges.landmarks import FaceMarks

__all__ = ["PersonCheck", "level", "shape_measures"]

_EYES = ((33, 133), (263, 362))  # MediaPipe's points at the corners of the right and of the left eye
_TINY = 1e-9


@dataclass(frozen=True)
class PersonCheck:
    """A line between people's faces and others, drawn by ``affect train judge-face``.

    Args:
        mean: level shape of people ``(1434,)``.
        axes: along which people differ most ``(axes, 1434)``.
        weights: of what the face network saw and then of the shape's measures ``(features + axes + 1,)``.
        bias: added to the weighted sum, which is a person's at 0 and more.
    """

    mean: np.ndarray
    axes: np.ndarray
    weights: np.ndarray
    bias: float

    @classmethod
    def of(cls, weights: Mapping[str, np.ndarray]) -> PersonCheck:
        """The check among a judge's weights."""
        return cls(
            weights["person.mean"].astype(float),
            weights["person.axes"].astype(float),
            weights["person.weights"].astype(float),
            float(weights["person.bias"][0]),
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """What ``of`` reads."""
        return {
            "person.mean": self.mean.astype(np.float32),
            "person.axes": self.axes.astype(np.float16),
            "person.weights": self.weights.astype(np.float32),
            "person.bias": np.array([self.bias], np.float32),
        }

    def is_person(self, marks: FaceMarks, features: np.ndarray) -> bool:
        """Whether the face is a person's.

        Args:
            marks: of the face.
            features: what the face network saw ``(features,)``.
        """
        return self.score(level(marks.points), features) >= 0

    def score(self, shape: np.ndarray, features: np.ndarray) -> float:
        """How far a face lies on people's side.

        Args:
            shape: levelled ``(1434,)``.
            features: what the face network saw ``(features,)``.
        """
        row = np.concatenate([features, shape_measures(shape[None], self.mean, self.axes)[0]])
        return float(row @ self.weights + self.bias)


def level(points: np.ndarray) -> np.ndarray:
    """The marks without place, size and tilt: x, y and depth of all of them, ``(1434,)``.

    Args:
        points: ``(478, 3)`` of which no two eyes lie on one spot.
    """
    centred = points - points.mean(axis=0)
    across = centred[list(_EYES[1])].mean(axis=0) - centred[list(_EYES[0])].mean(axis=0)
    length = float(np.hypot(across[0], across[1])) + _TINY
    cosine, sine = across[0] / length, across[1] / length
    turn = np.array([[cosine, -sine], [sine, cosine]])
    flat = centred[:, :2] @ turn
    shape = np.hstack([flat, centred[:, 2:]]) / (np.sqrt((flat**2).sum()) + _TINY)
    return np.asarray(shape.ravel())


def shape_measures(shapes: np.ndarray, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Where shapes lie among people's, and how far off their space: ``(n, axes + 1)``.

    Args:
        shapes: levelled ``(n, 1434)``.
        mean: ``(1434,)``.
        axes: orthonormal ``(axes, 1434)``.
    """
    off = shapes - mean
    along = off @ axes.T
    left = np.log(((off - along @ axes) ** 2).sum(axis=1) + _TINY)
    return np.hstack([along, left[:, None]])
