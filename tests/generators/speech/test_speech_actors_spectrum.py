"""What actors' mouths do to each sound: the maps, and what they do to the voice."""

from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.actors_spectrum import mel_weights, own_voice, spoken_gains
from generators.speech.prosody import SPECTRA, Controls

HERTZ = np.arange(601) * 20.0


def vowel(first, second, frames=20):
    """A log magnitude with two formants ``(601, frames)`` at the level of the voice's vowels."""
    peaks = 2.5 * np.exp(-(((HERTZ - first) / 180) ** 2)) + 2.0 * np.exp(-(((HERTZ - second) / 250) ** 2))
    return np.repeat((1.0 - HERTZ / 4000 + peaks)[:, None], frames, axis=1)


def asked(frames=20, **shares):
    return Controls({name: np.full(frames, shares.get(name, 0.0)) for name in SPECTRA})


def gains(sound, voiced=True, **shares):
    frames = sound.shape[1]
    return spoken_gains(HERTZ, sound, np.full(frames, voiced), asked(frames, **shares))


def test_nothing_asked_gives_no_gain():
    assert gains(vowel(500, 1500)) is None


def test_bands_of_the_mel_scale_sum_to_one():
    weights = mel_weights(20.0, 601, 48)
    assert np.allclose(weights.sum(axis=1), 1.0)
    assert np.all(np.diff(weights.argmax(axis=1)) >= 0)


@pytest.mark.parametrize("name", SPECTRA)
def test_a_frame_keeps_about_its_power(name):
    sound = vowel(600, 1400)
    made = gains(sound, **{name: 1.0})
    power = mel_weights(20.0, 601, 48) @ np.exp(2 * np.stack([sound[:, 5], sound[:, 5] + made[:, 5]], axis=1))
    assert 10 * np.log10(power[:, 1].mean() / power[:, 0].mean()) == pytest.approx(0.0, abs=2.0)


def test_each_vowel_is_moved_in_its_own_way():
    closed, opened = gains(vowel(300, 2300), spectrum_anger=1.0), gains(vowel(800, 1300), spectrum_anger=1.0)
    apart = (closed - opened)[5:250, 5]
    assert 8.7 * (apart - apart.mean()).std() > 1.5


def test_gains_stay_within_twelve_decibels():
    assert (
        np.abs(gains(vowel(300, 2300), spectrum_anger=3.0, spectrum_joy=3.0)).max() <= 12.01 * np.log(10) / 20
    )


def test_another_voice_is_measured_against_itself():
    sound = vowel(500, 1500, 40)
    mean, level = own_voice(HERTZ, sound, np.ones(40, bool))
    assert mean.sum() == pytest.approx(0.0, abs=1e-6)
    louder = own_voice(HERTZ, sound + 1.0, np.ones(40, bool))
    assert louder[1] - level == pytest.approx(2.0, abs=1e-3)
    assert np.allclose(louder[0], mean, atol=1e-4)


def test_angry_mouths_bring_out_what_lies_high_and_leave_time_alone():
    voice = load("speech=hibari")

    def said(share):
        script = Script((Span("Nobody remembers who planted that tree.", Emotion.neutral()),))
        lock = Adjustment("prosody.spectrum_anger", share)
        return voice.generate(SpeechRequest(script, job=Job(3), adjustments=(lock,))).audio.samples

    def brightness(sound):
        frames = np.lib.stride_tricks.sliding_window_view(sound, 600)[::300] * np.hanning(600)
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        loud = power.sum(axis=1) > np.percentile(power.sum(axis=1), 60)
        return 10 * np.log10(power[loud][:, 25:125].sum() / power[loud][:, :25].sum())

    plain, half, whole = (said(share) for share in (0.0, 0.6, 1.2))
    assert len(plain) == len(half) == len(whole)
    assert brightness(plain) + 2.0 < brightness(half) + 1.0 < brightness(whole)
