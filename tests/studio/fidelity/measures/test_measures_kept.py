from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.fidelity.measures import kept


@given(st.floats(0, 3), st.floats(0, 3))
def test_content_falls_with_errors_and_stays_in_range(one, other):
    low, high = sorted((one, other))
    assert 0 <= kept.content_kept(high) <= kept.content_kept(low) <= 1
    assert -1 <= kept.content_cost(one, other) <= 1
    assert kept.content_cost(one, other) == -kept.content_cost(other, one)


def test_silence_and_failed_measurements_keep_nothing():
    assert kept.content_kept(1.0) == kept.content_kept(math.nan) == 0
    assert kept.identity_kept(math.nan, strangers=0.2, same=0.8) == 0


def test_identity_runs_from_strangers_to_oneself():
    assert kept.identity_kept(0.2, strangers=0.2, same=0.8) == 0
    assert kept.identity_kept(0.5, strangers=0.2, same=0.8) == pytest.approx(0.5)
    assert kept.identity_kept(0.95, strangers=0.2, same=0.8) == 1


def test_evaluate_averages_each_side():
    scores = kept.evaluate([0.0, 0.5], [0.8], strangers=0.2, same=0.8)
    assert scores == pytest.approx({"content_kept": 0.75, "identity_kept": 1.0})


def test_figures_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="negative"):
        kept.validate([-0.1], [])
    with pytest.raises(ValueError, match="cosines"):
        kept.validate([], [1.5])
    with pytest.raises(ValueError, match="tells people"):
        kept.identity_kept(0.5, strangers=0.8, same=0.8)
    with pytest.warns(UserWarning, match="nothing to compare"):
        kept.validate([], [])
