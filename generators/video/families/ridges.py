"""Ridges: lines of mountains and trees behind one another, with mist between them."""

from __future__ import annotations

import math
from typing import ClassVar

import cv2
import numpy as np
from numba import njit

from generators.video.colour import f32, look_up, smooth
from generators.video.families.base import Family
from generators.video.families.ridge_line import ridge_line
from generators.video.families.stars import Stars
from generators.video.families.sun import Sun, fall_off, halo
from generators.video.look import Look
from generators.video.noise import fractal, gradients
from generators.video.palette import Palette

__all__ = ["Ridges"]

LINES = 7
WOODED = 3  # the nearest lines, which carry trees
TREES = np.array([230.0, 140.0, 78.0])  # in a picture's width, far to near
HEIGHTS = np.array([0.026, 0.055, 0.125])
SHRINK = 6


class Ridges(Family):
    """Seven lines of mountains, the nearest with trees."""

    resolution: ClassVar[float] = 0.75
    light_range: ClassVar[tuple[float, float]] = (0.20, 0.76)
    focus: ClassVar[float] = 0.45

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._at = rng.uniform(0.0, 200.0, LINES)
        self._wild = rng.uniform(0.8, 1.25, LINES)
        self._bases = np.cumsum(rng.uniform(0.6, 1.4, LINES))
        self._bases = (self._bases - self._bases[0]) / (self._bases[-1] - self._bases[0])
        self._sun_x = float(rng.choice([0.28, 0.66, 0.72]))
        self._stars = Stars(rng)

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The mountains now, linear float32 ``(H, W, 3)``."""
        lines, ground = self._outlines(look)
        mist = self._mist()
        camera = self.motion.camera
        sun = Sun(
            (self._sun_x + camera[0] * 0.3) * self.width / self.unit,
            (0.28 - 0.10 * look.night + 0.06 * look.warmth) * self.height / self.unit,
            0.036 + 0.008 * look.night,
            0.003 + 0.016 * (1.0 - look.night),
        )
        picture = np.zeros((self.height, self.width, 3), f32)
        fog = 0.55 + 0.6 * look.density - 0.25 * look.contrast
        knobs = np.array([look.night, fog, self.unit], f32)
        table = halo(0.9, 0.5, 10.0) * f32(0.9 - 0.45 * look.night - 0.3 * look.storm)
        top = lines.min(0)
        _paint_air(picture, top, mist, table, colours.sky, colours.light, sun.array(), knobs)
        if look.night > 0:
            behind = (np.arange(self.height)[:, None] + 1.0 > top[None]).astype(f32)
            self._stars.add(picture, behind, 0.8 * look.night, self.motion.clock, 0.5)
        _paint_land(
            picture,
            lines,
            ground,
            mist,
            table,
            colours.sky,
            colours.main,
            colours.light,
            colours.dark,
            sun.array(),
            knobs,
        )
        return picture

    def _outlines(self, look: Look) -> tuple[np.ndarray, np.ndarray]:
        """Each line's outline with trees and its bare ground, in pixels from above, float32 ``(LINES, W)``."""
        lines = np.empty((LINES, self.width), f32)
        ground = np.empty_like(lines)
        camera = self.motion.camera
        for k in range(LINES):
            t = k / (LINES - 1)
            drift = self.motion.phase * 0.035 * (0.12 + t * t) + camera[0] * 3.0 * t
            base = 0.40 + 0.46 * (0.75 * t**1.1 + 0.25 * self._bases[k]) + camera[1] * 2.0 * t
            frequency = 2.6 - 1.2 * t
            rise = ridge_line(
                self.width, self.unit, frequency, self._at[k] + drift * frequency, look.roundness
            )
            lines[k] = (base - 0.13 * self._wild[k] * (1.0 - 0.45 * t) * rise) * self.height
            ground[k] = lines[k]
            row = k - (LINES - WOODED)
            if row >= 0:
                per_pixel = TREES[row] * 0.85 * 9 / 16 / self.unit
                tall = HEIGHTS[row] * (0.6 + 0.7 * look.density) * self.unit
                at = self._at[k] + drift * TREES[row] * 0.85
                _trees(lines[k], f32(per_pixel), f32(tall), at, f32(look.roundness * 0.35))
        return lines, ground

    def _mist(self) -> np.ndarray:
        """Two sheets of mist, float32 ``(H, W, 2)``, 0..1."""
        small = np.empty((max(self.height // SHRINK, 4), max(self.width // SHRINK, 4), 2), f32)
        motion = self.motion
        _drifts(
            small,
            gradients(motion.phase * 0.4),
            f32(motion.phase * 0.22),
            f32(motion.lift * 0.5),
            f32(self.unit / SHRINK),
        )
        return np.clip(cv2.resize(small, (self.width, self.height), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _trees(line: np.ndarray, per_pixel: float, tall: float, offset: float, roundness: float) -> None:
    """Raise an outline by trees: tapered, serrated conifers to round crowns; ``offset`` stays in float64."""
    for i in range(line.shape[0]):
        x = i * per_pixel + offset
        best = f32(0)
        for k in range(-2, 3):
            cell = math.floor(x) + k
            chance = math.sin(cell * 12.9898) * 43758.547
            r = f32(chance - math.floor(chance))
            place = r * f32(57.31)
            place -= math.floor(place)
            d = f32(abs(x - (cell + place))) / (f32(0.55) + f32(0.5) * r)
            cone = f32(1) - d + (f32(0.13) * ((d * f32(6) + r) % f32(1)) if d < f32(1) else f32(0))
            crown = math.sqrt(max(f32(1) - d * d * f32(1.1), f32(0))) * f32(0.72)
            best = max(best, (f32(0.35) + f32(0.65) * r) * (cone + (crown - cone) * roundness))
        line[i] -= tall * best


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _drifts(out: np.ndarray, table: np.ndarray, drift: float, lift: float, unit: float) -> None:
    H, W = out.shape[:2]
    for j in range(H):
        for i in range(W):
            x, y = (i + f32(0.5)) / unit, (j + f32(0.5)) / unit
            for k in range(2):
                n = fractal(
                    x * f32(1.4) + drift * (f32(1) + k),
                    y * f32(3.4) + lift + k * f32(19),
                    table,
                    4,
                    f32(0.02),
                )
                out[j, i, k] = smooth(f32(-0.5), f32(0.8), n)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint_air(
    picture: np.ndarray,
    top: np.ndarray,
    mist: np.ndarray,
    table: np.ndarray,
    sky: np.ndarray,
    light: np.ndarray,
    sun: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Sky above the highest outline; knobs: night, fog, unit."""
    H, W = picture.shape[:2]
    day, unit = f32(1) - f32(0.92) * knobs[0], knobs[2]
    for j in range(H):
        tone = f32(0.08) + f32(0.85) * min((j + f32(0.5)) / f32(H) * f32(1.7), f32(1))
        dy = (j + f32(0.5)) / unit - sun[1]
        for i in range(W):
            if j > top[i] + f32(1):
                continue
            dx = (i + f32(0.5)) / unit - sun[0]
            r = math.sqrt(dx * dx + dy * dy)
            glow = fall_off(table, r)
            disc = smooth(sun[2] + sun[3], sun[2] - sun[3], r) * f32(5)
            haze = mist[j, i, 0] * f32(0.35)
            for c in range(3):
                clear = look_up(sky, tone, c) * day + light[c] * (glow + disc)
                veil = look_up(sky, f32(0.93), c) * day + light[c] * glow * f32(0.9)
                picture[j, i, c] = clear + (veil - clear) * haze


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint_land(
    picture: np.ndarray,
    lines: np.ndarray,
    ground: np.ndarray,
    mist: np.ndarray,
    table: np.ndarray,
    sky: np.ndarray,
    main: np.ndarray,
    light: np.ndarray,
    dark: np.ndarray,
    sun: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Every line over those behind it; knobs: night, fog, unit."""
    H, W = picture.shape[:2]
    N = lines.shape[0]
    day, fog, unit = f32(1) - f32(0.92) * knobs[0], knobs[1], knobs[2]
    for j in range(H):
        dy = (j + f32(0.5)) / unit - sun[1]
        for i in range(W):
            first = 0  # the nearest line that hides all behind it
            for k in range(N):
                if j - lines[k, i] > f32(0.0):
                    first = k
            if j - lines[first, i] <= f32(-1.0):
                continue
            dx = (i + f32(0.5)) / unit - sun[0]
            glow = fall_off(table, math.sqrt(dx * dx + dy * dy)) * f32(0.9)
            for k in range(first, N):
                shown = min(max(j + f32(1) - lines[k, i], f32(0)), f32(1))
                if shown <= f32(0):
                    continue
                near = (k + f32(1)) / f32(N)
                depth = (j - ground[k, i]) / f32(H)
                sheet = mist[j, i, 0] if k % 2 == 0 else mist[j, i, 1]
                w = smooth(f32(-0.05), f32(0.27) - f32(0.08) * near, depth) * (f32(1) - f32(0.72) * near)
                w = min(fog * w * (f32(0.35) + f32(1.1) * sheet), f32(0.95))
                away = max(f32(1) - near, f32(0))
                air = math.sqrt(away * math.sqrt(away)) * away * f32(0.95) * (f32(1) - w) + w * f32(0.92)
                own = f32(0.22) * near * (f32(1) - w)
                tint = f32(0.24) * (f32(1) - near * near) * day * (f32(1) - w)
                for c in range(3):
                    haze = look_up(sky, f32(0.93), c) * day + light[c] * glow
                    value = dark[c] * own + haze * air + look_up(main, f32(0.30), c) * tint
                    picture[j, i, c] += (value - picture[j, i, c]) * shown
