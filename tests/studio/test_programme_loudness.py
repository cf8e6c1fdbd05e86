from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from studio.programme_loudness import loudness_of


def sound(rate: int, seconds: float, channels: int, kind: type) -> np.ndarray:
    """Noise that swells and fades, with a silent stretch which the gate leaves out."""
    rng, count = np.random.default_rng(channels), int(rate * seconds)
    made = rng.normal(0, 0.1, (count, channels)) * np.abs(np.sin(np.arange(count) / rate))[:, None]
    made[count // 2 : count // 2 + count // 5] *= 1e-5
    return (made[:, 0] if channels == 1 else made).astype(kind)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("seconds", [0.45, 1.0, 6.3])
def test_it_is_pyloudnorms_loudness_bit_by_bit(rate: int, channels: int, kind: type, seconds: float):
    samples = sound(rate, seconds, channels, kind)
    assert loudness_of(samples, rate) == float(pyloudnorm.Meter(rate).integrated_loudness(samples))


def test_a_tone_of_997_hertz_at_full_scale_is_as_the_standard_says():
    """BS.1770-4: 0 dB FS in one channel reads -3.01 LUFS."""
    tone = np.sin(2 * np.pi * 997 * np.arange(48_000 * 3) / 48_000)
    assert loudness_of(tone, 48_000) == pytest.approx(-3.01, abs=0.05)


def test_silence_has_no_loudness_and_sound_stays_as_it_was():
    assert loudness_of(np.zeros((48_000, 2), np.float32), 48_000) == -np.inf
    samples = sound(48_000, 1.0, 2, np.float32)
    before = samples.copy()
    loudness_of(samples, 48_000)
    assert np.array_equal(samples, before)
