"""Out-of-focus discs, as a lens makes them of small lights."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generators.video.colour import f32, smooth

__all__ = ["COLUMNS", "discs"]

COLUMNS = ("x", "y", "radius", "edge", "red", "green", "blue", "alpha", "cover", "angle", "stretch")


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def discs(picture: np.ndarray, rows: np.ndarray, roundness: float) -> None:
    """Draw discs into a linear picture, in the order of the rows.

    Args:
        picture: float32 ``(H, W, 3)``, changed in place.
        rows: float32 ``(N, 11)`` by ``COLUMNS``: place, radius and softness of the edge in pixels; linear colour;
            alpha 0..1; cover from 0 (adds light) to 1 (hides what is behind); radians; stretch along the angle.
        roundness: 0 is the hexagon of a six-blade iris, 1 a circle.
    """
    H, W = picture.shape[:2]
    for k in range(rows.shape[0]):
        x, y, radius, edge = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3]
        red, green, blue = rows[k, 4], rows[k, 5], rows[k, 6]
        alpha, cover, stretch = rows[k, 7], rows[k, 8], rows[k, 10]
        ca, sa = f32(math.cos(rows[k, 9])), f32(math.sin(rows[k, 9]))
        reach = (radius + edge) * max(f32(1), stretch) + f32(1)
        along, across = f32(1) / stretch, f32(math.sqrt(stretch))
        soft, inner = f32(1) / (f32(2) * edge), f32(1) / radius
        for j in range(max(0, int(y - reach)), min(H, int(y + reach) + 2)):
            for i in range(max(0, int(x - reach)), min(W, int(x + reach) + 2)):
                dx, dy = f32(i) - x, f32(j) - y
                u, v = (dx * ca + dy * sa) * along, (dy * ca - dx * sa) * across
                d = math.sqrt(u * u + v * v)
                au, av = abs(u), abs(v)
                hexagon = max(au * f32(0.866) + av * f32(0.5), av) * f32(1.06)
                d = hexagon + (d - hexagon) * roundness
                shown = smooth(f32(0), f32(1), (radius + edge - d) * soft)
                if shown <= f32(0):
                    continue
                rim = min(d * inner, f32(1))
                a = shown * alpha * (f32(0.72) + f32(0.38) * rim * rim * rim)
                left = f32(1) - cover * min(a, f32(1))
                picture[j, i, 0] = picture[j, i, 0] * left + a * red
                picture[j, i, 1] = picture[j, i, 1] * left + a * green
                picture[j, i, 2] = picture[j, i, 2] * left + a * blue
