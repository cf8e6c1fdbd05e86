"""How strands grow over the skull, one way for each kind of style. Numbers were set by eye on rendered sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from generators.face.render.hair_curtain import hang
from generators.face.render.hair_styles import Strands, Style
from generators.face.render.mesh import ramp, unit
from generators.face.render.skull import Skull, spherical

__all__ = ["grow"]

_Way = Callable[[Style, np.ndarray, np.ndarray, Skull, np.random.Generator], Strands]


def grow(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Strands of a style from roots ``(n, 3)`` with the skin's normals there."""
    strands = _WAYS[style.way](style, roots, normals, skull, rng)
    if style.way == "tied":
        return strands
    middle = strands.paths[:, style.steps // 2]
    order = np.argsort(-np.linalg.norm(middle - skull.centre, axis=1), kind="stable")
    return Strands(
        strands.paths[order], strands.brightness[order], strands.outward[order], strands.hanging[order]
    )


def _combed(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Short hair, combed away from a parting on top, lying close at the sides."""
    n, steps, size = len(roots), style.steps, skull.unit
    _, azimuth, elevation = spherical(roots - skull.centre)
    top, front = ramp(22, 52, np.degrees(elevation)), ramp(-0.1, 0.9, roots[:, 2] / size)
    side = np.where(roots[:, 0] > -0.40 * size, 1.0, -1.0)
    comb = np.stack([side * (0.55 + 0.25 * front), 0.25 * front, -0.30 - 0.45 * front], axis=1) * top[:, None]
    flat = np.stack([0.10 * np.sign(roots[:, 0]), np.full(n, -0.95), np.full(n, -0.42)], axis=1)
    comb = comb + flat * (1 - top)[:, None]
    length = size * (0.13 + top * (0.25 + 0.16 * front)) * (0.75 + 0.5 * rng.random(n))
    lift = 0.12 + 0.70 * top * (0.55 + 0.45 * front)
    layer = size * (0.012 + 0.03 * rng.random(n) + top * (0.02 + 0.10 * rng.random(n) * (0.6 + 0.4 * front)))
    stray = rng.normal(size=(n, 3)) * 0.22
    direction = unit(normals * lift[:, None] + unit(comb) * 0.8 + stray * 0.6)
    paths = np.zeros((n, steps, 3))
    point = roots.copy()
    paths[:, 0] = roots - normals * 0.015 * size
    for k in range(1, steps):
        point = point + direction * (length / (steps - 1))[:, None]
        radius, azimuth, elevation = spherical(point - skull.centre)
        out = unit(point - skull.centre)
        lowest = skull.radius(azimuth, elevation) + layer * min(1, k / 2)
        push = np.maximum(0, lowest - radius) - 0.35 * np.maximum(0, radius - lowest - 0.05 * size)
        point = point + out * push[:, None]
        direction = unit(
            unit(point - paths[:, k - 1]) * 0.7 + unit(comb + stray * 0.5) * 0.35 - out * (0.10 * k / steps)
        )
        paths[:, k] = point
    outward = unit(paths - skull.centre)
    return Strands(paths, 0.55 + 0.45 * top, outward, paths[..., 1] < skull.centre[1] - 0.1 * size)


def _curled(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Curls: short arcs at all depths of a layer over the skull, thinner towards the hairline's sides and the nape."""
    n, steps, size = len(roots), style.steps, skull.unit
    _, _, elevation = spherical(roots - skull.centre)
    high = ramp(-35, 35, np.degrees(elevation))
    depth = 1 - rng.random(n) ** 1.6 * 0.85
    thick = size * style.volume * (0.45 + 0.55 * high) * depth
    centre = roots + normals * thick[:, None]
    outward = unit(unit(centre - skull.centre) + 0.4 * normals)
    along = unit(np.cross(outward, rng.normal(size=(n, 3))))
    along = unit(along + np.array([0, -0.5, 0]) * (1 - high)[:, None])
    across = np.cross(outward, along)
    curl = size * (0.055 + 0.05 * rng.random(n))
    turn = np.linspace(-1.3, 1.5, steps)[None] + rng.normal(size=(n, 1)) * 0.3
    lean = rng.normal(size=(n, 1)) * 0.5
    paths = (
        centre[:, None]
        + (np.sin(turn) * curl[:, None] * 1.5)[..., None] * along[:, None]
        + ((np.cos(turn) - 0.6) * curl[:, None])[..., None] * outward[:, None]
        + (lean * turn * curl[:, None] * 0.6)[..., None] * across[:, None]
    )
    return Strands(
        paths, 0.30 + 0.80 * depth**2, np.repeat(outward[:, None], steps, axis=1), np.ones((n, steps), bool)
    )


def _tied(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Hair drawn back to a bun."""
    n, steps, size = len(roots), style.steps, skull.unit
    knot = np.array([0, 1.06, -0.34]) * size
    layer = rng.random(n)
    paths = np.zeros((n, steps, 3))
    paths[:, 0] = roots - normals * 0.012 * size
    length = np.linalg.norm(knot - roots, axis=1) * 1.12 * (0.8 + 0.25 * rng.random(n))
    stray = rng.normal(size=(n, 3)) * 0.07
    point = roots.copy()
    for k in range(1, steps):
        out = unit(point - skull.centre)
        towards = unit(knot - point + stray)
        towards = unit(towards - out * (towards * out).sum(axis=1, keepdims=True))
        point = point + towards * (length / (steps - 1))[:, None]
        _, azimuth, elevation = spherical(point - skull.centre)
        radius = skull.radius(azimuth, elevation) + size * (0.02 + 0.045 * layer) * min(1, k / 2)
        point = skull.centre + unit(point - skull.centre) * radius[:, None]
        paths[:, k] = point
    bun, bun_outward = _bun(steps, size, rng)
    outward = np.concatenate([unit(paths - skull.centre), bun_outward])
    paths = np.concatenate([paths, bun])
    hanging = paths[..., 1] < skull.centre[1] - 0.1 * size
    hanging[n:] = True
    return Strands(paths, np.concatenate([0.55 + 0.45 * layer, np.full(len(bun), 0.95)]), outward, hanging)


def _bun(steps: int, size: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Strands wound to a ball behind the crown, and their outward directions."""
    count = 90
    centre = np.array([0, 1.22, -0.36]) * size
    axis = unit(np.array([0.15, 0.9, 0.5]) + rng.normal(size=(count, 3)) * 0.25)
    first = unit(np.cross(axis, unit(rng.normal(size=(count, 3)))))
    second = np.cross(axis, first)
    height = rng.uniform(-0.85, 0.85, count)[:, None] + 0.22 * np.linspace(-1, 1, steps)[None]
    turn = np.linspace(0, 1.9, steps)[None] + rng.uniform(0, 6.3, (count, 1))
    radius = size * (0.27 + 0.02 * rng.random(count))[:, None]
    ring = np.sqrt(np.clip(1 - height * height, 0.05, 1)) * radius
    paths = (
        centre
        + (np.cos(turn) * ring)[..., None] * first[:, None]
        + (np.sin(turn) * ring)[..., None] * second[:, None]
    )
    paths = paths + (height * radius * 0.82)[..., None] * axis[:, None]
    return paths, unit(paths - centre)


_WAYS: Mapping[str, _Way] = {"combed": _combed, "curtain": hang, "curled": _curled, "tied": _tied}
