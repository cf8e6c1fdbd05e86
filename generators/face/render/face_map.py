"""The cylinder map around the face on which skin and wrinkles are painted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generators.face.render.mesh import HeadMesh, split_quads
from generators.face.render.raster_kernels import depth_pass

__all__ = ["FaceMap", "band_noise", "map_face", "place_on_map"]

WIDTH, HEIGHT = 1536, 1024
_REACH = math.radians(120)  # azimuth to each side
_TOP, _BOTTOM = 1.15, -2.10  # heights of the map's edges in the face's unit
_BACK = 0.1  # the cylinder's axis lies so far behind the eyes, in the face's unit


@dataclass(frozen=True)
class FaceMap:
    """Where on the face each texel lies, in the face's unit, and where the mouth and the nose are.

    Args:
        x: ``(1024, 1536)``, the picture's right is positive; so ``y`` up and ``z`` to the front.
        y: see above.
        z: see above.
        step_x: width of a texel on the skin, ``(1024, 1536)``.
        step_y: height of a texel.
        mouth: height of the mouth.
        nose: height of the tip of the nose.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    step_x: np.ndarray
    step_y: float
    mouth: float
    nose: float

    def texels(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column and row of places on the front of the face."""
        row = np.clip(((_TOP - y) / (_TOP - _BOTTOM) * HEIGHT).astype(int), 0, HEIGHT - 1)
        front = np.abs(np.arange(WIDTH) - WIDTH / 2) <= WIDTH * 0.27
        column = np.abs(self.x[row] - x[..., None] + 10.0 * ~front).argmin(axis=-1)
        return column + 0.5, (_TOP - y) / (_TOP - _BOTTOM) * HEIGHT


def place_on_map(points: np.ndarray, unit: float) -> np.ndarray:
    """Places of points ``(n, 3)`` in decimetres on the map, ``(n, 2)``, 0..1."""
    azimuth = np.arctan2(points[:, 0], points[:, 2] + _BACK * unit)
    return np.stack([0.5 + azimuth / (2 * _REACH), (_TOP - points[:, 1] / unit) / (_TOP - _BOTTOM)], axis=1)


def map_face(mesh: HeadMesh) -> FaceMap:
    """The map of a head at rest: the outermost surface in each direction."""
    import cv2

    places = place_on_map(mesh.base, mesh.unit)
    radius = np.hypot(mesh.base[:, 0], mesh.base[:, 2] + _BACK * mesh.unit).astype(np.float32)
    triangles = split_quads(mesh.quads)
    whole = np.ptp(places[triangles][..., 0], axis=1) < 0.3  # not across the seam at the back
    outer = np.zeros((HEIGHT, WIDTH), np.float32)
    columns, rows = (places[:, 0] * WIDTH).astype(np.float32), (places[:, 1] * HEIGHT).astype(np.float32)
    depth_pass(columns, rows, radius, triangles[whole].astype(np.int32), 0, outer)
    distance = np.asarray(cv2.GaussianBlur(np.where(outer > 0, outer, np.float32(1)), (0, 0), 2.0))
    azimuth = ((np.arange(WIDTH) + 0.5) / WIDTH * 2 - 1)[None] * _REACH
    height = _TOP - (np.arange(HEIGHT)[:, None] + 0.5) / HEIGHT * (_TOP - _BOTTOM)
    return FaceMap(
        x=distance * np.sin(azimuth) / mesh.unit,
        y=np.broadcast_to(height, distance.shape),
        z=distance * np.cos(azimuth) / mesh.unit - _BACK,
        step_x=distance * (2 * _REACH / WIDTH) / mesh.unit,
        step_y=(_TOP - _BOTTOM) / HEIGHT,
        mouth=mesh.mouth,
        nose=mesh.nose,
    )


def band_noise(rng: np.random.Generator, size: int, cut: float) -> np.ndarray:
    """Noise ``(size, size)`` about 0..1 that repeats at its edges, without detail finer than ``cut`` texels."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    spectrum = np.fft.fft2(rng.normal(size=(size, size))) * np.exp(-((frequency * cut) ** 2))
    noise = np.real(np.fft.ifft2(spectrum))
    return np.clip(0.5 + 0.2 * noise / noise.std(), 0, 1)
