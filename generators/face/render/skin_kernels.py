"""Compiled light on skin, lips, scalp, inside of the mouth and cloth, ``POINTS`` points of a row at once.

First each point's place on its triangle is looked up, and laid into a table with a row for each quantity; then the arithmetic
runs along the rows, without branches and in float32 alone, so that the compiler does many points in one step. It took three
times as long point by point. Numbers were set by eye on rendered sheets.
"""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import inlined
from generators.face.render.layout import (
    CLOTH_EDGE,
    DEPTH,
    EARS,
    INSIDE,
    LIPS,
    OCCLUSION,
    SHADOW,
    WRINKLE_A,
    WRINKLE_B,
    U,
    V,
)
from generators.face.render.shading_kernels import blend3, corner_weights, lamp_light, tone
from generators.face.render.surface_kernels import (
    bilinear,
    lip_colour,
    mouth_colour,
    skin_sample,
    step,
    texel,
)

__all__ = ["BLUE", "GREEN", "POINTS", "QUANTITIES", "RED", "light_points", "look_up"]

f = np.float32  # a literal without it would turn the arithmetic into float64

POINTS = 32
"""Points that are lit at once."""

# Rows of the table of points. NEAR_X and NEAR_Y are the direction to the viewer. The slopes are those of wrinkles and of water.
RED, GREEN, BLUE, GLOSS, GRAIN, WET, BARE = range(7)
NORMAL_X, NORMAL_Y, NORMAL_Z, LIT, OPEN = range(7, 12)
IN_MOUTH, LIP, CLOTH, BEHIND, EAR = range(12, 17)
SLOPE_X, SLOPE_Y, VALLEY = range(17, 20)
BLUSH, WATER_X, WATER_Y, WATER = range(20, 24)
AT_X, AT_Y = range(24, 26)
# Of the triangle: the corners' places, three each, their weights, the place on the maps, and the strengths of two layers of creases.
CORNER_X, CORNER_Y, WEIGHT, MAP_U, MAP_V, FIRST, SECOND = 26, 29, 32, 35, 36, 37, 38
QUANTITIES = 39


@inlined
def look_up(
    points, corners, count, owners, places_x, places_y, triangles, x, y, inverse_depth, moving, static, skin, creases, weave,
    colours, view, flushed,
):  # fmt: skip
    """Lay what ``count`` triangles are like at a sample each into the columns of the table ``(QUANTITIES, POINTS)`` float32.

    In several passes: one point's whole way from its number to its colour is longer than what a processor works on at once, so
    that point by point it mostly waited for results.

    ``count`` is at most ``POINTS``; ``corners`` is ``(3, POINTS)`` uint32 to work in; ``owners``, ``places_x`` and ``places_y`` are
    the triangles and the samples. The other arguments are those of ``mesh_colour``, the maps of skin, creases and cloth, and
    whether there are blush, tears or sweat.
    """
    for i in range(count):
        # Unsigned numbers, since each signed index is tested for being counted from the end.
        t = owners[i]
        points[AT_X, i], points[AT_Y, i] = places_x[i], places_y[i]
        for k in range(3):
            vertex = np.uint32(triangles[t, k])
            corners[k, i] = vertex
            points[CORNER_X + k, i], points[CORNER_Y + k, i] = x[vertex], y[vertex]
            points[WEIGHT + k, i] = inverse_depth[vertex]
    _weigh_corners(points)
    for i in range(count):
        a, b, c = corners[0, i], corners[1, i], corners[2, i]
        l0, l1, l2 = points[WEIGHT, i], points[WEIGHT + 1, i], points[WEIGHT + 2, i]
        points[NORMAL_X, i] = blend3(moving, a, b, c, 0, l0, l1, l2)
        points[NORMAL_Y, i] = blend3(moving, a, b, c, 1, l0, l1, l2)
        points[NORMAL_Z, i] = blend3(moving, a, b, c, 2, l0, l1, l2)
        points[LIT, i] = blend3(moving, a, b, c, SHADOW, l0, l1, l2)
        points[FIRST, i] = blend3(moving, a, b, c, WRINKLE_A, l0, l1, l2)
        points[SECOND, i] = blend3(moving, a, b, c, WRINKLE_B, l0, l1, l2)
    for i in range(count):
        a, b, c = corners[0, i], corners[1, i], corners[2, i]
        l0, l1, l2 = points[WEIGHT, i], points[WEIGHT + 1, i], points[WEIGHT + 2, i]
        points[MAP_U, i] = blend3(static, a, b, c, U, l0, l1, l2)
        points[MAP_V, i] = blend3(static, a, b, c, V, l0, l1, l2)
        points[OPEN, i] = blend3(static, a, b, c, OCCLUSION, l0, l1, l2)
        points[IN_MOUTH, i] = blend3(static, a, b, c, INSIDE, l0, l1, l2)
        points[LIP, i] = blend3(static, a, b, c, LIPS, l0, l1, l2)
        points[CLOTH, i] = blend3(static, a, b, c, CLOTH_EDGE, l0, l1, l2)
        points[BEHIND, i] = view[3] - blend3(static, a, b, c, DEPTH, l0, l1, l2)
        points[EAR, i] = blend3(static, a, b, c, EARS, l0, l1, l2)
    _tell_cloth(points)
    for i in range(count):
        if points[BARE, i] > 0:
            _look_up_skin(points, i, skin, creases, view, flushed)
        else:
            _look_up_cloth(points, i, weave, colours)


