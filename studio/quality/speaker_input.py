"""What the speaker network hears: a sound raised in level, without its pauses, as mel powers.

Equal to the front end of Resemblyzer 0.1.4 (Apache-2.0) but for the detector of pauses: there it is WebRTC's, here a frame
counts as speech by its level. Source of all numbers: ``resemblyzer/hparams.py`` and ``resemblyzer/audio.py``.
"""

from __future__ import annotations

from functools import cache

import numpy as np

__all__ = ["FRAMES", "RATE", "levelled", "mel_powers", "parts", "without_pauses"]

RATE = 16_000
FRAMES = 160  # of one part: 1.6 s
_CHANNELS = 40
_WINDOW, _STEP = 400, 160  # 25 ms every 10 ms
_LEVEL = -30.0  # dB of full scale, root mean square
_VAD_WINDOW = 480  # 30 ms
_SMOOTH, _LONGEST_PAUSE = 8, 6  # windows
_SPEECH_RANGE_DB, _SILENCE_DB = 35.0, -70.0  # as everywhere in the studio (studio/judges/acoustics.py)
_PARTS_PER_SECOND, _LEAST_COVERED = 1.3, 0.75


def levelled(wave: np.ndarray) -> np.ndarray:
    """A wave ``(n,)`` raised to -30 dB of full scale; a louder or a silent one stays as it is, as in the network's training."""
    power = float(np.mean(np.square(wave, dtype=np.float64))) if len(wave) else 0.0
    gain = 10 ** (_LEVEL / 20) / np.sqrt(power) if power > 0 else 1.0
    return np.asarray(wave * max(gain, 1.0), np.float32)


def without_pauses(wave: np.ndarray) -> np.ndarray:
    """A wave ``(n,)`` at 16 kHz without its pauses that are longer than about 0.2 s; empty if it is silent."""
    count = len(wave) // _VAD_WINDOW
    if count == 0:
        return np.asarray(wave[:0], np.float32)
    windows = np.asarray(wave[: count * _VAD_WINDOW], np.float64).reshape(count, _VAD_WINDOW)
    levels = 10 * np.log10(np.square(windows).mean(axis=1) + 1e-12)
    speech = levels > max(float(np.percentile(levels, 95)) - _SPEECH_RANGE_DB, _SILENCE_DB)
    padded = np.pad(speech.astype(float), ((_SMOOTH - 1) // 2, _SMOOTH // 2))
    steady = np.convolve(padded, np.ones(_SMOOTH) / _SMOOTH, "valid") > 0.5
    wide = np.convolve(steady.astype(float), np.ones(_LONGEST_PAUSE + 1), "same") > 0
    return np.asarray(windows[wide[:count]].reshape(-1), np.float32)


def mel_powers(wave: np.ndarray) -> np.ndarray:
    """Power of a wave ``(n,)`` at 16 kHz in 40 mel bands every 10 ms, ``(1 + n // 160, 40)``; not a logarithm."""
    padded = np.pad(np.asarray(wave, np.float32), _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_STEP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
    return np.asarray(power @ _mel_bank().T, np.float32)


def parts(wave: np.ndarray) -> np.ndarray:
    """Overlapping stretches of 1.6 s as mel powers ``(160, n, 40)``; a sound that is shorter is filled with silence.

    Args:
        wave: ``(n,)`` at 16 kHz, levelled and without pauses.
    """
    step = round(RATE / _PARTS_PER_SECOND / _STEP)
    frames = -(-(len(wave) + 1) // _STEP)
    starts = list(range(0, max(1, frames - FRAMES + step + 1), step))
    covered = (len(wave) - starts[-1] * _STEP) / (FRAMES * _STEP)
    if covered < _LEAST_COVERED and len(starts) > 1:
        starts.pop()
    missing = max(0, (starts[-1] + FRAMES) * _STEP - len(wave))
    mels = mel_powers(np.pad(wave, (0, missing)))
    return np.stack([mels[start : start + FRAMES] for start in starts], axis=1)


@cache
def _mel_bank() -> np.ndarray:
    """Triangles ``(40, 201)`` from 0 to 8 kHz on Slaney's mel scale, each of area 1, as librosa makes them."""
    edges = _hertz(np.linspace(0.0, _mel(RATE / 2), _CHANNELS + 2))
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rise, fall))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None])


def _mel(hertz: float) -> float:
    """Slaney's scale: linear to 1 kHz, then 27 steps for a factor of 6.4."""
    return hertz * 3 / 200 if hertz < 1000 else float(15 + np.log(hertz / 1000) * 27 / np.log(6.4))


def _hertz(mel: np.ndarray) -> np.ndarray:
    """The other way round."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
