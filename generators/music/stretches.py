"""Pieces longer than a model's call: the stretches that calls make, and how their sounds are joined and brought to form."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from conditioning.timeline import Timeline
from generators.base import Aspect
from generators.steering import is_constant

__all__ = ["continued", "crossfaded", "fit_stereo", "over_time", "overlapped", "stretches"]


def stretches(duration: float, first: float, stride: float) -> list[tuple[float, float]]:
    """Borders of the calls in seconds: the first of at most ``first``, the others of at most ``stride``."""
    borders = [0.0, min(first, duration)]
    while duration - borders[-1] > 1e-6:
        borders.append(min(borders[-1] + stride, duration))
    return list(itertools.pairwise(borders))


def continued(wave: np.ndarray, new: np.ndarray, known: int, fade: int) -> np.ndarray:
    """A wave and its continuation, crossfaded where the continuation still repeats the wave's end.

    Args:
        wave: ``(n, channels)``.
        new: ``(known + m, channels)``, whose first ``known`` samples stand for the last of the wave.
        known: samples.
        fade: samples before the join over which the one gives way to the other.

    Returns:
        ``(n + m, channels)``.
    """
    fade = min(fade, known)
    rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
    blend = wave[len(wave) - fade :] * (1 - rise) + new[known - fade : known] * rise
    return np.concatenate([wave[: len(wave) - fade], blend, new[known:]])


def crossfaded(wave: np.ndarray, new: np.ndarray, fade: int) -> np.ndarray:
    """Two sounds in one, the second beginning while the first still sounds, both at the same loudness throughout.

    Args:
        wave: ``(n, channels)``.
        new: ``(m, channels)``, whose first samples overlap the last of the wave.
        fade: samples of the overlap.

    Returns:
        ``(n + m - fade, channels)``.
    """
    fade = min(fade, len(wave), len(new))
    angle = np.linspace(0.0, np.pi / 2, fade, dtype=np.float32)[:, None]
    # Sounds that have nothing to do with each other add in power, not in amplitude.
    blend = wave[len(wave) - fade :] * np.cos(angle) + new[:fade] * np.sin(angle)
    return np.concatenate([wave[: len(wave) - fade], blend, new[fade:]])


def overlapped(
    calls: list[tuple[float, float]],
    join: float,
    rate: int,
    make: Callable[[int, float, float, float], np.ndarray],
) -> np.ndarray:
    """A piece out of calls that cannot continue a sound: each begins a little before its stretch and is crossfaded with the one before.

    Args:
        calls: borders of the stretches in seconds, in order.
        join: seconds that neighbours overlap.
        rate: samples a second.
        make: gives a call's sound ``(n, channels)`` for its number, where it begins to sound, and its stretch's start and end.
    """
    wave = np.zeros((0, 1), np.float32)
    for number, (start, end) in enumerate(calls):
        begin = max(start - join, 0.0)
        new = make(number, begin, start, end)
        wave = crossfaded(wave, new, round((start - begin) * rate)) if start else new
        wave = wave[: round(end * rate)]
    return wave


def fit_stereo(wave: np.ndarray, rate: int, wanted_rate: int, count: int) -> np.ndarray:
    """A wave as stereo at another rate and of an exact length.

    Args:
        wave: ``(n, 1)`` or ``(n, 2)`` float32.
        rate: its sample rate in hertz.
        wanted_rate: hertz.
        count: samples wanted; more are cut off, missing ones are silence.

    Returns:
        ``(count, 2)`` float32.
    """
    import soxr

    if rate != wanted_rate:
        wave = soxr.resample(wave, rate, wanted_rate, quality="VHQ")
    out = np.zeros((count, 2), np.float32)
    out[: min(count, len(wave))] = wave[:count]  # one channel sounds on both sides
    return out


def over_time(timeline: Timeline, duration: float) -> Aspect:
    """What becomes of a timeline in stretches."""
    if is_constant(timeline, 0.0, duration):
        return Aspect("timeline", "honoured")
    return Aspect(
        "timeline", "approximated", "Each stretch of a few seconds has the mean emotion of its time."
    )
