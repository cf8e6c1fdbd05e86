"""Stars that twinkle behind clouds and hills."""

from __future__ import annotations

import numpy as np

from generators.video.colour import f32

__all__ = ["Stars"]

COUNT = 420
TINT = np.array([0.9, 0.95, 1.0], f32)


class Stars:
    """A field of stars.

    Args:
        rng: places them.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._x, self._y, self._power, self._pace, self._start = rng.random((5, COUNT))

    def add(self, picture: np.ndarray, cover: np.ndarray, night: float, clock: float, lowest: float) -> None:
        """Add the stars to a linear picture in place, each to the four pixels about it.

        Args:
            picture: float32 ``(H, W, 3)``.
            cover: what hides them, 0..1, ``(rows, W)`` of the picture's upper part.
            night: 0 none .. 1 all their light.
            clock: seconds, for twinkling.
            lowest: height to which they are strewn, 0 top .. 1 bottom.
        """
        H, W = picture.shape[:2]
        x, y = self._x * (W - 2), self._y**0.8 * lowest * H
        twinkle = 0.75 + 0.25 * np.sin(clock * (1.0 + 3.0 * self._pace) + 40.0 * self._start)
        power = 1.2 * self._power**5 * twinkle * night**2
        i, j = x.astype(int), y.astype(int)
        power = power * (1.0 - cover[np.minimum(j, len(cover) - 1), i]) ** 2
        right, down = x - i, y - j
        for dj, di, share in (
            (0, 0, (1 - right) * (1 - down)),
            (0, 1, right * (1 - down)),
            (1, 0, (1 - right) * down),
            (1, 1, right * down),
        ):
            np.add.at(picture, (j + dj, i + di), (power * share)[:, None] * TINT)
