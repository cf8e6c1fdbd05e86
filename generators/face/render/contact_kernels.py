"""Compiled contact: where teeth stand around the mouth, and the skin and tongue that must not pass through them.

Places in the mouth are told as azimuth about an upright axis behind the teeth, distance from that axis, and height. Maps have
one row for each azimuth. All arrays are float32; vertices are numbered within the part of the head that contact concerns.
"""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import inlined, kernel

__all__ = ["biting_edges", "hold_edges", "hold_lids", "hold_tongue", "hold_walls", "lip_lines", "outer_teeth", "seal_lips", "tuck_lip"]  # fmt: skip

_FAR = 1e3
_ALONG = 4  # places along an edge of skin that are held off the teeth
_SAMPLES = 4  # places along the side of a tooth's triangle that are looked at


@inlined
def _azimuth_cell(x, z, axis, widest, rows):
    """Row of a place in a map, as a real number."""
    return (math.atan2(x, z - axis) / widest + np.float32(1)) * np.float32(0.5) * rows


@inlined
def _round(radii, fall_up, fall_down):
    """Close small holes in the map and let it fall off beyond the teeth's edges, by so much a column."""
    rows, columns = radii.shape
    before = np.zeros(columns, np.float32)
    for row in range(rows):
        for column in range(columns):
            own = radii[row, column]
            after = radii[row + 1, column] if row + 1 < rows else np.float32(0)
            radii[row, column] = max(own, before[column], after)
            before[column] = own
        value = np.float32(0)
        for column in range(columns):
            value = max(radii[row, column], value - fall_up)
            radii[row, column] = value
        value = np.float32(0)
        for column in range(columns - 1, -1, -1):
            value = max(radii[row, column], value - fall_down)
            radii[row, column] = value


@inlined
def _on_triangle(points, p, q, s, i, j):
    """The place ``i``, ``j`` of the ``_SAMPLES`` along the sides of a triangle of corners ``p``, ``q``, ``s``."""
    a, b = np.float32(i / _SAMPLES), np.float32(j / _SAMPLES)
    c = np.float32(1) - a - b
    x = a * points[p, 0] + b * points[q, 0] + c * points[s, 0]
    y = a * points[p, 1] + b * points[q, 1] + c * points[s, 1]
    z = a * points[p, 2] + b * points[q, 2] + c * points[s, 2]
    return x, y, z


@kernel
def outer_teeth(points, triangles, upper, axis, widest, low, high, radii):
    """Distance of the teeth's outer face from the axis, by azimuth and height; writes ``radii`` ``(rows, columns)``.

    Beyond the biting edge it falls off softly, so that a lip which slides past is not caught; towards the gum it hardly does.

    Args:
        points: ``(n, 3)``.
        triangles: of one row of teeth ``(t, 3)``.
        upper: whether it is the upper row, whose gum is above.
        axis: depth of the axis.
        widest: azimuth at the map's edges, radians.
        low: height at the first column.
        high: height after the last.
        radii: written.
    """
    rows, columns = radii.shape
    radii[:] = 0
    step = (high - low) / columns
    for t in range(triangles.shape[0]):
        p, q, s = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        for i in range(_SAMPLES + 1):
            for j in range(_SAMPLES + 1 - i):
                x, y, z = _on_triangle(points, p, q, s, i, j)
                radius = math.sqrt(x * x + (z - axis) * (z - axis))
                row = int(_azimuth_cell(x, z, axis, widest, rows))
                column = int((y - low) / step)
                if 0 <= row < rows and 0 <= column < columns and radius > radii[row, column]:
                    radii[row, column] = radius
    bite, gum = np.float32(1.2) * step, np.float32(0.2) * step
    _round(radii, gum if upper else bite, bite if upper else gum)


