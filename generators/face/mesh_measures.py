"""Measures of a head's deformed mesh: do lips meet, does the lip touch the teeth, do lids close, does anything intersect.

All are taken on the mesh as it is drawn, corrections included, of an upright head at given shapes. They use other means than
the corrections do: pictures of depth from the front, edges that pierce triangles, distances of points on triangles.

Conventions: millimetres and square millimetres, with the eyes' centres of every character 62 mm apart (the mean of adults:
Dodgson 2004, "Variation and extrema of human interpupillary distance").

Metrics:
    * ``open_mouth``: area between the lips, seen from the front, through which teeth, tongue or the inside of the mouth show;
      0 where the lips are shut.
    * ``lip_gap``: largest distance between the lips across the mouth, seen from the front; 0 or less where they touch.
    * ``lip_to_teeth``: smallest distance between the lower lip and the upper teeth.
    * ``open_eyes``: area of each eyeball that shows from the front; 0 in a full blink.
    * ``lids_into_eyes``: how deep the outer face of a lid dips into an eyeball; 0 or less where it does not.
    * ``teeth_through_lips``, ``tongue_through_teeth``: edges of the one that pierce the other; 0 where they are apart. Counted are
      the crowns of the teeth before the molars and the lips and cheeks before them; roots sit in the gum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from generators.base import ARKIT
from generators.face.characters import character
from generators.face.render.contact_places import crowns, lip_sides
from generators.face.render.contacts import Contacts
from generators.face.render.crossing_kernels import crossings
from generators.face.render.iris import eye_globe
from generators.face.render.mesh import HeadMesh, load_mesh, ramp, split_quads, unit
from generators.face.render.pose import rotation, settled
from generators.face.render.raster_kernels import depth_pass

__all__ = ["MeshMeasures", "Posed", "mesh_measures"]

_EYES_APART = 62.0  # millimetres
_CELL = 0.3  # millimetres, of the pictures of depth
_SHOWN_CROWN = 0.5  # share of a tooth's height that can show
_BEFORE_MOLARS = 1.0  # depth in the face's unit, whose front teeth stand at 1.25 to 1.35


@dataclass(frozen=True)
class Posed:
    """A deformed head: places of its vertices ``(n, 3)`` in decimetres, and the looks of its eyes ``(2, 2)`` in radians."""

    points: np.ndarray
    looks: np.ndarray


class MeshMeasures:
    """Measures of one character's mesh.

    Args:
        name: of the character, "" for the default.

    Raises:
        UnknownNameError: there is no such character.
    """

    def __init__(self, name: str = "") -> None:
        self._who = character(name)
        self.mesh = load_mesh(self._who)
        self._contacts = Contacts(self.mesh)
        self._millimetre = _EYES_APART / (2 * float(self.mesh.eyes[0, 0]))
        self._vertices = _concerned(self.mesh, self._contacts)
        self._offsets = _offsets(self.mesh, self._vertices)
        self._inner = np.searchsorted(self._vertices, self._contacts.places.vertices)
        self._surfaces = _surfaces(self.mesh, self._contacts)
        self._edges = {name: _edges(self._surfaces[name]) for name in ("walls", "crowns", "tongue", "teeth")}

    def pose(self, weights: np.ndarray) -> Posed:
        """The mesh at weights ``(52,)``, as the renderer draws it; only what contact concerns is moved."""
        shapes, looks = settled(weights, self._who.rest)
        moved = self.mesh.base[self._vertices] + (shapes @ self._offsets).reshape(-1, 3)
        touching = np.ascontiguousarray(moved[self._inner], np.float32)
        self._contacts.correct(touching, shapes)
        moved[self._inner] = touching
        points = self.mesh.base.astype(np.float32)
        points[self._vertices] = moved
        return Posed(points, looks)

    def open_mouth(self, posed: Posed) -> float:
        """Area between the lips in square millimetres."""
        size = self.mesh.unit
        centre = np.array([0, self.mesh.mouth * size - 0.1 * size, 0])
        lips, behind = (
            self._depth(posed.points, self._surfaces[name], centre, 0.6 * size)
            for name in ("lips", "behind lips")
        )
        return float((behind > lips).sum()) * _CELL**2

    def lip_gap(self, posed: Posed) -> float:
        """Largest gap between the lips in millimetres."""
        _, _, gaps = self._contacts.lip_gaps(posed.points[self._contacts.places.vertices])
        return float(gaps.max()) * self.mesh.unit * self._millimetre

    def lip_to_teeth(self, posed: Posed) -> float:
        """Distance of the lower lip from the upper teeth in millimetres."""
        from scipy.spatial import cKDTree

        lip, teeth = (_spread(posed.points[self._surfaces[name]]) for name in ("lower lip", "front teeth"))
        return float(cKDTree(teeth).query(lip)[0].min()) * self._millimetre

    def open_eyes(self, posed: Posed) -> np.ndarray:
        """Area of each eyeball that shows in square millimetres ``(2,)``, the face's own left first."""
        mesh, shown = self.mesh, np.zeros(2)
        directions, radii, quads = eye_globe()
        globe = split_quads(quads).astype(np.int32)
        for eye, centre in enumerate(mesh.eyes):
            yaw, pitch = posed.looks[eye]
            ball = centre + directions @ rotation(pitch, yaw, 0.0).T * radii * mesh.eye_radius
            lids, ball_depth = (
                self._depth(points, triangles, centre, 1.2 * mesh.eye_radius)
                for points, triangles in ((posed.points, self._surfaces[f"eye {eye}"]), (ball, globe))
            )
            shown[eye] = (ball_depth > lids).sum() * _CELL**2
        return shown

    def lids_into_eyes(self, posed: Posed) -> float:
        """How deep a lid's outer face dips into an eyeball in millimetres."""
        deepest = -np.inf
        for eye, centre in enumerate(self.mesh.eyes):
            points = _spread(posed.points[self._surfaces[f"lids {eye}"]] - centre)
            distance = np.linalg.norm(points, axis=1)
            aim = rotation(posed.looks[eye][1], posed.looks[eye][0], 0.0)[:, 2]
            off = np.arccos(np.clip(points @ aim / distance, -1, 1))
            ball = (0.985 + 0.03 * ramp(0.46, 0.1, off)) * self.mesh.eye_radius  # as ``eye_globe`` has it
            deepest = max(deepest, float((ball - distance).max()))
        return deepest * self._millimetre

    def teeth_through_lips(self, posed: Posed) -> int:
        """How often teeth and lips or cheeks pierce each other."""
        return self._crossings(posed, "walls", "crowns")

    def tongue_through_teeth(self, posed: Posed) -> int:
        """How often tongue and teeth pierce each other."""
        return self._crossings(posed, "tongue", "teeth")

    def _crossings(self, posed: Posed, one: str, other: str) -> int:
        pairs = ((one, other), (other, one))
        return sum(int(crossings(posed.points, self._edges[a], self._surfaces[b])) for a, b in pairs)

    def _depth(
        self, points: np.ndarray, triangles: np.ndarray, centre: np.ndarray, reach: float
    ) -> np.ndarray:
        """Nearest depth from the front about a centre, 0 where there is nothing."""
        cells = int(2 * reach * self._millimetre / _CELL)
        x = ((points[:, 0] - centre[0] + reach) * self._millimetre / _CELL).astype(np.float32)
        y = ((centre[1] + reach - points[:, 1]) * self._millimetre / _CELL).astype(np.float32)
        depth = np.zeros((cells, cells), np.float32)
        depth_pass(x, y, (points[:, 2] + 10).astype(np.float32), triangles, 0, depth)
        return depth


