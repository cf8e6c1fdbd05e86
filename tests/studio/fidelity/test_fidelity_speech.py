from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.signal import lfilter

from studio.fidelity import speech
from studio.judges.media import Waveform

RATE = 24_000


def voice(hertz: float | np.ndarray, seconds: float = 1.5, gain: float = 0.2, pole: float = 0.9) -> Waveform:
    """A buzz with a falling spectrum: a pulse at each period, twice smoothed by a pole."""
    phase = np.cumsum(np.broadcast_to(hertz, round(seconds * RATE)) / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    wave = lfilter([1, -1], [1, -0.99], lfilter([1], [1, -pole], lfilter([1], [1, -pole], pulses)))
    wave *= gain / np.sqrt(np.mean(wave**2))
    return Waveform(wave.astype(np.float32), RATE)


def silence(seconds: float = 1.0) -> Waveform:
    return Waveform(np.zeros(round(seconds * RATE), np.float32), RATE)


def sine(level: float, hertz: float = 1000.0, seconds: float = 2.0) -> Waveform:
    times = np.arange(round(seconds * 48_000)) / 48_000
    return Waveform((level * np.sin(2 * np.pi * hertz * times)).astype(np.float32), 48_000)


@pytest.mark.parametrize("hertz", [85.0, 130.0, 220.0, 400.0])
def test_pitch_is_the_one_that_sounds(hertz: float) -> None:
    found = speech.pitch(voice(hertz))
    assert found.median_hz == pytest.approx(hertz, rel=0.01)
    assert found.range_st < 0.3
    assert found.voiced_share > 0.9


def test_range_is_that_of_the_glide() -> None:
    glide = 120 * 2 ** np.linspace(0, 1, round(2 * RATE))
    found = speech.pitch(voice(glide, 2.0))
    assert found.range_st == pytest.approx(12 * 0.8, abs=0.6)
    assert found.low_hz < found.median_hz < found.high_hz


def test_pitch_does_not_hang_on_level() -> None:
    loud, soft = speech.pitch(voice(180.0, gain=0.2)), speech.pitch(voice(180.0, gain=0.01))
    assert loud.median_hz == pytest.approx(soft.median_hz, rel=0.005)


@pytest.mark.parametrize("sound", [silence(), Waveform(np.zeros(0, np.float32), RATE), silence(0.01)])
def test_silence_has_no_pitch_and_no_level(sound: Waveform) -> None:
    found = speech.measure(sound)
    assert np.isnan(found.pitch.median_hz)
    assert found.pitch.voiced_share == 0
    assert found.level_db == found.peak_db == found.loudness_lufs == float("-inf")
    assert np.isnan(found.syllable_rate)
    assert np.isnan(found.spectral_tilt_db)
    assert found.silent_share == 1
    assert found.clipped_share == 0


def test_noise_has_little_pitch() -> None:
    noise = np.random.default_rng(0).normal(size=RATE).astype(np.float32) * 0.1
    assert speech.pitch(Waveform(noise, RATE)).voiced_share < 0.3


@pytest.mark.parametrize(("level", "expected"), [(1.0, -3.01), (0.1, -23.01)])
def test_level_of_a_sine_is_known(level: float, expected: float) -> None:
    assert speech.level_db(sine(level)) == pytest.approx(expected, abs=0.01)
    assert speech.peak_db(sine(level)) == pytest.approx(expected + 3.01, abs=0.01)


@pytest.mark.parametrize("rate", [2.5, 5.0])
def test_syllables_are_counted(rate: float) -> None:
    sound = voice(140.0, 4.0)
    times = np.arange(len(sound.samples)) / RATE
    swell = 10 ** (-12 * (1 - np.sin(np.pi * rate * times) ** 2) / 20)
    assert speech.syllable_rate(Waveform(sound.samples * swell, RATE)) == pytest.approx(rate, rel=0.1)


def test_pauses_are_silent_time() -> None:
    sound = np.concatenate([voice(150.0).samples, silence(1.5).samples])
    assert speech.silent_share(Waveform(sound, RATE)) == pytest.approx(0.5, abs=0.03)


def test_a_darker_voice_falls_more_steeply() -> None:
    dark, bright = (
        speech.spectral_tilt_db(voice(150.0, pole=0.97)),
        speech.spectral_tilt_db(voice(150.0, pole=0.6)),
    )
    assert dark < bright - 3


def test_white_noise_has_no_tilt() -> None:
    noise = np.random.default_rng(1).normal(size=3 * 16_000).astype(np.float32) * 0.1
    assert speech.spectral_tilt_db(Waveform(noise, 16_000)) == pytest.approx(0.0, abs=0.3)


def test_stereo_is_measured_like_mono() -> None:
    one = voice(200.0)
    two = Waveform(np.stack([one.samples, one.samples], axis=1), RATE)
    assert speech.pitch(two) == speech.pitch(one)
    assert speech.level_db(two) == pytest.approx(speech.level_db(one))


def test_words_a_minute_come_from_their_times() -> None:
    @dataclass(frozen=True)
    class Spoken:
        start: float
        end: float

    assert speech.words_per_minute([Spoken(1.0, 1.5), Spoken(2.0, 3.0)]) == pytest.approx(60)
    assert np.isnan(speech.words_per_minute([]))
