"""A recording as the voice of a face: what is found in it, and the command that uses it."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from conditioning.errors import AffectError, InputFileError, RequestError
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.speech.hibari import Hibari
from studio.cli.main import app
from studio.recordings.voice import UNKNOWN_LANGUAGE, UNKNOWN_TEXT, RecordedVoice

TEXT = "[fear]Nobody came home. [joy]But now they are all here!"


@cache
def said() -> SpeechTrack:
    return Hibari().generate(SpeechRequest(parse_script(TEXT), voice="theo", job=Job(2)))


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("voice") / "speech.wav"
    soundfile.write(path, said().audio.samples, said().audio.sample_rate)
    return path


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """The engine as an installed package announces it."""
    folder = tmp_path / "recorded_voice-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: recorded-voice\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(
        "[affect.generators]\nspeech.recording = studio.recordings.voice:RecordedVoice\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


def spoken(recording, text, language="en"):
    return RecordedVoice(str(recording)).generate(SpeechRequest(parse_script(text), language=language))


def test_with_its_text_a_recording_has_words_sounds_and_spans(recording):
    track = spoken(recording, TEXT)
    assert [word.text.strip(".!") for word in track.words] == [word.text.strip(".!") for word in said().words]
    late = [a.start - b.start for a, b in zip(track.words, said().words, strict=True)]
    assert np.median(np.abs(late)) < 0.08
    border = track.stretches[1].start
    assert abs(border - said().stretches[1].start) < 0.25
    assert "aligning" in track.fulfilment[0].why


def test_without_text_sounds_are_heard_and_the_way_is_told(recording):
    track = spoken(recording, UNKNOWN_TEXT, UNKNOWN_LANGUAGE)
    assert len(track.phones) > 8
    assert track.words == ()
    assert "signal" in track.fulfilment[0].why or "recognised" in track.fulfilment[0].why


def test_a_language_that_no_voice_speaks_is_heard_and_told(recording):
    track = spoken(recording, "Ingen kom hem.", "sv")
    assert len(track.phones) > 8
    assert "not used" in track.fulfilment[0].why


def test_a_strange_text_is_told(recording):
    track = spoken(recording, "Seventeen purple elephants juggle oranges beside yesterday.")
    assert "is this what is said" in track.fulfilment[0].why


def test_wrong_recordings_are_told_in_a_sentence(tmp_path):
    with pytest.raises(RequestError, match="No recording"):
        RecordedVoice().generate(SpeechRequest(parse_script("Hello.")))
    with pytest.raises(InputFileError, match="does not exist"):
        spoken(tmp_path / "none.wav", "Hello.")
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    with pytest.raises(InputFileError, match="silent"):
        spoken(tmp_path / "silent.wav", "Hello.")


def test_a_face_speaks_a_recording(recording, registered, tmp_path):
    out = tmp_path / "head.mp4"
    result = CliRunner().invoke(
        app,
        ["animate", "--voice-from", str(recording), "-t", "Nobody came home. But now they are all here!", "-e", "joy",
         "--no-judge", "--height", "144", "-o", str(out), "--json"],
    )  # fmt: skip
    assert result.exception is None, result.output
    record = json.loads([line for line in result.stdout.splitlines() if line.startswith("{")][-1])
    assert record["fulfilment"]["face"][0]["status"] == "honoured"
    lines = (tmp_path / "head.tracks" / "face.csv").read_text().splitlines()
    column = lines[0].split(",").index("jawOpen" if "jawOpen" in lines[0] else "JawOpen")
    jaw = np.array([float(line.split(",")[column]) for line in lines[1:]])
    assert np.quantile(jaw, 0.9) > jaw.min() + 0.05


def test_a_voice_and_a_recording_together_are_refused(recording):
    result = CliRunner().invoke(
        app, ["animate", "--voice-from", str(recording), "--engine", "speech=hibari", "-t", "Hello."]
    )
    assert isinstance(result.exception, AffectError)
    assert "both given" in str(result.exception)
