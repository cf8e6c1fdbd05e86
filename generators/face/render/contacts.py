"""What must not pass through what in a deformed head: lids and eyes, lips and teeth, tongue and teeth; and lips that meet.

Blend shapes add up without knowing of each other, so that sums drive teeth through lips or leave a slit between lips that are
meant to be shut. After each deformation

* skin around the eyes is kept off the eyeballs;
* lips nearly shut are shut, at each place across the mouth for itself, so that the seam closes from its corners as skin does;
* a lower lip that is rolled in far (f, v) is brought to the edge of the upper teeth;
* lips and cheeks are pushed out before the teeth;
* the tongue stays behind the teeth, or between their edges where the jaw is open.

All laws are continuous in the weights, so that nothing jumps. Lengths are in the face's own unit, about 10 cm; they were set by
measuring the characters' meshes (``tools/face_contacts.py``) so that nothing intersects and what should touch does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.base import ARKIT
from generators.face.render.contact_kernels import (
    biting_edges,
    hold_edges,
    hold_lids,
    hold_tongue,
    hold_walls,
    lip_lines,
    outer_teeth,
    seal_lips,
    tuck_lip,
)
from generators.face.render.contact_places import WIDEST, Teeth, find_places
from generators.face.render.geometry_kernels import stand_upright, turn_with_head
from generators.face.render.mesh import HeadMesh, ramp
from generators.face.tables import visemes

__all__ = ["Contacts"]

_JAW, _ROLL = ARKIT.index("jawOpen"), ARKIT.index("mouthRollLower")
_SHUT, _OPEN = (
    0.014,
    0.031,
)  # gaps of the lips up to the first are shut, those greater by the second are untouched
_AJAR = 0.012  # lips that stand apart at rest or in p b m are shut up to that gap and so much more
_OVERLAP = 0.004  # by which shut lips overlap
_TUCKED = (
    0.70,
    0.80,
)  # weight of mouthRollLower from which the lip goes to the teeth, and at which it is there
_TUCK_REACH = 0.075  # farther than this it is not brought
_UPPER_GAP, _LOWER_GAP, _TONGUE_GAP = 0.002, 0.007, 0.012  # skin and tongue stay so far off the teeth
_EDGE_GAP = np.float32(
    0.3
)  # share of it that edges between vertices keep; more would push the lip off the teeth in f v
_ROWS, _COLUMNS, _PLACES = 120, 40, 64
_FARTHEST = 0.72  # from the axis, of the tongue's map


@dataclass(frozen=True)
class _ToothMap:
    """Where a row of teeth stands: its outer radii between two heights, and the heights that bound the tongue."""

    radii: np.ndarray
    low: np.float32
    high: np.float32
    bound: np.ndarray


class Contacts:
    """Keeps the parts of a head apart, and joins what should touch.

    Args:
        mesh: at rest.
    """

    def __init__(self, mesh: HeadMesh) -> None:
        self.places = find_places(mesh)
        # No shape moves the upper teeth.
        still = mesh.base[self.places.vertices]
        self._above = self._tooth_map(still, self.places.upper, True)
        ajar = max(float(self.lip_gaps(pose)[2].max()) for pose in (still, self._pressed(mesh)))
        self._shut = max(_SHUT, ajar + _AJAR)

    def settle(
        self, points: np.ndarray, shapes: np.ndarray, turn: np.ndarray, pivot: np.ndarray, move: np.ndarray
    ) -> None:
        """Correct a deformed mesh; changes ``points``.

        Args:
            points: of the mesh and more ``(n, 3)`` float32, decimetres.
            shapes: by which it was deformed ``(52,)``.
            turn: of the head, ``(3, 3)``.
            pivot: about which it was turned.
            move: by which it was moved after that.
        """
        vertices = self.places.vertices
        upright = np.empty((len(vertices), 3), np.float32)
        stand_upright(points, vertices, turn, pivot, move, upright)
        self.correct(upright, shapes)
        turn_with_head(upright, vertices, turn, pivot, move, points)

    def correct(self, points: np.ndarray, shapes: np.ndarray) -> None:
        """Correct the upright head; changes ``points``, which are those of ``places.vertices``."""
        places, above = self.places, self._above
        for centre, (lids, least) in zip(places.centres, places.eyes, strict=True):
            hold_lids(points, lids, least, *centre)
        left, right, gaps = self.lip_gaps(points)
        wanted = self._wanted(gaps)
        for _ in range(2):  # skin beside the rims goes along in part, so one step falls short
            seal_lips(
                points,
                places.around,
                places.share,
                left,
                right,
                ((gaps - wanted) * places.unit).astype(np.float32),
            )
            gaps = self.lip_gaps(points)[2]
        tucked = float(ramp(*_TUCKED, shapes[_ROLL]))
        if tucked > 0:
            tuck_lip(
                points, places.below, places.tuck, places.rim, above.radii, places.axis, WIDEST, above.low, above.high,
                points[places.upper.edge, 1].mean(), np.float32(_TUCK_REACH * places.unit), np.float32(tucked),
            )  # fmt: skip
        below = self._tooth_map(points, places.lower, False)
        for row, off in ((above, _UPPER_GAP), (below, _LOWER_GAP)):
            gap = np.float32(off * places.unit)
            hold_walls(points, places.walls, row.radii, places.axis, WIDEST, row.low, row.high, gap)
            hold_edges(
                points, places.wall_edges, row.radii, places.axis, WIDEST, row.low, row.high, _EDGE_GAP * gap
            )
        farthest, gap = np.float32(_FARTHEST * places.unit), np.float32(_TONGUE_GAP * places.unit)
        hold_tongue(points, places.tongue, above.bound, below.bound, places.axis, WIDEST, farthest, gap)

    def lip_gaps(self, points: np.ndarray) -> tuple[np.float32, np.float32, np.ndarray]:
        """How far the lips stand apart across the mouth as seen from the front.

        Args:
            points: those of ``vertices``, of the upright head.

        Returns:
            x of the first and of the last place, and the gap at each ``(64,)`` in the face's unit; below 0 they overlap.
        """
        edge = points[self.places.lips[1].ravel(), 0]
        left, right = np.float32(edge.min()), np.float32(edge.max())
        edges = np.empty((2, _PLACES), np.float32)
        lip_lines(points, *self.places.lips, left, right, edges)
        found = np.flatnonzero((edges[0] < 10) & (edges[1] > -10))
        gaps = ((edges[0] - edges[1]) / self.places.unit)[found]
        # The last triangles at a corner belong to one lip alone, which looks like a gap there; the skin beside it would be pulled.
        gaps[[0, -1]] = np.minimum(gaps[[0, -1]], gaps[[1, -2]])
        return left, right, np.interp(np.arange(_PLACES), found, gaps)

    def _pressed(self, mesh: HeadMesh) -> np.ndarray:
        """The vertices of ``places`` in p b m, before any correction."""
        owners = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
        shares = visemes().by_name["PP"].target[mesh.shape_numbers]
        points = mesh.base.astype(np.float32)
        np.add.at(points, owners[shares > 0], (shares[:, None] * mesh.shape_offsets)[shares > 0])
        return points[self.places.vertices]

    def _wanted(self, gaps: np.ndarray) -> np.ndarray:
        """The gaps that lips are brought to, continuous in those that they have."""
        full = self._shut + _OPEN
        t = np.clip((gaps - self._shut) / _OPEN, 0, 1)
        steep = _OPEN / (full + _OVERLAP)
        # The cubic that begins flat at touching lips and meets the gap itself with its own slope.
        wanted = -_OVERLAP + (full + _OVERLAP) * ((3 - steep) * t**2 + (steep - 2) * t**3)
        return np.where((gaps > -_OVERLAP) & (gaps < full), wanted, gaps)

    def _tooth_map(self, points: np.ndarray, teeth: Teeth, upper: bool) -> _ToothMap:
        places = self.places
        height = points[teeth.crown.ravel(), 1]
        margin = 0.6 * (height.max() - height.min())
        low, high = np.float32(height.min() - margin), np.float32(height.max() + margin)
        radii = np.empty((_ROWS, _COLUMNS), np.float32)
        bound = np.empty((_ROWS // 2, _COLUMNS), np.float32)
        outer_teeth(points, teeth.crown, upper, places.axis, WIDEST, low, high, radii)
        farthest = np.float32(_FARTHEST * places.unit)
        biting_edges(points, teeth.triangles, places.axis, WIDEST, farthest, upper, bound)
        return _ToothMap(radii, low, high, bound)
