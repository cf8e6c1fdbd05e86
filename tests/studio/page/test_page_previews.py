from __future__ import annotations

import base64
import io
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PIL import Image

from conditioning.errors import InputFileError, RequestError
from generators.base import Audio
from studio.page.given import felt_recording, keep_file, portrait_note, recording_note
from studio.page.previews import Previews, sample_text
from studio.page.voice_wiring import beginning
from studio.request import FilmRequest
from studio.studio import Studio

PICTURES = Path(__file__).resolve().parents[2] / "pictures"


class Maker:
    """Speaks a tone, and counts how often."""

    def __init__(self) -> None:
        self.asked: list[FilmRequest] = []

    def tracks(self, request):
        self.asked.append(request)
        tone = np.sin(np.arange(2400) / 10, dtype=np.float32) * 0.1 * len(self.asked)
        face = SimpleNamespace(plan=lambda: "[[moment]]\nat = 0\n") if "face" in request.media else None
        return SimpleNamespace(speech=SimpleNamespace(audio=Audio(tone, 24000)), face=face)


def data_of(address):
    return base64.b64decode(address.partition(",")[2])


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def previews(maker, tmp_path):
    return Previews(maker, threading.Lock(), tmp_path / "kept")


def test_a_voice_is_made_once_and_kept_until_something_is_changed(previews, maker):
    request = FilmRequest(script="[joy] Hello.")
    first = previews.voice(request, keep=True)
    samples, rate = soundfile.read(io.BytesIO(data_of(first)))
    assert rate == 24000 and len(samples) == 2400
    assert previews.voice(request, keep=True) == first and len(maker.asked) == 1
    assert previews.voice(request.model_copy(update={"style": "whisper"}), keep=True) != first
    assert [asked.media for asked in maker.asked] == [("speech",)] * 2


def test_what_a_user_wrote_is_not_kept(previews, maker, tmp_path):
    request = FilmRequest(script="Hello.")
    assert previews.voice(request) != previews.voice(request)
    assert len(maker.asked) == 2 and not list(tmp_path.iterdir())


def test_a_preview_does_not_wait_for_a_film(maker, tmp_path, monkeypatch):
    monkeypatch.setattr("studio.page.previews._PATIENCE", 0.01)
    turn = threading.Lock()
    with turn, pytest.raises(RequestError, match="film is being made"):
        Previews(maker, turn, tmp_path).voice(FilmRequest(script="Hello."))
    assert not turn.locked() and not maker.asked


def test_a_face_is_drawn_small_and_without_background(previews):
    picture = Image.open(io.BytesIO(data_of(previews.face("avatar", "pip"))))
    alpha = np.asarray(picture.convert("RGBA"))[..., 3]
    assert picture.size == (168, 168)
    assert alpha.min() == 0 and 0.2 < (alpha > 128).mean() < 0.9
    assert previews.face("avatar", "pip") != previews.face("avatar", "kit")


def test_a_plan_is_asked_without_the_one_that_is_played(previews, maker):
    assert previews.plan(FilmRequest(script="Hello.", plan="[[moment]]\nat = 1\n")).startswith("[[moment]]")
    assert maker.asked[0].media == ("speech", "face") and maker.asked[0].plan == ""
    with pytest.raises(RequestError, match="no face"):
        previews.plan(FilmRequest(script="Hello.", media=("speech",)))


def test_each_language_has_words_of_its_own_to_be_heard():
    assert sample_text("de") != sample_text("en") == sample_text("en-US") == sample_text("tlh")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("[joy] She is here! [fear] But why?", "[joy] She is here! "),
        ("A day. And on.", "A day. "),
        ("[style whisper] One.", "[style whisper] One."),
    ],
)
def test_the_beginning_is_the_first_sentence_with_its_marks(text, begins):
    assert beginning(text, "neutral") == begins


def test_files_of_one_name_lie_apart_and_equal_ones_are_one(tmp_path):
    kept = []
    for folder, text in (("a", "one"), ("b", "two"), ("c", "one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "me.txt").write_text(text)
        kept.append(keep_file(str(tmp_path / folder / "me.txt"), tmp_path / "visit"))
    assert kept[0] != kept[1] and kept[0] == kept[2]
    assert [path.name for path in kept] == ["me.txt"] * 3 and kept[1].read_text() == "two"


def test_a_portrait_without_a_face_is_refused_and_a_good_one_is_shown():
    with pytest.raises(InputFileError, match="no face"):
        portrait_note(PICTURES / "chelsea.jpg")
    html = portrait_note(PICTURES / "astronaut.jpg")
    assert "astronaut.jpg can be moved" in html
    assert Image.open(io.BytesIO(data_of(html.partition('src="')[2].partition('"')[0]))).size == (168, 168)


def test_a_recording_is_told_with_its_length_and_a_broken_one_is_refused(tmp_path):
    soundfile.write(tmp_path / "me.wav", np.random.default_rng(1).normal(0, 0.1, 16000), 16000)
    assert "me.wav, 1.0 s" in recording_note(tmp_path / "me.wav")
    (tmp_path / "no.wav").write_text("no sound")
    with pytest.raises(InputFileError):
        recording_note(tmp_path / "no.wav")


def test_a_recording_is_given_the_emotions_of_the_script_again_and_again_from_the_first_one(tmp_path):
    track = Studio().tracks(FilmRequest(script="I have waited for this letter.", media=("speech",)))
    soundfile.write(tmp_path / "me.wav", track.speech.audio.samples, track.speech.audio.sample_rate)
    asked = FilmRequest(
        script="[anger] I have waited for this letter.",
        engines={"speech": f"recording:{tmp_path / 'me.wav'}"},
    )
    angry, told = felt_recording(asked, tmp_path / "visit")
    assert "alike" in told and angry.name == "me.wav"
    sad = asked.model_copy(
        update={
            "script": "[sadness] I have waited for this letter.",
            "engines": {"speech": f"recording:{angry}"},
        }
    )
    sadder, _ = felt_recording(sad, tmp_path / "visit")
    level = {path: np.std(soundfile.read(path)[0]) for path in (angry, sadder)}
    assert level[angry] > 1.2 * level[sadder]
    first = sad.model_copy(update={"engines": asked.engines})
    assert felt_recording(first, tmp_path / "visit")[0].read_bytes() == sadder.read_bytes()
    with pytest.raises(RequestError, match="No recording"):
        felt_recording(FilmRequest(script="Hello."), tmp_path)
