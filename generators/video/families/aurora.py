"""Aurora: curtains of northern lights over hills and a lake that mirrors them."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numba import njit

from generators.video.colour import f32, smooth
from generators.video.families.backdrop import presence
from generators.video.families.base import Family
from generators.video.families.ridge_line import ridge_line
from generators.video.families.stars import Stars
from generators.video.look import Look
from generators.video.noise import gradients, noise
from generators.video.palette import Palette

__all__ = ["Aurora"]

SHORE = 0.80
CURTAINS = 5
STEPS = 512
DEEPEST = 6.0  # heights of a curtain after which its light is gone


class Aurora(Family):
    """Folded curtains of light, their rays running up from a bright lower edge."""

    resolution: ClassVar[float] = 0.625
    light_range: ClassVar[tuple[float, float]] = (0.18, 0.68)
    focus: ClassVar[float] = 0.35

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._stars = Stars(rng)
        self._hill_at = float(rng.uniform(0.0, 60.0))
        self.motion.phase = float(rng.uniform(0.0, 40.0))
        self._decay = np.exp(-np.linspace(0.0, DEEPEST, STEPS + 1)).astype(f32)
        self._decay -= self._decay[-1]

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The lights now, linear float32 ``(H, W, 3)``."""
        motion = self.motion
        night = max(0.45, look.night)
        base, power, height = self._curtains(look)
        outline = 0.765 - 0.07 * ridge_line(self.width, self.unit, 2.4, self._hill_at, look.roundness)
        hill = (outline * self.height).astype(f32)
        picture = np.empty((self.height, self.width, 3), f32)
        ripple = 0.010 + 0.03 * look.speed + 0.03 * look.jerk
        knobs = np.array([ripple, motion.phase * 1.2, (0.5 + 0.5 * look.contrast) * 0.85, self.unit], f32)
        rows = self._rows(night, colours)
        _paint(
            picture,
            base,
            power,
            height,
            self._decay,
            colours.hues,
            rows,
            colours.dark,
            hill,
            gradients(2.5),
            knobs,
        )
        above = int(SHORE * self.height)
        hidden = (np.arange(above)[:, None] + 3.0 > hill[None]).astype(f32)
        self._stars.add(picture, hidden, night * 0.8, motion.clock, SHORE)
        return picture

    def _curtains(self, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lower edge in pixels from above, power and height in pixels of each curtain, float32 ``(CURTAINS, W)``."""
        motion = self.motion
        base, power, height = np.empty((3, CURTAINS, self.width), f32)
        folds, rays = gradients(motion.phase * 0.55), gradients(motion.phase * 0.9)
        there = presence(np.arange(CURTAINS), 3.0 + 2.0 * look.density, 1.0)
        for k in range(CURTAINS):
            knobs = np.array([k, motion.phase * 0.16, 1.0 - look.roundness, 1.0 / self.unit], f32)
            _curtain(base[k], power[k], height[k], folds, rays, knobs)
            power[k] *= 3.2 * there[k] / there.sum()
        base += f32(-0.06 * math.sin(motion.lift * 0.8) - 0.05 * look.rise + motion.camera[1])
        height *= f32((0.70 + 0.5 * look.density) * (1.0 + 0.25 * look.rise))
        return base * f32(self.height), power, height * f32(self.height)

    def _rows(self, night: float, colours: Palette) -> np.ndarray:
        """Colour of the sky in each row above the shore, and of the hills' haze as the last, float32 ``(H + 1, 3)``."""
        e = np.maximum(SHORE - (np.arange(self.height) + 0.5) / self.height, 0.0) / SHORE
        day, steps = 1.0 - 0.9 * night, np.linspace(0.0, 1.0, 256)
        rows = np.empty((self.height + 1, 3), f32)
        for c in range(3):
            tone = np.interp(0.90 - 0.88 * e, steps, colours.sky[:, c])
            rows[:-1, c] = tone * day * 0.32 * (1.0 - 0.5 * e) + colours.dark[c] * 0.8
            rows[-1, c] = colours.dark[c] * 0.25 + colours.sky[153, c] * day * 0.12
        return rows


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _curtain(
    base: np.ndarray,
    power: np.ndarray,
    height: np.ndarray,
    folds: np.ndarray,
    rays: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Shape one curtain; knobs: its number, drift, spikiness, unit lengths in a column."""
    k, drift, spiky = knobs[0], knobs[1], knobs[2]
    for i in range(base.shape[0]):
        x = f32(i) * knobs[3]
        fold = noise(x * f32(1.3) + k * f32(17.3) + drift, k * f32(3.7), folds[0])[0]
        fine = noise(x * f32(3.4) + f32(0.8) * fold + k * f32(9.1) - drift, k * f32(5.1), folds[1])[0]
        base[i] = f32(0.62) - f32(0.085) * k + f32(0.17) * fold + f32(0.09) * fine
        q = x + f32(0.35) * fold
        ray = noise(q * f32(11) + drift * f32(3), k, rays[1])[0] * f32(0.6)
        ray += noise(q * f32(31) - drift * f32(4), k, rays[2])[0] * f32(0.4) * (f32(0.3) + spiky)
        slow = smooth(f32(-0.35), f32(0.7), noise(x - drift + k * f32(7), f32(8.8), folds[3])[0])
        power[i] = slow * max(f32(0.6) + f32(0.8) * ray, f32(0.08)) * (f32(1) + f32(0.5) * fine)
        height[i] = f32(0.11) + f32(0.06) * ray * (f32(0.5) + spiky) + f32(0.09) * slow


@njit(inline="always", cache=True, nogil=True, fastmath=True, error_model="numpy")
def _light(
    y: float,
    i: int,
    base: np.ndarray,
    power: np.ndarray,
    height: np.ndarray,
    decay: np.ndarray,
    hues: np.ndarray,
    unit: float,
) -> tuple[float, float, float]:
    """Light of all curtains at row ``y`` of column ``i``."""
    r, g, b = f32(0), f32(0), f32(0)
    for k in range(base.shape[0]):
        d = (base[k, i] - y) / unit
        h = height[k, i] / unit
        if d < f32(-0.05) or d > h * f32(DEEPEST) or power[k, i] < f32(0.004):
            continue
        u = max(d, f32(0)) / h * f32(STEPS / DEEPEST)
        n = min(int(u), STEPS - 1)
        glow = decay[n] + (decay[n + 1] - decay[n]) * (u - f32(n))
        seam = f32(1) / (f32(1) + f32(450) * d * d)
        strength = power[k, i] * smooth(f32(-0.05), f32(0.03), d) * (glow + f32(0.8) * seam * seam)
        t = min(max(d / (h * f32(2.2)), f32(0)), f32(1)) * f32(14.9)
        n = int(t)
        w = t - f32(n)
        r += strength * (hues[n, 0] + (hues[n + 1, 0] - hues[n, 0]) * w)
        g += strength * (hues[n, 1] + (hues[n + 1, 1] - hues[n, 1]) * w)
        b += strength * (hues[n, 2] + (hues[n + 1, 2] - hues[n, 2]) * w)
    return r, g, b


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint(
    picture: np.ndarray,
    base: np.ndarray,
    power: np.ndarray,
    height: np.ndarray,
    decay: np.ndarray,
    hues: np.ndarray,
    rows: np.ndarray,
    dark: np.ndarray,
    hill: np.ndarray,
    table: np.ndarray,
    knobs: np.ndarray,
) -> None:
    """Sky, hills and lake; knobs: ripple, clock, gain of the lights, unit."""
    H, W = picture.shape[:2]
    ripple, clock, gain, unit = knobs[0], knobs[1], knobs[2], knobs[3]
    shore = f32(SHORE) * H
    for j in range(H):
        deep = max(j + f32(0.5) - shore, f32(0)) / (f32(H) - shore)
        for i in range(W):
            y, column = j + f32(0.5), i
            if deep > f32(0):
                x = f32(i) / unit
                wobble = noise(x * f32(5), f32(3) / (deep + f32(0.06)) - clock, table[2])[0]
                wobble += f32(0.5) * noise(x * f32(13), f32(7) / (deep + f32(0.06)) + clock, table[3])[0]
                y = shore - (y - shore) * f32(1.9) + wobble * ripple * (f32(0.3) + deep) * f32(H)
                column = min(max(int(i + wobble * ripple * f32(0.4) * unit), 0), W - 1)
            r, g, b = _light(y, column, base, power, height, decay, hues, unit)
            row = min(max(int(y), 0), H - 1)
            shown = min(max(y - hill[column] + f32(0.5), f32(0)), f32(1))
            dim = f32(1) if deep == f32(0) else f32(0.72) * (f32(1) - f32(0.5) * deep)
            r, g, b = r * gain, g * gain, b * gain
            open_ = f32(1) - shown
            picture[j, i, 0] = ((rows[row, 0] + r) * open_ + (rows[H, 0] + r * f32(0.04)) * shown) * dim
            picture[j, i, 1] = ((rows[row, 1] + g) * open_ + (rows[H, 1] + g * f32(0.04)) * shown) * dim
            picture[j, i, 2] = ((rows[row, 2] + b) * open_ + (rows[H, 2] + b * f32(0.04)) * shown) * dim
