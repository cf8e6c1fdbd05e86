"""Compiled loops of the moving portrait: where each pixel's skin comes from, and its colour there."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import numpy as np

from generators.face.render.compiled import inlined, kernel

__all__ = ["map_skin", "shade_skin", "soften_folds"]


@kernel
def map_skin(x, y, z, source, triangles, spanning, behind, depth, found):
    """Write for each pixel of a window what the nearest triangle over it carries.

    Args:
        x: of the points in pixels of the window ``(n,)`` float32; so ``y`` and ``z`` (away).
        y: see above.
        z: see above.
        source: what the points carry ``(n, 4)`` float32: place in the portrait, place on the map of light.
        triangles: ``(t, 3)`` int32; the last ``spanning`` lie behind all others.
        spanning: see above.
        behind: how far those and triangles that face away lie behind the rest.
        depth: buffer ``(height, width)`` float32.
        found: result ``(height, width, 4)`` float32; untouched where there is no triangle.
    """
    height, width = depth.shape
    depth[:] = np.float32(1e30)
    first_span = len(triangles) - spanning
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = x[a], y[a], x[b], y[b], x[c], y[c]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-7:
            continue
        push = np.float32(0.0)
        if t >= first_span or area < 0:
            push = behind
        x0 = max(int(np.ceil(min(ax, bx, cx) - 1e-3)), 0)
        x1 = min(int(np.floor(max(ax, bx, cx) + 1e-3)), width - 1)
        y0 = max(int(np.ceil(min(ay, by, cy) - 1e-3)), 0)
        y1 = min(int(np.floor(max(ay, by, cy) + 1e-3)), height - 1)
        if x0 > x1 or y0 > y1:
            continue
        over = np.float32(1.0) / area
        bu, bv = (cy - ay) * over, -(cx - ax) * over
        cu, cv = -(by - ay) * over, (bx - ax) * over
        for py in range(y0, y1 + 1):
            for px in range(x0, x1 + 1):
                dx, dy = np.float32(px) - ax, np.float32(py) - ay
                u = dx * bu + dy * bv
                v = dx * cu + dy * cv
                w = np.float32(1.0) - u - v
                if u < -1e-4 or v < -1e-4 or w < -1e-4:
                    continue
                d = w * z[a] + u * z[b] + v * z[c] + push
                if d < depth[py, px]:
                    depth[py, px] = d
                    for k in range(4):
                        found[py, px, k] = w * source[a, k] + u * source[b, k] + v * source[c, k]


@inlined
def _cubic(t):
    """Weights of four neighbours at a place between the middle two (Catmull and Rom)."""
    a = t * (t * (np.float32(1.0) - np.float32(0.5) * t) - np.float32(0.5))
    b = np.float32(1.0) + t * t * (np.float32(1.5) * t - np.float32(2.5))
    c = t * (np.float32(0.5) + t * (np.float32(2.0) - np.float32(1.5) * t))
    d = np.float32(0.5) * t * t * (t - np.float32(1.0))
    return a, b, c, d


@inlined
def _on_map(values, x, y):
    """A map's value at a place in texels, 0 beside it."""
    n = values.shape[0]
    if not (x >= 0 and y >= 0 and x < n - 1 and y < n - 1):
        return np.float32(0.0)
    j, i = int(x), int(y)
    fx, fy = x - np.float32(j), y - np.float32(i)
    low = values[i, j] * (1 - fx) + values[i, j + 1] * fx
    high = values[i + 1, j] * (1 - fx) + values[i + 1, j + 1] * fx
    return low * (1 - fy) + high * fy


