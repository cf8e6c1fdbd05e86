from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from page_samples import take

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import parse_script
from conditioning.timeline import Timeline
from generators.base import ARKIT, Audio, FaceTrack, SpeechTrack, Stretch, Word
from generators.face.characters import character_names
from studio.face_stage import head_shown
from studio.page.exports import EXPORTS, Exportable, export
from studio.page.takes import with_file
from studio.page.views import repeated, tracks
from studio.request import FilmRequest


def made(face=True, speech=True, engine="avatar"):
    """What is kept of a film of one word."""
    times = np.arange(5) / 5
    shown = FaceTrack(
        times, np.full((5, len(ARKIT)), 0.25), np.zeros((5, 6)), (64, 64), lambda: iter(()), (), lambda: "[[moment]]\nat = 0\n"
    )  # fmt: skip
    said = SpeechTrack(
        Audio(np.zeros(24000, np.float32), 24000), (Word("Hello", 0.2, 0.6),), (), (Stretch(0, 0.2, 0.6),),
        Timeline.constant(Emotion.neutral()), (),
    )  # fmt: skip
    request = FilmRequest(script="Hello", engines={"face": engine}, fps=5)
    return Exportable(request, parse_script("Hello"), shown if face else None, said if speech else None)


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "head.glb"])
def test_every_file_is_made_of_a_take_that_has_what_it_takes(name, tmp_path):
    path = export(name, made(), tmp_path)
    assert path == tmp_path / name and path.stat().st_size > 15
    if name == "words.srt":
        assert "00:00:00,200 --> " in path.read_text()
    if name == "face.json":
        assert json.loads(path.read_text())


def test_what_a_take_has_not_is_neither_offered_nor_made(tmp_path):
    silent = made(speech=False)
    with pytest.raises(RequestError, match="Subtitles"):
        export("words.srt", silent, tmp_path)
    with pytest.raises(RequestError, match="Head"):
        export("head.glb", made(), tmp_path)
    assert not list(tmp_path.iterdir())
    assert {name for name, each in EXPORTS.items() if each.fits(made(face=False, speech=False))} == set()
    assert EXPORTS["head.glb"].fits(made(engine="head"))


def test_buttons_stand_for_what_can_be_made_and_go_when_it_is(tmp_path):
    from dataclasses import replace

    before = replace(take(folder=tmp_path), tracks=made())
    assert 'data-name="words.srt"' in tracks(before) and 'data-name="head.glb"' not in tracks(before)
    after = with_file([before, take(2)], 1, tmp_path / "words.srt")
    assert 'data-name="words.srt"' not in tracks(after[0]) and 'download="words.srt"' in tracks(after[0])
    assert with_file(after, 1, tmp_path / "words.srt") == after
    assert "data-name" not in tracks(take(folder=tmp_path))


def test_what_is_copied_stands_as_text_and_names_the_files_it_needs():
    html = repeated("affect '<b>'", '{"a": "<i>"}', [Path("/x/me & you.jpg")])
    assert "<b>'" not in html and "&lt;b&gt;" in html and "&lt;i&gt;" in html
    assert 'download="me &amp; you.jpg"' in html and "deletes" in html
    assert "deletes" not in repeated("a", "b")


def test_the_mesh_of_an_own_character_is_that_of_its_file():
    assert head_shown(FilmRequest(script="a", character="faces/me.toml")) == "faces/me.toml"
    assert head_shown(FilmRequest(script="a", voice="ben")) in character_names()
    assert head_shown(FilmRequest(script="a", engines={"face": "avatar"})) == ""
