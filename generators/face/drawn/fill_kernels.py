"""Compiled filling of outlines with exact coverage, so that edges are smooth at any size.

Each edge adds the area that it covers in the cells it passes through; a running sum along the row gives every pixel's cover.
Source of the method: the signed-area accumulation of LibArt and FreeType, as told by Raph Levien, "Inside the fastest font renderer in
the world" (2016). What winds twice in the same sense counts once, so strokes may cross themselves.
"""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import inlined, kernel

__all__ = ["NO_CLIP", "paint", "straightened"]

NO_CLIP = -1


@inlined
def _edge(area, width, height, x0, y0, x1, y1):
    """Add the signed area of one edge to the cells right of it."""
    way = 1.0
    if y0 > y1:
        way = -1.0
        x0, y0, x1, y1 = x1, y1, x0, y0
    if y0 < y1:
        slope = (x1 - x0) / (y1 - y0)
        first = max(0, math.floor(y0))
        last = min(height, math.ceil(y1))
        x = x0 + slope * (max(y0, float(first)) - y0)
        for row in range(first, last):
            part = min(row + 1.0, y1) - max(float(row), y0)
            after = x + slope * part
            d = part * way
            left = min(max(min(x, after), 0.0), float(width))
            right = min(max(max(x, after), 0.0), float(width))
            begin = math.floor(left)
            end = math.ceil(right)
            if end <= begin + 1:
                middle = 0.5 * (left + right) - begin
                area[row, begin] += d - d * middle
                area[row, begin + 1] += d * middle
            else:
                s = 1.0 / (right - left)
                head = left - begin
                tail = right - end + 1.0
                a0 = 0.5 * s * (1.0 - head) * (1.0 - head)
                am = 0.5 * s * tail * tail
                area[row, begin] += d * a0
                if end == begin + 2:
                    area[row, begin + 1] += d * (1.0 - a0 - am)
                else:
                    a1 = s * (1.5 - head)
                    area[row, begin + 1] += d * (a1 - a0)
                    for column in range(begin + 2, end - 1):
                        area[row, column] += d * s
                    a2 = a1 + (end - begin - 3) * s
                    area[row, end - 1] += d * (1.0 - a2 - am)
                area[row, end] += d * am
            x = after


@kernel
def paint(points, starts, colours, clips, kept, area, masks, canvas):
    """Fill outlines one over the other; writes ``canvas``, and uses up ``area`` and ``masks``.

    Args:
        points: corners of all outlines in pixels ``(n, 2)``.
        starts: ``(s + 1,)``, where each outline starts.
        colours: red, green, blue 0..1 at its upper and at its lower edge, and cover 0..1, ``(s, 7)``.
        clips: number of the mask that cuts it, or ``NO_CLIP``, ``(s,)``.
        kept: number of the mask that it becomes for others, or ``NO_CLIP``, ``(s,)``.
        area: zeros ``(height, width + 2)``, zeros again afterwards.
        masks: ``(m, height, width)`` float32.
        canvas: premultiplied ``(height, width, 4)`` float32.
    """
    height, width = canvas.shape[0], canvas.shape[1]
    canvas[:] = 0
    masks[:] = 0
    for s in range(len(starts) - 1):
        a, b = starts[s], starts[s + 1]
        low_x = low_y = np.float32(1e9)
        high_x = high_y = np.float32(-1e9)
        for i in range(a, b):
            low_x, high_x = min(low_x, points[i, 0]), max(high_x, points[i, 0])
            low_y, high_y = min(low_y, points[i, 1]), max(high_y, points[i, 1])
        top, bottom = max(0, math.floor(low_y)), min(height, math.ceil(high_y))
        left, right = max(0, math.floor(low_x)), min(width, math.ceil(high_x))
        if top >= bottom or left >= right:
            continue
        for i in range(a, b):
            j = i + 1 if i + 1 < b else a
            _edge(area, width, height, points[i, 0], points[i, 1], points[j, 0], points[j, 1])
        tall = max(high_y - low_y, np.float32(1e-3))
        for row in range(top, bottom):
            share = min(max((row + np.float32(0.5) - low_y) / tall, np.float32(0)), np.float32(1))
            r = colours[s, 0] + (colours[s, 3] - colours[s, 0]) * share
            g = colours[s, 1] + (colours[s, 4] - colours[s, 1]) * share
            bl = colours[s, 2] + (colours[s, 5] - colours[s, 2]) * share
            total = np.float32(0)
            for column in range(left, right):
                total += area[row, column]
                area[row, column] = 0
                cover = min(abs(total), np.float32(1)) * colours[s, 6]
                if clips[s] >= 0:
                    cover *= masks[clips[s], row, column]
                if kept[s] >= 0:
                    masks[kept[s], row, column] = cover
                if cover > np.float32(0.002):
                    rest = np.float32(1) - cover
                    canvas[row, column, 0] = r * cover + canvas[row, column, 0] * rest
                    canvas[row, column, 1] = g * cover + canvas[row, column, 1] * rest
                    canvas[row, column, 2] = bl * cover + canvas[row, column, 2] * rest
                    canvas[row, column, 3] = cover + canvas[row, column, 3] * rest
            area[row, right] = 0
            area[row, min(right + 1, width + 1)] = 0


@kernel
def straightened(canvas, picture):
    """The canvas as uint8 with straight alpha; writes ``picture``."""
    for row in range(canvas.shape[0]):
        for column in range(canvas.shape[1]):
            alpha = canvas[row, column, 3]
            if alpha <= np.float32(0.002):
                for c in range(4):
                    picture[row, column, c] = 0
            else:
                scale = np.float32(255) / alpha
                for c in range(3):
                    picture[row, column, c] = np.uint8(
                        min(canvas[row, column, c] * scale + np.float32(0.5), np.float32(255))
                    )
                picture[row, column, 3] = np.uint8(
                    min(alpha * np.float32(255) + np.float32(0.5), np.float32(255))
                )
