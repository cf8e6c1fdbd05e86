"""Compiled light: what colour a point of a triangle has. Lamps and tones were set by eye on rendered sheets."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

from generators.face.render.compiled import inlined
from generators.face.render.layout import (
    CLOTH_EDGE,
    DEPTH,
    EARS,
    EYE_LEFT,
    FRAME,
    INSIDE,
    LIPS,
    OCCLUSION,
    SHADOW,
    SKIN,
    TEETH,
    TONGUE,
    WRINKLE_A,
    WRINKLE_B,
    U,
    V,
)
from generators.face.render.surface_kernels import (
    bilinear,
    cloth_colour,
    eye_colour,
    lip_colour,
    mouth_colour,
    skin_sample,
    step,
    teeth_colour,
    texel,
    tongue_colour,
)

__all__ = ["blend3", "hair_shade", "mesh_colour", "tone"]


@inlined
def tone(value):
    """Display value 0..1 of linear light. Source: the filmic curve of Narkowicz 2015, then a square root."""
    v = max(0.0, value) * 0.60
    v = v * (2.51 * v + 0.03) / (v * (2.43 * v + 0.59) + 0.14)
    return math.sqrt(min(1.0, v))


@inlined
def blend3(table, a, b, c, column, l0, l1, l2):
    """A column of a vertex table within a triangle."""
    return l0 * table[a, column] + l1 * table[b, column] + l2 * table[c, column]


@inlined
def _inside(a, b, c, sx, sy, x, y, inverse_depth):
    """Weights of a triangle's corners at a sample, corrected for perspective."""
    x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
    inverse = 1 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    l0 = min(1.0, max(0.0, ((x1 - sx) * (y2 - sy) - (x2 - sx) * (y1 - sy)) * inverse))
    l1 = min(1.0 - l0, max(0.0, ((x2 - sx) * (y0 - sy) - (x0 - sx) * (y2 - sy)) * inverse))
    l2 = 1 - l0 - l1
    l0 *= inverse_depth[a]
    l1 *= inverse_depth[b]
    l2 *= inverse_depth[c]
    q = 1 / (l0 + l1 + l2)
    return l0 * q, l1 * q, l2 * q


@inlined
def _crease(nx, ny, nz, first, second, creases, row, column, w00, w10, w01, w11, up):
    """Normal tilted by wrinkles, and how open the valley is, 1 open to 0 closed."""
    gx = gy = closed = 0.0
    for layer in range(2):
        m = first if layer == 0 else second
        if m > 0.02:
            k = 3 * layer
            gx += m * bilinear(creases, row, column, k, w00, w10, w01, w11)
            gy += m * bilinear(creases, row, column, k + 1, w00, w10, w01, w11)
            closed += m * bilinear(creases, row, column, k + 2, w00, w10, w01, w11)
    scale = 4.0 / 255.0
    gx *= scale
    gy *= scale
    nx, ny, nz = _tilted(nx, ny, nz, gx, gy, up)
    return nx, ny, nz, max(0.0, 1 - 2 * closed / 255.0)


@inlined
def _tilted(nx, ny, nz, gx, gy, up):
    """A normal tilted by slopes to the side and up."""
    tx, ty, tz = up[1] * nz - up[2] * ny, up[2] * nx - up[0] * nz, up[0] * ny - up[1] * nx
    q = 1 / math.sqrt(tx * tx + ty * ty + tz * tz + 1e-9)
    tx, ty, tz = tx * q, ty * q, tz * q
    bx, by, bz = ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx
    nx, ny, nz = nx - gx * tx - gy * bx, ny - gx * ty - gy * by, nz - gx * tz - gy * bz
    q = 1 / math.sqrt(nx * nx + ny * ny + nz * nz)
    return nx * q, ny * q, nz * q


