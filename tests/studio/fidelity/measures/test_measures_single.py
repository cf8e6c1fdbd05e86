from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import BASIC, SILENT, emotions, points, reading, readings

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.fidelity.measures import single
from studio.fidelity.measures.asking import asked_shares
from studio.judges.base import Reading
from studio.judges.quadrants import QUADRANTS

JOY = Emotion.of("joy")


def even(labels=BASIC):
    return reading(dict.fromkeys(labels, 1 / len(labels)))


def test_a_reading_of_the_asked_label_alone_is_perfect():
    scores = single.evaluate(JOY, reading({"joy": 1.0}, JOY.felt), BASIC)
    assert scores == pytest.approx(
        {"hit": 1, "rank": 1, "reciprocal_rank": 1, "share": 1, "mixture_cosine": 1, "vad_distance": 0}
    )


@pytest.mark.parametrize("read", SILENT)
def test_silence_scores_what_is_stated(read):
    scores = single.evaluate(JOY, read, BASIC)
    length = float(np.linalg.norm(JOY.felt.array()))
    assert scores == pytest.approx(
        {"hit": 0, "rank": 7, "reciprocal_rank": 0, "share": 0, "mixture_cosine": 0, "vad_distance": length}
    )


def test_an_even_reading_scores_the_chance_that_is_stated():
    assert single.rank(JOY, even(), BASIC) == 4
    assert single.share(JOY, even(), BASIC) == pytest.approx(1 / 7)
    assert single.mixture_cosine(JOY, even(), BASIC) == pytest.approx(1 / math.sqrt(7))


def test_random_readings_hit_at_chance():
    draw = np.random.default_rng(1)
    drawn = [reading(dict(zip(BASIC, draw.dirichlet(np.ones(7)).tolist(), strict=True))) for _ in range(4000)]
    hits = np.mean([single.hit(JOY, one, BASIC) for one in drawn])
    places = np.mean([single.rank(JOY, one, BASIC) for one in drawn])
    reciprocal = np.mean([single.reciprocal_rank(JOY, one, BASIC) for one in drawn])
    assert hits == pytest.approx(1 / 7, abs=0.02)
    assert places == pytest.approx(4, abs=0.1)
    assert reciprocal == pytest.approx(0.370, abs=0.02)


def test_random_points_lie_as_far_apart_as_stated():
    draw = np.random.default_rng(2)
    pairs = draw.uniform(-1, 1, (4000, 2, 3))
    far = [
        single.vad_distance(Emotion.at(VAD.from_array(a)), Reading({"joy": 1}, VAD.from_array(b), None, 1.0))
        for a, b in pairs
    ]
    assert np.mean(far) == pytest.approx(1.32, abs=0.03)


@given(emotions, readings)
def test_measures_keep_to_their_ranges(asked, read):
    scores = single.evaluate(asked, read, BASIC)
    assert scores["hit"] in (0, 1)
    assert 1 <= scores["rank"] <= 7
    for name in ("reciprocal_rank", "share", "mixture_cosine"):
        assert 0 <= scores[name] <= 1
    assert 0 <= scores["vad_distance"] <= 2 * math.sqrt(3)


@given(emotions, readings, st.permutations(BASIC))
def test_the_order_of_labels_does_not_matter(asked, read, labels):
    mine, other = single.evaluate(asked, read, BASIC), single.evaluate(asked, read, tuple(labels))
    for name in ("share", "mixture_cosine", "vad_distance"):
        assert mine[name] == pytest.approx(other[name], abs=1e-9)


@given(emotions, points)
def test_silence_is_no_better_than_the_neutral_point(asked, point):
    neutral = reading({"neutral": 1.0}, VAD())
    assert single.vad_distance(asked, None) == pytest.approx(single.vad_distance(asked, neutral))


@given(emotions)
def test_a_reading_of_the_asked_mixture_has_cosine_one(asked):
    shares = dict(zip(BASIC, asked_shares(asked, BASIC).tolist(), strict=True))
    assert single.mixture_cosine(asked, reading(shares), BASIC) == pytest.approx(1)


def test_a_blend_is_read_better_by_both_parts_than_by_one():
    asked = Emotion.of({"joy": 1, "surprise": 1})
    both, one = reading({"joy": 0.5, "surprise": 0.5}), reading({"joy": 1.0})
    assert single.mixture_cosine(asked, both, BASIC) > 0.99 > single.mixture_cosine(asked, one, BASIC)


def test_neutral_cannot_be_asked_of_quadrants():
    read = reading({"Q1": 0.7, "Q3": 0.3})
    assert math.isnan(single.hit(Emotion.neutral(), read, QUADRANTS))
    assert single.hit(JOY, read, QUADRANTS) == 1


def test_a_judge_of_labels_alone_has_no_distance():
    assert math.isnan(single.vad_distance(JOY, reading({"joy": 1.0})))


def test_a_strange_label_is_refused():
    with pytest.raises(ValueError, match="'glee'"):
        single.validate(reading({"glee": 1.0}), BASIC)
    with pytest.raises(ValueError, match=r"sum to 0\.5"):
        single.validate(reading({"joy": 0.5}), BASIC)