@kernel
def biting_edges(points, triangles, axis, widest, farthest, down, heights):
    """The height that the tongue may reach, by azimuth and distance; writes ``heights`` ``(rows, columns)``.

    Args:
        points: ``(n, 3)``.
        triangles: of one row of teeth ``(t, 3)``.
        axis: depth of the axis.
        widest: azimuth at the map's edges, radians.
        farthest: distance after the last column.
        down: whether the row stands above: then the lowest of its teeth so far from the axis counts, else the highest.
        heights: written; very high (or low) where no teeth stand.
    """
    rows, columns = heights.shape
    sign = np.float32(1) if down else np.float32(-1)
    heights[:] = _FAR
    for t in range(triangles.shape[0]):
        p, q, s = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        for i in range(_SAMPLES + 1):
            for j in range(_SAMPLES + 1 - i):
                x, y, z = _on_triangle(points, p, q, s, i, j)
                row = int(_azimuth_cell(x, z, axis, widest, rows))
                column = int(math.sqrt(x * x + (z - axis) * (z - axis)) / farthest * columns)
                if 0 <= row < rows and 0 <= column < columns and sign * y < heights[row, column]:
                    heights[row, column] = sign * y
    for row in range(rows):
        for column in range(1, columns):
            heights[row, column] = min(heights[row, column], heights[row, column - 1])
    for row in range(rows):
        for column in range(columns):
            heights[row, column] *= sign


@inlined
def _tooth_radius(radii, row, column):
    """Outer radius of the teeth at a place, between cells."""
    rows, columns = radii.shape
    row = min(max(row - np.float32(0.5), np.float32(0)), np.float32(rows - 1.001))
    column = min(max(column - np.float32(0.5), np.float32(0)), np.float32(columns - 1.001))
    i, j = int(row), int(column)
    u, v = row - i, column - j
    return (1 - u) * ((1 - v) * radii[i, j] + v * radii[i, j + 1]) + u * (
        (1 - v) * radii[i + 1, j] + v * radii[i + 1, j + 1]
    )


@kernel
def hold_walls(points, walls, radii, axis, widest, low, high, gap):
    """Push lips and cheeks out to ``gap`` before the teeth; changes ``points``.

    Args:
        points: ``(n, 3)``.
        walls: vertices that lie outside the teeth.
        radii: of ``outer_teeth``, smoothed.
        axis: depth of the axis.
        widest: azimuth at the map's edges.
        low: height at the map's first column.
        high: height after the last.
        gap: that stays between.
    """
    rows, columns = radii.shape
    outmost = radii.max() + gap
    for k in range(walls.shape[0]):
        i = walls[k]
        x, y, z = points[i, 0], points[i, 1], points[i, 2] - axis
        if y <= low or y >= high:
            continue
        radius = math.sqrt(x * x + z * z) + np.float32(1e-9)
        if radius >= outmost:
            continue
        tooth = _tooth_radius(
            radii, _azimuth_cell(x, points[i, 2], axis, widest, rows), (y - low) / (high - low) * columns
        )
        if tooth > 0 and radius < tooth + gap:
            scale = (tooth + gap) / radius
            points[i, 0] = x * scale
            points[i, 2] = z * scale + axis