@inlined
def _flushed(r, g, b, gloss, wet, nx, ny, nz, skin, row, column, w00, w10, w01, w11, up, view):
    """Skin with blush, tears and sweat as strong as ``view`` says; water is told by its slopes, which glint."""
    if view[6] > 0:
        red = view[6] * bilinear(skin, row, column, 5, w00, w10, w01, w11) / 255.0
        r *= 1 + 0.06 * red
        g *= 1 - 0.42 * red
        b *= 1 - 0.34 * red
    gx = gy = water = 0.0
    for k in range(2):
        much = view[7 + k]
        if much > 0:
            gx += much * (skin[row, column + 1, 6 + k] * 1.0 - skin[row, column, 6 + k]) / 255.0
            gy += much * (skin[row, column, 6 + k] * 1.0 - skin[row + 1, column, 6 + k]) / 255.0
            water += much * bilinear(skin, row, column, 6 + k, w00, w10, w01, w11) / 255.0
    if view[8] > 0:
        gloss *= 1 + 0.9 * view[8]
    if water > 0.02:
        water = min(1.0, water)
        nx, ny, nz = _tilted(nx, ny, nz, 1.6 * gx, 1.6 * gy, up)
        gloss += 0.50 * water
        wet = max(wet, water)
        r *= 1 - 0.10 * water
        g *= 1 - 0.12 * water
        b *= 1 - 0.12 * water
    return r, g, b, gloss, wet, nx, ny, nz


@inlined
def _skin(a, b, c, l0, l1, l2, nx, ny, nz, static, moving, skin, creases, weave, colours, up, view):
    """Colour, gloss, wetness, normal, openness and softness of the skin, the lips, the scalp and the cloth."""
    u, v = blend3(static, a, b, c, U, l0, l1, l2), blend3(static, a, b, c, V, l0, l1, l2)
    open_ = blend3(static, a, b, c, OCCLUSION, l0, l1, l2)
    cloth = (blend3(static, a, b, c, CLOTH_EDGE, l0, l1, l2) - 0.5) * 45 + 0.5
    if cloth >= 1:
        r, g, bl = cloth_colour(u, v, weave, colours)
        return r, g, bl, 0.0, 0.0, nx, ny, nz, open_, 0.0
    row, column, w00, w10, w01, w11 = texel(u, v, skin.shape[1], skin.shape[0])
    r, g, bl, gloss, grain = skin_sample(skin, row, column, w00, w10, w01, w11)
    wet = 0.0
    first, second = (
        blend3(moving, a, b, c, WRINKLE_A, l0, l1, l2),
        blend3(moving, a, b, c, WRINKLE_B, l0, l1, l2),
    )
    if first > 0.02 or second > 0.02:
        nx, ny, nz, valley = _crease(nx, ny, nz, first, second, creases, row, column, w00, w10, w01, w11, up)
        open_ *= valley
        r *= 0.6 + 0.4 * valley
        g *= 0.45 + 0.55 * valley
        bl *= 0.45 + 0.55 * valley
    if view[6] + view[7] + view[8] > 0:
        r, g, bl, gloss, wet, nx, ny, nz = _flushed(
            r, g, bl, gloss, wet, nx, ny, nz, skin, row, column, w00, w10, w01, w11, up, view
        )
    ears = blend3(static, a, b, c, EARS, l0, l1, l2)
    g *= 1 - 0.18 * ears
    bl *= 1 - 0.16 * ears
    lip = step(0.30, 0.72, blend3(static, a, b, c, LIPS, l0, l1, l2))
    if lip > 0:
        r, g, bl, gloss, wet = lip_colour(r, g, bl, gloss, lip, grain, colours)
    inside = blend3(static, a, b, c, INSIDE, l0, l1, l2)
    if inside > 0.3:
        behind = max(0.0, view[3] - blend3(static, a, b, c, DEPTH, l0, l1, l2))
        r, g, bl, gloss = mouth_colour(r, g, bl, gloss, inside, behind)
    elif inside < -0.02:
        root = step(0.25, 0.75, -inside + 0.5 * (grain - 0.5)) * 0.95
        k = 0.20 + 0.45 * grain
        r += (colours[1, 0] * k - r) * root
        g += (colours[1, 1] * k - g) * root
        bl += (colours[1, 2] * k - bl) * root
        gloss *= 1 - root
    if cloth > 0:
        r += (colours[2, 0] * 0.8 - r) * cloth
        g += (colours[2, 1] * 0.8 - g) * cloth
        bl += (colours[2, 2] * 0.8 - bl) * cloth
        gloss *= 1 - cloth
    return r, g, bl, gloss, wet, nx, ny, nz, open_, 1.0


