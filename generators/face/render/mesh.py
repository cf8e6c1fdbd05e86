"""The head's mesh for one identity: subdivided, with its blend shapes by vertex, and the places that others need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from conditioning.assets import asset, asset_table
from generators.base import ARKIT
from generators.face.characters import Character, character
from generators.face.sliders import target_weights
from generators.face.tables import shape_vector

__all__ = ["HeadMesh", "by_key", "load_mesh", "ramp", "split_quads", "unit"]

_SKIN, _TEETH, _TONGUE, _LASH = 0, 2, 3, 5  # material numbers of head.npz
_EYE_POINTS = 72  # vertices of an eyeball in head.npz
_EYE_DEPTH = 1.10  # decimetres; the eyes' centres are put at this depth and at height 0
_EYE_SPACING = 0.285  # half the distance of the eyes is so many of the face's own unit
_TEETH_DROP = (
    0.058,
    0.045,
)  # upper and lower teeth are lowered so far, in the face's unit, to show as people's do
_FAINTEST = 2e-4  # decimetres; smaller offsets of a shape are dropped


@dataclass(frozen=True)
class HeadMesh:
    """A head at rest. Decimetres; x to the picture's right, y up, z towards the viewer; eyes at height 0.

    Args:
        base: positions ``(n, 3)``: of the surface, then of the lashes.
        surface: how many belong to the surface.
        quads: of the surface ``(f, 4)``.
        part: skin, teeth or tongue, ``(f,)``, numbered as in head.npz.
        lash_quads: of the lashes.
        coarse_triangles: of skin and teeth before subdivision, whose vertices are the first of ``base``.
        shape_starts: ``(n + 1,)`` into the next two.
        shape_numbers: shape of each entry.
        shape_offsets: its offset at weight 1 ``(entries, 3)``.
        unit: the face's own unit in decimetres; all proportions are given in it.
        eyes: centres of the eyeballs ``(2, 3)``, the face's own left first.
        eye_radius: decimetres.
        lips: how far a vertex is lip, ``(n,)``, 0..1; so ``inside`` the mouth, and ``ears``.
        inside: see above.
        ears: see above.
        mouth: height of the mouth in the face's unit.
        nose: height of the tip of the nose in the face's unit.
    """

    base: np.ndarray
    surface: int
    quads: np.ndarray
    part: np.ndarray
    lash_quads: np.ndarray
    coarse_triangles: np.ndarray
    shape_starts: np.ndarray
    shape_numbers: np.ndarray
    shape_offsets: np.ndarray
    unit: float
    eyes: np.ndarray
    eye_radius: float
    lips: np.ndarray
    inside: np.ndarray
    ears: np.ndarray
    mouth: float
    nose: float

    def vertices_of(self, part: int) -> np.ndarray:
        """Vertices of a part, sorted."""
        return np.unique(self.quads[self.part == part])

    @property
    def skin_quads(self) -> np.ndarray:
        """Quads of the skin."""
        return self.quads[self.part == _SKIN]

    @property
    def teeth(self) -> np.ndarray:
        """Vertices of the teeth."""
        return self.vertices_of(_TEETH)

    @property
    def tongue(self) -> np.ndarray:
        """Vertices of the tongue."""
        return self.vertices_of(_TONGUE)


def ramp(low: float | np.ndarray, high: float | np.ndarray, x: np.ndarray | float) -> np.ndarray:
    """0 below ``low``, 1 above ``high`` (which may be the lower), smooth between."""
    t = np.clip((np.asarray(x) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors ``(…, 3)`` brought to length 1."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def split_quads(quads: np.ndarray) -> np.ndarray:
    """Two triangles for each quad, ``(2f, 3)``."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def by_key(keys: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Entries sorted by key: where each of ``count`` keys starts, ``(count + 1,)``, and the order of the entries."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))])
    return starts, np.argsort(keys, kind="stable")


def load_mesh(who: Character | str) -> HeadMesh:
    """The mesh of a character, or of the one of that name, summed up from the targets of ``assets/heads/head.npz``."""
    with np.load(asset("heads", "head.npz")) as archive:
        data = dict(archive)
    weights = target_weights((character(who) if isinstance(who, str) else who).person)
    coarse, eyes, radius, size = _placed(data, weights)
    quads, material = data["quads"].astype(int), data["material"]
    lash_quads = quads[material == _LASH]
    lash_vertices = np.unique(lash_quads)
    fine = _subdivision(data, len(coarse), lash_vertices)
    masks = np.stack([data[f"mask_{name}"] / 255.0 for name in ("lips", "inside_mouth", "ears")], axis=1)
    base = (fine @ coarse).astype(np.float32)
    lips, inside, ears = (fine @ masks).astype(np.float32).T
    surface = fine.shape[0] - len(lash_vertices)
    starts, numbers, offsets = _shapes(data, fine, len(coarse))
    mouth = float(base[lips > 0.6][:, 1].mean() / size)
    middle = base[(np.abs(base[:, 0]) < 0.05) & (base[:, 1] < -0.1) & (base[:, 1] / size > mouth)]
    return HeadMesh(
        base=base,
        surface=surface,
        quads=data["fine_quads"].astype(np.int32),
        part=np.repeat(material[material != _LASH], 4),
        lash_quads=np.searchsorted(lash_vertices, lash_quads) + surface,
        coarse_triangles=split_quads(quads[(material == _SKIN) | (material == _TEETH)]).astype(np.int32),
        shape_starts=starts,
        shape_numbers=numbers,
        shape_offsets=offsets,
        unit=size,
        eyes=eyes,
        eye_radius=radius,
        lips=lips,
        inside=inside,
        ears=ears,
        mouth=mouth,
        nose=float(middle[middle[:, 2].argmax(), 1] / size),
    )


