from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import SILENT, reading
from scipy.stats import spearmanr
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from conditioning.emotion import Emotion
from studio.fidelity.measures import intensity

LEVELS = np.linspace(0.1, 1, 10)
strengths = st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=10, max_size=10).map(np.array)


@given(strengths)
def test_figures_are_those_of_scipy_and_scikit_learn(read):
    if np.ptp(read) == 0:
        return
    assert intensity.spearman(LEVELS, read) == pytest.approx(spearmanr(LEVELS, read).statistic)
    line = LinearRegression().fit(LEVELS[:, None], read)
    assert intensity.slope(LEVELS, read) == pytest.approx(line.coef_[0], abs=1e-9)
    fitted = r2_score(read, line.predict(LEVELS[:, None]))
    expected = fitted if line.coef_[0] > 0 else 0.0
    assert intensity.linearity(LEVELS, read) == pytest.approx(expected, abs=1e-6)


@given(strengths)
def test_measures_keep_to_their_ranges(read):
    scores = intensity.evaluate(LEVELS, read)
    assert -1 <= scores["spearman"] <= 1
    assert 0 <= scores["linearity"] <= 1
    assert 0 <= scores["rising_steps"] <= 1


@given(strengths, st.permutations(range(10)))
def test_the_order_of_pieces_does_not_matter(read, order):
    shuffled = intensity.evaluate(LEVELS[order], read[order])
    assert shuffled == pytest.approx(intensity.evaluate(LEVELS, read), abs=1e-9)


def test_an_exact_dial_is_perfect_and_a_backward_one_is_not():
    assert intensity.evaluate(LEVELS, LEVELS) == pytest.approx(
        {"spearman": 1, "linearity": 1, "slope": 1, "rising_steps": 1}
    )
    assert intensity.evaluate(LEVELS, -LEVELS) == pytest.approx(
        {"spearman": -1, "linearity": 0, "slope": -1, "rising_steps": 0}
    )


def test_a_dial_that_is_all_at_one_end_rises_but_not_evenly():
    late = LEVELS**8
    assert intensity.spearman(LEVELS, late) == pytest.approx(1)
    assert intensity.linearity(LEVELS, late) < 0.75


@pytest.mark.parametrize("read", [np.full(10, np.nan), np.zeros(10), np.full(10, 0.7)])
def test_silence_and_a_dead_dial_score_zero(read):
    assert intensity.evaluate(LEVELS, read) == pytest.approx(
        {"spearman": 0, "linearity": 0, "slope": 0, "rising_steps": 0}, abs=1e-12
    )


def test_random_dials_score_the_chance_that_is_stated():
    draw = np.random.default_rng(0)
    scores = [intensity.evaluate(LEVELS, draw.normal(size=10)) for _ in range(3000)]
    means = {name: np.mean([one[name] for one in scores]) for name in scores[0]}
    assert means["spearman"] == pytest.approx(0, abs=0.03)
    assert means["linearity"] == pytest.approx(1 / 18, abs=0.01)
    assert means["rising_steps"] == pytest.approx(0.5, abs=0.02)


@given(st.floats(0.05, 1))
def test_strength_is_the_intensity_where_a_reading_is_exact(amount):
    joy = Emotion.of("joy", amount)
    assert intensity.strength_along(joy, reading({"joy": 1.0}, joy.felt)) == pytest.approx(amount)


@pytest.mark.parametrize("read", SILENT)
def test_silence_has_no_strength(read):
    assert intensity.strength_along(Emotion.of("joy"), read) == 0


def test_the_opposite_has_negative_strength():
    assert intensity.strength_along(Emotion.of("joy"), reading({}, Emotion.of("sadness").felt)) < 0


def test_one_level_alone_warns():
    with pytest.warns(UserWarning, match="two intensities"):
        intensity.validate(np.array([0.5, 0.5]), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match=r"not in 0\.\.1"):
        intensity.validate(np.array([0.5, 1.5]), np.array([0.1, 0.2]))
