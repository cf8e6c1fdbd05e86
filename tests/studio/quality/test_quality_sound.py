from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.judges.media import Waveform
from studio.quality import sound

RATE = 48_000


def tone(level: float = 0.5, hertz: float = 440.0, seconds: float = 2.0, phase: float = 0.0) -> Waveform:
    times = np.arange(round(seconds * RATE)) / RATE
    return Waveform((level * np.sin(2 * np.pi * hertz * times + phase)).astype(np.float32), RATE)


def test_a_clean_tone_has_no_fault() -> None:
    found = sound.measure(tone())
    assert found.clipped_share == found.silent_share == found.not_numbers == 0
    assert abs(found.offset) < 1e-4


def test_loudness_follows_the_standard() -> None:
    # BS.1770-4: a stereo sine of 997 Hz at 0 dB of full scale on one channel has -3.01 LUFS.
    left = tone(1.0, 997.0, 5.0).samples
    stereo = Waveform(np.stack([left, 0 * left], axis=1), RATE)
    assert sound.loudness_lufs(stereo) == pytest.approx(-3.01, abs=0.05)


def test_peak_between_the_samples_is_found() -> None:
    # A quarter of the rate, an eighth of a turn late: all samples lie at 0.707 of the peak.
    quarter = tone(1.0, RATE / 4, phase=np.pi / 4)
    assert np.abs(quarter.samples).max() < 0.71
    assert sound.true_peak_db(quarter) == pytest.approx(0.0, abs=0.2)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.3, 1.0), st.floats(60.0, 8000.0))
def test_true_peak_is_not_below_the_samples(level: float, hertz: float) -> None:
    heard = tone(level, hertz, 0.3)
    samples = 20 * np.log10(np.abs(heard.samples).max())
    assert samples - 1e-6 <= sound.true_peak_db(heard) <= samples + 3.2


def test_clipping_is_found_and_more_of_it_counts_more() -> None:
    shares = [
        sound.clipped_share(Waveform(np.clip(tone(gain).samples, -1, 1), RATE))
        for gain in (0.9, 1.2, 2.0, 4.0)
    ]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[3] == pytest.approx(
        1 - 2 / np.pi * np.arcsin(0.25), abs=0.01
    )  # above a quarter of the peak


def test_clipping_is_found_after_the_sound_was_turned_down() -> None:
    clipped = np.clip(tone(2.0).samples, -1, 1)
    assert sound.clipped_share(Waveform(0.5 * clipped, RATE)) == pytest.approx(
        sound.clipped_share(Waveform(clipped, RATE)), abs=1e-4
    )


@pytest.mark.parametrize("hertz", [60.0, 100.0, 1000.0])
def test_sixteen_bits_are_not_taken_for_clipping(hertz: float) -> None:
    samples = (np.rint(tone(0.9, hertz).samples * 32767) / 32768).astype(np.float32)
    assert sound.clipped_share(Waveform(samples, RATE)) == 0


def test_silence_is_counted_by_time() -> None:
    samples = tone().samples.copy()
    samples[: len(samples) // 4] = 0
    assert sound.silent_share(Waveform(samples, RATE)) == pytest.approx(0.25, abs=0.02)


def test_offset_is_that_of_the_worst_channel() -> None:
    samples = np.stack([tone().samples, tone().samples - 0.1], axis=1)
    assert sound.offset(Waveform(samples, RATE)) == pytest.approx(-0.1, abs=1e-3)


def test_numbers_that_are_none_are_counted_and_do_not_spoil_the_rest() -> None:
    samples = tone().samples.copy()
    samples[::1000] = np.nan
    samples[5] = np.inf
    found = sound.measure(Waveform(samples, RATE))
    assert found.not_numbers == pytest.approx(97 / len(samples))
    assert np.isfinite([found.loudness_lufs, found.true_peak_db]).all()


@pytest.mark.parametrize("count", [0, 1, 200, RATE])
def test_silence_has_no_loudness_and_no_peak(count: int) -> None:
    found = sound.measure(Waveform(np.zeros(count, np.float32), RATE))
    assert found.loudness_lufs == found.true_peak_db == float("-inf")
    assert found.silent_share == 1
    assert found.clipped_share == found.offset == found.not_numbers == 0
