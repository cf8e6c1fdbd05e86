"""Pitch and pitch range of finished speech, through the WORLD vocoder.

For engines that give no hold on their F0. What is asked for is applied to the contour that the engine made; voiced and
unvoiced frames stay as they are. Source: Morise, Yokomori & Ozawa 2016 (WORLD): Harvest, CheapTrick, D4C.
"""

from __future__ import annotations

import numpy as np

from external.world import world

__all__ = ["repitched"]

_FLOOR, _CEILING = 60.0, 600.0  # hertz; F0 outside is no speech


def repitched(samples: np.ndarray, sample_rate: int, shift_st: float, spread: float) -> np.ndarray:
    """Speech with its F0 moved and its excursions about their own median widened or narrowed.

    Args:
        samples: mono float32 ``(n,)``.
        sample_rate: hertz.
        shift_st: semitones.
        spread: factor on the excursions in semitones, 1 leaves them.

    Returns:
        Float32 ``(n,)``; the very same samples where nothing is asked for or nothing is voiced.
    """
    if (shift_st == 0 and spread == 1) or not len(samples):
        return samples
    vocoder = world()
    wave = np.ascontiguousarray(samples, dtype=np.float64)
    f0, times = vocoder.harvest(wave, sample_rate, f0_floor=_FLOOR, f0_ceil=_CEILING)
    voiced = f0 > 0
    if not voiced.any():
        return samples
    envelope = vocoder.cheaptrick(wave, f0, times, sample_rate)
    noise = vocoder.d4c(wave, f0, times, sample_rate)
    middle = np.median(np.log2(f0[voiced]))
    moved = np.zeros_like(f0)
    moved[voiced] = 2 ** (middle + spread * (np.log2(f0[voiced]) - middle) + shift_st / 12)
    moved[voiced] = np.clip(moved[voiced], _FLOOR, _CEILING)
    made = vocoder.synthesize(moved, envelope, noise, sample_rate)
    out = np.zeros(len(samples), np.float32)
    out[: min(len(out), len(made))] = made[: len(out)]
    return out
