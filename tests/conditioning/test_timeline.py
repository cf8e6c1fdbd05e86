from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import emotions
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.timeline import EASES, Keyframe, Timeline

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


eased = st.lists(st.tuples(times, emotions, st.sampled_from(EASES)), min_size=1, max_size=5).map(
    lambda rows: Timeline(tuple(Keyframe(*row) for row in sorted(rows, key=lambda row: row[0])))
)


@given(eased, st.lists(st.floats(0, 25), min_size=1, max_size=6))
def test_sampling_agrees_with_asking_at_each_time_under_every_ease(line, moments):
    track = line.sample(np.array(moments))
    for row, moment in enumerate(moments):
        emotion = line.at(moment)
        assert np.allclose(track.vad[row], emotion.felt.array(), atol=1e-9)
        assert track.intensity[row] == pytest.approx(emotion.intensity, abs=1e-9)


@given(eased, st.floats(0.2, 20))
def test_resampling_keeps_the_keyframes_at_their_times(line, rate):
    fine = line.resampled(rate)
    last = {key.time: key.emotion for key in line.keyframes}
    for time, emotion in last.items():
        assert fine.at(time) == emotion
    assert fine.end == line.end


@given(eased, st.floats(0.2, 20))
def test_resampling_a_course_without_smooth_ways_changes_nothing(line, rate):
    if any(key.ease == "smooth" for key in line.keyframes):
        line = Timeline(tuple(Keyframe(k.time, k.emotion, "hold") for k in line.keyframes))
    moments = np.linspace(0, line.end + 1, 97)
    assert np.allclose(line.resampled(rate).sample(moments).vad, line.sample(moments).vad, atol=1e-6)


def test_a_fine_resampling_follows_a_smooth_way():
    line = Timeline.of([(0, JOY), (2, FEAR)], "smooth")
    moments = np.linspace(0, 2, 50)
    assert np.abs(line.resampled(30).sample(moments).vad - line.sample(moments).vad).max() < 0.002


@given(st.lists(st.tuples(times, emotions), min_size=1, max_size=5), st.floats(0, 25))
def test_hold_never_shows_anything_but_a_keyframe(rows, moment):
    line = Timeline.of(sorted(rows, key=lambda row: row[0]), "hold")
    assert line.at(moment) in [key.emotion for key in line.keyframes]


def test_hold_stays_until_the_next_keyframe():
    line = Timeline.of([(0, JOY), (1, FEAR)], "hold")
    assert line.at(0.999) == JOY
    assert line.at(1.0) == FEAR


@given(st.floats(0, 1))
def test_a_smooth_way_is_slow_at_both_ends_and_even_in_the_middle(share):
    line = Timeline.of([(0, NEUTRAL), (1, JOY)], "smooth")
    assert line.at(share).intensity == pytest.approx(share * share * (3 - 2 * share), abs=1e-9)


def test_an_unknown_ease_is_refused():
    with pytest.raises(EmotionError, match="bounce"):
        Keyframe(0.0, JOY, "bounce")


@given(timelines)
def test_a_track_made_a_timeline_again_is_felt_the_same(line):
    moments = np.linspace(0, line.end + 1, 23)
    track = line.sample(moments)
    back = Timeline.of_track(track).sample(moments)
    assert np.allclose(back.vad, track.vad, atol=1e-6)
    assert np.allclose(back.strengths, track.strengths, atol=1e-6)


@given(timelines)
def test_a_track_resampled_at_its_own_times_is_the_same(line):
    track = line.sample(np.linspace(0, 21, 22))
    again = track.resampled(track.times)
    assert np.allclose(again.vad, track.vad)
    assert np.allclose(again.strengths, track.strengths)


def test_samples_come_at_an_even_rate_before_the_duration():
    track = Timeline.constant(JOY).sampled(25.0, 2.0)
    assert len(track.times) == 50
    assert track.times[-1] == pytest.approx(49 / 25)
    with pytest.raises(EmotionError, match="rate"):
        Timeline.constant(JOY).sampled(0.0, 2.0)


def test_a_timeline_is_moved_and_stretched_with_its_eases():
    line = Timeline((Keyframe(1, JOY, "hold"), Keyframe(2, FEAR, "smooth")))
    assert line.shifted(1.5).keyframes == (Keyframe(2.5, JOY, "hold"), Keyframe(3.5, FEAR, "smooth"))
    assert line.stretched(10).keyframes == (Keyframe(5, JOY, "hold"), Keyframe(10, FEAR, "smooth"))
    with pytest.raises(EmotionError):
        line.shifted(-2)
    with pytest.raises(EmotionError):
        Timeline.constant(JOY).stretched(3)
