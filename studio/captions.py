"""Captions: words gathered into short lines with times, and drawn as pictures with alpha."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conditioning.assets import asset
from generators.base import Stretch, Word

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

__all__ = ["Caption", "captions", "draw"]

_LONGEST = 42  # characters of a caption, as broadcasters advise (BBC subtitle guidelines: 37 to 42 a line)
_LINGER = 0.35  # seconds that a caption stays after its last word, if the next one does not push it out


@dataclass(frozen=True)
class Caption:
    """Words that are shown together from ``start`` to ``end``, seconds."""

    text: str
    start: float
    end: float


def captions(words: Sequence[Word], stretches: Sequence[Stretch] = ()) -> list[Caption]:
    """Lines of at most 42 characters, broken at the ends of spans and sentences, then at commas, then anywhere.

    Args:
        words: in order of time.
        stretches: of the spans; a caption never reaches over two.
    """
    borders = [stretch.start for stretch in stretches[1:]]
    groups: list[list[Word]] = []
    for word in words:
        last = groups[-1] if groups else []
        text = " ".join(w.text for w in last)
        crossed = bool(last) and any(last[-1].end <= b + 0.05 and word.start >= b - 0.05 for b in borders)
        ended = text.endswith((".", "!", "?", "…"))
        paused = text.endswith((",", ";", ":", "—")) and len(text) > _LONGEST * 0.6
        if not last or crossed or ended or paused or len(text) + 1 + len(word.text) > _LONGEST:
            groups.append([word])
        else:
            last.append(word)
    starts = [group[0].start for group in groups]
    ends = [group[-1].end for group in groups]
    limits = [*starts[1:], float("inf")]
    return [
        Caption(" ".join(w.text for w in group), start, min(end + _LINGER, limit))
        for group, start, end, limit in zip(groups, starts, ends, limits, strict=True)
    ]


@cache
def _font(pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(asset("fonts", "IBMPlexSans-Medium.woff2")), pixels)


def draw(text: str, size: tuple[int, int]) -> np.ndarray:
    """A caption as a picture: white on a soft dark plate, wide enough for its text.

    Args:
        text: one line; it is made smaller where it would be wider than nine tenths of the frame.
        size: (width, height) of the film in pixels.

    Returns:
        ``(h, w, 4)`` uint8 RGBA with straight alpha.
    """
    from PIL import Image, ImageDraw

    pixels = max(round(min(size) * 0.047), 9)
    while pixels > 9 and _font(pixels).getlength(text) > 0.86 * size[0]:
        pixels -= 1
    font = _font(pixels)
    pad_x, pad_y = round(pixels * 0.55), round(pixels * 0.28)
    ascent, descent = font.getmetrics()
    width = min(round(font.getlength(text)) + 2 * pad_x, size[0])
    picture = Image.new("RGBA", (width, ascent + descent + 2 * pad_y))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle(
        (0, 0, picture.width - 1, picture.height - 1), radius=round(pixels * 0.35), fill=(12, 12, 16, 150)
    )
    pen.text((pad_x, pad_y), text, font=font, fill=(255, 255, 255, 255))
    return np.asarray(picture)
