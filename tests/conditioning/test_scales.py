from __future__ import annotations

import pytest
from emotion_strategies import points
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import EmotionError, UnknownNameError
from conditioning.scales import ORDERS, SCALES, read_numbers, scale_of, write_numbers
from conditioning.vad import AXES, VAD

EVEN = [name for name in SCALES if "bins" not in name]


@given(points, st.sampled_from(EVEN), st.sampled_from(sorted(ORDERS)))
def test_numbers_are_read_back_in_any_order_on_any_scale(point, scale, order):
    numbers = write_numbers(point, scale=scale, order=order)
    assert tuple(numbers) == ORDERS[order]
    by_name = read_numbers(numbers, scale=scale)
    assert read_numbers(list(numbers.values()), scale=scale, order=order) == by_name
    for axis in AXES:
        expected = getattr(point, axis) if axis in numbers else 0.0
        assert getattr(by_name, axis) == pytest.approx(expected, abs=1e-9)


@given(points, st.integers(2, 30))
def test_bins_are_whole_numbers_and_lose_at_most_half_a_bin(point, count):
    numbers = write_numbers(point, scale=f"{count} bins")
    assert all(value == int(value) and 1 <= value <= count for value in numbers.values())
    back = read_numbers(numbers, scale=f"{count} bins")
    assert max(abs(back.array() - point.array())) <= 1 / count + 1e-9


@pytest.mark.parametrize(
    ("scale", "low", "middle", "high"),
    [("0..1", 0, 0.5, 1), ("1..5", 1, 3, 5), ("1..7", 1, 4, 7), ("1..9", 1, 5, 9), ("-3..3", -3, 0, 3), ("±100", -100, 0, 100), ("-100..100", -100, 0, 100), ("1 to 5", 1, 3, 5)],
)  # fmt: skip
def test_the_ends_of_a_scale_are_the_ends_of_the_axes(scale, low, middle, high):
    assert read_numbers([low, middle, high], scale=scale, order="VAD") == VAD(-1, 0, 1)


def test_orders_are_those_of_their_initials():
    for name, axes in ORDERS.items():
        assert tuple(axis[0].upper() for axis in axes) == tuple(name.replace("P", "V"))
    assert read_numbers([0.9, 0.5, 0.1], scale="0..1", order="adv") == VAD(-0.8, 0.8, 0.0)


def test_a_bare_list_is_refused_and_told_why():
    with pytest.raises(EmotionError, match="order the axes differently") as caught:
        read_numbers([0.5, 0.2, 0.1], scale="0..1")
    assert "0.5, 0.2, 0.1" in caught.value.message
    assert "order" in caught.value.remedy


@pytest.mark.parametrize("value", [0, 15, 3.5, float("nan")])
def test_what_is_no_bin_is_refused(value):
    with pytest.raises(EmotionError, match="14 bins"):
        read_numbers({"arousal": value}, scale="14 bins")


@pytest.mark.parametrize("name", ["", "9..1", "1..1", "one to nine", "1 bins", "1-9", "..", "1.."])
def test_what_is_no_scale_is_refused(name):
    with pytest.raises(EmotionError, match="no scale"):
        scale_of(name)


def test_wrong_counts_names_and_numbers_are_named():
    with pytest.raises(EmotionError, match="2 numbers were given, VAD has 3"):
        read_numbers([1, 2], scale="1..9", order="VAD")
    with pytest.raises(UnknownNameError, match="order of axes 'DVA'"):
        read_numbers([1, 2, 3], scale="1..9", order="DVA")
    with pytest.raises(UnknownNameError, match="valency"):
        read_numbers({"valency": 1}, scale="1..9")
    with pytest.raises(EmotionError, match=r"Arousal is 9\.5"):
        read_numbers({"activation": 9.5}, scale="1..9")
