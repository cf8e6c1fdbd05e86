"""Sounds that are no music, for the judge of recorded music to keep silent about: noise, tones, hum, clicks and speech.

Some kinds, and the speakers of the test split, are never learned from; they show whether the check knows what it has not met.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.judges.media import mono
from studio.judges.transcription import SAMPLE_RATE
from studio.training.corpora_speech import clips, load_clip

__all__ = ["LEARNED_NOISES", "UNMET_NOISES", "noise", "speech"]

_SECONDS = 15.0


def noise(kind: str, rng: np.random.Generator) -> np.ndarray:
    """A sound of a kind of ``LEARNED_NOISES`` or ``UNMET_NOISES``, float32 at the transcription's rate, fifteen seconds."""
    count = int(_SECONDS * SAMPLE_RATE)
    wave = _KINDS[kind](np.arange(count) / SAMPLE_RATE, rng)
    return (0.1 * wave / max(float(np.abs(wave).max()), 1e-9)).astype(np.float32)


def speech(folder: Path, split: str, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Fifteen seconds each of single speakers, sentence after sentence.

    Args:
        folder: holds ``speech.csv``.
        split: of the corpora, ``"train"`` or ``"test"``.
        count: how many.
        rng: draws speakers and sentences.

    Raises:
        InputFileError: there is no index.
    """
    chosen = [clip for clip in clips(folder) if clip.split == split]
    speakers = sorted({clip.speaker for clip in chosen})
    waves = []
    for number in range(count):
        own = [clip for clip in chosen if clip.speaker == speakers[number % len(speakers)]]
        parts: list[np.ndarray] = []
        while sum(map(len, parts)) < _SECONDS * SAMPLE_RATE:
            parts.append(mono(load_clip(own[rng.integers(len(own))]), SAMPLE_RATE))
        waves.append(np.concatenate(parts)[: int(_SECONDS * SAMPLE_RATE)])
    return waves


def _steady(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise whose power falls by 0 to 12 dB an octave."""
    spectrum = np.fft.rfft(rng.normal(0, 1, len(t)))
    hertz = np.maximum(np.fft.rfftfreq(len(t), 1 / SAMPLE_RATE), 20.0)
    return np.fft.irfft(spectrum * hertz ** -rng.uniform(0, 2), len(t))


def _swelling(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return _steady(t, rng) * (1.05 + np.sin(2 * np.pi * rng.uniform(0.2, 8) * t + rng.uniform(0, 6)))


def _hum(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    low = rng.uniform(45, 130)
    return sum(np.sin(2 * np.pi * low * n * t) / n ** rng.uniform(0.5, 2) for n in range(1, 12)) + np.zeros(
        len(t)
    )


def _clicks(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    marks = (rng.random(len(t)) < rng.uniform(1, 12) / SAMPLE_RATE) * rng.normal(1, 0.3, len(t))
    decay = np.exp(-np.arange(2000) / rng.uniform(20, 400)) * rng.normal(0, 1, 2000)
    return np.convolve(marks, decay)[: len(t)]


def _sweep(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    bend = np.cumsum(np.sin(2 * np.pi * rng.uniform(0.1, 3) * t))
    hertz = rng.uniform(200, 900) * 2 ** (rng.uniform(0.3, 2) * np.sin(2 * np.pi * rng.uniform(0.1, 2) * t))
    return np.sin(2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE + 1e-4 * bend)


def _random_tones(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    wave = np.zeros(len(t))
    for start in rng.uniform(0, t[-1] - 0.5, rng.integers(20, 150)):
        first, size = int(start * SAMPLE_RATE), int(rng.uniform(0.1, 0.5) * SAMPLE_RATE)
        own = t[:size]
        wave[first : first + size] += np.sin(2 * np.pi * rng.uniform(80, 2500) * own) * np.exp(-6 * own)
    return wave


def _rain(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return _clicks(t, rng) * 0.4 + 3 * _steady(t, rng) / (np.abs(_steady(t, rng)).max() + 1e-9)


def _gusts(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    walk = np.interp(t, np.linspace(0, t[-1], 40), rng.uniform(0, 1, 40) ** 3)
    return _steady(t, rng) * walk


def _alarm(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    on = (t * rng.uniform(1, 5)) % 1 < 0.5
    return np.sign(np.sin(2 * np.pi * rng.uniform(400, 2500) * t)) * on


_KINDS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "steady": _steady,
    "swelling": _swelling,
    "hum": _hum,
    "clicks": _clicks,
    "sweep": _sweep,
    "random tones": _random_tones,
    "rain": _rain,
    "gusts": _gusts,
    "alarm": _alarm,
}
UNMET_NOISES = ("rain", "gusts", "alarm")
LEARNED_NOISES = tuple(kind for kind in _KINDS if kind not in UNMET_NOISES)
