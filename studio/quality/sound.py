"""Is a sound whole: loudness, true peak, clipping, silence, offset, and numbers that are none.

Conventions: a sound has ``samples`` ``(n,)`` or ``(n, channels)``, full scale -1..1, and ``sample_rate`` in hertz. Levels are in
decibels, shares 0..1. Where a sample is not a number (NaN, infinite) it counts as 0 for the other measures.

Metrics (what silence and an empty sound give in brackets):
    * ``loudness_lufs``: integrated, ITU-R BS.1770-4 by pyloudnorm (``-inf``).
    * ``true_peak_db``: highest point of the curve between the samples, four times oversampled, ITU-R BS.1770-4 annex 2 (``-inf``).
    * ``clipped_share``: samples on flat tops; 0 is clean (0).
    * ``silent_share``: time below -60 dB of full scale (1).
    * ``offset``: mean of the samples, of the worst channel; 0 is clean (0).
    * ``not_numbers``: share of samples that are NaN or infinite; must be 0 (0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.judges.media import Sound, Waveform

__all__ = [
    "SoundMeasures",
    "clipped_share",
    "loudness_lufs",
    "measure",
    "not_numbers",
    "offset",
    "silent_share",
    "true_peak_db",
]

_LOUDNESS_BLOCK = 0.4  # seconds, the block of BS.1770

_OVERSAMPLED = 4  # BS.1770-4 asks for at least 192 kHz, which is four times 48
_BLOCK, _OVERLAP = 65_536, 64  # samples; the filter of the oversampling reaches 10 to each side
_FULL_SCALE = 0.999
_FULL_SCALE_RUN = 2  # neighbouring samples at full scale
_FLAT_RUN = 4  # equal neighbouring samples at the extreme: below full scale a pure bass tone reaches 3 by rounding to 16 bits
_FLAT_LEAST = 0.25  # and softer sounds reach more
_SILENCE_DB = -60.0
_SILENCE_FRAME = 0.050  # seconds


@dataclass(frozen=True)
class SoundMeasures:
    """All measures of a sound; see the module for units and ranges."""

    loudness_lufs: float
    true_peak_db: float
    clipped_share: float
    silent_share: float
    offset: float
    not_numbers: float


def measure(sound: Sound) -> SoundMeasures:
    """Everything at once.

    Args:
        sound: of any length and number of channels.
    """
    clean = _numbers_only(sound)
    return SoundMeasures(
        loudness_lufs=loudness_lufs(clean),
        true_peak_db=true_peak_db(clean),
        clipped_share=clipped_share(clean),
        silent_share=silent_share(clean),
        offset=offset(clean),
        not_numbers=not_numbers(sound),
    )


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness in LUFS; a sound shorter than one block (0.4 s) is padded with silence to one."""
    import pyloudnorm

    samples = np.asarray(sound.samples, np.float64)
    least = int(np.ceil(_LOUDNESS_BLOCK * sound.sample_rate)) + 1
    if len(samples) < least:
        samples = np.pad(samples, [(0, least - len(samples))] + [(0, 0)] * (samples.ndim - 1))
    with np.errstate(divide="ignore"):
        return float(pyloudnorm.Meter(sound.sample_rate).integrated_loudness(samples))


def true_peak_db(sound: Sound) -> float:
    """Highest absolute value between the samples, decibels of full scale; above 0 it clips when it is played or coded."""
    from scipy.signal import resample_poly

    channels = _channels(sound)
    peak = float(np.abs(channels).max()) if channels.size else 0.0
    for start in range(0, channels.shape[1], _BLOCK):
        block = channels[:, max(0, start - _OVERLAP) : start + _BLOCK + _OVERLAP]
        if np.abs(block).max() * 2 > peak:  # no curve rises to more than about twice its samples here
            peak = max(peak, float(np.abs(resample_poly(block, _OVERSAMPLED, 1, axis=1)).max()))
    return 20 * float(np.log10(peak)) if peak > 0 else float("-inf")


def clipped_share(sound: Sound) -> float:
    """Share of samples on flat tops, 0..1.

    A flat top is two neighbours at full scale, or four equal ones at a channel's highest or lowest value where that is
    above a quarter of full scale: so a sound that was clipped and turned down afterwards is found as well.
    """
    channels = _channels(sound)
    if not channels.size:
        return 0.0
    clipped = np.zeros(channels.shape, bool)
    for row, wave in zip(clipped, channels, strict=True):
        row |= _in_runs(np.abs(wave) >= _FULL_SCALE, _FULL_SCALE_RUN)
        for extreme in (wave.max(), wave.min()):
            if abs(extreme) >= _FLAT_LEAST:
                row |= _in_runs(wave == extreme, _FLAT_RUN)
    return float(clipped.mean())


def silent_share(sound: Sound) -> float:
    """Share of stretches of 50 ms below -60 dB of full scale in all channels together, 0..1; 1 for an empty sound."""
    channels = _channels(sound)
    length = max(1, round(_SILENCE_FRAME * sound.sample_rate))
    count = channels.shape[1] // length
    if count == 0:
        return 1.0 if not channels.any() else 0.0
    frames = channels[:, : count * length].reshape(len(channels), count, length)
    power = np.square(frames, dtype=np.float64).mean(axis=2).max(axis=0)
    return float((power < 10 ** (_SILENCE_DB / 10)).mean())


def offset(sound: Sound) -> float:
    """Mean of the samples of the worst channel, -1..1; it costs headroom and clicks where the sound starts and ends."""
    channels = _channels(sound)
    if not channels.size:
        return 0.0
    means = channels.mean(axis=1, dtype=np.float64)
    return float(means[np.abs(means).argmax()])


def not_numbers(sound: Sound) -> float:
    """Share of samples that are NaN or infinite, 0..1."""
    samples = np.asarray(sound.samples)
    return float(1 - np.isfinite(samples).mean()) if samples.size else 0.0


def _numbers_only(sound: Sound) -> Waveform:
    samples = np.asarray(sound.samples, np.float32)
    if np.isfinite(samples).all():
        return Waveform(samples, sound.sample_rate)
    return Waveform(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), sound.sample_rate)


def _channels(sound: Sound) -> np.ndarray:
    """``(channels, n)``."""
    samples = np.asarray(sound.samples, np.float32)
    return samples[None] if samples.ndim == 1 else samples.T


def _in_runs(flags: np.ndarray, least: int) -> np.ndarray:
    """Flags ``(n,)`` that stand in runs of at least so many."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.view(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    out = np.zeros(len(flags), bool)
    for start, end in zip(starts, ends, strict=True):
        if end - start >= least:
            out[start:end] = True
    return out
