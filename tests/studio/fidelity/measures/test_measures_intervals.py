from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

from studio.fidelity.measures import intervals

scores = st.lists(st.floats(0, 1), min_size=2, max_size=30).map(np.array)


@given(scores, st.integers(0, 99))
def test_the_interval_lies_within_the_values(values, seed):
    found = intervals.mean_interval(values, seed=seed)
    assert values.min() - 1e-9 <= found.low <= found.high <= values.max() + 1e-9
    assert found == intervals.mean_interval(values, seed=seed)


@given(scores, st.integers(0, 99))
def test_swapping_versions_turns_the_sign(values, seed):
    other = np.random.default_rng(seed).random(len(values))
    one = intervals.paired_difference(values, other, seed=seed)
    turned = intervals.paired_difference(other, values, seed=seed)
    assert turned.mean == pytest.approx(-one.mean)
    assert (turned.low, turned.high) == pytest.approx((-one.high, -one.low), abs=1e-9)
    assert turned.p == pytest.approx(one.p)


def test_without_clusters_it_is_scipys_percentile_bootstrap():
    values = np.random.default_rng(0).random(60)
    mine = intervals.mean_interval(values)
    theirs = bootstrap(
        (values,), np.mean, method="percentile", n_resamples=5000, rng=np.random.default_rng(1)
    )
    assert (mine.low, mine.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.01)


def test_repeating_pieces_of_a_speaker_does_not_make_the_interval_narrower():
    speakers = np.random.default_rng(0).random(12)
    plain = intervals.mean_interval(speakers)
    repeated, names = np.repeat(speakers, 50), np.repeat(np.arange(12), 50).tolist()
    clustered = intervals.mean_interval(repeated, names)
    naive = intervals.mean_interval(repeated)
    assert clustered.high - clustered.low == pytest.approx(plain.high - plain.low)
    assert naive.high - naive.low < (clustered.high - clustered.low) / 4
    assert clustered.clusters == 12


def test_intervals_hold_the_truth_as_often_as_stated():
    draw = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        found = intervals.mean_interval(draw.normal(size=40))
        held += found.low <= 0 <= found.high
    assert 0.89 <= held / 200 <= 0.98


def test_a_real_gain_is_found_and_none_is_not_made_up():
    draw = np.random.default_rng(0)
    base = draw.random(80)
    better = intervals.paired_difference(base, base + 0.1 + 0.05 * draw.normal(size=80))
    assert better.low > 0 and better.p < 0.01
    same = [intervals.paired_difference(base, base + 0.1 * draw.normal(size=80)).p < 0.05 for _ in range(120)]
    assert np.mean(same) < 0.12


def test_equal_versions_have_no_difference():
    values = np.linspace(0, 1, 9)
    found = intervals.evaluate(values, values)
    assert found["difference"] == found["low"] == found["high"] == 0
    assert found["p"] == 1


def test_what_has_no_score_is_refused_and_one_cluster_warns():
    with pytest.raises(ValueError, match="not finite"):
        intervals.mean_interval(np.array([0.5, np.nan]))
    with pytest.raises(ValueError, match="same pieces"):
        intervals.paired_difference(np.zeros(3), np.zeros(4))
    with pytest.warns(UserWarning, match="one cluster"):
        assert intervals.mean_interval(np.array([0.2, 0.4]), ["a", "a"]).low == pytest.approx(0.3)
