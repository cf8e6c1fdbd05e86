"""Compiled light: what colour a point of a triangle has. Lamps and tones were set by eye on rendered sheets."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import inlined
from generators.face.render.layout import (
    CLOTH_EDGE,
    EYE_LEFT,
    FRAME,
    INSIDE,
    LIPS,
    SHADOW,
    TEETH,
    TONGUE,
    U,
    V,
)
from generators.face.render.surface_kernels import (
    bilinear,
    eye_colour,
    step,
    teeth_colour,
    texel,
    tongue_colour,
)

__all__ = ["blend3", "corner_weights", "hair_shade", "inside", "lamp_light", "mesh_colour", "tone"]

f = np.float32  # a literal without it would turn float32 arithmetic into float64


@inlined
def tone(value):
    """Display value 0..1 of linear light. Source: the filmic curve of Narkowicz 2015, then a square root."""
    v = max(f(0), value) * f(0.60)
    v = v * (f(2.51) * v + f(0.03)) / (v * (f(2.43) * v + f(0.59)) + f(0.14))
    return math.sqrt(min(f(1), v))


@inlined
def blend3(table, a, b, c, column, l0, l1, l2):
    """A column of a vertex table within a triangle."""
    return l0 * table[a, column] + l1 * table[b, column] + l2 * table[c, column]


@inlined
def corner_weights(x0, y0, x1, y1, x2, y2, near0, near1, near2, sx, sy):
    """Weights of a triangle's corners, at places and inverse depths, at a sample, corrected for perspective."""
    zero, one = f(0), f(1)
    inverse = one / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    l0 = min(one, max(zero, ((x1 - sx) * (y2 - sy) - (x2 - sx) * (y1 - sy)) * inverse))
    l1 = min(one - l0, max(zero, ((x2 - sx) * (y0 - sy) - (x0 - sx) * (y2 - sy)) * inverse))
    l2 = (one - l0 - l1) * near2
    l0 *= near0
    l1 *= near1
    q = one / (l0 + l1 + l2)
    return l0 * q, l1 * q, l2 * q


@inlined
def inside(a, b, c, sx, sy, x, y, inverse_depth):
    """Weights of a triangle's corners at a sample, corrected for perspective."""
    return corner_weights(
        x[a], y[a], x[b], y[b], x[c], y[c], inverse_depth[a], inverse_depth[b], inverse_depth[c], sx, sy
    )


@inlined
def lamp_light(r, g, b, gloss, wet, shine, normal, wrap, lit, lit_red, open_, lamps, viewer):
    """Surface under key, fill, rim and ambient light, with wrapped diffuse light and a Blinn highlight; without branches."""
    zero, one = f(0), f(1)
    nx, ny, nz = normal
    vx, vy, vz = viewer
    wr, wg, wb = wrap
    kx, ky, kz = lamps[0, 0], lamps[0, 1], lamps[0, 2]
    facing = nx * kx + ny * ky + nz * kz
    fr = max(zero, (facing + wr) / (one + wr))
    fg = max(zero, (facing + wg) / (one + wg))
    fb = max(zero, (facing + wb) / (one + wb))
    fill = max(zero, (nx * lamps[1, 0] + ny * lamps[1, 1] + nz * lamps[1, 2] + f(0.35)) * f(1 / 1.35))
    edge = one - max(zero, nx * vx + ny * vy + nz * vz)
    grazing = edge * edge
    rim = max(zero, nx * lamps[2, 0] + ny * lamps[2, 1] + nz * lamps[2, 2]) * grazing * f(2.2) * open_
    ambient = (f(0.62) + f(0.38) * ny) * open_
    soft = f(0.45) * math.sqrt(open_) + f(0.55) * open_
    r *= (
        f(1.85) * lamps[5, 0] * fr * lit_red * soft
        + f(0.42) * lamps[6, 0] * fill * soft
        + f(0.36) * lamps[7, 0] * ambient
        + lamps[8, 0] * rim
    )
    g *= (
        f(1.80) * lamps[5, 1] * fg * lit * open_
        + f(0.46) * lamps[6, 1] * fill * open_
        + f(0.37) * lamps[7, 1] * ambient
        + lamps[8, 1] * rim
    )
    b *= (
        f(1.70) * lamps[5, 2] * fb * lit * open_
        + f(0.54) * lamps[6, 2] * fill * open_
        + f(0.41) * lamps[7, 2] * ambient
        + f(1.05) * lamps[8, 2] * rim
    )
    fresnel = f(0.35) + f(1.95) * grazing * grazing
    k8 = _eighth_power(_half_way(nx, ny, nz, kx + vx, ky + vy, kz + vz))
    k16 = k8 * k8
    k32 = k16 * k16
    narrow = (one - wet) * k32 * f(1.7) + wet * k32 * k32 * f(3.4) + f(0.35) * k8
    key = narrow * lit * max(zero, min(one, facing * f(3) + f(0.3)))
    second = _eighth_power(_half_way(nx, ny, nz, lamps[1, 0] + vx, lamps[1, 1] + vy, lamps[1, 2] + vz))
    glint = gloss * (key + f(0.35) * second) * fresnel * open_
    shine += glint if gloss > f(0.004) else zero
    return r + shine, g + shine, b + shine


