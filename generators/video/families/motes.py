"""Motes: dust, embers, fireflies, petals or snow in a room of soft light, with a lens's depth of field."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.video.colour import f32
from generators.video.families.backdrop import backdrop, presence
from generators.video.families.base import Family
from generators.video.families.discs import COLUMNS, discs
from generators.video.look import Look
from generators.video.palette import RELATED, Palette

__all__ = ["Motes"]

MOST, FEWEST = 900, 60
MARGIN = 0.15  # share of the picture beyond its edges in which a mote turns round unseen
IN_FOCUS = 0.38  # depth that the lens is set to; 0 far, 1 near


class Motes(Family):
    """Small lights that drift, rise or fall."""

    resolution: ClassVar[float] = 0.5
    light_range: ClassVar[tuple[float, float]] = (0.19, 0.74)

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self._place = rng.random((MOST, 2))
        depth = rng.random(MOST) ** 1.25
        self._nearest_last = np.argsort(depth)
        self._depth = depth
        self._rank = np.arange(MOST)
        self._bulk, self._tint, self._blink, self._swing, self._glow = rng.random((5, MOST))

    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The room with its motes, linear float32 ``(H, W, 3)``."""
        picture = backdrop(self, look, colours)
        rows = self._rows(look, colours)
        discs(picture, rows[rows[:, COLUMNS.index("alpha")] > 0.004], f32(0.35 + 0.65 * look.roundness))
        return picture

    def _rows(self, look: Look, colours: Palette) -> np.ndarray:
        """Every mote as a row for ``discs``, the farthest first."""
        x, y = self._places(look)
        phase, scale = self.motion.phase, self.unit / 360.0
        blur = (0.4 + 30.0 * look.depth_of_field) * np.abs(self._depth - IN_FOCUS) ** 1.7 * 2.6
        size = (0.5 + 1.9 * self._bulk**2) * (0.35 + 1.3 * self._depth) * scale
        radius = size + blur * scale
        shine = (0.3 + 4.2 * self._glow**3) * (size / radius) ** 1.1 * 2.6
        twinkle = 0.6 + 0.4 * np.sin(phase * (2.0 + 4.0 * self._blink) + 50.0 * self._tint)
        # In the light motes hide what is behind, as snow and petals do; in the dark, or rising, they glow.
        solid = float(np.clip((look.lightness - 0.42) * 2.0 - max(look.rise, 0.0) * 0.9, 0.0, 0.6))
        count = FEWEST + (MOST - FEWEST) * look.density**1.3
        there = presence(self._rank, count, 40.0) * self._calm(x, y, radius)
        rows = np.empty((MOST, len(COLUMNS)), f32)
        rows[:, 0], rows[:, 1], rows[:, 2] = x * self.width, y * self.height, radius
        rows[:, 3] = 0.6 + radius * (0.06 + 0.30 * self._swing**2)
        rows[:, 4:7] = self._colours(colours) * ((1.0 - solid) * shine * twinkle + solid * 0.8)[:, None]
        rows[:, 7] = ((1.0 - solid) + solid * np.clip(shine * 0.9, 0.10, 0.85)) * there
        rows[:, 8] = solid
        rows[:, 9] = phase * (self._swing - 0.5) * 3.0 + 6.0 * self._blink
        sharp = np.clip(1.0 - blur / 6.0, 0.0, 1.0)
        tumble = 1.0 + np.sin(phase * 2.0 * self._swing + 9.0 * self._blink) * 0.4
        rows[:, 10] = 1.0 + sharp * (0.9 * (1.0 - look.roundness) + 0.5 * solid) * tumble
        return rows[self._nearest_last]

    def _places(self, look: Look) -> tuple[np.ndarray, np.ndarray]:
        """Where the motes are, in shares of width and height; they wrap round outside the picture."""
        motion, near = self.motion, 0.25 + 1.2 * self._depth
        sway = (0.05 + 0.05 * self._swing) * np.sin(
            motion.phase * (1.2 + 2.0 * self._swing) + 40.0 * self._blink
        )
        across = motion.phase * 0.16 * near + sway * (0.4 + look.roundness) + motion.camera[0] * 3.0 * near
        bob = 0.6 * sway * np.cos(motion.phase + 30.0 * self._swing)
        up = -motion.lift * 0.42 * near + bob + motion.camera[1] * 3.0 * near
        span_x, span_y = 1.0 + 2.0 * MARGIN, 1.0 + 2.6 * MARGIN
        x = (self._place[:, 0] * span_x + across) % span_x - MARGIN
        y = (self._place[:, 1] * span_y + up) % span_y - 1.3 * MARGIN
        return x, y

    def _calm(self, x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
        """Less of the large motes where a speaker stands, ``(N,)``."""
        middle = np.exp(-(((x - 0.52) / 0.24) ** 2) - ((y - 0.62) / 0.42) ** 2)
        return 1.0 - 0.75 * middle * np.clip(radius / (0.012 * self.unit), 0.0, 1.0)

    def _colours(self, colours: Palette) -> np.ndarray:
        """Linear colour of each mote ``(N, 3)``; one in fourteen wears the accent."""
        mixed = colours.hues[(self._tint * (RELATED - 0.01)).astype(int)] * 0.65 + colours.light * 0.35
        return np.where((self._tint > 0.93)[:, None], colours.accent, mixed)
