"""Leave out the cards of hair that are never seen: most lie below others from every side that the head shows.

Hair turns with the head as one piece, and the head turns within limits, so what no grid of turns shows is left out once
instead of being tested in every picture.
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

__all__ = ["without_unseen_hair"]

_SAMPLES, _BAND = 1024, 16  # as fine as a picture of 512 pixels
_DISTANCE, _FOCAL = 10.6, 3300.0  # decimetres to the viewer; focal length in samples: the head fills the view
_SIDES, _HEIGHTS = 7, 5  # turns to the side and up that are tried
_LEAST = 8  # samples, two pixels of 512: what shows less from every side is not missed


def without_unseen_hair(model: HeadModel) -> HeadModel:
    """The model without the hair that neither the viewer nor the key lamp sees in any turn of the head."""
    pitch, yaw, _ = np.radians(motion("head")["limit"])
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
        shown = pool.map(partial(_seen, model), (turns, [towards @ turn for turn in turns[::2]]))
        kept, lit = (~hair | seen for seen in shown)
    kept |= beard
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
        shadow_triangles=np.ascontiguousarray(cast[whole]),
    )


def _seen(model: HeadModel, turns: Iterable[np.ndarray]) -> np.ndarray:
    """Whether each triangle is hair of which one of the turns shows two pixels, ``(t,)``."""
    points = np.concatenate(
        [model.base, np.zeros((model.hair_start - len(model.base), 3)), model.hair.points]
    )
    head = np.ones(len(points), bool)  # the body does not turn with the head, so it hides nothing here
    head[: len(model.base)] = model.head_share > 0.5
    chosen = np.flatnonzero(
        (model.material >= HAIR) | ((model.material == SKIN) & head[model.triangles].all(axis=1))
    )
    shown = np.zeros(len(model.triangles), bool)
    shown[chosen] = _Views(model, chosen).shown(points.astype(np.float32), turns)
    return shown & (model.material >= HAIR)


class _Views:
    """Looks at chosen triangles of a model from several sides."""

    def __init__(self, model: HeadModel, chosen: np.ndarray) -> None:
        self._model = model
        self._triangles = np.ascontiguousarray(model.triangles[chosen])
        self._material = model.material[chosen]

    def shown(self, points: np.ndarray, turns: Iterable[np.ndarray]) -> np.ndarray:
        """Whether each chosen triangle is the nearest at so many samples in some turn."""
        model, count = self._model, len(self._triangles)
        x, y, inverse_depth = (np.zeros(len(points), np.float32) for _ in range(3))
        depth, seen = (np.zeros((_SAMPLES, _SAMPLES), kind) for kind in (np.float32, np.int32))
        first, last = (np.zeros(count, np.int16) for _ in range(2))
        starts, listed = np.zeros(_SAMPLES // _BAND + 1, np.int64), np.zeros(8 * count, np.int32)
        found = np.zeros(count, bool)
        middle = np.float32(_SAMPLES / 2)
        for turn in turns:
            turned = (points - model.pivot) @ turn.T.astype(np.float32) + model.pivot
            project(
                turned, np.float32(_FOCAL), middle, middle, np.float32(0), np.float32(_DISTANCE), x, y, inverse_depth
            )  # fmt: skip
            band_triangles(
                x, y, self._triangles, self._material, _SAMPLES, _SAMPLES, _BAND, first, last, starts, listed
            )
            visible(
                x, y, inverse_depth, self._triangles, self._material, model.static, model.hair.texture, starts,
                listed, _BAND, 0, _SAMPLES // _BAND, depth, seen,
            )  # fmt: skip
            found |= np.bincount(seen[seen >= 0], minlength=count) >= _LEAST
        return found