@inlined
def _lamps(r, g, b, gloss, wet, shine, normal, wrap, lit, lit_red, open_, lamps, viewer):
    """Surface under key, fill, rim and ambient light, with wrapped diffuse light and a Blinn highlight."""
    nx, ny, nz = normal
    vx, vy, vz = viewer
    wr, wg, wb = wrap
    kx, ky, kz = lamps[0, 0], lamps[0, 1], lamps[0, 2]
    facing = nx * kx + ny * ky + nz * kz
    fr, fg, fb = (
        max(0.0, (facing + wr) / (1 + wr)),
        max(0.0, (facing + wg) / (1 + wg)),
        max(0.0, (facing + wb) / (1 + wb)),
    )
    fill = max(0.0, (nx * lamps[1, 0] + ny * lamps[1, 1] + nz * lamps[1, 2] + 0.35) / 1.35)
    edge = 1 - max(0.0, nx * vx + ny * vy + nz * vz)
    rim = max(0.0, nx * lamps[2, 0] + ny * lamps[2, 1] + nz * lamps[2, 2]) * edge * edge * 2.2 * open_
    ambient = (0.62 + 0.38 * ny) * open_
    soft = 0.45 * math.sqrt(open_) + 0.55 * open_
    r *= (
        1.85 * lamps[5, 0] * fr * lit_red * soft
        + 0.42 * lamps[6, 0] * fill * soft
        + 0.36 * lamps[7, 0] * ambient
        + lamps[8, 0] * rim
    )
    g *= (
        1.80 * lamps[5, 1] * fg * lit * open_
        + 0.46 * lamps[6, 1] * fill * open_
        + 0.37 * lamps[7, 1] * ambient
        + lamps[8, 1] * rim
    )
    b *= (
        1.70 * lamps[5, 2] * fb * lit * open_
        + 0.54 * lamps[6, 2] * fill * open_
        + 0.41 * lamps[7, 2] * ambient
        + 1.05 * lamps[8, 2] * rim
    )
    if gloss > 0.004:
        hx, hy, hz = kx + vx, ky + vy, kz + vz
        q = 1 / math.sqrt(hx * hx + hy * hy + hz * hz)
        k8 = max(0.0, (nx * hx + ny * hy + nz * hz) * q) ** 8
        k32 = k8 * k8 * k8 * k8
        grazing = edge * edge
        fresnel = 0.35 + 1.95 * grazing * grazing
        narrow = (1 - wet) * k32 * 1.7 + wet * k32 * k32 * 3.4 + 0.35 * k8
        shine = gloss * narrow * fresnel * lit * max(0.0, min(1.0, facing * 3 + 0.3)) * open_
        hx, hy, hz = lamps[1, 0] + vx, lamps[1, 1] + vy, lamps[1, 2] + vz
        q = 1 / math.sqrt(hx * hx + hy * hy + hz * hz)
        shine += 0.35 * gloss * max(0.0, (nx * hx + ny * hy + nz * hz) * q) ** 8 * fresnel * open_
    return r + shine, g + shine, b + shine


