"""Forms: floating pebbles that turn into crystals as the picture loses its roundness."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numba import njit

from generators.video.colour import f32, smooth
from generators.video.families.backdrop import backdrop, presence
from generators.video.families.base import Family
from generators.video.look import Look
from generators.video.palette import RELATED, Palette

__all__ = ["Forms"]

MOST, FEWEST = 46, 10
IN_FOCUS = 0.55
# The plastic number's powers: places that keep apart from one another (Roberts 2018, "R2" sequence).
SPREAD = np.array([0.754877, 0.569840])


class Forms(Family):
    """Solid shapes in slow free fall, lit from the upper right."""

    resolution: ClassVar[float] = 0.625
    light_range: ClassVar[tuple[float, float]] = (0.22, 0.76)

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._place = (np.arange(MOST)[:, None] * SPREAD + rng.random(2)) % 1.0
        self._depth = np.sort(rng.random(MOST))
        self._rank = rng.permutation(MOST)
        self._size, self._tint, self._mark, self._turn, self._kind = rng.random((5, MOST))

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The room with its forms, linear float32 ``(H, W, 3)``."""
        picture = backdrop(self, look, colours)
        rows = self._rows(look, colours, picture.mean((0, 1)))
        _paint(picture, rows[rows[:, 11] > 0.004], colours.light, f32(look.roundness))
        return picture

    def _rows(self, look: Look, colours: Palette, haze: np.ndarray) -> np.ndarray:
        """Every form, the farthest first: x y radius angle corners blur r g b wobble depth presence."""
        motion, near = self.motion, 0.35 + 0.9 * self._depth
        x, y = self._places()
        beat = np.sin(motion.phase * 2.2 + 12.0 * self._size) * (1.0 - look.jerk) + look.jerk * (
            2.0 * motion.beat - 0.5
        )
        pulse = 1.0 + (0.05 + 0.10 * look.jerk) * beat
        rows = np.empty((MOST, 12), f32)
        rows[:, 0], rows[:, 1] = x * self.width, y * self.height
        size = 0.025 + 0.045 * self._size + 0.09 * self._depth**2 * (0.5 + self._size)
        rows[:, 2] = size * self.unit * 1.5 * pulse * self._calm(x, y)
        rows[:, 3] = motion.phase * (self._turn - 0.5) * 1.6 + 6.0 * self._turn
        rows[:, 4] = 4 + (self._kind * 4.0).astype(int)
        rows[:, 5] = (
            0.8 + look.depth_of_field * np.abs(self._depth - IN_FOCUS) ** 1.3 * 34.0 * self.unit / 540.0
        )
        colour = colours.hues[(self._tint * (RELATED - 0.01)).astype(int)]
        colour = np.where((self._mark > 0.88)[:, None], colours.accent, colour)
        far = (1.0 - self._depth)[:, None] * 0.62
        rows[:, 6:9] = (
            colour * (0.35 + 0.65 * look.lightness + 0.2 * look.contrast) * (1.0 - far) + haze * far
        )
        rows[:, 9] = motion.phase * 1.7 + 20.0 * self._kind
        rows[:, 10] = 1.0 - near / 1.25
        rows[:, 11] = presence(self._rank, FEWEST + (MOST - FEWEST) * look.density, 3.0)
        return rows

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the forms are, in shares of width and height; they wrap round outside the picture."""
        motion, near = self.motion, 0.35 + 0.9 * self._depth
        sway_x = 0.05 * np.sin(motion.phase * 0.8 + 20.0 * self._tint)
        sway_y = 0.06 * np.sin(motion.phase * 0.9 + 20.0 * self._mark)
        across = motion.phase * 0.045 * near + sway_x + motion.camera[0] * 4.0 * near
        up = -motion.lift * 0.16 * near + sway_y + motion.camera[1] * 4.0 * near
        x = (self._place[:, 0] * 1.6 + across) % 1.6 - 0.3
        y = (self._place[:, 1] * 1.9 + up) % 1.9 - 0.45
        return x, y

    def _calm(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Forms draw back where a speaker stands: factor on their size ``(N,)``."""
        return 1.0 - 0.45 * np.exp(-(((x - 0.52) / 0.22) ** 2) - ((y - 0.60) / 0.40) ** 2)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _outline(
    theta: float, corners: float, wobble: float, roundness: float, facet: float, star: float
) -> tuple[float, float, float, float, float]:
    """Radius of a form in a direction, its sector's number, angle within it, half its width, and unevenness."""
    spiky = f32(1) - roundness
    sector = f32(6.2831853) / corners
    half = sector * f32(0.5)
    k = math.floor(theta / sector)
    u = theta - k * sector - half
    uneven = math.sin((k % corners) * f32(2.4) + corners)
    tip = ((k if u < f32(0) else k + f32(1)) % corners) * f32(1.9) + corners
    peak = f32(1.06) + spiky * (f32(0.12) + f32(0.34) * math.sin(tip))
    dent = (f32(1.06) + spiky * f32(0.12)) * math.cos(half) * (f32(1) - f32(0.42) * star)
    au = abs(u)
    straight = peak * dent * math.sin(half) / (peak * math.sin(half - au) + dent * math.sin(au))
    soft = f32(1)
    if facet < f32(1):
        soft += roundness * (
            f32(0.09) * math.sin(f32(2) * theta + wobble)
            + f32(0.06) * math.sin(f32(3) * theta - f32(1.3) * wobble)
        )
    return soft * (f32(1) - facet) + facet * straight, k, u, half, uneven


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _paint(picture: np.ndarray, rows: np.ndarray, light: np.ndarray, roundness: float) -> None:
    """Draw the forms; the dome of a pebble turns into the facets of a gem as roundness falls."""
    H, W = picture.shape[:2]
    spiky = f32(1) - roundness
    facet, star = smooth(f32(0.15), f32(0.55), spiky), smooth(f32(0.45), f32(1), spiky)
    for n in range(rows.shape[0]):
        x, y, radius, angle, corners, blur = (
            rows[n, 0],
            rows[n, 1],
            rows[n, 2],
            rows[n, 3],
            rows[n, 4],
            rows[n, 5],
        )
        depth, there = rows[n, 10], rows[n, 11]
        reach = radius * (f32(1.25) + f32(0.5) * spiky) + blur + f32(2)
        far = f32(1.2) + f32(0.36) * spiky + blur / radius
        for j in range(max(0, int(y - reach)), min(H, int(y + reach) + 2)):
            for i in range(max(0, int(x - reach)), min(W, int(x + reach) + 2)):
                dx, dy = (f32(i) - x) / radius, (f32(j) - y) / radius
                d = math.sqrt(dx * dx + dy * dy)
                if d > far:
                    continue
                theta = math.atan2(dy, dx) - angle
                outline, k, u, half, uneven = _outline(theta, corners, rows[n, 9], roundness, facet, star)
                q = d / outline
                shown = smooth(f32(0), f32(1), (f32(1) - q) * radius / (f32(2) * blur) + f32(0.5)) * there
                if shown <= f32(0):
                    continue
                inside = min(q, f32(1))
                dome = math.sqrt(max(f32(1) - inside * inside * f32(0.96), f32(0)))
                arc = d * radius * f32(0.8)  # edges between facets are smoothed over a pixel
                side = min(max(u * arc, f32(-1)), f32(1))
                inner = min((half - abs(u)) * arc, f32(1))
                face = angle + (k + f32(0.5) + side * (f32(0.5) - f32(0.17) * inner)) * half * f32(2)
                tilt = f32(0.62) + f32(0.2) * uneven * inner
                nx = dx / outline * (f32(1) - facet) + facet * math.cos(face) * tilt
                ny = dy / outline * (f32(1) - facet) + facet * math.sin(face) * tilt
                nz = dome * (f32(1) - facet) + facet * f32(0.72)
                norm = f32(1) / math.sqrt(nx * nx + ny * ny + nz * nz)
                nx, ny, nz = nx * norm, ny * norm, nz * norm
                lit = max(f32(0.52) * nx - f32(0.62) * ny + f32(0.58) * nz, f32(0))
                half_way = max(f32(0.30) * nx - f32(0.36) * ny + f32(0.88) * nz, f32(0))
                h2 = half_way * half_way
                h8 = h2 * h2 * h2 * h2
                shine = h8 * h8 * h8 * h8 * h8 * h8 * f32(1.3) + h8 * f32(0.12)
                rim = f32(1) - nz
                rim = (
                    rim
                    * rim
                    * rim
                    * (f32(0.4) + f32(0.6) * max(nx * f32(-0.6) + ny * f32(0.5) + f32(0.3), f32(0)))
                )
                under = max(f32(-0.4) * nx + f32(0.8) * ny, f32(0)) * f32(0.22)
                glint = shine * (f32(1) - depth * f32(0.6)) + rim * f32(0.45)
                for c in range(3):
                    base = rows[n, 6 + c]
                    value = base * (f32(0.12) + f32(0.95) * lit + under)
                    value += base * base * f32(0.35) * (f32(1) - inside) + light[c] * glint
                    picture[j, i, c] += (value - picture[j, i, c]) * shown
