"""A beard: short strips of hair that stand on the skin of jaw, chin and upper lip and move with it.

Numbers of the strips stand in ``assets/heads/hair_styles.toml``; all were set by eye on rendered sheets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.face.render.hair import Hair, cards
from generators.face.render.hair_styles import beard_style
from generators.face.render.mesh import HeadMesh, ramp, split_quads, unit

__all__ = ["beard_zone", "grow_beard"]


def beard_zone(x: np.ndarray, y: np.ndarray, z: np.ndarray, mouth: float, nose: float) -> np.ndarray:
    """Where a beard grows, 0..1, at places in the face's unit: chin, jaw and upper lip, not the lips and the cheeks."""
    side = np.abs(x)
    zone = (
        ramp(-0.04, -0.10, y - nose)
        * ramp(0.0, 0.15, y + 1.25 - 0.42 * ramp(0.32, 0.66, side))
        * ramp(-0.05, 0.12, z)
    )
    line = nose - 0.10 - 0.42 * ramp(0.20, 0.52, side) + 0.75 * ramp(0.48, 0.70, side)
    zone = zone * ramp(0.04, -0.04, y - line)
    lips = np.exp(-((side / 0.25) ** 4) - ((y - mouth) / 0.070) ** 4)
    soul = np.exp(-(((side - 0.15) / 0.07) ** 2) - ((y - mouth + 0.15) / 0.05) ** 2)
    free: np.ndarray = zone * (1 - lips) * (1 - 0.8 * soul)
    return free


def grow_beard(mesh: HeadMesh, length: float, seed: int) -> tuple[Hair, np.ndarray]:
    """The beard, and for each of its points the vertex of the skin that it moves with.

    Args:
        mesh: of the head at rest.
        length: 0 none to 1 long.
        seed: of all randomness.
    """
    rng = np.random.default_rng(seed)
    style, widths, _ = beard_style()
    count, size = style.cards, mesh.unit
    points = mesh.base
    x, y, z = (points / size).T
    zone = (
        beard_zone(x, y, z, mesh.mouth, mesh.nose)
        * (mesh.lips < 0.25)
        * (mesh.inside < 0.1)
        * (mesh.ears < 0.05)
    )
    triangles = split_quads(mesh.skin_quads)
    triangles = triangles[zone[triangles].mean(axis=1) > 0.4]
    a, b, c = (points[triangles[:, k]] for k in range(3))
    above = ramp(mesh.mouth - 0.02, mesh.mouth + 0.05, points[triangles].mean(axis=1)[:, 1] / size)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) * (1 + 1.2 * above)
    chosen = rng.choice(len(triangles), count, p=area / area.sum())
    share = rng.dirichlet((1, 1, 1), count)
    corners = points[triangles[chosen]]
    roots = (corners * share[..., None]).sum(axis=1)
    normals = unit(np.cross((b - a)[chosen], (c - a)[chosen]))
    anchors = triangles[chosen, share.argmax(axis=1)]
    paths = _paths(roots, normals, mesh, length, rng)
    style = replace(style, half_width=widths[0] + (widths[1] - widths[0]) * length)
    outward = np.repeat(normals[:, None], style.steps, axis=1)
    hair = cards(
        paths,
        np.full(count, 0.92) + 0.1 * rng.normal(size=count),
        outward,
        np.ones((count, style.steps), bool),
        style,
        rng,
    )
    return hair, np.repeat(anchors, 2 * style.steps).astype(np.int32)


def _paths(
    roots: np.ndarray, normals: np.ndarray, mesh: HeadMesh, length: float, rng: np.random.Generator
) -> np.ndarray:
    """Strands from the skin outwards and down, longer on the chin, aside on the upper lip."""
    size, count = mesh.unit, len(roots)
    style, _, (shortest, longest) = beard_style()
    x, y, _ = (roots / size).T
    chin = np.exp(-((x / 0.30) ** 2)) * ramp(mesh.mouth - 0.05, mesh.mouth - 0.25, y)
    lip = ramp(mesh.mouth - 0.04, mesh.mouth + 0.05, y) * ramp(0.42, 0.30, np.abs(x))
    reach = size * (shortest + (longest - shortest) * length * (0.45 + 0.75 * chin)) * (1 - 0.40 * lip)
    reach = reach * (0.7 + 0.6 * rng.random(count))
    down = np.stack(
        [
            0.9 * np.sign(x) * np.minimum(1, np.abs(x) / 0.06) * lip - 0.25 * x,
            -1.0 + 0.55 * lip,
            np.full(count, 0.1),
        ],
        axis=1,
    )
    stray = rng.normal(size=(count, 3)) * 0.28
    direction = unit(unit(down) + stray + normals * 0.20)
    direction = unit(direction - normals * np.minimum(0, (direction * normals).sum(axis=1) - 0.12)[:, None])
    paths = np.zeros((count, style.steps, 3))
    paths[:, 0] = roots - normals * 0.012 * size
    point = roots + normals * 0.006 * size
    for k in range(1, style.steps):
        point = point + direction * (reach / (style.steps - 1))[:, None]
        paths[:, k] = point
        direction = unit(direction + np.array([0, -0.35, 0]) * length)
    return paths
