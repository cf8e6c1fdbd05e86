"""Sky: clouds, sun or moon, light shafts and stars over low hills."""

from __future__ import annotations

import math
from typing import ClassVar

import cv2
import numpy as np
from numba import njit

from generators.video.colour import f32, look_up, smooth
from generators.video.families.base import Family
from generators.video.families.clouds import clouds
from generators.video.families.ridge_line import ridge_line
from generators.video.families.stars import Stars
from generators.video.families.sun import Sun, fall_off, halo
from generators.video.look import Look
from generators.video.palette import Palette

__all__ = ["Sky"]

HORIZON = 0.84


class Sky(Family):
    """Clouds that drift over two lines of hills."""

    resolution: ClassVar[float] = 0.625
    light_range: ClassVar[tuple[float, float]] = (0.20, 0.80)
    focus: ClassVar[float] = 0.3

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._stars = Stars(rng)
        self._hills_at = rng.uniform(0.0, 60.0, 2)
        self.motion.phase = float(rng.uniform(0.0, 40.0))

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The sky now, linear float32 ``(H, W, 3)``."""
        sun = self._sun(look)
        cover = 0.40 + 0.40 * look.density + 0.14 * look.storm
        cloud = clouds(self, look, sun, HORIZON, cover, 2)
        picture = np.empty((self.height, self.width, 3), f32)
        rows = _rows(self.height, look, colours)
        knobs = np.array(
            [
                look.night,
                look.storm,
                5.0 - 2.0 * look.night,
                1.0 - 0.45 * look.night - 0.25 * look.storm,
                self.unit,
            ],
            f32,
        )
        table = halo(0.9, 0.55)
        _paint(
            picture,
            cloud,
            self._shafts(cloud, sun, look),
            rows,
            table,
            colours.main,
            colours.light,
            sun.array(),
            knobs,
        )
        if look.night > 0:
            self._stars.add(picture, cloud[..., 0], look.night, self.motion.clock, HORIZON - 0.06)
        _land(
            picture,
            self._hills(look),
            rows[int(HORIZON * self.height)],
            colours.light,
            colours.dark,
            f32(sun.x * self.unit),
        )
        return picture

    def _sun(self, look: Look) -> Sun:
        low = float(np.clip(0.5 + look.warmth * 0.6 - look.night * 0.6, 0.0, 1.0))
        camera = self.motion.camera
        x = (0.72 + camera[0]) * self.width / self.unit
        y = (0.20 + 0.40 * low + camera[1]) * self.height / self.unit
        return Sun(x, y, 0.030 + 0.012 * look.night, 0.003 + 0.016 * (1.0 - look.night))

    def _shafts(self, cloud: np.ndarray, sun: Sun, look: Look) -> np.ndarray:
        """Light shafts between the clouds, float32 of the clouds' rows and columns."""
        rows, width = cloud.shape[:2]
        h, w = max(rows // 4, 2), max(width // 4, 2)
        clear = 1.0 - cv2.resize(cloud[..., 0], (w, h), interpolation=cv2.INTER_AREA)
        y, x = np.mgrid[0:h, 0:w] * (4.0 / self.unit)
        source = clear * np.exp(-np.hypot(x - sun.x, y - sun.y) / 0.28)
        shafts = np.empty((h, w), f32)
        _march(source.astype(f32), f32(sun.x * self.unit / 4), f32(sun.y * self.unit / 4), shafts)
        power = 0.75 * (1.0 - 0.5 * look.night) * (0.4 + look.contrast)
        return cv2.resize(shafts, (width, rows), interpolation=cv2.INTER_CUBIC) * f32(power)

    def _hills(self, look: Look) -> np.ndarray:
        """Heights of two lines of hills in pixels from above, float32 ``(2, W)``."""
        far = ridge_line(self.width, self.unit, 2.2, self._hills_at[0], look.roundness)
        near = ridge_line(self.width, self.unit, 1.7, self._hills_at[1], look.roundness)
        return np.stack([(0.86 - 0.05 * far) * self.height, (0.925 - 0.045 * near) * self.height]).astype(f32)


def _rows(height: int, look: Look, colours: Palette) -> np.ndarray:
    """What a row of the sky has in common: colour, colour of the haze, its share, share of clouds; ``(H, 8)``."""
    y = (np.arange(height) + 0.5) / height
    e = np.maximum((HORIZON - y) / HORIZON, 0.0)
    day = 1.0 - 0.93 * look.night
    steps = np.linspace(0.0, 1.0, 256)
    rows = np.empty((height, 8), f32)
    for c in range(3):
        rows[:, c] = np.interp(0.05 + 0.95 * (1.0 - e**0.75), steps, colours.sky[:, c]) * day
        rows[:, 3 + c] = colours.sky[247, c] * day * 0.9
    rows[:, 6] = np.exp(-9.0 * e) * (0.35 + 0.5 * look.depth_of_field)
    rows[:, 7] = 0.25 + 0.75 * (1.0 - np.exp(-6.0 * e))
    return rows


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _march(source: np.ndarray, sun_x: float, sun_y: float, out: np.ndarray) -> None:
    """Mean of the open sky along the line from each pixel to the sun."""
    H, W = source.shape
    for j in range(H):
        for i in range(W):
            x, y, total, weight = f32(i), f32(j), f32(0), f32(1)
            dx, dy = (sun_x - x) / f32(22), (sun_y - y) / f32(22)
            for _ in range(20):
                total += source[min(max(int(y), 0), H - 1), min(max(int(x), 0), W - 1)] * weight
                weight *= f32(0.95)
                x += dx
                y += dy
            out[j, i] = total / f32(12.8)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint(
    picture: np.ndarray,
    cloud: np.ndarray,
    shafts: np.ndarray,
    rows: np.ndarray,
    table: np.ndarray,
    main: np.ndarray,
    light: np.ndarray,
    sun: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Sky, sun and clouds; knobs: night, storm, brightness of the disc, of its glow, unit."""
    H, W = picture.shape[:2]
    R = cloud.shape[0]
    night, storm, disc, shine, unit = knobs[0], knobs[1], knobs[2], knobs[3], knobs[4]
    day = f32(1) - f32(0.93) * night
    shade = (f32(1) - f32(0.80) * night) * (f32(1) - f32(0.35) * storm)
    for j in range(H):
        jc = min(j, R - 1)
        haze, show = rows[j, 6], rows[j, 7]
        dy = (j + f32(0.5)) / unit - sun[1]
        for i in range(W):
            dx = (i + f32(0.5)) / unit - sun[0]
            r = math.sqrt(dx * dx + dy * dy)
            glow = fall_off(table, r)
            core = smooth(sun[2] + sun[3], sun[2] - sun[3], r) * disc
            d, lit = cloud[jc, i, 0], cloud[jc, i, 1]
            rim = d * (f32(1) - d) * f32(2.6) * min(glow * f32(1.6), f32(1))
            d *= show
            open_ = f32(1) - d
            veil = cloud[jc, i, 2] * open_
            tone = f32(0.40) + f32(0.58) * lit - storm * f32(0.26)
            bright = (f32(0.34) + f32(0.80) * lit) * shade
            behind = glow * shine + core * open_ + veil * (f32(0.35) * day + glow * f32(0.8))
            front = (glow * (f32(0.20) + f32(0.75) * lit) + rim) * shine + lit * lit * f32(0.62) * shade * day
            add = shafts[jc, i]
            for c in range(3):
                back = rows[j, c] + light[c] * behind
                body = look_up(main, tone, c) * bright + light[c] * front
                value = back * open_ + body * d + add * light[c]
                picture[j, i, c] = value + (rows[j, 3 + c] + light[c] * glow * f32(0.5) - value) * haze


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _land(
    picture: np.ndarray, hills: np.ndarray, air: np.ndarray, light: np.ndarray, dark: np.ndarray, sun_x: float
) -> None:
    """Hills in front of the sky; ``air`` is the sky's row at the horizon."""
    H, W = picture.shape[:2]
    for h in range(hills.shape[0]):
        far = f32(1) - h / f32(hills.shape[0])
        for i in range(W):
            near = f32(1) / (f32(1) + ((i - sun_x) / f32(0.3 * W)) ** 2)
            for j in range(max(int(hills[h, i]) - 1, 0), H):
                shown = min(max(j + f32(1) - hills[h, i], f32(0)), f32(1))
                mist = smooth(f32(0), f32(0.16), (j - hills[h, i]) / f32(H)) * f32(0.35) * far
                for c in range(3):
                    hazy = air[3 + c] + light[c] * near * f32(0.25)
                    ground = dark[c] * f32(0.55) + hazy * (far * f32(0.42) + mist * f32(0.5))
                    picture[j, i, c] += (ground - picture[j, i, c]) * shown
