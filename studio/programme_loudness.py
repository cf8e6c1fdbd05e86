"""Integrated loudness after ITU-R BS.1770-4: K-weighted, in gated blocks. Bit by bit what ``pyloudnorm`` measures.

That package loads all of ``scipy.signal`` for two filters, .6 s of processor time before the first picture of a film.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["BLOCK", "loudness_of"]

BLOCK = 0.4
"""Seconds of a gating block; shorter sound has no loudness."""

_STEP = 0.25  # of a block, by which the next one starts later
_SILENCE, _BELOW = (
    -70.0,
    10.0,
)  # LUFS, and LU below the mean of what is louder, under which a block does not count
_OFFSET = -0.691
_SHELF = (
    4.0,
    1 / np.sqrt(2),
    1500.0,
)  # dB, Q and hertz: the head's high shelf, as pyloudnorm fits the standard's table
_PASS = (0.5, 38.0)  # Q and hertz of the high pass


def loudness_of(samples: np.ndarray, sample_rate: int) -> float:
    """LUFS of float sound ``(n,)`` or ``(n, channels)``, left and right first, of at least ``BLOCK`` seconds; -inf for silence."""
    sound = samples[:, None] if samples.ndim == 1 else samples
    power = np.stack([_powers(channel, sample_rate) for channel in sound.T])
    level = _decibels(power)
    above = level >= _SILENCE
    if not above.any():
        return -np.inf
    loud = above & (level > float(_decibels(_mean(power, above))) - _BELOW)
    return float(_decibels(_mean(power, loud))) if loud.any() else -np.inf


def _mean(power: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Mean power of each channel over the chosen blocks."""
    return np.array([np.mean(channel[chosen]) for channel in power])


def _decibels(power: np.ndarray) -> np.ndarray:
    """LUFS of the power of channels ``(c, …)``."""
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10.0 * np.log10(np.sum(power, axis=0)))


def _powers(channel: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mean square of each block of a channel ``(n,)``, weighted."""
    for numerator, denominator in (_high_shelf(sample_rate), _high_pass(sample_rate)):
        channel = _filtered(np.ascontiguousarray(channel), numerator, denominator).astype(channel.dtype)
    count = int(np.round((len(channel) / sample_rate - BLOCK) / (BLOCK * _STEP))) + 1
    bounds = (
        (int(BLOCK * (k * _STEP) * sample_rate), int(BLOCK * (k * _STEP + 1) * sample_rate))
        for k in range(count)
    )
    means = [1.0 / (BLOCK * sample_rate) * np.sum(np.square(channel[a:b])) for a, b in bounds]
    return np.array(means, np.float64)


def _high_shelf(sample_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of the shelf. Source: Bristow-Johnson's cookbook of biquads."""
    gain, quality, hertz = _SHELF
    a, turn = 10 ** (gain / 40.0), 2.0 * np.pi * (hertz / sample_rate)
    alpha, cosine = np.sin(turn) / (2.0 * quality), np.cos(turn)
    above = [
        a * ((a + 1) + (a - 1) * cosine + 2 * np.sqrt(a) * alpha),
        -2 * a * ((a - 1) + (a + 1) * cosine),
        a * ((a + 1) + (a - 1) * cosine - 2 * np.sqrt(a) * alpha),
    ]
    below = [
        (a + 1) - (a - 1) * cosine + 2 * np.sqrt(a) * alpha,
        2 * ((a - 1) - (a + 1) * cosine),
        (a + 1) - (a - 1) * cosine - 2 * np.sqrt(a) * alpha,
    ]
    return np.array(above) / below[0], np.array(below) / below[0]


def _high_pass(sample_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of the high pass. Source: as above."""
    quality, hertz = _PASS
    turn = 2.0 * np.pi * (hertz / sample_rate)
    alpha, cosine = np.sin(turn) / (2.0 * quality), np.cos(turn)
    above = [(1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2]
    below = [1 + alpha, -2 * cosine, 1 - alpha]
    return np.array(above) / below[0], np.array(below) / below[0]


@njit(cache=True, nogil=True)
def _filtered(sound: np.ndarray, b: np.ndarray, a: np.ndarray) -> np.ndarray:  # pragma: no cover - compiled
    """Sound through a biquad, in the order of additions of scipy's ``lfilter``; float64."""
    out = np.empty(len(sound), np.float64)
    first = second = 0.0
    for i in range(len(sound)):
        x = np.float64(sound[i])
        y = first + b[0] * x
        first = second + x * b[1] - y * a[1]
        second = x * b[2] - y * a[2]
        out[i] = y
    return out
