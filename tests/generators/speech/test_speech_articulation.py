"""The mouth's faders, measured on the sound."""

from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.articulation import moved_resonances
from generators.speech.prosody import Controls

TEXT = "She keeps six sharp scissors in the old kitchen cupboard."
RATE = 24_000


@pytest.fixture(scope="module")
def voice():
    return load("speech=hibari")


@pytest.fixture(scope="module")
def say(voice):
    def said(**faders):
        locks = tuple(Adjustment(f"prosody.{name}", value) for name, value in faders.items())
        script = Script((Span(TEXT, Emotion.neutral()),))
        return voice.generate(SpeechRequest(script, job=Job(3), adjustments=locks)).audio.samples

    return said


def spectra(sound):
    """Power ``(frames, 301)`` of frames of 25 ms every 12.5 ms, 40 hertz apart."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, 600)[::300] * np.hanning(600)
    return np.abs(np.fft.rfft(frames, axis=1)) ** 2 + 1e-9


def band(sound, low, high):
    """Decibels of a band over the loud frames."""
    power = spectra(sound)
    loud = power.sum(axis=1) > np.percentile(power.sum(axis=1), 60)
    return 10 * np.log10(power[loud][:, int(low / 40) : int(high / 40)].sum(axis=1).mean())


@pytest.mark.parametrize(
    ("fader", "low", "high"),
    [("body", 300, 420), ("openness", 800, 1000), ("presence", 2200, 2600), ("brilliance", 5500, 6500)],
)
def test_a_band_is_lifted_where_it_lies(say, fader, low, high):
    plain = say()
    assert band(say(**{fader: 5.0}), low, high) - band(plain, low, high) == pytest.approx(5.0, abs=2.0)
    assert band(say(**{fader: -5.0}), low, high) - band(plain, low, high) == pytest.approx(-5.0, abs=2.0)


def peaks(envelope):
    """Hertz of the greatest value below and above 1200 Hz."""
    return np.argmax(envelope[:60]) * 20, (60 + np.argmax(envelope[60:])) * 20


@pytest.mark.parametrize(("fader", "moves", "stays"), [("first_formant", 0, 1), ("second_formant", 1, 0)])
def test_a_formant_moves_by_itself(fader, moves, stays):
    hertz = np.arange(601) * 20.0
    tract = 2.0 * np.exp(-(((hertz - 600) / 150) ** 2)) + 1.5 * np.exp(-(((hertz - 2000) / 250) ** 2))
    rest = {name: np.array([1.0]) for name in ("first_formant", "second_formant", "articulation")}
    found = {}
    for value in (0.88, 1.12):
        controls = Controls({**rest, fader: np.array([value])})
        gain = moved_resonances(hertz, tract[:, None], controls)
        found[value] = peaks(tract + gain[:, 0])
    plain = peaks(tract)
    for value, formants in found.items():
        assert formants[moves] == pytest.approx(plain[moves] * value, rel=0.04)
        assert formants[stays] == pytest.approx(plain[stays], rel=0.02)


def test_clear_articulation_moves_the_spectrum_further(say):
    def movement(sound):
        power = spectra(sound)
        loud = power.sum(axis=1) > np.percentile(power.sum(axis=1), 50)
        shape = 10 * np.log10(power[loud][:, 5:100])
        shape -= shape.mean(axis=1, keepdims=True)
        return float(shape.reshape(-1, 95)[:, :90].reshape(-1, 18, 5).mean(axis=2).std(axis=0).mean())

    assert movement(say(articulation=0.6)) < movement(say()) < movement(say(articulation=1.4))


def test_pushed_consonants_are_louder_and_vowels_stay(say):
    plain, pushed = spectra(say()), spectra(say(consonants=6.0))
    hiss = plain[:, 125:275].sum(axis=1) / plain[:, 5:60].sum(axis=1)
    sounding = plain.sum(axis=1) > np.percentile(plain.sum(axis=1), 30)
    hissing = sounding & (hiss > 30)
    vowel = plain.sum(axis=1) > np.percentile(plain.sum(axis=1), 80)
    gain = 10 * np.log10(pushed.sum(axis=1) / plain.sum(axis=1))
    assert np.median(gain[hissing]) > 3.0
    assert abs(np.median(gain[vowel])) < 1.0


def test_the_mouth_leaves_time_and_pitch_alone(say):
    plain = say()
    moved = say(first_formant=1.1, second_formant=1.08, articulation=1.2, openness=3.0, consonants=2.0)
    assert len(moved) == len(plain)
    assert not np.array_equal(moved, plain)
