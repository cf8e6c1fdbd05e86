"""A voice's tracks summed up in one row of numbers, which is what the speech judge reads.

Every number is independent of how loud the recording is, but ``level_mean``; it counts only beside a neutral recording
of the same voice under the same conditions.
"""

from __future__ import annotations

import warnings

import numpy as np

from studio.judges.acoustics import HOP, Tracks

__all__ = ["LEAST_SPEECH", "LEAST_VOICED", "functionals", "is_speech"]

LEAST_SPEECH = 0.4  # seconds of speech below which nothing can be said of a voice
LEAST_VOICED = 0.15  # seconds of voiced speech, likewise
_TURN = 1.5  # decibels by which a syllable's peak must stand out
_NEAREST = 0.10  # seconds between the peaks of two syllables


def is_speech(tracks: Tracks) -> bool:
    """Whether there is enough voiced speech to be read."""
    return bool(tracks.active.sum() * HOP >= LEAST_SPEECH and tracks.voiced.sum() * HOP >= LEAST_VOICED)


def functionals(tracks: Tracks) -> dict[str, float]:
    """Means, spreads, ranges and slopes by name, always the same names in the same order.

    Args:
        tracks: of a sound for which ``is_speech`` holds.
    """
    active, voiced = tracks.active, tracks.voiced
    found = {**_pitch(tracks), **_level(tracks), **_rhythm(tracks)}
    for name, track in tracks.timbre.items():
        found[f"{name}_mean"] = float(track[active].mean())
        found[f"{name}_sd"] = float(track[active].std())
        found[f"{name}_voiced"] = float(track[voiced].mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a formant that is never found is NaN, made 0 below
        for name, track in tracks.quality.items():
            found[f"{name}_mean"] = float(np.nanmedian(track[voiced]))
            found[f"{name}_sd"] = float(np.nanstd(track[voiced]))
    change = np.abs(np.diff(tracks.cepstra[active], axis=0))
    for number in range(tracks.cepstra.shape[1]):
        found[f"cepstrum_{number + 1}_mean"] = float(tracks.cepstra[active, number].mean())
        found[f"cepstrum_{number + 1}_sd"] = float(tracks.cepstra[active, number].std())
        found[f"cepstrum_{number + 1}_voiced"] = float(tracks.cepstra[voiced, number].mean())
        found[f"cepstrum_{number + 1}_change"] = float(change[:, number].mean())
    return {name: value if np.isfinite(value) else 0.0 for name, value in found.items()}


def _pitch(tracks: Tracks) -> dict[str, float]:
    """Height, range and movement of pitch in semitones, and semitones a second."""
    rows = np.flatnonzero(tracks.voiced)
    pitch = tracks.pitch[rows]
    low, middle, high = np.percentile(pitch, [10, 50, 90])
    steps = np.diff(pitch)[np.diff(rows) == 1]
    steps = steps[np.abs(steps) < 3]  # a jump of an octave is the tracker's, not the speaker's
    rising, falling = steps[steps > 0], steps[steps < 0]
    thirds = np.array_split(pitch, 3)
    return {
        "pitch_mean": float(middle),
        "pitch_low": float(low),
        "pitch_high": float(high),
        "pitch_sd": float(np.clip(pitch, middle - 14, middle + 14).std()),
        "pitch_range": float(high - low),
        "pitch_slope": _trend(rows * HOP, pitch),
        "pitch_rise": float(rising.mean() / HOP) if len(rising) else 0.0,
        "pitch_fall": float(falling.mean() / HOP) if len(falling) else 0.0,
        "pitch_rising_share": float(len(rising) / max(1, len(steps))),
        "pitch_first": float(np.median(thirds[0]) - middle) if len(thirds[0]) else 0.0,
        "pitch_last": float(np.median(thirds[-1]) - middle) if len(thirds[-1]) else 0.0,
        "pitch_end": float(np.median(pitch[-12:]) - middle),
        "pitch_jitter": float(np.median(np.abs(np.diff(steps)))) if len(steps) > 1 else 0.0,
    }


def _level(tracks: Tracks) -> dict[str, float]:
    """Level and its movement in decibels, and decibels a second."""
    rows = np.flatnonzero(tracks.active)
    level = tracks.level[rows]
    mean = 10 * np.log10((10 ** (level / 10)).mean())
    low, middle, high = np.percentile(level, [10, 50, 90])
    steps = np.diff(level)[np.diff(rows) == 1]
    return {
        "level_mean": float(mean),
        "level_sd": float(level.std()),
        "level_low": float(low - mean),
        "level_middle": float(middle - mean),
        "level_high": float(high - mean),
        "level_slope": _trend(rows * HOP, level),
        "level_rise": float(steps[steps > 0].mean() / HOP) if np.any(steps > 0) else 0.0,
        "level_fall": float(steps[steps < 0].mean() / HOP) if np.any(steps < 0) else 0.0,
        "level_end": float(level[-15:].mean() - mean),
    }


def _rhythm(tracks: Tracks) -> dict[str, float]:
    """Syllables a second, lengths of voiced and unvoiced stretches in seconds, share of silence."""
    from scipy.signal import find_peaks

    rows = np.flatnonzero(tracks.active)
    span = slice(rows[0], rows[-1] + 1)
    seconds = (rows[-1] + 1 - rows[0]) * HOP
    smooth = np.convolve(tracks.level[span], np.hanning(9) / np.hanning(9).sum(), mode="same")
    peaks, _ = find_peaks(smooth, prominence=_TURN, distance=round(_NEAREST / HOP))
    lengths, gaps = _runs(tracks.voiced[span]), _runs(~tracks.voiced[span])
    return {
        "syllable_rate": len(peaks) / seconds,
        "voiced_rate": len(lengths) / seconds,
        "voiced_share": float(tracks.voiced[span].mean()),
        "voiced_length": float(lengths.mean() * HOP) if len(lengths) else 0.0,
        "voiced_length_sd": float(lengths.std() * HOP) if len(lengths) else 0.0,
        "voiced_longest": float(lengths.max() * HOP) if len(lengths) else 0.0,
        "gap_length": float(gaps.mean() * HOP) if len(gaps) else 0.0,
        "gap_length_sd": float(gaps.std() * HOP) if len(gaps) else 0.0,
        "silent_share": float(1 - tracks.active[span].mean()),
    }


def _trend(seconds: np.ndarray, values: np.ndarray) -> float:
    """Slope of the least-squares line, units a second."""
    centred = seconds - seconds.mean()
    return float(centred @ values / max(float(centred @ centred), 1e-9))


def _runs(mask: np.ndarray) -> np.ndarray:
    """Lengths of the runs of True, in frames."""
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(np.int8), 0]))
    return edges[1::2] - edges[::2]
