"""What shows between lids and between lips: eyeballs whose irises turn, and teeth, tongue and the dark of the mouth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generators.face.photo.table import portrait_law, shape_table

__all__ = ["Eye", "Mouth", "between_rows", "complete_eye", "make_mouth"]


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
        corner: of the picture in the portrait ``(2,)`` pixels.
        iris: middle of the iris in the portrait ``(2,)``.
        radius: of the iris, pixels.
    """

    picture: np.ndarray
    corner: np.ndarray
    iris: np.ndarray
    radius: float

    def seen(self, place: np.ndarray, look: np.ndarray) -> np.ndarray:
        """Colours uint8 ``(h, w, 3)`` of the eye.

        Args:
            place: where in the portrait each pixel lies before the eye turns, ``(h, w, 2)``.
            look: by which the iris is shifted ``(2,)``, pixels of the portrait.
        """
        away = np.linalg.norm(place - (self.iris + look), axis=2) / self.radius
        # The iris moves whole, the white beside it is stretched and squeezed.
        share = np.clip((2.6 - away) / 1.5, 0, 1)
        share = share * share * (3 - 2 * share)
        source = (place - share[..., None] * look - self.corner).astype(np.float32)
        return cv2.remap(
            self.picture, source[..., 0], source[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )


def complete_eye(picture: np.ndarray, upper: np.ndarray, lower: np.ndarray, iris: np.ndarray) -> Eye:
    """The eye between two lids, its iris made whole and its white drawn out beyond them.

    Args:
        picture: uint8 RGB.
        upper: edge of the upper lid ``(n, 2)`` pixels.
        lower: edge of the lower lid ``(n, 2)``.
        iris: its middle and four points on its border ``(5, 2)``.
    """
    middle = iris[0]
    radius = float(np.linalg.norm(iris[1:] - middle, axis=1).mean())
    rows = np.concatenate([upper, lower])
    low = np.floor(rows.min(axis=0) - 2.5 * radius).astype(int)
    high = np.ceil(rows.max(axis=0) + 2.5 * radius).astype(int)
    x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    patch = cv2.remap(
        picture,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REPLICATE,
    )
    inside = between_rows(upper - low, lower - low, x.shape[1], x.shape[0])
    margin = max(round(0.12 * radius), 1)
    # Lashes and the lids' rims belong to the lids.
    known = cv2.erode((inside > 0.99).astype(np.uint8), np.ones((2 * margin + 1, 1), np.uint8))
    away = np.hypot(x - middle[0], y - middle[1]) / radius
    filled = cv2.inpaint(patch, ((known == 0) | (away < 1.12)).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    disc = _whole_iris(patch, known, away, middle - low)
    soft = np.clip((1.08 - away) / 0.14, 0, 1)[..., None]
    drawn = filled * (1 - soft) + disc * soft
    keep = cv2.GaussianBlur(known.astype(np.float32), (0, 0), 0.7)[..., None] * known[..., None]
    drawn = drawn * (1 - keep) + patch * keep
    return Eye(np.clip(drawn + 0.5, 0, 255).astype(np.uint8), low.astype(float), middle, radius)


def _whole_iris(patch: np.ndarray, known: np.ndarray, away: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The iris with what lids hide taken from its other half, or else from the mean of its ring."""
    height, width = known.shape
    y, x = np.mgrid[:height, :width]
    mirrored = np.clip(np.round(2 * middle[1] - y), 0, height - 1).astype(int)
    seen = known.astype(bool)
    out = patch.astype(float)
    ring = np.minimum((away * 8).astype(int), 15)
    for k in range(16):
        rows = (ring == k) & seen
        mean = patch[rows].mean(axis=0) if rows.any() else (out[seen].mean(axis=0) if seen.any() else 90.0)
        out[(ring == k) & ~seen] = mean
    other = seen[mirrored, x] & ~seen
    out[other] = patch[mirrored, x][other]
    return cv2.GaussianBlur(out, (0, 0), 0.5) * ~seen[..., None] + patch * seen[..., None]


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
