"""The sound of a dubbed film: the lines in their places, over what is kept of the old sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.base import Audio
from studio.dubbing.fitting import Line
from studio.judges.media import Waveform
from studio.mix import PEAK, mix

__all__ = ["LONGEST", "RATE", "Placed", "placed", "soundtrack"]

RATE = 48_000  # hertz
LONGEST = 30 * 60.0  # seconds; the sound of a film is held whole
_APART = 0.05  # seconds between a line that ran over and the next

Placed = tuple[float, Line]
"""Seconds of the film at which a line's first sound lies, and the line."""


def placed(lines: Sequence[Line]) -> list[Placed]:
    """Lines at the starts of their cues; one that runs over pushes the next back."""
    found: list[Placed] = []
    free = 0.0
    for line in lines:
        start = max(line.cue.start, free)
        found.append((start, line))
        free = start + line.seconds + _APART
    return found


def soundtrack(lines: Sequence[Placed], seconds: float, old: Waveform | None, keep: float) -> Audio:
    """Stereo sound as long as the film.

    Args:
        lines: in their places.
        seconds: length of the film.
        old: its own sound; None without.
        keep: how much of it stays, 0..1.
    """
    voice = np.zeros(round(seconds * RATE), np.float32)
    for start, line in lines:
        sound = _at_rate(line.audio.samples, line.audio.sample_rate)
        begin = max(round((start - line.lead) * RATE), 0)
        used = min(len(sound), len(voice) - begin)
        if used > 0:
            voice[begin : begin + used] += sound[:used]
    whole = mix(Audio(voice, RATE), None, seconds, RATE).samples
    if keep > 0 and old is not None:
        behind = _at_rate(np.atleast_2d(np.asarray(old.samples, np.float32).T).T, old.sample_rate)
        stereo = np.repeat(behind, 2, axis=1) if behind.shape[1] == 1 else behind[:, :2]
        count = min(len(stereo), len(whole))
        whole = whole.copy()
        whole[:count] += keep * stereo[:count]
        peak = float(np.abs(whole).max())
        whole *= min(1.0, PEAK / max(peak, 1e-9))
    return Audio(whole, RATE)


def _at_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    if rate == RATE:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, rate, RATE), np.float32)
