"""The film laboratory's kernels: tone, contrast and colour of a linear picture; grain and 8 bits; a dissolve."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generators.video.colour import f32

__all__ = ["dissolve", "grade", "quantise"]


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _cube_root(x: float) -> float:
    """Cube root by square roots and two Newton steps: no table and no call, so that row loops vectorise."""
    x = max(x, f32(1e-7))
    q = math.sqrt(math.sqrt(x))
    y = q * math.sqrt(math.sqrt(q))
    y = (f32(2) * y + x / (y * y)) * f32(1 / 3)
    return (f32(2) * y + x / (y * y)) * f32(1 / 3)


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _encode(x: float) -> float:
    """The transfer curve of sRGB from three square roots; off by under half an 8-bit step above the toe."""
    x = min(max(x, f32(0)), f32(1))
    a = math.sqrt(x)
    b = math.sqrt(a)
    return max(
        min(f32(0.585122381) * a + f32(0.783140355) * b - f32(0.368262736) * math.sqrt(b), f32(1)), f32(0)
    )


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _density(x: float) -> float:
    """S-shaped film curve with toe and shoulder. Source: Narkowicz 2015, ACES filmic tone mapping curve."""
    return x * (f32(2.51) * x + f32(0.03)) / (x * (f32(2.43) * x + f32(0.59)) + f32(0.14))


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _expose(
    picture: np.ndarray,
    veil: np.ndarray,
    j: int,
    keep: float,
    exposure: float,
    vignette: float,
    out: np.ndarray,
) -> None:
    """Row ``j`` of picture and veil through lens and film curve into ``out`` ``(3, W)``, linear 0..1."""
    H, W = picture.shape[:2]
    y = (j + f32(0.5)) / f32(H) - f32(0.5)
    for i in range(W):
        x = (i + f32(0.5)) / f32(W) - f32(0.5)
        fall = f32(1) + vignette * (x * x * f32(1.5) + y * y)
        gain = exposure / (fall * fall)
        for c in range(3):
            out[c, i] = _density(max(gain * (picture[j, i, c] * keep + veil[j, i, c]), f32(0)))


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _colour_row(
    row: np.ndarray, gain: float, pivot: float, contrast: float, warm: float, sums: np.ndarray
) -> None:
    """Contrast about a pivot, chroma and warmth of a row ``(3, W)`` in OKLab; linear in, display values out.

    Colours outside sRGB lose chroma at constant lightness until they fit. ``sums`` receives the row's mean
    lightness, chroma and luminance.
    """
    W = row.shape[1]
    total_L, total_C, total_Y = f32(0), f32(0), f32(0)
    for i in range(W):
        r, g, b = row[0, i], row[1, i], row[2, i]
        p = _cube_root(f32(0.4122214708) * r + f32(0.5363325363) * g + f32(0.0514459929) * b)
        q = _cube_root(f32(0.2119034982) * r + f32(0.6806995451) * g + f32(0.1073969566) * b)
        s = _cube_root(f32(0.0883024619) * r + f32(0.2817188376) * g + f32(0.6299787005) * b)
        L = f32(0.2104542553) * p + f32(0.7936177850) * q - f32(0.0040720468) * s
        A = f32(1.9779984951) * p - f32(2.4285922050) * q + f32(0.4505937099) * s
        B = f32(0.0259040371) * p + f32(0.7827717662) * q - f32(0.8086757660) * s
        change = (L - pivot) * contrast
        share = change / (f32(1.02) - pivot if change > f32(0) else pivot - f32(0.03))
        L = pivot + change / math.sqrt(f32(1) + share * share * f32(0.42))
        middle = f32(4) * L * (f32(1) - L)
        A = A * gain + warm * f32(0.010) * middle
        B = B * gain + warm * f32(0.032) * middle
        knee = f32(1) / math.sqrt(f32(1) + (A * A + B * B) * f32(5.5))
        A, B = A * knee, B * knee
        p = L + f32(0.3963377774) * A + f32(0.2158037573) * B
        q = L - f32(0.1055613458) * A - f32(0.0638541728) * B
        s = L - f32(0.0894841775) * A - f32(1.2914855480) * B
        p, q, s = p * p * p, q * q * q, s * s * s
        r = f32(4.0767416621) * p - f32(3.3077115913) * q + f32(0.2309699292) * s
        g = f32(-1.2684380046) * p + f32(2.6097574011) * q - f32(0.3413193965) * s
        b = f32(-0.0041960863) * p - f32(0.7034186147) * q + f32(1.7076147010) * s
        Y = min(L * L * L, f32(1))
        least, most = min(min(r, g), b), max(max(r, g), b)
        fit = min(min(Y / max(Y - least, f32(1e-6)), (f32(1) - Y) / max(most - Y, f32(1e-6))), f32(1))
        row[0, i], row[1, i], row[2, i] = (
            _encode(Y + (r - Y) * fit),
            _encode(Y + (g - Y) * fit),
            _encode(Y + (b - Y) * fit),
        )
        total_L += L
        total_C += math.sqrt(A * A + B * B) * fit
        total_Y += Y
    sums[0], sums[1], sums[2] = total_L / f32(W), total_C / f32(W), total_Y / f32(W)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def grade(
    picture: np.ndarray,
    veil: np.ndarray,
    keep: np.ndarray,
    knobs: np.ndarray,
    out: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Develop a linear picture: ``picture * keep + veil``, exposed, curved, balanced, as display values.

    Args:
        picture: linear float32 ``(H, W, 3)``, 0 or more.
        veil: bloom and blur, of the same shape.
        keep: share of the sharp picture in each row ``(H,)``.
        knobs: exposure, chroma gain, pivot lightness, contrast, warmth, vignette; float32 ``(6,)``.
        out: receives display values 0..1, float32 ``(H, W, 3)``.
        sums: receives mean OKLab lightness, chroma and cubed lightness of each row, float32 ``(H, 3)``.
    """
    H, W = picture.shape[:2]
    row = np.empty((3, W), np.float32)
    for j in range(H):
        _expose(picture, veil, j, keep[j], knobs[0], knobs[5], row)
        _colour_row(row, knobs[1], knobs[2], knobs[3], knobs[4], sums[j])
        for i in range(W):
            for c in range(3):
                out[j, i, c] = row[c, i]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def quantise(
    picture: np.ndarray,
    grain: np.ndarray,
    dither: np.ndarray,
    offset: np.ndarray,
    amount: float,
    out: np.ndarray,
) -> None:
    """Display values with film grain, strongest in the mid-tones, and dither against banding, in 8 bits.

    Args:
        picture: float32 ``(H, W, 3)``, 0..1.
        grain: tile of unit variance, float32 ``(512, 512 + W)``.
        dither: tile of triangular noise -1..1, of the same shape.
        offset: where the tile starts: x and y, ``(2,)``, 0..511.
        amount: height of the grain in 8-bit steps.
        out: uint8 ``(H, W, 3)``.
    """
    H, W = picture.shape[:2]
    ox, oy = offset[0], offset[1]
    for j in range(H):
        k = (j + oy) & 511
        for i in range(W):
            r, g, b = picture[j, i, 0], picture[j, i, 1], picture[j, i, 2]
            Y = (r + g + g + b) * f32(0.25)
            add = amount * grain[k, i + ox] * (f32(0.25) + f32(3) * Y * (f32(1) - Y))
            add += dither[k, i + ox] + f32(0.5)
            out[j, i, 0] = np.uint8(min(max(r * f32(255) + add, f32(0)), f32(255)))
            out[j, i, 1] = np.uint8(min(max(g * f32(255) + add, f32(0)), f32(255)))
            out[j, i, 2] = np.uint8(min(max(b * f32(255) + add, f32(0)), f32(255)))


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def dissolve(old: np.ndarray, new: np.ndarray, share: float) -> None:
    """Mix ``new`` into ``old`` by a share, in linear light, in place.

    Both are display values float32 ``(H, W, 3)``, 0..1. Source of the curve: IEC 61966-2-1 (sRGB).
    """
    flat_old, flat_new = old.ravel(), new.ravel()
    for k in range(flat_old.size):
        a, b = max(flat_old[k], f32(0)), max(flat_new[k], f32(0))
        # x^2.4 of the sRGB curve as a cubic in x, within 0.3 % of full scale
        a = a * (f32(0.012522878) + a * (f32(0.682171111) + a * f32(0.305306011)))
        b = b * (f32(0.012522878) + b * (f32(0.682171111) + b * f32(0.305306011)))
        flat_old[k] = _encode(a + (b - a) * share)
