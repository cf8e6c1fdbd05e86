import numpy as np
import pyloudnorm
import pytest

from external.loudness import integrated_loudness


def noise(rate: int, seconds: float, channels: int, seed: int = 0) -> np.ndarray:
    """Noise whose level changes five times a second, ``(n, channels)``, or ``(n,)`` for one channel."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate)
    level = np.repeat(rng.random(int(seconds * 5) + 2) ** 4, rate // 5 + 1)[:count]
    wave = (rng.standard_normal((count, channels)) * 0.2 * level[:, None]).astype(np.float32)
    return wave[:, 0] if channels == 1 else wave


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_it_agrees_with_another_meter(rate, channels):
    for seed in range(3):
        sound = noise(rate, 5.3, channels, seed)
        other = pyloudnorm.Meter(rate).integrated_loudness(sound)
        assert integrated_loudness(sound, rate) == pytest.approx(other, abs=0.15)


def test_twice_the_level_is_six_decibels_more():
    sound = noise(48_000, 3.0, 2)
    gained = integrated_loudness(sound * 2, 48_000) - integrated_loudness(sound, 48_000)
    assert gained == pytest.approx(20 * np.log10(2), abs=0.02)


@pytest.mark.parametrize("sound", [np.zeros(48_000), np.zeros((0, 2)), np.ones(100), np.full(48_000, 1e-6)])
def test_silence_and_sound_too_short_have_none(sound):
    assert integrated_loudness(sound.astype(np.float32), 48_000) == float("-inf")
