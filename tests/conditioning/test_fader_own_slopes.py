"""A fader's own slopes on a plane between emotions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion, mix
from conditioning.errors import AffectError
from conditioning.faders import read_fader_set
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD

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
        path = tmp_path / f"own{len(list(tmp_path.iterdir()))}.toml"
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


HALVED = "[fader.lift.plane]\nvalence = -2.5\narousal = 3.0\narousal_low = -2.0"
shares = st.floats(0.05, 1.0)
fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(share=shares)
@fixtures
def test_each_half_of_an_axis_has_its_own_slope_and_is_even(written, share):
    path = written(HALVED)
    assert value(path, Emotion.at(VAD(arousal=0.6), share)) == pytest.approx(1.8 * share)
    assert value(path, Emotion.at(VAD(arousal=-0.6), share)) == pytest.approx(1.2 * share)


@given(axis=st.sampled_from(AXES), low=st.floats(-5.0, 5.0), high=st.floats(-5.0, 5.0))
@fixtures
def test_halves_meet_at_neutral(written, axis, low, high):
    path = written(f"[fader.lift.plane]\n{axis} = {high!r}\n{axis}_low = {low!r}")
    for place in (-1e-6, 1e-6):
        assert value(path, Emotion.at(VAD(**{axis: place}))) == pytest.approx(0.0, abs=1e-4)


def test_one_slope_for_an_axis_is_that_of_both_halves(written):
    one, both = (written(f"[fader.lift.plane]\narousal = 1.5\n{low}") for low in ("", "arousal_low = 1.5"))
    for place in (-0.7, -0.2, 0.5):
        emotion = Emotion.at(VAD(arousal=place))
        assert value(one, emotion) == pytest.approx(1.5 * place) == value(both, emotion)


def test_a_half_of_its_own_leaves_the_other_to_the_labels(written):
    given_half, up = written("[fader.lift.plane]\narousal_low = 0.0"), Emotion.at(VAD(arousal=0.6))
    assert value(given_half, Emotion.at(VAD(arousal=-0.6))) == pytest.approx(0.0)
    halved = value(given_half, up)
    assert halved == pytest.approx(value(written(), up))
    assert halved != pytest.approx(0.0)


@given(share=shares, first=st.sampled_from(["joy", "anger"]), other=st.sampled_from(["sadness", "anger"]))
@fixtures
def test_slopes_leave_mixtures_of_named_emotions_as_their_numbers_say(written, share, first, other):
    number = {"joy": 3.0, "anger": 2.0, "sadness": -2.0}
    mixed = mix([(Emotion.of(first), share), (Emotion.of(other), 1.05 - share)])
    expected = (share * number[first] + (1.05 - share) * number[other]) / 1.05
    assert value(written(HALVED), mixed) == pytest.approx(expected)


@pytest.mark.parametrize(
    "plane",
    [
        "plane = 3",
        "[fader.lift.plane]\njoy = 1.0",
        "[fader.lift.plane]\nnegative_arousal_low = 1.0",
        '[fader.lift.plane]\narousal = "a"',
    ],
)
def test_wrong_slopes_are_refused(written, plane):
    with pytest.raises(AffectError, match="plane"):
        read_fader_set(written(plane))
