"""Compiled rasterisation: which triangle is nearest at each sample. Triangles are sorted into bands of rows first."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import numpy as np

from generators.face.render.compiled import bare, inlined, kernel
from generators.face.render.layout import HAIR, HAIR_TWO_SIDED, U, V

__all__ = ["band_triangles", "depth_pass", "visible"]

_LANES = 16  # samples of a row that are drawn at once


@inlined
def _first_sample(low):
    """The first whole column from ``low``, which is not negative; a compiled ``ceil`` is a call to the system's library."""
    column = np.int64(low)
    return column + np.int64(np.float32(column) < low)


@kernel
def depth_pass(x, y, z, triangles, closed, depth):
    """Largest ``z`` at each cell: the map of a lamp, and textures baked from the mesh; writes ``depth``.

    Args:
        x: of the vertices, cells.
        y: of the vertices, cells.
        z: of the vertices.
        triangles: ``(t, 3)``.
        closed: so many of them, from the first, are of closed surfaces, whose far side need not be drawn.
        depth: ``(h, w)``, written.
    """
    height, width = depth.shape
    zero, half, one = np.float32(0), np.float32(0.5), np.float32(1)
    for t in range(triangles.shape[0]):
        a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
        x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0 or (t < closed and area > 0):
            continue
        left = _first_sample(max(zero, min(x0, x1, x2) - half))
        right = min(width - 1, np.int64(max(x0, x1, x2) - half))
        top = _first_sample(max(zero, min(y0, y1, y2) - half))
        bottom = min(height - 1, np.int64(max(y0, y1, y2) - half))
        if left > right or top > bottom:
            continue
        inverse = one / area
        step0, step1 = (y1 - y2) * inverse, (y2 - y0) * inverse
        for row in range(np.uint64(top), np.uint64(bottom + 1)):
            py, px = np.float32(row) + half, np.float32(left) + half
            l0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
            l1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
            for column in range(np.uint64(left), np.uint64(right + 1)):
                if l0 >= 0 and l1 >= 0 and l0 + l1 <= one:
                    value = l0 * z[a] + l1 * z[b] + (one - l0 - l1) * z[c]
                    if value > depth[row, column]:
                        depth[row, column] = value
                l0 += step0
                l1 += step1


@kernel
def band_triangles(
    x, y, triangles, material, sides, shown, width, height, band, first_band, last_band, starts, listed
):
    """Sort the triangles that face the eye, and that its side shows, into bands of ``band`` rows; writes the last four arrays.

    Args:
        x: of the vertices, samples.
        y: of the vertices, samples.
        triangles: ``(t, 3)``.
        material: ``(t,)``; those of two-sided hair are kept from behind too.
        sides: from which each is seen, bits ``(t,)``.
        shown: sides from which the head is looked at, bits.
        width: samples.
        height: samples, a multiple of ``band``.
        band: rows of a band.
        first_band: ``(t,)``, -1 for what is not seen.
        last_band: ``(t,)``.
        starts: ``(bands + 1,)`` into ``listed``.
        listed: triangles of each band; long enough for four a triangle.
    """
    starts[:] = 0
    zero, half = np.float32(0), np.float32(0.5)
    for t in range(np.uint64(triangles.shape[0])):
        first_band[t] = -1
        if sides[t] & shown == 0:
            continue
        a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
        x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0 or (material[t] < HAIR_TWO_SIDED and area > 0):
            continue
        top = _first_sample(max(zero, min(y0, y1, y2) - half))
        bottom = min(height - 1, np.int64(max(y0, y1, y2) - half))
        left = _first_sample(max(zero, min(x0, x1, x2) - half))
        right = min(width - 1, np.int64(max(x0, x1, x2) - half))
        if left > right or top > bottom:
            continue
        first_band[t], last_band[t] = top // band, bottom // band
        for k in range(first_band[t], last_band[t] + 1):
            starts[k + 1] += 1
    bands = starts.shape[0] - 1
    for k in range(bands):
        starts[k + 1] += starts[k]
    cursor = starts[:bands].copy()
    for t in range(triangles.shape[0]):
        if first_band[t] >= 0:
            for k in range(first_band[t], last_band[t] + 1):
                if cursor[k] < listed.shape[0]:
                    listed[cursor[k]] = t
                cursor[k] += 1


