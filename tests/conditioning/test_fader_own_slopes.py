"""A fader's own slopes on a plane between emotions."""

from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import AffectError
from conditioning.faders import read_fader_set
from conditioning.timeline import Timeline
from conditioning.vad import VAD

FILE = """
between = "plane"
[fader.lift]
meaning = "m"
neutral = 0.0
low = -10.0
high = 10.0
{plane}
[fader.lift.labels]
joy = 3.0
anger = 2.0
sadness = -2.0
"""


def value(path, emotion):
    return float(read_fader_set(path).evaluate(Timeline.constant(emotion).sample(np.zeros(1)))["lift"][0])


@pytest.fixture
def written(tmp_path):
    def write(plane=""):
        path = tmp_path / "own.toml"
        path.write_text(FILE.format(plane=plane), encoding="utf-8")
        return path

    return write


def test_a_given_slope_is_what_the_axis_does(written):
    path = written("[fader.lift.plane]\nvalence = -2.5")
    assert value(path, Emotion.at(VAD(valence=0.8))) == pytest.approx(-2.0)
    assert value(path, Emotion.at(VAD(valence=-0.4))) == pytest.approx(1.0)


def test_axes_without_a_slope_follow_the_labels(written):
    plain, given = written(), Emotion.at(VAD(arousal=0.6))
    expected = value(plain, given)
    assert value(written("[fader.lift.plane]\nvalence = -2.5"), given) == pytest.approx(expected)


@pytest.mark.parametrize(("name", "number"), [("joy", 3.0), ("anger", 2.0), ("sadness", -2.0)])
def test_named_emotions_keep_their_numbers(written, name, number):
    assert value(written("[fader.lift.plane]\nvalence = -2.5\narousal = 1.0"), Emotion.of(name)) == (
        pytest.approx(number)
    )


@pytest.mark.parametrize(
    "plane", ["plane = 3", "[fader.lift.plane]\njoy = 1.0", '[fader.lift.plane]\narousal = "a"']
)
def test_wrong_slopes_are_refused(written, plane):
    with pytest.raises(AffectError, match="plane"):
        read_fader_set(written(plane))
