from __future__ import annotations

import numpy as np
import pytest

from studio.training.prosody_measures import MEASURES, described, difference, measures_of

RATE = 16_000


def voice(f0, *, noise=0.0, fall=2.0, seconds=1.0, level=0.1):
    """Harmonics of a pitch in hertz ``(n,)`` or constant, falling by the power ``fall``, and white noise."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0, round(seconds * RATE))) / RATE
    sound = sum(np.sin(k * phase) / k**fall for k in range(1, 20))
    return level * (sound + noise * np.random.default_rng(1).standard_normal(len(phase)))


def moved(one, other):
    return difference(described(one), described(other))


def test_pitch_is_measured_in_semitones():
    higher = moved(voice(150.0 * 2 ** (4 / 12)), voice(150.0))
    assert higher["f0_mean"] == pytest.approx(4, abs=0.1)
    assert abs(higher["f0_range"]) < 0.2


def test_slope_is_semitones_a_second():
    rise = 150.0 * 2 ** (np.linspace(0, 6, 2 * RATE) / 12)
    found = moved(voice(rise, seconds=2.0), voice(150.0, seconds=2.0))
    assert found["f0_slope"] == pytest.approx(3, abs=0.2)
    assert found["f0_first"] < 0 < found["f0_last"] < found["f0_final"]


def test_half_the_length_is_twice_the_rate():
    assert moved(voice(150.0), voice(150.0, seconds=2.0))["rate"] == pytest.approx(100, abs=5)


def test_noise_lowers_harmonicity_and_raises_jitter_and_shimmer():
    hoarse = moved(voice(180.0, noise=0.3), voice(180.0))
    assert hoarse["hnr"] < -5
    assert hoarse["jitter"] > 0
    assert hoarse["shimmer"] > 0


def test_a_brighter_voice_has_more_alpha_and_less_hammarberg():
    bright = moved(voice(180.0, fall=1.0), voice(180.0))
    assert bright["alpha"] > 5
    assert bright["hammarberg"] < -5
    assert bright["centroid"] > 0.2


def test_level_is_decibels():
    assert moved(voice(180.0, level=0.2), voice(180.0))["level"] == pytest.approx(6.02, abs=0.05)


def test_every_measure_has_a_number():
    assert set(measures_of(described(voice(180.0)))) == set(MEASURES)


def test_silence_is_not_measured():
    assert described(np.zeros(RATE)) is None
