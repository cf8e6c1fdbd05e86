"""A sound's samples and rate, as torchaudio.load gives them."""

from __future__ import annotations

import numpy as np
import soundfile


def load(path: str) -> tuple[np.ndarray, int]:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.T, rate
