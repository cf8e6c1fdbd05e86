from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import points
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import EmotionError, UnknownNameError
from conditioning.vad import AXES, CONVENTIONS, VAD, from_convention, to_convention


@given(points, st.sampled_from(sorted(CONVENTIONS)))
def test_a_point_survives_every_convention_on_the_axes_it_has(point, name):
    foreign = to_convention(point, name)
    assert tuple(foreign) == CONVENTIONS[name].axes
    back = from_convention(foreign, name)
    for axis in AXES:
        expected = getattr(point, axis) if axis in foreign else 0.0
        assert getattr(back, axis) == pytest.approx(expected, abs=1e-9)


@given(points, st.sampled_from(sorted(CONVENTIONS)))
def test_numbers_in_order_mean_the_same_as_named_ones(point, name):
    foreign = to_convention(point, name)
    assert from_convention(list(foreign.values()), name) == from_convention(foreign, name)


@pytest.mark.parametrize("name", sorted(CONVENTIONS))
def test_the_middle_of_every_convention_is_neutral(name):
    rule = CONVENTIONS[name]
    assert from_convention([(rule.low + rule.high) / 2] * len(rule.axes), name) == VAD()


def test_audeering_stands_in_its_own_order():
    assert from_convention([0.9, 0.5, 0.1], "audeering") == VAD(valence=-0.8, arousal=0.8, dominance=0.0)


@pytest.mark.parametrize("values", [[5, 5], [5, 5, 5, 5], [0.5, 5, 5], [5, 5, 9.1], [5, float("nan"), 5]])
def test_wrong_numbers_are_refused_with_the_range(values):
    with pytest.raises(EmotionError, match="sam9"):
        from_convention(values, "sam9")


def test_an_unknown_convention_or_axis_is_named():
    with pytest.raises(UnknownNameError, match="sam8"):
        from_convention([1, 2, 3], "sam8")
    with pytest.raises(UnknownNameError, match="dominance"):
        from_convention({"dominance": 0.0}, "affectnet")


@given(st.lists(st.floats(allow_nan=False), min_size=3, max_size=3))
def test_clipping_always_gives_a_point(values):
    point = VAD.clipped(*values)
    assert np.abs(point.array()).max() <= 1


@pytest.mark.parametrize("value", [1.01, -1.01, float("nan"), float("inf")])
def test_an_axis_out_of_range_is_refused(value):
    with pytest.raises(EmotionError, match="Arousal"):
        VAD(0.0, value, 0.0)


@given(points, st.floats(0, 1))
def test_scaling_stays_on_the_ray(point, factor):
    assert np.allclose(point.scaled(factor).array(), point.array() * factor)
