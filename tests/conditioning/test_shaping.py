from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import emotions
from hypothesis import example, given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.shaping import Shaping, enveloped, half_power_hz, shaped, smoothed
from conditioning.timeline import EmotionTrack, Timeline
from conditioning.vad import VAD

JOY, FEAR, NEUTRAL = Emotion.of("joy"), Emotion.of("fear"), Emotion.neutral()
TIMES = np.arange(80) * 0.125
STEP = Timeline.of([(0, NEUTRAL), (3, NEUTRAL), (3, JOY), (6, JOY), (6, NEUTRAL)]).sample(TIMES)
courses = st.lists(emotions, min_size=1, max_size=4).map(
    lambda found: Timeline.of([(2.5 * i, e) for i, e in enumerate(found)]).sample(TIMES)
)


def same(a: EmotionTrack, b: EmotionTrack) -> bool:
    return all(
        np.allclose(x, y, atol=1e-9)
        for x, y in ((a.vad, b.vad), (a.intensity, b.intensity), (a.strengths, b.strengths))
    )


def well_formed(track: EmotionTrack) -> bool:
    return bool(
        np.allclose(track.weights.sum(axis=1), 1)
        and (track.weights >= 0).all()
        and ((track.intensity >= 0) & (track.intensity <= 1)).all()
        and (np.abs(track.vad) <= 1).all()
    )


def reached_after(track: EmotionTrack, start: float, share: float) -> float:
    rows = np.flatnonzero((track.times >= start) & (track.intensity >= share))
    return float(track.times[rows[0]] - start)


@given(courses)
def test_without_attack_and_release_the_course_is_the_same(track):
    assert same(enveloped(track, 0, 0), track)


@given(courses, st.floats(0, 5), st.floats(0, 5))
def test_an_envelope_never_goes_beyond_what_is_asked(track, attack, release):
    felt = enveloped(track, attack, release)
    assert well_formed(felt)
    assert felt.intensity.max() <= track.intensity.max() + 1e-9
    assert felt.intensity.min() >= track.intensity.min() - 1e-9


def test_attack_and_release_take_nine_tenths_of_a_step_in_their_time():
    felt = enveloped(STEP, attack=1.0, release=2.0)
    assert reached_after(felt, 3, 0.9) == pytest.approx(1.0, abs=0.1)
    falling = felt.intensity[(felt.times >= 6)]
    peak = felt.intensity[felt.times < 6].max()
    assert np.interp(2.0, felt.times[felt.times >= 6] - 6, falling) == pytest.approx(0.1 * peak, abs=0.02)


def test_attack_alone_leaves_the_fall_as_it_is():
    felt = enveloped(STEP, attack=1.0, release=0.0)
    after = felt.times >= 6
    assert np.allclose(felt.intensity[after], STEP.intensity[after])


@given(emotions, st.floats(0.05, 20))
def test_smoothing_keeps_what_does_not_change(emotion, seconds):
    track = Timeline.constant(emotion).sample(TIMES)
    assert same(smoothed(track, seconds=seconds), track)


@given(courses, st.floats(0.1, 20))
@example(Timeline.of([(0, NEUTRAL), (2.5, Emotion.at(VAD(0, 0, 1)))]).sample(TIMES), 1.0)
def test_smoothing_gives_a_sound_course(track, seconds):
    assert well_formed(smoothed(track, seconds=seconds))


def test_a_swing_at_the_bandwidth_keeps_half_its_power():
    times = np.arange(0, 60, 0.02)
    for hz in (0.2, 0.5, 1.0):
        strengths = (0.5 + 0.4 * np.sin(2 * np.pi * hz * times))[:, None]
        track = EmotionTrack.of_strengths(times, strengths * JOY.vad.array(), strengths, ("joy",))
        middle = (times > 15) & (times < 45)
        height = np.ptp(smoothed(track, hz=hz).intensity[middle]) / np.ptp(track.intensity[middle])
        assert height**2 == pytest.approx(0.5, abs=0.01)
        assert np.ptp(smoothed(track, seconds=1 / hz).intensity[middle]) == pytest.approx(
            height * np.ptp(track.intensity[middle])
        )


def test_the_half_power_formula_is_its_own_inverse():
    assert half_power_hz(half_power_hz(0.3)) == pytest.approx(0.3)


@pytest.mark.parametrize("options", [{}, {"hz": 1, "seconds": 1}, {"hz": -1}, {"seconds": float("nan")}])
def test_a_smoothing_without_one_bandwidth_is_refused(options):
    with pytest.raises(EmotionError, match="bandwidth"):
        smoothed(STEP, **options)


def test_smoothing_needs_an_even_rate():
    track = Timeline.constant(JOY).sample(np.array([0.0, 1.0, 3.0]))
    with pytest.raises(EmotionError, match="even rate"):
        smoothed(track, hz=1)


@given(courses)
def test_a_shaping_that_asks_for_nothing_changes_nothing(track):
    assert same(shaped(track, Shaping(preferred=FEAR)), track)
    assert same(shaped(track, Shaping(most=1000)), track)


@given(courses, st.floats(0, 3), st.floats(0, 5), st.floats(0, 1), st.integers(0, 4))
def test_a_shaped_course_is_sound_and_keeps_to_the_count(track, strength, contrast, share, most):
    result = shaped(track, Shaping(strength, contrast, FEAR, share, most))
    assert well_formed(result)
    if most:
        assert ((result.strengths > 1e-9).sum(axis=1) <= most).all()


def test_contrast_favours_the_heavier_label_and_moves_the_point_to_it():
    mixed = Emotion.of({"joy": 0.6, "fear": 0.4}, 0.8)
    track = Timeline.constant(mixed).sample(np.zeros(1))
    result = shaped(track, Shaping(contrast=3.0))
    assert dict(zip(result.labels, result.weights[0], strict=True))["joy"] == pytest.approx(
        0.6**3 / (0.6**3 + 0.4**3)
    )
    assert result.vad[0, 0] > track.vad[0, 0]
    assert result.intensity[0] == pytest.approx(0.8)


def test_the_count_gives_the_shares_of_the_lighter_to_the_heavier():
    mixed = Emotion.of({"joy": 0.5, "fear": 0.3, "anger": 0.2})
    result = shaped(Timeline.constant(mixed).sample(np.zeros(1)), Shaping(most=1))
    assert Timeline.of_track(result).at(0).mixture == {"joy": 1.0}
    assert result.intensity[0] == pytest.approx(1.0)
    assert np.allclose(result.vad[0], JOY.vad.array())


def test_a_preferred_emotion_is_mixed_into_all_others():
    result = shaped(STEP, Shaping(preferred=FEAR, preferred_share=0.25))
    fear = result.strengths[:, result.labels.index("fear")]
    assert np.allclose(fear, 0.25)


def test_strength_scales_what_is_felt_up_to_its_limit():
    half = Timeline.constant(Emotion.of("joy", 0.4)).sample(np.zeros(1))
    assert shaped(half, Shaping(strength=0.5)).intensity[0] == pytest.approx(0.2)
    full = shaped(half, Shaping(strength=9))
    assert full.intensity[0] == pytest.approx(1.0)
    assert np.allclose(full.vad[0], JOY.vad.array())


@pytest.mark.parametrize(
    "options",
    [{"strength": -1}, {"contrast": 11}, {"preferred_share": 2}, {"most": -1}, {"preferred_share": 0.5},
     {"strength": float("nan")}],
)  # fmt: skip
def test_a_shaping_out_of_range_is_refused(options):
    with pytest.raises(EmotionError):
        Shaping(**options)
