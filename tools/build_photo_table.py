"""Carry the head's 52 shapes over to the face landmarker's points: writes ``assets/heads/photo_shapes.npz``.

    python tools/build_photo_table.py [OUTPUT.npz]

Characters of the CC0 head are drawn with their mouths ajar and looked at by the landmarker; each of its points is then pinned
to the skin that is seen there. What the shapes do to that skin is what they do to the point, as a mean over the characters and
over the two mirrored halves of the face. The light that an expression takes from or gives to the skin (folds, bulges) is the
logarithm of the ratio of two pictures of the head, read off on a frontal map. Teeth and tongue are drawn alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from photo_light_map import LIGHTEN, MAP_REACH, in_face, light_map, over_grey, shapes
from scipy.spatial import Delaunay

from external.landmarker import LandmarkFinder
from generators.base import ARKIT
from generators.face.photo.points import CONTOURS, IRIS_FIRST, MOUTH, OVAL
from generators.face.render import layout
from generators.face.render.mesh import split_quads
from generators.face.render.model import HeadModel, build_model
from generators.face.render.renderer import Renderer

SIZE = 512
CHARACTERS = (
    "mara",
    "amina",
    "jonas",
    "kofi",
    "lin",
    "ravi",
)  # without beard or glasses, which would hide skin
AJAR = {"jawOpen": 0.45, "mouthUpperUpLeft": 0.3, "mouthUpperUpRight": 0.3}
BITE = {"jawOpen": 0.5}
TEETH_MAP, TEETH_REACH = (192, 96), (0.62, 0.31)
STILL = np.zeros(6)


@dataclass(frozen=True)
class Pins:
    """Three vertices and their shares for each point, ``(478, 3)`` each."""

    vertices: np.ndarray
    shares: np.ndarray


def main() -> None:
    """Write the file named on the command line, or the shipped one."""
    shipped = Path(__file__).resolve().parent.parent / "assets" / "heads" / "photo_shapes.npz"
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped
    found = [read_head(name) for name in CHARACTERS]
    points, moves, ajar = (np.mean([f[k] for f in found], axis=0) for k in range(3))
    mirror = mirrored_points(points)
    points = symmetric(points[None], mirror, [0])[0]
    moves = symmetric(moves, mirror, swapped_sides())
    light = np.mean([light_map(name) for name in LIGHTEN], axis=0)
    swap = swapped_sides()
    light = (light + light[[*swap, *range(len(swap), len(light))], :, ::-1]) / 2
    light, knit = light[:-1], light[-1]
    scale, knit_scale = (
        float(np.quantile(most, 0.999)) / 127 for most in (np.abs(light).max(axis=0), np.abs(knit))
    )
    arrays = {
        "points": points.astype(np.float32),
        "moves": moves.astype(np.float16),
        "triangles": triangles(symmetric(ajar[None], mirror, [0])[0]).astype(np.int16),
        "flush": np.clip(np.round(light[len(ARKIT) :] / scale), -127, 127).astype(np.int8),
        "light": np.clip(np.round(light[: len(ARKIT)] / scale), -127, 127).astype(np.int8),
        "light_scale": np.float32(scale),
        "knit": np.clip(np.round(knit / knit_scale), -127, 127).astype(np.int8),
        "knit_scale": np.float32(knit_scale),
        "light_reach": np.array(MAP_REACH, np.float32),
        **mouth_parts(CHARACTERS[0], points),
    }
    np.savez_compressed(out, **arrays)
    print(f"wrote {out}: {out.stat().st_size / 1e6:.2f} MB from {', '.join(CHARACTERS)}")


def read_head(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one character: points at rest ``(478, 3)``, their moves ``(52, 478, 3)``, and the points with the mouth ajar."""
    model = build_model(name)
    renderer = Renderer(model, (SIZE, SIZE))
    pins = pin(model, renderer)
    mesh = model.mesh
    offsets = np.zeros((len(ARKIT), len(mesh.base), 3), np.float32)
    owners = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
    offsets[mesh.shape_numbers, owners] = mesh.shape_offsets
    offsets[[name.startswith("eyeLook") for name in ARKIT]] = 0  # eyeballs turn, lids follow by eyeBlink
    offsets = offsets / (2 * mesh.eyes[0, 0]) * np.array([1, -1, -1], np.float32)
    at_rest = (in_face(model, mesh.base)[pins.vertices] * pins.shares[..., None]).sum(axis=1)
    moves = (offsets[:, pins.vertices] * pins.shares[None, ..., None]).sum(axis=2)
    for point, move in lid_moves(pins, model, offsets).items():
        moves[:, point] = move
    moves[:, IRIS_FIRST:] = 0
    return at_rest, moves, at_rest + np.tensordot(shapes(AJAR), moves, axes=1)


