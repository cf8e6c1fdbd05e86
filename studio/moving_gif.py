"""Moving GIFs with a transparent background, written frame by frame.

Neither Pillow (which holds all frames) nor FFmpeg's coder (which drops the transparent colour of ready palettes) writes these as
needed, so the file's frame is put together here and Pillow codes the pixels. Source: GIF89a specification, CompuServe 1990.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np

__all__ = ["write_gif"]

_TRANSPARENT = 255  # number of the colour that shows what lies behind
_CUT = 128  # alpha from which a pixel is opaque
_CLEARED = 2  # the frame is wiped before the next one


def write_gif(file: BinaryIO, pictures: Iterable[np.ndarray], fps: float) -> int:
    """Write pictures as a GIF that repeats for ever; each has a palette of its own.

    Args:
        file: open for writing.
        pictures: ``(height, width, 4)`` uint8 RGBA, all of one size.
        fps: frames a second; their times are rounded to whole hundredths of a second without adding up an error.

    Returns:
        The number of frames.
    """
    count = 0
    for count, picture in enumerate(pictures, 1):
        if count == 1:
            height, width = picture.shape[:2]
            file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0))
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
        delay = round(100 * count / fps) - round(100 * (count - 1) / fps)
        file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, _CLEARED << 2 | 1, delay, _TRANSPARENT, 0))
        file.write(_frame(picture))
    file.write(b"\x3b")
    return count


def _frame(picture: np.ndarray) -> bytes:
    """The image block of a picture: its place, its palette, its pixels."""
    from PIL import Image

    opaque = picture[..., 3] >= _CUT
    flat = Image.fromarray(np.where(opaque[..., None], picture[..., :3], 0).astype(np.uint8))
    image = flat.quantize(_TRANSPARENT, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = np.zeros((256, 3), np.uint8)
    listed = np.array(image.getpalette() or [0, 0, 0], np.uint8).reshape(-1, 3)[:_TRANSPARENT]
    colours[: len(listed)] = listed
    indices = np.where(opaque, np.asarray(image), _TRANSPARENT).astype(np.uint8)
    coded = Image.fromarray(indices, "P")
    coded.putpalette(colours.ravel().tolist())
    whole = io.BytesIO()
    coded.save(whole, "GIF", optimize=False)
    return _local(whole.getvalue(), picture.shape[1], picture.shape[0], colours)


def _local(gif: bytes, width: int, height: int, colours: np.ndarray) -> bytes:
    """The image block of a GIF of one frame, with a palette of its own in place of the file's."""
    at = 13 + (3 << (gif[10] & 7) + 1 if gif[10] & 0x80 else 0)
    while gif[at] == 0x21:  # extensions
        at += 2
        while gif[at]:
            at += gif[at] + 1
        at += 1
    interlaced = gif[at + 9] & 0x40
    head = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0x87 | interlaced)
    return head + colours.tobytes() + gif[at + 10 : -1]
