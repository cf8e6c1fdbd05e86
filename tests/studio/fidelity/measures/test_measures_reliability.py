from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from studio.fidelity.measures import reliability


def honest(rows: int, seed: int = 0, labels: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels drawn from exactly them."""
    draw = np.random.default_rng(seed)
    probabilities = draw.dirichlet(np.full(labels, 0.5), rows)
    return probabilities, (draw.random((rows, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)


@given(st.integers(0, 500))
def test_measures_keep_to_their_ranges_and_forget_the_order(seed):
    probabilities, labels = honest(40, seed)
    scores = reliability.evaluate(probabilities, labels)
    assert all(0 <= value <= (2 if name == "brier" else 1) for name, value in scores.items())
    turned = reliability.evaluate(probabilities[::-1], labels[::-1])
    assert turned == pytest.approx(scores, abs=1e-9)


def test_an_honest_judge_is_calibrated_and_an_overconfident_one_is_not():
    probabilities, labels = honest(20000)
    sharp = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    for measure in (reliability.adaptive_error, reliability.classwise_error):
        assert measure(probabilities, labels) < 0.02
        assert measure(sharp, labels) > 3 * measure(probabilities, labels)


def test_the_brier_score_is_that_of_scikit_learn():
    probabilities, labels = honest(200, labels=2)
    expected = 2 * brier_score_loss(labels, probabilities[:, 1])
    assert reliability.brier(probabilities, labels) == pytest.approx(expected)


def test_even_probabilities_and_silence_score_what_is_stated():
    labels = np.arange(700) % 7
    assert reliability.brier(np.full((700, 7), 1 / 7), labels) == pytest.approx(6 / 7)
    assert reliability.brier(np.zeros((700, 7)), labels) == pytest.approx(6 / 7)
    assert reliability.classwise_error(np.full((700, 7), 1 / 7), labels) == pytest.approx(0, abs=1e-9)
    with pytest.warns(UserWarning, match="no reading"):
        scores = reliability.evaluate(np.zeros((700, 7)), labels)
    assert scores["calibration_error"] == scores["adaptive_error"] == scores["coverage"] == 0
    assert scores["risk_coverage_area"] == 1


def test_random_confidence_of_guesses_errs_as_stated():
    draw = np.random.default_rng(0)
    confidence = draw.uniform(1 / 2, 1, 20000)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    found = reliability.adaptive_error(probabilities, draw.integers(0, 2, 20000))
    assert found == pytest.approx(1 / 4, abs=0.01)


def test_a_confidence_that_knows_nothing_has_the_plain_error_as_its_area():
    draw = np.random.default_rng(0)
    right = draw.random(5000) < 0.6
    assert reliability.risk_coverage(np.full(5000, 0.5), right).area == pytest.approx((~right).mean())
    assert reliability.risk_coverage(draw.random(5000), right).area == pytest.approx(0.4, abs=0.03)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 99))
def test_no_confidence_sorts_better_than_the_truth(right, seed):
    right = np.array(right)
    best = reliability.risk_coverage(right.astype(float), right).area
    worst = reliability.risk_coverage(1.0 - right, right).area
    found = reliability.risk_coverage(np.random.default_rng(seed).random(len(right)), right)
    assert best - 1e-9 <= found.area <= worst + 1e-9
    assert found.risk[-1] == pytest.approx(1 - right.mean())


def test_what_are_no_probabilities_is_refused():
    with pytest.raises(ValueError, match="sum to 1"):
        reliability.validate(np.array([[0.2, 0.3]]), np.array([0]))
    with pytest.raises(ValueError, match="class numbers"):
        reliability.validate(np.array([[0.5, 0.5]]), np.array([2]))
