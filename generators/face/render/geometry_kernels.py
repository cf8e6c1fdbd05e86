"""Compiled geometry: blend shapes, normals, hair light, shadow and projection, all per vertex."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import kernel

__all__ = [
    "deform",
    "hair_light",
    "place_hair",
    "project",
    "quad_normals",
    "shadowed",
    "stand_upright",
    "turn_with_head",
    "vertex_normals",
]

f = np.float32  # a literal without it would turn float32 arithmetic into float64


@kernel
def deform(
    base,
    weights,
    starts,
    shapes,
    offsets,
    head_share,
    turn,
    pivot,
    move,
    lift,
    regions,
    creases,
    points,
    moving,
):
    """Positions of the mesh and strengths of its wrinkles; writes ``points`` and ``moving``.

    Args:
        base: rest positions ``(n, 3)``.
        weights: shapes ``(52,)``.
        starts: ``(n + 1,)``, where the shapes of each vertex start in ``shapes`` and ``offsets``.
        shapes: number of the shape of each entry.
        offsets: its offset at weight 1, ``(entries, 3)``.
        head_share: how far a vertex moves with the head, ``(n,)``, 0..1.
        turn: rotation ``(3, 3)`` of the head.
        pivot: about which it turns ``(3,)``.
        move: translation of the head ``(3,)``.
        lift: rise of the chest.
        regions: share of each wrinkle region ``(n, 17)``.
        creases: strength of each region in both layers ``(17, 2)``.
        points: positions, written.
        moving: table of what moves, written.
    """
    for i in range(np.uint64(base.shape[0])):
        x, y, z = base[i, 0], base[i, 1], base[i, 2]
        for j in range(np.uint64(starts[i]), np.uint64(starts[i + np.uint64(1)])):
            a = weights[np.uint32(shapes[j])]
            if a != 0:
                x += a * offsets[j, 0]
                y += a * offsets[j, 1]
                z += a * offsets[j, 2]
        h = head_share[i]
        if h > 0:
            dx, dy, dz = x - pivot[0], y - pivot[1], z - pivot[2]
            x += h * (turn[0, 0] * dx + turn[0, 1] * dy + turn[0, 2] * dz - dx + move[0])
            y += h * (turn[1, 0] * dx + turn[1, 1] * dy + turn[1, 2] * dz - dy + move[1])
            z += h * (turn[2, 0] * dx + turn[2, 1] * dy + turn[2, 2] * dz - dz + move[2])
        points[i, 0] = x
        points[i, 1] = y + (f(1) - h) * lift
        points[i, 2] = z + (f(1) - h) * lift * f(0.5)
        first = second = f(0)
        for k in range(np.uint64(regions.shape[1])):
            share = regions[i, k]
            first += share * creases[k, 0]
            second += share * creases[k, 1]
        moving[i, 4] = first
        moving[i, 5] = second


@kernel
def stand_upright(points, vertices, turn, pivot, move, upright):
    """Some vertices as they stand in the head's own frame; writes ``upright``.

    Args:
        points: of the turned head and more ``(n, 3)``.
        vertices: that are asked for ``(v,)``.
        turn: rotation ``(3, 3)`` of the head.
        pivot: about which it turned ``(3,)``.
        move: by which it was moved after that ``(3,)``.
        upright: ``(v, 3)``, written.
    """
    for k in range(vertices.shape[0]):
        i = vertices[k]
        x = points[i, 0] - pivot[0] - move[0]
        y = points[i, 1] - pivot[1] - move[1]
        z = points[i, 2] - pivot[2] - move[2]
        for axis in range(3):
            upright[k, axis] = x * turn[0, axis] + y * turn[1, axis] + z * turn[2, axis] + pivot[axis]


@kernel
def turn_with_head(upright, vertices, turn, pivot, move, points):
    """Put vertices of the head's own frame where the turned head has them; the opposite of ``stand_upright``, writes ``points``."""
    for k in range(vertices.shape[0]):
        i = vertices[k]
        x, y, z = upright[k, 0] - pivot[0], upright[k, 1] - pivot[1], upright[k, 2] - pivot[2]
        for axis in range(3):
            points[i, axis] = (
                x * turn[axis, 0] + y * turn[axis, 1] + z * turn[axis, 2] + pivot[axis] + move[axis]
            )


