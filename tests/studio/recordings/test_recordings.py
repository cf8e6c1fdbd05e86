from __future__ import annotations

import json
import threading

import numpy as np
import pytest
import soundfile

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, InputFileError, RequestError
from conditioning.script import Script, Span
from conditioning.vad import VAD
from generators.base import Job, SpeechRequest
from generators.speech.hibari import Hibari
from studio.cli.recordings import with_recording
from studio.judges.base import Reading
from studio.recordings.anonymising import anonymise
from studio.recordings.likeness import liking
from studio.recordings.sounds import recording_in
from studio.recordings.speaking import RecordingRequest, speak_recording
from studio.sound_files import write_sound

TEXT = "The children are waiting by the old garden door."


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A neutral and an angry recording of one voice."""
    folder = tmp_path_factory.mktemp("clips")
    for name in ("neutral", "anger"):
        emotion = Emotion.neutral() if name == "neutral" else Emotion.of(name)
        track = Hibari().generate(SpeechRequest(Script((Span(TEXT, emotion),)), "theo", job=Job(1)))
        write_sound(folder / f"{name}.wav", track.audio)
    return folder


def test_a_recording_is_moved_and_its_record_tells_how(clips, tmp_path):
    out = tmp_path / "joy.wav"
    shown = []
    said = speak_recording(
        RecordingRequest(clips / "neutral.wav", Emotion.of("joy", 0.8)),
        out,
        progress=lambda d, t, w: shown.append(d / t),
    )
    record = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["request"]["emotion"] == "joy:0.8"
    assert record["request"]["voice_from"]["file"] == "neutral.wav"
    assert record["files"]["joy.wav"]
    assert record["speaker"]["after"] > record["speaker"]["different"]
    assert {a["status"] for a in record["fulfilment"]["speech"]} <= {"honoured", "approximated", "ignored"}
    assert soundfile.info(out).frames == len(said.track.audio.samples)
    assert shown == sorted(shown)
    assert shown[-1] == 1.0


def test_the_same_request_writes_the_same_bytes(clips, tmp_path):
    request = RecordingRequest(clips / "neutral.wav", Emotion.of("fear"), seed=3)
    first, second = (speak_recording(request, tmp_path / f"{n}.wav").path.read_bytes() for n in "ab")
    assert first == second


def test_prosody_of_one_person_keeps_its_own_register(clips, tmp_path):
    request = RecordingRequest(clips / "neutral.wav", Emotion.neutral(), prosody_from=clips / "anger.wav")
    said = speak_recording(request, tmp_path / "a.wav")
    note = next(aspect for aspect in said.track.fulfilment if aspect.name == "prosody")
    assert "where it lies there" in note.why


class Certain:
    """A judge that hears anger in everything."""

    def read(self, sound):
        return Reading({"anger": 0.9, "neutral": 0.1}, VAD(-0.5, 0.6, 0.2), (0.2, 0.2, 0.2), 0.9, 0.3)


class Deaf:
    """A judge that hears nothing in anything."""

    def read(self, sound):
        return Reading({}, confidence=0.0, floor=0.3)


def test_a_clip_in_which_nothing_is_read_is_refused(clips, monkeypatch):
    monkeypatch.setattr("studio.recordings.likeness.tuning_judge", Deaf)
    with pytest.raises(InputFileError, match="No emotion is read"):
        liking(clips / "anger.wav")


def test_a_recording_in_which_nothing_is_read_is_played_by_a_neutral_face(clips, monkeypatch, capsys):
    monkeypatch.setattr("studio.recordings.likeness.tuning_judge", Deaf)
    asked, engines = with_recording(clips / "anger.wav", {"emotion": "auto", "script": "Hello."}, [])
    assert asked["emotion"] == "neutral"
    assert engines == [f"speech=recording:{clips / 'anger.wav'}"]
    assert "anger.wav" in capsys.readouterr().err


def test_a_clip_asks_for_its_emotion_and_its_prosody_against_the_neutral_voice(clips, monkeypatch):
    monkeypatch.setattr("studio.recordings.likeness.tuning_judge", Certain)
    found = liking(clips / "anger.wav", clips / "neutral.wav")
    assert found.emotion.label == "anger"
    assert found.prosody["prosody.pitch"] > 1
    assert found.prosody["prosody.loudness"] > 1
    assert found.prosody["prosody.tilt"] > 0
    assert "anger.wav is read as" in found.sentence


def test_anonymising_tells_likeness_and_both_judges(clips, tmp_path):
    found = anonymise(clips / "anger.wav", tmp_path / "who.wav", seed=2)
    record = json.loads((tmp_path / "who.json").read_text(encoding="utf-8"))
    assert not found.likeness.same_person
    assert set(record["judges"]["before"]) == set(record["judges"]["after"]) == {"scoring", "tuning"}
    assert record["speaker"]["after"] < record["speaker"]["threshold"]
    assert len(found.rows) == 3
    again = anonymise(clips / "anger.wav", tmp_path / "again.wav", seed=2)
    assert np.array_equal(found.audio.samples, again.audio.samples)
    assert "theo" not in json.dumps(record)


def test_cancelling_leaves_nothing_behind(clips, tmp_path):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        anonymise(clips / "anger.wav", tmp_path / "who.wav", cancel=cancel)
    with pytest.raises(Cancelled):
        speak_recording(
            RecordingRequest(clips / "neutral.wav", Emotion.of("joy")), tmp_path / "a.wav", cancel=cancel
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("samples", "words"),
    [(np.zeros(16_000), "silent"), (np.zeros(0), "empty"), (np.full(800, 0.3), "lasts 0.05 s")],
)
def test_sounds_without_a_voice_are_refused(samples, words, tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, samples.astype(np.float32), 16_000)
    with pytest.raises(InputFileError, match=words):
        recording_in(path)


def test_films_without_sound_and_files_of_other_kinds_are_refused(tmp_path):
    from studio.encode import write_film

    film = tmp_path / "mute.mp4"
    write_film(film, [np.zeros((64, 64, 3), np.uint8)] * 10, (64, 64), 10.0, None)
    with pytest.raises(InputFileError, match="no sound stream"):
        recording_in(film)
    with pytest.raises(InputFileError, match="does not exist"):
        recording_in(tmp_path / "none.wav")
    text = tmp_path / "a.txt"
    text.write_text("hello")
    with pytest.raises(InputFileError, match="is no sound or film"):
        recording_in(text)


def test_noise_has_no_speaker_to_be_changed(tmp_path):
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.05, 16_000), 16_000)
    with pytest.raises(RequestError, match="Nobody speaks"):
        anonymise(path, tmp_path / "out.wav")


def test_stereo_and_high_rates_become_one_channel(clips, tmp_path):
    samples, rate = soundfile.read(clips / "neutral.wav", dtype="float32")
    path = tmp_path / "wide.wav"
    soundfile.write(path, np.repeat(samples, 4)[:, None].repeat(2, axis=1), rate * 4)
    audio = recording_in(path)
    assert audio.samples.ndim == 1
    assert audio.sample_rate == 48_000
    assert audio.duration == pytest.approx(len(samples) / rate, rel=0.01)
