from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from conditioning.errors import AffectError
from studio.cli.main import app


def affect(*arguments):
    """The result of a command, run in this process; a fault of the request is raised."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if isinstance(result.exception, Exception):
        raise result.exception
    return result


@pytest.fixture
def voice(tmp_path):
    """Harmonics that fall, as a voice of one second."""
    phase = 2 * np.pi * np.cumsum(np.linspace(170, 140, 16_000)) / 16_000
    sound = sum(np.sin(k * phase) / k for k in range(1, 20)) * 0.1 * np.hanning(16_000)
    soundfile.write(tmp_path / "voice.wav", sound, 16_000)
    return tmp_path / "voice.wav"


def test_a_recording_is_given_an_emotion(voice, tmp_path):
    out = tmp_path / "sad.wav"
    result = affect("speak", "--voice-from", voice, "-e", "sadness:0.8", "-o", out, "--json")
    record = json.loads([line for line in result.stdout.splitlines() if line.startswith("{")][-1])
    assert record["request"]["emotion"] == "sadness:0.8"
    assert record["speech"]["seconds"] > 1.05
    assert soundfile.info(out).duration == pytest.approx(record["speech"]["seconds"], abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--voice-from", "none.wav"], "does not exist"),
        (["--text", "Hello.", "--strength", "0.5"], "--strength is given without --voice-from"),
        (["--text", "Hello.", "--prosody-from", "a.wav"], "--prosody-from is given without --voice-from"),
        (["--text", "Hello.", "--like-neutral", "a.wav"], "without --like"),
        (["--text", "Hello.", "--like", "a.wav", "-e", "joy"], "Give --emotion or --like"),
        (["--text", "Hello.", "--like", "none.wav"], "does not exist"),
        ([], "No script"),
    ],
)
def test_wrong_requests_are_told_in_a_sentence(arguments, words):
    with pytest.raises(AffectError, match=words):
        affect("speak", *arguments)


def test_a_strength_beyond_one_is_refused(voice, tmp_path):
    with pytest.raises(AffectError, match="from -1 to 1"):
        affect("speak", "--voice-from", voice, "-e", "joy", "--strength", "-2", "-o", tmp_path / "a.wav")


def test_results_have_their_endings(voice, tmp_path):
    with pytest.raises(AffectError, match=r"end in \.wav"):
        affect("anonymise", voice, "-o", tmp_path / "a.txt")
    with pytest.raises(AffectError, match=r"end in \.mp4"):
        affect("dub", voice, "--text", "Hello.", "-o", tmp_path / "a.wav")
    with pytest.raises(AffectError, match="is no film"):
        affect("dub", voice, "--text", "Hello.", "-o", tmp_path / "a.mp4")
