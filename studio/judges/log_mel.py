"""Sound as the speech encoder hears it: eighty bands of the mel scale, a hundred frames a second.

The bands equal those that Whisper was trained on (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak
Supervision"; openai/whisper ``audio.py``, MIT): frames of 25 ms every 10 ms, Slaney's mel scale, decimal logarithm, nothing
lower than 80 dB below the loudest band of the sound.
"""

from __future__ import annotations

from functools import cache

import numpy as np

__all__ = ["BANDS", "SAMPLE_RATE", "active_frames", "active_seconds", "levelled", "log_mel", "loud_level"]

SAMPLE_RATE = 16_000
BANDS = 80
_WINDOW, _STEP = 400, 160
_SILENT_BELOW = 35.0  # decibels below the loud frames at which speech ends
_SILENCE = -70.0  # dB of full scale below which nothing counts as sound
_LOUD = -20.0  # dB of full scale to which the loud frames are brought


def active_seconds(wave: np.ndarray) -> float:
    """How long a sound is neither silent nor far below its own loud frames.

    Args:
        wave: mono ``(n,)`` at 16 kHz.
    """
    level = _levels(wave)
    return float((level > max(_loud(level) - _SILENT_BELOW, _SILENCE)).sum() * _STEP / SAMPLE_RATE)


def active_frames(mel: np.ndarray) -> np.ndarray:
    """Which pairs of frames are not far below the loud ones ``(T/2,)`` bool.

    Args:
        mel: from ``log_mel``, ``(T, 80)``.
    """
    power = (10 ** (4.0 * mel - 4.0)).sum(axis=1).reshape(-1, 2).mean(axis=1)
    level = 10 * np.log10(power + 1e-10)
    active: np.ndarray = level > _loud(level) - _SILENT_BELOW
    return active


def loud_level(wave: np.ndarray) -> float:
    """The level of the loud frames of a sound, dB of full scale, -70 or more.

    Args:
        wave: mono ``(n,)`` at 16 kHz, not empty.
    """
    return max(_loud(_levels(wave)), _SILENCE)


def levelled(wave: np.ndarray) -> np.ndarray:
    """A sound brought to one loudness, so that the gain of the recording says nothing, float32 ``(n,)``.

    Args:
        wave: mono ``(n,)`` at 16 kHz, not empty.
    """
    return np.asarray(wave * 10 ** ((_LOUD - loud_level(wave)) / 20), np.float32)


def log_mel(wave: np.ndarray) -> np.ndarray:
    """Mel bands of a sound, float32 ``(T, 80)`` with ``T`` even, about -1..1.

    Args:
        wave: mono ``(n,)`` at 16 kHz, at least two frames (320 samples) long.
    """
    padded = np.pad(wave, _WINDOW // 2, mode="reflect" if len(wave) > _WINDOW else "constant")
    count = len(wave) // _STEP // 2 * 2
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * _STEP : _STEP]
    power = (np.abs(np.fft.rfft(frames * _hann(), axis=1)) ** 2).astype(np.float32)
    bands = np.log10(np.maximum(power @ _mel_bank().T, 1e-10))
    return ((np.maximum(bands, bands.max() - 8.0) + 4.0) / 4.0).astype(np.float32)


def _levels(wave: np.ndarray) -> np.ndarray:
    """Level in dB of full scale of frames of 30 ms every 10 ms."""
    width = 3 * _STEP
    padded = np.pad(np.asarray(wave, np.float64), (width // 2, width))
    power = np.cumsum(np.r_[0.0, padded**2])
    starts = np.arange(1 + len(wave) // _STEP) * _STEP
    return 10 * np.log10(np.maximum(power[starts + width] - power[starts], 0) / width + 1e-10)


def _loud(level: np.ndarray) -> float:
    return float(np.percentile(level, 95))


@cache
def _hann() -> np.ndarray:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _mel_bank() -> np.ndarray:
    """Triangles of equal area on Slaney's mel scale, ``(80, 201)`` (Slaney 1998, Auditory Toolbox)."""
    edges = _hertz(np.linspace(0.0, _mel(SAMPLE_RATE / 2), BANDS + 2))
    bins = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (np.maximum(0.0, np.minimum(rise, fall)) * area[:, None]).astype(np.float32)


_LINEAR_HERTZ = 200.0 / 3  # hertz a mel below the knee
_KNEE = 1000.0  # hertz above which the scale is logarithmic
_LOG_STEP = np.log(6.4) / 27  # of the natural logarithm a mel above the knee


def _mel(hertz: float) -> float:
    if hertz < _KNEE:
        return hertz / _LINEAR_HERTZ
    return float(_KNEE / _LINEAR_HERTZ + np.log(hertz / _KNEE) / _LOG_STEP)


def _hertz(mel: np.ndarray) -> np.ndarray:
    knee = _KNEE / _LINEAR_HERTZ
    above = _KNEE * np.exp(np.minimum(mel - knee, 50.0) * _LOG_STEP)
    return np.where(mel >= knee, above, mel * _LINEAR_HERTZ)
