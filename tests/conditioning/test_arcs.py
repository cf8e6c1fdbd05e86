from __future__ import annotations

import numpy as np
import pytest

from conditioning.arcs import arc, arc_names, path, story
from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, UnknownNameError

SHAPES = {
    "rise": "+", "fall": "-", "man_in_a_hole": "-+", "icarus": "+-", "cinderella": "+-+", "oedipus": "-+-",
}  # fmt: skip


def test_the_six_shapes_of_the_paper_are_there():
    assert arc_names() == list(SHAPES)


@pytest.mark.parametrize(("name", "shape"), SHAPES.items())
def test_valence_rises_and_falls_as_the_name_says(name, shape):
    track = story(name, 60.0).sampled(10, 60.0)
    steps = np.sign(np.round(np.diff(track.vad[:, 0]), 9))
    turns = [int(step) for step, before in zip(steps, [0, *steps], strict=False) if step and step != before]
    assert turns == [1 if sign == "+" else -1 for sign in shape]


@pytest.mark.parametrize("name", SHAPES)
def test_a_story_begins_and_ends_with_its_length_and_reaches_both_emotions(name):
    low, high = Emotion.of("grief", 0.7), Emotion.of("triumph")
    line = story(name, 90.0, low=low, high=high)
    assert (line.keyframes[0].time, line.end) == (0.0, 90.0)
    assert {key.emotion.label for key in line.keyframes} == {"grief", "triumph"}
    assert all(key.emotion in (low, high) for key in line.keyframes)


def test_a_shape_is_found_by_its_title_and_aliases():
    assert arc("Rags to Riches").name == "rise"
    assert arc("man-in-a-hole").name == "man_in_a_hole"
    with pytest.raises(UnknownNameError, match="icarrus"):
        arc("icarrus")


def test_a_path_goes_from_start_to_end_over_what_is_between():
    start, between, end = Emotion.of("fear"), Emotion.of("surprise"), Emotion.of("relief")
    line = path([start, between, end], 10.0)
    assert [line.at(t) for t in (0, 5, 10)] == [start, between, end]
    half = path([start, end], 10.0, ease="linear").at(5.0)
    assert half.mixture == pytest.approx({"fear": 0.5, "relief": 0.5})
    assert path([start], 10.0).at(3.0) == start


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_course_without_length_is_refused(seconds):
    with pytest.raises(EmotionError):
        story("rise", seconds)
    with pytest.raises(EmotionError):
        path([Emotion.of("joy")], seconds)


def test_a_path_without_emotions_is_refused():
    with pytest.raises(EmotionError):
        path([], 3.0)