@inlined
def _factors(change, blush, green):
    """By what red, green and blue are multiplied where light changes and skin blushes; folds are redder than plain skin."""
    if abs(change) < 1e-4 and blush > -1e-4:
        return np.float32(1.0), np.float32(1.0), np.float32(1.0)
    warm, gain, cool = np.exp(change * np.float32(0.65)), np.exp(change), np.exp(change * np.float32(1.15))
    if change > 0:  # what is bright already has little left to gain
        room = min(max(np.float32(1.5) - green * np.float32(1.5 / 255), np.float32(0.0)), np.float32(1.0))
        warm, gain, cool = 1 + (warm - 1) * room, 1 + (gain - 1) * room, 1 + (cool - 1) * room
    return warm, gain * np.exp(blush), cool * np.exp(np.float32(0.75) * blush)


@kernel
def shade_skin(found, portrait, light, red, out):
    """Sample the portrait where ``map_skin`` says, brightened and darkened by the map of light.

    Args:
        found: ``(h, w, 4)`` float32.
        portrait: uint8 RGB ``(height, width, 3)``.
        light: natural logarithm of the factor ``(n, n)`` float32.
        red: of the factor of green by blush, ``(n, n)`` float32; blue changes by three quarters of it.
        out: result uint8 ``(h, w, 4)``; its first three channels are written.
    """
    rows, columns = portrait.shape[0], portrait.shape[1]
    for i in range(found.shape[0]):
        for j in range(found.shape[1]):
            sx, sy, lx, ly = found[i, j, 0], found[i, j, 1], found[i, j, 2], found[i, j, 3]
            change, blush = _on_map(light, lx, ly), _on_map(red, lx, ly)
            ix, iy = int(np.floor(sx)), int(np.floor(sy))
            tx, ty = sx - np.float32(ix), sy - np.float32(iy)
            wx = _cubic(tx)
            wy = _cubic(ty)
            r, g, b = np.float32(0.0), np.float32(0.0), np.float32(0.0)
            for m in range(4):
                yy = min(max(iy + m - 1, 0), rows - 1)
                pr, pg, pb = np.float32(0.0), np.float32(0.0), np.float32(0.0)
                for k in range(4):
                    xx = min(max(ix + k - 1, 0), columns - 1)
                    pr += wx[k] * np.float32(portrait[yy, xx, 0])
                    pg += wx[k] * np.float32(portrait[yy, xx, 1])
                    pb += wx[k] * np.float32(portrait[yy, xx, 2])
                r += wy[m] * pr
                g += wy[m] * pg
                b += wy[m] * pb
            warm, gain, cool = _factors(change, blush, g)
            out[i, j, 0] = np.uint8(min(max(r * warm + np.float32(0.5), np.float32(0.0)), np.float32(255.0)))
            out[i, j, 1] = np.uint8(min(max(g * gain + np.float32(0.5), np.float32(0.0)), np.float32(255.0)))
            out[i, j, 2] = np.uint8(min(max(b * cool + np.float32(0.5), np.float32(0.0)), np.float32(255.0)))


@kernel
def soften_folds(found, leap, plain, out):
    """Blend neighbours across the edge of a cheek that hides what is behind it, which would otherwise be a staircase.

    Args:
        found: as ``map_skin`` left it ``(h, w, 4)`` float32.
        leap: pixels of the portrait between two neighbours from which there is such an edge.
        plain: the picture before, uint8 ``(h, w, 4)``.
        out: result uint8 ``(h, w, 4)``, a copy of ``plain`` that is changed at edges.
    """
    for i in range(1, found.shape[0] - 1):
        for j in range(1, found.shape[1] - 1):
            across = abs(found[i, j + 1, 0] - found[i, j, 0]) + abs(found[i, j, 0] - found[i, j - 1, 0])
            down = abs(found[i + 1, j, 1] - found[i, j, 1]) + abs(found[i, j, 1] - found[i - 1, j, 1])
            if across > leap or down > leap:
                for k in range(3):
                    beside = int(plain[i, j - 1, k]) + int(plain[i, j + 1, k])
                    above = int(plain[i - 1, j, k]) + int(plain[i + 1, j, k])
                    out[i, j, k] = np.uint8((4 * int(plain[i, j, k]) + beside + above + 4) // 8)
