"""Physical measures of a face from its landmarks: how the lip corners, the mouth, the brows and the lids stand.

Aim: to check what was asked of a face against the picture itself, without any model of emotion. All functions are pure.

Conventions: ``points`` are MediaPipe's landmarks, ``(478, 2)`` or ``(478, 3)``, x to the right and y down in any unit; depth
is not used. All lengths are given in distances between the middles of the eyes, upright to the line that joins them, so
that size, place and roll of the head say nothing. Turning and nodding do change them: compare faces of like pose.

Metrics:
    * ``shape``: the lengths of one face.
    * ``change``: the lengths of a face less those of another, such as a neutral one of the same head.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

__all__ = ["FaceShape", "change", "shape"]

# Numbers of MediaPipe's face mesh points; of a pair the right side of the person comes first.
_EYE_CORNERS = ((33, 133), (263, 362))
_LIDS = ((159, 145), (386, 374))
_INNER_BROWS = ((55, 107), (285, 336))
_OUTER_BROWS = ((46, 70), (276, 300))
_MOUTH_CORNERS = (61, 291)
_INNER_LIPS = (13, 14)
_POINTS = 478


@dataclass(frozen=True)
class FaceShape:
    """Lengths in distances between the eyes.

    Args:
        lip_corners: how far the mouth's corners stand above the middle of its lips; rises in a smile.
        mouth_width: from corner to corner.
        mouth_opening: between the inner edges of the lips.
        inner_brows: height of the inner ends of the brows above the line of the eyes.
        outer_brows: height of their outer ends.
        brow_gap: between the inner ends; falls in a frown.
        lid_opening: between the lids, mean of both eyes.
        asymmetry: right corner of the mouth less the left one, in height.
    """

    lip_corners: float
    mouth_width: float
    mouth_opening: float
    inner_brows: float
    outer_brows: float
    brow_gap: float
    lid_opening: float
    asymmetry: float


def shape(points: np.ndarray) -> FaceShape:
    """The lengths of a face.

    Args:
        points: landmarks ``(478, 2)`` or ``(478, 3)``.

    Raises:
        ValueError: other shapes, or eyes that lie in one place.
    """
    upright = _upright(points)
    corners = upright[list(_MOUTH_CORNERS)]
    lips = upright[list(_INNER_LIPS)]
    inner = _middles(upright, _INNER_BROWS)
    outer = _middles(upright, _OUTER_BROWS)
    lids = [upright[upper, 1] - upright[lower, 1] for upper, lower in _LIDS]
    return FaceShape(
        lip_corners=float(corners[:, 1].mean() - lips[:, 1].mean()),
        mouth_width=float(np.linalg.norm(corners[1] - corners[0])),
        mouth_opening=float(np.linalg.norm(lips[1] - lips[0])),
        inner_brows=float(inner[:, 1].mean()),
        outer_brows=float(outer[:, 1].mean()),
        brow_gap=float(np.linalg.norm(inner[1] - inner[0])),
        lid_opening=float(np.mean(lids)),
        asymmetry=float(corners[0, 1] - corners[1, 1]),
    )


def change(face: FaceShape, other: FaceShape) -> FaceShape:
    """The lengths of a face less those of another."""
    names = [field.name for field in dataclasses.fields(FaceShape)]
    return FaceShape(**{name: getattr(face, name) - getattr(other, name) for name in names})


def _upright(points: np.ndarray) -> np.ndarray:
    """Points ``(478, 2)`` about the middle between the eyes, y upwards, the eyes level and one apart."""
    if points.ndim != 2 or points.shape[0] != _POINTS or points.shape[1] < 2:
        raise ValueError(f"Landmarks have shape {points.shape}; give (478, 2) or (478, 3).")
    flat = points[:, :2] * np.array([1.0, -1.0])
    right, left = _middles(flat, _EYE_CORNERS)
    across = left - right
    apart = float(np.linalg.norm(across))
    if apart < 1e-9:
        raise ValueError("Both eyes lie in one place; give the landmarks of a face.")
    along = across / apart
    up = np.array([-along[1], along[0]])
    centred = flat - (right + left) / 2
    return np.stack([centred @ along, centred @ up], axis=1) / apart


def _middles(points: np.ndarray, groups: tuple[tuple[int, ...], ...]) -> np.ndarray:
    return np.stack([points[list(group)].mean(axis=0) for group in groups])
