"""Pictures of a moved portrait. One ``PhotoRenderer`` draws one portrait at one size on one thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from external.landmarker import BLENDSHAPES
from generators.base import ARKIT
from generators.face.photo.folds import fold_share, without_folds
from generators.face.photo.glasses import find_glasses
from generators.face.photo.lattice import Lattice, face_lattice, ring_points
from generators.face.photo.movement import Mover, already_felt, eye_angles
from generators.face.photo.openings import Eye, between_rows, complete_eye, make_mouth, row_height
from generators.face.photo.points import IRIS_FIRST, IRISES
from generators.face.photo.portrait import Portrait, framed
from generators.face.photo.table import portrait_law, shape_table
from generators.face.photo.warp_kernels import map_skin, shade_skin, soften_folds

__all__ = ["PhotoRenderer"]

Flush = tuple[float, float, float]
_SIDES = ("left", "right")  # in the order of eye_angles
_JAW, _TONGUE = ARKIT.index("jawOpen"), ARKIT.index("tongueOut")
_CHEEKS = np.array([50, 101, 205, 280, 330, 425, 151, 9])  # and the forehead
_NOSE_ROOT = 168
_PARTED = 0.02  # units between the lips from which a portrait's mouth counts as open
_LEAP = np.float32(9.0)  # pixels of the portrait between a pixel's two neighbours that mean an edge
_BEHIND = np.float32(1e5)


class PhotoRenderer:
    """Draws a portrait.

    Args:
        portrait: as it was opened.
        size: (width, height) of the pictures in pixels.
    """

    def __init__(self, portrait: Portrait, size: tuple[int, int]) -> None:
        self.portrait = framed(portrait, size)
        self.lattice: Lattice = face_lattice()
        marks = self.portrait
        felt = already_felt(dict(zip(BLENDSHAPES, marks.blendshapes.tolist(), strict=True)))
        self.mover = Mover(marks.points, marks.fit, felt)
        self._from = self.lattice.refine @ self.mover.observed
        self._window(size)
        self._source = np.column_stack([self._from[:, :2], self._on_light()]).astype(np.float32)
        self.portrait = replace(marks, picture=self._smoothed(felt))
        self._still[..., :3] = self.portrait.picture
        # What is softened as a fold is not lightened once more.
        self._rest_light = shape_table().light_of(felt) * (1 - fold_share(felt))
        white = self._white()
        self._eyes = {side: self._eye(side, white) for side in _SIDES}
        self._mouth = make_mouth(white, marks.fit.scale)
        self._glasses = find_glasses(self.portrait.picture, marks.points, marks.fit.scale)
        self._skin = self._without_eyes()
        self._strength = self._fold_strength()
        self._rest = self.lattice.refine @ self.mover.moved(np.zeros(len(ARKIT)), np.zeros(6))

    def draw(self, weights: np.ndarray, pose: np.ndarray, flush: Flush = (0.0, 0.0, 0.0)) -> np.ndarray:
        """A picture ``(height, width, 4)`` uint8 RGBA, opaque.

        Args:
            weights: shapes ``(52,)`` in the order of ``ARKIT``, 0..1.
            pose: ``(6,)``: x, y, z in metres; pitch, yaw, roll in radians, signs as in ``HeadMotion``.
            flush: blush, tears and sweat, 0..1.
        """
        points = self.lattice.refine @ self.mover.moved(weights, pose)
        out = self._still.copy()
        x0, y0, x1, y1 = self._box
        place = points.astype(np.float32)
        found = self._identity.copy()
        map_skin(
            np.ascontiguousarray(place[:, 0] - np.float32(x0)),
            np.ascontiguousarray(place[:, 1] - np.float32(y0)),
            np.ascontiguousarray(place[:, 2]),
            self._source, self.lattice.triangles, self.lattice.spanning, _BEHIND, self._depth, found,
        )  # fmt: skip
        shade_skin(found, self._skin, self._light(weights, flush), self._red(flush[0]), out[y0:y1, x0:x1])
        soften_folds(found, _LEAP, out[y0:y1, x0:x1].copy(), out[y0:y1, x0:x1])
        looks = eye_angles(weights)
        for side, look in zip(_SIDES, looks, strict=True):
            self._draw_eye(out, points, side, look, pose)
        self._draw_mouth(out, points, weights, pose)
        if self._glasses:
            self._glasses.lay(out, self._carried(self.portrait.points[_NOSE_ROOT], pose))
        return out

    def _window(self, size: tuple[int, int]) -> None:
        """Set up the part of the picture that can move, and buffers for it."""
        low = np.floor(self._from[:, :2].min(axis=0)).astype(int)
        high = np.ceil(self._from[:, :2].max(axis=0)).astype(int) + 1
        x0, y0 = np.maximum(low, 0)
        x1, y1 = np.minimum(high, size)
        self._box = int(x0), int(y0), int(x1), int(y1)
        x, y = np.meshgrid(np.arange(x0, x1), np.arange(y0, y1))
        beyond = np.full_like(x, -1)
        self._identity = np.stack([x, y, beyond, beyond], axis=-1).astype(np.float32)
        self._depth = np.zeros(x.shape, np.float32)
        opaque = np.full((*self.portrait.picture.shape[:2], 1), 255, np.uint8)
        self._still = np.concatenate([self.portrait.picture, opaque], axis=2)

    def _smoothed(self, felt: np.ndarray) -> np.ndarray:
        """The portrait's picture with the folds of its own expression softened."""
        x0, y0, x1, y1 = self._box
        found = self._identity.copy()
        x, y, z = np.ascontiguousarray(self._from.astype(np.float32).T)
        map_skin(
            x - np.float32(x0), y - np.float32(y0), z, self._source, self.lattice.triangles, self.lattice.spanning,
            _BEHIND, self._depth, found,
        )  # fmt: skip
        picture = self.portrait.picture.copy()
        picture[y0:y1, x0:x1] = without_folds(
            picture[y0:y1, x0:x1], found[..., 2:], fold_share(felt), self.portrait.fit.scale
        )
        return picture

    def _on_light(self) -> np.ndarray:
        """Where the dense points lie on the map of light, ``(dense, 2)`` texels."""
        table = shape_table()
        rest = table.points
        control = np.concatenate([rest[:IRIS_FIRST], ring_points(rest)])[:, :2]
        texels = table.light.shape[1]
        return ((self.lattice.refine @ control - [0, 0.35]) / table.light_reach + 1) / 2 * texels - 0.5

    def _light(self, weights: np.ndarray, flush: Flush) -> np.ndarray:
        """The map of light of weights, tears and sweat, against that of the portrait's own face ``(n, n)`` float32."""
        law, table = portrait_law("light"), shape_table()
        light = table.light_of(weights.astype(np.float32))
        light = np.clip(self._strength * (light - self._rest_light), *law["range"])
        for share, water in zip(flush[1:], table.flush, strict=False):
            if share > 0:
                light = light + law["water"] * np.float32(share) * water
        return light.astype(np.float32)

    def _red(self, blush: float) -> np.ndarray:
        """The map of how blush changes green ``(n, n)`` float32."""
        return np.asarray(np.float32(blush) * shape_table().flush[-1])

    def _skin_tone(self) -> np.ndarray:
        """Colour of cheeks and forehead ``(3,)``, 0..255."""
        at = self.portrait.points[_CHEEKS, :2].round().astype(int)
        height, width = self.portrait.picture.shape[:2]
        x, y = np.clip(at, 0, [width - 1, height - 1]).T
        return np.asarray(
            np.median(cv2.GaussianBlur(self.portrait.picture, (0, 0), 2.0)[y, x], axis=0), float
        )

    def _fold_strength(self) -> float:
        """How strong the head's folds are on this portrait: the darker the skin, the more gloss sets them off."""
        law = portrait_law("light")
        fair, dark = law["tones"]
        return float(np.interp(self._skin_tone().mean(), [dark, fair], [law["dark"], law["fair"]]))

    def _eye(self, side: str, white: np.ndarray) -> Eye:
        """The completed eye of the portrait, whose eyes' white has that colour."""
        rows = self.lattice.rows
        upper, lower = (self._from[rows[f"{side}_{lid}"], :2] for lid in ("upper", "lower"))
        return complete_eye(
            self.portrait.picture, upper, lower, self.portrait.points[IRISES[side], :2], white
        )

    def _without_eyes(self) -> np.ndarray:
        """The portrait with lids drawn over its eyes, so that lids that come down bring no white along."""
        picture = (self._glasses.skin if self._glasses else self.portrait.picture).copy()
        for side in _SIDES:
            upper, lower = (self._from[self.lattice.rows[f"{side}_{lid}"], :2] for lid in ("upper", "lower"))
            box = _box_of(upper, lower, picture.shape)
            if box is None:
                continue
            x0, y0, x1, y1 = box
            inside = between_rows(upper - [x0, y0], lower - [x0, y0], x1 - x0, y1 - y0) > 0.3
            view = picture[y0:y1, x0:x1]
            view[:] = cv2.inpaint(view.copy(), inside.astype(np.uint8), 3, cv2.INPAINT_TELEA)
        return picture

    def _white(self) -> np.ndarray:
        """Colour of the white of the eyes ``(3,)``: a bright quantile between the lids, beside the irises."""
        found = []
        height, width = self.portrait.picture.shape[:2]
        for side in _SIDES:
            upper, lower = (self._from[self.lattice.rows[f"{side}_{lid}"], :2] for lid in ("upper", "lower"))
            iris = self.portrait.points[IRISES[side], :2]
            y, x = np.nonzero(between_rows(upper, lower, width, height) > 0.99)
            radius = np.linalg.norm(iris[1:] - iris[0], axis=1).mean()
            beside = np.hypot(x - iris[0, 0], y - iris[0, 1]) > 1.15 * radius
            found.append(self.portrait.picture[y[beside], x[beside]])
        pixels = np.concatenate(found).astype(float)
        least = portrait_law("eyes")["white_least"] * self._skin_tone().mean()
        if not len(pixels):
            return np.full(3, max(least, 120.0))
        grey = pixels.mean(axis=1)
        low, high = np.quantile(grey, [0.60, 0.95])
        white: np.ndarray = pixels[(grey >= low) & (grey <= high)].mean(axis=0)
        short = max(0.0, least - float(white.mean()))
        return white + short  # what is added is light without colour

    def _draw_eye(
        self, out: np.ndarray, points: np.ndarray, side: str, look: np.ndarray, pose: np.ndarray
    ) -> None:
        """Lay an eye between its lids; changes ``out``."""
        upper, lower = (points[self.lattice.rows[f"{side}_{lid}"], :2] for lid in ("upper", "lower"))
        box = _box_of(upper, lower, out.shape)
        if box is None:
            return
        x0, y0, x1, y1 = box
        corner = np.array([x0, y0])
        mask = between_rows(upper - corner, lower - corner, x1 - x0, y1 - y0)
        eye = self._eyes[side]
        ends = self._from[self.lattice.rows[f"{side}_upper"]][[0, -1]]
        onto = self._carried(ends.mean(axis=0), pose)
        x, y = np.meshgrid(np.arange(x0, x1), np.arange(y0, y1))
        place = (np.stack([x, y], axis=-1) - onto[:, 2]) @ np.linalg.inv(onto[:, :2]).T
        fit, law = self.portrait.fit, portrait_law("eyes")
        yaw, pitch = look
        aim = np.array([np.sin(yaw), -np.sin(pitch), 0.0])
        shift = fit.scale * law["globe"] * (fit.turn @ aim)[:2]
        grown = self._grown(side, upper, lower)
        widened = float(np.clip(grown / law["raised"], 0, 1))
        colours = eye.seen(place, shift, widened)
        colours *= self._lid_shade(grown, widened, (upper, lower), (y, x))[..., None]
        mask = mask[..., None]
        view = out[y0:y1, x0:x1, :3]
        view[:] = np.clip(view * (1 - mask) + colours * mask + 0.5, 0, 255).astype(np.uint8)
        self._draw_seam(view, upper - corner, lower - corner, law)

    def _carried(self, middle: np.ndarray, pose: np.ndarray) -> np.ndarray:
        """The affine map ``(2, 3)`` by which the head's pose carries the neighbourhood of a point ``(3,)``."""
        turn, _, size = self.mover.carry(pose)
        gone = self.mover.turned(middle[None], pose)[0]
        linear = turn[:2, :2] * size
        return np.column_stack([linear, gone[:2] - linear @ middle[:2]])

    def _grown(self, side: str, upper: np.ndarray, lower: np.ndarray) -> float:
        """By which share of its height at rest an eye's opening has grown; below 0 it has become less."""
        rows = self.lattice.rows
        rest = self._rest[rows[f"{side}_lower"], 1] - self._rest[rows[f"{side}_upper"], 1]
        return float((lower[:, 1] - upper[:, 1]).mean() / max(rest.mean(), 1e-6)) - 1

    def _lid_shade(
        self,
        grown: float,
        widened: float,
        lids: tuple[np.ndarray, np.ndarray],
        at: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Light 0..1 under an upper lid that has come down or gone up ``(h, w)``."""
        law, unit = portrait_law("eyes"), self.portrait.fit.scale
        edge, bottom = (row_height(row, at[1][0]) for row in lids)
        dark = law["shade"] * float(np.clip(-grown, 0, 1)) + law["raised_shade"] * widened
        light = 1 - dark * np.exp(-np.clip((at[0] - edge) / (0.05 * unit), 0, 50))
        nearly_shut = float(np.clip(-2 * grown - 1, 0, 1))
        return light * (1 - nearly_shut * (1 - np.clip((bottom - edge) / (law["shut"] * unit), 0, 1)))

    def _draw_mouth(self, out: np.ndarray, points: np.ndarray, weights: np.ndarray, pose: np.ndarray) -> None:
        """Lay teeth, tongue and the dark between the lips; changes ``out``."""
        upper, lower = (points[self.lattice.rows[f"inner_{lip}"], :2] for lip in ("upper", "lower"))
        box = _box_of(upper, lower, out.shape)
        if box is None:
            return
        x0, y0, x1, y1 = box
        corner = np.array([x0, y0])
        mask = between_rows(upper - corner, lower - corner, x1 - x0, y1 - y0)
        view = out[y0:y1, x0:x1, :3]
        if self.mover.parted > _PARTED:
            self._draw_seam(view, upper - corner, lower - corner, portrait_law("mouth"))
        if not mask.any():
            return
        turn, _, size = self.mover.carry(pose)
        fit = self.portrait.fit
        axes = turn @ fit.turn * (fit.scale * size)
        seam = self.mover.turned(self.mover.seam[None], pose)[0]
        colours = self._mouth.seen(corner, mask, seam, axes, float(weights[_JAW]), float(weights[_TONGUE]))
        mask = mask[..., None]
        view[:] = np.clip(view * (1 - mask) + colours * mask + 0.5, 0, 255).astype(np.uint8)

    def _draw_seam(
        self, view: np.ndarray, upper: np.ndarray, lower: np.ndarray, law: Mapping[str, Any]
    ) -> None:
        """Darken the line where lips or lids meet that the portrait shows apart; changes ``view``."""
        unit = self.portrait.fit.scale
        order = np.argsort(upper[:, 0], kind="stable")
        columns = np.arange(view.shape[1])
        line, gap = (
            np.interp(columns, upper[order, 0], row[order], left=np.nan, right=np.nan)
            for row in ((upper + lower)[:, 1] / 2, (lower - upper)[:, 1])
        )
        away = (np.arange(view.shape[0])[:, None] - line) / (law["seam_width"] * unit)
        met = np.clip(1 - gap / (2 * law["seam_width"] * unit), 0, 1)
        ends = np.minimum(columns - upper[:, 0].min(), upper[:, 0].max() - columns) / (0.1 * unit)
        dark = np.nan_to_num(law["seam"] * np.exp(-(away**2)) * met * np.clip(ends, 0, 1))
        dark = dark[..., None]
        view[:] = (view * (1 - dark) + dark * np.array(law["seam_colour"]) + 0.5).astype(np.uint8)


def _box_of(upper: np.ndarray, lower: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """The window about two rows within a picture, with a margin, or None outside of it."""
    rows = np.concatenate([upper, lower])
    x0, y0 = np.maximum(np.floor(rows.min(axis=0)).astype(int) - 3, 0)
    x1, y1 = np.minimum(np.ceil(rows.max(axis=0)).astype(int) + 4, [shape[1], shape[0]])
    return (int(x0), int(y0), int(x1), int(y1)) if x1 > x0 and y1 > y0 else None
