"""The net that carries a portrait's skin: the landmarker's points, rings about the face, and a smooth refinement of both.

A refinement after Loop (1987) turns the few hundred control points into thousands by one sparse matrix. It is applied to where
points come from and to where they go alike, so that a face that does not move is shown untouched and one that moves bends
without kinks. Refinement draws points towards their neighbours, which takes a fifth off what brows and lids do; so what it takes is
put upon the control points first, and the fine net passes nearly through them. Lids and lips are borders of openings: they are refined along themselves alone, so that lids that meet still meet.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.sparse import csr_matrix, identity

from generators.face.photo.points import CONTOURS, IRIS_FIRST, MOUTH, OVAL
from generators.face.photo.table import portrait_law, shape_table

__all__ = ["Lattice", "face_lattice", "ring_points"]

_LEVELS = 2


@dataclass(frozen=True)
class Lattice:
    """The net's topology.

    Args:
        refine: sparse ``(dense, control)``; control points are the 468 of the skin and then the rings, from inside out.
        triangles: between dense points ``(t, 3)`` int32; the last ``spanning`` lie within eyes and mouth.
        spanning: see above.
        rows: dense points along each lid and along the inner lips, from corner to corner.
    """

    refine: csr_matrix
    triangles: np.ndarray
    spanning: int
    rows: dict[str, np.ndarray]


@cache
def face_lattice() -> Lattice:
    """The net of every face."""
    rings = len(portrait_law("rings")["reach"])
    faces = np.concatenate([shape_table().triangles, _ring_triangles(rings)])
    faces = _one_way(faces, _flat_rest(rings))
    rows = dict(CONTOURS.items()) | {name: MOUTH[name] for name in ("inner_upper", "inner_lower")}
    corners = np.unique([end for row in rows.values() for end in (row[0], row[-1])])
    count = IRIS_FIRST + rings * len(OVAL)
    refine = csr_matrix(np.eye(count))
    for _ in range(_LEVELS):
        step, faces, rows = _refined(faces, refine.shape[0], rows, corners)
        refine = step @ refine
    spans = np.concatenate(
        [
            _strip(rows[a], rows[b])
            for a, b in (
                ("right_upper", "right_lower"),
                ("left_upper", "left_lower"),
                ("inner_upper", "inner_lower"),
            )
        ]
    )
    refine = csr_matrix(refine @ _sharpened(refine[:count]))
    return Lattice(refine, np.concatenate([faces, spans]).astype(np.int32), len(spans), rows)


def _sharpened(smoothed: csr_matrix) -> csr_matrix:
    """The matrix ``(control, control)`` that puts upon control points what a refinement will take off them: one step of van Cittert's.

    Args:
        smoothed: where the refinement takes the control points, ``(control, control)``.
    """
    return csr_matrix(2 * identity(smoothed.shape[0]) - smoothed)


def ring_points(points: np.ndarray) -> np.ndarray:
    """The rings about a face ``(rings * 36, 3)``.

    Args:
        points: the face's, ``(478, 3)`` or ``(468, 3)``.
    """
    law = portrait_law("rings")
    oval = points[OVAL]
    middle = oval.mean(axis=0)
    across = np.linalg.norm(points[33, :2] - points[263, :2]) / 1.4
    away = oval[:, :2] - middle[:2]
    deepest = points[[33, 263], 2].mean() + law["deepest"] * across
    rings = []
    for reach in law["reach"]:
        flat = middle[:2] + away * reach
        out = np.linalg.norm(away, axis=1) * (reach - 1)
        depth = np.minimum(oval[:, 2] + law["depth"] * out, np.maximum(oval[:, 2], deepest))
        rings.append(np.column_stack([flat, depth]))
    return np.concatenate(rings)


def _flat_rest(rings: int) -> np.ndarray:
    """Control points of the mean face ``(control, 2)``."""
    points = shape_table().points
    return np.concatenate([points[:IRIS_FIRST], ring_points(points)])[:, :2]


def _ring_triangles(rings: int) -> np.ndarray:
    """Two triangles for each field between the oval and the rings."""
    n = len(OVAL)
    loops = [OVAL, *(IRIS_FIRST + k * n + np.arange(n) for k in range(rings))]
    faces = []
    for inner, outer in itertools.pairwise(loops):
        ahead = np.roll(np.arange(n), -1)
        faces += [
            np.column_stack([inner, outer, outer[ahead]]),
            np.column_stack([inner, outer[ahead], inner[ahead]]),
        ]
    return np.concatenate(faces)


def _one_way(faces: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """Triangles that all run the same way round."""
    a, b, c = (flat[faces[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return np.where((area < 0)[:, None], faces[:, [0, 2, 1]], faces)


def _refined(
    faces: np.ndarray, count: int, rows: dict[str, np.ndarray], corners: np.ndarray
) -> tuple[csr_matrix, np.ndarray, dict[str, np.ndarray]]:
    """One step: its matrix, four triangles for each, and the rows with their middles."""
    sides = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    opposite = np.concatenate([faces[:, 2], faces[:, 0], faces[:, 1]])
    edges, number = np.unique(sides, axis=0, return_inverse=True)
    number = number.ravel()
    border = np.bincount(number, minlength=len(edges)) == 1
    entries = _edge_entries(edges, number, opposite, border, count)
    entries += _vertex_entries(edges, border, count, set(corners.tolist()))
    r, c, w = (np.concatenate(column) for column in zip(*entries, strict=True))
    step = csr_matrix((w, (r, c)), shape=(count + len(edges), count))
    ab, bc, ca = (count + part for part in number.reshape(3, -1))
    a, b, c3 = faces.T
    fine = np.concatenate(
        [np.column_stack(t) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c3), (ab, bc, ca))]
    )
    found = {tuple(edge): count + i for i, edge in enumerate(edges.tolist())}
    longer = {}
    for name, row in rows.items():
        middles = [
            found[tuple(sorted(pair))] for pair in zip(row[:-1].tolist(), row[1:].tolist(), strict=True)
        ]
        longer[name] = np.array([x for pair in zip(row[:-1], middles, strict=True) for x in pair] + [row[-1]])
    return step, fine, longer


Entries = list[tuple[np.ndarray, np.ndarray, np.ndarray]]


def _edge_entries(
    edges: np.ndarray, number: np.ndarray, opposite: np.ndarray, border: np.ndarray, count: int
) -> Entries:
    """Matrix entries of the points on edges: 3/8 of its ends and 1/8 of what lies opposite; half and half on a border."""
    rows = count + np.arange(len(edges))
    share = np.where(border, 0.5, 0.375)
    inner = ~border[number]
    return [
        (rows, edges[:, 0], share),
        (rows, edges[:, 1], share),
        (count + number[inner], opposite[inner], np.full(int(inner.sum()), 0.125)),
    ]


def _vertex_entries(edges: np.ndarray, border: np.ndarray, count: int, corners: set[int]) -> Entries:
    """Matrix entries of the old points, moved towards their neighbours; corners and what has no triangle stay."""
    around: list[list[int]] = [[] for _ in range(count)]
    along: list[list[int]] = [[] for _ in range(count)]
    for (a, b), on_border in zip(edges.tolist(), border.tolist(), strict=True):
        around[a].append(b)
        around[b].append(a)
        if on_border:
            along[a].append(b)
            along[b].append(a)
    r, c, w = [], [], []
    for v in range(count):
        if v in corners or not around[v]:
            entries = [(v, 1.0)]
        elif along[v]:
            entries = [(v, 0.75), *((n, 0.25 / len(along[v])) for n in along[v])]
        else:
            n = len(around[v])
            beta = 3 / (8 * n) if n > 3 else 3 / 16  # Warren's weights
            entries = [(v, 1 - n * beta), *((x, beta) for x in around[v])]
        for column, weight in entries:
            r.append(v)
            c.append(column)
            w.append(weight)
    return [(np.array(r), np.array(c), np.array(w))]


def _strip(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Triangles that span an opening between two rows of equal length."""
    a, b, c, d = upper[:-1], upper[1:], lower[:-1], lower[1:]
    return np.concatenate([np.column_stack([a, b, c]), np.column_stack([b, d, c])])
