import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.errors import RequestError
from generators.base import Audio
from studio.loudness import integrated_loudness, limited, to_loudness, true_peak

RATE = 24_000


def speechlike(seconds=2.0, seed=0, peak=0.3):
    rng = np.random.default_rng(seed)
    wave = rng.standard_normal(round(seconds * RATE)) * (
        0.2 + np.abs(np.sin(np.arange(round(seconds * RATE)) / 3000))
    )
    return Audio((peak * wave / np.abs(wave).max()).astype(np.float32), RATE)


@pytest.mark.parametrize("target", [-30.0, -23.0, -16.0])
def test_the_target_is_met_under_the_true_peak(target):
    found = to_loudness(speechlike(), target)
    assert integrated_loudness(found.samples, RATE) == pytest.approx(target, abs=0.2)
    assert true_peak(found) <= -1.0


def test_peaks_between_samples_count():
    wave = np.zeros(RATE, np.float32)
    wave[100:-100] = np.sin(
        np.pi / 2 * np.arange(RATE - 200) + np.pi / 4
    )  # samples at .71, the wave itself at 1
    assert np.abs(wave).max() < 0.72
    assert true_peak(Audio(wave, RATE)) > -0.5
    assert true_peak(to_loudness(Audio(wave, RATE), -5.0)) <= -1.0


def test_short_and_silent_sounds_come_through():
    assert to_loudness(speechlike(0.1), -16).samples.size == 2400
    silent = to_loudness(Audio(np.zeros(5000, np.float32), RATE), -16)
    assert not silent.samples.any()
    assert to_loudness(Audio(np.zeros(0, np.float32), RATE), -16).samples.size == 0


@pytest.mark.parametrize("target", [0.0, 3.0, -60.0, float("nan")])
def test_a_loudness_out_of_range_is_refused(target):
    with pytest.raises(RequestError, match="-50 to -5"):
        to_loudness(speechlike(0.5), target)


@given(st.integers(0, 100), st.floats(0.05, 0.9))
@settings(max_examples=20, deadline=None)
def test_nothing_is_above_the_ceiling_and_quiet_sound_is_untouched(seed, ceiling):
    wave = speechlike(0.2, seed, 1.0).samples
    assert np.abs(limited(wave, RATE, ceiling)).max() <= ceiling * (1 + 1e-6)
    quiet = wave * ceiling * 0.9
    assert limited(quiet, RATE, ceiling) is quiet


@pytest.mark.parametrize("channels", [1, 2])
def test_a_long_sound_is_limited_in_parts_as_it_would_be_whole(channels, monkeypatch):
    wave = np.stack([speechlike(3.0, seed, 1.0).samples for seed in range(channels)], axis=1)
    whole = limited(wave, RATE, 0.4)
    monkeypatch.setattr("studio.loudness._CHUNK", 1000)
    assert np.allclose(limited(wave, RATE, 0.4), whole, atol=1e-6)


def test_a_sound_can_be_limited_where_it_lies():
    wave = speechlike(3.0, 1, 1.0).samples
    apart = limited(wave, RATE, 0.4)
    own = wave.copy()
    assert limited(own, RATE, 0.4, out=own) is own
    assert np.array_equal(own, apart)
