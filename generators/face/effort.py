"""How a way of speaking changes the mouth: whispered, shouted, slow and hurried speech, read from the sound and its timing.

A whisper has hardly any voice in it. A shout is loud and its energy moves above 1 kHz (Traunmüller & Eriksson 2000, "Acoustic
effects of variation in vocal effort"); both are asked for, since a recording may be loud by its gain or bright by its
microphone. Lips and jaw open farther with effort (Geumann et al. 1999: "Are there compensatory effects in natural speech?", jaw
and lip in loud speech) and reach their targets better in slow speech (Lindblom 1963, "Spectrographic study of vowel reduction").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.base import Audio, Phone
from generators.face.tables import motion

__all__ = ["opening_by_effort", "opening_by_pace", "vocal_effort"]

_FRAME, _HOP = 0.025, 0.01  # seconds
_AT_ONCE = 500  # frames, so that a long recording takes no more memory than a short one
_SPEECH = 25.0  # dB below the loud frames at which speech ends


def vocal_effort(audio: Audio | None, times: np.ndarray) -> np.ndarray:
    """Vocal effort about each time, ``(T,)``: -1 a whisper, 0 ordinary speech (and silence), 1 a shout.

    Args:
        audio: the sound; None for ordinary speech.
        times: seconds ``(T,)``.
    """
    from scipy.ndimage import gaussian_filter1d

    if audio is None or audio.duration < 2 * _FRAME:
        return np.zeros(len(times))
    law = motion("effort")
    level, balance, voiced = _measures(audio)
    speech = level > np.quantile(level, 0.95) - _SPEECH
    weight = gaussian_filter1d(speech.astype(float), law["window"] / _HOP, mode="constant") + 1e-6

    def about(values: np.ndarray) -> np.ndarray:
        return (
            gaussian_filter1d(np.where(speech, values, 0.0), law["window"] / _HOP, mode="constant") / weight
        )

    loud = np.minimum(_share(about(level), law["shout_level"]), _share(about(balance), law["shout_balance"]))
    hushed = 1 - _share(about(voiced.astype(float)), law["whisper_voiced"])
    effort = np.where(hushed > 0, -hushed, loud)
    return np.interp(times, np.arange(len(effort)) * _HOP, effort * np.clip(weight / law["least"], 0, 1))


def opening_by_effort(effort: np.ndarray) -> np.ndarray:
    """Factor of the mouth's opening, of vocal effort in any shape."""
    law = motion("effort")
    return np.where(
        effort < 0, 1 + effort * (1 - law["whisper_opening"]), 1 + effort * (law["shout_opening"] - 1)
    )


def opening_by_pace(phones: Sequence[Phone]) -> np.ndarray:
    """Factor of the mouth's opening by how slowly is spoken about each phone, ``(P,)``: above 1 where it is slow."""
    law = motion("effort")
    lengths = np.array([phone.end - phone.start for phone in phones])
    reach = int(law["pace_phones"])
    padded = np.pad(lengths, reach, mode="edge")
    mean = np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid")
    return np.clip((mean / law["pace"]) ** law["pace_power"], *law["pace_limits"])


def _share(values: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """0 below the first bound, 1 above the second."""
    return np.clip((values - bounds[0]) / (bounds[1] - bounds[0]), 0, 1)


def _measures(audio: Audio) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each frame: level in dB of full scale, energy from 1 to 4 kHz against that below in dB, and whether it is voiced."""
    mono = audio.samples if audio.samples.ndim == 1 else audio.samples.mean(axis=1)
    width, step = int(_FRAME * audio.sample_rate), max(int(_HOP * audio.sample_rate), 1)
    padded = np.pad(mono, (width // 2, width))
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[: len(mono) : step]
    parts = (frames[start : start + _AT_ONCE].astype(float) for start in range(0, len(frames), _AT_ONCE))
    level, balance, voiced = zip(*(_measured(part, audio.sample_rate) for part in parts), strict=True)
    return np.concatenate(level), np.concatenate(balance), np.concatenate(voiced)


def _measured(frames: np.ndarray, sample_rate: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same of some frames ``(n, width)``."""
    width = frames.shape[1]
    size = 1 << (2 * width - 1).bit_length()
    spectra = np.abs(np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), size)) ** 2
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    low = spectra[:, (hertz > 60) & (hertz < 1000)].sum(axis=1)
    high = spectra[:, (hertz >= 1000) & (hertz < 4000)].sum(axis=1)
    lags = np.arange(sample_rate // 400, min(sample_rate // 75, width - 1))
    repeats = np.fft.irfft(spectra)
    periodic = (repeats[:, lags] / (1 - lags / width)).max(axis=1) / (repeats[:, 0] + 1e-12)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    return level, 10 * np.log10((high + 1e-12) / (low + 1e-12)), periodic > motion("effort")["voiced"]
