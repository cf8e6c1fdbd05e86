"""The last steps of the mix: tilt of the spectrum, loudness, peaks."""

from __future__ import annotations

import numpy as np

__all__ = ["limit", "loudness_gain", "tilt", "tilt_gain"]

_FRAME = 4096


def tilt_gain(sound: np.ndarray, rate: int, wanted_hz: float, corner_hz: float, most_db: float) -> float:
    """Gain of the highs that brings the spectral centroid near a wanted one.

    The filter is ``1 + gain × high-pass``; its effect on the centroid of the power spectrum is worked out from the
    spectrum and searched by halving.

    Args:
        sound: ``(n, 2)``.
        rate: hertz.
        wanted_hz: centroid aimed at.
        corner_hz: of the first-order high-pass.
        most_db: greatest lift or cut of the highs.

    Returns:
        The gain: -1 removes the highs, 0 changes nothing.
    """
    mono = sound.mean(axis=1)
    count = max(len(mono) // _FRAME, 1)
    frames = np.resize(mono, count * _FRAME).reshape(count, _FRAME) * np.hanning(_FRAME)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).sum(axis=0)
    if power.sum() <= 1e-12:
        return 0.0
    hertz = np.fft.rfftfreq(_FRAME, 1 / rate)
    highpass = 1j * hertz / (corner_hz + 1j * hertz)

    def centroid(gain: float) -> float:
        shaped = power * np.abs(1 + gain * highpass) ** 2
        return float((shaped * hertz).sum() / shaped.sum())

    low, high = 10 ** (-most_db / 20) - 1, 10 ** (most_db / 20) - 1
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if centroid(middle) < wanted_hz else (low, middle)
    return (low + high) / 2


def tilt(sound: np.ndarray, gains: np.ndarray, rate: int, corner_hz: float) -> np.ndarray:
    """The sound with its highs lifted or cut by a gain that may change over time.

    Args:
        sound: ``(n, 2)``.
        gains: ``(n,)`` as ``tilt_gain`` gives them.
        rate: hertz.
        corner_hz: of the high-pass.
    """
    from scipy import signal

    section = signal.butter(1, corner_hz, "highpass", fs=rate, output="sos")
    highs = signal.sosfilt(section, sound, axis=0)
    return np.asarray(sound + highs * gains[:, None], np.float32)


def loudness_gain(sound: np.ndarray, rate: int, wanted_lufs: float) -> float:
    """Factor that brings the sound to a loudness; sound shorter than 0.4 s is measured by its mean power.

    Args:
        sound: ``(n, 2)``.
        rate: hertz.
        wanted_lufs: integrated loudness after ITU-R BS.1770.
    """
    power = float(np.mean(sound.astype(np.float64) ** 2)) * 2
    if power <= 1e-12:
        return 1.0
    measured = -0.691 + 10 * np.log10(power)
    if len(sound) >= 0.45 * rate:
        import pyloudnorm

        integrated = pyloudnorm.Meter(rate).integrated_loudness(sound.astype(np.float64))
        measured = integrated if np.isfinite(integrated) else measured
    return float(10 ** ((wanted_lufs - measured) / 20))


def limit(sound: np.ndarray, ceiling: float, rate: int, ahead: float = 0.004) -> np.ndarray:
    """The sound with peaks held under a ceiling by a gain that falls before them.

    Args:
        sound: ``(n, 2)``.
        ceiling: 0..1.
        rate: hertz.
        ahead: seconds over which the gain falls.
    """
    from scipy import ndimage

    reach = int(ahead * rate) | 1
    need = np.minimum(1.0, ceiling / np.maximum(np.abs(sound).max(axis=1), 1e-9))
    gain = ndimage.uniform_filter1d(ndimage.minimum_filter1d(need, 2 * reach + 1), reach)
    return np.asarray(sound * gain[:, None], np.float32)
