"""Pictures of a drawn character. One ``Artist`` draws one size on one thread and reuses its buffers."""

from __future__ import annotations

import numpy as np

from generators.face.drawn.designs import Design
from generators.face.drawn.figure import MASKS, figure
from generators.face.drawn.fill_kernels import paint, straightened

__all__ = ["Artist"]

_SPAN = 3.5  # head units to the height of the picture
_TOP = 1.78  # of them above the head's middle


class Artist:
    """Draws a design.

    Args:
        design: the character.
        size: (width, height) of the pictures in pixels. The head fills the largest square that stands at the bottom.
    """

    def __init__(self, design: Design, size: tuple[int, int]) -> None:
        width, height = size
        square = min(size)
        self._design = design
        self._scale = square / _SPAN
        self._middle = np.array([width / 2, height - square + _TOP * self._scale])
        self._area = np.zeros((height, width + 2), np.float32)
        self._masks = np.zeros((MASKS, height, width), np.float32)
        self._canvas = np.zeros((height, width, 4), np.float32)

    def draw(self, weights: np.ndarray, pose: np.ndarray, breath: float) -> np.ndarray:
        """A picture ``(height, width, 4)`` uint8 RGBA with straight alpha.

        Args:
            weights: shapes ``(52,)`` in the order of ``ARKIT``, 0..1.
            pose: ``(6,)`` as in ``FaceTrack``.
            breath: 0 empty to 1 full.
        """
        layers = list(figure(self._design, weights, pose, breath))
        outlines = [layer.outline for layer in layers]
        points = (np.concatenate(outlines) * self._scale + self._middle).astype(np.float32)
        starts = np.cumsum([0, *map(len, outlines)])
        colours = np.array([(*layer.colours, layer.cover) for layer in layers], np.float32)
        clips = np.array([layer.clip for layer in layers])
        kept = np.array([layer.keep for layer in layers])
        paint(points, starts, colours, clips, kept, self._area, self._masks, self._canvas)
        picture = np.empty(self._canvas.shape, np.uint8)
        straightened(self._canvas, picture)
        return picture