def pin(model: HeadModel, renderer: Renderer) -> Pins:
    """Where on the skin the landmarker's points of a head with its mouth ajar lie."""
    found = LandmarkFinder().find(over_grey(renderer.draw(shapes(AJAR), STILL, 0.5)))
    if found is None:
        sys.exit(f"the landmarker sees no face in {model.who.name}")
    mesh, made = model.mesh, renderer._buffers
    spots = np.stack([made.x, made.y], axis=1)[: mesh.surface] / 2
    depth = made.inverse_depth[: mesh.surface]
    faces = split_quads(mesh.skin_quads)
    front = made.moving[: mesh.surface, 2] > -0.15
    faces = faces[front[faces].all(axis=1) & (mesh.inside[faces].max(axis=1) < 0.5)]
    vertices, shares = np.zeros((478, 3), int), np.zeros((478, 3))
    for i, point in enumerate(found.points[:, :2]):
        vertices[i], shares[i] = nearest_skin(point, faces, spots, depth)
    return Pins(vertices, shares)


def lid_moves(pins: Pins, model: HeadModel, offsets: np.ndarray) -> dict[int, np.ndarray]:
    """What the shapes do to the lids' edges, ``(52, 3)`` by point: the most that any skin close to it moves in a blink or squint.

    What lies under a point there may as well be the lid's back or the eyeball.
    """
    mesh, place = model.mesh, in_face(model, model.mesh.base)
    front = np.arange(len(place)) < mesh.surface
    found = {}
    for side, eye in (("left", mesh.eyes[0]), ("right", mesh.eyes[1])):
        near = np.linalg.norm(mesh.base - eye, axis=1) < 1.3 * mesh.eye_radius
        own = np.flatnonzero(near & front & (mesh.base[:, 2] > eye[2]))
        for lid, shape in (("upper", "eyeBlink"), ("lower", "eyeSquint")):
            moved = np.abs(offsets[ARKIT.index(shape + side.capitalize()), own, 1])
            for point in CONTOURS[f"{side}_{lid}"][1:-1]:
                away = np.abs(place[own] - pins.shares[point] @ place[pins.vertices[point]])
                within = (away[:, 0] < 0.035) & (away[:, 1] < 0.05)
                found[int(point)] = offsets[:, own[(moved * within - 1e-3 * away[:, 0]).argmax()]]
    return found


