"""The sun or moon: where it stands and how its light falls off around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from generators.video.colour import f32

__all__ = ["Sun", "fall_off", "halo"]

REACH = 2.5  # unit lengths that a halo's table covers
STEPS = 1024


@dataclass(frozen=True)
class Sun:
    """A bright disc.

    Args:
        x: unit lengths from the left edge.
        y: unit lengths from the upper edge.
        radius: unit lengths.
        edge: softness of its rim, unit lengths: the sun's is wide, the moon's narrow.
    """

    x: float
    y: float
    radius: float
    edge: float

    def array(self) -> np.ndarray:
        """x, y, radius, edge as float32 ``(4,)``."""
        return np.array([self.x, self.y, self.radius, self.edge], f32)


def halo(near: float, wide: float, sharpness: float = 11.0) -> np.ndarray:
    """Glow by distance from the middle of the disc, float32 ``(STEPS + 1,)`` for ``fall_off``.

    Args:
        near: strength of the close glow.
        wide: strength of the glow over the whole sky.
        sharpness: fall of the close glow per unit length.
    """
    r = np.linspace(0.0, REACH, STEPS + 1)
    end = np.clip((REACH - r) / 0.5, 0.0, 1.0)
    return ((wide * np.exp(-3.2 * r) + near * np.exp(-sharpness * r)) * end).astype(f32)


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def fall_off(table: np.ndarray, r: float) -> float:
    """A halo at a distance in unit lengths."""
    u = min(r * f32(STEPS / REACH), f32(STEPS - 0.01))
    k = int(u)
    return table[k] + (table[k + 1] - table[k]) * (u - f32(k))
