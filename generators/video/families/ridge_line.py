"""The outline of a line of mountains, rolling to jagged."""

from __future__ import annotations

import numpy as np
from numba import njit

from generators.video.colour import f32
from generators.video.noise import gradients, noise

__all__ = ["ridge_line"]

_TABLE = gradients(2.5)


def ridge_line(width: int, unit: float, frequency: float, offset: float, roundness: float) -> np.ndarray:
    """Heights of a ridge, about -1..1, float32 ``(width,)``.

    Args:
        width: columns.
        unit: columns in a unit length.
        frequency: hills in 16/9 of a unit length.
        offset: where on an endless ridge the picture lies.
        roundness: 0 jagged .. 1 rolling.
    """
    out = np.empty(width, f32)
    _fill(out, _TABLE, f32(frequency * 9 / 16 / unit), f32(offset), f32(roundness))
    return out


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _fill(out: np.ndarray, table: np.ndarray, step: float, offset: float, roundness: float) -> None:
    for i in range(out.shape[0]):
        x = f32(i) * step + offset
        rolling = noise(x, f32(2.9), table[0])[0] + f32(0.18) * noise(x * f32(2.7), f32(9.1), table[1])[0]
        jagged, weight, finer = f32(0), f32(1), f32(1)
        for o in range(6):
            n = noise(x * finer * f32(1.4) + f32(5), f32(3.3) * o, table[o])[0]
            jagged += weight * (f32(0.5) - abs(n))
            finer *= f32(2.1)
            weight *= f32(0.46)
        peaks = f32(1.15) * jagged - f32(0.35)
        out[i] = rolling * roundness + peaks * (f32(1) - roundness)
