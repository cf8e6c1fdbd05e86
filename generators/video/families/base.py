"""What every family of scenes is: something that steps through time and draws linear light."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from generators.video.look import Look
from generators.video.motion import Motion
from generators.video.palette import Palette

__all__ = ["Family", "drawing_size"]

LARGEST = 1920 * 1080  # pixels of film beyond which scenes are drawn no finer, only enlarged


class Family(ABC):
    """A scene in motion.

    Distances are in units of ``unit`` pixels, which is the height of a 16:9 picture and the width of a 9:16 one, so
    that things keep their size whatever the shape of the frame. The sun, the moon and the light stand
    right of the centre and high, where neither a speaker nor captions come.

    Args:
        size: (width, height) of the drawing in pixels.
        rng: what differs between two scenes of a family.
    """

    resolution: ClassVar[float] = 0.5
    light_range: ClassVar[tuple[float, float]] = (0.20, 0.78)
    focus: ClassVar[float] = 0.5

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self.width, self.height = size
        self.unit = 0.75 * math.sqrt(self.width * self.height)
        self.rng = rng
        self.motion = Motion()

    def step(self, look: Look, seconds: float) -> None:
        """Go on in time."""
        self.motion.step(look, seconds)

    @abstractmethod
    def draw(self, look: Look, colours: Palette) -> np.ndarray:
        """The picture now: linear light of 0 or more, float32 ``(height, width, 3)``."""


def drawing_size(size: tuple[int, int], resolution: float) -> tuple[int, int]:
    """The size to draw at for a film of a size, in multiples of four pixels.

    Args:
        size: (width, height) of the film.
        resolution: of the family, pixels drawn per pixel of film along a side.
    """
    scale = resolution * min(1.0, math.sqrt(LARGEST / (size[0] * size[1])))
    width, height = (max(32, 4 * round(side * scale / 4)) for side in size)
    return width, height
