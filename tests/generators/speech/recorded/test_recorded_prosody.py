from __future__ import annotations

import numpy as np
import pytest
from recorded_voices import TEXT, pitch, speech_seconds, spoken

from conditioning.errors import RequestError
from conditioning.script import parse_script
from generators.base import Audio
from generators.speech.recorded.aligning import aligned, parts_of
from generators.speech.recorded.anatomy import taken_apart
from generators.speech.recorded.disguise import disguise_of, disguised
from generators.speech.recorded.transplant import transplanted
from generators.speech.recorded.warping import matching, warped_path
from studio.quality.speaker import similarity


def contours(first, second):
    """F0 of both in semitones, over the part of their speech that has passed, where both are voiced."""
    lines = []
    for audio in (first, second):
        anatomy = taken_apart(audio.samples, audio.sample_rate)
        inside = np.flatnonzero(~anatomy.silent)
        lines.append(anatomy.f0[inside[0] : inside[-1] + 1])
    places = [np.linspace(0, len(line) - 1, 300).round().astype(int) for line in lines]
    a, b = (line[place] for line, place in zip(lines, places, strict=True))
    both = (a > 0) & (b > 0)
    return 12 * np.log2(a[both]), 12 * np.log2(b[both])


@pytest.fixture(scope="module")
def laid():
    """The prosody of a disgusted woman on a man's neutral reading."""
    own, other = spoken(voice="theo")[0], spoken("disgust")[0]
    return own, other, transplanted(own, other)


def test_a_path_leads_from_both_starts_to_both_ends():
    rng = np.random.default_rng(0)
    path = warped_path(rng.normal(size=(30, 4)), rng.normal(size=(45, 4)))
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [29, 44]
    assert np.all(np.diff(path, axis=0) >= 0)
    assert np.all(np.diff(path, axis=0).sum(axis=1) >= 1)


def test_matching_finds_a_known_change_of_tempo():
    rng = np.random.default_rng(1)
    first = np.repeat(rng.normal(size=(12, 6)), 8, axis=0)
    second = np.repeat(first[::8], 14, axis=0)
    found = matching(first, second)
    wanted = np.arange(len(second)) * 8 / 14
    assert np.abs(found - wanted)[8:-8].max() < 5


def test_the_other_s_timing_and_melody_are_taken_over(laid):
    own, other, made = laid
    assert speech_seconds(made.audio) == pytest.approx(speech_seconds(other), rel=0.04)
    assert abs(speech_seconds(own) / speech_seconds(other) - 1) > 0.05
    new, wanted = contours(made.audio, other)
    before, _ = contours(own, other)
    assert np.corrcoef(new, wanted)[0, 1] > 0.8
    assert len(before) > 50


def test_the_speaker_keeps_his_register_and_his_voice(laid):
    own, other, made = laid
    assert pitch(made.audio) == pytest.approx(pitch(own), abs=1.0)
    assert similarity(made.audio, own) > similarity(made.audio, other)


def test_without_register_the_melody_lies_where_the_other_has_it_within_bounds(laid):
    own, other, _ = laid
    moved = transplanted(own, other, keep_register=False).audio
    assert pitch(moved) == pytest.approx(min(pitch(other), pitch(own) + 7), abs=1.0)


def test_laying_a_recording_over_itself_changes_little():
    own = spoken()[0]
    made = transplanted(own, own)
    new, wanted = contours(made.audio, own)
    assert np.abs(new - wanted).mean() < 0.5
    assert made.likeness < 0.2


def test_a_recording_of_minutes_or_without_a_voice_is_refused():
    own = spoken()[0]
    with pytest.raises(RequestError, match="Cut it into pieces"):
        transplanted(own, Audio(np.zeros(16_000 * 61, np.float32), 16_000))
    noise = np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)
    with pytest.raises(RequestError, match="no voiced speech"):
        transplanted(own, Audio(noise, 16_000))


@pytest.mark.parametrize("voice", ["theo", "lily"])
def test_words_are_found_in_another_voice(voice):
    audio, track = spoken(voice=voice)
    words, owners = aligned(audio, parse_script(TEXT))
    assert [word.text for word in words] == [word.text for word in track.words]
    off = [abs(word.start - right.start) for word, right in zip(words, track.words, strict=True)]
    assert np.median(off) < 0.06
    assert set(owners) == {0}


def test_marks_become_parts_at_the_words():
    audio, track = spoken(voice="theo")
    script = parse_script("The children are [anger]waiting[/] by the old garden door.")
    words, owners = aligned(audio, script)
    parts = parts_of(script, words, owners)
    assert [str(part.emotion) for part in parts] == ["neutral", "anger", "neutral"]
    assert parts[1].start == pytest.approx(track.words[3].start, abs=0.1)
    assert parts[1].end == pytest.approx(track.words[4].start, abs=0.1)


@pytest.mark.parametrize("voice", ["", "theo"])
def test_a_disguise_changes_the_speaker_and_keeps_the_melody(voice):
    own = spoken(voice=voice)[0]
    disguise = disguise_of(1, 100 * 2 ** (pitch(own) / 12)).times(1.2)
    made = disguised(own, disguise)
    assert len(made.samples) == len(own.samples)
    assert similarity(own, made) < similarity(own, spoken("sadness", voice=voice)[0]) - 0.1
    assert pitch(made) - pitch(own) == pytest.approx(disguise.pitch, abs=0.5)
    new, wanted = contours(made, own)
    assert np.corrcoef(new, wanted)[0, 1] > 0.9


def test_the_same_seed_disguises_alike_and_another_differently():
    assert disguise_of(4, 120.0) == disguise_of(4, 120.0)
    assert disguise_of(4, 120.0) != disguise_of(5, 120.0)


def test_low_voices_are_raised_and_high_ones_lowered():
    for seed in range(20):
        assert disguise_of(seed, 100.0).pitch > 2
        assert disguise_of(seed, 240.0).pitch < -2
        assert disguise_of(seed, 240.0).formant < 1
