from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_voices import TEXT, brightness, level, pitch, speech_seconds, spoken, spread

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, RequestError
from conditioning.faders import Adjustment, fader_set
from generators.base import Audio, Job
from generators.speech.recorded.anatomy import FRAME, taken_apart
from generators.speech.recorded.moving import moved
from generators.speech.recorded.phrases import phrases
from generators.speech.recorded.wishes import Part, Wish, controls_along, mirrored
from studio.quality.speaker import similarity


def felt(emotion, strength=1.0, adjustments=(), voice="", seed=0):
    audio, _ = spoken(voice=voice)
    return moved(audio, Wish((Part(Emotion.of(emotion)),), strength, adjustments), job=Job(seed))


def test_nothing_asked_gives_the_very_same_samples():
    audio, _ = spoken()
    track = moved(audio, Wish((Part(Emotion.neutral()),)))
    assert np.array_equal(track.audio.samples, audio.samples)


def test_the_same_seed_gives_the_same_bytes():
    assert np.array_equal(felt("fear").audio.samples, felt("fear").audio.samples)


@pytest.mark.parametrize("voice", ["", "theo"])
@pytest.mark.parametrize(
    ("emotion", "higher", "wider", "faster", "louder", "brighter"),
    [
        ("joy", 1, 1, 0, 1, 1),
        ("anger", 1, 1, 0, 1, 1),
        ("fear", 1, -1, 1, 1, 1),
        ("sadness", -1, -1, -1, -1, -1),
        ("disgust", 1, 1, -1, 0, 1),
    ],
)
def test_each_emotion_moves_the_recording_its_way(voice, emotion, higher, wider, faster, louder, brighter):
    audio, _ = spoken(voice=voice)
    track = felt(emotion, voice=voice).audio
    pace = speech_seconds(audio) / speech_seconds(track)
    assert np.sign(pitch(track) - pitch(audio)) == higher
    assert np.sign(spread(track) - spread(audio)) == wider
    assert faster == 0 or (pace - 1) * faster > 0.03
    assert louder == 0 or (level(track) - level(audio)) * louder > 1
    assert (brightness(track) - brightness(audio)) * brighter > 0.5


def test_more_intensity_moves_further():
    heights = [pitch(felt("anger", strength).audio) for strength in (0.25, 0.5, 0.75, 1.0)]
    assert heights == sorted(heights)
    assert heights[-1] - heights[0] > 1


@pytest.mark.parametrize("emotion", ["anger", "sadness"])
def test_negative_strength_moves_the_opposite_way(emotion):
    audio, _ = spoken()
    there, back = felt(emotion, 0.6).audio, felt(emotion, -0.6).audio
    for measured in (pitch, level, brightness):
        assert (measured(there) - measured(audio)) * (measured(back) - measured(audio)) < 0
    pace = [speech_seconds(audio) / speech_seconds(one) for one in (there, back)]
    assert (pace[0] - 1) * (pace[1] - 1) < 0


def test_the_speaker_stays_nearer_to_himself_than_to_another():
    audio, _ = spoken(voice="theo")
    another, _ = spoken(voice="victor")
    for emotion in ("joy", "anger", "sadness"):
        track = felt(emotion, voice="theo").audio
        assert similarity(audio, track) > similarity(another, track)


def test_the_rate_fader_is_kept_to():
    audio, _ = spoken()
    for rate in (0.75, 1.25):
        track = felt("neutral", adjustments=(Adjustment("prosody.rate", rate),)).audio
        assert speech_seconds(audio) / speech_seconds(track) == pytest.approx(rate, rel=0.04)


def test_a_locked_fader_holds_whichever_way_the_emotion_goes():
    audio, _ = spoken()
    lock = (Adjustment("prosody.pitch", 3.0), Adjustment("prosody.declination", 0.0), Adjustment("prosody.accent", 0.0), Adjustment("prosody.final", 0.0))  # fmt: skip
    for strength in (0.5, -0.5):
        assert pitch(felt("anger", strength, lock).audio) - pitch(audio) == pytest.approx(3.0, abs=0.6)


def test_formants_are_held_unless_the_user_moves_them():
    held = controls_along(Wish((Part(Emotion.of("joy")),)), 0.0, 10)
    assert np.all(held["formant"] == 1.0)
    own = controls_along(
        Wish((Part(Emotion.of("joy")),), 1.0, (Adjustment("prosody.formant", 1.1),)), 0.0, 10
    )
    assert np.allclose(own["formant"], 1.1)
    assert "formant" in {aspect.name for aspect in felt("joy").fulfilment if aspect.status == "ignored"}


