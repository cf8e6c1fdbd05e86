"""Flow noise: gradient noise whose gradients turn, so that it evolves in place at the cost of flat noise.

Source: Perlin & Neyret 2001, "Flow noise"; the fade curve is Perlin 2002, "Improving noise".
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generators.video.colour import f32

__all__ = ["EXACT", "OCTAVES", "fractal", "gradients", "noise"]

OCTAVES = 8
_RNG = np.random.default_rng(7)
_ORDER = _RNG.permutation(256).astype(np.int32)
EXACT = {"nnan", "ninf", "nsz"}
"""Fast mathematics that never changes a rounding, for kernels that others call.

Such a kernel is compiled by itself and again into its callers; which of the two runs differs between the run that compiles
and those that load from the cache, and with all of fast mathematics they would draw slightly different pictures.
"""

_HASH = np.concatenate([_ORDER, _ORDER, _ORDER[:2]])
_ANGLE = _RNG.uniform(0, 2 * np.pi, (OCTAVES, 256))
_SPIN = np.where(_RNG.random((OCTAVES, 256)) < 0.5, -1.0, 1.0) * _RNG.uniform(0.5, 1.2, (OCTAVES, 256))


def gradients(phase: float) -> np.ndarray:
    """Gradients of every octave at a phase, float32 ``(OCTAVES, 256, 2)``; finer octaves turn faster."""
    angle = _ANGLE + _SPIN * phase * (1.5 ** np.arange(OCTAVES))[:, None]
    return np.stack([np.cos(angle), np.sin(angle)], -1).astype(f32)


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def noise(x: float, y: float, g: np.ndarray) -> tuple[float, float, float]:
    """Noise at a point, about -1..1, and its derivatives along x and y; ``g`` is one octave's gradients."""
    xf, yf = math.floor(x), math.floor(y)
    i, j = int(xf) & 255, int(yf) & 255
    fx, fy = f32(x - xf), f32(y - yf)
    p, q = _HASH[i] + j, _HASH[i + 1] + j
    A, B, C, D = _HASH[p], _HASH[q], _HASH[p + 1], _HASH[q + 1]
    u = fx * fx * fx * (fx * (fx * f32(6) - f32(15)) + f32(10))
    v = fy * fy * fy * (fy * (fy * f32(6) - f32(15)) + f32(10))
    du = f32(30) * fx * fx * (fx * (fx - f32(2)) + f32(1))
    dv = f32(30) * fy * fy * (fy * (fy - f32(2)) + f32(1))
    a = g[A, 0] * fx + g[A, 1] * fy
    b = g[B, 0] * (fx - f32(1)) + g[B, 1] * fy
    c = g[C, 0] * fx + g[C, 1] * (fy - f32(1))
    d = g[D, 0] * (fx - f32(1)) + g[D, 1] * (fy - f32(1))
    k = a - b - c + d
    value = a + u * (b - a) + v * (c - a) + u * v * k
    gx = g[A, 0] + u * (g[B, 0] - g[A, 0]) + v * (g[C, 0] - g[A, 0])
    gy = g[A, 1] + u * (g[B, 1] - g[A, 1]) + v * (g[C, 1] - g[A, 1])
    gx += u * v * (g[A, 0] - g[B, 0] - g[C, 0] + g[D, 0]) + du * (b - a + v * k)
    gy += u * v * (g[A, 1] - g[B, 1] - g[C, 1] + g[D, 1]) + dv * (c - a + u * k)
    return f32(1.5) * value, f32(1.5) * gx, f32(1.5) * gy


@njit(cache=True, nogil=True, fastmath=EXACT, error_model="numpy")
def fractal(x: float, y: float, table: np.ndarray, octaves: int, spacing: float) -> float:
    """Sum of octaves, about -1..1; those finer than the distance between samples fade out.

    Args:
        x: in cells of the first octave.
        y: the same.
        table: of ``gradients``.
        octaves: how many, at most ``OCTAVES``.
        spacing: distance between neighbouring samples, in cells of the first octave.
    """
    total, weight, norm = f32(0), f32(0.5), f32(0)
    for o in range(octaves):
        finer = f32(2.2) * spacing
        total += weight * noise(x, y, table[o])[0] / (f32(1) + finer * finer * finer * finer)
        norm += weight
        x, y = f32(1.62) * x + f32(1.22) * y + f32(17.3), f32(-1.22) * x + f32(1.62) * y + f32(5.1)
        spacing *= f32(2.03)
        weight *= f32(0.5)
    return total / norm * f32(1.25)
