"""A picture of a list of emotions in the plane of valence and arousal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.assets import asset
from conditioning.vocabulary import Label, Vocabulary
from studio.encode import check_ending, written
from studio.page.palette import oklab_of

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

__all__ = ["draw_wheel"]

_SIDE, _MARGIN = 1400, 90  # pixels
_INK, _FAINT, _PAPER = (28, 28, 32), (205, 205, 210), (250, 250, 250)
_AXES = (
    ("pleasant", (1.0, 0.0)),
    ("unpleasant", (-1.0, 0.0)),
    ("excited", (0.0, 1.0)),
    ("calm", (0.0, -1.0)),
)

Box = tuple[float, float, float, float]


def draw_wheel(words: Vocabulary, out: Path) -> None:
    """Draw a vocabulary: each label at its valence and arousal, in its colour, larger the more it dominates.

    Args:
        words: labels that stand for no feeling are left out.
        out: a ``.png``.

    Raises:
        RequestError: the name does not end in .png.
        OutputError: it cannot be written.
    """
    from PIL import Image, ImageDraw, ImageFont

    check_ending(out, ".png")
    picture = Image.new("RGB", (_SIDE, _SIDE), _PAPER)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(asset("fonts", "IBMPlexSans-Medium.woff2")), 19)
    _draw_axes(pen, font, words.title)
    felt = [label for label in words.labels if label.emotion is not None or any(label.vad.array())]
    taken = [_draw_dot(pen, label) for label in felt]
    for label in sorted(felt, key=lambda label: -abs(label.vad.valence) - abs(label.vad.arousal)):
        taken.append(_draw_name(pen, font, label, taken))
    with written(out) as part:
        picture.save(part, "PNG")


def _place(valence: float, arousal: float) -> tuple[float, float]:
    half = _SIDE / 2
    return half + valence * (half - _MARGIN), half - arousal * (half - _MARGIN)


def _draw_axes(pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, title: str) -> None:
    low, high, middle = _MARGIN, _SIDE - _MARGIN, _SIDE / 2
    pen.ellipse((low, low, high, high), outline=_FAINT, width=2)
    pen.line((low, middle, high, middle), fill=_FAINT, width=2)
    pen.line((middle, low, middle, high), fill=_FAINT, width=2)
    for name, (x, y) in _AXES:
        at_x, at_y = _place(x, y * 1.06)
        pen.text((at_x, at_y + (0 if y else 18)), name, fill=_INK, font=font, anchor="mm")
    pen.text((24, 20), title, fill=_INK, font=font)


def _draw_dot(pen: ImageDraw.ImageDraw, label: Label) -> Box:
    x, y = _place(label.vad.valence, label.vad.arousal)
    r = 7 + 4 * label.vad.dominance
    box = (x - r, y - r, x + r, y + r)
    pen.ellipse(box, fill=_colour(label))
    return box


def _draw_name(pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, label: Label, taken: list[Box]) -> Box:
    """Write a name at the nearest free place about its dot, with a line to it where it stands apart."""
    x, y = _place(label.vad.valence, label.vad.arousal)
    left, top, right, bottom = pen.textbbox((0, 0), label.name, font=font)
    width, height = right - left, bottom - top
    best: Box | None = None
    for distance in range(14, 260, 12):
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            centre_x = x + np.cos(angle) * (distance + width / 2)
            centre_y = y + np.sin(angle) * (distance + height / 2)
            box = (
                centre_x - width / 2 - 2,
                centre_y - height / 2 - 2,
                centre_x + width / 2 + 2,
                centre_y + height / 2 + 2,
            )
            if best is None and not any(_overlap(box, other) for other in taken):
                best = box
        if best is not None:
            if distance > 14:
                pen.line((x, y, (best[0] + best[2]) / 2, (best[1] + best[3]) / 2), fill=_FAINT, width=1)
            break
    best = best or (x, y, x + width, y + height)
    pen.text((best[0] + 2 - left, best[1] + 2 - top), label.name, fill=_INK, font=font)
    return best


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _colour(label: Label) -> tuple[int, int, int]:
    from generators.video.colour import oklab_to_linear

    light = np.clip(oklab_to_linear(*oklab_of(label.emotion or "neutral")), 0, 1)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    red, green, blue = (int(value) for value in np.round(255 * coded))
    return red, green, blue
