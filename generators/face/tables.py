"""The tables of the face: which shapes a speech sound and an action unit move, and how fast a face moves.

The numbers stand in ``assets/heads/visemes.toml``, ``action_units.toml`` and ``motion.toml`` with their sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import AffectError
from generators.base import ARKIT

__all__ = [
    "ActionUnit",
    "Viseme",
    "VisemeTable",
    "action_units",
    "motion",
    "shape_vector",
    "softening",
    "talking_share",
    "visemes",
]

_INDEX = {name: i for i, name in enumerate(ARKIT)}


@dataclass(frozen=True)
class Viseme:
    """What the mouth does for a class of speech sounds.

    Args:
        name: such as ``"PP"``.
        target: weights ``(52,)`` in the order of ``ARKIT``.
        dominance: how far it wins against its neighbours, 0..1.
        before: seconds of anticipation.
        after: seconds of carry-over.
        contact: ``"lips"``, ``"teeth"`` or ``""``.
        vowel: whether stress and loudness open it.
        jaw: factor of its dominance over the jaw alone.
    """

    name: str
    target: np.ndarray
    dominance: float
    before: float
    after: float
    contact: str
    vowel: bool
    jaw: float


@dataclass(frozen=True)
class VisemeTable:
    """All visemes, and which of them each phonetic symbol is.

    Args:
        by_name: visemes by name.
        symbols: names of one or two visemes by symbol.
        default: name for a symbol that is not listed.
    """

    by_name: Mapping[str, Viseme]
    symbols: Mapping[str, tuple[str, ...]]
    default: str

    def of(self, symbol: str) -> tuple[Viseme, ...]:
        """The one viseme of a symbol, or the two that a diphthong moves between.

        Args:
            symbol: IPA, or a capital of misaki; length marks, tie bars and stress are passed over.
        """
        plain = symbol.translate(_MARKS)
        names = self.symbols.get(plain) or self.symbols.get(plain[:1]) or (self.default,)
        return tuple(self.by_name[name] for name in names)


@dataclass(frozen=True)
class ActionUnit:
    """A facial action unit of FACS.

    Args:
        name: such as ``"au12"``.
        meaning: such as ``"lip corner puller"``.
        weights: of the shapes at strength 1, ``(52,)`` in the order of ``ARKIT``.
        one_sided: whether asymmetry acts on it.
    """

    name: str
    meaning: str
    weights: np.ndarray
    one_sided: bool


_MARKS = str.maketrans("", "", "ːˑˈˌ͡‿ʰʲʷ̩̯̃̊̚")


def shape_vector(shapes: Mapping[str, float]) -> np.ndarray:
    """Weights ``(52,)`` in the order of ``ARKIT``; a name without Left or Right sets both sides.

    Args:
        shapes: by ARKit name, with or without its side.

    Raises:
        AffectError: a name is no shape.

    Example:
        >>> float(shape_vector({"mouthSmile": 0.5}).sum())
        1.0
    """
    weights = np.zeros(len(ARKIT))
    for name, value in shapes.items():
        rows = [_INDEX[full] for full in (name, f"{name}Left", f"{name}Right") if full in _INDEX]
        if not rows:
            raise AffectError(f"{name!r} is not an ARKit shape.", "Correct the table in assets/heads.")
        weights[rows] = value
    return weights


@cache
def visemes() -> VisemeTable:
    """The shipped viseme table."""
    table = _table("visemes")
    by_name = {
        name: Viseme(
            name,
            shape_vector(row["shapes"]),
            row["dominance"],
            row["reach"][0],
            row["reach"][1],
            row.get("contact", ""),
            row["vowel"],
            row.get("jaw", 1.0),
        )
        for name, row in table["viseme"].items()
    }
    symbols = {symbol: (name,) for name, listed in table["symbols"].items() for symbol in listed}
    symbols |= {symbol: tuple(names) for symbol, names in table["gliding"].items()}
    return VisemeTable(by_name, symbols, table["default"])


@cache
def action_units() -> tuple[ActionUnit, ...]:
    """The action units that the faders move, in order of their number."""
    return tuple(
        ActionUnit(name, row["name"], shape_vector(row["shapes"]), row.get("one_sided", False))
        for name, row in _table("action_units").items()
        if name.startswith("au")
    )


@cache
def softening() -> tuple[tuple[int, np.ndarray, float], ...]:
    """Units that take from what others do: index of the unit, shapes ``(52,)`` of bool, share taken at strength 1."""
    order = [unit.name for unit in action_units()]
    return tuple(
        (order.index(unit), shape_vector({shape: 1.0}) > 0, share)
        for shape, takers in _table("action_units")["softened"].items()
        for unit, share in takers.items()
    )


@cache
def talking_share() -> np.ndarray:
    """How much of each shape the expression keeps while the mouth speaks, ``(52,)``, 0..1."""
    kept = np.ones(len(ARKIT))
    for name, share in _table("action_units")["talking"].items():
        kept[shape_vector({name: 1.0}) > 0] = share
    return kept


def motion(section: str) -> Mapping[str, Any]:
    """A section of ``motion.toml``, such as ``"blink"``."""
    values: Mapping[str, Any] = _table("motion")[section]
    return values


@cache
def _table(name: str) -> dict[str, Any]:
    return asset_table("heads", f"{name}.toml")
