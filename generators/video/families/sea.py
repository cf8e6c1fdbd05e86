"""Sea: waves in perspective that mirror the sky, under a low sun or moon."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numba import njit

from generators.video.colour import f32, look_up, smooth
from generators.video.families.base import Family
from generators.video.families.clouds import clouds
from generators.video.families.stars import Stars
from generators.video.families.sun import Sun, fall_off, halo
from generators.video.look import Look
from generators.video.noise import gradients, noise
from generators.video.palette import Palette

__all__ = ["Sea"]


class Sea(Family):
    """Open water to the horizon."""

    resolution: ClassVar[float] = 0.5625
    light_range: ClassVar[tuple[float, float]] = (0.20, 0.76)
    focus: ClassVar[float] = 0.62

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._stars = Stars(rng)
        self.motion.phase = float(rng.uniform(0.0, 40.0))
        self._sun_x = float(rng.choice([0.30, 0.66, 0.72]))

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The sea now, linear float32 ``(H, W, 3)``."""
        horizon = 0.40 + self.motion.camera[1]
        sun = self._sun(look)
        cover = 0.26 + 0.40 * look.density + 0.16 * look.storm
        cloud = clouds(self, look, sun, horizon, cover, 3)
        picture = np.empty((self.height, self.width, 3), f32)
        rows, columns = self._rows(horizon, look, colours), self._columns(sun)
        table = halo(0.8, 0.5, 12.0)
        knobs = np.array([horizon, look.night, look.storm, self.unit], f32)
        _paint_air(picture, cloud, rows, columns, table, colours.main, colours.light, sun.array(), knobs)
        if look.night > 0:
            self._stars.add(picture, cloud[..., 0], 0.7 * look.night, self.motion.clock, horizon - 0.03)
        sky = (colours.sky * (1.0 - 0.93 * look.night)).astype(f32)
        _paint_water(
            picture, gradients(self.motion.phase * 1.1), rows, columns, table, sky, colours.main, colours.light,
            colours.dark, sun.array(), self._waves(horizon, look),
        )  # fmt: skip
        return picture

    def _sun(self, look: Look) -> Sun:
        low = float(np.clip(0.45 + look.warmth * 0.6 - look.night * 0.3, 0.0, 1.0))
        camera = self.motion.camera
        x = (self._sun_x + camera[0]) * self.width / self.unit
        y = (0.10 + 0.21 * low) * self.height / self.unit
        return Sun(x, y, 0.028 + 0.010 * look.night, 0.003 + 0.016 * (1.0 - look.night))

    def _rows(self, horizon: float, look: Look, colours: Palette) -> np.ndarray:
        """Colour of sky, colour of haze and share of haze of each row, float32 ``(H, 7)``."""
        y = (np.arange(self.height) + 0.5) / self.height
        e = np.maximum((horizon - y) / horizon, 0.0)
        day = 1.0 - 0.93 * look.night
        rows = np.empty((self.height, 7), f32)
        for c in range(3):
            rows[:, c] = (
                np.interp(0.05 + 0.95 * (1.0 - e**0.7), np.linspace(0.0, 1.0, 256), colours.sky[:, c]) * day
            )
            rows[:, 3 + c] = colours.sky[247, c] * day * 0.85
        rows[:, 6] = (
            np.where(y < horizon, np.exp(-16.0 * e), np.exp(-30.0 * np.maximum(y - horizon, 0.0))) * 0.7
        )
        return rows

    def _columns(self, sun: Sun) -> np.ndarray:
        """Glow of the haze in each column, float32 ``(W,)``."""
        x = (np.arange(self.width) + 0.5) / self.unit
        return (0.03 + 0.30 * np.exp(-2.5 * np.abs(x - sun.x))).astype(f32)

    def _waves(self, horizon: float, look: Look) -> np.ndarray:
        """What ``_paint_water`` needs to know of the waves."""
        motion = self.motion
        return np.array(
            [
                horizon,
                look.night,
                0.032 + 0.10 * look.density * (0.4 + look.speed) + 0.15 * look.storm,
                0.49 - 0.15 * look.roundness,
                motion.phase * 0.9,
                motion.phase * 0.5 + motion.lift * 1.2,
                0.02 + 0.10 * look.storm,
                max(0.0, look.storm * 1.5 - 0.35),
                0.5 + 0.5 * look.contrast,
                self.unit,
            ],
            f32,
        )


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint_air(
    picture: np.ndarray,
    cloud: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    table: np.ndarray,
    main: np.ndarray,
    light: np.ndarray,
    sun: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Sky above the water; knobs: horizon, night, storm, unit."""
    H, W = picture.shape[:2]
    horizon, night, storm, unit = knobs[0], knobs[1], knobs[2], knobs[3]
    shade = (f32(1) - f32(0.8) * night) * (f32(1) - f32(0.3) * storm)
    end = min(int(horizon * H) + 1, cloud.shape[0])
    for j in range(end):
        e = (horizon - (j + f32(0.5)) / f32(H)) / horizon
        show = f32(0.3) + f32(0.7) * smooth(f32(0), f32(0.3), e)
        dy = (j + f32(0.5)) / unit - sun[1]
        for i in range(W):
            dx = (i + f32(0.5)) / unit - sun[0]
            r = math.sqrt(dx * dx + dy * dy)
            glow = fall_off(table, r)
            d, lit = cloud[j, i, 0] * show, cloud[j, i, 1]
            disc = smooth(sun[2] + sun[3], sun[2] - sun[3], r) * f32(5) * (f32(1) - d)
            veil = cloud[j, i, 2] * (f32(1) - d) * (f32(0.25) * (f32(1) - night) + glow * f32(0.7))
            tone = f32(0.34) + f32(0.56) * lit - storm * f32(0.2)
            bright = (f32(0.4) + f32(0.75) * lit) * shade
            for c in range(3):
                back = rows[j, c] + light[c] * (glow + disc + veil)
                body = look_up(main, tone, c) * bright + light[c] * glow * (f32(0.2) + f32(0.8) * lit)
                value = back + (body - back) * d
                picture[j, i, c] = value + (rows[j, 3 + c] + light[c] * columns[i] - value) * rows[j, 6]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _slopes(
    x: float, z: float, spacing: float, knobs: np.ndarray, table: np.ndarray
) -> tuple[float, float, float]:
    """Height and slopes of the waves at a place; waves finer than ``spacing`` fade out."""
    chop, drift, lift = knobs[3], knobs[4], knobs[5]
    height, slope_x, slope_z = f32(0), f32(0), f32(0)
    weight, finer, cx, sn = f32(1), f32(1), f32(1), f32(0)
    for o in range(6):
        blur = spacing * finer * f32(0.9)
        share = weight / (f32(1) + blur * blur)
        if share * finer < f32(0.02):
            break
        u, v = (x * cx + z * sn) * finer, (z * cx - x * sn) * finer * f32(1.5)
        pace = math.sqrt(finer)
        n, nx, nz = noise(u + drift * f32(0.4) * pace, v + lift * pace + o * f32(13.7), table[o])
        height += n * share
        slope_x += share * finer * (nx * cx - f32(1.5) * nz * sn)
        slope_z += share * finer * (nx * sn + f32(1.5) * nz * cx)
        cx, sn = cx * f32(0.8) - sn * f32(0.6), sn * f32(0.8) + cx * f32(0.6)
        finer *= f32(1.95)
        weight *= chop
    return height, slope_x, slope_z


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint_water(
    picture: np.ndarray,
    table: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    glow_table: np.ndarray,
    sky: np.ndarray,
    main: np.ndarray,
    light: np.ndarray,
    dark: np.ndarray,
    sun: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Water below the horizon; knobs as ``Sea._waves`` gives them."""
    H, W = picture.shape[:2]
    horizon, night, wave = knobs[0], knobs[1], knobs[2]
    rough, foam, spark, unit = knobs[6], knobs[7], knobs[8], knobs[9]
    day = f32(1) - f32(0.93) * night
    tall, middle = f32(H) / unit, f32(W) / unit / f32(2)
    sun_turn, sun_rise = (sun[0] - middle) * f32(0.9), (horizon * tall - sun[1]) * f32(1.4)
    # A low row sees waves side by side whose slopes it cannot tell apart: their glitter widens instead.
    narrow = f32(0.0016) + rough * f32(0.06)
    for j in range(int(horizon * H) + 1, H):
        below = ((j + f32(0.5)) / f32(H) - horizon) * tall
        z = f32(0.16) / (below + f32(0.012))
        spacing = z * z * f32(34) / unit
        far = f32(1) / (f32(1) + f32(0.08) * z * z)
        wide = rough + f32(0.012) + f32(0.02) * min(z * f32(0.1), f32(1))
        for i in range(W):
            across = (i + f32(0.5)) / unit - middle
            height, hx, hz = _slopes(across * f32(3.1) * z, z * f32(5.5), spacing, knobs, table)
            crest = smooth(f32(0.2), f32(1.1), height) * far
            white = foam * smooth(f32(0.55), f32(1.05), height + f32(0.25) * hx) * far
            white *= smooth(f32(0.3), f32(0.9), abs(hx) + abs(hz))
            hx, hz = hx * wave, hz * wave
            flat = f32(1) / math.sqrt(f32(1) + hx * hx + hz * hz)
            vx, vy = across * f32(0.9), -below * f32(1.4)
            vl = f32(1) / math.sqrt(vx * vx + vy * vy + f32(1))
            vx, vy, vz = vx * vl, vy * vl, vl
            dn = (vx * -hx + vy - vz * hz) * flat
            rx, rz = vx + f32(2) * dn * hx * flat, vz + f32(2) * dn * hz * flat
            ry = vy - f32(2) * dn * flat
            ry = math.sqrt(
                ry * ry + f32(0.0012)
            )  # rays that hit another wave turn up softly, without a crease
            graze = f32(1) - min(max(-dn, f32(0)), f32(1))
            graze2 = graze * graze
            mirror = f32(0.03) + f32(0.97) * graze2 * graze2 * graze
            ahead = f32(1) / max(rz, f32(0.2))
            ax, ay = rx * ahead - sun_turn, ry * ahead - sun_rise
            r2 = ax * ax + ay * ay * f32(0.22)
            glow = fall_off(glow_table, math.sqrt(r2) * f32(0.8)) * f32(0.8)
            glow += spark * wide / (wide + r2 * f32(9)) / (f32(1) + f32(6) * r2 + f32(18) * r2 * r2)
            peak = f32(1) / (f32(1) + r2 / narrow * f32(0.5))
            shine = glow * (f32(1) - f32(0.4) * night) + spark * f32(2.6) * peak * peak * peak
            t = f32(1) - math.sqrt(min(ry * f32(1.1), f32(1))) * f32(0.95)
            for c in range(3):
                body = dark[c] * f32(0.5) + look_up(main, f32(0.34), c) * (f32(0.25) + f32(0.75) * day) * (
                    f32(0.30) + f32(0.9) * crest
                )
                seen = (look_up(sky, t, c) + light[c] * shine) * mirror * f32(0.92) + body * (f32(1) - mirror)
                seen += (look_up(main, f32(0.9), c) * (f32(0.12) + f32(0.6) * day) - seen) * white
                picture[j, i, c] = seen + (rows[j, 3 + c] + light[c] * columns[i] - seen) * rows[j, 6]
