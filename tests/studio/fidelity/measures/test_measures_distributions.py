from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import distributions as shares
from scipy.spatial.distance import jensenshannon

from studio.fidelity.measures import distributions

seven = shares(7)
ONE = np.eye(7)[0]
SILENT = np.zeros(7)


@given(seven, seven)
def test_jensen_shannon_is_scipys_symmetric_and_bounded(one, other):
    found = distributions.js(one, other)
    assert found == pytest.approx(jensenshannon(one, other, base=2) ** 2, abs=1e-6)
    assert found == pytest.approx(distributions.js(other, one), abs=1e-9)
    assert 0 <= found <= 1


@given(seven)
def test_a_distribution_is_no_way_from_itself(one):
    assert distributions.js(one, one) == pytest.approx(0, abs=1e-9)
    assert distributions.total_variation(one, one) == pytest.approx(0, abs=1e-9)
    assert distributions.kl(one, one) < 0.002


@given(seven, seven)
def test_kl_is_at_least_what_pinsker_says(one, other):
    floored = 0.999 * other + 0.001 / 7
    half = np.abs(one - floored).sum() / 2
    assert distributions.kl(one, other) >= 2 * half**2 - 1e-9


@given(seven, seven, st.permutations(range(7)))
def test_the_order_of_labels_does_not_matter(one, other, order):
    mine, theirs = distributions.evaluate(one, other), distributions.evaluate(one[order], other[order])
    assert mine == pytest.approx(theirs, abs=1e-9)


def test_labels_without_anything_in_common_are_as_far_as_can_be():
    other = np.eye(7)[3]
    assert distributions.js(ONE, other) == pytest.approx(1)
    assert distributions.total_variation(ONE, other) == 1
    assert 8.5 < distributions.kl(ONE, other) < 9


def test_silence_scores_as_an_even_reading_and_as_stated():
    even = np.full(7, 1 / 7)
    assert distributions.evaluate(ONE, SILENT) == pytest.approx(distributions.evaluate(ONE, even))
    scores = distributions.evaluate(ONE, SILENT)
    assert scores == pytest.approx(
        {"kl": np.log(7), "js": 0.689, "total_variation": 6 / 7, "vagueness": 1}, abs=1e-3
    )


def test_being_surely_wrong_is_worse_than_silence():
    wrong = np.eye(7)[1]
    assert distributions.kl(ONE, wrong) > distributions.kl(ONE, SILENT)
    assert distributions.js(ONE, wrong) > distributions.js(ONE, SILENT)


@given(st.lists(shares(5), min_size=2, max_size=5), st.data())
def test_disagreement_is_bounded_and_forgets_who_is_who(readers, data):
    weights = np.array(data.draw(st.lists(st.floats(0.1, 1), min_size=len(readers), max_size=len(readers))))
    table = np.stack(readers)
    found = distributions.disagreement(table, weights)
    assert 0 <= found <= 1
    assert distributions.disagreement(table[::-1], weights[::-1]) == pytest.approx(found, abs=1e-9)
    assert distributions.disagreement(np.stack([readers[0]] * 3)) == pytest.approx(0, abs=1e-9)


def test_disagreement_is_one_where_nothing_is_shared():
    assert distributions.disagreement(np.eye(4), np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(1)
    assert distributions.disagreement(np.eye(4)[:1]) == 0


def test_what_is_no_distribution_is_refused():
    with pytest.raises(ValueError, match="sum to 2"):
        distributions.validate(ONE, 2 * ONE)
    with pytest.raises(ValueError, match="same labels"):
        distributions.validate(ONE, np.ones(3) / 3)
    with pytest.raises(ValueError, match="not all 0"):
        distributions.disagreement(np.eye(2), np.zeros(2))
