"""Where a head touches itself: lips, teeth, tongue and lids, found in its mesh at rest by masks and geometry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from generators.face.render.mesh import HeadMesh, ramp, split_quads, unit

__all__ = ["WIDEST", "Places", "Teeth", "crowns", "find_places", "lip_sides"]

WIDEST = np.float32(np.radians(90.0))
"""Azimuth about the axis behind the teeth at which maps of them end."""

_CROWN = 0.70  # share of a tooth's height that shows; the rest sits in the gum, which may touch the cheeks
_LID_GAP, _LID_REACH = 1.07, 1.6  # in eye radii: skin so near the centre at rest is kept so far off it
_LID_LEAST = 1.03  # the outer face of a lid stays at least so far off, even if it lies nearer at rest
_LIP = 0.08  # of the mask, so that the corners belong to the lips
_LIFT = 0.6  # share of a closing that the lower lip takes


@dataclass(frozen=True)
class Teeth:
    """A row of teeth.

    Args:
        triangles: of all of it ``(t, 3)``.
        crown: those that show.
        edge: vertices whose mean height is that of the biting edge of the incisors.
    """

    triangles: np.ndarray
    crown: np.ndarray
    edge: np.ndarray


@dataclass(frozen=True)
class Places:
    """The parts of a head that touch each other, numbered as in ``vertices``.

    Args:
        vertices: of the mesh, that contact concerns.
        unit: the face's own, decimetres.
        axis: depth of the upright axis behind the teeth.
        walls: lips and cheeks outside the teeth.
        wall_edges: edges between them ``(e, 2)``.
        tongue: its front.
        upper: row of teeth.
        lower: row of teeth.
        lips: triangles of the upper and of the lower lip.
        around: vertices of and around the lips.
        share: of a closing that each takes, upwards.
        below: of ``around``, those of and around the lower lip.
        tuck: how far each of them goes along with the lip to the teeth.
        rim: vertices of the middle of the lower lip.
        eyes: for each eye, vertices over it and how far from its centre they must stay.
        centres: of the eyes ``(2, 3)``.
    """

    vertices: np.ndarray
    unit: float
    axis: np.float32
    walls: np.ndarray
    wall_edges: np.ndarray
    tongue: np.ndarray
    upper: Teeth
    lower: Teeth
    lips: tuple[np.ndarray, np.ndarray]
    around: np.ndarray
    share: np.ndarray
    below: np.ndarray
    tuck: np.ndarray
    rim: np.ndarray
    eyes: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    centres: np.ndarray


def find_places(mesh: HeadMesh) -> Places:
    """The places of a head, found in its mesh at rest."""
    upper, lower = crowns(mesh)
    axis = float(mesh.base[mesh.teeth, 2].min()) - 0.06 * mesh.unit
    walls = _walls(mesh, upper, lower, axis)
    around, share, tuck, sides = _around_lips(mesh, axis)
    tongue = mesh.tongue[mesh.base[mesh.tongue, 2] > axis]
    eyes = [_over_eye(mesh, side) for side in (0, 1)]
    below = around[share > 0]
    rim = sides[1][np.abs(mesh.base[sides[1], 0]) < 0.11 * mesh.unit]
    parts = [
        walls,
        tongue,
        around,
        rim,
        *(v for v, _ in eyes),
        *(t.triangles for t in (upper, lower)),
        *_lips(mesh, sides),
    ]
    vertices = np.unique(np.concatenate([part.ravel() for part in parts]))

    def local(numbers: np.ndarray) -> np.ndarray:
        return np.searchsorted(vertices, numbers).astype(np.int32)

    above_lip, lower_lip = _lips(mesh, sides)
    return Places(
        vertices=vertices,
        unit=mesh.unit,
        axis=np.float32(axis),
        walls=local(walls),
        wall_edges=local(_edges_among(mesh, walls)),
        tongue=local(tongue),
        upper=Teeth(local(upper.triangles), local(upper.crown), local(upper.edge)),
        lower=Teeth(local(lower.triangles), local(lower.crown), local(lower.edge)),
        lips=(local(above_lip), local(lower_lip)),
        around=local(around),
        share=np.where(share > 0, _LIFT * share, (1 - _LIFT) * share).astype(np.float32),
        below=local(below),
        tuck=tuck[share > 0].astype(np.float32),
        rim=local(rim),
        eyes=((local(eyes[0][0]), eyes[0][1]), (local(eyes[1][0]), eyes[1][1])),
        centres=mesh.eyes.astype(np.float32),
    )


def crowns(mesh: HeadMesh) -> tuple[Teeth, Teeth]:
    """The upper and the lower row of teeth, in the mesh's own numbers."""
    triangles = split_quads(mesh.quads[mesh.part == 2])
    middle = np.median(mesh.base[mesh.teeth, 1])
    rows = []
    for upper in (True, False):
        row = triangles[(mesh.base[triangles, 1].mean(axis=1) > middle) == upper]
        height = mesh.base[:, 1] if upper else -mesh.base[:, 1]
        bite = height[row].min()
        share = (height - bite) / np.ptp(height[np.unique(row)])
        front = np.unique(row)
        front = front[np.abs(mesh.base[front, 0]) < 0.08 * mesh.unit]
        edge = front[np.argsort(height[front])[:8]]
        rows.append(Teeth(row, row[(share[row] < _CROWN).all(axis=1)], edge))
    return rows[0], rows[1]


