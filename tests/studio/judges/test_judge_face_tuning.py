from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.assets import asset
from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import FaceRequest
from generators.face.head import Head
from studio.judges.landmarks import FaceMarks, LandmarkFinder
from studio.judges.tuning.face import FaceJudge
from studio.judges.tuning.face_shapes import face_shape, mirrored

JUDGE = FaceJudge()
FINDER = LandmarkFinder()


@cache
def head(emotion: str) -> np.ndarray:
    """The built-in head over grey, holding an emotion."""
    request = FaceRequest(Conditioning.of(Emotion.of(emotion)), 1.4, size=(256, 256))
    (last,) = deque(Head().generate(request).frames(), maxlen=1)
    alpha = last[..., 3:] / 255
    return np.ascontiguousarray((last[..., :3] * alpha + 128 * (1 - alpha)).astype(np.uint8))


@cache
def marks(emotion: str) -> FaceMarks:
    found = FINDER.find(head(emotion))
    assert found is not None
    return found


def test_a_picture_without_a_face_gives_no_reading() -> None:
    for picture in (
        np.full((240, 320, 3), 128, np.uint8),
        np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8),
    ):
        reading = JUDGE.read(picture)
        assert reading.top == "no reading"
        assert reading.confidence == 0


@pytest.mark.parametrize("emotion", ["joy", "surprise"])
def test_a_plain_expression_is_read(emotion: str) -> None:
    reading = JUDGE.read(head(emotion))
    assert reading.top == emotion
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.vad is not None and reading.vad_sd is not None


def test_a_face_and_its_mirror_image_are_read_alike() -> None:
    here, there = (
        JUDGE.read(picture).probabilities["joy"] for picture in (head("joy"), head("joy")[:, ::-1].copy())
    )
    assert here == pytest.approx(there, abs=0.1)


def test_films_are_read_five_times_a_second() -> None:
    timed = JUDGE.read_over_time([(number / 10, head("joy")) for number in range(4)])
    assert [t.start for t in timed] == pytest.approx([0.0, 0.2])


def test_mirroring_numbers_is_mirroring_the_face() -> None:
    face = marks("joy")
    numbers = face_shape(face)
    assert mirrored(mirrored(numbers)) == pytest.approx(numbers)
    # The numbers of the head turned about its own middle line; the networks see a mirror image a little differently.
    picture = FINDER.find(head("joy")[:, ::-1].copy())
    assert picture is not None
    assert np.median(np.abs(face_shape(picture) - mirrored(numbers))) < 0.03


@settings(max_examples=30)
@given(st.floats(-0.6, 0.6), st.floats(0.2, 6), st.floats(-400, 400))
def test_place_size_and_roll_of_the_head_say_nothing(roll: float, size: float, shift: float) -> None:
    face = marks("joy")
    turn = size * np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    moved = FaceMarks(face.points @ turn.T + shift, face.blendshapes, 1.0)
    assert face_shape(moved) == pytest.approx(face_shape(face), abs=1e-4)


def test_the_card_is_above_chance_and_calibrated() -> None:
    facts = json.loads((asset("judges", "tuning", "face") / "card.json").read_text(encoding="utf-8"))
    assert facts["interval"][0] > 2 * JUDGE.card.chance
    assert facts["votes_accuracy"] > 0.6
    assert JUDGE.card.calibration_error < 0.06
    assert any("research only" in limit for limit in facts["limits"])


def test_it_knows_nothing_of_the_judge_that_scores() -> None:
    program = (
        "import sys, studio.judges.tuning.face; print([m for m in sys.modules if 'judges.scoring' in m])"
    )
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
