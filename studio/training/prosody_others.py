"""Actors as other people would sound, so that an ear which learns from few of them hears the emotion and not the person.

All clips of an actor are changed alike, so that what an emotion does to the voice beside its own neutral clips stays, while size,
sex, timbre and recording are others'. Two of the changes go through the vocoder WORLD, so that an ear does not take what a
vocoder does to a sound for what an emotion does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from generators.speech.recorded.anatomy import taken_apart
from generators.speech.recorded.bending import shifted_formants
from studio.judges.voice import SAMPLE_RATE

__all__ = ["OTHERS", "as_others"]

OTHERS = ("himself", "of another size", "of the other sex", "of another timbre", "recorded elsewhere")
_SIZE = {"female": 1.15, "male": 0.87}  # by which the sound is stretched: larger women, smaller men
_SEX = {"female": (0.6, 0.87), "male": (1.65, 1.14)}  # on F0, on the formants
_FORMANTS, _TILT = (0.94, 1.06), 1.5  # of another timbre; decibels an octave at most
_NOISE = (18.0, 28.0)  # decibels below the voice
_PIVOT = 500.0  # hertz that a tilt leaves alone


def as_others(wave: np.ndarray, speaker: str, sex: str) -> Iterator[tuple[str, np.ndarray]]:
    """A clip as it is, and as others would say it, each with one of ``OTHERS``.

    Args:
        wave: mono ``(n,)`` at 16 kHz.
        speaker: whose clip it is; all of one speaker's are changed alike.
        sex: ``"female"`` or ``"male"``.
    """
    draw = np.random.default_rng(list(speaker.encode()))
    timbre, tilt = float(draw.choice(_FORMANTS)), float(draw.uniform(-_TILT, _TILT))
    level = float(draw.uniform(*_NOISE))
    yield OTHERS[0], wave
    yield OTHERS[1], _stretched(wave, _SIZE[sex])
    yield OTHERS[2], _voiced(wave, *_SEX[sex], 0.0)
    yield OTHERS[3], _voiced(wave, 1.0, timbre, tilt)
    noise = draw.standard_normal(len(wave)) * np.sqrt(np.mean(wave**2)) * 10 ** (-level / 20)
    yield OTHERS[4], np.asarray(wave + noise, np.float32)


def _stretched(wave: np.ndarray, factor: float) -> np.ndarray:
    """Longer and lower by a factor."""
    import soxr

    found: np.ndarray = soxr.resample(np.asarray(wave, np.float32), SAMPLE_RATE, SAMPLE_RATE * factor)
    return found


def _voiced(wave: np.ndarray, pitch: float, formants: float, tilt: float) -> np.ndarray:
    """Through the vocoder, with F0 and formants times a factor and a tilt in decibels an octave."""
    voice = taken_apart(wave, SAMPLE_RATE)
    envelope = shifted_formants(voice.envelope, voice.hertz, np.full(voice.frames, formants))
    octaves = np.clip(np.log2(np.maximum(voice.hertz, 100.0) / _PIVOT), -2, 3)
    return replace(voice, f0=voice.f0 * pitch, envelope=envelope * 10 ** (tilt * octaves / 10)).sound()
