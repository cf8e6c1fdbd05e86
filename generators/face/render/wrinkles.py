"""Wrinkles that come with expressions: valleys along hand-placed curves, in two layers, driven by the shapes' weights.

Layer 0 holds what raised brows, a smile and a squint crease; layer 1 what a frown, a sneer and a raised chin crease. Curves
and depths were set by eye on rendered sheets; coordinates are in the face's own unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.base import ARKIT
from generators.face.render.face_map import FaceMap, band_noise
from generators.face.render.mesh import ramp

__all__ = ["REGIONS", "carve", "crease_strengths", "knitted_brows", "region_shares", "resting_creases"]

# In the order of the columns of region_shares; Left and Right are the face's own.
REGIONS = (
    "forehead middle", "forehead left", "forehead right", "crow's feet left", "crow's feet right", "under eye left",
    "under eye right", "nasolabial left", "nasolabial right", "below the lip", "glabella", "nose", "mouth corner left",
    "mouth corner right", "chin", "dimple left", "dimple right",
)  # fmt: skip
_INDEX = {name: i for i, name in enumerate(ARKIT)}


class _Relief:
    """A height map of two layers into which lines are pressed."""

    def __init__(self, face: FaceMap, depth: float) -> None:
        self._face, self._depth = face, depth
        self.height = np.zeros((2, *face.x.shape))

    def line(
        self,
        layer: int,
        points: Sequence[tuple[float, float]],
        depth: float,
        width: float,
        ridge: float = 0.0,
        mirror: bool = True,
    ) -> None:
        """Press a valley along a smooth curve through points, with a soft ridge of height ``ridge`` beside it."""
        given = np.array(points, float)
        at, fine = np.linspace(0, 1, len(given)), np.linspace(0, 1, 60)
        degree = min(3, len(given) - 1)
        curve_x, curve_y = (np.polyval(np.polyfit(at, given[:, k], degree), fine) for k in (0, 1))
        along_x, along_y = np.gradient(curve_x), np.gradient(curve_y)
        fade = np.sin(np.pi * np.clip(fine * 0.92 + 0.04, 0, 1)) ** 0.6
        for side in (1, -1) if mirror else (1,):
            near_x = np.abs(self._face.x - side * curve_x.mean()) < np.ptp(curve_x) / 2 + 5 * width
            near_y = np.abs(self._face.y - curve_y.mean()) < np.ptp(curve_y) / 2 + 5 * width
            near = near_x & near_y & (self._face.z > 0)
            x, y = self._face.x[near], self._face.y[near]
            squared = (x[:, None] - side * curve_x[None]) ** 2 + (y[:, None] - curve_y[None]) ** 2
            nearest = squared.argmin(axis=1)
            distance = np.sqrt(
                _off_curve(
                    x - side * curve_x[nearest],
                    y - curve_y[nearest],
                    side * along_x[nearest],
                    along_y[nearest],
                )
            )
            valley = -depth * self._depth * np.exp(-((distance / width) ** 2))
            beside = ridge * np.exp(-(((distance - 2.2 * width) / (1.4 * width)) ** 2))
            self.height[layer][near] += (valley + beside) * fade[nearest]


def _off_curve(x: np.ndarray, y: np.ndarray, along_x: np.ndarray, along_y: np.ndarray) -> np.ndarray:
    """Squared distance from a curve of places that lie ``(x, y)`` off the nearest of its points.

    The curve goes on by half a step ``(along_x, along_y)`` to both sides of a point; from the points alone a crease would be a row of dimples.
    """
    step = along_x**2 + along_y**2 + 1e-12
    share = np.clip((x * along_x + y * along_y) / step, -0.5, 0.5)
    return (x - share * along_x) ** 2 + (y - share * along_y) ** 2


def carve(face: FaceMap, age: float, rng: np.random.Generator) -> np.ndarray:
    """Slopes to the side and up, and how closed the valley is, of both layers: ``(h, w, 6)`` int8.

    Args:
        face: the map.
        age: depth of the wrinkles, 0..1.
        rng: of small irregularities.
    """
    relief = _Relief(face, age)
    _press_raised(relief, face, rng)
    _press_frowned(relief, face)
    chin = np.exp(-((face.x / 0.15) ** 2) - ((face.y - face.mouth + 0.33) / 0.10) ** 2)
    relief.height[1] += chin * 0.009 * (np.tile(band_noise(rng, 512, 9.0), (2, 3)) - 0.55)
    layers = []
    for height in relief.height:
        slope_x = np.gradient(height, axis=1) / face.step_x
        slope_y = -np.gradient(height, axis=0) / face.step_y
        layers += [
            np.clip(slope_x * 63.5, -127, 127),
            np.clip(slope_y * 63.5, -127, 127),
            np.clip(-height * 2794, 0, 70),
        ]
    return np.ascontiguousarray(np.stack(layers, axis=-1).astype(np.int8))


def _press_raised(relief: _Relief, face: FaceMap, rng: np.random.Generator) -> None:
    """Layer 0: forehead, crow's feet, below the eye, nasolabial fold, below the lip."""
    mouth, nose = face.mouth, face.nose
    for y, depth, reach in ((0.40, 1.0, 0.40), (0.50, 0.9, 0.46), (0.60, 0.8, 0.42), (0.70, 0.5, 0.34)):
        wave = rng.normal(size=2) * 0.01
        points = [
            (-reach, y - 0.03),
            (-reach / 2, y + 0.015 + wave[0]),
            (0, y - 0.02 + wave[1]),
            (reach / 2, y + 0.015),
        ]
        relief.line(0, [*points, (reach, y - 0.03)], 0.0135 * depth, 0.022, 0.004, mirror=False)
    for dy, dx, lift in ((0.055, 0.17, 0.10), (0.0, 0.19, 0.0), (-0.055, 0.17, -0.10)):
        points = [(0.47, dy * 0.7 - 0.02), (0.53, dy - 0.015), (0.47 + dx, dy + lift * 0.4 - 0.02)]
        relief.line(0, points, 0.0095, 0.014)
    relief.line(0, [(0.17, -0.13), (0.27, -0.185), (0.40, -0.165), (0.47, -0.10)], 0.012, 0.022, 0.006)
    fold = [(0.150, nose + 0.07), (0.20, nose), (0.26, mouth + 0.10), (0.29, mouth - 0.04)]
    relief.line(0, fold, 0.016, 0.030, 0.008)
    relief.line(
        0, [(-0.17, mouth - 0.175), (0, mouth - 0.195), (0.17, mouth - 0.175)], 0.014, 0.032, mirror=False
    )


