"""Clouds in perspective: how dense they are, how far the sun lights them, and thin high ones above."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

from generators.video.colour import f32, smooth
from generators.video.families.base import Family
from generators.video.families.sun import Sun
from generators.video.look import Look
from generators.video.noise import EXACT, fractal, gradients, noise

__all__ = ["clouds"]


def clouds(scene: Family, look: Look, sun: Sun, horizon: float, cover: float, shrink: int) -> np.ndarray:
    """The clouds above a horizon.

    Args:
        scene: gives size, phases and camera.
        look: roundness makes them puffy or ragged.
        sun: lights them.
        horizon: its height in shares of the picture, 0 top .. 1 bottom.
        cover: share of the sky, 0 clear .. 1 closed.
        shrink: drawn at one such-th of the scene's size, then enlarged.

    Returns:
        float32 ``(rows, W, 3)`` down to the horizon: density, lit side, high veil; each 0..1.
    """
    motion = scene.motion
    rows = min(scene.height, int(horizon * scene.height) + 4)
    out = np.empty((max(rows // shrink, 4), max(scene.width // shrink, 4), 3), f32)
    knobs = np.array(
        [
            motion.phase * 0.26 + motion.camera[0],
            motion.lift * 0.30 + motion.camera[1],
            0.60 - 1.10 * cover,
            0.20 + 0.22 * look.roundness,
            look.roundness,
            scene.unit / shrink,
            horizon * scene.height / scene.unit,
            sun.x,
            sun.y,
            scene.width / scene.unit / 2.0,
        ],
        f32,
    )
    _field(out, gradients(motion.phase * 0.30), gradients(motion.phase * 0.16 + 9.0), knobs)
    return np.clip(cv2.resize(out, (scene.width, rows), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)


@njit(cache=True, nogil=True, fastmath=EXACT, error_model="numpy")
def _billow(x: float, y: float, table: np.ndarray, octaves: int, spacing: float) -> float:
    """Sum of octaves of rounded lumps with creases between them, about 0..1."""
    total, weight, norm = f32(0), f32(0.5), f32(0)
    for o in range(octaves):
        finer = f32(2.2) * spacing
        n = abs(noise(x, y, table[o + 2])[0])
        n = n * n / (n + f32(0.06))  # the crease itself is blunted, or it would flicker when it is thin
        total += weight * n / (f32(1) + finer * finer * finer * finer)
        norm += weight
        x, y = f32(1.62) * x + f32(1.22) * y + f32(7.9), f32(-1.22) * x + f32(1.62) * y + f32(3.7)
        spacing *= f32(2.03)
        weight *= f32(0.52)
    return total / norm * f32(1.9)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _field(out: np.ndarray, fine: np.ndarray, broad: np.ndarray, knobs: np.ndarray) -> None:
    """Fill ``out``; knobs: drift, lift, threshold, softness, roundness, unit, sky's height, sun x and y, middle."""
    H, W = out.shape[:2]
    drift, lift, threshold, softness, puffy = knobs[0], knobs[1], knobs[2], knobs[3], knobs[4]
    unit, height, sun_x, sun_y, middle = knobs[5], knobs[6], knobs[7], knobs[8], knobs[9]
    lumps, rags = f32(0.30) + f32(0.55) * puffy, f32(0.55) * (f32(1) - puffy)
    for j in range(H):
        v = (j + f32(0.5)) / unit
        e = max((height - v) / height, f32(0))
        # Far clouds are smaller and a little flatter; the logarithm keeps near ones as high as they are wide.
        far = f32(1) / (e + f32(0.34))
        y = -math.log(e + f32(0.34)) * f32(1.9) - lift
        spacing = far * f32(1.6) / unit
        for i in range(W):
            u = (i + f32(0.5)) / unit
            x = (u - middle) * far * f32(1.35) + drift
            large = fractal(x * f32(0.8), y * f32(0.8), broad, 2, spacing)
            wx = fractal(x * f32(1.3) + f32(31.7), y * f32(1.3), broad, 2, spacing)
            qx, qy = x * f32(1.9) + wx * (f32(0.10) + rags), y * f32(1.9) - wx * f32(0.5) * rags
            lump = _billow(qx, qy, fine, 5, spacing * f32(1.9))
            field = f32(0.80) * large + lumps * (lump - f32(0.4))
            if rags > f32(0.02):
                field += rags * fractal(qx * f32(1.4), qy * f32(1.4), fine, 4, spacing * f32(2))
            dx, dy = sun_x - u, sun_y - v
            toward = f32(0.20) / math.sqrt(dx * dx + dy * dy + f32(0.03))
            behind = _billow(qx + dx * toward, qy + dy * toward - f32(0.10), fine, 2, spacing * f32(1.9))
            thick = max(field - threshold, f32(0))
            out[j, i, 0] = smooth(f32(0), softness, field - threshold)
            out[j, i, 1] = smooth(
                f32(-0.15), f32(1.1), f32(0.66) + (lump - behind) * f32(0.85) - f32(0.55) * thick
            )
            veil = fractal(x * f32(0.5) + wx * f32(0.3), y * f32(1.5) + wx * f32(0.5), broad, 4, spacing)
            out[j, i, 2] = smooth(f32(0.0), f32(0.8), veil) * f32(0.5)
