"""How a face lies in its picture: the turn, size and place that carry the mean face onto it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generators.face.photo.points import OVAL
from generators.face.photo.table import shape_table

__all__ = ["HeadFit", "fit_head"]

# Points that expressions hardly move: bridge and tip of the nose, corners of the eyes, temples and forehead.
_STEADY = np.concatenate(
    [np.array([6, 168, 197, 195, 5, 4, 1, 33, 133, 263, 362, 10, 151, 9, 8, 127, 356, 234, 454, 93, 323, 54, 284, 103, 332]), OVAL[:8], OVAL[-7:]]
)  # fmt: skip


_EYES = np.array([33, 133, 263, 362])  # their corners
_BROW, _NOSE = 8, 2  # between the brows, and where the nose ends


@dataclass(frozen=True)
class HeadFit:
    """A similarity from the mean face's frame into a picture.

    Args:
        turn: rotation ``(3, 3)``; x right, y down, z away.
        scale: pixels of one unit, which is the distance of the eyes, by the front of the face, which is what expressions move.
        place: where the middle of the eyes falls, ``(3,)`` pixels.
        misfit: root mean square distance of all points from a mean face, in units.
        angles: yaw, pitch and roll in radians.
    """

    turn: np.ndarray
    scale: float
    place: np.ndarray
    misfit: float
    angles: tuple[float, float, float]


def fit_head(points: np.ndarray) -> HeadFit:
    """The fit of the points ``(478, 3)`` of a face.

    The turn is that of the steady points, by least squares (Umeyama 1991). Their size is not taken: most of them lie on the face's
    border, which is farther from a camera and so drawn smaller, by up to a seventh.
    """
    mean = shape_table().points
    a, b = mean[_STEADY], points[_STEADY]
    a0, b0 = a - a.mean(axis=0), b - b.mean(axis=0)
    u, sizes, v = np.linalg.svd(b0.T @ a0)
    sign = np.array([1, 1, np.sign(np.linalg.det(u @ v))])
    turn = (u * sign) @ v
    scale = float((sizes * sign).sum() / (a0**2).sum())
    place = b.mean(axis=0) - scale * turn @ a.mean(axis=0)
    off = (points[:468] - place) / scale @ turn - mean[:468]
    misfit = float(np.sqrt((off**2).sum(axis=1).mean()))
    yaw = math.atan2(turn[0, 2], turn[2, 2])
    pitch = math.asin(float(np.clip(-turn[1, 2], -1, 1)))
    roll = math.atan2(turn[1, 0], turn[1, 1])
    front = _front_scale(points, mean)
    middle = points[_EYES].mean(axis=0) - front * turn @ mean[_EYES].mean(axis=0)
    return HeadFit(turn, front, middle, misfit, (yaw, pitch, roll))


def _front_scale(points: np.ndarray, mean: np.ndarray) -> float:
    """Pixels of one unit by the distance of the eyes and the length of the nose."""

    def lengths(of: np.ndarray) -> np.ndarray:
        eyes = of[_EYES[:2]].mean(axis=0) - of[_EYES[2:]].mean(axis=0)
        return np.linalg.norm([eyes, of[_BROW] - of[_NOSE]], axis=1)

    return float(np.sqrt(np.prod(lengths(points) / lengths(mean))))
