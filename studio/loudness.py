"""Loudness after ITU-R BS.1770: measured, brought to a target, with peaks turned down smoothly and never cut off."""

from __future__ import annotations

import numpy as np

from conditioning.errors import RequestError
from generators.base import Audio

__all__ = [
    "LOUDEST",
    "QUIETEST",
    "check_loudness",
    "gain_to",
    "integrated_loudness",
    "limited",
    "to_loudness",
    "true_peak",
]

QUIETEST, LOUDEST = -50.0, -5.0
"""LUFS that can be asked for; speech louder than -5 would be all limiter."""

_BLOCK = 0.45  # seconds; a gating block of BS.1770 lasts 0.4
_OVERSAMPLED = 4  # BS.1770-4, annex 2
_CHUNK = 1 << 19  # samples that are worked on at once
_OVERLAP = 256  # samples on each side of a chunk, for the filter


def check_loudness(loudness: float) -> None:
    """Make sure that a loudness can be reached.

    Raises:
        RequestError: it is out of its range.
    """
    if not QUIETEST <= loudness <= LOUDEST:
        raise RequestError(
            f"The loudness is {loudness:g} LUFS.",
            f"Give a number from {QUIETEST:g} to {LOUDEST:g}, such as -16.",
        )


def integrated_loudness(samples: np.ndarray, sample_rate: int) -> float | None:
    """LUFS of ``(n,)`` or ``(n, channels)``; None for sound too short or too quiet to be measured."""
    from external import loudness

    if len(samples) < _BLOCK * sample_rate:
        return None
    measured = loudness.integrated_loudness(samples, sample_rate)
    return measured if measured > -60 else None


def gain_to(samples: np.ndarray, sample_rate: int, loudness: float) -> np.float32:
    """The factor that brings sound to a loudness; 1 for sound too short or too quiet to be measured."""
    measured = integrated_loudness(samples, sample_rate)
    return np.float32(1.0 if measured is None else 10 ** ((loudness - measured) / 20))


def limited(
    samples: np.ndarray,
    sample_rate: int,
    ceiling: float,
    peaks: np.ndarray | None = None,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Sound of which no sample is above a ceiling: it is turned down before a peak comes, never cut off.

    Args:
        samples: ``(n,)`` or ``(n, channels)``.
        sample_rate: hertz.
        ceiling: of the absolute value.
        peaks: size at each sample ``(n,)`` where it is more than the sample's own, as between samples.
        out: float32 like ``samples`` to write to, which may be ``samples``; None for a new array.

    Returns:
        ``samples`` themselves where none is above the ceiling.
    """
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    loudest = peaks.max(initial=0.0) if peaks is not None else _largest(samples)
    if loudest <= ceiling:
        return samples
    window = 2 * (sample_rate // 200) + 1  # 10 ms: the gain is down before the peak comes
    reach = window + window // 2
    if out is None:
        out = np.empty(samples.shape, np.float32)
    before = np.empty(0, np.float32)
    for begin in range(0, len(samples), _CHUNK):
        end, last = begin + _CHUNK, begin + _CHUNK + reach
        sizes = _sizes(samples[begin:last]) if peaks is None else peaks[begin:last]
        need = np.concatenate([before, ceiling / np.maximum(sizes, np.float32(ceiling))])
        gain = uniform_filter1d(minimum_filter1d(need, 2 * window + 1), window)
        part = samples[begin:end]
        gain = gain[len(before) :][: len(part)]
        shaped = part * (gain if part.ndim == 1 else gain[:, None])
        out[begin:end] = np.clip(shaped, -ceiling, ceiling, out=shaped)
        before = need[: len(before) + len(part)][-reach:]
    return out


def _largest(samples: np.ndarray) -> float:
    """The largest absolute value."""
    return max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))


def _sizes(samples: np.ndarray) -> np.ndarray:
    """The largest absolute value of each moment ``(n,)``."""
    lowest, highest = (samples, samples) if samples.ndim == 1 else (samples.min(axis=1), samples.max(axis=1))
    return np.maximum(highest, -lowest)


def true_peak(audio: Audio) -> float:
    """The largest value between samples too, in dBTP: at four times the rate, as BS.1770-4 measures it."""
    peak = float(_between(audio.samples).max(initial=0.0))
    return 20 * float(np.log10(max(peak, 1e-9)))


def to_loudness(audio: Audio, loudness: float, peak: float = -1.0) -> Audio:
    """Sound at a loudness.

    Args:
        audio: what to bring there; sound of less than a gating block is taken as if it went on.
        loudness: LUFS.
        peak: dBTP that no peak is above; where peaks must be turned down much, the loudness stays a little below.

    Raises:
        RequestError: the loudness is out of its range.
    """
    check_loudness(loudness)
    ceiling = 10 ** ((peak - 0.05) / 20)
    samples = audio.samples
    for _ in range(4):  # turning peaks down costs loudness, which the next turn makes good
        samples = samples * gain_to(_long_enough(samples, audio.sample_rate), audio.sample_rate, loudness)
        for _ in range(3):
            samples = limited(samples, audio.sample_rate, ceiling, _between(samples))
    highest = float(_between(samples).max(initial=0.0))
    if highest > ceiling:
        samples = samples * (ceiling / highest)
    return Audio(samples.astype(np.float32), audio.sample_rate)


def _long_enough(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    times = int(np.ceil(_BLOCK * sample_rate / max(len(samples), 1)))
    return samples if times <= 1 else np.concatenate([samples] * times)


def _between(samples: np.ndarray) -> np.ndarray:
    """The largest size about each sample ``(n,)``, at four times the rate."""
    from scipy.signal import resample_poly

    found = np.empty(len(samples), np.float32)
    for begin in range(0, len(samples), _CHUNK):
        end = min(begin + _CHUNK, len(samples))
        first, last = max(begin - _OVERLAP, 0), min(end + _OVERLAP, len(samples))
        more = _sizes(resample_poly(samples[first:last], _OVERSAMPLED, 1, axis=0))
        sizes = more.reshape(-1, _OVERSAMPLED).max(axis=1)
        found[begin:end] = sizes[begin - first : len(sizes) - (last - end)]
    return found