@kernel
def hold_edges(points, edges, radii, axis, widest, low, high, gap):
    """Push edges of lips and cheeks whose ends lie free, but which cross a tooth, out to it; changes ``points``.

    Args:
        points: ``(n, 3)``.
        edges: of the skin outside the teeth ``(e, 2)``.
        radii: of ``outer_teeth``.
        axis: depth of the axis.
        widest: azimuth at the map's edges.
        low: height at the map's first column.
        high: height after the last.
        gap: that stays between.
    """
    rows, columns = radii.shape
    outmost = radii.max() + gap
    for k in range(edges.shape[0]):
        i, j = edges[k, 0], edges[k, 1]
        if max(points[i, 1], points[j, 1]) <= low or min(points[i, 1], points[j, 1]) >= high:
            continue
        deepest = np.float32(0)
        for m in range(1, _ALONG):
            share = np.float32(m / _ALONG)
            x = points[i, 0] + share * (points[j, 0] - points[i, 0])
            y = points[i, 1] + share * (points[j, 1] - points[i, 1])
            z = points[i, 2] + share * (points[j, 2] - points[i, 2])
            radius = math.sqrt(x * x + (z - axis) * (z - axis))
            if y <= low or y >= high or radius >= outmost:
                continue
            row, column = _azimuth_cell(x, z, axis, widest, rows), (y - low) / (high - low) * columns
            tooth = _tooth_radius(radii, row, column)
            if tooth > 0:
                deepest = max(deepest, tooth + gap - radius)
        if deepest > 0:
            for end in range(2):
                n = edges[k, end]
                x, z = points[n, 0], points[n, 2] - axis
                scale = 1 + deepest / (math.sqrt(x * x + z * z) + np.float32(1e-9))
                points[n, 0], points[n, 2] = x * scale, z * scale + axis


@inlined
def _tongue_bound(heights, row, radius, farthest, sign):
    """The tightest height near a place."""
    rows, columns = heights.shape
    at = min(int(radius / farthest * columns) + 1, columns - 1)
    first = min(max(int(row - np.float32(0.5)), 0), rows - 1)
    second = min(first + 1, rows - 1)
    return sign * min(sign * heights[first, at], sign * heights[second, at])


@kernel
def hold_tongue(points, tongue, ceiling, floor, axis, widest, farthest, gap):
    """Keep the tongue behind the teeth, or between their edges where these stand apart; changes ``points``.

    Args:
        points: ``(n, 3)``.
        tongue: its vertices.
        ceiling: of ``biting_edges`` of the upper row.
        floor: of the lower row.
        axis: depth of the axis.
        widest: azimuth at the maps' edges.
        farthest: distance after the maps' last column.
        gap: that stays between tongue and teeth.
    """
    rows, columns = ceiling.shape
    step = farthest / columns
    for k in range(tongue.shape[0]):
        i = tongue[k]
        x, z = points[i, 0], points[i, 2] - axis
        radius = math.sqrt(x * x + z * z) + np.float32(1e-9)
        row = _azimuth_cell(x, points[i, 2], axis, widest, rows)
        if z <= 0 or row < 0 or row >= rows:
            continue
        held = radius
        while held > step:
            room = _tongue_bound(ceiling, row, held, farthest, np.float32(1)) - _tongue_bound(
                floor, row, held, farthest, np.float32(-1)
            )
            if room > 3 * gap:
                break
            held -= step * np.float32(0.25)
        if held < radius:
            points[i, 0] = x * held / radius
            points[i, 2] = z * held / radius + axis
        top = _tongue_bound(ceiling, row, held, farthest, np.float32(1)) - gap
        bottom = _tongue_bound(floor, row, held, farthest, np.float32(-1)) + gap
        points[i, 1] = min(max(points[i, 1], bottom), top)


@kernel
def lip_lines(points, upper, lower, left, right, edges):
    """The lower edge of the upper lip and the upper edge of the lower one, seen from the front; writes ``edges``.

    Args:
        points: ``(n, 3)``.
        upper: triangles of the upper lip.
        lower: triangles of the lower lip.
        left: x of the first place.
        right: x of the last place.
        edges: ``(2, places)``; very high and very low where there is no lip.
    """
    places = edges.shape[1]
    step = (right - left) / (places - 1)
    for side in range(2):
        triangles = upper if side == 0 else lower
        sign = np.float32(1) if side == 0 else np.float32(-1)
        for k in range(places):
            edges[side, k] = _FAR
        for t in range(triangles.shape[0]):
            for corner in range(3):
                p, q = triangles[t, corner], triangles[t, (corner + 1) % 3]
                x0, y0, x1, y1 = points[p, 0], points[p, 1], points[q, 0], points[q, 1]
                a, b = min(x0, x1), max(x0, x1)
                first = max(0, math.ceil((a - left) / step))
                last = min(places - 1, math.floor((b - left) / step))
                for k in range(first, last + 1):
                    x = left + k * step
                    share = (x - x0) / (x1 - x0) if x1 != x0 else np.float32(0)
                    y = sign * (y0 + share * (y1 - y0))
                    if y < edges[side, k]:
                        edges[side, k] = y
        for k in range(places):
            edges[side, k] *= sign


