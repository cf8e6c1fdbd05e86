"""Outlines of drawings: smooth closed curves, ellipses, strokes that swell and taper. Arrays in, arrays out."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["ellipse", "mirrored", "moved", "smooth", "stroke", "through"]

_STEPS = 8  # points between two control points


def smooth(controls: np.ndarray) -> np.ndarray:
    """A closed curve through control points ``(k, 2)``, ``(8k, 2)``: Catmull and Rom's cubic."""
    around = np.stack([np.roll(controls, shift, axis=0) for shift in (1, 0, -1, -2)], axis=1)
    return np.asarray(np.einsum("sj,kjc->ksc", _basis(), around).reshape(-1, 2))


def through(controls: np.ndarray) -> np.ndarray:
    """An open curve through control points ``(k, 2)``, ``(8(k - 1) + 1, 2)``."""
    ends = np.concatenate([2 * controls[:1] - controls[1:2], controls, 2 * controls[-1:] - controls[-2:-1]])
    around = np.stack([ends[i : len(ends) - 3 + i] for i in range(4)], axis=1)
    inner = np.einsum("sj,kjc->ksc", _basis(), around).reshape(-1, 2)
    return np.concatenate([inner, controls[-1:]])


@lru_cache(maxsize=1)
def _basis() -> np.ndarray:
    t = np.arange(_STEPS) / _STEPS
    return 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], axis=1
    )


@lru_cache(maxsize=8)
def _turn(count: int) -> np.ndarray:
    angle = np.arange(count) * 2 * np.pi / count
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def ellipse(x: float, y: float, wide: float, high: float, count: int = 32) -> np.ndarray:
    """An ellipse of half axes ``wide`` and ``high``, ``(count, 2)``."""
    return moved(_turn(count) * (wide, high), x, y)


def stroke(line: np.ndarray, width: float | np.ndarray) -> np.ndarray:
    """The outline of a line ``(n, 2)`` drawn with a round pen.

    Args:
        line: its points.
        width: of the pen, one number or one for each point.
    """
    half = np.broadcast_to(np.asarray(width, float) / 2, (len(line),))[:, None]
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * half
    angle = np.linspace(0, np.pi, 7)[1:-1, None]
    end = line[-1] + np.cos(angle) * across[-1] + np.sin(angle) * along[-1] * half[-1]
    begin = line[0] - np.cos(angle) * across[0] - np.sin(angle) * along[0] * half[0]
    return np.concatenate([line + across, end, (line - across)[::-1], begin])


def mirrored(points: np.ndarray) -> np.ndarray:
    """The same outline on the other side."""
    return points * (-1.0, 1.0)


def moved(points: np.ndarray, right: float, down: float) -> np.ndarray:
    """Points ``(…, 2)`` moved."""
    return np.asarray(np.add(points, (right, down)))
