from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.judges.calibration import (
    balanced_accuracy,
    bootstrap_interval,
    confidence_floor,
    expected_calibration_error,
    negative_log_likelihood,
    recalls,
    softmax,
    temperature,
)

CLASSES = ("a", "b", "c", "d")


def drawn(seed: int, rows: int = 4000, sharpness: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from exactly their probabilities."""
    draw = np.random.default_rng(seed)
    logits = sharpness * draw.normal(size=(rows, len(CLASSES)))
    cumulative = softmax(logits).cumsum(axis=1)
    return logits, (draw.random((rows, 1)) > cumulative).sum(axis=1)


@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_probabilities_sum_to_one_and_keep_their_order(seed: int, heat: float) -> None:
    logits = np.random.default_rng(seed).normal(size=(5, 7))
    shares = softmax(logits, heat)
    assert np.allclose(shares.sum(axis=1), 1)
    assert np.array_equal(shares.argmax(axis=1), logits.argmax(axis=1))


def test_softmax_survives_large_logits() -> None:
    assert np.allclose(softmax(np.array([1e4, 0.0])), [1, 0])


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_temperature_finds_the_factor_by_which_logits_were_wrong(factor: float) -> None:
    logits, labels = drawn(1)
    assert temperature(logits * factor, labels) == pytest.approx(factor, rel=0.1)


def test_temperature_never_makes_labels_less_likely() -> None:
    logits, labels = drawn(2, rows=200)
    heat = temperature(logits * 4, labels)
    before = negative_log_likelihood(softmax(logits * 4), labels)
    assert negative_log_likelihood(softmax(logits * 4, heat), labels) < before


def test_temperature_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 labels"):
        temperature(np.zeros((0, 3)), np.zeros(0, int))


def test_probabilities_that_mean_what_they_say_have_little_calibration_error() -> None:
    logits, labels = drawn(3, rows=20000)
    assert expected_calibration_error(softmax(logits), labels) < 0.02
    assert expected_calibration_error(softmax(logits * 4), labels) > 0.08


def test_calibration_error_of_sure_and_wrong_is_one() -> None:
    assert expected_calibration_error(np.eye(2), np.array([1, 0])) == pytest.approx(1.0)
    assert expected_calibration_error(np.eye(2), np.array([0, 1])) == pytest.approx(0.0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 99))
def test_measures_stay_in_range(labels: list[int], seed: int) -> None:
    true = np.array(labels)
    shares = softmax(np.random.default_rng(seed).normal(size=(len(true), 4)))
    assert 0 <= expected_calibration_error(shares, true) <= 1
    assert 0 <= balanced_accuracy(shares.argmax(axis=1), true, CLASSES) <= 1
    assert 0 <= confidence_floor(shares.max(axis=1), shares.argmax(axis=1) == true, 0.5) <= 1


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 5))
def test_balanced_accuracy_does_not_see_how_common_a_class_is(labels: list[int], times: int) -> None:
    true = np.array(labels)
    guess = np.roll(true, 1)
    more = np.concatenate([true, np.repeat(true[true == true[0]], times)])
    more_guess = np.concatenate([guess, np.repeat(guess[true == true[0]], times)])
    assert balanced_accuracy(more_guess, more, CLASSES) == pytest.approx(
        balanced_accuracy(guess, true, CLASSES)
    )


def test_always_saying_one_class_is_chance() -> None:
    true = np.array([0] * 90 + [1] * 5 + [2] * 3 + [3] * 2)
    assert balanced_accuracy(np.zeros(100, int), true, CLASSES) == pytest.approx(0.25)
    assert recalls(np.zeros(100, int), true, CLASSES) == {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0}


def test_interval_holds_the_measure_and_repeats() -> None:
    hits = np.random.default_rng(4).random(300) < 0.7
    groups = np.zeros(300, int)

    def share(rows: np.ndarray) -> float:
        return float(hits[rows].mean())

    low, high = bootstrap_interval(share, groups)
    assert low < hits.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.7 * 0.3 / 300), rel=0.25)
    assert (low, high) == bootstrap_interval(share, groups)


def test_floor_parts_guesses_from_knowledge() -> None:
    draw = np.random.default_rng(5)
    confidence = draw.uniform(0.2, 1.0, 3000)
    right = draw.random(3000) < np.where(confidence < 0.5, 0.1, 0.9)
    assert confidence_floor(confidence, right, 0.4) == pytest.approx(0.5, abs=0.02)
    assert confidence_floor(confidence, np.ones(3000, bool), 0.4) == 0
