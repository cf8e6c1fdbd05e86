"""A recording cut where its speaker pauses, so that it is worked on phrase by phrase and memory does not grow with it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

__all__ = ["phrases", "sounding"]

_STEP = 0.01  # seconds
_FLOOR = 40.0  # dB below the loud steps at which speech ends
_PAUSE = 0.35  # seconds; a shorter silence lies within a phrase
_LONGEST = 16.0  # seconds of a phrase; a longer one is cut where it is softest
_LEAST_CUT = 6.0  # seconds of it before such a cut


def phrases(sound: np.ndarray, rate: int) -> list[tuple[int, int]]:
    """First and last sample of each phrase; together they cover the sound. Cuts lie in the middle of pauses.

    Args:
        sound: mono ``(n,)``.
        rate: hertz.
    """
    step = max(round(_STEP * rate), 1)
    level = _levels(sound, step)
    speech = sounding(level)
    cuts = [0]
    for begin, end in _runs(~speech):
        inside = begin > 0 and end < len(level)
        if inside and (end - begin) * _STEP >= _PAUSE:
            cuts.append((begin + end) // 2 * step)
    cuts.append(len(sound))
    found: list[tuple[int, int]] = []
    for begin, end in pairwise(cuts):
        found += _shortened(level, step, begin, end, rate)
    return found


def sounding(level: np.ndarray) -> np.ndarray:
    """Whether there is speech in each step ``(T,)``.

    Args:
        level: decibels ``(T,)``.
    """
    if not len(level):
        return np.zeros(0, bool)
    return np.asarray(level > max(float(np.quantile(level, 0.95)) - _FLOOR, -80.0))


def _levels(sound: np.ndarray, step: int) -> np.ndarray:
    steps = sound[: len(sound) // step * step].reshape(-1, step).astype(float)
    return np.asarray(10 * np.log10((steps**2).mean(axis=1) + 1e-12))


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    borders = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(borders[::2].tolist(), borders[1::2].tolist(), strict=True))


def _shortened(level: np.ndarray, step: int, begin: int, end: int, rate: int) -> list[tuple[int, int]]:
    """A phrase, cut where it is softest if it is too long."""
    found = []
    while end - begin > _LONGEST * rate:
        low, high = int((begin + _LEAST_CUT * rate) / step), int((begin + _LONGEST * rate) / step)
        cut = (low + int(level[low:high].argmin())) * step
        found.append((begin, cut))
        begin = cut
    return [*found, (begin, end)]