def test_an_emotion_in_the_middle_leaves_the_beginning_alone():
    audio, _ = spoken()
    third = audio.duration / 3
    parts = (Part(Emotion.neutral()), Part(Emotion.of("anger"), third), Part(Emotion.neutral(), 2 * third))
    track = moved(audio, Wish(parts))
    middle, rate = track.stretches[1], audio.sample_rate
    assert middle.start == pytest.approx(third, abs=0.03)
    old, new = (
        taken_apart(one.samples, rate).f0[: int((third - 0.2) / FRAME)] for one in (audio, track.audio)
    )
    both = (old > 0) & (new > 0)
    assert np.abs(12 * np.log2(new[both] / old[both])).mean() < 0.4
    said = Audio(
        track.audio.samples[int((middle.start + 0.15) * rate) : int((middle.end - 0.15) * rate)], rate
    )
    was = Audio(audio.samples[int((third + 0.15) * rate) : int((2 * third - 0.15) * rate)], rate)
    assert pitch(said) - pitch(was) > 2
    assert level(said) - level(was) > 3


def test_words_move_with_their_sound():
    audio, track = spoken()
    slower = moved(audio, Wish((Part(Emotion.of("sadness")),)), track.words)
    assert [word.text for word in slower.words] == [word.text for word in track.words]
    stretch = speech_seconds(slower.audio) / speech_seconds(audio)
    last, before = slower.words[-1], track.words[-1]
    assert last.end / before.end == pytest.approx(stretch, rel=0.05)
    assert all(word.end >= word.start for word in slower.words)


def test_pauses_stretch_and_the_silence_around_stays():
    audio, _ = spoken()
    rate = audio.sample_rate
    pause, edge = np.zeros(rate // 2, np.float32), np.zeros(rate, np.float32)
    noise = np.random.default_rng(0).normal(0, 1e-5, 1).astype(np.float32)[0]
    both = Audio(np.concatenate([edge, audio.samples, pause, audio.samples, edge]) + noise, rate)
    lock = (Adjustment("prosody.pause", 2.0),)
    longer = moved(both, Wish((Part(Emotion.neutral()),), 1.0, lock)).audio
    gained = longer.duration - both.duration
    loud = np.flatnonzero(np.abs(audio.samples) > 0.003) / rate
    assert gained == pytest.approx(
        audio.duration - loud[-1] + 0.5 + loud[0], rel=0.4
    )  # the voice fades softly
    first = np.flatnonzero(np.abs(longer.samples) > 0.01)[0] / rate
    assert first == pytest.approx(np.flatnonzero(np.abs(both.samples) > 0.01)[0] / rate, abs=0.05)


def test_a_long_recording_is_worked_on_in_phrases_that_cover_it():
    audio, _ = spoken()
    long = np.tile(np.concatenate([audio.samples, np.zeros(8000, np.float32)]), 12)
    found = phrases(long, audio.sample_rate)
    assert found[0][0] == 0
    assert found[-1][1] == len(long)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(found))
    assert max(end - begin for begin, end in found) <= 16 * audio.sample_rate
    assert len(found) >= 12


def test_cancel_stops_between_phrases():
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        moved(spoken()[0], Wish((Part(Emotion.of("joy")),)), job=Job(cancel=cancel))


def test_noise_and_clicks_come_out_whole():
    rng = np.random.default_rng(3)
    for sound in (rng.normal(0, 0.1, 8000), np.eye(1, 8000, 4000)[0], np.zeros(4000), np.ones(4000) * 0.5):
        track = moved(Audio(sound.astype(np.float32), 16_000), Wish((Part(Emotion.of("anger")),)))
        assert np.isfinite(track.audio.samples).all()
        assert np.abs(track.audio.samples).max() <= 1.0


@given(st.floats(-1, 1), st.sampled_from(["joy", "anger", "sadness", "fear", "boredom"]))
@settings(max_examples=30, deadline=None)
def test_faders_stay_in_their_ranges_at_any_strength(strength, emotion):
    found = controls_along(Wish((Part(Emotion.of(emotion)),), strength), 0.0, 3)
    for name, fader in fader_set("prosody").faders.items():
        low = -fader.high if name == "breathiness" else fader.low
        assert np.all((found[name] >= low - 1e-9) & (found[name] <= fader.high + 1e-9))


def test_mirroring_twice_is_no_change_for_faders_with_two_sides():
    felt_controls = controls_along(Wish((Part(Emotion.of("anger")),)), 0.0, 3)
    twice = mirrored(mirrored(felt_controls))
    for name in ("pitch", "rate", "tilt", "loudness", "tension"):
        assert np.allclose(twice[name], felt_controls[name])


def test_wrong_wishes_are_refused():
    with pytest.raises(RequestError, match="from -1 to 1"):
        Wish((Part(Emotion.of("joy")),), 1.5)
    with pytest.raises(RequestError, match="empty"):
        moved(Audio(np.zeros(0, np.float32), 16_000), Wish((Part(Emotion.of("joy")),)))


def test_words_are_kept():
    pytest.importorskip("faster_whisper", reason="needs the extra 'test'")
    from studio.quality.recogniser import recogniser
    from studio.quality.word_errors import ErrorCount, word_errors

    errors = ErrorCount(0, 0)
    for emotion in ("anger", "sadness", "fear"):
        errors = errors + word_errors(TEXT, recogniser().transcribe(felt(emotion).audio))  # fmt: skip
    assert errors.rate <= 0.08