@inlined
def _half_way(nx, ny, nz, hx, hy, hz):
    """How far a normal looks half way between lamp and viewer, 0..1."""
    q = f(1) / math.sqrt(hx * hx + hy * hy + hz * hz)
    return max(f(0), (nx * hx + ny * hy + nz * hz) * q)


@inlined
def _eighth_power(k):
    """The strength of a highlight."""
    k2 = k * k
    k4 = k2 * k2
    return k4 * k4


@inlined
def _eye_shine(nx, ny, nz, vx, vy, vz, lamps, below):
    """Reflection of two windows in the cornea."""
    k = 2 * (nx * vx + ny * vy + nz * vz)
    ex, ey, ez = k * nx - vx, k * ny - vy, k * nz - vz
    main = ex * lamps[3, 0] + ey * lamps[3, 1] + ez * lamps[3, 2]
    side = ex * lamps[4, 0] + ey * lamps[4, 1] + ez * lamps[4, 2]
    return (1.8 * step(0.955, 0.975, main) + 0.025 * step(0.94, 0.99, side) + 0.02) * step(-0.02, 0.10, below)


@inlined
def mesh_colour(
    t, sx, sy, triangles, material, x, y, inverse_depth, moving, static, eye, colours, view, lamps, lids
):  # fmt: skip
    """Linear colour ``(r, g, b)`` of triangle ``t`` at sample ``sx``, ``sy``; of teeth, tongue, eyes and glasses.

    Args:
        t: triangle.
        sx: sample, columns.
        sy: sample, rows.
        triangles: ``(t, 3)``.
        material: ``(t,)``.
        x: of the vertices in samples.
        y: of the vertices in samples.
        inverse_depth: of the vertices.
        moving: table of what moves.
        static: table of what does not.
        eye: texture. Each array is an argument of its own: taking it from a tuple in here would count its references at each
            pixel.
        colours: of lips, hair, cloth and glasses, ``(4, 3)``.
        view: centre x, centre y, 1 / focal length, depth of the lips, depth of the teeth, light in the mouth, then how strong
            blush, tears and sweat are.
        lamps: towards key, fill, rim and two windows, then colours of key, fill, surrounding and rim light, ``(9, 3)``.
        lids: heights of upper and lower lid of each eye, ``(2, 2)``.
    """
    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    kind = material[t]
    l0, l1, l2 = inside(a, b, c, sx, sy, x, y, inverse_depth)
    nx, ny = blend3(moving, a, b, c, 0, l0, l1, l2), blend3(moving, a, b, c, 1, l0, l1, l2)
    nz, lit = blend3(moving, a, b, c, 2, l0, l1, l2), blend3(moving, a, b, c, SHADOW, l0, l1, l2)
    q = 1 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    nx, ny, nz = nx * q, ny * q, nz * q
    vx, vy = (view[0] - sx) * view[2], (sy - view[1]) * view[2]
    vz = 1 / math.sqrt(vx * vx + vy * vy + 1)
    vx, vy = vx * vz, vy * vz
    shine, lit_red, open_ = 0.0, lit, 1.0
    if kind == TEETH:
        gum, rest_x = blend3(static, a, b, c, INSIDE, l0, l1, l2), blend3(static, a, b, c, LIPS, l0, l1, l2)
        rest_z = blend3(static, a, b, c, CLOTH_EDGE, l0, l1, l2)
        r, g, bl, gloss, wet = teeth_colour(rest_x, rest_z, view[4], gum, view[5])
        wrap, lit = (0.5, 0.5, 0.5), 0.45 + 0.55 * lit
        lit_red = lit
    elif kind == TONGUE:
        r, g, bl, gloss, wet = tongue_colour(blend3(static, a, b, c, CLOTH_EDGE, l0, l1, l2), view[4])
        wrap, lit = (0.5, 0.3, 0.3), 0.4 + 0.6 * lit
        lit_red = lit
    elif kind == FRAME:
        r, g, bl, gloss, wet, wrap = colours[3, 0], colours[3, 1], colours[3, 2], 0.30, 0.5, (0.1, 0.1, 0.1)
    else:
        side = kind - EYE_LEFT
        r, g, bl, below, above = eye_colour(
            eye,
            blend3(static, a, b, c, U, l0, l1, l2),
            blend3(static, a, b, c, V, l0, l1, l2),
            blend3(static, a, b, c, CLOTH_EDGE, l0, l1, l2),
            blend3(static, a, b, c, LIPS, l0, l1, l2),
            lids[side, 0],
            lids[side, 1],
        )
        gloss, wet, wrap, lit = 0.0, 0.0, (0.5, 0.5, 0.5), 0.6 + 0.4 * lit
        lit_red = lit
        shine = _eye_shine(nx, ny, nz, vx, vy, vz, lamps, below) * (1 + 0.4 * view[7])
        # Tear fluid stands along the lower lid and catches the light.
        pool = step(0.10, 0.035, above) * step(-0.03, 0.02, above) * (0.09 + 0.40 * view[7])
        shine += pool * (0.4 + 0.6 * lit)
        g *= 1 - 0.12 * view[7]
        bl *= 1 - 0.10 * view[7]
    return lamp_light(
        r, g, bl, gloss, wet, shine, (nx, ny, nz), wrap, lit, lit_red, open_, lamps, (vx, vy, vz)
    )


