"""Takes the axes and the intensity out of the text of an emotion: ``v=.5 a=-.2``, ``PAD(0.5, 0.2, 0)``, ``scale 1..9``."""

from __future__ import annotations

import re
from functools import cache

from conditioning.errors import EmotionError
from conditioning.scales import ORDERS, read_numbers, scale_of

__all__ = ["NUMBER", "take_axes"]

NUMBER = r"[-+−]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[-+]?\d+)?"
"""A number, as a pattern: with a point or a comma, and any of the usual minus signs."""

_AXIS_NAMES = {
    "valence": "valence", "pleasure": "valence", "v": "valence", "p": "valence",
    "arousal": "arousal", "activation": "arousal", "a": "arousal",
    "dominance": "dominance", "d": "dominance",
    "intensity": "intensity", "i": "intensity",
}  # fmt: skip
_PLAIN = r"[-+−]?(?:\d+(?:\.\d+)?|\.\d+)"  # in a row a comma stands between numbers, not inside one


def take_axes(text: str) -> tuple[dict[str, float], str]:
    """The named axes and the intensity of a text, and the text without them.

    Args:
        text: folded by ``conditioning.words.fold_word``.

    Returns:
        ``valence``, ``arousal`` and ``dominance`` that are given, each -1..1, and ``intensity``, 0..1; the rest.

    Raises:
        EmotionError: a number is outside its range, or an axis is given twice.
    """
    if not any(character.isdigit() for character in text):
        return {}, text
    found: dict[str, float] = {}
    scale = "-1..1"

    def take_scale(match: re.Match[str]) -> str:
        nonlocal scale
        scale = match[1]
        return " "

    def put(axis: str, value: float, percent: bool = False) -> None:
        if axis in found:
            raise EmotionError(f"{axis.capitalize()} is given twice.", "Give each axis once.")
        if axis == "intensity" or percent or scale == "-1..1":
            found[axis] = _checked(axis, value / 100 if percent else value)
        else:
            found[axis] = getattr(read_numbers({axis: value}, scale=scale), axis)

    def take_row(match: re.Match[str]) -> str:
        order = ORDERS[match[1].upper()]
        numbers = [_number(text) for text in re.split(r"[,;\s]+", match[3].strip())]
        if len(numbers) != len(order):
            raise EmotionError(
                f"{match[1].upper()} is followed by {len(numbers)} numbers.", f"Give {', '.join(order)}."
            )
        for axis, value in zip(order, numbers, strict=True):
            put(axis, value)
        return " "

    def take_axis(match: re.Match[str]) -> str:
        put(_AXIS_NAMES[match[1]], _number(match[2].replace(",", ".")), bool(match[3]))
        return " "

    scales, rows, axes = _patterns()
    text = scales.sub(take_scale, text)
    scale_of(scale)
    text = rows.sub(take_row, text)
    return found, axes.sub(take_axis, text)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Of a scale, of a row of numbers in a named order, and of a single named axis."""
    scale = re.compile(
        r"(?<!\w)(?:on\s+)?(?:a\s+)?scale\s*[:=]?\s*"
        r"(±\s*\d+|[-−]?\d+\s*(?:\.\.|to|–)\s*[-−]?\d+|\d+ bins)(?!\w)"
    )
    orders = "|".join(order.casefold() for order in ORDERS)
    row = re.compile(
        rf"(?<!\w)({orders})\s*[:=]?\s*([(\[])?\s*"
        rf"({_PLAIN}(?:\s*[,;]\s*{_PLAIN}|\s+{_PLAIN}){{1,2}})\s*(?(2)[)\]])(?![\w.%])"
    )
    axis = re.compile(
        rf"(?<![^\W\d_])({'|'.join(_AXIS_NAMES)})(?:\s*[:=]\s*|\s+|(?=[-+−.\d]))({NUMBER})\s*(%?)(?![\w.])"
    )
    return scale, row, axis


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def _checked(axis: str, value: float) -> float:
    low = 0 if axis == "intensity" else -1
    if not low <= value <= 1:
        raise EmotionError(f"{axis.capitalize()} is {value:g}.", f"Give a number from {low} to 1.")
    return value
