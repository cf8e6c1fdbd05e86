from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import emotions
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.timeline import Timeline

JOY, FEAR, NEUTRAL = Emotion.of("joy"), Emotion.of("fear"), Emotion.neutral()
times = st.floats(0, 20).map(lambda t: round(t, 3))
timelines = st.lists(st.tuples(times, emotions), min_size=1, max_size=5).map(
    lambda rows: Timeline.of(sorted(rows, key=lambda row: row[0]))
)


@given(timelines, st.lists(st.floats(0, 25), min_size=1, max_size=6))
def test_sampling_agrees_with_asking_at_each_time(line, moments):
    track = line.sample(np.array(moments))
    for row, moment in enumerate(moments):
        emotion = line.at(moment)
        assert np.allclose(track.vad[row], emotion.felt.array(), atol=1e-9)
        assert track.intensity[row] == pytest.approx(emotion.intensity, abs=1e-9)
        if emotion.intensity > 1e-6:
            named = {n: w for n, w in zip(track.labels, track.weights[row], strict=True) if w > 0}
            assert named == pytest.approx(dict(emotion.mixture), abs=1e-6)


@given(timelines, st.lists(st.floats(0, 25), min_size=1, max_size=6))
def test_every_row_of_weights_sums_to_one(line, moments):
    track = line.sample(np.array(moments))
    assert np.allclose(track.weights.sum(axis=1), 1)
    assert (track.weights >= 0).all()
    assert np.allclose(track.strengths.sum(axis=1), track.intensity)


@given(timelines)
def test_keyframes_are_met_at_their_times(line):
    last = {key.time: key.emotion for key in line.keyframes}
    for time, emotion in last.items():
        assert line.at(time) == emotion


def test_outside_its_keyframes_a_timeline_holds():
    line = Timeline.of([(1, JOY), (2, FEAR)])
    assert line.at(0) == JOY
    assert line.at(99) == FEAR


def test_without_intensity_a_row_is_all_neutral():
    track = Timeline.constant(NEUTRAL).sample(np.zeros(1))
    assert track.weights[0, track.labels.index("neutral")] == 1


def test_sections_hold_in_their_middle_and_pass_at_their_border():
    line = Timeline.of_sections([(0, 4, JOY), (4, 8, FEAR)], blend=1.0)
    assert line.at(2) == JOY
    assert line.at(3.4) == JOY
    assert line.at(4).mixture == pytest.approx({"joy": 0.5, "fear": 0.5})
    assert line.at(4.6) == FEAR
    assert line.at(8) == FEAR


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 2), emotions), min_size=1, max_size=6), st.floats(0, 3)
)
def test_sections_of_any_length_make_a_timeline_that_reaches_each_emotion(rows, blend):
    start, sections = 0.0, []
    for length, gap, emotion in rows:
        sections.append((start, start + length, emotion))
        start += length + gap
    line = Timeline.of_sections(sections, blend)
    assert [k.emotion for k in line.keyframes] == [e for _, _, e in sections for _ in range(2)]


@pytest.mark.parametrize(
    "keys", [[], [(-1, JOY)], [(2, JOY), (1, FEAR)], [(float("nan"), JOY)], [(0, JOY), (float("inf"), FEAR)]]
)
def test_times_that_make_no_timeline_are_refused(keys):
    with pytest.raises(EmotionError):
        Timeline.of(keys)


def test_a_section_that_ends_before_it_starts_is_refused():
    with pytest.raises(EmotionError, match="from 3 to 2"):
        Timeline.of_sections([(3, 2, JOY)])
    with pytest.raises(EmotionError):
        Timeline.of_sections([])
