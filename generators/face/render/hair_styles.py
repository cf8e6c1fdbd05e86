"""Hair styles: how thick, how long and how wavy, and which way of growing. The numbers stand in ``assets/heads/hair_styles.toml``.

Lengths are in the face's own unit, which is 3.5 times half the distance between the eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table

__all__ = ["Strands", "Style", "beard_style", "hair_styles", "hairline"]


@dataclass(frozen=True)
class Style:
    """A hair style.

    Args:
        way: of growing: ``"combed"``, ``"curtain"``, ``"tied"``, ``"curled"`` or ``""`` for no strands.
        cards: how many strips.
        steps: points along a strip.
        half_width: of a strip.
        body: share of a strip that is closed, from the root.
        hairline: elevation in degrees at each of eight azimuths.
        strands: in a strip.
        tips: shortest strand of a strip and how much longer others are, as shares.
        tilt: by which strips stand out of their plane.
        taper: narrowing towards the tip.
        back_share: how densely the back is covered, against the front.
        contrast: by which strips differ in brightness.
        roundness: how far light sees the head's round instead of the strip's plane, 0..1.
        root_fade: over which share of a strip its strands begin.
        root_light: how much light arrives at a strip's root, against its tip.
        scalp: how far hair colours the skin below it, 0..1.
        cut: height of the ends of a curtain above the skull's middle.
        ragged: by which these heights differ.
        wave: amplitude of a curtain's waves.
        parting: of a curtain, to the picture's right.
        volume: thickness of curls above the skull.
    """

    way: str
    cards: int
    steps: int
    half_width: float
    body: float
    hairline: tuple[float, ...]
    strands: int
    tips: tuple[float, float]
    tilt: float
    taper: float
    back_share: float
    contrast: float
    roundness: float
    root_fade: float
    root_light: float
    scalp: float
    cut: float
    ragged: float
    wave: float
    parting: float
    volume: float

    @property
    def width(self) -> float:
        """Half the width of a strip in decimetres, for a face of the usual unit."""
        return self.half_width * 1.1


@dataclass(frozen=True)
class Strands:
    """Paths of strands.

    Args:
        paths: ``(n, K, 3)``, decimetres; from here the outermost first.
        brightness: ``(n,)``, how much light arrives.
        outward: direction away from the head ``(n, K, 3)``.
        hanging: whether a point hangs free and is seen from inside, ``(n, K)``.
    """

    paths: np.ndarray
    brightness: np.ndarray
    outward: np.ndarray
    hanging: np.ndarray


@cache
def hair_styles() -> Mapping[str, Style]:
    """The shipped styles by name."""
    table = _table()
    return {name: _style(row) for name, row in table["style"].items()}


@cache
def beard_style() -> tuple[Style, tuple[float, float], tuple[float, float]]:
    """The style of a beard, and half the width of its strips and the length of its strands for beards of 0 and of 1."""
    row = dict(_table()["beard"])
    width, length = row.pop("half_width"), row.pop("length")
    style = _style({**row, "way": "", "half_width": width[1], "hairline": []})
    return style, (width[0], width[1]), (length[0], length[1])


def hairline(style: str, azimuth_degrees: np.ndarray) -> np.ndarray:
    """Elevation of the hairline in degrees at azimuths in degrees."""
    return np.interp(np.abs(azimuth_degrees), _table()["azimuth"], hair_styles()[style].hairline)


def _style(row: Mapping[str, Any]) -> Style:
    """A row of the table as a style."""
    table = _table()
    whole: dict[str, Any] = {**table["defaults"], **row}
    line = whole["hairline"]
    whole["hairline"] = table["lines"][line] if isinstance(line, str) else line
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in whole.items()}
    return Style(**values)


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "hair_styles.toml")
