"""What is said, told apart from who says it: mel cepstra of a recording, made equal in mean and spread."""

from __future__ import annotations

from functools import cache

import numpy as np

__all__ = ["HOP", "RATE", "cepstra"]

RATE, HOP = 16_000, 0.01  # hertz, seconds
_WINDOW, _FFT = 400, 512
_CEPSTRA, _BANDS = 13, 32


def cepstra(sound: np.ndarray, rate: int) -> np.ndarray:
    """Cepstra 1 to 12, the level and their slopes ``(T, 26)``, each with mean 0 and spread 1 over the sound.

    Args:
        sound: mono ``(n,)``.
        rate: hertz.
    """
    from scipy.fft import dct

    wave = _at_rate(sound, rate)
    step = int(HOP * RATE)
    padded = np.pad(np.append(wave[:1], wave[1:] - 0.95 * wave[:-1]), (_WINDOW // 2, _WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: len(wave) + 1 : step]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), _FFT)) ** 2
    bands = np.log(power @ _bank().T + 1e-8)
    found = dct(bands, axis=1, norm="ortho")[:, :_CEPSTRA]
    slopes = np.gradient(found, axis=0) if len(found) > 1 else np.zeros_like(found)
    both = np.hstack([found, slopes])
    return np.ascontiguousarray((both - both.mean(axis=0)) / np.maximum(both.std(axis=0), 1e-6))


def _at_rate(sound: np.ndarray, rate: int) -> np.ndarray:
    if rate == RATE:
        return np.asarray(sound, float)
    import soxr

    return np.asarray(soxr.resample(np.asarray(sound, float), rate, RATE))


@cache
def _bank() -> np.ndarray:
    """Triangles on the mel scale from 60 Hz to 7.6 kHz, ``(32, bins)``."""
    mels = np.linspace(1127 * np.log1p(60 / 700), 1127 * np.log1p(7600 / 700), _BANDS + 2)
    edges = 700 * np.expm1(mels / 1127)
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0.0, np.minimum(rise, fall))
