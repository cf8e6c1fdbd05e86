"""Valence, arousal and dominance as others number them: any range, bins, and any order that is named.

``conditioning.vad`` holds the conventions of known sources; this module takes a scale and an order one by one. A bare
list of numbers is refused, because the same three numbers mean different feelings in different orders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.errors import EmotionError, UnknownNameError
from conditioning.vad import AXES, VAD

__all__ = ["ORDERS", "SCALES", "Scale", "read_numbers", "scale_of", "write_numbers"]

SCALES = ("-1..1", "0..1", "1..5", "1..7", "1..9", "-3..3", "-100..100", "14 bins")
"""The scales in common use; ``scale_of`` takes any other of their form."""

ORDERS: Mapping[str, tuple[str, ...]] = {
    "VAD": AXES,
    "PAD": AXES,
    "ADV": ("arousal", "dominance", "valence"),
    "AVD": ("arousal", "valence", "dominance"),
    "APD": ("arousal", "valence", "dominance"),
    "VA": ("valence", "arousal"),
    "AV": ("arousal", "valence"),
}
"""Axes in the order of their initials; pleasure is another name of valence."""

_OTHER_NAMES = {
    "pleasure": "valence",
    "evaluation": "valence",
    "activation": "arousal",
    "potency": "dominance",
}
_RANGE = re.compile(r"\s*([-+−]?\d+(?:\.\d+)?)\s*(?:\.\.|to|–)\s*([-+−]?\d+(?:\.\d+)?)\s*")
_BINS = re.compile(r"\s*(\d+)\s*bins\s*")


@dataclass(frozen=True)
class Scale:
    """A range of numbers, or a count of bins.

    Args:
        low: number that means -1; of bins the lower edge of the first, 0.5.
        high: number that means 1.
        is_bins: only whole numbers, each the middle of its bin, numbered from 1.
    """

    low: float
    high: float
    is_bins: bool = False

    def __str__(self) -> str:
        return f"{self.high - 0.5:g} bins" if self.is_bins else f"{self.low:g}..{self.high:g}"


def scale_of(name: str) -> Scale:
    """The scale of a name such as ``"1..9"``, ``"±100"`` or ``"14 bins"``.

    Bins are even. Bins that an engine has learned from data are not: no formula gives them.

    Raises:
        EmotionError: the name is none of these, or its range is empty.

    Example:
        >>> scale_of("1..9")
        Scale(low=1.0, high=9.0, is_bins=False)
    """
    text = re.sub(r"^\s*(?:±|\+/-)\s*(\d.*)$", r"-\1..\1", name).replace("−", "-")
    if bins := _BINS.fullmatch(text):
        if int(bins[1]) >= 2:
            return Scale(0.5, int(bins[1]) + 0.5, is_bins=True)
    elif (ends := _RANGE.fullmatch(text)) and float(ends[1]) < float(ends[2]):
        return Scale(float(ends[1]), float(ends[2]))
    raise EmotionError(f"{name!r} is no scale.", f"Write one like {', '.join(SCALES)}.")


def read_numbers(
    values: Mapping[str, float] | Sequence[float], *, scale: str, order: str | None = None
) -> VAD:
    """The point that numbers on a scale mean.

    Args:
        values: numbers by axis name, where an absent axis is neutral; or in the stated order.
        scale: as ``scale_of`` takes it.
        order: a key of ``ORDERS``; numbers without names need it.

    Raises:
        UnknownNameError: there is no such axis or order.
        EmotionError: numbers have neither names nor an order, there are too many or too few of them, or one is outside
            the scale or between its bins.

    Example:
        >>> read_numbers([7, 3, 5], scale="1..9", order="VAD")
        VAD(valence=0.5, arousal=-0.5, dominance=0.0)
        >>> read_numbers({"arousal": 9, "pleasure": 5}, scale="1..9")
        VAD(valence=0.0, arousal=1.0, dominance=0.0)
    """
    rule = scale_of(scale)
    point = dict.fromkeys(AXES, 0.0)
    for axis, value in _named(values, order).items():
        point[axis] = _from_scale(axis, value, rule)
    return VAD(**point)


def write_numbers(point: VAD, *, scale: str, order: str = "VAD") -> dict[str, float]:
    """The axes of a point by name, on a scale and in an order.

    Args:
        point: a point of the studio.
        scale: as ``scale_of`` takes it; of bins the nearest is given.
        order: a key of ``ORDERS``; axes that it lacks are left out.

    Raises:
        UnknownNameError: there is no such order.
        EmotionError: there is no such scale.

    Example:
        >>> write_numbers(VAD(0.5, -0.5, 0.0), scale="1..5", order="ADV")
        {'arousal': 2.0, 'dominance': 3.0, 'valence': 4.0}
    """
    rule = scale_of(scale)
    middle, half = (rule.low + rule.high) / 2, (rule.high - rule.low) / 2
    found = {axis: middle + half * getattr(point, axis) for axis in _axes(order)}
    if rule.is_bins:
        return {axis: float(np.clip(round(x), 1, rule.high - 0.5)) for axis, x in found.items()}
    return found


def _named(values: Mapping[str, float] | Sequence[float], order: str | None) -> dict[str, float]:
    """Numbers by the studio's axis names."""
    if isinstance(values, Mapping):
        return {_axis(name): value for name, value in values.items()}
    if order is None:
        shown = ", ".join(f"{value:g}" for value in values)
        raise EmotionError(
            f"The numbers {shown} have no names, and sources order the axes differently, so they could mean several "
            "feelings.",
            'Name them, as in {"valence": 0.5, "arousal": 0.2}, or give their order, such as order="VAD".',
        )
    axes = _axes(order)
    if len(values) != len(axes):
        raise EmotionError(
            f"{len(values)} numbers were given, {order.upper()} has {len(axes)}.",
            f"Give {', '.join(axes)} in this order.",
        )
    return dict(zip(axes, values, strict=True))


def _axes(order: str) -> tuple[str, ...]:
    if order.upper() not in ORDERS:
        raise UnknownNameError("order of axes", order, ORDERS)
    return ORDERS[order.upper()]


def _axis(name: str) -> str:
    axis = _OTHER_NAMES.get(name.casefold(), name.casefold())
    if axis not in AXES:
        raise UnknownNameError("axis", name, (*AXES, *_OTHER_NAMES))
    return axis


def _from_scale(axis: str, value: float, rule: Scale) -> float:
    low, high = (1.0, rule.high - 0.5) if rule.is_bins else (rule.low, rule.high)
    whole = "a whole number" if rule.is_bins else "a number"
    if not low <= value <= high or (rule.is_bins and value != round(value)):
        raise EmotionError(
            f"{axis.capitalize()} is {value:g} on the scale {rule}.",
            f"Give {whole} from {low:g} to {high:g}.",
        )
    return round((value - (rule.low + rule.high) / 2) / ((rule.high - rule.low) / 2), 12)
