"""What the model of prosody measures of a voice: melody, level, time, spectrum and the regularity of its cycles.

Most are functionals of the judges' acoustic tracks (``studio.judges``); jitter and shimmer are measured here from cycle to
cycle, since frames of ten milliseconds do not show them. Every measure counts only as a difference from the same voice
when neutral.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from studio.judges.acoustics import HOP, SAMPLE_RATE, measure_tracks
from studio.judges.functionals import functionals, is_speech

__all__ = ["MEASURES", "described", "difference", "measures_of"]

MEASURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "f0_mean": ("pitch_mean", "st"),
        "f0_range": ("pitch_range", "st"),
        "f0_sd": ("pitch_sd", "st"),
        "f0_slope": ("pitch_slope", "st/s"),
        "f0_rise": ("pitch_rise", "st/s"),
        "f0_fall": ("pitch_fall", "st/s"),
        "f0_first": ("pitch_first", "st"),
        "f0_last": ("pitch_last", "st"),
        "f0_final": ("pitch_end", "st"),
        "level": ("level_mean", "dB"),
        "level_sd": ("level_sd", "dB"),
        "level_slope": ("level_slope", "dB/s"),
        "rate": ("seconds", "%"),
        "syllable_rate": ("syllable_rate", "1/s"),
        "pauses": ("silent_share", "share"),
        "alpha": ("alpha_voiced", "dB"),
        "hammarberg": ("hammarberg_voiced", "dB"),
        "centroid": ("centroid_voiced", "oct"),
        "h1_h2": ("h1_h2_mean", "dB"),
        "hnr": ("harmonicity_mean", "dB"),
        "jitter": ("jitter", "%"),
        "shimmer": ("shimmer", "dB"),
    }
)
"""Name of each measure, the number of ``described`` that it rests on, and its unit.

F0 is that of WORLD; ``f0_first`` and ``f0_last`` are medians of the first and last third against the whole's, ``f0_final``
the last 0.12 s of voice likewise; ``f0_rise`` and ``f0_fall`` the mean speeds of rising and falling pitch. Alpha ratio and
Hammarberg index after Eyben et al. 2016, HNR after Boersma 1993, on voiced frames. ``rate`` compares the lengths of two
readings of one text. Jitter and shimmer are the median change from one cycle of the fundamental to the next.
"""

_FEWEST = 6  # cycles below which their regularity is not measured


def described(wave: np.ndarray) -> dict[str, float] | None:
    """Every number of an utterance by name: the functionals, then seconds, jitter and shimmer.

    Args:
        wave: mono ``(n,)`` at 16 kHz, finite.

    Returns:
        None where too little of it is voiced speech.
    """
    tracks = measure_tracks(wave)
    if not is_speech(tracks):
        return None
    rows = np.flatnonzero(tracks.active)
    hertz = np.where(tracks.voiced, 100 * 2 ** (np.nan_to_num(tracks.pitch) / 12), 0.0)
    jitter, shimmer = _irregularity(np.asarray(wave, np.float64), hertz)
    return {
        **functionals(tracks),
        "seconds": float((rows[-1] + 1 - rows[0]) * HOP),
        "jitter": jitter,
        "shimmer": shimmer,
    }


def measures_of(numbers: Mapping[str, float]) -> dict[str, float]:
    """The measures of the table out of what ``described`` gives; ``rate`` is still the length in seconds."""
    return {name: numbers[key] for name, (key, _) in MEASURES.items()}


def difference(emotional: Mapping[str, float], neutral: Mapping[str, float]) -> dict[str, float]:
    """How an utterance differs from a neutral one, each measure in its unit, rate in per cent.

    Args:
        emotional: of ``described``.
        neutral: the same of a neutral reading, for ``rate`` of the same text.
    """
    one, other = measures_of(emotional), measures_of(neutral)
    found = {name: one[name] - other[name] for name in MEASURES}
    found["rate"] = 100 * (other["rate"] / one["rate"] - 1)
    return found


def _irregularity(wave: np.ndarray, hertz: np.ndarray) -> tuple[float, float]:
    """Jitter in per cent and shimmer in dB over the steadily voiced cycles; zeros where there are too few.

    A cycle runs from one upward zero crossing of the fundamental to the next, placed between samples.
    """
    from scipy.signal import butter, sosfiltfilt

    step = round(HOP * SAMPLE_RATE)
    voiced = np.repeat(hertz > 0, step)[: len(wave)]
    middle = float(np.median(hertz[hertz > 0]))
    filtering = butter(2, [0.6 * middle, 1.5 * middle], "band", fs=SAMPLE_RATE, output="sos")
    lowest = sosfiltfilt(filtering, wave)
    crossing = (lowest[:-1] < 0) & (lowest[1:] >= 0)
    rising = np.flatnonzero(crossing[: len(voiced)] & voiced[: len(crossing)])
    if len(rising) <= _FEWEST:
        return 0.0, 0.0
    exact = rising - lowest[rising] / (lowest[rising + 1] - lowest[rising])
    lengths = np.diff(exact)
    track = np.where(hertz > 0, hertz, middle)
    expected = SAMPLE_RATE / np.interp(rising[:-1], np.arange(len(track)) * step, track)
    steady = np.abs(np.log2(np.maximum(lengths, 1) / expected)) < 0.3
    peaks = np.array([np.abs(wave[a:b]).max() for a, b in itertools.pairwise(rising)])
    lengths, peaks = lengths[steady], 20 * np.log10(np.maximum(peaks[steady], 1e-6))
    if len(lengths) < _FEWEST:
        return 0.0, 0.0
    jitter = 100 * float(np.median(np.abs(np.diff(lengths)) / lengths[1:]))
    return jitter, float(np.median(np.abs(np.diff(peaks))))