@inlined
def _gradient(step):
    """How far along a row a barycentric weight falls by 1, without a division by zero."""
    return np.float32(-1) / step if step != 0 else np.float32(0)


@inlined
def _span(start, step, fall, low, high):
    """Columns at which a barycentric weight that starts at ``start`` is not negative, within ``low..high``."""
    if step > 0:
        low = max(low, start * fall)
    elif step < 0:
        high = min(high, start * fall)
    elif start < 0:
        high = low - np.float32(1)
    return low, high


@inlined
def _cover(depths, nearest, start, l0, l1, near, step0, step1, step_depth, t):
    """Draw ``t`` into ``_LANES`` samples of a row where it is nearest; all are written, so that they are done at once."""
    zero, one = np.float32(0), np.float32(1)
    for lane in range(_LANES):
        at, along = start + np.uint64(lane), np.float32(lane)
        a, b = l0 + along * step0, l1 + along * step1
        here, before, owner = near + along * step_depth, depths[at], nearest[at]
        wins = (a >= zero) & (b >= zero) & (a + b <= one) & (here > before)
        depths[at] = here if wins else before
        nearest[at] = t if wins else owner


@inlined
def _any_nearer(depths, start, near, step_depth, lanes):
    """Whether a plane of depths lies before any of ``_LANES`` samples of a row."""
    found = np.int32(0)
    for lane in range(lanes):
        at = start + np.uint64(lane)
        found |= np.int32(near + np.float32(np.int32(lane)) * step_depth > depths[at])
    return found > 0


@inlined
def _strand_places(depths, row, start, weights, texture, last_u, last_v, lanes, places, needed):
    """Where ``_LANES`` samples of a row look at the strands' texture, and how dense it must be there; gives whether any looks.

    Samples outside the triangle or behind others need more than there is.
    """
    l0, l1, near, step0, step1, step_depth = weights
    u0, ua, ub, v0, va, vb = texture
    zero, one, odd, pitch = np.float32(0), np.float32(1), np.int32(1), last_u + np.int32(1)
    any_wins, first_column = np.int32(0), np.int32(start)
    for lane in range(lanes):
        at, along = start + np.uint64(lane), np.float32(np.int32(lane))
        a, b = l0 + along * step0, l1 + along * step1
        wins = (a >= zero) & (b >= zero) & (a + b <= one) & (near + along * step_depth > depths[at])
        u = min(max(np.int32(u0 + a * ua + b * ub), np.int32(0)), last_u)
        v = min(max(np.int32(v0 + a * va + b * vb), np.int32(0)), last_v)
        column = first_column + np.int32(lane)
        cut = np.int32(40) + np.int32(50) * ((column & odd) * np.int32(2) + ((column ^ row) & odd))
        places[lane] = v * pitch + u if wins else np.int32(0)
        needed[lane] = cut if wins else np.int32(255)
        any_wins |= np.int32(wins)
    return any_wins > 0


@inlined
def _cover_strands(depths, nearest, start, near, step_depth, t, strands, lanes, places, needed):
    """Draw hair ``t`` into ``_LANES`` samples where the texture is dense enough."""
    for lane in range(_LANES):
        needed[lane] -= np.int32(strands[np.uint32(places[lane]), 0])
    for lane in range(lanes):
        at = start + np.uint64(lane)
        here, before = near + np.float32(np.int32(lane)) * step_depth, depths[at]
        depths[at] = here if needed[lane] < 0 else before
    for lane in range(lanes):
        at = start + np.uint64(lane)
        owner = nearest[at]
        nearest[at] = t if needed[lane] < 0 else owner


