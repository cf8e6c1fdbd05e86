"""The head's painted maps as pictures for other renderers: what our shading paints per point is baked into them."""

from __future__ import annotations

import io

import numpy as np

from generators.face.render import layout
from generators.face.render.mesh import ramp, split_quads
from generators.face.render.model import HeadModel

__all__ = ["coded", "eye_picture", "hair_picture", "lash_picture", "skin_picture", "srgb"]

_SHIFT = 4  # bits of a texel's fraction in the corners that OpenCV draws
_FRACTIONS = 1 << _SHIFT
_SOFT = 2.0  # texels by which masks that were filled triangle by triangle are blurred
_SOFT_TOP = 9.0  # of the top, whose edge crosses the mesh's triangles
_SEAM, _INNER = 0.3, 0.3  # triangles across the map's seam and inside the mouth are left out
_JPEG_QUALITY = 92


def srgb(linear: np.ndarray) -> np.ndarray:
    """Display values 0..255 uint8 of linear light 0..1. Source: IEC 61966-2-1."""
    x = np.clip(linear, 0, 1)
    shown = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.asarray(shown * 255 + 0.5, np.uint8)


def skin_picture(model: HeadModel) -> np.ndarray:
    """The skin's map with lips, scalp and the knitted top painted in, ``(1024, 1536, 3)`` uint8."""
    skin = (model.skin[..., :3].astype(np.float32) / 255) ** 2
    height, width = skin.shape[:2]
    lips, scalp, cloth = np.moveaxis(_masks(model, height, width), -1, 0)
    skin += (model.who.lips.astype(np.float32) - skin) * lips[..., None]
    skin += (model.who.hair.astype(np.float32) * 0.6 - skin) * scalp[..., None]
    weave = np.tile(model.weave, (-(-height // 64), -(-width // 64)))[:height, :width, None]
    covered = ramp(0.45, 0.55, cloth)[..., None]
    skin += (model.who.cloth.astype(np.float32) * weave - skin) * covered
    return srgb(skin)


def _masks(model: HeadModel, height: int, width: int) -> np.ndarray:
    """Cover of the lips, of the scalp and of the top on the map, ``(height, width, 3)``."""
    import cv2

    table, triangles = model.static[: model.mesh.surface], split_quads(model.mesh.skin_quads)
    whole = np.ptp(table[triangles, layout.U], axis=1) < _SEAM
    triangles = triangles[whole & (table[triangles, layout.INSIDE].max(axis=1) < _INNER)]
    columns = (table[:, layout.LIPS], -table[:, layout.INSIDE], table[:, layout.CLOTH_EDGE])
    values = np.clip(np.stack(columns, axis=1), 0, 1)[triangles].mean(axis=1)
    places = table[:, :2] * (width, height) * _FRACTIONS
    masks = np.zeros((height, width, 3), np.float32)
    for corners, value in zip(places[triangles].round().astype(np.int32), values.tolist(), strict=True):
        cv2.fillConvexPoly(masks, corners, value, cv2.LINE_8, _SHIFT)
    masks[..., 2] = cv2.GaussianBlur(masks[..., 2], (0, 0), _SOFT_TOP)
    return np.asarray(cv2.GaussianBlur(masks, (0, 0), _SOFT))


def eye_picture(model: HeadModel) -> np.ndarray:
    """The eyeball from its front, ``(n, n, 3)`` uint8."""
    return srgb(model.eye)


def hair_picture(model: HeadModel) -> np.ndarray:
    """Strips of strands with their cover as alpha, ``(256, 256, 4)`` uint8."""
    texture = model.hair.texture.astype(np.float32)
    colour = model.who.hair.astype(np.float32) * (texture[..., 1:] / 128)
    return np.concatenate([srgb(colour), texture[..., :1].astype(np.uint8)], axis=-1)


def lash_picture() -> np.ndarray:
    """Hairs of lashes side by side that thin out upwards, ``(32, 64, 4)`` uint8: one period of their pattern."""
    place = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    out = np.linspace(0, 1, 32)[:, None]
    cover = (1 - out) * (0.62 + 0.38 * np.sin(place)[None])
    picture = np.zeros((32, 64, 4), np.uint8)
    picture[..., :3] = 14
    picture[..., 3] = np.clip(cover * 255, 0, 255)
    return picture


def coded(picture: np.ndarray, mime: str) -> bytes:
    """A picture as the bytes of a PNG (``image/png``) or JPEG (``image/jpeg``)."""
    from PIL import Image

    out = io.BytesIO()
    if mime == "image/png":
        Image.fromarray(picture).save(out, "PNG", optimize=False)
    else:
        Image.fromarray(picture).save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return out.getvalue()
