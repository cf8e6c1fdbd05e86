"""From the track's weights and pose to where a portrait's points go; first of all, a face that smiles is relaxed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from generators.base import ARKIT
from generators.face.photo.fitting import HeadFit
from generators.face.photo.lattice import ring_points
from generators.face.photo.points import CONTOURS, IRIS_FIRST, MOUTH, OVAL
from generators.face.photo.table import portrait_law, shape_table
from generators.face.render.mesh import ramp
from generators.face.render.pose import rotation, settled
from generators.face.tables import shape_vector

__all__ = ["Mover", "already_felt", "eye_angles"]

_BLINKS = [ARKIT.index(f"eyeBlink{side}") for side in ("Left", "Right")]
_FLIP = np.diag([1.0, -1.0, -1.0])  # from x right, y up, z near to x right, y down, z away
_NO_REST = np.zeros(len(ARKIT))
_CAMERA = 0.96  # metres from the viewer, as the head's
_LIP_SPREAD = 0.3  # units within which skin follows lips that are closed


def already_felt(blendshapes: Mapping[str, float]) -> np.ndarray:
    """How far a portrait's own face is from rest, ``(52,)`` in the order of ``ARKIT``, 0..1.

    Args:
        blendshapes: what the landmarker's third network reads, by ARKit's names. What it also reads in faces at rest
            (``photo.toml``, section "resting") is not counted; lids, gaze and tongue are left as they are.
    """
    usual = portrait_law("resting")
    felt = np.zeros(len(ARKIT))
    for i, name in enumerate(ARKIT):
        if name in blendshapes and not name.startswith(("eyeLook", "eyeBlink", "eyeWide", "tongue")):
            base = usual.get(name.removesuffix("Left").removesuffix("Right"), usual["other"])
            felt[i] = max(0.0, (blendshapes[name] - base) / (1 - base))
    return felt


class Mover:
    """Moves the control points of one portrait.

    Args:
        points: of the portrait, ``(478, 3)`` pixels.
        fit: how the mean face lies in it.
        felt: how far its face is from rest, ``(52,)``.
    """

    def __init__(self, points: np.ndarray, fit: HeadFit, felt: np.ndarray) -> None:
        table = shape_table()
        self._fit, self.felt = fit, felt
        self._down = fit.turn[:2, 1] / np.linalg.norm(fit.turn[:2, 1])
        gain = shape_vector(portrait_law("gain"))
        moves = table.moves[:, :IRIS_FIRST] * np.where(gain > 0, gain, 1.0)[:, None, None]
        self._moves = fit.scale * moves @ fit.turn.T
        skin = self._off_the_whites(points[:IRIS_FIRST])
        self.observed = np.concatenate([skin, ring_points(points)])
        self.parted = (
            float(((skin[MOUTH["inner_lower"]] - skin[MOUTH["inner_upper"]])[:, :2] @ self._down).max())
            / fit.scale
        )
        self._fit_lids(table.points, skin)
        relaxed = skin - np.tensordot(felt, self._moves, axes=1)
        self.relaxed = self._closed_lips(relaxed)
        self._turning, self._following = _ring_shares(self.observed)
        law = portrait_law("pose")
        self._pivot = fit.place + fit.scale * fit.turn @ np.array(law["pivot"])
        self._metre = law["metre"] * fit.scale
        self._limit = np.radians(law["limit"])
        self.seam = self.relaxed[[13, 14]].mean(axis=0)

    def moved(self, weights: np.ndarray, pose: np.ndarray) -> np.ndarray:
        """Control points ``(control, 3)`` in pixels.

        Args:
            weights: shapes ``(52,)`` in the order of ``ARKIT``, 0..1.
            pose: ``(6,)`` as of ``HeadMotion``.
        """
        shapes, _ = settled(weights, _NO_REST)
        shapes[_BLINKS] = 1 - (1 - np.clip(shapes[_BLINKS], 0, 1)) ** portrait_law("eyes")["course"]
        skin = self.relaxed + np.tensordot(shapes.astype(float), self._moves, axes=1)
        for side in ("right", "left"):
            blink = float(shapes[ARKIT.index(f"eyeBlink{side.capitalize()}")])
            self._close_lids(skin, side, blink)
        self._part_lips(skin)
        n = len(OVAL)
        rings = self.observed[IRIS_FIRST:].copy()
        shift = skin[OVAL] - self.observed[OVAL]
        rings += self._following[:, None] * np.tile(shift, (len(rings) // n, 1))
        control = np.concatenate([skin, rings])
        return self.turned(control, pose, self._turning)

    def turned(self, points: np.ndarray, pose: np.ndarray, share: np.ndarray | float = 1.0) -> np.ndarray:
        """Points ``(n, 3)`` as the head's pose carries them.

        Args:
            points: pixels.
            pose: ``(6,)``.
            share: how far they follow the head, ``(n,)`` 0..1.
        """
        turn, shift, size = self.carry(pose)
        gone = (points - self._pivot) @ turn.T * size + self._pivot + shift
        return points + np.reshape(share, (-1, 1)) * (gone - points)

    def carry(self, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """A pose as rotation ``(3, 3)`` of the picture, shift in pixels ``(3,)``, and change of size."""
        angles = self._limit * np.tanh(pose[3:] / self._limit)
        turn = _FLIP @ rotation(*angles).astype(float) @ _FLIP
        shift = pose[:3] * [1, -1, 0] * self._metre
        return turn, shift, 1 + float(pose[2]) / _CAMERA

    def _off_the_whites(self, skin: np.ndarray) -> np.ndarray:
        """The points with lids and parted lips seized a little within the skin, or teeth and eyes would show at closed seams."""
        law, out = portrait_law("seams"), skin.copy()
        for side in ("right", "left"):
            for lid, way in (("upper", -1), ("lower", 1)):
                row = CONTOURS[f"{side}_{lid}"][1:-1]
                out[row, :2] += way * law[f"{lid}_lid"] * self._fit.scale * self._down
        upper, lower = MOUTH["inner_upper"][1:-1], MOUTH["inner_lower"][1:-1]
        gap = np.maximum((skin[lower] - skin[upper])[:, :2] @ self._down, 0)
        within = np.minimum(law["lips"] * gap, law["most"] * self._fit.scale)[:, None] * self._down
        out[upper, :2] -= within
        out[lower, :2] += within
        return out

    def _fit_lids(self, mean: np.ndarray, skin: np.ndarray) -> None:
        """Fit what lids do to the eyes' own opening; in a blink their edges are closed by themselves."""
        for side in ("right", "left"):
            upper, lower = CONTOURS[f"{side}_upper"], CONTOURS[f"{side}_lower"]
            own = np.linalg.norm((skin[upper] - skin[lower])[2:7], axis=1).mean() / self._fit.scale
            usual = np.linalg.norm((mean[upper] - mean[lower])[2:7], axis=1).mean()
            blink, wide, squint = (
                ARKIT.index(f"{name}{side.capitalize()}") for name in ("eyeBlink", "eyeWide", "eyeSquint")
            )
            gaps = np.linalg.norm((skin[upper] - skin[lower])[:, :2], axis=1)
            # Near the corners, where an eye is low, a lid cannot be raised as far as in its middle.
            self._moves[wide, upper] *= np.clip(gaps / gaps[2:7].mean(), 0, 1)[:, None] ** 0.7
            edge = mean[upper, :2]
            away = np.linalg.norm(mean[:IRIS_FIRST, None, :2] - edge[None], axis=2).min(axis=1)
            out, within = portrait_law("eyes")["blink_reach"]
            near = ramp(out, within, away)  # lids move, brows do not
            self._moves[squint] *= np.clip(own / usual, *portrait_law("eyes")["open_share"])
            self._moves[blink] *= np.clip(own / usual, 0.5, 1.8) * near[:, None]
            self._moves[blink, upper] = 0
            self._moves[blink, lower] = 0

    def _close_lids(self, skin: np.ndarray, side: str, blink: float) -> None:
        """Bring the edges of an eye's lids together; changes ``skin``. At 1 they meet at every point."""
        upper, lower = CONTOURS[f"{side}_upper"][1:-1], CONTOURS[f"{side}_lower"][1:-1]
        u, low = skin[upper], skin[lower]
        crossed = ((low - u)[:, :2] @ self._down < 0)[:, None]
        middle = (u + low) / 2
        u, low = np.where(crossed, middle, u), np.where(crossed, middle, low)
        meet = low + portrait_law("eyes")["meeting"] * (u - low)
        skin[upper] = u + blink * (meet - u)
        skin[lower] = low + blink * (meet - low)

    def _part_lips(self, skin: np.ndarray) -> None:
        """Let lips that would cross touch instead; changes ``skin``."""
        upper, lower = MOUTH["inner_upper"][1:-1], MOUTH["inner_lower"][1:-1]
        gap = (skin[lower] - skin[upper])[:, :2] @ self._down
        half = (np.minimum(gap, 0) / 2)[:, None] * self._down
        skin[upper, :2] += half
        skin[lower, :2] -= half

    def _closed_lips(self, skin: np.ndarray) -> np.ndarray:
        """The face with its lips together, the skin about them following."""
        share = portrait_law("mouth")["lower_share"]
        out = skin.copy()
        upper, lower = MOUTH["inner_upper"], MOUTH["inner_lower"]
        offset = skin[lower] - skin[upper]
        for row, twin, part in ((upper, lower, 1 - share), (lower, upper, -share)):
            rows = self._lip(skin, row, twin)
            away = np.linalg.norm(skin[rows, None, :2] - skin[None, row, :2], axis=2) / self._fit.scale
            near = np.exp(-((away / 0.06) ** 2)) + 1e-9
            moved = near @ (part * offset) / near.sum(axis=1, keepdims=True)
            out[rows] += moved * ramp(_LIP_SPREAD, 0.08, away.min(axis=1))[:, None]
        middle = skin[upper] + (1 - share) * offset
        out[upper], out[lower] = middle, middle
        return out

    def _lip(self, skin: np.ndarray, row: np.ndarray, twin: np.ndarray) -> np.ndarray:
        """Points that lie on a lip's own side of the mouth, nearer to its row than to the other's and not in either."""
        line = (skin[row] + skin[twin])[:, :2] / 2
        height = (skin[:, None, :2] - line[None]) @ self._down
        nearest = np.linalg.norm(skin[:, None, :2] - line[None], axis=2).argmin(axis=1)
        side = height[np.arange(len(skin)), nearest]
        wanted = side < 0 if row[5] == 13 else side > 0
        wanted[np.concatenate([row, twin])] = False
        return np.flatnonzero(wanted)


def _ring_shares(control: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each control point follows the head's turns, and each ring's point what the oval does."""
    law = portrait_law("rings")
    oval = control[OVAL, :2]
    away = oval - oval.mean(axis=0)
    below = ramp(0.25, 0.8, away[:, 1] / np.linalg.norm(away, axis=1))
    turning = [np.ones(IRIS_FIRST)]
    following = []
    for above_share, below_share, follow in zip(
        law["turn_above"], law["turn_below"], law["follow"], strict=True
    ):
        turning.append(above_share + (below_share - above_share) * below)
        following.append(np.full(len(OVAL), follow))
    return np.concatenate(turning), np.concatenate(following)


def eye_angles(weights: np.ndarray) -> np.ndarray:
    """Yaw and pitch of the left and the right eye away from the portrait's own look, radians ``(2, 2)``."""
    _, aimed = settled(weights, _NO_REST)
    _, rest = settled(_NO_REST, _NO_REST)
    out: np.ndarray = np.clip(aimed - rest, -math.pi / 4, math.pi / 4)
    return out