@kernel
def visible(x, y, inverse_depth, triangles, material, static, strands, starts, listed, band, depth, seen):
    """The nearest triangle at each sample, -1 for none; writes ``depth`` (inverse distance) and ``seen``.

    Hair is cut out by the strands' texture; its four thresholds in each pixel make soft edges. Everything within the loops is
    float32 and without division: most triangles are hair of a few samples a row, most of which lie behind others. Pictures are
    at least ``_LANES`` samples wide.
    """
    width = depth.shape[1]
    depth, seen = bare(depth), bare(seen)
    half, one = np.float32(0.5), np.float32(1)
    texture_height, texture_width = np.float32(strands.shape[0]), np.float32(strands.shape[1])
    last_u, last_v = np.int32(strands.shape[1] - 1), np.int32(strands.shape[0] - 1)
    flat = bare(strands.reshape(-1, strands.shape[2]))
    places, needed = np.empty(_LANES, np.int32), np.empty(_LANES, np.int32)
    # Never other than _LANES, but not known to be when this is compiled: small loops of known length are not done at once.
    lanes = _LANES if width > _LANES else width
    edge = np.uint64(width - lanes)
    for k in range(starts.shape[0] - 1):
        low_row, high_row = k * band, k * band + band - 1
        for row in range(low_row, high_row + 1):
            depth[row] = 0
            seen[row] = -1
        for entry in range(starts[k], starts[k + 1]):
            t = np.uint32(listed[entry])
            a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
            x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
            left = _first_sample(max(np.float32(0), min(x0, x1, x2) - half))
            right = min(width - 1, np.int64(max(x0, x1, x2) - half))
            top = max(low_row, _first_sample(max(np.float32(0), min(y0, y1, y2) - half)))
            bottom = min(high_row, np.int64(max(y0, y1, y2) - half))
            if left > right or top > bottom:
                continue
            inverse = one / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
            step0, step1 = (y1 - y2) * inverse, (y2 - y0) * inverse
            down0, down1 = (x2 - x1) * inverse, (x0 - x2) * inverse
            w0, w1, w2 = inverse_depth[a], inverse_depth[b], inverse_depth[c]
            step_depth = step0 * (w0 - w2) + step1 * (w1 - w2)
            hair = material[t] >= HAIR
            if not hair:
                start = left if left < width - _LANES else width - _LANES
                px, py = np.float32(start) + half, np.float32(top) + half
                first0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
                first1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
                for row in range(np.uint64(top), np.uint64(bottom + 1)):
                    for block in range(np.uint64(start), np.uint64(right + 1), np.uint64(_LANES)):
                        here = block if block < edge else edge
                        along = np.float32(here - np.uint64(start))
                        l0, l1 = first0 + along * step0, first1 + along * step1
                        near = w2 + l0 * (w0 - w2) + l1 * (w1 - w2)
                        _cover(depth[row], seen[row], here, l0, l1, near, step0, step1, step_depth, t)
                    first0 += down0
                    first1 += down1
                continue
            step2 = -step0 - step1
            fall0, fall1, fall2 = _gradient(step0), _gradient(step1), _gradient(step2)
            px, py, wide = np.float32(left) + half, np.float32(top) + half, np.float32(right - left)
            first0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
            first1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
            u0, v0 = static[c, U] * texture_width, static[c, V] * texture_height
            ua, va = static[a, U] * texture_width - u0, static[a, V] * texture_height - v0
            ub, vb = static[b, U] * texture_width - u0, static[b, V] * texture_height - v0
            for row in range(np.uint64(top), np.uint64(bottom + 1)):
                l0, l1 = first0, first1
                first0 += down0
                first1 += down1
                low, high = _span(l0, step0, fall0, np.float32(0), wide)
                low, high = _span(l1, step1, fall1, low, high)
                low, high = _span(one - l0 - l1, step2, fall2, low, high)
                if high < low:
                    continue
                offset = _first_sample(low)
                l0 += np.float32(offset) * step0
                l1 += np.float32(offset) * step1
                near = w2 + l0 * (w0 - w2) + l1 * (w1 - w2)
                start = np.uint64(left + offset)
                for block in range(start, np.uint64(left + np.int64(high) + 1), np.uint64(_LANES)):
                    here = block if block < edge else edge
                    along = np.float32(np.int64(here) - np.int64(start))
                    a0, a1, a_near = l0 + along * step0, l1 + along * step1, near + along * step_depth
                    if _any_nearer(depth[row], here, a_near, step_depth, lanes) and _strand_places(
                        depth[row],
                        np.int32(row),
                        here,
                        (a0, a1, a_near, step0, step1, step_depth),
                        (u0, ua, ub, v0, va, vb),
                        last_u,
                        last_v,
                        lanes,
                        places,
                        needed,
                    ):
                        _cover_strands(
                            depth[row], seen[row], here, a_near, step_depth, t, flat, lanes, places, needed
                        )
