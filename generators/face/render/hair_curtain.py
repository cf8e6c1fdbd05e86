"""Hair that hangs like a curtain: over the dome from a parting, then down to its ends. Numbers were set by eye on sheets."""

from __future__ import annotations

import numpy as np

from generators.face.render.hair_styles import Strands, Style
from generators.face.render.mesh import ramp, unit
from generators.face.render.skull import Skull, spherical

__all__ = ["hang"]

_ABOVE_SKIN = (
    0.010  # in the face's unit: the skull is smoother than the skin, which would cover what lies closer
)
# Where rows of strands begin, to their own side of the parting: most cross it and cover the skin.
_PARTING_ROWS = (0.02, -0.05, -0.10)


def hang(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull, rng: np.random.Generator
) -> Strands:
    """Strands of a curtain from roots ``(n, 3)`` with the skin's normals there."""
    size = skull.unit
    roots, normals, parted = _with_parting(style, roots, normals, skull)
    n = len(roots)
    radius, azimuth, elevation = spherical(roots - skull.centre)
    layer, along = rng.random(n), np.linspace(0, 1, style.steps)[None] ** 0.9
    side = np.where(np.abs(azimuth) > 1.3, np.sign(azimuth), parted)
    across, back = np.abs(azimuth), ramp(1.5, 2.2, np.abs(azimuth))
    fallen = side * np.maximum(across * (side * azimuth > 0), 1.10 + 0.22 * rng.random(n))
    fallen = fallen * (1 - back) + azimuth * back
    cut = size * (style.cut - style.ragged * rng.random(n) - 0.05 * back)
    root_height = roots[:, 1] - skull.centre[1]
    dome = (np.maximum(0, elevation) * radius)[:, None]
    total = dome + (skull.centre[1] - cut + np.minimum(0, root_height))[:, None]
    way = along * total
    over = way < dome
    tilt = np.where(over, np.maximum(elevation, 0)[:, None] * (1 - way / np.maximum(dome, 1e-6)), 0)
    down = np.where(over, 0, way - dome) - np.minimum(0, root_height)[:, None]
    turned = ramp(0, 1, way / (0.8 * dome + 0.2 * size))
    angle = azimuth[:, None] * (1 - turned) + fallen[:, None] * turned
    swell = 0.035 + 0.058 * layer[:, None] + 0.07 * np.sin(np.pi * np.clip(way / total, 0, 1))
    volume = size * (_ABOVE_SKIN + swell * (0.05 + 0.95 * ramp(0, 0.55 * size, way)))
    reach = skull.radius(angle, np.maximum(tilt, 0.02)) + volume
    height = skull.centre[1] + reach * np.sin(tilt) - down
    free = _off_the_face(angle, side[:, None], height / size, layer[:, None])
    angle = angle + (free - angle) * ramp(0, 0.55 * size, way)
    reach = skull.radius(angle, np.maximum(tilt, 0.02)) + volume
    narrow = 0.15 * ramp(0.55 * size, 1.25 * size, down) + 0.02 * ramp(0.2 * size, 0.6 * size, down)
    ring = reach * np.cos(tilt) * (1 - narrow)
    ring, angle = _waved(style, ring, angle, way / size, ramp(0.3, 1.0, down / size), size, rng)
    paths = np.stack(
        [skull.centre[0] + ring * np.sin(angle), height, skull.centre[2] + ring * np.cos(angle)], axis=-1
    )
    paths += rng.normal(size=(n, 1, 3)) * 0.022 * size * along[..., None] ** 2
    paths[:, 0] = roots - normals * 0.02 * size
    return Strands(paths, 0.80 + 0.25 * layer, unit(paths - skull.centre), np.ones((n, style.steps), bool))


def _waved(
    style: Style,
    ring: np.ndarray,
    angle: np.ndarray,
    way: np.ndarray,
    share: np.ndarray,
    size: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Rings and angles with waves, in locks that swing together, stronger towards the ends."""
    if not style.wave:
        return ring, angle
    lock = np.round(angle[:, -1:] * 5) * 2.1 + rng.normal(size=(len(ring), 1)) * 0.5
    phase, amount = 9.0 * way + lock, size * style.wave * (0.25 + 0.75 * share)
    return ring + amount * (0.4 + np.sin(phase)), angle + amount * np.cos(phase) / np.maximum(
        ring, 0.3 * size
    )


def _with_parting(
    style: Style, roots: np.ndarray, normals: np.ndarray, skull: Skull
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Roots, normals and sides to which strands fall, with rows along the parting for both, and no root low on the forehead."""
    size = skull.unit
    near = np.flatnonzero(
        (np.abs(roots[:, 0] - style.parting * size) < 0.22 * size) & (roots[:, 2] > -0.35 * size)
    )
    rows = [(side, offset) for offset in _PARTING_ROWS for side in (1.0, -1.0)]
    places = []
    for k, (side, offset) in enumerate(rows):
        row = roots[near].copy()
        row[:, 0] = size * (style.parting + side * offset)
        row[:, 2] += size * 0.02 * (k - len(rows) / 2)
        places.append(row)
    own = np.where(roots[:, 0] > style.parting * size, 1.0, -1.0)
    sides = np.concatenate([*(np.full(len(near), side) for side, _ in rows), own])
    roots = np.concatenate([*places, roots])
    normals = np.concatenate([*([normals[near]] * len(rows)), normals])
    _, azimuth, elevation = spherical(roots - skull.centre)
    kept = ~((np.abs(azimuth) < 0.6) & (elevation < np.radians(32)))
    return roots[kept], normals[kept], sides[kept]


def _off_the_face(angle: np.ndarray, side: np.ndarray, height: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Azimuths of a curtain that keeps the face free: it opens from the parting down to the cheeks."""
    open_ = ramp(0.86, 0.20, height)
    limit = np.where(side > 0, 1.0, 0.94) * (1.10 * open_ - 1.5 * (1 - open_))
    kept = side * np.maximum(side * angle, limit + 0.10 * open_ * layer)
    return np.where(np.abs(angle) < 1.6, kept, angle)
