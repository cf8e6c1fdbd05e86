"""Compiled colour of the head's surfaces: skin, lips, teeth, tongue, cloth and eyes at one point, before light.

Each returns ``(r, g, b, gloss, wetness)`` in linear light; ``gloss`` is the strength of the highlight, ``wetness`` narrows it.
All numbers were set by eye on rendered sheets.
"""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import inlined

__all__ = [
    "bilinear", "eye_colour", "lip_colour", "mouth_colour", "skin_sample", "step", "teeth_colour", "texel",
    "tongue_colour",
]  # fmt: skip

f = np.float32  # a literal without it would turn float32 arithmetic into float64


@inlined
def step(low, high, x):
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = min(f(1), max(f(0), (x - low) / (high - low)))
    return t * t * (f(3) - f(2) * t)


@inlined
def bilinear(table, row, column, channel, w00, w10, w01, w11):
    """A channel of a picture between four texels."""
    below, beside = row + np.uint32(1), column + np.uint32(1)
    return (
        f(table[row, column, channel]) * w00
        + f(table[row, beside, channel]) * w10
        + f(table[below, column, channel]) * w01
        + f(table[below, beside, channel]) * w11
    )


@inlined
def texel(u, v, width, height):
    """Row, column and the four weights of a place in a picture, u and v in 0..1."""
    fx = min(f(width) - f(1.001), max(f(0), u * f(width) - f(0.5)))
    fy = min(f(height) - f(1.001), max(f(0), v * f(height) - f(0.5)))
    column, row = np.uint32(fx), np.uint32(fy)
    fx -= f(column)
    fy -= f(row)
    left, above = f(1) - fx, f(1) - fy
    return row, column, left * above, fx * above, left * fy, fx * fy


@inlined
def skin_sample(skin, row, column, w00, w10, w01, w11):
    """Skin colour, gloss and grain at a place of the baked map; colours were stored as square roots."""
    q = f(1 / 255)
    a, b, c, d = w00 * q, w10 * q, w01 * q, w11 * q
    r = bilinear(skin, row, column, 0, a, b, c, d)
    g = bilinear(skin, row, column, 1, a, b, c, d)
    bl = bilinear(skin, row, column, 2, a, b, c, d)
    gloss = bilinear(skin, row, column, 3, a, b, c, d)
    grain = bilinear(skin, row, column, 4, a, b, c, d)
    return r * r, g * g, bl * bl, gloss * f(0.36), grain


@inlined
def lip_colour(r, g, b, gloss, amount, grain, lip_r, lip_g, lip_b):
    """Colour and gloss of skin turned into lips of a colour by ``amount`` 0..1."""
    k = f(0.80) + f(0.40) * grain
    r += (lip_r * k - r) * amount
    g += (lip_g * k - g) * amount
    b += (lip_b * k - b) * amount
    return r, g, b, gloss + (f(0.26) - gloss) * amount


@inlined
def mouth_colour(r, g, b, gloss, inside, behind):
    """Skin turned into the inside of the mouth; darker the farther ``behind`` the lips."""
    k = step(f(0.3), f(0.75), inside)
    dark = f(0.55) / (f(1) + f(55) * behind * behind + f(4) * behind)
    r += (f(0.30) * dark - r) * k
    g += (f(0.065) * dark - g) * k
    b += (f(0.06) * dark - b) * k
    return r, g, b, gloss * (f(1) - f(0.8) * k)


@inlined
def teeth_colour(x, z, front, gum, light):
    """Teeth at rest position ``x``, ``z``: gaps between them, gums, and darkness towards the back."""
    depth = max(0.0, front - z)
    dark = light / (1 + 6.0 * depth + 14 * depth * depth)
    k = abs(math.sin(math.atan2(x, max(0.01, z - front + 0.40)) * 10.5))
    gap = 1 - 0.30 * step(0.86, 1.0, k)
    r, g, b = 0.70 * gap, 0.64 * gap, 0.54 * gap
    pink = step(0.52, 0.68, gum)
    r += (0.42 - r) * pink
    g += (0.13 - g) * pink
    b += (0.12 - b) * pink
    return r * dark, g * dark, b * dark, 0.26 * dark, 0.4


@inlined
def tongue_colour(z, front):
    """Tongue at rest depth ``z``."""
    depth = max(0.0, front - 0.03 - z)
    dark = 0.85 / (1 + 5 * depth + 22 * depth * depth)
    return 0.44 * dark, 0.135 * dark, 0.13 * dark, 0.12 * dark, 0.0


@inlined
def eye_colour(texture, u, v, across, height, upper, lower):
    """An eyeball in the direction ``u``, ``v`` of its own look, shaded by the lids, and the open heights between them.

    Last come the height that is open below the upper lid and the one above the lower.

    Args:
        texture: front view ``(n, n, 3)``, linear.
        u: -1..1 to the picture's right.
        v: -1..1 up.
        across: direction to the side in the head's frame.
        height: direction upwards in the head's frame.
        upper: height of the upper lid's edge in eye radii.
        lower: height of the lower lid's edge.
    """
    size = texture.shape[0]
    fx, fy = (0.5 + u * 0.5) * (size - 2), (0.5 - v * 0.5) * (size - 2)
    column, row = np.uint32(fx), np.uint32(fy)
    fx -= column
    fy -= row
    w00, w10, w01, w11 = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
    r = bilinear(texture, row, column, 0, w00, w10, w01, w11)
    g = bilinear(texture, row, column, 1, w00, w10, w01, w11)
    b = bilinear(texture, row, column, 2, w00, w10, w01, w11)
    bend = 1 - 0.55 * across * across
    below, above = upper * bend - height, height - lower * bend
    shade = (0.22 + 0.78 * step(-0.04, 0.40, below)) * (0.62 + 0.38 * step(-0.04, 0.20, above))
    shade *= 1 - 0.40 * step(0.5, 1.0, abs(across))
    return r * shade, g * shade * (0.94 + 0.06 * shade), b * shade * (0.92 + 0.08 * shade), below, above