def lip_sides(mesh: HeadMesh) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of the upper and of the lower lip: each belongs to the one whose middle is nearer along the lips."""
    lips = np.flatnonzero(mesh.lips[: mesh.surface] > _LIP)
    number = np.full(mesh.surface, -1)
    number[lips] = np.arange(len(lips))
    quads = mesh.skin_quads
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    pairs = number[pairs]
    pairs = pairs[(pairs >= 0).all(axis=1)]
    middle = lips[np.abs(mesh.base[lips, 0]) < 0.02 * mesh.unit]
    seeds = (middle[mesh.base[middle, 1].argmax()], middle[mesh.base[middle, 1].argmin()])
    steps = [_steps(len(lips), pairs, int(number[seed])) for seed in seeds]
    return lips[steps[0] <= steps[1]], lips[steps[0] > steps[1]]


def _steps(count: int, pairs: np.ndarray, seed: int) -> np.ndarray:
    """Length of the shortest way along edges from a vertex to each, ``(count,)``."""
    distance = np.full(count, count)
    distance[seed] = 0
    while True:
        nearer = distance.copy()
        for a, b in ((0, 1), (1, 0)):
            np.minimum.at(nearer, pairs[:, a], distance[pairs[:, b]] + 1)
        if np.array_equal(nearer, distance):
            return distance
        distance = nearer


def _lips(mesh: HeadMesh, sides: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of the upper and of the lower lip."""
    triangles = split_quads(mesh.skin_quads)
    found = []
    for side in sides:
        belongs = np.zeros(len(mesh.base), bool)
        belongs[side] = True
        found.append(triangles[belongs[triangles].all(axis=1)])
    return found[0], found[1]


