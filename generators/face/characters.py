"""The characters of the built-in head, read from ``assets/heads/characters.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError
from generators.face.tables import shape_vector

__all__ = ["Character", "character", "character_names"]


@dataclass(frozen=True)
class Character:
    """How somebody looks. Colours are linear RGB ``(3,)``, 0..1.

    Args:
        name: such as ``"mara"``.
        title: one line for people.
        identity: which face of the head's data.
        skin: colour of the skin.
        lips: colour of the lips.
        hair: colour of the hair.
        iris: colour of the iris.
        cloth: colour of the knitted top.
        style: of the hair: ``"short"``, ``"bob"`` or ``"tied"``.
        freckles: amount, 0..1.
        stubble: amount of beard shadow, 0..1.
        brow_thickness: of the eyebrows, in the face's own unit.
        brow_height: of the inner end of the eyebrows above the eyes' centres, in the face's own unit.
        brow_arch: by which the eyebrows rise from there to their highest place, in the face's own unit.
        age: depth of the wrinkles that expressions make, 0..1.
        lashes: darkness of the upper lashes, 0..1.
        rest: shapes of the face at rest, ``(52,)`` in the order of ``ARKIT``.
    """

    name: str
    title: str
    identity: str
    skin: np.ndarray
    lips: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    cloth: np.ndarray
    style: str
    freckles: float
    stubble: float
    brow_thickness: float
    brow_height: float
    brow_arch: float
    age: float
    lashes: float
    rest: np.ndarray


def character_names() -> tuple[str, ...]:
    """Names of the characters, the default first."""
    table = _table()
    return tuple(sorted(table["character"], key=lambda name: (name != table["default"], name)))


@cache
def character(name: str = "") -> Character:
    """The character of that name, or the default one.

    Args:
        name: a name of ``character_names()``; "" is the default.

    Raises:
        UnknownNameError: there is none.
    """
    table = _table()
    name = name or table["default"]
    if name not in table["character"]:
        raise UnknownNameError("character", name, table["character"])
    row = table["character"][name]
    skin = table["skin"][row["skin"]]
    return Character(
        name=name,
        title=row["title"],
        identity=row["identity"],
        skin=np.array(skin["colour"]),
        lips=np.array(skin["lips"]),
        hair=np.array(table["hair"][row["hair"]]),
        iris=np.array(table["iris"][row["iris"]]),
        cloth=np.array(row["cloth"]),
        style=row["style"],
        freckles=skin["freckles"],
        stubble=row["stubble"],
        brow_thickness=row["brow_thickness"],
        brow_height=row["brow_height"],
        brow_arch=row["brow_arch"],
        age=row["age"],
        lashes=row["lashes"],
        rest=shape_vector(row["rest"]),
    )


@cache
def _table() -> dict:
    return asset_table("heads", "characters.toml")