@kernel
def seal_lips(points, around, share, left, right, closing):
    """Move lips towards each other; changes ``points``.

    Args:
        points: ``(n, 3)``.
        around: vertices of and around the lips.
        share: of the closing that each takes, below 0 downwards.
        left: x of the first place.
        right: x of the last.
        closing: by which the lips come together at each place.
    """
    places = closing.shape[0]
    step = (right - left) / (places - 1)
    for k in range(around.shape[0]):
        i = around[k]
        at = min(max((points[i, 0] - left) / step, np.float32(0)), np.float32(places - 1.001))
        j = int(at)
        points[i, 1] += share[k] * ((1 - (at - j)) * closing[j] + (at - j) * closing[j + 1])


@kernel
def tuck_lip(points, around, share, rim, radii, axis, widest, low, high, edge, reach, strength):
    """Bring the lower lip up and back to the upper teeth; changes ``points``.

    Args:
        points: ``(n, 3)``.
        around: vertices of and around the lower lip.
        share: how far each goes along.
        rim: vertices of the middle of the lower lip, of which one is to touch.
        radii: of the upper row, of ``outer_teeth``, smoothed.
        axis: depth of the axis.
        widest: azimuth at the map's edges.
        low: height at the map's first column.
        high: height after the last.
        edge: height of the upper teeth's biting edge.
        reach: the lip goes at most so far each way.
        strength: 0..1.
    """
    rows, columns = radii.shape
    top = points[rim[0], 1]
    for k in range(rim.shape[0]):
        top = max(top, points[rim[k], 1])
    rise = min(max(edge + (high - low) * np.float32(0.05) - top, np.float32(0)), reach)
    near = reach
    for k in range(rim.shape[0]):
        x, y, z = points[rim[k], 0], points[rim[k], 1] + rise, points[rim[k], 2]
        if y <= edge or y >= high:
            continue
        row = _azimuth_cell(x, z, axis, widest, rows)
        tooth = _tooth_radius(radii, row, (y - low) / (high - low) * columns)
        if tooth > 0:
            near = min(near, math.sqrt(x * x + (z - axis) * (z - axis)) - tooth)
    back = max(near, np.float32(0))
    for k in range(around.shape[0]):
        i = around[k]
        x, z = points[i, 0], points[i, 2] - axis
        radius = math.sqrt(x * x + z * z)
        scale = (radius - strength * share[k] * back) / radius
        points[i, 0] = x * scale
        points[i, 1] += strength * share[k] * rise
        points[i, 2] = z * scale + axis


@kernel
def hold_lids(points, lids, least, centre_x, centre_y, centre_z):
    """Push the skin around an eye out to its least distance from the eye's centre; changes ``points``.

    Args:
        points: ``(n, 3)``.
        lids: vertices.
        least: distance of each.
        centre_x: of the eye.
        centre_y: of the eye.
        centre_z: of the eye.
    """
    for k in range(lids.shape[0]):
        i = lids[k]
        x, y, z = points[i, 0] - centre_x, points[i, 1] - centre_y, points[i, 2] - centre_z
        distance = math.sqrt(x * x + y * y + z * z) + np.float32(1e-9)
        if distance < least[k]:
            scale = least[k] / distance
            points[i, 0] = centre_x + x * scale
            points[i, 1] = centre_y + y * scale
            points[i, 2] = centre_z + z * scale
