"""A character of the user's own: the values of the page's sliders, and the TOML file that ``face=head`` takes."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conditioning.assets import asset_table
from conditioning.errors import RequestError, UnknownNameError
from generators.face.character_table import STYLES, checked
from generators.face.characters import character_names, own_character
from generators.face.sliders import ANCESTRIES, slider_range, years_range

__all__ = [
    "CHOICES",
    "NUMBERS",
    "Look",
    "look_in",
    "look_like",
    "look_of",
    "look_sliders",
    "part_sliders",
    "write_look",
]

NUMBERS: Mapping[str, tuple[float, float, str]] = {
    "sex": (0.0, 1.0, "Female to male"),
    "years": (*years_range(), "Years"),
    "weight": (-1.0, 1.0, "Lean to heavy"),
    "muscle": (-1.0, 1.0, "Slight to muscular"),
    "beard": (0.0, 1.0, "Beard"),
    "furrows": (0.0, 1.0, "Lines at rest"),
}
"""Lowest and highest value of a number of the whole person, and its name on the page."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "skin": tuple(asset_table("heads", "characters.toml")["skin"]),
    "hair": tuple(asset_table("heads", "characters.toml")["hair"]),
    "style": STYLES,
    "iris": tuple(asset_table("heads", "characters.toml")["iris"]),
    "glasses": ("", "round", "square"),
}
"""What can be chosen besides, by key."""

_OWN = ("like", *NUMBERS, *CHOICES, "ancestry", "shape")


@dataclass(frozen=True)
class Look:
    """How an own character looks, as the page shows it.

    Args:
        like: the shipped character that it is like in all else.
        numbers: by key of ``NUMBERS``.
        choices: by key of ``CHOICES``; a text that is none of them is a colour such as ``#aa8866``.
        ancestry: share by name, 0..1.
        parts: value by name of ``part_sliders()``.
        more: what a file says besides, kept as it is.
    """

    like: str
    numbers: Mapping[str, float]
    choices: Mapping[str, str]
    ancestry: Mapping[str, float]
    parts: Mapping[str, float]
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        """All numbers by the name of their slider."""
        return {**self.numbers, **self.ancestry, **self.parts}

    @property
    def table(self) -> dict[str, Any]:
        """The rows of the file."""
        shape = {
            **self.more.get("shape", {}),
            **{name: value for name, value in self.parts.items() if value or name in _shape_of(self.like)},
        }
        rest = {key: value for key, value in self.more.items() if key != "shape"}
        ancestry = {name: share for name, share in self.ancestry.items() if share}
        return {
            "like": self.like, **self.numbers, **self.choices, "ancestry": ancestry, "shape": shape, **rest
        }  # fmt: skip


def part_sliders() -> Mapping[str, str]:
    """The sliders of parts that the page shows, and their names on it."""
    sliders: Mapping[str, str] = asset_table("examples", "page.toml")["sliders"]
    return sliders


def look_sliders() -> list[tuple[str, str, float, float, float]]:
    """The sliders in order: name, title, lowest and highest value, step."""
    whole = [
        (key, title, low, high, 1.0 if key == "years" else 0.05)
        for key, (low, high, title) in NUMBERS.items()
    ]
    shares = [(name, f"{name.capitalize()} ancestry", 0.0, 1.0, 0.05) for name in ANCESTRIES]
    return [
        *whole,
        *shares,
        *((name, title, *slider_range(name), 0.05) for name, title in part_sliders().items()),
    ]


def look_of(
    like: str, choices: Mapping[str, str], values: Mapping[str, float], more: Mapping[str, Any]
) -> Look:
    """The look of the page's fields.

    Args:
        like: a shipped character.
        choices: by key of ``CHOICES``.
        values: of all sliders by name.
        more: what a file said besides.
    """
    groups = (
        {name: float(values[name]) for name in names} for names in (NUMBERS, ANCESTRIES, part_sliders())
    )
    numbers, ancestry, parts = groups
    return Look(like, numbers, choices, ancestry, parts, more)


def look_like(name: str) -> Look:
    """The look of a shipped character."""
    return _look(name, {})


def look_in(text: str) -> Look:
    """The look that a TOML file describes.

    Raises:
        UnknownNameError: it names something unknown.
        RequestError: it is not TOML, or a value is wrong.
    """
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"The character is not TOML: {error}.", "Correct that line.") from None
    like = row.get("like", character_names()[0])
    if like not in character_names():
        raise UnknownNameError("character", str(like), character_names())
    checked(
        {key: value for key, value in row.items() if key != "like"}, asset_table("heads", "characters.toml")
    )
    return _look(like, row)


def write_look(look: Look, folder: Path) -> Path:
    """Write the file of a look, checked; looks of equal values share one.

    Raises:
        UnknownNameError: it names something unknown.
        RequestError: a value is out of its range.
    """
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in look.table.items())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"own-{hashlib.sha256(text.encode()).hexdigest()[:8]}.toml"
    path.write_text(text, encoding="utf-8")
    try:
        own_character(path)
    except RequestError:
        path.unlink()
        raise
    return path


def _look(like: str, row: Mapping[str, Any]) -> Look:
    """A look like a shipped character's, changed by the rows of a file."""
    table = asset_table("heads", "characters.toml")
    merged = table["usual"] | table["character"].get(like, {}) | dict(row)
    shape = {**_shape_of(like), **(row.get("shape") or {})}
    more = {key: value for key, value in row.items() if key not in _OWN}
    more |= {key: merged[key] for key in CHOICES if not isinstance(merged[key], str)}  # a colour in numbers
    others = {name: value for name, value in shape.items() if name not in part_sliders()}
    return Look(
        like,
        {key: merged[key] for key in NUMBERS},
        {key: merged[key] for key in CHOICES if isinstance(merged[key], str)},
        {name: merged["ancestry"].get(name, 0.0) for name in ANCESTRIES},
        {name: shape.get(name, 0.0) for name in part_sliders()},
        {**more, "shape": others} if others else more,
    )


def _shape_of(like: str) -> Mapping[str, float]:
    shape: Mapping[str, float] = (
        asset_table("heads", "characters.toml")["character"].get(like, {}).get("shape", {})
    )
    return shape


def _toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