@kernel
def place_hair(rest, share, anchors, base, turn, pivot, move, lift, first, points):
    """Hair turned with the head; writes ``points`` from vertex ``first``.

    Args:
        rest: positions ``(h, 3)``.
        share: how far a point moves with the head, ``(h,)``, 0..1: long hair lies on the shoulders.
        anchors: vertex of the skin with which a point of a beard moves, or -1.
        base: the mesh at rest.
        turn: rotation ``(3, 3)`` of the head.
        pivot: about which it turns ``(3,)``.
        move: translation of the head ``(3,)``.
        lift: rise of the chest.
        first: vertex of the hair.
        points: positions of all vertices, of which those of the mesh are in place.
    """
    for i in range(rest.shape[0]):
        x, y, z = rest[i, 0], rest[i, 1], rest[i, 2]
        dx, dy, dz = x - pivot[0], y - pivot[1], z - pivot[2]
        h = share[i]
        x += h * (turn[0, 0] * dx + turn[0, 1] * dy + turn[0, 2] * dz - dx + move[0])
        y += h * (turn[1, 0] * dx + turn[1, 1] * dy + turn[1, 2] * dz - dy + move[1]) + (f(1) - h) * lift
        z += h * (turn[2, 0] * dx + turn[2, 1] * dy + turn[2, 2] * dz - dz + move[2]) + (f(1) - h) * lift * f(
            0.5
        )
        k = anchors[i]
        if k >= 0:
            dx, dy, dz = base[k, 0] - pivot[0], base[k, 1] - pivot[1], base[k, 2] - pivot[2]
            x += points[k, 0] - pivot[0] - move[0] - (turn[0, 0] * dx + turn[0, 1] * dy + turn[0, 2] * dz)
            y += points[k, 1] - pivot[1] - move[1] - (turn[1, 0] * dx + turn[1, 1] * dy + turn[1, 2] * dz)
            z += points[k, 2] - pivot[2] - move[2] - (turn[2, 0] * dx + turn[2, 1] * dy + turn[2, 2] * dz)
        points[first + i, 0] = x
        points[first + i, 1] = y
        points[first + i, 2] = z


@kernel
def quad_normals(points, quads, normals):
    """Normals of quads, not of unit length; writes ``normals``."""
    for f in range(quads.shape[0]):
        a, b, c, d = quads[f, 0], quads[f, 1], quads[f, 2], quads[f, 3]
        ux, uy, uz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        wx, wy, wz = points[d, 0] - points[b, 0], points[d, 1] - points[b, 1], points[d, 2] - points[b, 2]
        normals[f, 0] = uy * wz - uz * wy
        normals[f, 1] = uz * wx - ux * wz
        normals[f, 2] = ux * wy - uy * wx


@kernel
def vertex_normals(normals, starts, quads_at, moving):
    """Unit normals of vertices from those of the quads around them; writes the first columns of ``moving``."""
    for i in range(starts.shape[0] - 1):
        x = y = z = np.float32(0)
        for j in range(starts[i], starts[i + 1]):
            k = quads_at[j]
            x += normals[k, 0]
            y += normals[k, 1]
            z += normals[k, 2]
        q = np.float32(1) / np.float32(math.sqrt(x * x + y * y + z * z + np.float32(1e-20)))
        moving[i, 0] = x * q
        moving[i, 1] = y * q
        moving[i, 2] = z * q


@kernel
def project(points, focal, centre_x, centre_y, camera_y, camera_z, x, y, inverse_depth):
    """Places of vertices in the picture's samples; writes ``x``, ``y`` and ``inverse_depth``."""
    for i in range(points.shape[0]):
        q = np.float32(1) / (camera_z - points[i, 2])
        inverse_depth[i] = q
        x[i] = centre_x + points[i, 0] * focal * q
        y[i] = centre_y - (points[i, 1] - camera_y) * focal * q


@kernel
def lamp_places(points, light, x, y, depth):
    """Places of vertices in a lamp's map, and depths towards it; writes the last three arrays.

    A product of matrices would do it, but whose library keeps threads of its own busy while they wait.

    Args:
        points: ``(n, 3)``.
        light: rows of the lamp's projection, ``(12,)``.
        x: ``(n,)``, cells.
        y: ``(n,)``, cells.
        depth: ``(n,)``.
    """
    for i in range(points.shape[0]):
        px, py, pz = points[i, 0], points[i, 1], points[i, 2]
        x[i] = light[0] * px + light[1] * py + light[2] * pz + light[3]
        y[i] = light[4] * px + light[5] * py + light[6] * pz + light[7]
        depth[i] = light[8] * px + light[9] * py + light[10] * pz + light[11]


