"""The judge that listens, on made-up speakers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.training.corpora_speech import Clip
from studio.training.prosody_ear import EarJudge

LABELS = ("neutral", "joy", "sadness", "anger")
SHIFT = {"neutral": (0.0, 0.0), "joy": (2.0, 1.0), "sadness": (-2.0, 0.0), "anger": (1.0, -2.0)}


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(5)
    clips, rows = [], []
    for speaker in range(6):
        own = draw.normal(0, 3, 24)
        for label in LABELS:
            for _ in range(6):
                clips.append(Clip(Path("x"), "ravdess", f"s{speaker}", "female", "", label, False, "train"))
                change = np.repeat(SHIFT[label], 12)
                rows.append(own + change + draw.normal(0, 0.5, 24))
    return clips, np.array(rows)


@pytest.fixture(scope="module")
def judge(people):
    clips, rows = people
    return EarJudge(clips, [rows[:, :12], rows[:, 12:]], LABELS)


def voice(judge, shift):
    own = np.full((3, 24), 7.0)
    moved = own + np.repeat(shift, 12)
    return judge.beside([moved[:, :12], moved[:, 12:]], [own[:, :12], own[:, 12:]])


@pytest.mark.parametrize("name", LABELS)
def test_an_unknown_speaker_is_read_by_his_differences(judge, name):
    inputs = voice(judge, SHIFT[name])
    assert (judge.read(inputs) == name).all()
    assert judge.doubt(inputs, name).max() < min(judge.doubt(inputs, n).min() for n in LABELS if n != name)


def test_distance_is_one_without_effect_and_falls_towards_the_actors(judge):
    none, half, full = (
        judge.distance(voice(judge, np.array(SHIFT["anger"]) * x), "anger") for x in (0, 0.5, 1)
    )
    assert none == pytest.approx(1.0)
    assert full < 0.1 < half < none


def test_points_lie_where_the_emotion_does(judge):
    joy, sadness = (judge.points(voice(judge, SHIFT[name])).mean(axis=0) for name in ("joy", "sadness"))
    assert joy[0] > 0 > sadness[0]
    assert joy[1] > sadness[1]