@inlined
def _weigh_corners(points):
    """Turn the inverse depths of the points' corners into weights."""
    for i in range(POINTS):
        points[WEIGHT, i], points[WEIGHT + 1, i], points[WEIGHT + 2, i] = corner_weights(
            points[CORNER_X, i], points[CORNER_Y, i], points[CORNER_X + 1, i], points[CORNER_Y + 1, i],
            points[CORNER_X + 2, i], points[CORNER_Y + 2, i], points[WEIGHT, i], points[WEIGHT + 1, i],
            points[WEIGHT + 2, i], points[AT_X, i], points[AT_Y, i],
        )  # fmt: skip


@inlined
def _tell_cloth(points):
    """Tell skin from cloth by the place of its edge; nothing of skin is left on cloth, no crease anywhere yet."""
    for i in range(POINTS):
        cloth = (points[CLOTH, i] - f(0.5)) * f(45) + f(0.5)
        bare = f(0) if cloth >= 1 else f(1)
        points[BARE, i], points[CLOTH, i] = bare, cloth * bare
        points[IN_MOUTH, i] *= bare
        points[LIP, i] *= bare
        points[BEHIND, i] *= bare
        points[EAR, i] *= bare
        points[WET, i] = points[SLOPE_X, i] = points[SLOPE_Y, i] = f(0)
        points[VALLEY, i] = f(1)


@inlined
def _look_up_skin(points, i, skin, creases, view, flushed):
    """Colour, gloss and grain of the skin at a point, its wrinkles, and blush and water where there are any."""
    row, column, w00, w10, w01, w11 = texel(points[MAP_U, i], points[MAP_V, i], skin.shape[1], skin.shape[0])
    points[RED, i], points[GREEN, i], points[BLUE, i], points[GLOSS, i], points[GRAIN, i] = skin_sample(
        skin, row, column, w00, w10, w01, w11
    )
    first, second = points[FIRST, i], points[SECOND, i]
    if first > f(0.02) or second > f(0.02):
        _look_up_creases(points, i, first, second, creases, row, column, w00, w10, w01, w11)
    if flushed:
        _look_up_flush(points, i, skin, row, column, w00, w10, w01, w11, view)


@inlined
def _look_up_cloth(points, i, weave, colours):
    """Colour of the cloth at a point."""
    k = weave[
        np.uint32(points[MAP_V, i] * f(900)) % np.uint32(weave.shape[0]),
        np.uint32(points[MAP_U, i] * f(900)) % np.uint32(weave.shape[1]),
    ]
    points[RED, i], points[GREEN, i], points[BLUE, i] = (
        colours[2, 0] * k,
        colours[2, 1] * k,
        colours[2, 2] * k,
    )
    for quantity in (GLOSS, GRAIN, BLUSH, WATER_X, WATER_Y, WATER):
        points[quantity, i] = 0