def _placed(
    data: Mapping[str, np.ndarray], weights: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Coarse vertices with the eyes at height 0 and the teeth lowered, eye centres, eye radius, the face's unit."""
    vertices = _summed(data, weights)
    balls = np.split(vertices[-2 * _EYE_POINTS :], 2)
    left, right = (_fit_sphere(ball) for ball in balls)
    vertices = vertices[: -2 * _EYE_POINTS] - np.array([0, left[1], left[2] - _EYE_DEPTH], np.float32)
    across, radius = float(left[0] - right[0]) / 2, float(left[3])
    size = across / _EYE_SPACING
    teeth = np.unique(data["quads"][data["material"] == _TEETH])
    upper = teeth[vertices[teeth, 1] > np.median(vertices[teeth, 1])]
    vertices[upper, 1] -= _TEETH_DROP[0] * size
    vertices[np.setdiff1d(teeth, upper), 1] -= _TEETH_DROP[1] * size
    eyes = np.array([[across, 0, _EYE_DEPTH], [-across, 0, _EYE_DEPTH]], np.float32)
    return vertices, eyes, radius, size


def _summed(data: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """Vertices of the head and of both eyeballs with targets added, ``(n, 3)`` float32."""
    total = data["base"].astype(np.float64)
    row = {str(name): i for i, name in enumerate(data["target_names"])}
    for name, weight in sorted(weights.items()):
        i = row[name]
        part = slice(data["target_starts"][i], data["target_starts"][i + 1])
        total[data["target_vertices"][part]] += (weight * data["target_scales"][i]) * data["target_offsets"][
            part
        ]
    return total.astype(np.float32)


def _fit_sphere(points: np.ndarray) -> np.ndarray:
    """Centre and radius ``(4,)`` of the sphere through points ``(n, 3)``, by least squares."""
    system = np.c_[2 * points, np.ones(len(points))].astype(float)
    solution, *_ = np.linalg.lstsq(system, (points * points).sum(axis=1), rcond=None)
    centre = solution[:3]
    return np.r_[centre, np.sqrt(solution[3] + centre @ centre)].astype(np.float32)


def _subdivision(data: Mapping[str, np.ndarray], count: int, lash_vertices: np.ndarray) -> csr_matrix:
    """The matrix from coarse vertices to those of the subdivided surface followed by those of the lashes."""
    rows, columns = data["fine_rows"].astype(np.int64), data["fine_columns"].astype(np.int64)
    surface = int(rows.max()) + 1
    rows = np.concatenate([rows, surface + np.arange(len(lash_vertices))])
    columns = np.concatenate([columns, lash_vertices])
    weights = np.concatenate([data["fine_weights"], np.ones(len(lash_vertices))])
    return csr_matrix((weights, (rows, columns)), shape=(surface + len(lash_vertices), count))


def _shapes(
    data: Mapping[str, np.ndarray], fine: csr_matrix, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blend shapes sorted by vertex: starts, shape of each entry, its offset."""
    numbers, vertices, offsets = [], [], []
    starts = data["shape_starts"]
    for shape, parts in enumerate(_makeup()):
        coarse = np.zeros((count, 3))
        for unit_shape in np.flatnonzero(parts):
            part = slice(starts[unit_shape], starts[unit_shape + 1])
            # No face unit names a vertex twice, so adding by index is safe.
            coarse[data["shape_vertices"][part].astype(int)] += (
                data["shape_offsets"][part] * parts[unit_shape]
            )
        moved = (fine @ coarse).astype(np.float32)
        found = np.flatnonzero(np.abs(moved).max(axis=1) > _FAINTEST)
        numbers.append(np.full(len(found), shape))
        vertices.append(found)
        offsets.append(moved[found])
    first, order = by_key(np.concatenate(vertices), fine.shape[0])
    return (
        first,
        np.concatenate(numbers)[order].astype(np.int32),
        np.concatenate(offsets)[order].astype(np.float32),
    )


def _makeup() -> np.ndarray:
    """How much of each face unit each shape holds, ``(52, 52)``, from ``assets/heads/shapes.toml``."""
    table = asset_table("heads", "shapes.toml")
    gain = shape_vector(table["gain"])
    share = np.diag(np.where(gain > 0, gain, 1.0))
    for name, companions in table["with"].items():
        for row in np.flatnonzero(shape_vector({name: 1.0})):
            # A shape of one side takes its companions' same side, where they have one.
            side = next((end for end in ("Left", "Right") if ARKIT[row].endswith(end)), "")
            for other, amount in companions.items():
                share[row] += shape_vector({other + side if other + side in ARKIT else other: amount})
    return share