def _arch(mesh: HeadMesh, axis: float, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Azimuth and distance from the axis of vertices."""
    x, z = mesh.base[numbers, 0], mesh.base[numbers, 2] - axis
    return np.arctan2(x, z), np.hypot(x, z)


def _edges_among(mesh: HeadMesh, vertices: np.ndarray) -> np.ndarray:
    """Edges of the skin's triangles with both ends among vertices, each once, ``(e, 2)``."""
    belongs = np.zeros(len(mesh.base), bool)
    belongs[vertices] = True
    triangles = split_quads(mesh.skin_quads)
    pairs = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    return np.unique(np.sort(pairs[belongs[pairs].all(axis=1)], axis=1), axis=0)


def _walls(mesh: HeadMesh, upper: Teeth, lower: Teeth, axis: float) -> np.ndarray:
    """Skin of lips and cheeks that lies outside the teeth at rest."""
    skin = np.flatnonzero((mesh.lips[: mesh.surface] > 0.02) | (mesh.inside[: mesh.surface] > 0.02))
    azimuth, radius = _arch(mesh, axis, np.unique(np.concatenate([upper.crown, lower.crown])))
    edges = np.linspace(-WIDEST, WIDEST, 41)
    middle = (edges[1:] + edges[:-1]) / 2
    inner, outer = (
        np.array([pick(radius[(azimuth > a) & (azimuth < b)], initial=start) for a, b in pairwise(edges)])
        for pick, start in ((np.min, 10.0), (np.max, 0.0))
    )  # fmt: skip
    there = outer > 0
    bound = np.interp(middle, middle[there], ((inner + outer) / 2)[there])
    place, distance = _arch(mesh, axis, skin)
    return skin[distance > np.interp(place, middle, bound)]


def _around_lips(
    mesh: HeadMesh, axis: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Vertices around the lips with their shares of a closing (below 0 of the upper lip) and of a tuck; the lips' vertices."""
    sides = lip_sides(mesh)
    lips, size = np.concatenate(sides), mesh.unit
    half = float(np.abs(mesh.base[lips, 0]).max())
    seam = _seam(mesh, sides)
    place = mesh.base[: mesh.surface]
    away = np.abs(place[:, 1] - np.interp(np.abs(place[:, 0]), *seam)) / size
    beyond = np.maximum(np.abs(place[:, 0]) - half, 0) / size
    _, radius = _arch(mesh, axis, np.arange(mesh.surface))
    near = (away < 0.2) & (beyond < 0.06) & (radius > 0.33 * size) & (place[:, 2] > axis + 0.28 * size)
    near &= np.isin(np.arange(mesh.surface), np.unique(mesh.skin_quads))
    around = np.flatnonzero(near)
    side = np.repeat([-1.0, 1.0], [len(sides[0]), len(sides[1])])
    # Compared one with one: some hundred thousand distances take less time than importing a search tree.
    here, there = mesh.base[around], mesh.base[lips]
    nearest = sum((here[:, None, k] - there[:, k]) ** 2 for k in range(3)).argmin(axis=1)
    fading = (1 - ramp(0.05, 0.19, away[around])) * (1 - ramp(0.0, 0.05, beyond[around]))
    across = 1 - ramp(0.4 * half, 0.95 * half, np.abs(place[around, 0]))
    return around, side[nearest] * fading, across * fading, sides


def _seam(mesh: HeadMesh, sides: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Height of the seam between the lips by distance from the middle: distances and heights."""
    upper, lower = (mesh.base[side] for side in sides)
    half = max(np.abs(upper[:, 0]).max(), np.abs(lower[:, 0]).max())
    at = np.linspace(0, 0.9 * half, 10)
    width = 0.07 * half
    heights = [
        (upper[np.abs(np.abs(upper[:, 0]) - x) < width, 1].min() + lower[np.abs(np.abs(lower[:, 0]) - x) < width, 1].max()) / 2
        for x in at
    ]  # fmt: skip
    return at, np.array(heights)


def _over_eye(mesh: HeadMesh, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Skin over an eyeball at rest, and the least distance of each vertex from its centre, decimetres.

    The inner face of the lids dips into the ball, so that no gap shows; only what faces outwards is kept off.
    """
    offset = mesh.base[: mesh.surface] - mesh.eyes[side]
    distance = np.linalg.norm(offset, axis=1) / mesh.eye_radius
    outward = (_normals(mesh)[: mesh.surface] * unit(offset)).sum(axis=1)
    over = (distance < _LID_REACH) & (offset[:, 2] > 0) & ((distance > 1) | (outward > 0.35))
    chosen = np.flatnonzero(over)
    least = np.minimum(distance[chosen], _LID_GAP)
    least = np.where(outward[chosen] > 0.35, np.maximum(least, _LID_LEAST), least)
    return chosen, (least * mesh.eye_radius).astype(np.float32)


def _normals(mesh: HeadMesh) -> np.ndarray:
    """Normals of the vertices at rest ``(n, 3)``."""
    triangles = split_quads(mesh.quads)
    a, b, c = (mesh.base[triangles[:, k]] for k in range(3))
    normals = np.zeros_like(mesh.base)
    for k in range(3):
        np.add.at(normals, triangles[:, k], np.cross(b - a, c - a))
    return unit(normals)
