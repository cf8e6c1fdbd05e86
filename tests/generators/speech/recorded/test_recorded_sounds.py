from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from recorded_voices import TEXT, spoken

from conditioning.errors import EngineError
from conditioning.script import parse_script
from generators.base import Audio
from generators.speech.recorded.aligning import aligned_sounds
from generators.speech.recorded.hearing import heard_sounds
from generators.speech.recorded.recognition import can_recognise, recognised_sounds


def vowel(f1: float, f2: float, seconds: float = 0.4, rate: int = 16_000) -> np.ndarray:
    """A buzz of 120 Hz through two resonances."""
    from scipy.signal import lfilter

    source = np.zeros(int(seconds * rate))
    source[:: rate // 120] = 1.0
    for hertz, width in ((f1, 80), (f2, 100), (2700, 150)):
        radius = np.exp(-np.pi * width / rate)
        source = lfilter([1.0], [1, -2 * radius * np.cos(2 * np.pi * hertz / rate), radius**2], source)
    return source / np.abs(source).max() * 0.3


def test_sounds_are_aligned_to_a_twentieth_of_a_second():
    audio, track = spoken("sadness", voice="theo")[:2]
    found = aligned_sounds(audio, parse_script(TEXT))
    assert [phone.symbol for phone in found.phones] == [phone.symbol for phone in track.phones]
    apart = np.abs([a.start - b.start for a, b in zip(found.phones, track.phones, strict=True)])
    assert np.median(apart) < 0.05


def test_another_text_is_less_alike():
    audio = spoken()[0]
    own = aligned_sounds(audio, parse_script(TEXT)).likeness
    other = aligned_sounds(
        audio, parse_script("Completely different sentences share nothing with it.")
    ).likeness
    assert own < 0.8 < other


def test_vowels_are_told_by_their_formants():
    rate = 16_000
    gap = np.zeros(int(0.3 * rate))
    wave = np.concatenate([gap, vowel(750, 1200), gap, vowel(300, 2250), gap, vowel(320, 800), gap])
    heard = [p for p in heard_sounds(Audio(wave.astype(np.float32), rate)) if p.end - p.start > 0.2]
    assert [p.symbol for p in heard] == ["ɑ", "i", "u"]
    assert [round(p.start, 1) for p in heard] == pytest.approx([0.3, 1.0, 1.7], abs=0.11)


def test_hiss_is_heard_as_a_fricative_and_silence_as_nothing():
    rng = np.random.default_rng(0)
    hiss = np.diff(rng.normal(size=8001)) * 0.1
    wave = np.concatenate([np.zeros(8000), hiss, np.zeros(8000)]).astype(np.float32)
    assert {p.symbol for p in heard_sounds(Audio(wave, 16_000))} <= {"s", "ʃ"}
    assert heard_sounds(Audio(np.zeros(16_000, np.float32), 16_000)) == ()


def test_heard_sounds_are_in_order_and_within_the_recording():
    audio = spoken()[0]
    heard = heard_sounds(audio)
    assert len(heard) > 10
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(heard))
    assert heard[-1].end <= audio.duration + 0.02


def test_recognition_finds_most_closed_lips_or_says_what_is_missing():
    audio, track = spoken(text="Maybe Bob and Pam may map the public pump before breakfast.")[:2]
    if not can_recognise():
        with pytest.raises(EngineError, match="pocketsphinx"):
            recognised_sounds(audio)
        return
    heard = [p for p in recognised_sounds(audio) if p.symbol in "pbm"]
    closed = [p for p in track.phones if p.symbol in "pbm"]
    met = [any(q.start < p.end + 0.03 and q.end > p.start - 0.03 for q in heard) for p in closed]
    assert np.mean(met) >= 0.6
