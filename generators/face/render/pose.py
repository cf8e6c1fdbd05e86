"""From the track's weights and pose to what the mesh needs: turned head, turned eyes, and shapes that go together."""

from __future__ import annotations

import math

import numpy as np

from generators.base import ARKIT
from generators.face.tables import motion

__all__ = ["looks", "rotation", "settled"]

_INDEX = {name: i for i, name in enumerate(ARKIT)}
_LOOKS = [i for i, name in enumerate(ARKIT) if name.startswith("eyeLook")]
_VERGENCE = 0.03  # radians by which each eye turns inwards to meet the viewer


def rotation(pitch: float, yaw: float, roll: float) -> np.ndarray:
    """The matrix ``(3, 3)`` float32 of a pose in radians: chin up, to the picture's right, crown to the picture's right."""
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp, sp = math.cos(-pitch), math.sin(-pitch)
    cr, sr = math.cos(-roll), math.sin(-roll)
    around_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    around_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    around_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (around_y @ around_x @ around_z).astype(np.float32)


def looks(weights: np.ndarray) -> np.ndarray:
    """Yaw and pitch in radians of the left and the right eye, ``(2, 2)``, of shapes ``(52,)``."""
    law = motion("gaze")
    wide, high = math.radians(law["full_horizontal"]), math.radians(law["full_vertical"])

    def of(name: str) -> float:
        return float(weights[_INDEX[f"eyeLook{name}"]])

    left = (wide * (of("OutLeft") - of("InLeft")) - _VERGENCE, high * (of("UpLeft") - of("DownLeft")))
    right = (wide * (of("InRight") - of("OutRight")) + _VERGENCE, high * (of("UpRight") - of("DownRight")))
    return np.array([left, right])


def settled(weights: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shapes to deform the mesh by, ``(52,)`` float32, and the eyes' looks ``(2, 2)``.

    The character's rest is added; lids and lips are kept from adding up to what skin cannot do. The eyes are turned
    as balls, so their shapes are left out.
    """
    shapes = np.array(weights, np.float32)
    base = np.array(rest, np.float32)
    for side in ("Left", "Right"):
        blink, wide, squint, cheek, smile, frown, stretch, sneer = (
            _INDEX[f"{name}{side}"]
            for name in (
                "eyeBlink", "eyeWide", "eyeSquint", "cheekSquint", "mouthSmile", "mouthFrown", "mouthStretch", "noseSneer",
            )
        )  # fmt: skip
        opened = 1 - min(1.0, float(shapes[blink]))
        base[wide] *= opened * max(0.0, 1 - 0.6 * shapes[squint] - 0.2 * shapes[cheek])
        shapes[wide] *= opened
        shapes[squint] *= 0.35 + 0.65 * opened
        shapes[cheek] *= 0.6 + 0.4 * opened
        taken = 2 * shapes[frown] + shapes[stretch] + 2 * shapes[_INDEX["mouthPucker"]] + shapes[sneer]
        base[smile] *= max(0.0, 1 - float(taken))
    shapes = shapes + base
    aimed = looks(weights)
    shapes[_LOOKS] = 0
    return shapes, aimed