def _press_frowned(relief: _Relief, face: FaceMap) -> None:
    """Layer 1: glabella, root and sides of the nose, mouth corners, dimples."""
    mouth = face.mouth
    relief.line(1, [(0.062, 0.03), (0.058, 0.14), (0.085, 0.27)], 0.020, 0.020, 0.006)
    relief.line(1, [(-0.01, 0.06), (0.0, 0.2)], 0.008, 0.016, mirror=False)
    for y, depth in ((0.015, 0.014), (-0.045, 0.010)):  # across the root of the nose
        relief.line(1, [(-0.07, y), (0, y - 0.02), (0.07, y)], depth, 0.015, 0.005, mirror=False)
    # Down both sides of the bridge towards the cheeks: what tells a wrinkled nose from a frown.
    for y, depth in ((-0.05, 0.014), (-0.105, 0.015), (-0.16, 0.012), (-0.215, 0.008)):
        relief.line(1, [(0.035, y + 0.015), (0.085, y - 0.02), (0.14, y - 0.085)], depth, 0.014, 0.006)
    relief.line(1, [(0.265, mouth - 0.03), (0.30, mouth - 0.12), (0.285, mouth - 0.24)], 0.012, 0.028, 0.004)
    relief.line(1, [(0.30, mouth + 0.09), (0.345, mouth + 0.01), (0.335, mouth - 0.10)], 0.009, 0.022, 0.004)


def region_shares(points: np.ndarray, mouth: float, nose: float) -> np.ndarray:
    """How far each vertex at rest lies in each region, ``(n, 17)`` float32.

    Args:
        points: ``(n, 3)`` in the face's unit.
        mouth: height of the mouth.
        nose: height of the tip of the nose.
    """
    x, y, z = points.T
    side, front = np.abs(x), ramp(0.2, 0.5, z)
    left, right = ramp(-0.04, 0.04, x), ramp(0.04, -0.04, x)

    def within(value: np.ndarray, low: float, high: float, soft: float = 0.05) -> np.ndarray:
        return ramp(low - soft, low + soft, value) * ramp(high + soft, high - soft, value)

    forehead, middle = within(y, 0.33, 0.85) * front, ramp(0.36, 0.16, side)
    crow = within(y, -0.14, 0.10) * ramp(0.42, 0.48, side) * front
    eye = within(y, -0.25, -0.06, 0.03) * within(side, 0.13, 0.50) * front
    fold = within(side, 0.15, 0.42, 0.03) * within(y, mouth - 0.16, nose + 0.12) * front
    corner = within(side, 0.22, 0.38, 0.03) * within(y, mouth - 0.30, mouth - 0.04, 0.03) * front
    dimple = within(side, 0.27, 0.40, 0.03) * within(y, mouth - 0.14, mouth + 0.12) * front
    outer = forehead * (1 - middle)
    columns = [
        forehead * middle, outer * left, outer * right, crow * left, crow * right, eye * left, eye * right,
        fold * left, fold * right,
        ramp(0.24, 0.18, side) * within(y, mouth - 0.27, mouth - 0.12, 0.03) * front,
        ramp(0.17, 0.12, side) * within(y, 0.03, 0.30, 0.04) * front,
        ramp(0.22, 0.16, side) * within(y, -0.28, 0.0, 0.03) * front,
        corner * left, corner * right,
        ramp(0.26, 0.18, side) * within(y, mouth - 0.46, mouth - 0.22, 0.03) * front,
        dimple * left, dimple * right,
    ]  # fmt: skip
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.float32))


