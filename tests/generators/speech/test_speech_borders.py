"""Borders between phones are where they are heard, and words keep theirs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.heard_borders import STEP, Segment, band_levels, heard_borders, is_stop, kind_of

RATE = 24_000


def hum(seconds: float) -> np.ndarray:
    """Like a vowel: low and middle frequencies, and little else."""
    t = np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(2 * np.pi * f * t) * a for f, a in ((150, 1.0), (450, 0.8), (1200, 0.5), (4500, 0.06)))


def hiss(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Like an s: nothing but high frequencies."""
    return np.diff(rng.normal(size=round(seconds * RATE) + 1)) * 0.3


@pytest.mark.parametrize("shift", [-0.06, -0.03, 0.0, 0.03, 0.06])
def test_borders_go_where_the_sound_changes(shift: float) -> None:
    rng = np.random.default_rng(1)
    quiet = rng.normal(size=round(0.1 * RATE)) * 1e-4
    sound = np.concatenate([hum(0.3), hiss(0.2, rng), hum(0.3), quiet, hum(0.2)])
    true = (0.3, 0.5, 0.8, 0.9)
    kinds = ("vowel", "sibilant", "vowel", "voiceless_stop", "vowel")
    meant = [Segment(kind, end + shift) for kind, end in zip(kinds, true, strict=False)]
    found = heard_borders(band_levels(sound, RATE), 0.0, [*meant, Segment("vowel", 1.1)])
    assert found[-1] == 1.1
    assert np.abs(np.array(found[:-1]) - true).max() <= 3 * STEP


def test_silence_leaves_borders_in_order_and_near_where_they_were() -> None:
    meant = [Segment("vowel", 0.1 * k) for k in range(1, 9)]
    found = heard_borders(band_levels(np.zeros(RATE), RATE), 0.0, meant)
    assert np.abs(np.array(found) - [s.end for s in meant]).max() < 0.1
    assert all(b > a for a, b in pairwise(found))


def test_a_phrase_too_short_for_its_phones_keeps_its_borders() -> None:
    meant = [Segment("vowel", 0.001 * k) for k in range(1, 9)]
    assert heard_borders(band_levels(np.zeros(RATE), RATE), 0.0, meant) == [s.end for s in meant]


def test_letters_have_kinds() -> None:
    assert [kind_of(s) for s in ("ɑː", "I", "m", "b", "S", "v")] == [
        "vowel", "vowel", "nasal", "voiced_stop", "sibilant", "voiced_fricative",
    ]  # fmt: skip
    assert is_stop("p") and is_stop("ʤ") and not is_stop("m")


@pytest.mark.parametrize(("voice", "emotion"), [("heart", "neutral"), ("ben", "fear")])
def test_stops_of_the_voice_are_silent_and_vowels_loud(voice: str, emotion: str) -> None:
    text = "Bob and Kate kept a big cup of tea beside the back door, but Peter broke it."
    script = Script((Span(text, Emotion.of(emotion)),))
    track = load("speech=hibari").generate(SpeechRequest(script, voice, job=Job(1)))
    power = np.convolve(track.audio.samples.astype(float) ** 2, np.ones(240) / 240, "same")
    level = 10 * np.log10(power / np.percentile(power, 95) + 1e-9)

    def faintest(phone) -> float:
        return float(level[int(phone.start * RATE) : int(phone.end * RATE) + 1].min())

    stops = [faintest(p) for p in track.phones if p.symbol in "pbtkdɡ"]
    vowels = [
        float(np.median(level[int(p.start * RATE) : int(p.end * RATE) + 1]))
        for p in track.phones
        if p.symbol[0] in "ɑiuɛɔæɪʊʌ"
    ]
    assert np.mean(np.array(stops) < -20) > 0.8
    assert np.median(vowels) > -12
