"""The head as a smooth star-shaped ball, over which hair is laid."""

from __future__ import annotations

import numpy as np

__all__ = ["Skull", "spherical"]

_CELL = 5.0  # degrees


def spherical(offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radius, azimuth (0 in front, positive to the picture's right) and elevation in radians of offsets ``(…, 3)``."""
    radius = np.linalg.norm(offsets, axis=-1)
    azimuth = np.arctan2(offsets[..., 0], offsets[..., 2])
    return radius, azimuth, np.arcsin(np.clip(offsets[..., 1] / (radius + 1e-9), -1, 1))


class Skull:
    """A radius for every direction from the centre, in cells of 5 degrees, blended between them.

    Args:
        points: of the head without ears and neck ``(n, 3)``.
        centre: ``(3,)``.
        unit: the face's own unit.
    """

    def __init__(self, points: np.ndarray, centre: np.ndarray, unit: float) -> None:
        self.centre, self.unit = centre, unit
        radius, azimuth, elevation = spherical(points - centre)
        cells = np.zeros((72, 36))
        column = np.clip(((np.degrees(azimuth) + 180) / _CELL).astype(int), 0, 71)
        row = np.clip(((np.degrees(elevation) + 90) / _CELL).astype(int), 0, 35)
        np.maximum.at(cells, (column, row), radius)
        for _ in range(40):  # fill the cells that no vertex hit
            known = _neighbours((cells > 0).astype(float))
            cells = np.where(cells == 0, _neighbours(cells) / np.maximum(known, 1), cells)
        cells[:, 33:] = cells[:, 33:].mean(axis=0, keepdims=True)
        cells[:, :3] = cells[:, :3].mean(axis=0, keepdims=True)
        for _ in range(3):
            cells = np.maximum(cells, _neighbours(cells) / 9)
        self._cells = cells

    def radius(self, azimuth: np.ndarray, elevation: np.ndarray) -> np.ndarray:
        """Radius in decimetres in directions given in radians."""
        u = (np.degrees(azimuth) + 180) / _CELL - 0.5
        v = np.clip((np.degrees(elevation) + 90) / _CELL - 0.5, 0, 34.999)
        i, j = np.floor(u).astype(int), np.floor(v).astype(int)
        f, g = u - i, v - j
        left, right, cells = i % 72, (i + 1) % 72, self._cells
        low = cells[left, j] * (1 - f) + cells[right, j] * f
        high = cells[left, j + 1] * (1 - f) + cells[right, j + 1] * f
        return low * (1 - g) + high * g


def _neighbours(cells: np.ndarray) -> np.ndarray:
    """Sum over each cell and its eight neighbours, around the azimuth."""
    padded = np.pad(np.pad(cells, ((1, 1), (0, 0)), "wrap"), ((0, 0), (1, 1)), "edge")
    return sum((padded[i : i + 72, j : j + 36] for i in range(3) for j in range(3)), np.zeros_like(cells))
