"""The skin: colour, gloss and grain painted onto the face's map. All numbers were set by eye on rendered sheets."""

from __future__ import annotations

import math

import numpy as np

from generators.face.characters import Character
from generators.face.render.beard import beard_zone
from generators.face.render.face_map import HEIGHT, WIDTH, FaceMap, band_noise
from generators.face.render.mesh import ramp

__all__ = ["paint_skin"]


_SPOTTED = 0.3  # furrows from which skin has spots of age


def paint_skin(face: FaceMap, who: Character, rng: np.random.Generator) -> np.ndarray:
    """Colour (square root of linear, three channels), gloss and grain, ``(1024, 1536, 5)`` uint8."""
    import cv2

    coarse = cv2.resize(
        band_noise(rng, 256, 14).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    fine, middle = (np.tile(band_noise(rng, 512, cut), (2, 3)) for cut in (2.2, 5.0))
    mottle = 1 + 0.12 * (coarse - 0.5) + 0.13 * (fine - 0.5) + 0.10 * (middle - 0.5)
    colour = who.skin[None, None] * mottle[..., None] * _tint(face, coarse)
    gloss = _gloss(face, fine)
    colour *= 1 - _freckles(face, who, rng)[..., None] * np.array([0.16, 0.27, 0.34])
    if who.stubble:
        beard = _beard(face) * who.stubble * (0.35 + 1.1 * np.clip(fine - 0.35, 0, 1))
        colour *= 1 - beard[..., None] * np.array([0.62, 0.52, 0.42])
        gloss *= 1 - 0.5 * beard
    if who.beard:
        under = beard_zone(face.x, face.y, face.z, face.mouth, face.nose) * min(0.8, 0.45 + who.beard)
        under = under * (0.75 + 0.5 * np.clip(fine - 0.35, 0, 1))
        colour += (who.hair * 0.55 - colour) * np.clip(under, 0, 1)[..., None]
        gloss *= 1 - 0.8 * under
    brow = _brows(face, who, rng)
    colour += (who.brows * 0.62 + 0.003 - colour) * brow[..., None]
    gloss *= 1 - 0.7 * brow
    grain = _grain(face, fine, rng)
    stacked = np.concatenate(
        [np.sqrt(np.clip(colour, 0, 1)), np.clip(gloss, 0, 1)[..., None], grain[..., None]], axis=-1
    )
    return np.ascontiguousarray((stacked * 255 + 0.5).astype(np.uint8))


def _spot(face: FaceMap, x: float, y: float, wide: float, high: float) -> np.ndarray:
    """A soft spot on both sides of the face."""
    return np.exp(-(((np.abs(face.x) - x) / wide) ** 2) - ((face.y - y) / high) ** 2)


def _tint(face: FaceMap, noise: np.ndarray) -> np.ndarray:
    """Redder cheeks, nose and chin, darker eye sockets and lid creases; factors ``(h, w, 3)``."""
    front = ramp(0.1, 0.6, face.z)
    mouth, nose = face.mouth, face.nose
    red = 0.62 * _spot(face, 0.40, 0.45 * mouth + 0.55 * nose + 0.02, 0.24, 0.20) * front
    red += (
        0.50 * _spot(face, 0, nose + 0.01, 0.15, 0.13) * front
        + 0.22 * _spot(face, 0, mouth - 0.36, 0.18, 0.12) * front
    )
    red += 0.30 * _spot(face, 0.15, nose - 0.04, 0.06, 0.06) + 0.15 * _spot(face, 0.285, 0.10, 0.22, 0.06)
    red *= 0.8 + 0.5 * (noise - 0.5)
    socket = (
        _spot(face, 0.285, -0.05, 0.20, 0.14) * front + 0.35 * _spot(face, 0.12, -0.02, 0.06, 0.10) * front
    )
    shift = (
        np.array([0.02, -0.25, -0.23]) * red[..., None] + np.array([-0.16, -0.20, -0.14]) * socket[..., None]
    )
    ring = np.hypot((np.abs(face.x) - 0.285) / 1.15, face.y + 0.02) - 0.205
    crease = np.exp(-((ring / 0.018) ** 2)) * (face.y > 0.02) * front
    return (1 + shift) * (1 - 0.16 * crease[..., None])


def _gloss(face: FaceMap, noise: np.ndarray) -> np.ndarray:
    """How much the skin shines: more on forehead and nose, less below the eyes."""
    zone = 1 + 0.35 * _spot(face, 0, 0.5, 0.3, 0.25) + 0.5 * _spot(face, 0, face.nose + 0.02, 0.10, 0.35)
    return 0.44 * (0.70 + 0.6 * noise) * zone * (1 - 0.3 * _spot(face, 0.285, -0.1, 0.2, 0.1))


def _freckles(face: FaceMap, who: Character, rng: np.random.Generator) -> np.ndarray:
    """Cover of freckles on nose and cheeks, 0..1."""
    import cv2

    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    count = int(520 * who.freckles)
    x = np.abs(rng.normal(0.26, 0.15, count)) * rng.choice([-1, 1], count)
    columns, rows = face.texels(x, rng.normal(face.nose + 0.16, 0.13, count))
    sizes, strengths = rng.uniform(10, 26, count), rng.uniform(0.2, 0.7, count)
    for column, row, size, strength in zip(columns, rows, sizes, strengths, strict=True):
        centre = (int(column * 16), int(row * 16))
        cv2.circle(cover, centre, int(size), float(strength), -1, cv2.LINE_AA, 4)
    soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.9))
    return np.maximum(soft, _age_spots(face, who, rng)) if who.furrows > _SPOTTED else soft


