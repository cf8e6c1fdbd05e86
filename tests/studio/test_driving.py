from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, InputFileError
from generators.base import ARKIT, Audio, FaceRequest, Job, Phone, Take
from generators.face.head import Head
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from studio.compose import over_grey
from studio.driving import head_turn, read_take, take_sound
from studio.encode import write_film
from studio.judges.landmarks import LandmarkFinder

JAW, SIDE, FPS = ARKIT.index("jawOpen"), 224, 12.5
PHONES = tuple(Phone("mɑ"[k % 2], 0.3 + 0.24 * k, 0.54 + 0.24 * k, k % 2) for k in range(8))


@cache
def head() -> Renderer:
    return Renderer(build_model("mara"), (SIDE, SIDE))


@cache
def spoken():
    return Head().generate(
        FaceRequest(
            Conditioning.of(Emotion.of("sadness")), 2.4, PHONES, fps=FPS, size=(SIDE, SIDE), character="mara"
        )
    )


@pytest.fixture(scope="module")
def driving(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("driving") / "clip.mp4"
    sound = Audio(
        np.sin(np.arange(2 * 24000) / 30).astype(np.float32)[:, None].repeat(2, axis=1) * 0.2, 24000
    )
    write_film(path, (over_grey(p) for p in spoken().frames()), (SIDE, SIDE), FPS, sound, quality=16)
    return path


def test_a_face_in_a_film_is_followed(driving):
    take = read_take(driving, Job())
    wanted = spoken()
    assert len(take.times) == len(wanted.times)
    assert take.times[1] == pytest.approx(1 / FPS)
    assert np.corrcoef(take.arkit[:, JAW], wanted.arkit[:, JAW])[0, 1] > 0.8
    assert take.arkit.min() >= 0
    assert take.arkit.max() <= 1
    assert np.abs(np.degrees(take.pose[:, 3:] - wanted.pose[:, 3:])).mean() < 4


def test_the_emotion_of_a_driving_film_changes_and_its_speech_stays(driving):
    take = read_take(driving, Job(), "speech")
    request = FaceRequest(Conditioning.of(Emotion.of("joy")), take.duration, fps=FPS, take=take)
    glad = Head().generate(request).arkit
    said = slice(4, -4)
    assert np.corrcoef(glad[said, JAW], take.arkit[said, JAW])[0, 1] > 0.8
    smile = ARKIT.index("mouthSmileLeft")
    assert glad[:, smile].mean() > take.arkit[:, smile].mean() + 0.2


@pytest.mark.parametrize("degrees", [(8, 0, 0), (-8, 0, 0), (0, 14, 0), (0, -14, 0), (0, 0, 9), (6, 10, -5)])
def test_the_heads_turn_is_read_with_its_sign(degrees):
    pose = np.concatenate([np.zeros(3), np.radians(degrees)])
    marks = LandmarkFinder().find(over_grey(head().draw(np.zeros(52), pose, 0.5)))
    assert marks is not None
    assert np.abs(np.degrees(head_turn(marks.points)) - degrees).max() < 5


def test_the_sound_of_the_film_comes_along(driving, tmp_path):
    sound = take_sound(driving)
    assert sound is not None
    assert sound.samples.ndim == 1
    assert sound.duration == pytest.approx(2.0, abs=0.1)
    assert take_sound(tmp_path / "take.csv") is None


def test_wrong_files_are_told_in_one_sentence(tmp_path):
    def told(name: str, content: bytes | None = None) -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputFileError) as caught:
            read_take(path, Job())
        return str(caught.value)

    assert "does not exist" in told("missing.csv")
    assert "no face track" in told("take.wav", b"RIFF")
    assert "Line 1" in told("take.csv", b"a,b\n1,2\n")
    assert "UTF-8" in told("latin.csv", b"\xff\xfe\x00\xd8")
    assert "Line 1" in told("take.json", b"{")
    assert "cannot be read" in told("clip.mp4", b"not a film")


def test_a_film_without_a_face_is_told(tmp_path):
    write_film(tmp_path / "wall.mp4", [np.full((64, 64, 3), 90, np.uint8)] * 4, (64, 64), FPS, None)
    with pytest.raises(InputFileError, match="0 of 4 frames"):
        read_take(tmp_path / "wall.mp4", Job())


def test_following_can_be_stopped(driving):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        read_take(driving, Job(cancel=cancel))


def test_a_take_lasts_as_long_as_its_frames():
    take = Take(np.arange(25) / 25, np.zeros((25, 52)), np.zeros((25, 6)))
    assert take.duration == pytest.approx(1.0)
