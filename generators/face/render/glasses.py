"""Glasses: a frame of thin tubes fitted to a head, and two lenses. Numbers were set by eye on rendered sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generators.face.render.mesh import HeadMesh, unit

__all__ = ["SHAPES", "Glasses", "fit_glasses"]

_AROUND = 6  # sides of a tube
_RIM_POINTS = 40
_CENTRE, _HEIGHT = 0.302, -0.070  # of a lens, in the face's unit; the height is below the eyes
_THICK = {"rim": 0.0125, "temple": 0.013, "bridge": 0.0125}
_WRAP = 0.16  # by which the lenses bend around the face
_LENS_RINGS = 4


@dataclass(frozen=True)
class Shape:
    """Outline of a lens: half width and half height in the face's unit, and squareness (2 is an ellipse)."""

    half_width: float
    half_height: float
    squareness: float


SHAPES: Mapping[str, Shape] = {"round": Shape(0.220, 0.185, 2.2), "square": Shape(0.232, 0.155, 4.0)}


@dataclass(frozen=True)
class Glasses:
    """A frame and its lenses in head space.

    Args:
        points: of the frame ``(n, 3)``, decimetres.
        normals: ``(n, 3)``.
        triangles: of the frame ``(t, 3)``.
        lens_points: ``(m, 3)``.
        lens_triangles: ``(s, 3)``.
        lens_places: across and up within the lens, ``(m, 2)``, -1..1.
    """

    points: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    lens_points: np.ndarray
    lens_triangles: np.ndarray
    lens_places: np.ndarray


def fit_glasses(kind: str, mesh: HeadMesh) -> Glasses:
    """Glasses of a shape on a head; those of the kind ``""`` have no points.

    Args:
        kind: a key of ``SHAPES`` or ``""``.
        mesh: of the head at rest.
    """
    if not kind:
        return _nothing()
    shape, size = SHAPES[kind], mesh.unit
    angle = np.arange(_RIM_POINTS) * 2 * np.pi / _RIM_POINTS
    power = 2 / shape.squareness
    outline = np.stack(
        [
            shape.half_width * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power,
            shape.half_height * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power,
        ],
        axis=1,
    )
    face = mesh.base[np.unique(mesh.skin_quads)] / size
    depth = _clear_of(face, outline)
    tubes, lenses = [], []
    for side in (1, -1):
        flat = outline * [side, 1] + [side * _CENTRE, _HEIGHT]
        rim = np.c_[flat, depth - _WRAP * flat[:, 0] ** 2]
        tubes.append(_tube(rim, _THICK["rim"], closed=True))
        tubes.append(_tube(_temple(mesh, shape, depth, side), _THICK["temple"], closed=False))
        lenses.append(_lens(rim))
    tubes.append(_tube(_bridge(face, shape, depth), _THICK["bridge"], closed=False))
    points, normals, triangles = _joined(tubes)
    lens_points, lens_places, lens_triangles = _joined(lenses)
    return Glasses(
        (points * size).astype(np.float32),
        normals.astype(np.float32),
        triangles,
        (lens_points * size).astype(np.float32),
        lens_triangles,
        lens_places.astype(np.float32),
    )


def _nothing() -> Glasses:
    """No glasses."""
    places, corners = np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    return Glasses(places, places, corners, places, corners, np.zeros((0, 2), np.float32))


def _clear_of(face: np.ndarray, outline: np.ndarray) -> float:
    """Depth of the lenses' plane at the middle of the face that leaves skin and lashes free."""
    front = face[face[:, 2] > 0.4]
    deepest = 0.0
    for x, y in outline + np.array([_CENTRE, _HEIGHT]):
        near = np.hypot(np.abs(front[:, 0]) - x, front[:, 1] - y) < 0.06
        if near.any():
            deepest = max(deepest, float(front[near, 2].max()) + _WRAP * x * x)
    return deepest + 0.035