def crease_strengths(weights: np.ndarray) -> np.ndarray:
    """How strong each region's wrinkles are in both layers, ``(17, 2)`` float32, for shapes ``(52,)``."""

    def of(name: str) -> float:
        return max(0.0, float(weights[_INDEX[name]]))

    out = np.zeros((len(REGIONS), 2), np.float32)
    frown = (of("browDownLeft") + of("browDownRight")) / 2
    sneer = (of("noseSneerLeft") + of("noseSneerRight")) / 2
    press = (of("mouthPressLeft") + of("mouthPressRight")) / 2
    raised, shrug = of("browInnerUp"), of("mouthShrugLower")
    out[0, 0] = 0.9 * max(0.0, raised - 0.15)
    for k, side in enumerate(("Left", "Right")):
        smile, cheek = max(0.0, of(f"mouthSmile{side}") - 0.15), of(f"cheekSquint{side}")
        squint, stretch = of(f"eyeSquint{side}"), of(f"mouthStretch{side}")
        out[1 + k, 0] = 0.9 * max(0.0, of(f"browOuterUp{side}") - 0.1) + 0.25 * raised
        out[3 + k, 0] = 0.9 * cheek + 0.25 * of(f"eyeBlink{side}") * squint
        out[5 + k, 0] = 0.75 * cheek + 0.45 * squint
        out[7 + k, 0] = (
            0.95 * smile + 0.75 * of(f"noseSneer{side}") + 0.45 * of(f"mouthUpperUp{side}") + 0.25 * stretch
        )
        out[12 + k, 1] = 0.9 * of(f"mouthFrown{side}") + 0.3 * stretch
        out[15 + k, 1] = 0.55 * smile + 0.8 * of(f"mouthDimple{side}") + 0.4 * stretch
    out[9, 0] = 0.9 * shrug + 0.5 * press + 0.4 * of("mouthRollLower")
    # Brows that are drawn together while they are raised go down less than they crease.
    out[10, 1] = 1.1 * frown * (1 + 2 * raised)
    out[11, 1] = 1.3 * sneer
    out[14, 1] = 1.1 * shrug
    return np.minimum(out, np.float32(1.3))


def knitted_brows(weights: np.ndarray) -> float:
    """How much deeper the skin between drawn-together brows creases because they are raised as well, 0..1.3.

    It is what no sum of the shapes' own creases holds. ``weights``: shapes ``(52,)``.
    """
    level = weights.copy()
    level[_INDEX["browInnerUp"]] = 0
    between = REGIONS.index("glabella")
    return float(crease_strengths(weights)[between, 1] - crease_strengths(level)[between, 1])


def resting_creases(furrows: float) -> np.ndarray:
    """How strong each region's wrinkles are in both layers at rest, ``(17, 2)`` float32, for furrows of 0..1."""
    out = np.zeros((len(REGIONS), 2), np.float32)
    for name, (raised, frowned) in _AT_REST.items():
        for i, region in enumerate(REGIONS):
            if region.startswith(name):
                out[i] = raised, frowned
    return out * np.float32(furrows)


# Share of the furrows in both layers, by the beginning of the regions' names.
_AT_REST = {
    "forehead": (0.60, 0.0), "crow's feet": (0.85, 0.0), "under eye": (1.0, 0.0), "nasolabial": (1.05, 0.0),
    "below the lip": (0.35, 0.0), "glabella": (0.0, 0.55), "nose": (0.0, 0.25), "mouth corner": (0.0, 0.95),
    "chin": (0.0, 0.35), "dimple": (0.0, 0.45),
}  # fmt: skip