@lru_cache(maxsize=32)
def mesh_measures(name: str = "") -> MeshMeasures:
    """The measures of a character; takes half a second the first time, and is kept."""
    return MeshMeasures(name)


def _concerned(mesh: HeadMesh, contacts: Contacts) -> np.ndarray:
    """Vertices of the mouth, of the teeth and tongue, and of the skin about mouth and eyes, sorted."""
    place = mesh.base[: mesh.surface] / mesh.unit
    face = (
        (place[:, 2] > 0.2)
        & (np.abs(place[:, 0]) < 1.0)
        & (place[:, 1] > mesh.mouth - 1.0)
        & (place[:, 1] < 0.6)
    )
    return np.union1d(np.flatnonzero(face), contacts.places.vertices)


def _offsets(mesh: HeadMesh, vertices: np.ndarray) -> np.ndarray:
    """Offsets of chosen vertices by shape, ``(52, 3 v)`` float32."""
    owners = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
    chosen = np.isin(owners, vertices)
    table = np.zeros((len(ARKIT), len(vertices), 3), np.float32)
    table[mesh.shape_numbers[chosen], np.searchsorted(vertices, owners[chosen])] = mesh.shape_offsets[chosen]
    return table.reshape(len(ARKIT), -1)


def _surfaces(mesh: HeadMesh, contacts: Contacts) -> dict[str, np.ndarray]:
    """Triangles of the surfaces that are measured, by name."""
    triangles = split_quads(mesh.quads)
    part = np.tile(mesh.part, 2)
    upper, lower = crowns(mesh)
    walls = np.isin(np.arange(len(mesh.base)), contacts.places.vertices[contacts.places.walls])
    lip = mesh.lips[triangles].max(axis=1) > 0.08
    bag = (mesh.inside[triangles].min(axis=1) > 0.5) & ~lip
    inner, outer = bag & walls[triangles].all(axis=1), (part == 0) & ~bag
    about = np.linalg.norm(mesh.base[triangles][..., :2].mean(axis=1) - [0, mesh.mouth * mesh.unit], axis=1)
    below = np.isin(triangles, lip_sides(mesh)[1]).all(axis=1)
    middle = np.abs(mesh.base[triangles, 0]).max(axis=1) < 0.15 * mesh.unit
    teeth = np.concatenate([upper.triangles, lower.triangles])
    shown = np.concatenate([_shown(mesh, upper.triangles, True), _shown(mesh, lower.triangles, False)])
    front = upper.triangles[np.abs(mesh.base[upper.triangles, 0]).max(axis=1) < 0.15 * mesh.unit]
    before = mesh.base[triangles, 2].min(axis=1) > 0.2 * mesh.unit
    found = {
        "lips": triangles[outer & (lip | (about < mesh.unit)) & before],
        "behind lips": np.concatenate([triangles[inner & (part == 0)], teeth, triangles[part == 3]]),
        "lower lip": triangles[below & middle & (part == 0)],
        "front teeth": front,
        "walls": triangles[(part == 0) & walls[triangles].all(axis=1)],
        "crowns": shown,
        "tongue": triangles[part == 3],
        "teeth": teeth,
    }
    outward = _outward(mesh)
    for eye, centre in enumerate(mesh.eyes):
        distance = np.linalg.norm(mesh.base[: mesh.surface] - centre, axis=1) / mesh.eye_radius
        near = np.zeros(len(mesh.base), bool)
        near[: mesh.surface] = distance < 2.2
        lids = np.zeros(len(mesh.base), bool)
        lids[: mesh.surface] = (
            (distance < 1.6) & (outward[eye] > 0.35) & (mesh.base[: mesh.surface, 2] > centre[2])
        )
        found[f"eye {eye}"] = triangles[(part == 0) & near[triangles].any(axis=1)]
        found[f"lids {eye}"] = triangles[(part == 0) & lids[triangles].all(axis=1)]
    return {name: np.ascontiguousarray(chosen.astype(np.int32)) for name, chosen in found.items()}


