"""The characters of the built-in head: those of ``assets/heads/characters.toml``, and a user's own in a file like it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import RequestError, UnknownNameError
from generators.face.character_table import checked, colour_of
from generators.face.sliders import Person
from generators.face.tables import shape_vector

__all__ = ["Character", "character", "character_names", "own_character"]


@dataclass(frozen=True, eq=False)
class Character:
    """How somebody looks. Colours are linear RGB ``(3,)``, 0..1.

    Args:
        name: such as ``"mara"``; of an own character the file's name without its ending.
        title: one line for people.
        person: sliders of the head's shape.
        skin: colour of the skin.
        lips: colour of the lips.
        hair: colour of the hair on the head.
        brows: colour of brows and beard.
        iris: colour of the iris.
        cloth: colour of the knitted top.
        style: of the hair, a key of ``generators.face.render.hair_styles.hair_styles()``.
        glasses: ``""``, or a key of ``generators.face.render.glasses.SHAPES``.
        frame: colour of the glasses' frame.
        freckles: amount, 0..1.
        stubble: amount of beard shadow, 0..1.
        beard: length of the beard, 0 none to 1 long.
        brow_thickness: of the eyebrows, in the face's own unit.
        brow_height: of the inner end of the eyebrows above the eyes' centres, in the face's own unit.
        brow_arch: by which the eyebrows rise from there to their highest place, in the face's own unit.
        wrinkles: depth of the wrinkles that expressions make, 0..1.
        furrows: how far wrinkles stay when the face is at rest, 0..1.
        lashes: darkness of the upper lashes, 0..1.
        rest: shapes of the face at rest, ``(52,)`` in the order of ``ARKIT``.
        own: whether it is a user's.
    """

    name: str
    title: str
    person: Person
    skin: np.ndarray
    lips: np.ndarray
    hair: np.ndarray
    brows: np.ndarray
    iris: np.ndarray
    cloth: np.ndarray
    style: str
    glasses: str
    frame: np.ndarray
    freckles: float
    stubble: float
    beard: float
    brow_thickness: float
    brow_height: float
    brow_arch: float
    wrinkles: float
    furrows: float
    lashes: float
    rest: np.ndarray
    own: bool = False


def character_names() -> tuple[str, ...]:
    """Names of the shipped characters, the default first."""
    table = _table()
    return tuple(sorted(table["character"], key=lambda name: (name != table["default"], name)))


def character(name: str = "") -> Character:
    """The character of that name, the one in a file, or the default one.

    Args:
        name: a name of ``character_names()`` or a path that ends in ``.toml``; "" is the default.

    Raises:
        UnknownNameError: there is none, or its file names something unknown.
        RequestError: its file cannot be read, or a value in it is wrong.
    """
    return own_character(Path(name)) if name.endswith(".toml") else _shipped(name or _table()["default"])


def own_character(path: Path) -> Character:
    """The character that a user's file describes; what it leaves out is as in the shipped one that it is ``like``.

    Args:
        path: of the TOML file.

    Raises:
        UnknownNameError: the file names an unknown character, key, slider, style or colour.
        RequestError: the file cannot be read, or a value is out of its range.
    """
    try:
        return _own(path.stem, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(
            f"The character {str(path)!r} cannot be read: {error.strerror}.", "Give a TOML file."
        ) from None
    except UnicodeDecodeError:
        raise RequestError(
            f"The character {str(path)!r} is not text.", "Give a TOML file in UTF-8."
        ) from None


@lru_cache(maxsize=16)
def _own(name: str, text: str) -> Character:
    """The character that a text describes."""
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"The character {name!r} is not TOML: {error}.", "Correct that line.") from None
    like = row.pop("like", _table()["default"])
    if not isinstance(like, str) or like not in _table()["character"]:
        raise UnknownNameError("character", str(like), _table()["character"])
    base = _table()["character"][like]
    given = checked(row, _table())
    merged = base | given
    merged["shape"] = base.get("shape", {}) | given.get("shape", {})
    if "hair" in given and "brows" not in given:
        merged.pop("brows", None)
    return _made(name, merged, own=True)


@cache
def _shipped(name: str) -> Character:
    """A shipped character."""
    table = _table()
    if name not in table["character"]:
        raise UnknownNameError(
            "character", name, table["character"], "A path to an own character ends in .toml."
        )
    return _made(name, checked(table["character"][name], table), own=False)


def _made(name: str, row: dict[str, Any], own: bool) -> Character:
    """The character of a complete row."""
    table = _table()
    row = table["usual"] | row
    skin = row["skin"]
    skin = table["skin"][skin] if isinstance(skin, str) else skin
    hair = colour_of(row["hair"], table["hair"])
    person = Person(
        row["sex"],
        row["years"],
        row["ancestry"],
        row["weight"],
        row["muscle"],
        row["proportions"],
        row["shape"],
    )
    return Character(
        name=name,
        title=row["title"],
        person=person,
        skin=colour_of(skin["colour"], {}),
        lips=colour_of(skin["lips"], {}),
        hair=hair,
        brows=colour_of(row.get("brows", row["hair"]), table["hair"]),
        iris=colour_of(row["iris"], table["iris"]),
        cloth=colour_of(row["cloth"], {}),
        frame=colour_of(row["frame"], {}),
        rest=shape_vector(row["rest"]),
        own=own,
        freckles=row.get("freckles", skin.get("freckles", 0.0)),
        **{key: row[key] for key in _PLAIN},
    )


_PLAIN = (
    "style", "glasses", "stubble", "beard", "brow_thickness", "brow_height", "brow_arch", "wrinkles", "furrows", "lashes",
)  # fmt: skip


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "characters.toml")