def nearest_skin(
    point: np.ndarray, faces: np.ndarray, spots: np.ndarray, depth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The front-most triangle over a point of the picture, or the nearest one, and the point's shares in its corners."""
    near = faces[np.abs(spots[faces].mean(axis=1) - point).max(axis=1) < SIZE * 0.06]
    a, b, c = (spots[near[:, k]] for k in range(3))
    area = np.cross(b - a, c - a)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    u, v = np.cross(point - a, c - a) / area, np.cross(b - a, point - a) / area
    shares = np.stack([1 - u - v, u, v], axis=1)
    within = shares.min(axis=1) >= -1e-6
    if within.any():
        best = np.flatnonzero(within)[depth[near[within]].mean(axis=1).argmax()]
    else:
        shares = np.clip(shares, 0, None)
        shares /= shares.sum(axis=1, keepdims=True)
        spot = (spots[near] * shares[..., None]).sum(axis=1)
        away = np.linalg.norm(spot - point, axis=1)
        best = int((away - 0.2 * SIZE * depth[near].mean(axis=1) / depth.max()).argmin())
    return near[best], shares[best]


def mirrored_points(points: np.ndarray) -> np.ndarray:
    """Number of each point's mirrored twin."""
    plane = points[:, :2] - np.array([points[OVAL, 0].mean(), 0])
    away = np.linalg.norm(plane[:, None] * [-1, 1] - plane[None], axis=2)
    twin = away.argmin(axis=1)
    for upper, lower in (
        (MOUTH["inner_upper"], MOUTH["inner_lower"]),
        (MOUTH["outer_upper"], MOUTH["outer_lower"]),
    ):
        for row in (upper, lower):
            twin[row] = row[::-1]
    for rows in ("upper", "lower"):
        twin[CONTOURS[f"right_{rows}"]], twin[CONTOURS[f"left_{rows}"]] = (
            CONTOURS[f"left_{rows}"],
            CONTOURS[f"right_{rows}"],
        )
    return twin


def swapped_sides() -> list[int]:
    """Number of the shape that is each shape's mirror image."""

    def other(name: str) -> str:
        for one, two in (("Left", "Right"), ("Right", "Left")):
            if name.endswith(one):
                return name.removesuffix(one) + two
        return name

    return [ARKIT.index(other(name)) for name in ARKIT]


def symmetric(values: np.ndarray, mirror: np.ndarray, swap: list[int]) -> np.ndarray:
    """The mean of values ``(n, 478, 3)`` and their mirror image."""
    out: np.ndarray = (values + values[swap][:, mirror] * np.array([-1, 1, 1])) / 2
    return out


def triangles(ajar: np.ndarray) -> np.ndarray:
    """Triangles between the points of the skin, without those that span an eye or the mouth."""
    faces = Delaunay(ajar[:IRIS_FIRST, :2]).simplices
    openings = [
        {*MOUTH["inner_upper"], *MOUTH["inner_lower"]},
        {*CONTOURS["right_upper"], *CONTOURS["right_lower"]},
        {*CONTOURS["left_upper"], *CONTOURS["left_lower"]},
    ]
    kept = [f for f in faces if not any(set(map(int, f)) <= opening for opening in openings)]
    border = ajar[OVAL, :2].astype(np.float32)
    kept = [
        f
        for f in kept
        if cv2.pointPolygonTest(border, tuple(map(float, ajar[f, :2].mean(axis=0))), False) > 0
    ]
    return np.array(kept)


def mouth_parts(name: str, points: np.ndarray) -> dict[str, np.ndarray]:
    """Pictures RGBA of upper teeth, lower teeth and tongue at rest, on a map about the lips' seam; and what a jaw does to them."""
    model = build_model(name)
    mesh = model.mesh
    seam = points[[13, 14], :2].mean(axis=0)
    place = in_face(model, model.mesh.base[: mesh.surface])
    middle = np.median(place[mesh.teeth, 1])
    upper = np.zeros(len(model.static), bool)
    upper[mesh.teeth[place[mesh.teeth, 1] < middle]] = True
    lower = np.zeros(len(model.static), bool)
    lower[np.setdiff1d(mesh.teeth, np.flatnonzero(upper))] = True
    out = {}
    renderer = Renderer(model, (SIZE, SIZE))
    kinds = {
        "upper_teeth": (model.material == layout.TEETH) & upper[model.triangles].all(axis=1),
        "lower_teeth": (model.material == layout.TEETH) & lower[model.triangles].all(axis=1),
        "tongue": model.material == layout.TONGUE,
    }
    weights = shapes(BITE | {"mouthUpperUpLeft": 1.0, "mouthUpperUpRight": 1.0})
    for part, kept in kinds.items():
        out[part] = drawn_alone(renderer, model, kept, weights, place, seam)
    jaw = ARKIT.index("jawOpen")
    rows = np.flatnonzero(lower)
    offsets = np.zeros((mesh.surface, 3))
    owners = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
    sel = (mesh.shape_numbers == jaw) & (owners < mesh.surface)
    offsets[owners[sel]] = mesh.shape_offsets[sel]
    out["jaw_teeth"] = (offsets[rows].mean(axis=0) / (2 * mesh.eyes[0, 0]) * [1, -1, -1]).astype(np.float32)
    front = place[np.flatnonzero(upper)]
    out["teeth_edge"] = np.float32(front[front[:, 2] < np.quantile(front[:, 2], 0.2), 1].max() - seam[1])
    out["teeth_reach"] = np.array(TEETH_REACH, np.float32)
    return out


def drawn_alone(
    renderer: Renderer,
    model: HeadModel,
    kept: np.ndarray,
    weights: np.ndarray,
    place: np.ndarray,
    seam: np.ndarray,
) -> np.ndarray:
    """One part of the mouth alone, as it lies at rest on the map about the seam, uint8 RGBA."""
    import dataclasses

    alone = dataclasses.replace(model, triangles=np.ascontiguousarray(model.triangles[kept]), material=np.ascontiguousarray(model.material[kept]), lash_triangles=model.lash_triangles[:0])  # fmt: skip
    renderer._model = alone
    picture = renderer.draw(weights, STILL, 0.5)
    made = renderer._buffers
    rows = np.unique(model.triangles[kept])
    spots = np.stack([made.x[rows], made.y[rows]], axis=1) / 2
    fit, *_ = np.linalg.lstsq(np.c_[place[rows, :2], np.ones(len(rows))], spots, rcond=None)
    columns, lines = TEETH_MAP
    gx, gy = np.meshgrid(
        ((np.arange(columns) + 0.5) / columns * 2 - 1) * TEETH_REACH[0],
        ((np.arange(lines) + 0.5) / lines * 2 - 1) * TEETH_REACH[1] + seam[1],
    )
    at = (np.stack([gx, gy, np.ones_like(gx)], axis=-1) @ fit).astype(np.float32)
    return cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR)


if __name__ == "__main__":
    main()
