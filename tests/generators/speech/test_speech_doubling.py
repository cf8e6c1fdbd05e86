from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import resample_poly

from generators.speech.doubling import doubled


@pytest.mark.parametrize("size", [1, 7, 10, 11, 4097, 48_000])
def test_doubling_is_scipys_bit_by_bit(size: int):
    sound = np.random.default_rng(size).normal(0, 0.2, size).astype(np.float32)
    ours, theirs = doubled(sound), resample_poly(sound, 2, 1)
    assert ours.dtype == theirs.dtype == np.float32
    assert ours.tobytes() == theirs.tobytes()


def test_raising_formants_does_not_load_scipys_signals():
    code = (
        "import sys; import numpy as np; from generators.speech.network import HOP;"
        "from generators.speech.rendering import resampled;"
        "resampled(np.zeros(8 * HOP, np.float32), np.full(8, 1.1)); print('scipy.signal' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