@inlined
def _look_up_creases(points, i, first, second, creases, row, column, w00, w10, w01, w11):
    """Slopes of the wrinkles at a point, and how open the valley is, 1 open to 0 closed."""
    gx = gy = closed = f(0)
    for layer in range(2):
        m = first if layer == 0 else second
        if m > f(0.02):
            k = 3 * layer
            gx += m * bilinear(creases, row, column, k, w00, w10, w01, w11)
            gy += m * bilinear(creases, row, column, k + 1, w00, w10, w01, w11)
            closed += m * bilinear(creases, row, column, k + 2, w00, w10, w01, w11)
    points[SLOPE_X, i], points[SLOPE_Y, i] = gx * f(4 / 255), gy * f(4 / 255)
    points[VALLEY, i] = max(f(0), f(1) - closed * f(2 / 255))


@inlined
def _look_up_flush(points, i, skin, row, column, w00, w10, w01, w11, view):
    """Blush, and water with its slopes, of tears and sweat as strong as ``view`` says."""
    points[BLUSH, i] = view[6] * bilinear(skin, row, column, 5, w00, w10, w01, w11) * f(1 / 255)
    gx = gy = water = f(0)
    for k in range(2):
        much = view[7 + k] * f(1 / 255)
        here = f(skin[row, column, 6 + k])
        gx += much * (f(skin[row, column + np.uint32(1), 6 + k]) - here)
        gy += much * (here - f(skin[row + np.uint32(1), column, 6 + k]))
        water += much * bilinear(skin, row, column, 6 + k, w00, w10, w01, w11)
    points[WATER_X, i], points[WATER_Y, i], points[WATER, i] = gx, gy, water


@inlined
def _tilted(nx, ny, nz, gx, gy, up_x, up_y, up_z):
    """A normal tilted by slopes to the side and up."""
    tx, ty, tz = up_y * nz - up_z * ny, up_z * nx - up_x * nz, up_x * ny - up_y * nx
    q = f(1) / math.sqrt(tx * tx + ty * ty + tz * tz + f(1e-9))
    tx, ty, tz = tx * q, ty * q, tz * q
    bx, by, bz = ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx
    nx, ny, nz = nx - gx * tx - gy * bx, ny - gx * ty - gy * by, nz - gx * tz - gy * bz
    q = f(1) / math.sqrt(nx * nx + ny * ny + nz * nz)
    return nx * q, ny * q, nz * q


@inlined
def light_points(points, colours, up, view, lamps, flushed):
    """Turn the colours of the table's points into display values 0..1; arguments as for ``look_up``."""
    _crease_points(points, up)
    if flushed:
        _flush_points(points, up, view)
    _colour_points(points, colours)
    _lamp_points(points, view, lamps)


@inlined
def _crease_points(points, up):
    """Normals of unit length, tilted by wrinkles, whose valleys are darker."""
    up_x, up_y, up_z = up[0], up[1], up[2]
    for i in range(POINTS):
        nx, ny, nz, valley = points[NORMAL_X, i], points[NORMAL_Y, i], points[NORMAL_Z, i], points[VALLEY, i]
        q = f(1) / math.sqrt(nx * nx + ny * ny + nz * nz + f(1e-12))
        nx, ny, nz = _tilted(nx * q, ny * q, nz * q, points[SLOPE_X, i], points[SLOPE_Y, i], up_x, up_y, up_z)
        points[NORMAL_X, i], points[NORMAL_Y, i], points[NORMAL_Z, i] = nx, ny, nz
        points[OPEN, i] *= valley
        points[RED, i] *= f(0.6) + f(0.4) * valley
        points[GREEN, i] *= f(0.45) + f(0.55) * valley
        points[BLUE, i] *= f(0.45) + f(0.55) * valley