def _temple(mesh: HeadMesh, shape: Shape, depth: float, side: int) -> np.ndarray:
    """Path of the bar from a lens to behind the ear."""
    ears = mesh.base[mesh.ears > 0.5] / mesh.unit
    ears = ears[ears[:, 0] * side > 0]
    top = ears[ears[:, 1].argmax()]
    start = np.array(
        [
            side * (_CENTRE + shape.half_width + 0.01),
            _HEIGHT + 0.35 * shape.half_height,
            depth - _WRAP * (_CENTRE + shape.half_width) ** 2,
        ]
    )
    skin = np.unique(mesh.skin_quads)
    face = mesh.base[skin[mesh.ears[skin] < 0.05]] / mesh.unit
    level = np.abs(face[:, 1] - 0.5 * (start[1] + top[1])) < 0.08
    beside = face[(face[:, 0] * side > 0.3) & level & (face[:, 2] > top[2] - 0.1)]
    wide = side * (np.abs(beside[:, 0]).max() + 0.022)
    hook = np.array([wide, top[1] + 0.012, top[2] - 0.02])
    end = np.array([wide - side * 0.02, top[1] - 0.12, top[2] - 0.16])
    knee = np.array([0.5 * start[0] + 0.5 * wide, start[1], start[2] - 0.10])
    middle = np.array([wide, 0.4 * start[1] + 0.6 * hook[1], 0.55 * top[2] + 0.45 * knee[2]])
    return np.stack([start, knee, middle, hook, end])


def _bridge(face: np.ndarray, shape: Shape, depth: float) -> np.ndarray:
    """Path from lens to lens over the nose."""
    inner = _CENTRE - shape.half_width
    x = np.linspace(-inner, inner, 9)
    y = _HEIGHT + 0.30 * shape.half_height + 0.03 * (1 - (x / inner) ** 2)
    nose = face[(np.abs(face[:, 0]) < inner) & (np.abs(face[:, 1] - y.mean()) < 0.07) & (face[:, 2] > 0.4)]
    over = max(depth, float(nose[:, 2].max()) + 0.03)
    z = depth - _WRAP * inner**2 + (over - depth) * (1 - (x / inner) ** 2)
    return np.stack([x, y, z], axis=1)


def _tube(path: np.ndarray, radius: float, closed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, normals and triangles of a tube along a path ``(n, 3)``."""
    count = len(path)
    if closed:
        tangent = unit(np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0))
    else:
        tangent = unit(np.gradient(path, axis=0))
    upward = np.where(np.abs(tangent[:, 2:]) > 0.8, [[0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]])
    side = unit(np.cross(tangent, upward))
    upward = np.cross(side, tangent)
    turn = np.arange(_AROUND) * 2 * np.pi / _AROUND
    normals = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * upward[:, None]
    points = path[:, None] + radius * normals
    segments = np.arange(count if closed else count - 1)
    i, j = np.meshgrid(segments, np.arange(_AROUND), indexing="ij")
    after, beside = (i + 1) % count, (j + 1) % _AROUND
    corners = [i * _AROUND + j, i * _AROUND + beside, after * _AROUND + beside, after * _AROUND + j]
    quads = np.stack(corners, axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return _facing_out(points.reshape(-1, 3), normals.reshape(-1, 3), triangles)


def _facing_out(
    points: np.ndarray, normals: np.ndarray, triangles: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same with every triangle wound so that it is seen from outside."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    inward = (np.cross(b - a, c - a) * normals[triangles].mean(axis=1)).sum(axis=1) < 0
    return points, normals, np.where(inward[:, None], triangles[:, [0, 2, 1]], triangles)


def _lens(rim: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, places and triangles of the glass within a rim, slightly domed."""
    middle, half = rim.mean(axis=0), np.ptp(rim, axis=0) / 2
    share = np.linspace(1, 0, _LENS_RINGS + 1)[:-1]
    rings = middle + share[:, None, None] * (rim - middle)[None]
    rings[..., 2] += 0.015 * (1 - share[:, None] ** 2)
    points = np.concatenate([rings.reshape(-1, 3), middle[None] + [[0, 0, 0.015]]])
    places = (points[:, :2] - middle[:2]) / half[:2]
    count = len(rim)
    i, j = np.meshgrid(np.arange(_LENS_RINGS - 1), np.arange(count), indexing="ij")
    beside = (j + 1) % count
    quads = np.stack(
        [i * count + j, i * count + beside, (i + 1) * count + beside, (i + 1) * count + j], axis=-1
    )
    quads = quads.reshape(-1, 4)
    inner = (_LENS_RINGS - 1) * count + np.arange(count)
    fan = np.stack([inner, np.roll(inner, -1), np.full(count, len(points) - 1)], axis=1)
    return points, places, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], fan])


def _joined(
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parts of points, a table beside them and triangles, in one."""
    starts = np.cumsum([0, *(len(points) for points, _, _ in parts)])
    triangles = [corners + start for (_, _, corners), start in zip(parts, starts[:-1], strict=True)]
    return (
        np.concatenate([points for points, _, _ in parts]),
        np.concatenate([table for _, table, _ in parts]),
        np.concatenate(triangles).astype(np.int32),
    )
