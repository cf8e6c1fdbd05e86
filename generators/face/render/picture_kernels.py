"""Compiled resolve: samples into pixels with straight alpha, then the lashes over them."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

import math

import numpy as np

from generators.face.render.compiled import bare, inlined, kernel
from generators.face.render.layout import HAIR, SKIN
from generators.face.render.shading_kernels import hair_shade, mesh_colour, tone
from generators.face.render.skin_kernels import BLUE, GREEN, POINTS, QUANTITIES, RED, light_points, look_up

__all__ = ["blend_lashes", "blend_lenses", "resolve"]

f = np.float32  # a literal without it would turn float32 arithmetic into float64


@kernel
def resolve(
    depth,
    seen,
    triangles,
    material,
    x,
    y,
    inverse_depth,
    moving,
    static,
    strands,
    maps,
    look,
    lamps,
    lids,
    picture,
):
    """Colours of a picture from its 2 by 2 samples a pixel; writes ``picture`` ``(h, w, 4)`` uint8 RGBA, straight alpha.

    A mesh is lit once a pixel, unless its samples see different surfaces; hair is textured at each sample, and lit once for
    each strip that a pixel sees.
    """
    width, picture = picture.shape[1], bare(picture)
    depth, seen = bare(depth), bare(seen)
    triangles, material, x, y = bare(triangles), bare(material), bare(x), bare(y)
    inverse_depth, moving, static, lids = bare(inverse_depth), bare(moving), bare(static), bare(lids)
    skin, creases, eye, weave = bare(maps[0]), bare(maps[1]), bare(maps[2]), bare(maps[3])
    colours, up, view, lamps, strands = (
        bare(look[0]),
        bare(look[1]),
        bare(look[2]),
        bare(lamps),
        bare(strands),
    )
    flushed = view[6] + view[7] + view[8] > 0
    points, corners = np.zeros((QUANTITIES, POINTS), f), np.zeros((3, POINTS), np.uint32)
    most = 4 * width  # points of skin in a row
    owners, columns, weights = np.zeros(most, np.uint32), np.zeros(most, np.uint32), np.zeros(most, f)
    places_x, places_y = np.zeros(most, f), np.zeros(most, f)
    sums, covers = np.zeros((width, 3), f), np.zeros(width, np.int64)
    one = np.uint64(1)
    for row in range(np.uint64(picture.shape[0])):
        upper, lower, found = row + row, row + row + one, np.uint32(0)
        for column in range(np.uint64(width)):
            left, right = column + column, column + column + one
            covers[column] = 0
            t0, t1, t2, t3 = seen[upper, left], seen[upper, right], seen[lower, left], seen[lower, right]
            if t0 & t1 & t2 & t3 < 0:
                continue  # none of the four
            sums[column, 0] = sums[column, 1] = sums[column, 2] = 0
            near = depth[upper, left]
            apart = max(
                abs(depth[upper, right] - near),
                abs(depth[lower, left] - near),
                abs(depth[lower, right] - near),
            )
            whole = apart < f(0.006) * near and _all_skin(t0, t1, t2, t3, material)
            if whole:
                owners[found], columns[found], weights[found] = t0, column, 4
                places_x[found], places_y[found] = f(right), f(lower)
                found += np.uint32(1)
                covers[column] = 4
                continue
            coloured = white = f(0)
            done = strands_seen = covered = 0
            for s in range(4):
                if done >> s & 1:
                    continue
                sy, sx = upper + np.uint64(s >> 1), left + np.uint64(s & 1)
                t = seen[sy, sx]
                if t < 0:
                    continue
                kind = material[np.uint32(t)]
                if kind >= HAIR:
                    same = (t0 == t) | (t1 == t) << 1 | (t2 == t) << 2 | (t3 == t) << 3
                    k, w, n = hair_shade(t, same, left, upper, triangles, x, y, moving, static, strands)
                    coloured += k
                    white += w
                    strands_seen += n
                    done |= same
                    continue
                n, near, mid_x, mid_y = 1, depth[sy, sx], sx, sy
                for other in range(s + 1, 4):
                    if done >> other & 1:
                        continue
                    oy, ox = upper + np.uint64(other >> 1), left + np.uint64(other & 1)
                    o = seen[oy, ox]
                    if o >= 0 and (
                        o == t
                        or (material[np.uint32(o)] == kind and abs(depth[oy, ox] - near) < f(0.006) * near)
                    ):
                        n += 1
                        done |= 1 << other
                        mid_x += ox
                        mid_y += oy
                at_x, at_y = f(mid_x) / f(n) + f(0.5), f(mid_y) / f(n) + f(0.5)
                covered += n
                if kind == SKIN:
                    owners[found], columns[found], weights[found] = t, column, n
                    places_x[found], places_y[found] = at_x, at_y
                    found += np.uint32(1)
                    continue
                r, g, b = mesh_colour(
                    t, at_x, at_y, triangles, material, x, y, inverse_depth, moving, static, eye, colours, view, lamps,
                    lids,
                )  # fmt: skip
                sums[column, 0] += n * tone(r)
                sums[column, 1] += n * tone(g)
                sums[column, 2] += n * tone(b)
            if strands_seen:
                coloured /= strands_seen
                white /= strands_seen
                sums[column, 0] += strands_seen * tone((colours[1, 0] * coloured + white) * lamps[5, 0])
                sums[column, 1] += strands_seen * tone(
                    (colours[1, 1] * coloured + white * f(0.88)) * lamps[5, 1]
                )
                sums[column, 2] += strands_seen * tone(
                    (colours[1, 2] * coloured + white * f(0.76)) * lamps[5, 2]
                )
                covered += strands_seen
            covers[column] = covered
        for start in range(0, np.int64(found), POINTS):
            count = np.uint32(np.int64(found) - start)
            count = np.uint32(POINTS) if count > POINTS else count
            look_up(
                points, corners, count, owners[start:], places_x[start:], places_y[start:], triangles, x, y, inverse_depth,
                moving, static, skin, creases, weave, colours, view, flushed,
            )  # fmt: skip
            light_points(points, colours, up, view, lamps, flushed)
            for i in range(count):
                column, n = columns[np.uint32(start) + i], weights[np.uint32(start) + i]
                sums[column, 0] += n * points[RED, i]
                sums[column, 1] += n * points[GREEN, i]
                sums[column, 2] += n * points[BLUE, i]
        _write(sums, covers, row, picture)


@inlined
def _all_skin(t0, t1, t2, t3, material):
    """Whether four triangles are all skin; -1 for none is not."""
    return (
        (t0 | t1 | t2 | t3) >= 0
        and material[np.uint32(t0)] == SKIN
        and material[np.uint32(t1)] == SKIN
        and material[np.uint32(t2)] == SKIN
        and material[np.uint32(t3)] == SKIN
    )


@inlined
def _write(sums, covers, row, picture):
    """Write a row of pixels, each the mean of the samples that see something."""
    for column in range(np.uint64(picture.shape[1])):
        covered = covers[column]
        if covered == 0:
            for channel in range(4):
                picture[row, column, channel] = 0
            continue
        scale = f(255) / f(covered)
        for channel in range(3):
            picture[row, column, channel] = np.int32(sums[column, channel] * scale + f(0.5))
        picture[row, column, 3] = (covered * 255 + 2) // 4


@kernel
def blend_lashes(x, y, inverse_depth, triangles, along, first, depth, picture, dark):
    """Lashes as soft strips over the picture, tested against the depth of each sample.

    Args:
        x: of the vertices in samples.
        y: of the vertices in samples.
        inverse_depth: of the vertices.
        triangles: of the lashes, ``(t, 3)``.
        along: place along the lid (radians of the hairs' pattern), outwards 0..1, and darkness, ``(v, 3)``.
        first: vertex of ``along``.
        depth: of the samples.
        picture: written.
        dark: grey of the lashes, 0..255.
    """
    height, width = depth.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = x[a], y[a], x[b], y[b], x[c], y[c]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-6:
            continue
        i, j, k = a - first, b - first, c - first
        left = max(0, math.ceil(min(x0, x1, x2) - 0.5))
        right = min(width - 1, math.floor(max(x0, x1, x2) - 0.5))
        top = max(0, math.ceil(min(y0, y1, y2) - 0.5))
        bottom = min(height - 1, math.floor(max(y0, y1, y2) - 0.5))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                px, py = column + 0.5, row + 0.5
                l0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                l1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                l2 = 1 - l0 - l1
                if l0 < 0 or l1 < 0 or l2 < 0:
                    continue
                near = l0 * inverse_depth[a] + l1 * inverse_depth[b] + l2 * inverse_depth[c]
                if near < depth[row, column] * 0.9985:
                    continue
                place = l0 * along[i, 0] + l1 * along[j, 0] + l2 * along[k, 0]
                out = l0 * along[i, 1] + l1 * along[j, 1] + l2 * along[k, 1]
                cover = (1 - out) * (0.62 + 0.38 * math.sin(place)) * along[i, 2] * 0.33
                if cover > 0:
                    _over(picture, row >> 1, column >> 1, dark, cover)


@kernel
def blend_lenses(x, y, inverse_depth, triangles, places, glint, depth, picture):
    """The lenses' glass over the picture: a faint veil, and the slanted reflection of a window.

    Args:
        x: of the lenses' vertices in samples.
        y: of the vertices in samples.
        inverse_depth: of the vertices.
        triangles: of the glass, ``(t, 3)``.
        places: across and up within a lens, ``(v, 2)``, -1..1.
        glint: where the reflection's middle crosses the lens, -1..1 along its slant.
        depth: of the samples.
        picture: written.
    """
    width = depth.shape[1]
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = x[a] / 2, y[a] / 2, x[b] / 2, y[b] / 2, x[c] / 2, y[c] / 2
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-6:
            continue
        left = max(0, math.ceil(min(x0, x1, x2) - 0.5))
        right = min(width // 2 - 1, math.floor(max(x0, x1, x2) - 0.5))
        top = max(0, math.ceil(min(y0, y1, y2) - 0.5))
        bottom = min(picture.shape[0] - 1, math.floor(max(y0, y1, y2) - 0.5))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                px, py = column + 0.5, row + 0.5
                l0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                l1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                l2 = 1 - l0 - l1
                if l0 < 0 or l1 < 0 or l2 <= 0:
                    continue
                near = l0 * inverse_depth[a] + l1 * inverse_depth[b] + l2 * inverse_depth[c]
                if near < depth[2 * row, 2 * column]:
                    continue
                across = l0 * places[a, 0] + l1 * places[b, 0] + l2 * places[c, 0]
                up = l0 * places[a, 1] + l1 * places[b, 1] + l2 * places[c, 1]
                slant = across + 0.55 * up - glint
                band = max(0.0, 1 - slant * slant * 14) + 0.5 * max(0.0, 1 - (slant - 0.5) ** 2 * 60)
                _over(picture, row, column, 235.0, 0.02 + 0.11 * band * (0.6 + 0.4 * up))


@inlined
def _over(picture, row, column, grey, cover):
    """Lay grey with a cover of 0..1 over a pixel of straight alpha."""
    below = picture[row, column, 3] * (1 - cover)
    alpha = below + 255 * cover
    for channel in range(3):
        picture[row, column, channel] = int(
            (picture[row, column, channel] * below + grey * 255 * cover) / alpha
        )
    picture[row, column, 3] = int(alpha + 0.5)
