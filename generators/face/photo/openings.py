"""What shows between lids and between lips: eyeballs whose irises turn, and teeth, tongue and the dark of the mouth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generators.face.photo.table import portrait_law, shape_table

__all__ = ["Eye", "Mouth", "between_rows", "complete_eye", "make_mouth", "row_height"]


def between_rows(upper: np.ndarray, lower: np.ndarray, width: int, height: int) -> np.ndarray:
    """How much of each pixel lies between two rows of points from corner to corner, ``(height, width)`` float32, 0..1.

    Args:
        upper: ``(n, 2)`` pixels of the window.
        lower: ``(n, 2)``.
        width: of the window.
        height: of the window.
    """
    columns = np.arange(width)
    edges = []
    for row in (upper, lower):
        ordered = row if row[-1, 0] > row[0, 0] else row[::-1]
        x = np.maximum.accumulate(ordered[:, 0]) + np.arange(len(ordered)) * 1e-6
        edges.append(np.interp(columns, x, ordered[:, 1], left=np.nan, right=np.nan))
    top, bottom = (np.nan_to_num(edge, nan=-1e6) for edge in edges)
    lines = np.arange(height)[:, None]
    covered = np.minimum(lines + 0.5, bottom) - np.maximum(lines - 0.5, top)
    return np.clip(covered, 0, 1).astype(np.float32)


@dataclass(frozen=True)
class Eye:
    """An eyeball as the portrait shows it, continued under the lids.

    Args:
        picture: uint8 RGB ``(h, w, 3)``.
        raised: the same without the shadow that the lids at rest throw on the white.
        corner: of both in the portrait ``(2,)`` pixels.
        iris: middle of the iris in the portrait ``(2,)``.
        radius: of the iris, pixels.
    """

    picture: np.ndarray
    raised: np.ndarray
    corner: np.ndarray
    iris: np.ndarray
    radius: float

    def seen(self, place: np.ndarray, look: np.ndarray, widened: float = 0.0) -> np.ndarray:
        """Colours float32 ``(h, w, 3)`` of the eye.

        Args:
            place: where in the portrait each pixel lies before the eye turns, ``(h, w, 2)``.
            look: by which the iris is shifted ``(2,)``, pixels of the portrait.
            widened: how far the lids are raised above their rest, 0..1.
        """
        away = np.linalg.norm(place - (self.iris + look), axis=2) / self.radius
        # The iris moves whole, the white beside it is stretched and squeezed.
        share = np.clip((2.6 - away) / 1.5, 0, 1)
        share = share * share * (3 - 2 * share)
        source = (place - share[..., None] * look - self.corner).astype(np.float32)
        rest = _sampled(self.picture, source)
        return rest if widened <= 0 else rest + np.float32(widened) * (_sampled(self.raised, source) - rest)


def _sampled(picture: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Colours float32 of a picture at places ``(h, w, 2)``."""
    shown = cv2.remap(
        picture, source[..., 0], source[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return shown.astype(np.float32)


def complete_eye(
    picture: np.ndarray, upper: np.ndarray, lower: np.ndarray, iris: np.ndarray, white: np.ndarray
) -> Eye:
    """The eye between two lids, its iris made whole and its white drawn out beyond them.

    Args:
        picture: uint8 RGB.
        upper: edge of the upper lid ``(n, 2)`` pixels.
        lower: edge of the lower lid ``(n, 2)``.
        iris: its middle and four points on its border ``(5, 2)``.
        white: colour of the white of the eyes ``(3,)``.
    """
    middle = iris[0]
    radius = float(np.linalg.norm(iris[1:] - middle, axis=1).mean())
    rows = np.concatenate([upper, lower])
    patch, x, y = _around(picture, rows, 2.5 * radius)
    low = np.array([x[0, 0], y[0, 0]])
    edge, bottom = (row_height(row, x[0]) for row in (upper, lower))
    # Lashes and the lids' rims belong to the lids, and so does the shadow that falls on the iris.
    rim = max(0.12 * radius, 1.0)
    known = ((y > edge + rim) & (y < bottom - rim)).astype(np.uint8)
    clear = ((y > edge + 0.35 * radius) & (y < bottom - rim)).astype(np.uint8)
    away = np.hypot(x - middle[0], y - middle[1]) / radius
    soft = np.clip((1.08 - away) / 0.14, 0, 1)[..., None]
    drawn = _even_white(patch, known, away, white) * (1 - soft)
    drawn += _whole_iris(patch, known, clear, away, middle - low) * soft
    own = np.clip(np.minimum(y - edge, bottom - y) + 1.0, 0, 1)[..., None]
    # The corners' pink stays, and so does the white below the shadow.
    ends = np.sort(rows[:, 0])[[0, -1]]
    corner = np.clip(1.6 - np.minimum(x - ends[0], ends[1] - x) / (0.35 * radius), 0, 1)
    below = np.clip((y - edge) / (0.5 * radius) - 0.5, 0, 1)
    lit = own * np.maximum(corner, np.where(away < 1.15, clear, below))[..., None]
    lit = np.minimum(cv2.GaussianBlur(lit.astype(np.float32), (0, 0), 0.8)[..., None], own)
    plain, raised = (
        np.clip(drawn * (1 - kept) + patch * kept + 0.5, 0, 255).astype(np.uint8) for kept in (own, lit)
    )
    return Eye(plain, raised, low.astype(float), middle, radius)


def _around(
    picture: np.ndarray, rows: np.ndarray, margin: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The part of a picture about some points, drawn out beyond its edges, and the columns and lines of its pixels."""
    low = np.floor(rows.min(axis=0) - margin).astype(int)
    high = np.ceil(rows.max(axis=0) + margin).astype(int)
    x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    height, width = picture.shape[:2]
    return picture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)], x, y


def row_height(row: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Heights of a row of points at columns ``(w,)``; its ends go on level."""
    order = np.argsort(row[:, 0], kind="stable")
    height: np.ndarray = np.interp(columns, row[order, 0], row[order, 1])
    return height


def _even_white(patch: np.ndarray, known: np.ndarray, away: np.ndarray, white: np.ndarray) -> np.ndarray:
    """The white of an eye all over a patch, without lashes and shadows: by a parabola from side to side through its bright pixels."""
    side = (np.arange(patch.shape[1]) - patch.shape[1] / 2) / max(patch.shape[1] / 2, 1)
    own = patch[(known > 0) & (away > 1.25)].astype(float)
    across = np.broadcast_to(side, known.shape)[(known > 0) & (away > 1.25)]
    if len(own) < 24:
        return np.broadcast_to(white, patch.shape).astype(float)
    bright = own.mean(axis=1) >= np.quantile(own.mean(axis=1), 0.55)
    own, across = own[bright], across[bright]
    terms = np.stack([np.ones_like(across), across, across**2], axis=1)
    # Drawn towards the mean white of both eyes, for one side may be seen only by a few pixels.
    pull = 0.15 * len(own)
    system = terms.T @ terms + pull * np.diag([0.05, 1.0, 1.0])
    law = np.linalg.solve(system, terms.T @ (own - white))
    reach = np.clip(side, across.min(), across.max())
    line = white + np.stack([np.ones_like(reach), reach, reach**2], axis=1) @ law
    line = np.clip(line, np.maximum(own.min(axis=0), 0.8 * white), np.maximum(own.max(axis=0), white))
    return np.broadcast_to(line, patch.shape).copy()


def _whole_iris(
    patch: np.ndarray, known: np.ndarray, clear: np.ndarray, away: np.ndarray, middle: np.ndarray
) -> np.ndarray:
    """The iris with what lids hide or shade taken from its other half, or else from the middle colour of its ring."""
    height, width = known.shape
    y, x = np.mgrid[:height, :width]
    mirrored = np.clip(np.round(2 * middle[1] - y), 0, height - 1).astype(int)
    seen = clear.astype(bool)
    out = patch.astype(float)
    ring = np.minimum((away * 8).astype(int), 15)
    glint = np.zeros_like(seen)
    least = portrait_law("eyes")["glint"]
    for k in range(16):
        rows = (ring == k) & seen
        if rows.any():
            mean = np.median(patch[rows], axis=0)
        else:
            mean = np.median(patch[seen], axis=0) if seen.any() else np.full(3, 90.0)
        out[(ring == k) & ~seen] = mean
        if k < 8:
            bright = patch.mean(axis=2) > max(least[0] * mean.mean(), least[1])
            glint |= (ring == k) & bright & (known > 0)
    other = seen[mirrored, x] & ~seen & ~glint[mirrored, x]
    out[other] = patch[mirrored, x][other]
    _round_glint(out, patch, glint, seen & ~glint)
    return cv2.GaussianBlur(out, (0, 0), 0.5) * ~seen[..., None] + patch * seen[..., None]


def _round_glint(out: np.ndarray, patch: np.ndarray, glint: np.ndarray, seen: np.ndarray) -> None:
    """Go on with a catch light that a lid cuts off, as a disc; changes ``out``."""
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(glint.astype(np.uint8))
    if count < 2:
        return
    largest = 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax())
    left, _, across, down, area = sizes[largest]
    if area < 4:
        return
    bottom = sizes[largest, cv2.CC_STAT_TOP] + down - 1
    half = across / 2
    y, x = np.mgrid[: glint.shape[0], : glint.shape[1]]
    disc = np.hypot(x - (left + half - 0.5), y - (bottom - half + 0.5))
    cover = np.clip(half + 0.5 - disc, 0, 1)[..., None] * ~seen[..., None]
    out += cover * (np.median(patch[labels == largest], axis=0) - out)


@dataclass(frozen=True)
class Mouth:
    """What is behind the lips, toned to a portrait.

    Args:
        parts: pictures RGBA float32 of lower teeth, tongue and upper teeth, in the order in which they are laid.
        dark: colour behind them ``(3,)``.
        unit: pixels of the distance of the eyes.
    """

    parts: tuple[np.ndarray, ...]
    dark: np.ndarray
    unit: float

    def seen(
        self,
        corner: np.ndarray,
        opening: np.ndarray,
        seam: np.ndarray,
        axes: np.ndarray,
        jaw: float,
        tongue: float,
    ) -> np.ndarray:
        """Colours float32 ``(h, w, 3)`` of a window.

        Args:
            corner: of the window ``(2,)`` pixels.
            opening: how far each of its pixels lies between the lips ``(h, w)``, 0..1.
            seam: where the lips' seam at rest falls with the head's pose, ``(3,)``.
            axes: the face's axes in the picture, pixels of a unit, ``(3, 3)``.
            jaw: weight of the open jaw.
            tongue: how far the tongue is lifted and put out, 0..1.
        """
        height, width = opening.shape
        table, law = shape_table(), portrait_law("mouth")
        drop = np.array([0, law["teeth_drop"], 0])
        shifts = (
            jaw * table.jaw_teeth + [0, law["lower_rise"], 0],
            0.8 * jaw * table.jaw_teeth + [0, law["tongue_rise"] - 0.10 * tongue, -0.12 * tongue],
            drop,
        )
        colour = np.broadcast_to(self.dark, (height, width, 3)).astype(np.float32)
        for part, shift in zip(self.parts, shifts, strict=True):
            laid = self._laid(part, seam[:2] - corner + (axes @ shift)[:2], axes[:2, :2], (width, height))
            alpha = laid[..., 3:]
            colour = colour * (1 - alpha) + laid[..., :3]
        return colour * self._shade(opening)[..., None]

    def _laid(
        self, part: np.ndarray, middle: np.ndarray, axes: np.ndarray, size: tuple[int, int]
    ) -> np.ndarray:
        """A part on the window, colours multiplied by their alpha."""
        reach = shape_table().teeth_reach
        texels = np.array([part.shape[1], part.shape[0]]) / (2 * reach)
        linear = axes / texels
        onto = np.column_stack([linear, middle - linear @ (texels * reach - 0.5)])
        return cv2.warpAffine(part, onto, size, flags=cv2.INTER_LINEAR)

    def _shade(self, opening: np.ndarray) -> np.ndarray:
        """Light that comes in between the lips ``(h, w)``: less near them, least near the upper one."""
        sigma = 0.025 * self.unit
        near = cv2.GaussianBlur(opening, (0, 0), sigma)
        lift = np.roll(near, max(round(0.5 * sigma), 1), axis=0)
        return 0.40 + 0.60 * np.clip((np.minimum(near, lift) - 0.15) / 0.6, 0, 1)


def make_mouth(white: np.ndarray, unit: float) -> Mouth:
    """The parts of a mouth in the light of a portrait.

    Args:
        white: colour of the white of the eyes ``(3,)``, 0..255.
        unit: pixels of the distance of the eyes.
    """
    table, law = shape_table(), portrait_law("mouth")
    brightness = float(np.clip(white.mean() / law["sclera"], *law["tone_range"]))
    cast = 1 + 0.5 * (white / max(white.mean(), 1.0) - 1)
    tone = np.clip(brightness * cast, 0.3, 1.2)
    # Pictures are shrunk to the size at which they are shown, or they would glitter.
    shrink = 2 * table.teeth_reach[0] * unit / table.upper_teeth.shape[1]
    parts = []
    for part in (table.lower_teeth, table.tongue, table.upper_teeth):
        alpha = part[..., 3:].astype(np.float32) / 255
        plain = np.concatenate([part[..., :3] * alpha * tone * law["teeth_gain"], alpha], axis=2)
        if shrink < 0.8:
            plain = cv2.GaussianBlur(plain, (0, 0), 0.4 / shrink)
        parts.append(plain.astype(np.float32))
    return Mouth(tuple(parts), np.array(law["cavity"]) * tone, unit)
