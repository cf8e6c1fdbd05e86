import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.base import Audio
from studio.mix import LOUDNESS, PEAK, mix

RATE = 48000


def tone(seconds, hertz=220.0, level=0.1, rate=RATE):
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def words(seconds, rate=RATE):
    """A tone that is on for the first half of each second, like words with pauses."""
    wave = tone(seconds, rate=rate)
    return Audio(wave * ((np.arange(len(wave)) / rate) % 2.0 < 1.0), rate)


def level(samples):
    return 10 * np.log10(np.mean(samples.astype(float) ** 2) + 1e-12)


@pytest.mark.parametrize("voice_rate", [16000, 24000, 48000])
def test_the_mix_has_the_programme_loudness(voice_rate):
    music = Audio(np.stack([tone(6, 330), tone(6, 331)], 1), RATE)
    mixed = mix(words(6, voice_rate), music, 6.0)
    assert pyloudnorm.Meter(RATE).integrated_loudness(mixed.samples) == pytest.approx(LOUDNESS, abs=0.5)


def test_music_is_quieter_under_the_voice_than_in_its_pauses():
    music = Audio(np.stack([tone(8, 3000), tone(8, 3000)], 1), RATE)
    alone = mix(words(8), None, 8.0).samples
    both = mix(words(8), music, 8.0).samples
    spectrum = [np.abs(np.fft.rfft(both[a : a + RATE // 2, 0])) for a in (int(4.3 * RATE), int(5.45 * RATE))]
    bin_of_music = round(3000 * 0.5)
    spoken, paused = (s[bin_of_music] for s in spectrum)
    assert 20 * np.log10(paused / spoken) > 6
    assert alone.shape == both.shape


@settings(max_examples=15, deadline=None)
@given(st.floats(0.05, 4.0), st.floats(0.001, 3.0))
def test_length_is_exact_and_nothing_clips(seconds, loud):
    rng = np.random.default_rng(1)
    music = Audio((loud * rng.standard_normal((RATE, 2))).astype(np.float32), RATE)
    mixed = mix(None, music, seconds)
    assert mixed.samples.shape == (round(seconds * RATE), 2)
    assert np.abs(mixed.samples).max() <= PEAK + 1e-6


def test_without_any_sound_there_is_silence():
    assert not mix(None, None, 1.0).samples.any()


def test_the_same_input_gives_the_same_bytes():
    music = Audio(np.stack([tone(2, 330), tone(2, 440)], 1), 44100)
    assert mix(words(2), music, 2.0).samples.tobytes() == mix(words(2), music, 2.0).samples.tobytes()