@inlined
def hair_shade(t, same, left, upper, triangles, x, y, moving, static, strands):
    """Coloured and white light of a strip at those of a pixel's four samples that ``same`` has bits for, summed, and their number."""
    t = np.uint32(t)
    a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
    x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
    px, py = f(left) + f(0.5), f(upper) + f(0.5)
    inverse = f(1) / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    l0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
    l1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
    right0, right1 = (y1 - y2) * inverse, (y2 - y0) * inverse
    down0, down1 = (x2 - x1) * inverse, (x0 - x2) * inverse
    height, width = strands.shape[0], strands.shape[1]
    bright = squared = all0 = all1 = number = f(0)
    for s in range(4):
        if same >> s & 1:
            across, down = f(s & 1), f(s >> 1)
            m0, m1 = l0 + across * right0 + down * down0, l1 + across * right1 + down * down1
            m2 = f(1) - m0 - m1
            row, column, w00, w10, w01, w11 = texel(
                blend3(static, a, b, c, U, m0, m1, m2), blend3(static, a, b, c, V, m0, m1, m2), width, height
            )
            k = bilinear(strands, row, column, 1, w00, w10, w01, w11) * f(1 / 128)
            bright += k
            squared += k * k
            all0 += m0
            all1 += m1
            number += f(1)
    l0, l1 = all0 / number, all1 / number
    l2 = f(1) - l0 - l1
    diffuse = blend3(moving, a, b, c, 0, l0, l1, l2) * bright
    sharp = blend3(moving, a, b, c, 1, l0, l1, l2) * squared * f(0.045)
    broad = blend3(moving, a, b, c, 2, l0, l1, l2) * squared * f(0.9)
    return broad + diffuse * f(1.25), sharp, np.int64(number)
