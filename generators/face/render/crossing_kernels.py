"""Compiled test whether two surfaces pass through each other."""

# mypy: disallow-untyped-defs=False
from __future__ import annotations

from generators.face.render.compiled import kernel

__all__ = ["crossings"]


@kernel
def crossings(points, edges, triangles):
    """How many edges of one surface pierce triangles of another (Möller & Trumbore 1997).

    Args:
        points: ``(n, 3)``.
        edges: of the one ``(e, 2)``.
        triangles: of the other ``(t, 3)``.
    """
    found = 0
    for t in range(triangles.shape[0]):
        a, b, c = points[triangles[t, 0]], points[triangles[t, 1]], points[triangles[t, 2]]
        left, right = min(a[0], b[0], c[0]), max(a[0], b[0], c[0])
        low, high = min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
        back, front = min(a[2], b[2], c[2]), max(a[2], b[2], c[2])
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        for e in range(edges.shape[0]):
            p, q = points[edges[e, 0]], points[edges[e, 1]]
            if min(p[0], q[0]) > right or max(p[0], q[0]) < left:
                continue
            if (
                min(p[1], q[1]) > high
                or max(p[1], q[1]) < low
                or min(p[2], q[2]) > front
                or max(p[2], q[2]) < back
            ):
                continue
            dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
            hx, hy, hz = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
            size = ux * hx + uy * hy + uz * hz
            if abs(size) < 1e-12:
                continue
            sx, sy, sz = p[0] - a[0], p[1] - a[1], p[2] - a[2]
            first = (sx * hx + sy * hy + sz * hz) / size
            gx, gy, gz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
            second = (dx * gx + dy * gy + dz * gz) / size
            along = (vx * gx + vy * gy + vz * gz) / size
            if first >= 0 and second >= 0 and first + second <= 1 and 0 <= along <= 1:
                found += 1
    return found
