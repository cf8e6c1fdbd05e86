"""Physical measures of speech: pitch, pace, level and tilt; loudness and clipping by ``studio.quality.sound``.

Aim: to check what was asked of a voice against the wave itself, without any model of emotion. All functions are pure:
sound in, numbers out.

Conventions: a sound has ``samples`` ``(n,)`` or ``(n, channels)``, full scale -1..1, and ``sample_rate`` in hertz. Pitch
is in hertz, its range in semitones, level in decibels of full scale (RMS; a full-scale sine is -3.01 dB), loudness in
LUFS. Where there is nothing to measure (silence, no voicing), pitch and rates are NaN and levels are ``-inf``.

Metrics:
    * ``pitch``: median, range and spread of F0 (WORLD's Harvest, Morise 2017).
    * ``syllable_rate``: syllable nuclei a second, found as level peaks (after de Jong & Wempe 2009).
    * ``words_per_minute``: from word times.
    * ``level_db``, ``peak_db``, ``silent_share``.
    * ``spectral_tilt_db``: decibels an octave; speech has about -6 to -12, a tense voice less steep than a soft one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from external.world import world
from studio.judges.media import Sound, mono
from studio.quality.sound import clipped_share, loudness_lufs

__all__ = [
    "Pitch",
    "SpeechMeasures",
    "level_db",
    "measure",
    "peak_db",
    "pitch",
    "pitch_over_time",
    "silent_share",
    "spectral_tilt_db",
    "syllable_rate",
    "words_per_minute",
]

_RATE = 16_000  # enough for every measure here but peak, loudness and clipping
_FRAME = 0.010
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 700.0
_SPEECH_RANGE_DB = 35.0  # decibels below the loud parts at which speech counts as silent
_NUCLEUS_DB = 2.0  # decibels by which a syllable's peak stands out (de Jong & Wempe 2009)
_NUCLEI_APART = 0.10  # seconds; faster than ten syllables a second nobody speaks


@dataclass(frozen=True)
class Pitch:
    """F0 of a voice.

    Args:
        median_hz: NaN if nothing is voiced, as are the others.
        low_hz: tenth percentile.
        high_hz: ninetieth percentile.
        range_st: from the tenth to the ninetieth percentile, in semitones.
        sd_st: standard deviation in semitones.
        voiced_share: of all frames, 0..1.
    """

    median_hz: float
    low_hz: float
    high_hz: float
    range_st: float
    sd_st: float
    voiced_share: float


@dataclass(frozen=True)
class SpeechMeasures:
    """All measures of a sound; see the functions of the same names."""

    pitch: Pitch
    syllable_rate: float
    level_db: float
    peak_db: float
    loudness_lufs: float
    clipped_share: float
    silent_share: float
    spectral_tilt_db: float


def measure(sound: Sound) -> SpeechMeasures:
    """Measure everything.

    Args:
        sound: of any length above 0.
    """
    return SpeechMeasures(
        pitch=pitch(sound),
        syllable_rate=syllable_rate(sound),
        level_db=level_db(sound),
        peak_db=peak_db(sound),
        loudness_lufs=loudness_lufs(sound),
        clipped_share=clipped_share(sound),
        silent_share=silent_share(sound),
        spectral_tilt_db=spectral_tilt_db(sound),
    )


def pitch_over_time(sound: Sound) -> np.ndarray:
    """F0 in hertz every 10 ms, 0 where unvoiced, ``(T,)``."""
    wave = mono(sound, _RATE).astype(np.float64)
    if len(wave) < _RATE * 3 / _LOWEST_HZ or not wave.any():
        return np.zeros(1 + int(len(wave) / _RATE / _FRAME))
    coarse, times = world().harvest(
        wave, _RATE, f0_floor=_LOWEST_HZ, f0_ceil=_HIGHEST_HZ, frame_period=1000 * _FRAME
    )
    track: np.ndarray = world().stonemask(wave, coarse, times, _RATE)
    speech = _speech_frames(wave)
    count = min(len(track), len(speech))
    return np.where(speech[:count], track[:count], 0.0)


def pitch(sound: Sound) -> Pitch:
    """Median, range and spread of F0."""
    track = pitch_over_time(sound)
    voiced = track[track > 0]
    if not len(voiced):
        return Pitch(np.nan, np.nan, np.nan, np.nan, np.nan, 0.0)
    low, middle, high = np.percentile(voiced, [10, 50, 90])
    return Pitch(
        median_hz=float(middle),
        low_hz=float(low),
        high_hz=float(high),
        range_st=float(12 * np.log2(high / low)),
        sd_st=float((12 * np.log2(voiced / middle)).std()),
        voiced_share=len(voiced) / len(track),
    )


def syllable_rate(sound: Sound) -> float:
    """Syllable nuclei a second of the stretch from the first to the last speech; NaN in silence."""
    from scipy.signal import find_peaks

    wave = mono(sound, _RATE)
    speech = np.flatnonzero(_speech_frames(wave))
    if not len(speech):
        return float("nan")
    level = _levels(wave)[speech[0] : speech[-1] + 1]
    window = np.hanning(9) / np.hanning(9).sum()
    smooth = np.convolve(np.pad(level, 4, mode="edge"), window, mode="valid")
    smooth = np.pad(
        smooth, 1, constant_values=smooth.min() - 2 * _NUCLEUS_DB
    )  # a nucleus may stand at the border
    peaks, _ = find_peaks(smooth, prominence=_NUCLEUS_DB, distance=round(_NUCLEI_APART / _FRAME))
    return len(peaks) / (len(level) * _FRAME)


def words_per_minute(words: Sequence[Any]) -> float:
    """Words a minute from the first word's ``start`` to the last one's ``end``, in seconds; NaN without words."""
    if not words:
        return float("nan")
    seconds = words[-1].end - words[0].start
    return 60 * len(words) / seconds if seconds > 0 else float("nan")


def level_db(sound: Sound) -> float:
    """Root mean square of all samples in decibels of full scale."""
    power = float(np.mean(np.square(sound.samples, dtype=np.float64))) if len(sound.samples) else 0.0
    return 10 * float(np.log10(power)) if power > 0 else float("-inf")


def peak_db(sound: Sound) -> float:
    """Largest sample in decibels of full scale."""
    peak = float(np.max(np.abs(sound.samples))) if len(sound.samples) else 0.0
    return 20 * float(np.log10(peak)) if peak > 0 else float("-inf")


def silent_share(sound: Sound) -> float:
    """Share of time, 0..1, without speech: more than 35 dB below the loud parts."""
    return float(1 - _speech_frames(mono(sound, _RATE)).mean())


def spectral_tilt_db(sound: Sound) -> float:
    """Slope of the long-term spectrum of the speech from 125 Hz to 6 kHz in decibels an octave; NaN in silence."""
    wave = mono(sound, _RATE)
    frames = _frames(wave)[_speech_frames(wave)]
    if not len(frames):
        return float("nan")
    power = (np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), axis=1)) ** 2).mean(axis=0)
    hertz = np.fft.rfftfreq(frames.shape[1], 1 / _RATE)
    edges = 125.0 * 2 ** (np.arange(18) / 3)  # third octaves, so that each octave counts alike
    points = []
    for low, high in itertools.pairwise(edges):
        band = (hertz >= low) & (hertz < high)
        if band.any():
            points.append((np.log2(np.sqrt(low * high)), 10 * np.log10(power[band].mean() + 1e-20)))
    octaves, decibels = np.array(points).T
    return float(np.polyfit(octaves, decibels, 1)[0])


def _frames(wave: np.ndarray) -> np.ndarray:
    """Frames of 32 ms centred every 10 ms, ``(T, 512)``."""
    step, width = round(_FRAME * _RATE), 512
    padded = np.pad(np.asarray(wave, np.float64), (width // 2, width))
    count = 1 + len(wave) // step
    return np.lib.stride_tricks.sliding_window_view(padded, width)[: count * step : step]


def _levels(wave: np.ndarray) -> np.ndarray:
    return 10 * np.log10((_frames(wave) ** 2).mean(axis=1) + 1e-12)


def _speech_frames(wave: np.ndarray) -> np.ndarray:
    """Where there is sound within 35 dB of the loud parts, and above -70 dB of full scale ``(T,)``."""
    levels = _levels(wave)
    return levels > max(float(np.percentile(levels, 95)) - _SPEECH_RANGE_DB, -70.0)
