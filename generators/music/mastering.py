"""The last steps of the mix: tilt of the spectrum, loudness, peaks."""

from __future__ import annotations

import numpy as np

__all__ = ["BLOCK", "limit", "loudness_gain", "shape", "tilt_gain"]

BLOCK = 1 << 18  # frames worked through at a time, so that long pieces need no second copy
_FRAME = 4096
_FRAMES = 400  # of the sound, evenly spread, tell its spectrum
_RUMBLE_HZ = 32.0
_CHUNK = 60.0  # seconds whose loudness is measured at a time


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
    starts = np.unique(np.linspace(0, max(len(sound) - _FRAME, 0), _FRAMES).astype(int))
    power = np.zeros(_FRAME // 2 + 1)
    for start in starts:
        frame = sound[start : start + _FRAME].mean(axis=1)
        power += np.abs(np.fft.rfft(frame * np.hanning(len(frame)), _FRAME)) ** 2
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


def shape(sound: np.ndarray, times: np.ndarray, gains: np.ndarray, rate: int, corner_hz: float) -> None:
    """Take rumble out of the sound and lift or cut its highs, in place.

    Args:
        sound: ``(n, 2)``, changed.
        times: seconds ``(k,)`` of the gains.
        gains: ``(k,)`` as ``tilt_gain`` gives them; between their times they move evenly.
        rate: hertz.
        corner_hz: of the first-order high-pass whose output is added.
    """
    from scipy import signal

    rumble = signal.butter(2, _RUMBLE_HZ, "highpass", fs=rate, output="sos")
    highpass = signal.butter(1, corner_hz, "highpass", fs=rate, output="sos")
    low_state, high_state = np.zeros((1, 2, 2)), np.zeros((1, 2, 2))
    for start in range(0, len(sound), BLOCK):
        block = sound[start : start + BLOCK]
        clean, low_state = signal.sosfilt(rumble, block, axis=0, zi=low_state)
        highs, high_state = signal.sosfilt(highpass, clean, axis=0, zi=high_state)
        gain = np.interp((start + np.arange(len(block))) / rate, times, gains)
        block[:] = clean + highs * gain[:, None]


def loudness_gain(sound: np.ndarray, rate: int, wanted_lufs: float) -> float:
    """Factor that brings the sound to a loudness; sound shorter than 0.4 s is measured by its mean power.

    Args:
        sound: ``(n, 2)``.
        rate: hertz.
        wanted_lufs: integrated loudness after ITU-R BS.1770, gated minute by minute.
    """
    powers, weights = [], []
    for start in range(0, len(sound), round(_CHUNK * rate)):
        chunk = sound[start : start + round(_CHUNK * rate)].astype(np.float64)
        powers.append(_weighted_power(chunk, rate))
        weights.append(len(chunk))
    power = float(np.average(powers, weights=weights))
    if power <= 1e-12:
        return 1.0
    return float(10 ** ((wanted_lufs + 0.691) / 20) / np.sqrt(power))


def _weighted_power(chunk: np.ndarray, rate: int) -> float:
    """Gated, K-weighted power of both channels; plain power where the chunk is too short to gate."""
    plain = float((chunk**2).mean(axis=0).sum())
    if len(chunk) < 0.45 * rate or plain <= 1e-12:
        return plain
    from external.loudness import integrated_loudness

    loudness = integrated_loudness(chunk, rate)
    return float(10 ** ((loudness + 0.691) / 10)) if np.isfinite(loudness) else plain


def limit(sound: np.ndarray, gain: float, ceiling: float, rate: int, ahead: float = 0.004) -> None:
    """Multiply the sound by a gain and hold its peaks under a ceiling, in place, turning it down before they come.

    Args:
        sound: ``(n, 2)``, changed.
        gain: factor.
        ceiling: 0..1.
        rate: hertz.
        ahead: seconds over which the sound is turned down.
    """
    from scipy import ndimage

    reach = int(ahead * rate) | 1
    peaks = np.maximum(np.abs(sound[:, 0]), np.abs(sound[:, 1])) * np.float32(gain)
    need = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    need = ndimage.uniform_filter1d(ndimage.minimum_filter1d(need, 2 * reach + 1), reach)
    need *= np.float32(gain)
    sound *= need[:, None]