def _age_spots(face: FaceMap, who: Character, rng: np.random.Generator) -> np.ndarray:
    """Cover of the larger, softer spots of old skin on temples, cheeks and forehead, 0..1."""
    import cv2

    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    count = int(70 * who.furrows)
    x = np.abs(rng.normal(0.48, 0.16, count)) * rng.choice([-1, 1], count)
    columns, rows = face.texels(x, rng.uniform(-0.6, 0.85, count))
    for column, row, size in zip(columns, rows, rng.uniform(2.0, 6.5, count), strict=True):
        axes = (int(size * 16), int(size * rng.uniform(11, 18)))
        cv2.ellipse(
            cover,
            (int(column * 16), int(row * 16)),
            axes,
            rng.uniform(0, 180),
            0,
            360,
            float(rng.uniform(0.2, 0.55)),
            -1,
            cv2.LINE_AA,
            4,
        )
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.6)) * who.furrows


def _beard(face: FaceMap) -> np.ndarray:
    """Where a beard would grow, 0..1."""
    zone = ramp(0.06, -0.12, face.y - face.nose) * ramp(-1.25, -1.02, face.y) * ramp(0.1, 0.6, face.z)
    cheek = np.clip(1.3 * _spot(face, 0.40, face.nose - 0.02, 0.22, 0.22), 0, 1)
    return zone * (1 - 0.9 * _spot(face, 0, face.mouth, 0.24, 0.07)) * (1 - cheek)


def _brows(face: FaceMap, who: Character, rng: np.random.Generator) -> np.ndarray:
    """Cover of single hairs along the brow, upright at its inner end and lying at its outer, over a faint tint."""
    import cv2

    slim = who.brow_thickness < 0.07
    count = 520 if slim else 640
    side = np.arange(count) % 2 * 2 - 1
    along, across = rng.random(count) ** 0.85, rng.random(count) - 0.5
    thick = (
        who.brow_thickness
        * (1 - 0.72 * np.maximum(0, along - 0.40) / 0.60)
        * (0.6 + 0.4 * np.minimum(1, along / 0.18))
    )
    x = 0.110 + 0.38 * along
    arch = np.sin(np.minimum(1, along / 0.66) * math.pi / 2) * who.brow_arch
    y = who.brow_height + arch - 0.030 * np.maximum(0, (along - 0.66) / 0.34) ** 1.3 + across * thick
    angle = (
        1.25
        - 1.35 * np.minimum(1, along * 1.5)
        - across * 0.9 * (along > 0.15)
        + rng.normal(size=count) * 0.12
    )
    length = (0.050 if slim else 0.058) * (0.7 + 0.5 * rng.random(count))
    starts = face.texels(side * x, y)
    ends = face.texels(side * (x + length * np.cos(angle)), y + length * np.sin(angle) * 0.75)
    strokes = np.stack([*starts, *ends], axis=1)
    cover, layer = np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    for k, (i0, j0, i1, j1) in enumerate((strokes * 16).astype(int).tolist()):
        cv2.line(layer, (i0, j0), (i1, j1), float(0.55 + 0.35 * rng.random()), 1, cv2.LINE_AA, 4)
        if k % 16 == 15 or k == count - 1:
            cover = 1 - (1 - cover) * (1 - 0.85 * layer)
            layer[:] = 0
    tint = 0.80 * cv2.GaussianBlur(cover, (0, 0), 4.5)
    return np.clip(np.maximum(cv2.GaussianBlur(cover, (0, 0), 0.6), tint), 0, 0.93)


def _grain(face: FaceMap, noise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Fine noise, drawn out upwards on the scalp so that hair roots look combed."""
    import cv2

    streaks = cv2.GaussianBlur(np.tile(band_noise(rng, 512, 1.0), (2, 3)), (0, 0), sigmaX=1.2, sigmaY=9.0)
    scalp = ramp(0.45, 0.62, face.y)
    return noise * (1 - scalp) + np.clip(0.5 + 1.6 * (streaks - 0.5), 0, 1) * scalp
