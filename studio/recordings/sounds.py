"""Recordings opened for work on the voice in them: mono, whole, and refused with a sentence where nobody speaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from conditioning.errors import InputFileError
from generators.base import Audio
from studio.media_files import Kind, kind_of, sound_in

__all__ = ["recording_in"]

_HIGHEST_RATE = 48_000  # hertz; nothing of a voice lies above half of it
_SHORTEST = 0.3  # seconds
_SILENT_PEAK = 1e-3  # 60 dB below full scale


def recording_in(path: Path) -> Audio:
    """The voice of a sound file or a film, mono float32.

    Raises:
        InputFileError: the file is missing or broken, has no sound, or is too short or silent.
    """
    kind = kind_of(path, Kind.SOUND, Kind.FILM)
    wave = sound_in(path)
    if wave is None:
        what = "film has no sound stream" if kind is Kind.FILM else "file is empty"
        raise InputFileError(f"The {what}: {path}.", "Give one in which somebody speaks.")
    samples = np.nan_to_num(np.asarray(wave.samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    seconds = len(samples) / wave.sample_rate
    if seconds < _SHORTEST:
        raise InputFileError(
            f"The recording {path} lasts {seconds:.2f} s.", f"Give at least {_SHORTEST:g} s of speech."
        )
    if float(np.abs(samples).max()) < _SILENT_PEAK:
        raise InputFileError(f"The recording {path} is silent.", "Give one in which somebody speaks.")
    rate = wave.sample_rate
    if rate > _HIGHEST_RATE:
        import soxr

        samples, rate = soxr.resample(samples, rate, _HIGHEST_RATE), _HIGHEST_RATE
    return Audio(np.ascontiguousarray(samples, np.float32), rate)