@inlined
def _flush_points(points, up, view):
    """Skin with blush, tears and sweat; water is told by its slopes, which glint."""
    up_x, up_y, up_z, sweat = up[0], up[1], up[2], view[8]
    for i in range(POINTS):
        red, water = points[BLUSH, i], points[WATER, i]
        water = min(f(1), water) if water > f(0.02) else f(0)
        slope = f(1.6) if water > f(0) else f(0)
        nx, ny, nz = _tilted(
            points[NORMAL_X, i], points[NORMAL_Y, i], points[NORMAL_Z, i],
            slope * points[WATER_X, i], slope * points[WATER_Y, i], up_x, up_y, up_z,
        )  # fmt: skip
        points[NORMAL_X, i], points[NORMAL_Y, i], points[NORMAL_Z, i] = nx, ny, nz
        points[RED, i] *= (f(1) + f(0.06) * red) * (f(1) - f(0.10) * water)
        points[GREEN, i] *= (f(1) - f(0.42) * red) * (f(1) - f(0.12) * water)
        points[BLUE, i] *= (f(1) - f(0.34) * red) * (f(1) - f(0.12) * water)
        points[GLOSS, i] = points[GLOSS, i] * (f(1) + f(0.9) * sweat) + f(0.50) * water
        points[WET, i] = water


@inlined
def _colour_points(points, colours):
    """Ears, lips, the inside of the mouth, the scalp and the edge of the cloth laid over the skin."""
    lip_r, lip_g, lip_b = colours[0, 0], colours[0, 1], colours[0, 2]
    hair_r, hair_g, hair_b = colours[1, 0], colours[1, 1], colours[1, 2]
    cloth_r, cloth_g, cloth_b = colours[2, 0] * f(0.8), colours[2, 1] * f(0.8), colours[2, 2] * f(0.8)
    for i in range(POINTS):
        r, g, b, gloss = points[RED, i], points[GREEN, i], points[BLUE, i], points[GLOSS, i]
        ears, grain, depth = points[EAR, i], points[GRAIN, i], points[IN_MOUTH, i]
        g *= f(1) - f(0.18) * ears
        b *= f(1) - f(0.16) * ears
        lip = step(f(0.30), f(0.72), points[LIP, i])
        r, g, b, gloss = lip_colour(r, g, b, gloss, lip, grain, lip_r, lip_g, lip_b)
        r, g, b, gloss = mouth_colour(r, g, b, gloss, depth, max(f(0), points[BEHIND, i]))
        root = step(f(0.25), f(0.75), f(0.5) * (grain - f(0.5)) - depth) * f(0.95)
        root = root if depth < f(-0.02) else f(0)
        dark = f(0.20) + f(0.45) * grain
        r += (hair_r * dark - r) * root
        g += (hair_g * dark - g) * root
        b += (hair_b * dark - b) * root
        cloth = max(f(0), points[CLOTH, i])
        points[RED, i] = r + (cloth_r - r) * cloth
        points[GREEN, i] = g + (cloth_g - g) * cloth
        points[BLUE, i] = b + (cloth_b - b) * cloth
        points[GLOSS, i] = gloss * (f(1) - root) * (f(1) - cloth)
        points[WET, i] = lip if lip > f(0) else points[WET, i]


@inlined
def _lamp_points(points, view, lamps):
    """Points under the lamps, as display values."""
    centre_x, centre_y, near = view[0], view[1], view[2]
    for i in range(POINTS):
        vx, vy = (centre_x - points[AT_X, i]) * near, (points[AT_Y, i] - centre_y) * near
        vz = f(1) / math.sqrt(vx * vx + vy * vy + f(1))
        bare, lit = points[BARE, i], points[LIT, i]
        wrap = (f(0.25) + f(0.15) * bare, f(0.25) - f(0.05) * bare, f(0.25) - f(0.13) * bare)
        r, g, b = lamp_light(
            points[RED, i], points[GREEN, i], points[BLUE, i], points[GLOSS, i], points[WET, i], f(0),
            (points[NORMAL_X, i], points[NORMAL_Y, i], points[NORMAL_Z, i]), wrap,
            lit, lit + f(0.06) * bare * (f(1) - lit), points[OPEN, i], lamps, (vx * vz, vy * vz, vz),
        )  # fmt: skip
        points[RED, i], points[GREEN, i], points[BLUE, i] = tone(r), tone(g), tone(b)
