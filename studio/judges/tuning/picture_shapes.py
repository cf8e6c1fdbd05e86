"""What can be measured of shapes in a picture: how much is figure, how round, spiky, symmetrical and broken up it is.

Lightness is cut into light and dark by Otsu's threshold; the smaller part is the figure. Roundness and points of contours go
with what people feel of shapes without meaning (Bar & Neta 2006, "Humans prefer curved visual objects"; Larson, Aronoff &
Stearns 2007, "The shape of threat").
"""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["SHAPES", "shapes"]

_SIDE = 128
_LEAST = 20  # pixels below which a part of the figure is dust
_SHARP = np.radians(60.0)  # turn of a contour that makes a point

SHAPES = (
    "figure, share of the picture",
    "figure against ground, difference of lightness",
    "parts of the figure, logarithm",
    "largest part, share of the figure",
    "largest part, roundness",
    "largest part, share of its hull",
    "largest part, elongation",
    "largest part, upright to level",
    "largest part, points of its contour, logarithm",
    "largest part, mean turn of its contour",
    "figure, height of its middle",
    "figure, left to right symmetry",
    "figure, top to bottom symmetry",
    "figure, share of the picture's border",
)


def shapes(picture: np.ndarray) -> np.ndarray:
    """The numbers named by ``SHAPES``, float64 ``(len(SHAPES),)``; all 0 for a picture of one lightness.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
    """
    grey = _small(picture)
    level, mask = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if mask.all() or not mask.any():
        return np.zeros(len(SHAPES))
    light = grey[grey > level].mean() - grey[grey <= level].mean()
    figure = mask if mask.mean() <= 0.5 else 1 - mask
    contours, _ = cv2.findContours(figure, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = np.array([cv2.contourArea(contour) for contour in contours])
    parts = int((areas >= _LEAST).sum())
    largest = contours[int(areas.argmax())]
    return np.array(
        [
            figure.mean(),
            light / 255,
            np.log1p(parts),
            areas.max() / max(figure.sum(), 1),
            *_outline(largest),
            *_place(figure),
        ],
        float,
    )


def _small(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(np.ascontiguousarray(picture), size, interpolation=method)
    return np.asarray(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0))


def _outline(contour: np.ndarray) -> tuple[float, ...]:
    area, length = cv2.contourArea(contour), cv2.arcLength(contour, True)
    hull = cv2.contourArea(cv2.convexHull(contour))
    (_, _), (one, other), _ = cv2.minAreaRect(contour)
    _, _, width, height = cv2.boundingRect(contour)
    corners = cv2.approxPolyDP(contour, 0.01 * length, True)[:, 0].astype(float)
    turns = _turns(corners)
    return (
        4 * np.pi * area / max(length**2, 1.0),
        area / max(hull, 1.0),
        min(one, other) / max(one, other, 1.0),
        float(np.log(height / width)),
        float(np.log1p((turns > _SHARP).sum())),
        float(turns.mean()),
    )


def _turns(corners: np.ndarray) -> np.ndarray:
    """By how much a polygon turns at each corner, radians 0..π."""
    edges = np.roll(corners, -1, axis=0) - corners
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    return np.asarray(np.abs((np.diff(angles, append=angles[:1]) + np.pi) % (2 * np.pi) - np.pi))


def _place(figure: np.ndarray) -> tuple[float, ...]:
    rows = np.arange(len(figure))[:, None] / len(figure)
    border = np.concatenate([figure[0], figure[-1], figure[:, 0], figure[:, -1]])
    return (
        0.5 - float((rows * figure).sum() / figure.sum()),
        float((figure == figure[:, ::-1]).mean()),
        float((figure == figure[::-1]).mean()),
        float(border.mean()),
    )
