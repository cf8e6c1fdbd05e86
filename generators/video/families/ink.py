"""Ink: dye carried by turning water, lit as if it had a surface."""

from __future__ import annotations

import math
from typing import ClassVar

import cv2
import numpy as np
from numba import njit

from generators.video.colour import f32, look_up, smooth
from generators.video.families.base import Family
from generators.video.look import Look
from generators.video.noise import fractal, gradients, noise
from generators.video.palette import Palette

__all__ = ["Ink"]

CURRENT = 8  # the water's velocity is known at every eighth pixel
SOURCE = 4  # and where dye wells up at every fourth
SETTLING = 60  # steps before the first picture, so that it opens on turning ink


class Ink(Family):
    """Dye that wells up, is drawn out into threads, and fades."""

    resolution: ClassVar[float] = 0.625
    light_range: ClassVar[tuple[float, float]] = (0.20, 0.74)

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self.motion.phase = float(rng.uniform(0.0, 60.0))
        self._dye = np.zeros((self.height, self.width, 2), f32)
        self._y, self._x = np.mgrid[0 : self.height, 0 : self.width].astype(f32)
        calm = Look(speed=0.5)
        for _ in range(SETTLING):
            self.step(calm, 0.05)
        self.motion.camera = (0.0, 0.0)

    def step(self, look: Look, seconds: float) -> None:
        """Go on in time: carry the dye and feed it."""
        super().step(look, seconds)
        self._carry(look)
        self._feed(look)

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The ink now, linear float32 ``(H, W, 3)``."""
        picture = np.empty((self.height, self.width, 3), f32)
        knobs = np.array(
            [
                1.1 + 1.3 * look.density,
                0.5 + 0.8 * look.contrast,
                (60.0 + 240.0 * (1.0 - look.roundness)) * (self.unit / 360.0) ** 2,
                0.06 + 0.70 * max(look.lightness - 0.2, 0.0),
            ],
            f32,
        )
        reach = max(1, round(2 * self.unit / 360.0))
        _paint(picture, self._dye, colours.main, colours.hues, colours.light, knobs, reach)
        return picture

    def _carry(self, look: Look) -> None:
        motion = self.motion
        current = np.empty((max(self.height // CURRENT, 4), max(self.width // CURRENT, 4), 2), f32)
        wild = 0.15 + 1.1 * (1.0 - look.roundness) + 0.4 * look.jerk
        knobs = np.array(
            [motion.phase * 0.1, motion.lift * 0.1, 0.20, 0.20 * wild, 0.22 * look.rise, self.unit / CURRENT],
            f32,
        )
        _swirl(current, gradients(motion.phase * 0.5), gradients(motion.phase * (0.7 + look.jerk)), knobs)
        way = cv2.resize(current, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        way *= f32(motion.advance * self.unit)
        self._dye = cv2.remap(
            self._dye,
            self._x - way[..., 0],
            self._y - way[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REFLECT,
        )

    def _feed(self, look: Look) -> None:
        motion = self.motion
        shape = (max(self.width // SOURCE, 4), max(self.height // SOURCE, 4))
        well = np.empty((shape[1], shape[0], 2), f32)
        knobs = np.array(
            [motion.phase * 0.07, motion.lift * 0.25, 0.34 + 0.34 * look.density, self.unit / SOURCE], f32
        )
        _wells(well, gradients(motion.phase * 0.3 + 3.0), knobs)
        well = cv2.resize(well, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        _mix_in(self._dye, well, f32(2.0 * motion.advance), f32(0.16 * motion.advance))


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _swirl(current: np.ndarray, large: np.ndarray, small: np.ndarray, knobs: np.ndarray) -> None:
    """Velocity without sources or sinks, from the slopes of noise, with an upward draught.

    Source: Bridson et al. 2007, "Curl-noise for procedural fluid flow".
    """
    H, W = current.shape[:2]
    drift, lift, slow, fast, rise, unit = knobs[0], knobs[1], knobs[2], knobs[3], knobs[4], knobs[5]
    for j in range(H):
        for i in range(W):
            x, y = f32(i) / unit, f32(j) / unit
            _a, ax, ay = noise(x * f32(1.9) + drift, y * f32(1.9) + lift, large[0])
            _b, bx, by = noise(x * f32(4.6) - drift, y * f32(4.6) + lift, small[1])
            _c, cx, cy = noise(x * f32(10.3) + drift, y * f32(10.3) - lift, small[2])
            current[j, i, 0] = slow * ay + fast * (by * f32(0.5) + cy * f32(0.22))
            current[j, i, 1] = -slow * ax - fast * (bx * f32(0.5) + cx * f32(0.22)) - rise


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _wells(out: np.ndarray, table: np.ndarray, knobs: np.ndarray) -> None:
    """Where dye wells up, 0..1, and its hue, 0..1."""
    H, W = out.shape[:2]
    drift, lift, cover, unit = knobs[0], knobs[1], knobs[2], knobs[3]
    for j in range(H):
        for i in range(W):
            x, y = f32(i) / unit, f32(j) / unit
            n = fractal(x * f32(2.2) + drift, y * f32(2.2) + lift, table, 3, f32(0.003))
            out[j, i, 0] = smooth(f32(0.45) - cover, f32(0.8) - cover, n)
            out[j, i, 1] = (
                f32(0.5) + f32(0.5) * noise(x * f32(1.1) - drift, y * f32(1.1) + f32(7), table[3])[0]
            )


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _mix_in(dye: np.ndarray, well: np.ndarray, rate: float, fade: float) -> None:
    H, W = dye.shape[:2]
    for j in range(H):
        for i in range(W):
            s = well[j, i, 0]
            dye[j, i, 0] += (s - dye[j, i, 0]) * (rate * s + fade)
            dye[j, i, 1] += (well[j, i, 1] - dye[j, i, 1]) * (rate * s + fade * f32(0.5))


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint(
    picture: np.ndarray,
    dye: np.ndarray,
    main: np.ndarray,
    hues: np.ndarray,
    light: np.ndarray,
    knobs: np.ndarray,
    reach: int,
) -> None:
    """Dye lit from the upper left over a soft ground; knobs: thickness, contrast, relief, tone of the ground."""
    H, W = picture.shape[:2]
    gain, contrast, relief, ground = knobs[0], knobs[1], knobs[2], knobs[3]
    steep, last = math.sqrt(relief), hues.shape[0] - 1
    for j in range(H):
        up, down = max(j - reach, 0), min(j + reach, H - 1)
        tone = ground + f32(0.16) * (f32(1) - (j + f32(0.5)) / f32(H))
        for i in range(W):
            gx = dye[j, min(i + reach, W - 1), 0] - dye[j, max(i - reach, 0), 0]
            gy = dye[down, i, 0] - dye[up, i, 0]
            facing = (f32(0.55) * gx * steep + f32(0.65) * gy * steep + f32(0.6)) / math.sqrt(
                f32(1) + relief * (gx * gx + gy * gy)
            )
            lit = max(facing, f32(0))
            lit2 = lit * lit
            sheen = lit2 * lit2 * lit2 * f32(0.30)
            thick = max(dye[j, i, 0], f32(0)) * gain
            # 1 - exp(-x), closely enough, without a call
            t = f32(1) - f32(1) / (
                f32(1) + thick + f32(0.5) * thick * thick + f32(0.22) * thick * thick * thick
            )
            u = min(max(dye[j, i, 1] * f32(1.6) - f32(0.3), f32(0)), f32(0.999)) * last
            k = int(u)
            w = u - f32(k)
            bright = (f32(0.10) + f32(0.85) * lit + f32(0.25) * t) * (f32(0.35) + contrast * t)
            for c in range(3):
                back = look_up(main, tone, c) * (f32(0.5) + ground)
                hue = hues[k, c] + (hues[k + 1, c] - hues[k, c]) * w
                picture[j, i, c] = back + (hue * bright - back) * t + light[c] * sheen * t
