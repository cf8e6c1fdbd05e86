"""How a drawn head turns: a flat drawing wrapped on an egg, so that features slide and pieces before and behind part."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generators.face.drawn.outlines import moved

__all__ = ["View"]

_TALL, _DEEP = 1.15, 0.9  # half height and half depth of the egg in head units
_METRE = 9.0  # head units to a metre: half a head is some 11 cm wide
_PIVOT = (0.0, 1.05)  # about which the head rolls: the neck


@dataclass(frozen=True)
class View:
    """A pose of the head.

    Args:
        pose: ``(6,)`` as in ``FaceTrack``.
    """

    pose: np.ndarray

    def on_face(self, points: np.ndarray, out: float = 0.0) -> np.ndarray:
        """Where points of the face lie, ``(n, 2)``.

        Args:
            points: ``(n, 2)`` in head units, y down.
            out: how far before the egg they lie.
        """
        x, y = points[:, 0], points[:, 1]
        z = _DEEP * np.sqrt(np.maximum(1 - np.minimum(x * x + (y / _TALL) ** 2, 1.0), 0.0)) + out
        pitch, yaw = float(self.pose[3]), float(self.pose[4])
        turned = np.stack(
            [x * math.cos(yaw) + z * math.sin(yaw), y * math.cos(pitch) - z * math.sin(pitch)], axis=1
        )
        return self._placed(turned)

    def at_depth(self, points: np.ndarray, depth: float) -> np.ndarray:
        """Where a flat piece at one depth lies, ``(n, 2)``."""
        pitch, yaw = float(self.pose[3]), float(self.pose[4])
        return self._placed(moved(points, depth * math.sin(yaw), -depth * math.sin(pitch)))

    def _placed(self, points: np.ndarray) -> np.ndarray:
        """Points rolled about the neck and moved with the head."""
        roll = float(self.pose[5])
        c, s = math.cos(roll), math.sin(roll)
        x, y = points[:, 0] - _PIVOT[0], points[:, 1] - _PIVOT[1]
        right, up = float(self.pose[0]) * _METRE, float(self.pose[1]) * _METRE
        return np.stack([c * x - s * y + _PIVOT[0] + right, s * x + c * y + _PIVOT[1] - up], axis=1)
