"""The eyeball's picture and shape. Numbers were set by eye on rendered sheets."""

from __future__ import annotations

import numpy as np

from generators.face.render.face_map import band_noise
from generators.face.render.mesh import ramp

__all__ = ["eye_globe", "paint_eye"]

_IRIS = 0.457  # radius of the iris in eye radii
_RINGS, _SPOKES = 20, 32


def paint_eye(colour: np.ndarray, rng: np.random.Generator, size: int = 320) -> np.ndarray:
    """Front view of an eyeball ``(size, size, 3)`` float32, linear: fibres, collarette, limbal ring, pupil, pinkish white."""
    rows, columns = np.mgrid[0:size, 0:size]
    x, y = (columns + 0.5) / size * 2 - 1, 1 - (rows + 0.5) / size * 2
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    inner = radius / _IRIS
    vein = ramp(0.50, 0.98, radius) * (0.4 + 0.6 * np.abs(x))
    pink = 0.20 * vein * (0.6 + band_noise(rng, size, 5.0))
    white = np.stack([0.71 - 0.05 * vein, 0.675 - pink, 0.65 - pink], axis=-1)
    phase, counts = rng.uniform(0, 6.3, 40), rng.integers(9, 70, 40)
    fibres = np.zeros_like(radius)
    for i in range(40):
        fibres += np.sin(counts[i] * angle + phase[i] + 1.5 * np.sin(3 * inner + phase[-i])) / np.sqrt(
            counts[i]
        )
    fibres = 0.5 + 0.5 * fibres / np.abs(fibres).max()
    light = (
        (0.50 + 1.05 * fibres)
        * (0.75 + 0.55 * ramp(0.3, 0.75, inner))
        * (1.1 - 0.85 * ramp(0.80, 1.0, inner))
    )
    caustic = 0.7 * np.clip(-y / _IRIS, 0, 1) * ramp(0.2, 0.7, inner) - 0.25 * np.clip(y / _IRIS, 0, 1)
    light = (light * (1 + caustic))[..., None]
    warm = ramp(0.62, 0.42, inner)[..., None]
    iris = colour * light * 1.15 * (1 - 0.55 * warm) + np.array([0.13, 0.070, 0.022]) * light * 0.55 * warm
    iris *= ramp(0.34, 0.42, inner)[..., None]
    inside = ramp(1.04, 0.94, inner)[..., None]
    ring = 1 - 0.35 * ramp(1.25, 1.0, inner)[..., None]
    return np.ascontiguousarray((white * (1 - inside) * ring + iris * inside).astype(np.float32))


def eye_globe() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Front of a ball with a slight cornea: directions ``(n, 3)``, radii ``(n, 1)`` in eye radii, quads ``(f, 4)``."""
    polar, around = np.linspace(0, 1.5, _RINGS), np.linspace(0, 2 * np.pi, _SPOKES + 1)[:-1]
    parts = (np.outer(np.sin(polar), np.cos(around)), np.outer(np.sin(polar), np.sin(around)))
    directions = np.stack([*parts, np.outer(np.cos(polar), np.ones(_SPOKES))], axis=-1).reshape(-1, 3)
    radii = 0.985 + 0.03 * ramp(0.46, 0.1, np.arccos(np.clip(directions[:, 2], -1, 1)))
    i, j = np.meshgrid(np.arange(_RINGS - 1), np.arange(_SPOKES), indexing="ij")
    after = (j + 1) % _SPOKES
    corners = [i * _SPOKES + j, (i + 1) * _SPOKES + j, (i + 1) * _SPOKES + after, i * _SPOKES + after]
    return (
        directions.astype(np.float32),
        radii[:, None].astype(np.float32),
        np.stack(corners, axis=-1).reshape(-1, 4),
    )
