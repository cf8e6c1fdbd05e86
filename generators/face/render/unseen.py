"""Leave out the cards of hair that are not seen: most lie below others from every side that the head shows, many from most.

Hair turns with the head as one piece, and the head turns within limits. So it is looked at once from a grid of turns: what none
of them shows is left out of the model, and what those around a picture's own turn do not show is left out of that picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from generators.face.render.geometry_kernels import project
from generators.face.render.lamps import LAMPS
from generators.face.render.layout import HAIR, SKIN
from generators.face.render.mesh import unit
from generators.face.render.pose import rotation
from generators.face.render.raster_kernels import band_triangles, visible
from generators.face.tables import motion

if TYPE_CHECKING:
    from generators.face.render.model import HeadModel

__all__ = ["EVERY_SIDE", "sides_shown", "without_unseen_hair"]

EVERY_SIDE = np.uint64(2**64 - 1)
"""The sides of what is drawn from everywhere, see ``HeadModel.sides``."""

_SAMPLES, _BAND = 1024, 16  # as fine as a picture of 512 pixels
_DISTANCE, _FOCAL = 10.6, 3300.0  # decimetres to the viewer; focal length in samples: the head fills the view
_SIDES, _HEIGHTS = 9, 5  # turns to the side and up that are tried; at most 64 in all, one bit each
_LAMP_EVERY = 3  # of them is tried for the lamp
_LEAST = 4  # samples, one pixel of 512: what shows less from every side is not missed


def sides_shown(angles: np.ndarray) -> np.uint64:
    """The turns of the grid around a turn of the head, as bits; all of them beyond the grid.

    Args:
        angles: pitch, yaw, roll in radians. A roll turns the picture, and shows nothing else.
    """
    pitch, yaw = _limits()
    if abs(angles[0]) > pitch or abs(angles[1]) > yaw:
        return EVERY_SIDE
    up = int(min((angles[0] / pitch + 1) / 2 * (_HEIGHTS - 1), _HEIGHTS - 2))
    side = int(min((angles[1] / yaw + 1) / 2 * (_SIDES - 1), _SIDES - 2))
    corners = ((side + i) * _HEIGHTS + up + j for i in (0, 1) for j in (0, 1))
    return np.uint64(sum(1 << corner for corner in corners))


def _limits() -> tuple[float, float]:
    """The farthest that the head turns up and to the side, radians."""
    pitch, yaw, _ = np.radians(motion("head")["limit"])
    return float(pitch), float(yaw)


def without_unseen_hair(model: HeadModel) -> HeadModel:
    """The model without the hair that neither the viewer nor the key lamp sees in any turn of the head, and its sides."""
    pitch, yaw = _limits()
    turns = [
        rotation(float(up), float(side), 0.0)
        for side in np.linspace(-yaw, yaw, _SIDES)
        for up in np.linspace(-pitch, pitch, _HEIGHTS)
    ]
    hair = model.material >= HAIR
    # A beard moves with the jaw, which the turns do not show.
    beard = (
        (model.hair.anchors[np.maximum(model.triangles - model.hair_start, 0)] >= 0).any(axis=1)
        if len(model.hair.anchors)
        else np.zeros(len(hair), bool)
    )
    right = unit(np.cross([0, 1, 0], LAMPS[0]))
    towards = np.stack([right, np.cross(LAMPS[0], right), LAMPS[0]]).astype(np.float32)
    with ThreadPoolExecutor(2) as pool:
        views = (turns, [towards @ turn for turn in turns[::_LAMP_EVERY]])
        (seen, sides), (lit, _) = pool.map(partial(_seen, model), views)
    lit |= ~hair
    kept = seen | ~hair | beard
    sides[~hair | beard] = EVERY_SIDE
    triangles = model.triangles
    # Shadows come from the coarse mesh, whose numbers are below those of hair, and from hair.
    throws = np.zeros(len(model.static), bool)
    throws[triangles[lit].ravel()] = True
    cast = model.shadow_triangles
    whole = throws[cast].all(axis=1) | (cast < model.hair_start).all(axis=1)
    return replace(
        model,
        triangles=np.ascontiguousarray(triangles[kept]),
        material=model.material[kept],
        sides=sides[kept],
        shadow_triangles=np.ascontiguousarray(cast[whole]),
    )


def _seen(model: HeadModel, turns: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each triangle is hair of which one of the turns shows a pixel ``(t,)``, and which turns show any of it, as bits."""
    points = np.concatenate(
        [model.base, np.zeros((model.hair_start - len(model.base), 3)), model.hair.points]
    )
    head = np.ones(len(points), bool)  # the body does not turn with the head, so it hides nothing here
    head[: len(model.base)] = model.head_share > 0.5
    chosen = np.flatnonzero(
        (model.material >= HAIR) | ((model.material == SKIN) & head[model.triangles].all(axis=1))
    )
    shown, sides = np.zeros(len(model.triangles), bool), np.zeros(len(model.triangles), np.uint64)
    shown[chosen], sides[chosen] = _Views(model, chosen).shown(points.astype(np.float32), turns)
    return shown & (model.material >= HAIR), sides


class _Views:
    """Looks at chosen triangles of a model from several sides."""

    def __init__(self, model: HeadModel, chosen: np.ndarray) -> None:
        self._model = model
        self._triangles = np.ascontiguousarray(model.triangles[chosen])
        self._material = model.material[chosen]

    def shown(self, points: np.ndarray, turns: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Whether each chosen triangle is the nearest at so many samples in some turn, and the turns in which it is at any, as bits."""
        model, count = self._model, len(self._triangles)
        x, y, inverse_depth = (np.zeros(len(points), np.float32) for _ in range(3))
        depth, seen = (np.zeros((_SAMPLES, _SAMPLES), kind) for kind in (np.float32, np.int32))
        first, last = (np.zeros(count, np.int16) for _ in range(2))
        starts, listed = np.zeros(_SAMPLES // _BAND + 1, np.int64), np.zeros(8 * count, np.int32)
        found, sides, everything = (
            np.zeros(count, bool),
            np.zeros(count, np.uint64),
            np.full(count, EVERY_SIDE),
        )
        middle = np.float32(_SAMPLES / 2)
        for number, turn in enumerate(turns):
            turned = (points - model.pivot) @ turn.T.astype(np.float32) + model.pivot
            project(
                turned, np.float32(_FOCAL), middle, middle, np.float32(0), np.float32(_DISTANCE), x, y, inverse_depth
            )  # fmt: skip
            band_triangles(
                x, y, self._triangles, self._material, everything, EVERY_SIDE, _SAMPLES, _SAMPLES, _BAND, first, last,
                starts, listed,
            )  # fmt: skip
            visible(
                x, y, inverse_depth, self._triangles, self._material, model.static, model.hair.texture, starts,
                listed, _BAND, depth, seen,
            )  # fmt: skip
            samples = np.bincount(seen[seen >= 0], minlength=count)
            found |= samples >= _LEAST
            sides |= (samples > 0).astype(np.uint64) << np.uint64(number)
        return found, sides
