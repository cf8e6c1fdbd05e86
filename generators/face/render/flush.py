"""What feeling does to the skin besides moving it: where it blushes, where tears run and where sweat stands.

Painted onto the face's map; how strong each is, is told with every picture. Places and sizes were set by eye on sheets.
"""

from __future__ import annotations

import numpy as np

from generators.face.render.face_map import HEIGHT, WIDTH, FaceMap
from generators.face.render.mesh import ramp

__all__ = ["paint_flush"]

_TRACKS = (
    (0.255, 0.235, 0.275),
    (0.335, 0.350, 0.335),
)  # x of a tear below the eye, on the cheek, at the jaw
_BEADS = 520


def paint_flush(face: FaceMap, rng: np.random.Generator) -> np.ndarray:
    """Blush, tears and sweat, ``(1024, 1536, 3)``, 0..1; tears and sweat are heights of water."""
    return np.stack([_blush(face), _tears(face, rng), _sweat(face, rng)], axis=-1)


def _blush(face: FaceMap) -> np.ndarray:
    """Cheeks most, then the bridge of the nose, the ears' side and the chin."""
    side, front = np.abs(face.x), ramp(0.0, 0.5, face.z)
    cheek_y = 0.40 * face.mouth + 0.60 * face.nose + 0.02
    cheeks = np.exp(-(((side - 0.40) / 0.22) ** 2) - ((face.y - cheek_y) / 0.19) ** 2)
    nose = 0.55 * np.exp(-((side / 0.16) ** 2) - ((face.y - face.nose - 0.04) / 0.16) ** 2)
    ears = 0.8 * ramp(0.62, 0.78, side) * ramp(-0.45, -0.20, face.y) * ramp(0.30, 0.10, face.y)
    rest = 0.18 * ramp(-1.1, -0.6, face.y)
    return np.clip(np.maximum(cheeks, nose) * front + ears + rest, 0, 1)


def _tears(face: FaceMap, rng: np.random.Generator) -> np.ndarray:
    """Two tracks below each eye, the outer one shorter, with a drop at the end, and a wet edge along the lower lid."""
    water = np.zeros((HEIGHT, WIDTH))
    for start, (high, middle, low) in enumerate(_TRACKS):
        end = face.mouth - 0.18 if start == 0 else face.nose + 0.02
        for side in (1, -1):
            down = np.clip((-0.13 - face.y) / (-0.13 - end), 0, 1)
            path = np.interp(down, [0, 0.5, 1], [high, middle, low]) + 0.005 * np.sin(
                7 * down + rng.uniform(0, 6.3)
            )
            width = 0.010 + 0.007 * np.exp(-(((down - 0.96) / 0.06) ** 2))
            within = ramp(-0.10, -0.14, face.y) * ramp(end - 0.004, end + 0.022, face.y) * (face.z > 0.2)
            water = np.maximum(water, within * np.exp(-(((face.x - side * path) / width) ** 2)))
    rim = np.hypot((np.abs(face.x) - 0.285) / 1.25, face.y + 0.02) - 0.165
    edge = 0.6 * np.exp(-((rim / 0.02) ** 2)) * (face.y < -0.04) * (face.z > 0.3)
    return np.clip(np.maximum(water, edge), 0, 1)


def _sweat(face: FaceMap, rng: np.random.Generator) -> np.ndarray:
    """Beads on forehead, temples, nose and upper lip."""
    import cv2

    water = np.zeros((HEIGHT, WIDTH), np.float32)
    forehead = rng.random(_BEADS) < 0.72
    x = np.where(forehead, rng.normal(0, 0.34, _BEADS), rng.normal(0, 0.20, _BEADS))
    lip = rng.random(_BEADS) < 0.5
    low = np.where(
        lip, face.mouth + 0.13 + 0.03 * rng.normal(size=_BEADS), face.nose + rng.normal(0.05, 0.09, _BEADS)
    )
    y = np.where(forehead, rng.uniform(0.28, 0.80, _BEADS), low)
    columns, rows = face.texels(x, y)
    sizes = (0.55 + 1.5 * rng.random(_BEADS) ** 3) * np.where(forehead, 1.0, 0.75)
    for column, row, size in zip(columns, rows, sizes, strict=True):
        cv2.circle(water, (int(column * 16), int(row * 16)), int(size * 16), 1.0, -1, cv2.LINE_AA, 4)
    return np.clip(np.asarray(cv2.GaussianBlur(water, (0, 0), 0.8)), 0, 1)
