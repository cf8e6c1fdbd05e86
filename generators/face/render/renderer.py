"""Pictures of a head model. One ``Renderer`` draws one size; it reuses its buffers from picture to picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from generators.base import ARKIT
from generators.face.render import layout
from generators.face.render.geometry_kernels import (
    deform,
    hair_light,
    lamp_places,
    place_hair,
    project,
    quad_normals,
    shadowed,
    stand_upright,
    vertex_normals,
)
from generators.face.render.lamps import LAMPS
from generators.face.render.mesh import ramp, unit
from generators.face.render.model import HeadModel
from generators.face.render.model_store import keep, kept
from generators.face.render.picture_kernels import blend_lashes, blend_lenses, resolve
from generators.face.render.pose import rotation, settled
from generators.face.render.raster_kernels import band_triangles, depth_pass, visible
from generators.face.render.stage import camera, plain_light
from generators.face.render.unseen import sides_shown
from generators.face.render.wrinkles import crease_strengths, resting_creases

__all__ = ["Renderer"]

_BAND = 16  # rows of samples in a band
_VIEW_DISTANCE = 9.6  # decimetres at which the picture is as high as the camera says
_FACE_DEPTH = 1.1  # decimetres; the middle of the picture is kept at this depth
_CAMERA = (-0.15, 10.6)  # height of the eye point in the face's unit, its depth in decimetres
_SHADOW_SIZE, _SHADOW_EXTENT = 192, 4.4
_BIAS = (0.055, 0.10)  # decimetres by which skin and hair do not shade themselves
_BREATH_LIFT = 0.03  # decimetres the chest rises
_LASH_GREY = 14.0
_UPPER = [ARKIT.index("mouthUpperUpLeft"), ARKIT.index("mouthUpperUpRight")]
_LOOKING = Lock()


@dataclass
class _Buffers:
    """Arrays that are written anew for each picture."""

    points: np.ndarray
    moving: np.ndarray
    normals: np.ndarray
    x: np.ndarray
    y: np.ndarray
    inverse_depth: np.ndarray
    lamp: tuple[np.ndarray, np.ndarray, np.ndarray]
    depth: np.ndarray
    seen: np.ndarray
    first_band: np.ndarray
    last_band: np.ndarray
    starts: np.ndarray
    listed: np.ndarray


class Renderer:
    """Draws a head model.

    Args:
        model: the character.
        size: (width, height) of the pictures in pixels. The head fills the largest square that stands at the bottom.
        view: name of the camera, see ``stage``.
    """

    def __init__(self, model: HeadModel, size: tuple[int, int], view: str = "") -> None:
        self._model, self._size = model, size
        width, height = size[0] * 2, -(-size[1] * 2 // _BAND) * _BAND
        self._buffers = _buffers(model, width, height)
        self._static = model.static.copy()
        square = 2 * min(size)
        frame, size_of_face = camera(view), model.mesh.unit
        self._focal = square * _VIEW_DISTANCE / (frame.height * size_of_face)
        shift = (frame.middle - _CAMERA[0]) * size_of_face * self._focal / (_CAMERA[1] - _FACE_DEPTH)
        self._centre = (size[0], 2 * size[1] - square / 2 + shift)
        self._furrows = resting_creases(model.who.furrows)
        self._rest_gap = self._lip_gap(model.base, np.eye(3, dtype=np.float32), np.zeros(3, np.float32))
        self._openness = self._sky()
        self._lay_openness()

    @property
    def model(self) -> HeadModel:
        """The character that is drawn."""
        return self._model

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures."""
        return self._size

    def draw(
        self,
        weights: np.ndarray,
        pose: np.ndarray,
        breath: float,
        flush: tuple[float, float, float] = (0.0, 0.0, 0.0),
        light: np.ndarray | None = None,
    ) -> np.ndarray:
        """A picture ``(height, width, 4)`` uint8 RGBA with straight alpha.

        Args:
            weights: shapes ``(52,)`` in the order of ``ARKIT``, 0..1.
            pose: ``(6,)``: x, y, z in metres; pitch, yaw, roll in radians, signs as in ``HeadMotion``.
            breath: 0 empty to 1 full.
            flush: blush, tears and sweat, 0..1.
            light: factors of the lamps ``(4, 3)`` as ``stage.mood_light`` gives them; None for a plain light.
        """
        model, made = self._model, self._buffers
        shapes, looks = settled(weights, model.who.rest)
        turn = rotation(*pose[3:])
        move = (pose[:3] * 10).astype(np.float32)
        lids = self._shape(shapes, looks, turn, move, breath)
        self._light(turn)
        project(made.points, *self._projection(), made.x, made.y, made.inverse_depth)
        self._rasterise(sides_shown(pose[3:]))
        lamps = np.concatenate([LAMPS, plain_light() if light is None else light]).astype(np.float32)
        return self._resolve(shapes, turn, move, lids, np.clip(flush, 0, 1), lamps)

    def _projection(self) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32]:
        """Focal length in samples, the picture's centre, height and depth of the eye point."""
        camera_y = np.float32(_CAMERA[0] * self._model.mesh.unit)
        return (
            np.float32(self._focal),
            np.float32(self._centre[0]),
            np.float32(self._centre[1]),
            camera_y,
            np.float32(_CAMERA[1]),
        )

    def landmarks(self, weights: np.ndarray, pose: np.ndarray, vertices: np.ndarray) -> np.ndarray:
        """Where vertices of the mesh fall in the picture, ``(n, 2)`` pixels from the top left.

        Args:
            weights: shapes ``(52,)``.
            pose: ``(6,)`` as in ``draw``.
            vertices: numbers of vertices.
        """
        self.draw(weights, pose, 0.5)
        return np.stack([self._buffers.x[vertices], self._buffers.y[vertices]], axis=1) / 2

    def _shape(
        self, shapes: np.ndarray, looks: np.ndarray, turn: np.ndarray, move: np.ndarray, breath: float
    ) -> np.ndarray:
        """Put all vertices in place; gives the heights of the lids in eye radii, ``(2, 2)``."""
        model, mesh, made = self._model, self._model.mesh, self._buffers
        lift = np.float32(_BREATH_LIFT * (breath - 0.5))
        deform(
            model.base, shapes, mesh.shape_starts, mesh.shape_numbers, mesh.shape_offsets, model.head_share, turn, model.pivot,
            move, lift, model.regions, np.minimum(crease_strengths(shapes) + self._furrows, np.float32(1.3)), made.points, made.moving,
        )  # fmt: skip
        model.contacts.settle(made.points, shapes, turn, model.pivot, move)
        quad_normals(made.points, mesh.quads, made.normals)
        vertex_normals(made.normals, model.quad_starts, model.quads_at, made.moving)
        directions, radii = model.globe
        lids = np.zeros((2, 2), np.float32)
        for eye in (0, 1):
            yaw, pitch = looks[eye]
            aimed = directions @ rotation(pitch, yaw, 0.0).T
            rows = slice(
                model.eye_start + eye * len(directions), model.eye_start + (eye + 1) * len(directions)
            )
            self._static[rows, layout.LIPS], self._static[rows, layout.CLOTH_EDGE] = aimed[:, 1], aimed[:, 0]
            globe = mesh.eyes[eye] + aimed * radii * mesh.eye_radius
            made.points[rows] = (globe - model.pivot) @ turn.T + model.pivot + move
            made.moving[rows, :3] = aimed @ turn.T
            upper, lower = (
                self._unturned(made.points, edge, turn, move)[:, 1] for edge in model.lid_edges[eye]
            )
            lids[eye] = upper.min() / mesh.eye_radius, lower.max() / mesh.eye_radius
        frame = slice(model.frame_start, model.hair_start)
        made.points[frame] = (model.glasses.points - model.pivot) @ turn.T + model.pivot + move
        made.moving[frame, :3] = model.glasses.normals @ turn.T
        place_hair(
            model.hair.points, model.hair_share, model.hair.anchors, model.base, turn, model.pivot, move, lift, model.hair_start,
            made.points,
        )  # fmt: skip
        return lids

    def _light(self, turn: np.ndarray) -> None:
        """Shadow of the key lamp on all vertices, and light on the hair."""
        model, made = self._model, self._buffers
        light, depth_map = self._lamp_view(
            LAMPS[0], _SHADOW_SIZE, _SHADOW_EXTENT, np.array([0, -0.4, 0.5]), model.shadow_triangles
        )
        lit, hair = made.moving[:, layout.SHADOW], model.hair_start
        shadowed(made.points, 0, hair, light, depth_map, np.float32(_BIAS[0]), lit)
        shadowed(made.points, hair, len(made.points), light, depth_map, np.float32(_BIAS[1]), lit)
        hair_light(
            made.points, hair, model.hair.frames, model.hair.variation, turn, LAMPS[:3].astype(np.float32),
            np.float32(_CAMERA[0] * model.mesh.unit), np.float32(_CAMERA[1]), self._static, made.moving,
        )  # fmt: skip

    def _rasterise(self, shown: np.uint64) -> None:
        """Find the nearest triangle at each sample, looking from some sides."""
        model, made = self._model, self._buffers
        height, width = made.depth.shape
        band_triangles(
            made.x, made.y, model.triangles, model.material, model.sides, shown, width, height, _BAND, made.first_band, made.last_band,
            made.starts, made.listed,
        )  # fmt: skip
        visible(
            made.x, made.y, made.inverse_depth, model.triangles, model.material, self._static, model.hair.texture,
            made.starts, made.listed, _BAND, made.depth, made.seen,
        )  # fmt: skip

    def _resolve(
        self,
        shapes: np.ndarray,
        turn: np.ndarray,
        move: np.ndarray,
        lids: np.ndarray,
        flush: np.ndarray,
        lamps: np.ndarray,
    ) -> np.ndarray:
        """Colour the samples and join them to pixels."""
        model, made = self._model, self._buffers
        opened = (self._lip_gap(made.points, turn, move) - self._rest_gap) / model.mesh.unit
        mouth_light = 0.10 + 0.90 * max(
            float(ramp(0.008, 0.045, opened)), min(1.0, 2 * float(shapes[_UPPER].sum()))
        )
        view = np.array(
            [*self._centre, 1 / self._focal, model.lip_front, model.teeth_front, mouth_light, *flush],
            np.float32,
        )
        colours = np.stack([model.who.lips, model.who.hair, model.who.cloth, model.who.frame]).astype(
            np.float32
        )
        picture = np.empty((self._size[1], self._size[0], 4), np.uint8)
        look = (colours, np.ascontiguousarray(turn[:, 1]), view)
        resolve(
            made.depth, made.seen, model.triangles, model.material, made.x, made.y, made.inverse_depth, made.moving,
            self._static, model.hair.texture, (model.skin, model.creases, model.eye, model.weave), look, lamps, lids, picture,
        )  # fmt: skip
        blend_lashes(
            made.x, made.y, made.inverse_depth, model.lash_triangles, model.lashes, model.mesh.surface, made.depth, picture, _LASH_GREY
        )  # fmt: skip
        self._glaze(turn, move, picture)
        return picture

    def _glaze(self, turn: np.ndarray, move: np.ndarray, picture: np.ndarray) -> None:
        """Lay the lenses of the glasses over a picture."""
        model, made = self._model, self._buffers
        glass = model.glasses
        if not len(glass.lens_points):
            return
        points = ((glass.lens_points - model.pivot) @ turn.T + model.pivot + move).astype(np.float32)
        x, y, near = (np.zeros(len(points), np.float32) for _ in range(3))
        project(points, *self._projection(), x, y, near)
        glint = float(np.clip(-0.55 + 1.8 * turn[0, 2] + 1.2 * turn[1, 2], -1.6, 1.6))
        blend_lenses(x, y, near, glass.lens_triangles, glass.lens_places, glint, made.depth, picture)

    def _unturned(
        self, points: np.ndarray, vertices: np.ndarray, turn: np.ndarray, move: np.ndarray
    ) -> np.ndarray:
        """Some vertices in the head's own frame."""
        upright = np.empty((len(vertices), 3), np.float32)
        stand_upright(points, vertices, turn, self._model.pivot, move, upright)
        return upright

    def _lip_gap(self, points: np.ndarray, turn: np.ndarray, move: np.ndarray) -> float:
        """Mean height of the upper above the lower lip in the middle of the mouth, decimetres."""
        upper, lower = (
            self._unturned(points, edge, turn, move)[:, 1].mean() for edge in self._model.lip_edges
        )
        return float(upper - lower)

    def _lamp_view(
        self, towards: np.ndarray, size: int, extent: float, centre: np.ndarray, triangles: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Projection ``(12,)`` and depth map ``(size, size)`` of a lamp in a direction."""
        forward = unit(np.asarray(towards, float))
        right = unit(np.cross([0, 1, 0], forward))
        upward = np.cross(forward, right)
        scale = size / extent
        rows = np.concatenate(
            [
                right * scale,
                [size / 2 - right @ centre * scale],
                -upward * scale,
                [size / 2 + upward @ centre * scale],
                forward,
                [100.0],
            ]
        ).astype(np.float32)
        made = self._buffers
        lamp_places(made.points, rows, *made.lamp)
        depth_map = np.zeros((size, size), np.float32)
        depth_pass(*made.lamp, triangles, len(self._model.mesh.coarse_triangles), depth_map)
        return rows, depth_map

    def _sky(self) -> np.ndarray:
        """Share of the sky that each vertex sees at rest, ``(n,)``."""
        return _sky_of(self._model)

    def _lay_openness(self) -> None:
        """Write the share of the sky into the static table."""
        model, openness = self._model, self._openness
        surface = len(model.base)
        skin = 0.14 + 0.86 * openness[:surface]
        inside = self._static[:surface, layout.INSIDE] > 0.5
        self._static[:surface, layout.OCCLUSION] = np.where(inside, np.maximum(skin, 0.6), skin)
        self._static[model.hair_start :, layout.OCCLUSION] *= np.clip(
            0.35 + 0.75 * openness[model.hair_start :], 0, 1
        )


def _sky_of(model: HeadModel) -> np.ndarray:
    """Share of the sky that each vertex of a model sees at rest; whoever asks while it is being found waits for it."""
    with _LOOKING:
        return _found_sky(model)


@lru_cache(maxsize=4)
def _found_sky(model: HeadModel) -> np.ndarray:
    """As above; the same for all sizes and cameras, and kept for the next start unless a user described the character."""
    known = None if model.who.own else kept(model.who, "sky")
    openness: np.ndarray = known["openness"] if known else _AtRest(model, (_BAND, _BAND))._openness
    if known is None and not model.who.own:
        keep(model.who, "sky", {"openness": openness})
    return openness


class _AtRest(Renderer):
    """Looks at the sky from a head at rest."""

    def _sky(self) -> np.ndarray:
        """Share of the sky that each vertex sees, from 60 directions, ``(n,)``."""
        model, made = self._model, self._buffers
        shapes, looks = settled(np.zeros(len(ARKIT)), model.who.rest)
        self._shape(shapes, looks, np.eye(3, dtype=np.float32), np.zeros(3, np.float32), 0.5)
        normals = made.moving[:, :3].copy()
        normals[model.hair_start :] = unit(model.hair.frames[:, 3:])
        seen, total = np.zeros(len(normals)), np.zeros(len(normals))
        for k in range(60):
            height = 1 - 1.5 * (k + 0.5) / 60
            radius = math.sqrt(max(0.0, 1 - height * height))
            direction = np.array([math.sin(k * 2.39996) * radius, height, math.cos(k * 2.39996) * radius])
            _, depth_map = self._lamp_view(direction, 144, 4.6, np.array([0, -0.4, 0.4]), model.occluders)
            x, y, z = made.lamp
            free = z + 0.06 > depth_map[np.clip(y.astype(int), 0, 143), np.clip(x.astype(int), 0, 143)]
            share = np.clip(normals @ direction, 0, 1) + 0.02
            seen += share * free
            total += share
        return np.asarray(np.clip(seen / total * 1.15, 0, 1))


def _buffers(model: HeadModel, width: int, height: int) -> _Buffers:
    """Buffers for a picture of so many samples."""
    vertices, triangles = len(model.static), len(model.triangles)
    return _Buffers(
        points=np.zeros((vertices, 3), np.float32),
        moving=np.zeros((vertices, layout.NORMAL_COLUMNS), np.float32),
        normals=np.zeros((len(model.mesh.quads), 3), np.float32),
        x=np.zeros(vertices, np.float32),
        y=np.zeros(vertices, np.float32),
        inverse_depth=np.zeros(vertices, np.float32),
        lamp=(np.zeros(vertices, np.float32), np.zeros(vertices, np.float32), np.zeros(vertices, np.float32)),
        depth=np.zeros((height, width), np.float32),
        seen=np.zeros((height, width), np.int32),
        first_band=np.zeros(triangles, np.int16),
        last_band=np.zeros(triangles, np.int16),
        starts=np.zeros(height // _BAND + 1, np.int64),
        listed=np.zeros(4 * triangles, np.int32),
    )
