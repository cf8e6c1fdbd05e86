"""Hair styles: how strands lie on the skull. Numbers were set by eye on rendered sheets; lengths in the face's own unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generators.face.render.mesh import ramp, unit
from generators.face.render.skull import Skull, spherical

__all__ = ["STYLES", "Strands", "Style", "grow", "hairline"]

_PARTING = -0.20  # of the bob, in the face's unit
_HAIRLINE_AZIMUTH = (0, 25, 42, 58, 75, 92, 118, 180)  # degrees from the front


@dataclass(frozen=True)
class Style:
    """A hair style.

    Args:
        cards: how many strips.
        steps: points along a strip.
        half_width: of a strip, in the face's unit.
        body: share of a strip that is closed, from the root.
        hairline: elevation in degrees at each of eight azimuths.
        strands: in a strip.
        tips: shortest strand of a strip and how much longer others are, as shares.
        tilt: by which strips stand out of their plane.
        taper: narrowing towards the tip.
        back_share: how densely the back is covered, against the front.
        contrast: by which strips differ in brightness.
        root_fade: over which share of a strip its strands begin.
        roundness: how far light sees the head's round instead of the strip's plane, 0..1.
    """

    cards: int
    steps: int
    half_width: float
    body: float
    hairline: tuple[float, ...]
    strands: int = 11
    tips: tuple[float, float] = (0.84, 0.16)
    tilt: float = 0.22
    taper: float = 0.25
    back_share: float = 0.30
    contrast: float = 0.36
    roundness: float = 0.43
    root_fade: float = 0.07

    @property
    def width(self) -> float:
        """Half the width of a strip in decimetres, for a face of the usual unit."""
        return self.half_width * 1.1


@dataclass(frozen=True)
class Strands:
    """Paths of strands.

    Args:
        paths: ``(n, K, 3)``, decimetres; from here the outermost first.
        brightness: ``(n,)``, how much light arrives.
        outward: direction away from the head ``(n, K, 3)``.
        hanging: whether a point hangs free and is seen from inside, ``(n, K)``.
    """

    paths: np.ndarray
    brightness: np.ndarray
    outward: np.ndarray
    hanging: np.ndarray


STYLES: Mapping[str, Style] = {
    "short": Style(1150, 5, 0.036, 0.45, (30, 30, 29, 21, 1, -17, -33, -38), tips=(0.62, 0.38)),
    "bob": Style(
        420,
        14,
        0.038,
        0.90,
        (31, 31, 28, 17, -6, -12, -30, -40),
        strands=9,
        tips=(0.88, 0.12),
        tilt=0.07,
        contrast=0.16,
        roundness=0.85,
        root_fade=0.11,
    ),
    "tied": Style(
        900,
        9,
        0.030,
        0.80,
        (25, 24.5, 22, 12, -4, -16, -30, -36),
        tilt=0.10,
        contrast=0.18,
        roundness=0.7,
        root_fade=0.15,
    ),
}


def hairline(style: str, azimuth_degrees: np.ndarray) -> np.ndarray:
    """Elevation of the hairline in degrees at azimuths in degrees."""
    return np.interp(np.abs(azimuth_degrees), _HAIRLINE_AZIMUTH, STYLES[style].hairline)


def grow(
    style: str, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Strands of a style from roots ``(n, 3)`` with the skin's normals there."""
    strands = {"short": _short, "bob": _bob, "tied": _tied}[style](roots, normals, skull, rng)
    if style == "tied":
        return strands
    middle = strands.paths[:, STYLES[style].steps // 2]
    order = np.argsort(-np.linalg.norm(middle - skull.centre, axis=1), kind="stable")
    return Strands(
        strands.paths[order], strands.brightness[order], strands.outward[order], strands.hanging[order]
    )


def _short(roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator) -> Strands:
    """Short hair, combed away from a parting on top, lying close at the sides."""
    n, steps, size = len(roots), STYLES["short"].steps, skull.unit
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


def _bob(roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator) -> Strands:
    """A curtain: over the dome from a parting on the face's own right, then straight down to an even cut."""
    style, size = STYLES["bob"], skull.unit
    roots, normals = _with_parting(roots, normals, skull)
    n = len(roots)
    radius, azimuth, elevation = spherical(roots - skull.centre)
    layer, along = rng.random(n), np.linspace(0, 1, style.steps)[None] ** 0.9
    parted = np.where(roots[:, 0] > _PARTING * size, 1.0, -1.0)
    side = np.where(np.abs(azimuth) > 1.3, np.sign(azimuth), parted)
    across, back = np.abs(azimuth), ramp(1.5, 2.2, np.abs(azimuth))
    fallen = side * np.maximum(across * (side * azimuth > 0), 1.10 + 0.22 * rng.random(n))
    fallen = fallen * (1 - back) + azimuth * back
    cut = size * (-1.02 - 0.10 * rng.random(n) - 0.05 * back)
    root_height = roots[:, 1] - skull.centre[1]
    dome = (np.maximum(0, elevation) * radius)[:, None]
    total = dome + (skull.centre[1] - cut + np.minimum(0, root_height))[:, None]
    way = along * total
    over = way < dome
    tilt = np.where(over, np.maximum(elevation, 0)[:, None] * (1 - way / np.maximum(dome, 1e-6)), 0)
    down = np.where(over, 0, way - dome) - np.minimum(0, root_height)[:, None]
    turned = ramp(0, 1, way / (0.8 * dome + 0.2 * size))
    angle = azimuth[:, None] * (1 - turned) + fallen[:, None] * turned
    swell = 0.035 + 0.080 * layer[:, None] + 0.07 * np.sin(np.pi * np.clip(way / total, 0, 1))
    volume = size * swell * (0.05 + 0.95 * ramp(0, 0.35 * size, way))
    reach = skull.radius(angle, np.maximum(tilt, 0.02)) + volume
    height = skull.centre[1] + reach * np.sin(tilt) - down
    free = _off_the_face(angle, side[:, None], height / size, layer[:, None])
    angle = angle + (free - angle) * ramp(0, 0.55 * size, way)
    reach = skull.radius(angle, np.maximum(tilt, 0.02)) + volume
    narrow = 0.15 * ramp(0.55 * size, 1.25 * size, down) + 0.02 * ramp(0.2 * size, 0.6 * size, down)
    ring = reach * np.cos(tilt) * (1 - narrow)
    paths = np.stack(
        [skull.centre[0] + ring * np.sin(angle), height, skull.centre[2] + ring * np.cos(angle)], axis=-1
    )
    paths += rng.normal(size=(n, 1, 3)) * 0.022 * size * along[..., None] ** 2
    paths[:, 0] = roots - normals * 0.02 * size
    return Strands(paths, 0.80 + 0.25 * layer, unit(paths - skull.centre), np.ones((n, style.steps), bool))


def _with_parting(roots: np.ndarray, normals: np.ndarray, skull: Skull) -> tuple[np.ndarray, np.ndarray]:
    """Roots with those near the parting brought in rows onto both of its sides, and none low on the forehead."""
    size = skull.unit
    near = np.flatnonzero(
        (np.abs(roots[:, 0] - _PARTING * size) < 0.22 * size) & (roots[:, 2] > -0.35 * size)
    )
    rows, offsets = [], (0.012, -0.012, 0.05, -0.05)
    for k, offset in enumerate(offsets):
        row = roots[near].copy()
        row[:, 0] = size * (_PARTING + offset)
        row[:, 2] += size * 0.02 * (k - 1.5)
        rows.append(row)
    roots = np.concatenate([*rows, roots])
    normals = np.concatenate([*([normals[near]] * len(offsets)), normals])
    _, azimuth, elevation = spherical(roots - skull.centre)
    fringe = (np.abs(azimuth) < 0.6) & (elevation < np.radians(32))
    return roots[~fringe], normals[~fringe]


def _off_the_face(angle: np.ndarray, side: np.ndarray, height: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Azimuths of a curtain that keeps the face free: it opens from the parting down to the cheeks."""
    open_ = ramp(0.86, 0.20, height)
    limit = np.where(side > 0, 1.0, 0.94) * (1.10 * open_ - 1.5 * (1 - open_))
    kept = side * np.maximum(side * angle, limit + 0.10 * open_ * layer)
    return np.where(np.abs(angle) < 1.6, kept, angle)


def _tied(roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator) -> Strands:
    """Hair drawn back to a bun."""
    n, steps, size = len(roots), STYLES["tied"].steps, skull.unit
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
