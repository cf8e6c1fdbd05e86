"""A synthetic room: early reflections, then noise whose high bands die away sooner."""

from __future__ import annotations

import numpy as np

__all__ = ["impulse_response", "reverberate"]

_BANDS = ((120.0, 500.0, 1.15), (500.0, 2500.0, 1.0), (2500.0, 8000.0, 0.5))  # hertz, share of the decay time
_BLOCK = 1 << 18  # frames worked through at a time
_REFLECTIONS = (0.011, 0.017, 0.023, 0.031, 0.037, 0.045)  # seconds


def impulse_response(decay: float, rate: int, rng: np.random.Generator) -> np.ndarray:
    """The room's answer to a click.

    Args:
        decay: seconds in which the sound falls by 60 dB.
        rate: hertz.
        rng: the room's chance.

    Returns:
        float32 ``(n, 2)`` of energy 1 in each channel, before the reflections.
    """
    from scipy import signal

    n = max(int(rate * decay * 1.1), int(rate * 0.06))
    times = np.arange(n) / rate
    out = np.zeros((n, 2))
    for low, high, share in _BANDS:
        band = signal.butter(2, (low, min(high, 0.45 * rate)), "bandpass", fs=rate, output="sos")
        noise = signal.sosfilt(band, rng.normal(0, 1, (n, 2)), axis=0)
        out += noise * np.exp(-6.9 * times / (decay * share))[:, None]
    out *= np.minimum(times / 0.02, 1)[:, None]
    out /= np.sqrt((out**2).sum(axis=0, keepdims=True))
    for k, delay in enumerate(_REFLECTIONS):
        out[int(delay * rate), k % 2] += 0.28 * 0.8**k
    return out.astype(np.float32)


def reverberate(sound: np.ndarray, response: np.ndarray) -> None:
    """Replace the sound ``(n, 2)`` by how it comes back from the room, cut to its own length.

    It works through blocks in place, so that long pieces need no second copy.
    """
    from scipy import signal

    carried = np.zeros((len(response) - 1, 2), np.float32)
    for start in range(0, len(sound), _BLOCK):
        block = sound[start : start + _BLOCK]
        wet = signal.fftconvolve(block, response, axes=0).astype(np.float32)
        wet[: len(carried)] += carried
        carried = wet[len(block) :]
        block[:] = wet[: len(block)]
