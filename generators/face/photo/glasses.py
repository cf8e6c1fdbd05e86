"""Glasses in a portrait: found by their bridge, taken off the skin, and laid over it again as one stiff piece."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generators.face.photo.points import CONTOURS
from generators.face.photo.table import portrait_law

__all__ = ["Glasses", "find_glasses"]

_BRIDGE = np.array([168, 6])  # the root of the nose
_BROWS = tuple(
    np.array(row.split(), int)
    for row in ("70 63 105 66 107 55 65 52 53 46", "300 293 334 296 336 285 295 282 283 276")
)  # outlines of the brows; source as in points.py
_TEMPLES = np.array([127, 356])
_NOSE = 2
_STEPS = 21


@dataclass(frozen=True)
class Glasses:
    """The frame of glasses.

    Args:
        frame: RGBA float32 ``(h, w, 4)``, 0..255 and 0..1, colours multiplied by alpha.
        corner: of it in the portrait ``(2,)`` pixels.
        skin: the portrait without it, uint8 RGB.
    """

    frame: np.ndarray
    corner: np.ndarray
    skin: np.ndarray

    def lay(self, picture: np.ndarray, onto: np.ndarray) -> None:
        """Lay the frame over a picture; changes it.

        Args:
            picture: uint8 RGBA.
            onto: affine map ``(2, 3)`` from the portrait's pixels to the picture's.
        """
        height, width = self.frame.shape[:2]
        x, y = np.array([[0, width, 0, width], [0, 0, height, height]]) + self.corner[:, None]
        ends = onto[:, :2] @ np.stack([x, y]) + onto[:, 2:]
        x0, y0 = np.maximum(np.floor(ends.min(axis=1)).astype(int), 0)
        x1, y1 = np.minimum(np.ceil(ends.max(axis=1)).astype(int) + 1, [picture.shape[1], picture.shape[0]])
        if x1 <= x0 or y1 <= y0:
            return
        shift = onto[:, :2] @ self.corner + onto[:, 2] - [x0, y0]
        moved = np.column_stack([onto[:, :2], shift])
        laid = cv2.warpAffine(self.frame, moved, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_LINEAR)
        view = picture[y0:y1, x0:x1, :3]
        view[:] = np.clip(view * (1 - laid[..., 3:]) + laid[..., :3] + 0.5, 0, 255).astype(np.uint8)


def find_glasses(picture: np.ndarray, points: np.ndarray, unit: float) -> Glasses | None:
    """The glasses in a portrait, or None: without a bridge across the root of the nose there are none.

    Args:
        picture: uint8 RGB.
        points: of the landmarker ``(478, 3)``, pixels.
        unit: pixels of the distance of the eyes.
    """
    law = portrait_law("glasses")
    flat = points[:, :2]
    lines = _thin_lines(picture, unit)
    bridge, strength = _bridge(lines, flat, unit)
    if strength < law["bridge"]:
        return None
    region, brows = _region(flat, picture.shape, unit)
    drawn = region & (lines > law["line"])
    own = _joined(drawn & ~brows, bridge)
    if not own.any():
        return None
    # Landmarks of brows often lie on the frame. What is there belongs to it if it has its colour and is no hair.
    colour = np.median(picture[own], axis=0)
    alike = np.abs(picture.astype(float) - colour).max(axis=2) < law["alike"]
    stroke = _disc(law["stroke"] * unit)
    over_brows = cv2.morphologyEx((drawn & alike).astype(np.uint8), cv2.MORPH_OPEN, stroke) > 0
    frame = _joined((drawn & ~brows) | over_brows, bridge)
    covered = cv2.dilate(frame.astype(np.uint8), _disc(law["margin"] * unit)) * region.astype(np.uint8)
    skin = cv2.inpaint(picture, covered, max(0.03 * unit, 2.0), cv2.INPAINT_TELEA)
    alpha = cv2.GaussianBlur(covered.astype(np.float32), (0, 0), 0.6)
    y, x = np.nonzero(alpha > 0.01)
    window = np.s_[y.min() : y.max() + 1, x.min() : x.max() + 1]
    cut = alpha[window][..., None]
    laid = np.concatenate([picture[window] * cut, cut], axis=2).astype(np.float32)
    return Glasses(laid, np.array([x.min(), y.min()], float), skin)


def _disc(radius: float) -> np.ndarray:
    """A round stamp of a radius in pixels, at least 1."""
    side = 2 * max(round(radius), 1) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))


def _joined(drawn: np.ndarray, bridge: np.ndarray) -> np.ndarray:
    """The part of a drawing that is joined to the bridge, of bool ``(height, width)``."""
    _, labels = cv2.connectedComponents(drawn.astype(np.uint8))
    own = labels[bridge[:, 1], bridge[:, 0]]
    own = own[own > 0]
    return labels == np.bincount(own).argmax() if len(own) else np.zeros(drawn.shape, bool)


def _thin_lines(picture: np.ndarray, unit: float) -> np.ndarray:
    """How far each pixel differs from the skin about it, as a share of its brightness, ``(height, width)`` float32."""
    law = portrait_law("glasses")
    wide = 2 * max(round(law["widest"] * unit), 1) + 1
    plain = cv2.medianBlur(picture, min(wide, 255)).astype(np.float32)
    off = np.linalg.norm(picture.astype(np.float32) - plain, axis=2) / (0.35 * plain.mean(axis=2) + 25)
    return np.asarray(cv2.GaussianBlur(off.astype(np.float32), (0, 0), max(0.008 * unit, 0.5)))


def _bridge(lines: np.ndarray, flat: np.ndarray, unit: float) -> tuple[np.ndarray, float]:
    """The most marked pixel in each of some columns across the root of the nose ``(n, 2)``, and how marked the least of them is."""
    across = flat[263] - flat[33]
    across /= np.linalg.norm(across)
    down = np.array([-across[1], across[0]])
    side, low = np.linspace(-0.10, 0.10, _STEPS) * unit, np.linspace(-0.22, 0.30, 5 * _STEPS) * unit
    at = flat[_BRIDGE].mean(axis=0) + side[None, :, None] * across + low[:, None, None] * down
    height, width = lines.shape
    at = np.clip(at.round().astype(int), 0, [width - 1, height - 1])
    seen = lines[at[..., 1], at[..., 0]]
    best = seen.argmax(axis=0)
    columns = np.arange(_STEPS)
    return at[best, columns], float(seen[best, columns].min())


def _region(flat: np.ndarray, shape: tuple[int, ...], unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame may be, about the eyes but not in them, and where the brows are; of bool ``(height, width)``."""
    brows, eyes = (np.zeros(shape[:2], np.uint8) for _ in range(2))
    for row in _BROWS:
        cv2.fillPoly(brows, [flat[row].round().astype(np.int32)], 1)
    for side in ("right", "left"):
        outline = np.concatenate([flat[CONTOURS[f"{side}_upper"]], flat[CONTOURS[f"{side}_lower"]][::-1]])
        cv2.fillPoly(eyes, [outline.round().astype(np.int32)], 1)
    top = flat[np.concatenate(_BROWS), 1].min() - 0.2 * unit
    left, right = np.sort(flat[_TEMPLES, 0])
    x0, y0, x1, y1 = (
        max(round(float(edge)), 0) for edge in (left - 0.04 * unit, top, right + 0.04 * unit, flat[_NOSE, 1])
    )
    region = np.zeros(shape[:2], bool)
    region[y0:y1, x0:x1] = True
    return region & (cv2.dilate(eyes, _disc(0.05 * unit)) == 0), brows > 0
