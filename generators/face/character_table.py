"""The check of a character's table: every key is known and every value lies in its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import RequestError, UnknownNameError
from generators.face.sliders import ANCESTRIES, slider_range, years_range

__all__ = ["GLASSES", "STYLES", "checked", "colour_of"]

STYLES = tuple(asset_table("heads", "hair_styles.toml")["style"])
GLASSES = ("", "round", "square")
_NUMBERS: Mapping[str, tuple[float, float]] = {
    "sex": (0.0, 1.0),
    "weight": (-1.0, 1.0),
    "muscle": (-1.0, 1.0),
    "proportions": (-1.0, 1.0),
    "freckles": (0.0, 1.0),
    "stubble": (0.0, 1.0),
    "beard": (0.0, 1.0),
    "brow_thickness": (0.02, 0.14),
    "brow_height": (0.04, 0.14),
    "brow_arch": (0.0, 0.12),
    "wrinkles": (0.0, 1.5),
    "furrows": (0.0, 1.0),
    "lashes": (0.0, 1.0),
}
_COLOURS = {"hair": "hair", "brows": "hair", "iris": "iris", "cloth": "", "frame": ""}
_CHOICES = {"style": STYLES, "glasses": GLASSES}
_TABLES = ("ancestry", "shape", "rest")
_KEYS = ("title", "years", "skin", *_NUMBERS, *_COLOURS, *_CHOICES, *_TABLES)


def checked(row: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """The row, if all of it can be used.

    Args:
        row: keys and values of a character.
        table: the shipped table, for its named colours.

    Raises:
        UnknownNameError: a key, a slider, a style or a colour has an unknown name.
        RequestError: a value is of a wrong kind or out of its range.
    """
    for key, value in row.items():
        if key not in _KEYS:
            raise UnknownNameError("key of a character", key, _KEYS)
        if key in _NUMBERS:
            _number(key, value, *_NUMBERS[key])
        elif key == "years":
            _number(key, value, *years_range())
        elif key in _CHOICES:
            if value not in _CHOICES[key]:
                raise UnknownNameError(key, str(value), filter(None, _CHOICES[key]))
        elif key in _COLOURS:
            colour_of(value, table.get(_COLOURS[key], {}), key)
        elif key == "skin":
            _skin(value, table["skin"])
        elif key in _TABLES:
            _numbers(key, value)
        elif not isinstance(value, str):
            raise RequestError(f"{key} is {value!r}.", "Give a text.")
    return dict(row)


def colour_of(value: Any, named: Mapping[str, Any], key: str = "colour") -> np.ndarray:
    """Linear RGB ``(3,)``, 0..1, of a name, of ``#rrggbb`` as screens show it, or of three linear numbers.

    Raises:
        UnknownNameError: there is no colour of that name.
        RequestError: it is no colour.

    Example:
        >>> colour_of("#ff0000", {}).round(2).tolist()
        [1.0, 0.0, 0.0]
    """
    if isinstance(value, str) and value.startswith("#"):
        try:
            screen = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        except ValueError:
            screen = np.zeros(0)
        if len(value) == 7 and len(screen) == 3:
            return np.where(screen <= 0.04045, screen / 12.92, ((screen + 0.055) / 1.055) ** 2.4)
    elif isinstance(value, str):
        if value in named:
            return np.array(named[value], float)
        if named:
            raise UnknownNameError(f"colour of {key}", value, named, "Or write it as #rrggbb.")
    elif (
        isinstance(value, (list, tuple))
        and [_is_number(part) and 0 <= part <= 1 for part in value] == [True] * 3
    ):
        return np.array(value, float)
    raise RequestError(f"{key} {value!r} is no colour.", 'Write "#rrggbb", or three numbers from 0 to 1.')


def _skin(value: Any, named: Mapping[str, Any]) -> None:
    """Refuse what is no skin: a name, or a table with colour, lips and, if it is wanted, freckles."""
    if isinstance(value, str):
        if value not in named:
            raise UnknownNameError(
                "skin", value, named, "Or give a table { colour = …, lips = …, freckles = … }."
            )
        return
    if not isinstance(value, Mapping) or not {"colour", "lips"} <= set(value):
        raise RequestError(
            f"skin {value!r} has no colour or no lips.", "Give a name or { colour = …, lips = … }."
        )
    for key, part in value.items():
        if key == "freckles":
            _number("freckles", part, 0.0, 1.0)
        elif key in ("colour", "lips"):
            colour_of(part, {}, f"skin's {key}")
        else:
            raise UnknownNameError("key of a skin", key, ("colour", "lips", "freckles"))


def _numbers(key: str, value: Any) -> None:
    """Refuse a table of numbers with an unknown name or a value out of its range."""
    if not isinstance(value, Mapping):
        raise RequestError(f"{key} is {value!r}.", "Give a table of names and numbers.")
    if key == "rest":
        from generators.base import ARKIT

        shapes = {*ARKIT, *(name.removesuffix("Left").removesuffix("Right") for name in ARKIT)}
        ranges = dict.fromkeys(shapes, (0.0, 0.5))
    elif key == "ancestry":
        ranges = dict.fromkeys(ANCESTRIES, (0.0, 1.0))
        if not any(_is_number(part) and part > 0 for part in value.values()):
            raise RequestError(
                "No ancestry has a share.", f"Give one of {', '.join(ANCESTRIES)} more than 0."
            )
    else:
        ranges = {name: slider_range(name) for name in value}
    for name, part in value.items():
        if name not in ranges:
            raise UnknownNameError(f"name in {key}", name, ranges)
        _number(f"{key}.{name}", part, *ranges[name])


def _number(key: str, value: Any, low: float, high: float) -> None:
    """Refuse what is no number from ``low`` to ``high``."""
    if not _is_number(value) or not low <= value <= high:
        raise RequestError(f"{key} is {value!r}.", f"Give a number from {low:g} to {high:g}.")


def _is_number(value: Any) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
