from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import SILENT, reading
from scipy.stats import pearsonr
from sklearn.metrics import mean_absolute_error

from conditioning.emotion import Emotion
from studio.fidelity.measures import axes

values = st.lists(st.floats(-1, 1).map(lambda x: round(x, 4)), min_size=2, max_size=20)
sides = values.flatmap(
    lambda one: st.tuples(
        st.just(np.array(one)),
        st.lists(st.floats(-1, 1).map(lambda x: round(x, 4)), min_size=len(one), max_size=len(one)).map(
            np.array
        ),
    )
)


@given(sides)
def test_concordance_is_bounded_symmetric_and_never_above_correlation(drawn):
    one, other = drawn
    found = axes.ccc(one, other)
    assert -1 <= found <= 1
    assert found == pytest.approx(axes.ccc(other, one))
    if one.std() > 1e-6 and other.std() > 1e-6:
        assert abs(found) <= abs(axes.pearson(one, other)) + 1e-9
        assert axes.pearson(one, other) == pytest.approx(pearsonr(one, other).statistic)


@given(sides)
def test_concordance_is_one_only_for_equal_sides(drawn):
    one, other = drawn
    assert axes.ccc(one, one) == pytest.approx(1)
    if np.abs(one - other).max() > 1e-3:
        assert axes.ccc(one, other) < 1


@given(sides, st.randoms(use_true_random=False))
def test_the_order_of_pieces_does_not_matter(drawn, random):
    one, other = drawn
    order = list(range(len(one)))
    random.shuffle(order)
    for measure in (axes.ccc, axes.pearson, axes.mean_error, axes.bias):
        assert measure(one[order], other[order]) == pytest.approx(measure(one, other), abs=1e-9)


@given(sides)
def test_the_mean_error_is_that_of_scikit_learn(drawn):
    assert axes.mean_error(*drawn) == pytest.approx(mean_absolute_error(*drawn))


def test_lins_own_definition_holds():
    one, other = np.array([0.1, 0.4, 0.9]), np.array([0.2, 0.3, 0.7])
    r = np.corrcoef(one, other)[0, 1]
    shift = (one.mean() - other.mean()) ** 2
    lin = 2 * r * one.std() * other.std() / (one.var() + other.var() + shift)
    assert axes.ccc(one, other) == pytest.approx(lin)


def test_an_honest_but_weak_reader_correlates_without_concording():
    asked = np.linspace(-0.8, 0.8, 9)
    assert axes.pearson(asked, 0.3 * asked) == pytest.approx(1)
    assert axes.ccc(asked, 0.3 * asked) < 0.6


def test_random_readings_score_the_chance_that_is_stated():
    draw = np.random.default_rng(0)
    one, other = draw.uniform(-1, 1, (2, 20000))
    assert axes.ccc(one, other) == pytest.approx(0, abs=0.02)
    assert axes.mean_error(one, other) == pytest.approx(2 / 3, abs=0.01)


def test_silence_scores_what_is_stated():
    asked = [Emotion.of("joy"), Emotion.of("sadness"), Emotion.of("fear")]
    wanted, found = axes.points_of(asked, SILENT)
    scores = axes.evaluate(wanted, found)
    assert scores["coverage"] == 0
    assert scores["ccc_valence"] == scores["pearson_arousal"] == 0
    assert scores["mean_error_valence"] == pytest.approx(np.abs(wanted[:, 0]).mean())
    assert scores["bias_arousal"] == pytest.approx(-wanted[:, 1].mean())


def test_exact_readings_are_perfect_on_every_axis():
    asked = [Emotion.of("joy"), Emotion.of("sadness")]
    scores = axes.evaluate(*axes.points_of(asked, [reading({"joy": 1.0}, one.felt) for one in asked], axes=2))
    assert scores == pytest.approx(
        {
            **dict.fromkeys(("ccc_valence", "ccc_arousal", "pearson_valence", "pearson_arousal"), 1.0),
            **dict.fromkeys(
                ("mean_error_valence", "mean_error_arousal", "bias_valence", "bias_arousal"), 0.0
            ),
            "coverage": 1.0,
        }
    )


def test_constant_sides_score_one_if_equal_and_zero_if_not():
    flat = np.full(4, 0.3)
    assert axes.ccc(flat, flat) == 1
    assert axes.ccc(flat, flat + 0.1) == pytest.approx(0)


def test_foreign_ranges_are_refused_and_nothing_warns():
    with pytest.raises(ValueError, match="from_convention"):
        axes.validate(np.array([[5.0]]), np.array([[0.5]]))
    with pytest.warns(UserWarning, match="no points"):
        axes.validate(np.zeros((0, 3)), np.zeros((0, 3)))
