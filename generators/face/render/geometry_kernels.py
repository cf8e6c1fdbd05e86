"""Compiled geometry: blend shapes, normals, hair light, shadow and projection, all per vertex."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import kernel

__all__ = ["deform", "hair_light", "place_hair", "project", "quad_normals", "shadowed", "vertex_normals"]


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
    for i in range(base.shape[0]):
        x, y, z = base[i, 0], base[i, 1], base[i, 2]
        for j in range(starts[i], starts[i + 1]):
            a = weights[shapes[j]]
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
        points[i, 1] = y + (1 - h) * lift
        points[i, 2] = z + (1 - h) * lift * np.float32(0.5)
        first = second = np.float32(0)
        for k in range(regions.shape[1]):
            share = regions[i, k]
            if share > 0:
                first += share * creases[k, 0]
                second += share * creases[k, 1]
        moving[i, 4] = first
        moving[i, 5] = second


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
        y += h * (turn[1, 0] * dx + turn[1, 1] * dy + turn[1, 2] * dz - dy + move[1]) + (1 - h) * lift
        z += h * (turn[2, 0] * dx + turn[2, 1] * dy + turn[2, 2] * dz - dz + move[2]) + (
            1 - h
        ) * lift * np.float32(0.5)
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
    for i in range(first, last):
        px, py, pz = points[i, 0], points[i, 1], points[i, 2]
        u = light[0] * px + light[1] * py + light[2] * pz + light[3] - np.float32(0.5)
        v = light[4] * px + light[5] * py + light[6] * pz + light[7] - np.float32(0.5)
        depth = light[8] * px + light[9] * py + light[10] * pz + light[11] + bias
        column, row = math.floor(u), math.floor(v)
        share = np.float32(1)
        if column > 1 and row > 1 and column < size - 4 and row < size - 4:
            fx, fy = u - column, v - row
            share = np.float32(0)
            for dy in range(-1, 3):
                wy = 1 - fy if dy == -1 else (fy if dy == 2 else np.float32(1))
                for dx in range(-1, 3):
                    wx = 1 - fx if dx == -1 else (fx if dx == 2 else np.float32(1))
                    if depth_map[row + dy, column + dx] < depth:
                        share += wx * wy
            share /= np.float32(9)
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
    for k in range(frames.shape[0]):
        i = first + k
        a, b, c = frames[k, 0], frames[k, 1], frames[k, 2]
        tx = turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c
        ty = turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c
        tz = turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c
        a, b, c = frames[k, 3], frames[k, 4], frames[k, 5]
        nx = turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c
        ny = turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c
        nz = turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c
        vx, vy, vz = -points[i, 0], camera_y - points[i, 1], camera_z - points[i, 2]
        q = 1 / math.sqrt(vx * vx + vy * vy + vz * vz)
        vx, vy, vz = vx * q, vy * q, vz * q
        tl = tx * lamps[0, 0] + ty * lamps[0, 1] + tz * lamps[0, 2]
        tv = tx * vx + ty * vy + tz * vz
        diffuse = math.sqrt(max(0.0, 1 - tl * tl))
        sine = math.sqrt(max(0.0, 1 - tv * tv))
        # a shifted highlight passes 1 where its strand is not quite a fibre; its power would then be a white patch
        sharp = min(1.0, max(0.0, diffuse * sine - (tl + 0.10 + 0.10 * variation[k]) * tv)) ** 64
        broad = max(0.0, diffuse * sine - (tl - 0.20 + 0.10 * variation[k]) * tv) ** 16
        facing = min(1.0, max(0.0, (nx * lamps[0, 0] + ny * lamps[0, 1] + nz * lamps[0, 2]) * 1.1 + 0.35))
        fill = max(0.0, 0.45 + 0.55 * (nx * lamps[1, 0] + ny * lamps[1, 1] + nz * lamps[1, 2]))
        edge = 1 - max(0.0, nx * vx + ny * vy + nz * vz)
        rim = max(0.0, nx * lamps[2, 0] + ny * lamps[2, 1] + nz * lamps[2, 2]) * edge * edge
        lit, open_ = moving[i, 3], static[i, 2]
        key = (0.22 + 0.78 * lit) * (0.35 + 0.65 * diffuse) * facing * 1.35
        moving[i, 0] = (key + 0.34 * fill + 0.22 * (0.6 + 0.4 * ny) + 0.5 * rim) * open_
        moving[i, 1] = (sharp * (0.15 + 0.85 * lit) * facing + 0.10 * rim) * open_
        moving[i, 2] = broad * (0.15 + 0.85 * lit) * facing * open_
