"""The head's shapes on the landmarker's points, and the numbers of the moving portrait; read from ``assets/heads``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset, asset_table
from generators.face.render.wrinkles import knitted_brows

__all__ = ["ShapeTable", "portrait_law", "shape_table"]


@dataclass(frozen=True)
class ShapeTable:
    """What the 52 shapes do to a face, in the points' frame: middle of the eyes at 0, distance of the eyes 1; x right, y down, z away.

    Args:
        points: the 478 points of a mean face at rest ``(478, 3)``.
        moves: of the points at weight 1, ``(52, 478, 3)`` in the order of ``ARKIT``.
        triangles: between the 468 points of the skin, without eyes and mouth, ``(t, 3)``.
        light: what a shape at weight 1 does to the skin's light, natural logarithm ``(52, n, n)`` on a frontal map.
        knit: what brows add to that which are raised and drawn together, for each 1 of ``knitted_brows``, ``(n, n)``.
        flush: what tears and sweat at 1 do to it, and what blush does to the green of it, ``(3, n, n)``.
        light_reach: half the width and the height of that map; it lies about (0, 0.35).
        upper_teeth: picture RGBA about the seam of the lips; so ``lower_teeth`` and ``tongue``.
        lower_teeth: see above.
        tongue: see above.
        teeth_reach: half the width and the height of those pictures.
        jaw_teeth: where an open jaw takes the lower teeth, ``(3,)``.
    """

    points: np.ndarray
    moves: np.ndarray
    triangles: np.ndarray
    light: np.ndarray
    knit: np.ndarray
    flush: np.ndarray
    light_reach: np.ndarray
    upper_teeth: np.ndarray
    lower_teeth: np.ndarray
    tongue: np.ndarray
    teeth_reach: np.ndarray
    jaw_teeth: np.ndarray

    def light_of(self, weights: np.ndarray) -> np.ndarray:
        """What shapes ``(52,)`` together do to the skin's light, natural logarithm ``(n, n)``."""
        return np.asarray(np.tensordot(weights, self.light, axes=1) + knitted_brows(weights) * self.knit)


@cache
def shape_table() -> ShapeTable:
    """The shipped table."""
    with np.load(asset("heads", "photo_shapes.npz")) as data:
        return ShapeTable(
            points=data["points"].astype(float),
            moves=data["moves"].astype(float),
            triangles=data["triangles"].astype(int),
            light=data["light"].astype(np.float32) * data["light_scale"],
            knit=data["knit"].astype(np.float32) * data["knit_scale"],
            flush=data["flush"].astype(np.float32) * data["light_scale"],
            light_reach=data["light_reach"].astype(float),
            upper_teeth=data["upper_teeth"],
            lower_teeth=data["lower_teeth"],
            tongue=data["tongue"],
            teeth_reach=data["teeth_reach"].astype(float),
            jaw_teeth=data["jaw_teeth"].astype(float),
        )


def portrait_law(section: str) -> Mapping[str, Any]:
    """A section of ``photo.toml``, such as ``"rings"``."""
    values: Mapping[str, Any] = _law()[section]
    return values


@cache
def _law() -> dict[str, Any]:
    return asset_table("heads", "photo.toml")