@kernel
def shadowed(points, first, last, light, depth_map, bias, lit):
    """Share of the key lamp that reaches vertices ``first`` to ``last``, softened over 4 by 4 texels; writes ``lit``.

    Args:
        points: ``(n, 3)``.
        first: vertex.
        last: vertex, not included.
        light: rows of the lamp's projection, ``(12,)``.
        depth_map: nearest depth towards the lamp, square.
        bias: by which a surface does not shade itself.
        lit: column of the table of what moves.
    """
    size = depth_map.shape[0]
    half, one, ninth, end = np.float32(0.5), np.float32(1), np.float32(1 / 9), np.float32(size - 4)
    for i in range(np.uint64(first), np.uint64(last)):
        px, py, pz = points[i, 0], points[i, 1], points[i, 2]
        u = light[0] * px + light[1] * py + light[2] * pz + light[3] - half
        v = light[4] * px + light[5] * py + light[6] * pz + light[7] - half
        depth = light[8] * px + light[9] * py + light[10] * pz + light[11] + bias
        share = one
        if u >= 2 and v >= 2 and u < end and v < end:
            column, row = np.uint64(u), np.uint64(v)
            fx, fy = u - np.float32(column), v - np.float32(row)
            share = np.float32(0)
            for down in range(np.uint64(4)):
                wy = one - fy if down == 0 else (fy if down == 3 else one)
                for along in range(np.uint64(4)):
                    wx = one - fx if along == 0 else (fx if along == 3 else one)
                    nearest = depth_map[row + down - np.uint64(1), column + along - np.uint64(1)]
                    share += wx * wy if nearest < depth else np.float32(0)
            share *= ninth
        lit[i] = share


@kernel
def hair_light(points, first, frames, variation, turn, lamps, camera_y, camera_z, static, moving):
    """Light on the hair's vertices after Kajiya & Kay 1989, with two shifted highlights (Marschner et al. 2003).

    Args:
        points: ``(n, 3)``.
        first: vertex of the hair.
        frames: tangent and normal of each hair vertex at rest, ``(h, 6)``.
        variation: shift of the highlight, ``(h,)``.
        turn: of the head, ``(3, 3)``.
        lamps: directions of key, fill and rim light, ``(3, 3)``.
        camera_y: of the eye point.
        camera_z: of the eye point.
        static: table of what does not move.
        moving: table of what moves, of which the hair's columns are written.
    """
    zero, one = np.float32(0), np.float32(1)
    for k in range(np.uint64(frames.shape[0])):
        i = np.uint64(first) + k
        a, b, c = frames[k, 0], frames[k, 1], frames[k, 2]
        tx = turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c
        ty = turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c
        tz = turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c
        a, b, c = frames[k, 3], frames[k, 4], frames[k, 5]
        nx = turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c
        ny = turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c
        nz = turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c
        vx, vy, vz = -points[i, 0], camera_y - points[i, 1], camera_z - points[i, 2]
        q = one / math.sqrt(vx * vx + vy * vy + vz * vz)
        vx, vy, vz = vx * q, vy * q, vz * q
        tl = tx * lamps[0, 0] + ty * lamps[0, 1] + tz * lamps[0, 2]
        tv = tx * vx + ty * vy + tz * vz
        diffuse = math.sqrt(max(zero, one - tl * tl))
        sine = math.sqrt(max(zero, one - tv * tv))
        # a shifted highlight passes 1 where its strand is not quite a fibre; its power would then be a white patch
        sharp = min(one, max(zero, diffuse * sine - (tl + f(0.10) + f(0.10) * variation[k]) * tv)) ** 64
        broad = max(zero, diffuse * sine - (tl - f(0.20) + f(0.10) * variation[k]) * tv) ** 16
        facing = min(
            one, max(zero, (nx * lamps[0, 0] + ny * lamps[0, 1] + nz * lamps[0, 2]) * f(1.1) + f(0.35))
        )
        fill = max(zero, f(0.45) + f(0.55) * (nx * lamps[1, 0] + ny * lamps[1, 1] + nz * lamps[1, 2]))
        edge = one - max(zero, nx * vx + ny * vy + nz * vz)
        rim = max(zero, nx * lamps[2, 0] + ny * lamps[2, 1] + nz * lamps[2, 2]) * edge * edge
        lit, open_ = moving[i, 3], static[i, 2]
        key = (f(0.22) + f(0.78) * lit) * (f(0.35) + f(0.65) * diffuse) * facing * f(1.35)
        moving[i, 0] = (key + f(0.34) * fill + f(0.22) * (f(0.6) + f(0.4) * ny) + f(0.5) * rim) * open_
        moving[i, 1] = (sharp * (f(0.15) + f(0.85) * lit) * facing + f(0.10) * rim) * open_
        moving[i, 2] = broad * (f(0.15) + f(0.85) * lit) * facing * open_
