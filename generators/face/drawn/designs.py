"""The designs of drawn characters, read from ``assets/avatars/designs.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError
from generators.face.drawn.outlines import mirrored, smooth

__all__ = ["Design", "Piece", "design", "design_names"]


@dataclass(frozen=True)
class Piece:
    """A piece of a design that keeps its form: hair, an ear, a muzzle.

    Args:
        outline: ``(n, 2)`` in head units: x to the picture's right, y down, the head's half width is 1.
        colours: red, green, blue 0..1 at its upper and lower edge, ``(6,)``.
        cover: how opaque, 0..1.
        depth: how far before (or, below 0, behind) the head's middle it lies, in head units.
    """

    outline: np.ndarray
    colours: np.ndarray
    cover: float
    depth: float


@dataclass(frozen=True)
class Design:
    """A character. Lengths are in head units, colours display values 0..1.

    Args:
        name: such as ``"pip"``.
        title: one line for people.
        behind: pieces drawn before the head.
        head: its outline, which opens downwards with the jaw.
        on_head: pieces on the face below its features.
        before: pieces over everything else.
        colours: by what wears them, ``(6,)`` each: skin, line, lips, mouth, tongue, teeth, white, iris, pupil, brow, nose, blush.
        numbers: sizes and places of the features.
        flags: such as glasses, whiskers.
    """

    name: str
    title: str
    behind: tuple[Piece, ...]
    head: Piece
    on_head: tuple[Piece, ...]
    before: tuple[Piece, ...]
    colours: dict[str, np.ndarray]
    numbers: dict[str, float]
    flags: frozenset[str]


def design_names() -> tuple[str, ...]:
    """Names of the designs, the default first."""
    table = _table()
    return tuple(sorted(table["design"], key=lambda name: (name != table["default"], name)))


@cache
def design(name: str = "") -> Design:
    """The design of that name, or the default one for "".

    Raises:
        UnknownNameError: there is none.
    """
    table = _table()
    name = name or table["default"]
    if name not in table["design"]:
        raise UnknownNameError("character", name, table["design"])
    row = table["design"][name]
    colours = {key: _colours(value) for key, value in (table["colours"] | row["colours"]).items()}
    return Design(
        name=name,
        title=row["title"],
        behind=_pieces(row.get("behind", ()), colours),
        head=_pieces([row["head"]], colours)[0],
        on_head=_pieces(row.get("on_head", ()), colours),
        before=_pieces(row.get("before", ()), colours),
        colours=colours,
        numbers=table["numbers"] | row.get("numbers", {}),
        flags=frozenset(row.get("flags", ())),
    )


def _pieces(rows: Any, colours: dict[str, np.ndarray]) -> tuple[Piece, ...]:
    """Pieces of rows of a design; one with ``both`` stands on both sides, one with ``half`` is completed by its mirror image."""
    out = []
    for row in rows:
        controls = np.array(row["points"], float)
        if row.get("half"):
            off_middle = controls[np.abs(controls[:, 0]) > 1e-9]
            controls = np.concatenate([controls, mirrored(off_middle[::-1])])
        outline = smooth(controls)
        rest = (colours[row["colour"]], row.get("cover", 1.0), row.get("depth", 0.0))
        out.append(Piece(outline, *rest))
        if row.get("both"):
            out.append(Piece(mirrored(outline), *rest))
    return tuple(out)


def _colours(value: str | list[str]) -> np.ndarray:
    """One colour, or the upper and the lower of two, from ``#rrggbb``."""
    pair = [value, value] if isinstance(value, str) else value
    return np.array([int(code[k : k + 2], 16) / 255 for code in pair for k in (1, 3, 5)])


@cache
def _table() -> dict[str, Any]:
    return asset_table("avatars", "designs.toml")
