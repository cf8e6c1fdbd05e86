"""Folds that a face's own expression has pressed into a portrait, softened before it is moved."""

from __future__ import annotations

import cv2
import numpy as np

from generators.face.photo.table import portrait_law, shape_table
from generators.face.render.wrinkles import knitted_brows

__all__ = ["fold_share", "without_folds"]

_LEAST_LIGHT = 0.012  # less of it is rounding


def fold_share(felt: np.ndarray) -> np.ndarray:
    """How far an expression folds the skin at each texel of the map of light, ``(n, n)`` float32, 0..1.

    Args:
        felt: how far the portrait's face is from rest, ``(52,)`` in the order of ``ARKIT``.
    """
    law = portrait_law("folds")
    table = shape_table()
    pressed = np.tensordot(felt, np.abs(table.light), axes=1) + knitted_brows(felt) * np.abs(table.knit)
    spread = cv2.GaussianBlur(pressed.astype(np.float32), (0, 0), law["spread"])
    # Lips, lids and brows have no light of their own on the map, and keep their edges.
    skin = (np.abs(table.light).max(axis=0) > _LEAST_LIGHT).astype(np.float32)
    plain = cv2.GaussianBlur(cv2.erode(skin, np.ones((3, 3), np.uint8)), (0, 0), 0.8)
    return np.clip(spread / law["whole"], 0, 1) * plain


def without_folds(picture: np.ndarray, places: np.ndarray, share: np.ndarray, unit: float) -> np.ndarray:
    """A portrait with the bands of light and shade that folds make taken out, its pores and its large shapes left.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        places: where each pixel lies on the map of light, ``(height, width, 2)``; negative off the face.
        share: see ``fold_share``.
        unit: pixels of the distance of the eyes.
    """
    fine, broad = (part * unit for part in portrait_law("folds")["band"])
    here = cv2.remap(
        share,
        np.ascontiguousarray(places[..., 0]),
        np.ascontiguousarray(places[..., 1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    if not here.any():
        return picture
    plain = picture.astype(np.float32)
    band = cv2.GaussianBlur(plain, (0, 0), max(fine, 0.3)) - cv2.GaussianBlur(plain, (0, 0), max(broad, 0.6))
    soft = plain - here[..., None] * band
    return np.clip(soft + 0.5, 0, 255).astype(np.uint8)
