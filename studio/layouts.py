"""Where heads stand in a picture: portrait, circle, lower third, full; one head or several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from conditioning.errors import UnknownNameError

__all__ = ["LAYOUTS", "CaptionPlace", "HeadPlace", "banner", "caption_place", "head_places", "in_circle"]

LAYOUTS: tuple[str, ...] = ("portrait", "circle", "lower third", "full")
"""Names of the layouts, the default first."""

_BAND = (0.70, 0.95)  # upper and lower edge of the lower third's banner, in heights
_BAND_COLOUR = (14, 15, 20, 178)
_BACKDROP = ((74, 82, 104), (38, 42, 56))  # of a circle, from its upper to its lower edge
_RING = (245, 245, 247)


@dataclass(frozen=True)
class HeadPlace:
    """Where a head stands.

    Args:
        left: column of the left edge of its square picture, in pixels; may lie outside.
        top: row of the upper edge.
        side: of the square, even.
        circle: diameter in pixels of the circle that it is cut to, 0 for none.
    """

    left: int
    top: int
    side: int
    circle: int = 0


@dataclass(frozen=True)
class CaptionPlace:
    """Where captions stand.

    Args:
        centre: column of their middle.
        bottom: row of their lower edge.
        width: pixels that they may take.
    """

    centre: int
    bottom: int
    width: int


def head_places(layout: str, size: tuple[int, int], heads: int, beside_scene: bool) -> tuple[HeadPlace, ...]:
    """The places of the heads, from the left.

    Args:
        layout: of ``LAYOUTS``.
        size: (width, height) of the picture.
        heads: 1 or more; three and more stand in a row.
        beside_scene: a scene lies behind, so that a single portrait of a wide picture stands right of the middle.

    Raises:
        UnknownNameError: there is no such layout.
    """
    width, height = size
    wide = width > 1.3 * height
    if heads > 2 and layout in LAYOUTS:
        return _row(layout, size, heads)
    if layout == "portrait":
        side = _even(min(0.92 * height, 0.98 * width) if heads == 1 else min(0.86 * height, 0.54 * width))
        single = 0.64 if beside_scene and wide else 0.5
        centres = (single,) if heads == 1 else (0.26, 0.74)
        return tuple(HeadPlace(int(c * width - side / 2), height - side, side) for c in centres)
    if layout == "full":
        side = _even(1.22 * min(size)) if heads == 1 else _even(min(height, 0.62 * width))
        top = max(height - side, round(-0.04 * side)) if side > height else height - side
        centres = (0.5,) if heads == 1 else (0.24, 0.76)
        return tuple(HeadPlace(int(c * width - side / 2), top, side) for c in centres)
    if layout == "circle":
        side, margin = _even(0.40 * min(size)), round(0.045 * min(size))
        lefts = (width - side - margin,) if heads == 1 else (margin, width - side - margin)
        top = round(0.83 * height) - side if not wide else height - side - margin
        return tuple(HeadPlace(left, top, side, side) for left in lefts)
    if layout == "lower third":
        side = _even(0.40 * min(size))
        top = round(_BAND[1] * height) - side
        lefts = (
            (round(0.03 * width),)
            if heads == 1
            else (round(0.03 * width), width - side - round(0.03 * width))
        )
        return tuple(HeadPlace(left, top, side) for left in lefts)
    raise UnknownNameError("layout", layout, LAYOUTS)


def _row(layout: str, size: tuple[int, int], heads: int) -> tuple[HeadPlace, ...]:
    """Three and more heads side by side; in a lower third the first stands on one side of the captions, the others on the other."""
    width, height = size
    slot = width / heads
    if layout in ("portrait", "full"):
        side = _even(min(0.86 * height, 1.08 * slot) if layout == "portrait" else min(height, 1.24 * slot))
        return tuple(HeadPlace(int((k + 0.5) * slot - side / 2), height - side, side) for k in range(heads))
    margin = round((0.045 if layout == "circle" else 0.03) * min(size))
    if layout == "circle":
        side = _even(min(0.40 * min(size), 0.86 * slot))
        step = (width - 2 * margin - side) / (heads - 1)
        top = round(0.83 * height) - side if width <= 1.3 * height else height - side - margin
        return tuple(HeadPlace(int(margin + k * step), top, side, side) for k in range(heads))
    side = _even(min(0.40 * min(size), 0.62 * slot))
    lefts = [margin, *(width - margin - (heads - k) * side for k in range(1, heads))]
    return tuple(HeadPlace(left, round(_BAND[1] * height) - side, side) for left in lefts)


def caption_place(layout: str, size: tuple[int, int], places: tuple[HeadPlace, ...]) -> CaptionPlace:
    """Where captions stand beside the heads of a layout."""
    width, height = size
    if layout != "lower third" or not places:
        return CaptionPlace(width // 2, round(0.95 * height), width)
    left = places[0].left + places[0].side
    right = places[1].left if len(places) > 1 else width
    middle = (_BAND[0] + _BAND[1]) / 2
    return CaptionPlace((left + right) // 2, round((middle + 0.035) * height), right - left)


@lru_cache(maxsize=4)
def banner(layout: str, size: tuple[int, int]) -> tuple[np.ndarray, int] | None:
    """The plate behind heads and captions ``(h, width, 4)`` and its row; None where a layout has none."""
    if layout != "lower third":
        return None
    width, height = size
    top, bottom = (round(edge * height) for edge in _BAND)
    plate = np.empty((bottom - top, width, 4), np.uint8)
    plate[:] = _BAND_COLOUR
    return plate, top


def in_circle(head: np.ndarray) -> np.ndarray:
    """A head before a plain backdrop, cut to a circle with a light ring, ``(n, n, 4)`` uint8.

    Args:
        head: ``(n, n, 4)`` uint8 with straight alpha.
    """
    inside, ring, backdrop = _circle(len(head))
    alpha = head[..., 3:].astype(np.uint16)
    colour = (head[..., :3] * alpha + backdrop * (255 - alpha) + 127) // 255
    colour = (colour * (255 - ring) + np.array(_RING, np.uint16) * ring + 127) // 255
    return np.concatenate([colour.astype(np.uint8), inside], axis=-1)


@lru_cache(maxsize=4)
def _circle(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cover of the disc and of its ring, ``(n, n, 1)``, and the backdrop ``(n, n, 3)``."""
    rows, columns = np.mgrid[0:side, 0:side]
    radius = np.hypot(rows + 0.5 - side / 2, columns + 0.5 - side / 2)[..., None]
    disc = np.clip(side / 2 - radius, 0, 1)
    width = max(0.02 * side, 1.5)
    ring = np.clip(radius - (side / 2 - width) + 0.5, 0, 1)
    down = np.linspace(0, 1, side)[:, None, None]
    upper, lower = (np.array(colour, float) for colour in _BACKDROP)
    backdrop = np.broadcast_to(upper + (lower - upper) * down, (side, side, 3))
    return (disc * 255 + 0.5).astype(np.uint8), (ring * 255).astype(np.uint16), backdrop.astype(np.uint16)


def _even(pixels: float) -> int:
    return max(int(pixels / 2) * 2, 16)
