"""OKLCH colours in linear sRGB, and the small curves that the drawing kernels share.

All kernels work in float32: ``f32`` marks literals, which numba would otherwise widen to float64.

Source: Ottosson 2020, "A perceptual color space for image processing", for the OKLab matrices.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

__all__ = ["colour", "f32", "look_up", "oklab_to_linear", "ramp", "smooth", "turn_towards"]

f32: Any = np.float32  # Any, since a kernel's float32 and float64 are one type to its reader
HALVINGS = 12


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def oklab_to_linear(L: float, a: float, b: float) -> tuple[float, float, float]:
    """Linear red, green, blue of an OKLab colour; outside 0..1 where sRGB does not reach it."""
    long = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (L - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _fit(L: float, chroma: float, hue: float, out: np.ndarray) -> None:
    """Write an OKLCH colour (hue in degrees) into ``out`` with its chroma reduced until sRGB holds it."""
    ca, sa = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    low, high = 0.0, chroma
    for k in range(HALVINGS):
        c = high if k == 0 else 0.5 * (low + high)
        r, g, b = oklab_to_linear(L, c * ca, c * sa)
        if min(r, g, b) >= -1e-4 and max(r, g, b) <= 1.0001:
            low = c
            if k == 0:
                break
        else:
            high = c
    r, g, b = oklab_to_linear(L, low * ca, low * sa)
    out[0], out[1], out[2] = max(r, 0.0), max(g, 0.0), max(b, 0.0)


def colour(L: float, chroma: float, hue: float) -> np.ndarray:
    """An OKLCH colour as linear sRGB, its chroma reduced until sRGB holds it.

    Args:
        L: lightness, 0..1.
        chroma: 0..0.4.
        hue: degrees.

    Returns:
        float32 ``(3,)``, 0..1.
    """
    out = np.empty(3, f32)
    _fit(float(L), float(chroma), float(hue), out)
    return out


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def ramp(L0: float, L1: float, hue0: float, hue1: float, chroma: float, count: int) -> np.ndarray:
    """Colours from dark to light, ``(count, 3)`` linear sRGB; chroma swells in the middle as film dyes do.

    Args:
        L0: lightness of the first colour, 0..1.
        L1: lightness of the last.
        hue0: degrees of the first.
        hue1: degrees of the last; the way between is straight, so it may leave 0..360.
        chroma: greatest, 0..0.4.
        count: rows.
    """
    out = np.empty((count, 3), np.float32)
    for i in range(count):
        t = i / (count - 1)
        swell = 0.45 + 0.55 * math.sin(math.pi * (0.12 + 0.76 * t))
        _fit(L0 + (L1 - L0) * t, chroma * swell, hue0 + (hue1 - hue0) * t, out[i])
    return out


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def look_up(table: np.ndarray, t: float, c: int) -> float:
    """Channel ``c`` at 0..1 of a table of 256 colours, linearly between its rows."""
    u = min(max(t, f32(0)), f32(0.9999)) * f32(255)
    i = int(u)
    return table[i, c] + (table[i + 1, c] - table[i, c]) * (u - f32(i))


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def smooth(low: float, high: float, x: float) -> float:
    """0 at ``low``, 1 at ``high``, level at both ends; ``low`` may be the greater."""
    t = min(max((x - low) / (high - low), f32(0)), f32(1))
    return t * t * (f32(3) - f32(2) * t)


def turn_towards(hue: float, goal: float, most: float) -> float:
    """Degrees to turn ``hue`` the short way towards ``goal``, at most ``most``.

    Near the opposite hue the turn tapers to nothing, for there the short way changes sides and would jump.
    """
    apart = (goal - hue + 180.0) % 360.0 - 180.0
    return float(np.clip(apart, -most, most)) * min(1.0, (180.0 - abs(apart)) / 16.0)
