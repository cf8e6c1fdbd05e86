"""Sounds, breaths and pauses among the words of the built-in voice."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from conditioning.faders import Adjustment
from conditioning.marks import SOUNDS
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.nonverbal import makeable, recipes

RATE = 24_000
MADE = tuple(recipes())
STORY = (
    "The door was open, and nobody was there. I called her name, but she did not answer. "
    "Then I heard a voice, far away, behind the house. I ran out, as fast as I could."
)


@pytest.fixture(scope="module")
def engine():
    return load("speech=hibari")


def speak(engine, text, seed=1, **more):
    return engine.generate(SpeechRequest(parse_script(text), job=Job(seed), **more))


def aspect(track, name):
    return {each.name: each for each in track.fulfilment}.get(name)


@pytest.mark.parametrize("name", SOUNDS)
def test_no_sound_is_ever_read_aloud(engine, name):
    track = speak(engine, f"Well, [{name}] I am here.")
    said = [phone.symbol for text in ("Well,", "I am here.") for phone in speak(engine, text).phones]
    if makeable(name):
        assert [phone.symbol for phone in track.phones] == said
    else:
        assert [phone.symbol for phone in track.phones] == [
            p.symbol for p in speak(engine, "Well, I am here.").phones
        ]
    assert [word.text for word in track.words] == ["Well,", "I", "am", "here."]


@pytest.mark.parametrize("name", MADE)
def test_a_sound_takes_time_of_its_own_and_has_its_own_stretch(engine, name):
    track = speak(engine, f"Well [{name}] I am here.")
    (own,) = [stretch for stretch in track.stretches if stretch.sound]
    assert (own.sound, own.span) == (name, 0)
    assert track.words[0].end <= own.start < own.end <= track.words[1].start
    sound = track.audio.samples[int(own.start * RATE) : int(own.end * RATE)]
    assert np.abs(sound).max() > 0.005
    assert [stretch.sound for stretch in track.stretches] == ["", name, ""]
    assert all(a.end <= b.start + 1e-6 for a, b in itertools.pairwise(track.stretches))
    assert not any(own.start < phone.end - 1e-6 and phone.start < own.end - 1e-6 for phone in track.phones)
    assert aspect(track, "sounds").status == "honoured"


def test_what_cannot_be_made_is_reported_and_left_out(engine):
    plain, coughing = speak(engine, "She is here."), speak(engine, "She [cough] is here.")
    assert coughing.audio.samples.tobytes() == plain.audio.samples.tobytes()
    assert aspect(coughing, "sounds").status == "ignored" and "cough" in aspect(coughing, "sounds").why
    assert aspect(plain, "sounds") is None
    both = speak(engine, "She [cough] is [sigh] here.")
    assert aspect(both, "sounds").status == "approximated" and "cough" in aspect(both, "sounds").why


def test_sounds_stand_before_and_after_words_and_alone(engine):
    track = speak(engine, "[gasp] Oh! [chuckle][sigh] [joy] Come in. [pause 0.5][laugh] [sadness] Bye [sob]")
    heard = [stretch for stretch in track.stretches if stretch.sound]
    assert [stretch.sound for stretch in heard] == ["gasp", "chuckle", "sigh", "laugh", "sob"]
    assert heard[0].end <= track.words[0].start
    assert heard[-1].start >= track.words[-1].end
    assert sorted({stretch.span for stretch in track.stretches}) == list(
        range(
            len(
                parse_script(
                    "[gasp] Oh! [chuckle][sigh] [joy] Come in. [pause 0.5][laugh] [sadness] Bye [sob]"
                ).spans
            )
        )
    )
    assert track.audio.duration >= heard[-1].end - 1e-6


def test_a_sound_has_the_emotion_and_the_speaker_of_its_span(engine):
    low, high = (speak(engine, f"[voice {name}] So [laugh] you came.", seed=2) for name in ("victor", "mia"))

    def centroid(track):
        (own,) = [stretch for stretch in track.stretches if stretch.sound]
        sound = track.audio.samples[int(own.start * RATE) : int(own.end * RATE)]
        power = np.abs(np.fft.rfft(sound)) ** 2
        return (np.fft.rfftfreq(len(sound), 1 / RATE) * power).sum() / power.sum()

    assert centroid(high) > 1.2 * centroid(low)


def test_the_same_seed_laughs_the_same_way(engine):
    text = "[joy] Well [laugh] here we are."
    assert speak(engine, text, 5).audio.samples.tobytes() == speak(engine, text, 5).audio.samples.tobytes()
    assert speak(engine, text, 5).audio.duration != speak(engine, text, 6).audio.duration


def test_words_after_a_laugh_sound_as_they_are_timed(engine):
    track = speak(engine, "Well [laugh] I am here.")
    size = np.abs(track.audio.samples)
    for word in track.words:
        inside = size[int(word.start * RATE) : int(word.end * RATE)]
        assert np.percentile(inside, 90) > 0.01


class TestPauses:
    @pytest.mark.parametrize("voice", ["heart", "ben"])
    @pytest.mark.parametrize("emotion", ["neutral", "sadness", "anger"])
    @pytest.mark.parametrize("seconds", [0.3, 0.6])
    def test_a_marked_pause_is_silence_of_just_that_length(self, engine, voice, emotion, seconds):
        track = speak(engine, f"[{emotion}] Hello there. [pause {seconds}] I am here.", voice=voice)
        gap = track.words[2].start - track.words[1].end
        assert gap == pytest.approx(seconds, abs=0.02)
        power = np.convolve(track.audio.samples**2, np.ones(240) / 240, "same")
        loud = np.flatnonzero(power > power.max() * 1e-4) / RATE
        middle = (track.words[2].start + track.words[1].end) / 2
        assert loud[loud > middle].min() - loud[loud < middle].max() == pytest.approx(seconds, abs=0.02)

    def test_nobody_breathes_in_a_marked_pause(self, engine):
        track = speak(
            engine, "Hello there. [pause 0.6] I am here.", adjustments=(Adjustment("prosody.breaths", 1.0),)
        )
        begin, end = track.words[1].end + 0.03, track.words[2].start - 0.03
        assert np.abs(track.audio.samples[int(begin * RATE) : int(end * RATE)]).max() < 1e-4


class TestBreaths:
    def gaps(self, track):
        """Level in dB of what sounds between words that are a sixth of a second apart."""
        found = []
        for left, right in itertools.pairwise(track.words):
            if right.start - left.end > 0.16:
                inside = track.audio.samples[int((left.end + 0.06) * RATE) : int((right.start - 0.03) * RATE)]
                found.append(20 * np.log10(np.sqrt(np.mean(inside.astype(float) ** 2)) + 1e-9))
        return np.array(found)

    def breaths(self, track):
        return int(np.sum(self.gaps(track) > -58))

    def test_neutral_speech_has_none(self, engine):
        plain = speak(engine, STORY)
        held = speak(engine, STORY, adjustments=(Adjustment("prosody.breaths", 0.0),))
        assert plain.audio.samples.tobytes() == held.audio.samples.tobytes()
        assert self.breaths(plain) == 0

    def test_the_fader_turns_them_on_and_off(self, engine):
        on = speak(engine, STORY, adjustments=(Adjustment("prosody.breaths", 1.0),))
        assert self.breaths(on) >= 4
        assert [word.text for word in on.words] == [word.text for word in speak(engine, STORY).words]
        off = speak(engine, f"[fear] {STORY}", adjustments=(Adjustment("prosody.breaths", 0.0),))
        assert self.breaths(off) == 0

    def test_arousal_makes_them_more_and_louder(self, engine):
        def over_seeds(fader):
            tracks = [
                speak(engine, STORY, seed, adjustments=(Adjustment("prosody.breaths", fader),))
                for seed in range(3)
            ]
            heard = [gaps[gaps > -58] for gaps in map(self.gaps, tracks)]
            return sum(map(len, heard)), float(np.mean(np.concatenate(heard)))

        few, soft = over_seeds(0.4)
        many, loud = over_seeds(1.0)
        assert many > few > 0
        assert loud > soft + 2

    def test_an_aroused_voice_breathes_and_a_calm_one_does_not(self, engine):
        assert sum(self.breaths(speak(engine, f"[terror] {STORY}", seed)) for seed in range(3)) >= 2
        assert sum(self.breaths(speak(engine, f"[calm] {STORY}", seed)) for seed in range(3)) == 0