def _shown(mesh: HeadMesh, row: np.ndarray, upper: bool) -> np.ndarray:
    """Triangles of a row of teeth that can show, before the molars."""
    height = mesh.base[row, 1] if upper else -mesh.base[row, 1]
    share = (height - height.min()) / np.ptp(height)
    chosen = (share < _SHOWN_CROWN) & (mesh.base[row, 2] > _BEFORE_MOLARS * mesh.unit)
    return row[chosen.all(axis=1)]


def _outward(mesh: HeadMesh) -> np.ndarray:
    """How far the skin faces away from each eye at rest, ``(2, surface)``, -1..1."""
    triangles = split_quads(mesh.quads)
    a, b, c = (mesh.base[triangles[:, k]] for k in range(3))
    normals = np.zeros_like(mesh.base)
    for k in range(3):
        np.add.at(normals, triangles[:, k], np.cross(b - a, c - a))
    normals = unit(normals)[: mesh.surface]
    return np.stack(
        [(normals * unit(mesh.base[: mesh.surface] - centre)).sum(axis=1) for centre in mesh.eyes]
    )


def _spread(corners: np.ndarray) -> np.ndarray:
    """Points all over triangles ``(t, 3, 3)``: corners, middles of sides, and centres."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    return np.concatenate([a, b, c, (a + b) / 2, (b + c) / 2, (a + c) / 2, (a + b + c) / 3])


def _edges(triangles: np.ndarray) -> np.ndarray:
    """The edges of triangles, each once."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs.sort(axis=1)
    return np.unique(pairs, axis=0)
