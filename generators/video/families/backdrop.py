"""An out-of-focus room behind small things: light from one side and slow, large shades."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

from generators.video.colour import f32, look_up
from generators.video.families.base import Family
from generators.video.look import Look
from generators.video.noise import fractal, gradients
from generators.video.palette import Palette

__all__ = ["backdrop", "presence"]

SHRINK = 6  # it is so soft that a sixth of the resolution holds it


def backdrop(scene: Family, look: Look, colours: Palette) -> np.ndarray:
    """The room at the scene's size, linear float32 ``(H, W, 3)``."""
    motion = scene.motion
    small = np.empty((max(scene.height // SHRINK, 8), max(scene.width // SHRINK, 8), 3), f32)
    knobs = np.array(
        [
            motion.phase * 0.12,
            -motion.lift * 0.12,
            0.04 + 0.12 * look.lightness,
            0.36 + 0.45 * look.lightness,
            0.12 + 0.30 * look.contrast,
            0.70 + motion.camera[0],
            0.20 + motion.camera[1],
            scene.unit / SHRINK,
        ],
        f32,
    )
    _paint(small, gradients(motion.phase * 0.2), colours.main, colours.light, colours.dark, knobs)
    return cv2.resize(small, (scene.width, scene.height), interpolation=cv2.INTER_CUBIC)


def presence(order: np.ndarray, count: float, fade: float) -> np.ndarray:
    """How far each of many things is there: the first ``count`` of them, the last ones fading.

    Args:
        order: rank of each ``(N,)``, 0..N-1.
        count: how many there are; need not be whole.
        fade: how many ranks a thing takes to come.

    Returns:
        ``(N,)``, 0..1.
    """
    return np.clip((count - order) / fade, 0.0, 1.0)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint(
    picture: np.ndarray,
    table: np.ndarray,
    main: np.ndarray,
    light: np.ndarray,
    dark: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Fill the room; knobs: drift, lift, darkest, lightest, power of the lamp, its x and y in shares, unit."""
    H, W = picture.shape[:2]
    drift, lift, low, high, power = knobs[0], knobs[1], knobs[2], knobs[3], knobs[4]
    unit = knobs[7]
    lamp_x, lamp_y = knobs[5] * f32(W) / unit, knobs[6] * f32(H) / unit
    for j in range(H):
        for i in range(W):
            x, y = (i + f32(0.5)) / unit, (j + f32(0.5)) / unit
            n = fractal(x * f32(1.3) + drift, y * f32(1.3) + lift, table, 3, f32(0.004))
            dx, dy = x - lamp_x, y - lamp_y
            g = math.exp(-(dx * dx + dy * dy) * f32(1.7))
            t = low + (high - low) * (g * f32(0.75) + f32(0.25) * (f32(0.5) + f32(0.5) * n)) + f32(0.06) * n
            for c in range(3):
                shade = look_up(main, t, c) * (f32(0.30) + f32(0.9) * t)
                picture[j, i, c] = shade + dark[c] * f32(0.10) + light[c] * power * g * g