@inlined
def _eye_shine(nx, ny, nz, vx, vy, vz, lamps, below):
    """Reflection of two windows in the cornea."""
    k = 2 * (nx * vx + ny * vy + nz * vz)
    ex, ey, ez = k * nx - vx, k * ny - vy, k * nz - vz
    main = ex * lamps[3, 0] + ey * lamps[3, 1] + ez * lamps[3, 2]
    side = ex * lamps[4, 0] + ey * lamps[4, 1] + ez * lamps[4, 2]
    return (1.8 * step(0.955, 0.975, main) + 0.06 * step(0.955, 0.985, side) + 0.02) * step(
        -0.02, 0.10, below
    )


@inlined
def mesh_colour(
    t, sx, sy, triangles, material, x, y, inverse_depth, moving, static, skin, creases, eye, weave, colours, up, view,
    lamps, lids,
):  # fmt: skip
    """Linear colour ``(r, g, b)`` of triangle ``t`` at sample ``sx``, ``sy``.

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
        skin: texture, like the next three. Each array is an argument of its own: taking it from a tuple in here would count its
            references at each pixel.
        creases: texture.
        eye: texture.
        weave: texture.
        colours: of lips, hair, cloth and glasses, ``(4, 3)``.
        up: the head's up direction ``(3,)``.
        view: centre x, centre y, 1 / focal length, depth of the lips, depth of the teeth, light in the mouth, then how strong
            blush, tears and sweat are.
        lamps: towards key, fill, rim and two windows, then colours of key, fill, surrounding and rim light, ``(9, 3)``.
        lids: heights of upper and lower lid of each eye, ``(2, 2)``.
    """
    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    kind = material[t]
    l0, l1, l2 = _inside(a, b, c, sx, sy, x, y, inverse_depth)
    nx, ny = blend3(moving, a, b, c, 0, l0, l1, l2), blend3(moving, a, b, c, 1, l0, l1, l2)
    nz, lit = blend3(moving, a, b, c, 2, l0, l1, l2), blend3(moving, a, b, c, SHADOW, l0, l1, l2)
    q = 1 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    nx, ny, nz = nx * q, ny * q, nz * q
    vx, vy = (view[0] - sx) * view[2], (sy - view[1]) * view[2]
    vz = 1 / math.sqrt(vx * vx + vy * vy + 1)
    vx, vy = vx * vz, vy * vz
    shine, lit_red, open_ = 0.0, lit, 1.0
    if kind == SKIN:
        r, g, bl, gloss, wet, nx, ny, nz, open_, bare = _skin(
            a, b, c, l0, l1, l2, nx, ny, nz, static, moving, skin, creases, weave, colours, up, view
        )
        wrap = (0.25 + 0.15 * bare, 0.25 - 0.05 * bare, 0.25 - 0.13 * bare)
        lit_red = 0.06 + 0.94 * lit if bare > 0 else lit
    elif kind == TEETH:
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
    return _lamps(r, g, bl, gloss, wet, shine, (nx, ny, nz), wrap, lit, lit_red, open_, lamps, (vx, vy, vz))


@inlined
def hair_shade(t, sx, sy, triangles, x, y, moving, static, strands):
    """Coloured and white light of a strand at a sample."""
    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
    px, py = sx + 0.5, sy + 0.5
    inverse = 1 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    l0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
    l1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
    l2 = 1 - l0 - l1
    height, width = strands.shape[0], strands.shape[1]
    row, column, w00, w10, w01, w11 = texel(
        blend3(static, a, b, c, U, l0, l1, l2), blend3(static, a, b, c, V, l0, l1, l2), width, height
    )
    k = bilinear(strands, row, column, 1, w00, w10, w01, w11) * (1 / 128.0)
    diffuse = blend3(moving, a, b, c, 0, l0, l1, l2) * k
    sharp = blend3(moving, a, b, c, 1, l0, l1, l2) * k * k * 0.045
    broad = blend3(moving, a, b, c, 2, l0, l1, l2) * k * k * 0.9
    return broad + diffuse * 1.25, sharp
