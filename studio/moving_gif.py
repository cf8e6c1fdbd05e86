"""Moving GIFs with a transparent background, written frame by frame.

Neither Pillow (which holds all frames) nor FFmpeg's coder (which drops the transparent colour of ready palettes) writes these as
needed, so the file's frame is put together here and Pillow codes the pixels. Source: GIF89a specification, CompuServe 1990.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import numpy as np

__all__ = ["write_gif"]

_TRANSPARENT = 255  # number of the colour that shows what lies behind
_CUT = 128  # alpha from which a pixel is opaque
_KEPT, _CLEARED = 1, 2  # the frame stays under the next one, or is wiped before it
_SAME = 4  # levels of a channel up to which a pixel stays as it is shown; a palette of 255 colours is coarser


def write_gif(file: BinaryIO, pictures: Iterable[np.ndarray], fps: float) -> int:
    """Write pictures as a GIF that repeats for ever; each has a palette of its own, and only what has changed is stored.

    Args:
        file: open for writing.
        pictures: ``(height, width, 4)`` uint8 RGBA, all of one size.
        fps: frames a second; their times are rounded to whole hundredths of a second without adding up an error.

    Returns:
        The number of frames.
    """
    count = 0
    shown, new = (
        np.zeros(0, np.uint8),
        np.zeros(0, bool),
    )  # the picture as it stands, and what of it is not written yet
    for count, picture in enumerate(pictures, 1):
        opaque = picture[..., 3] >= _CUT
        if count == 1:
            height, width = picture.shape[:2]
            file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0))
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
            shown, new = picture.copy(), opaque
            continue
        drawn = shown[..., 3] >= _CUT
        if np.any(
            drawn & ~opaque
        ):  # a pixel once drawn goes only with a frame, and with it all that the frame covers
            file.write(_control(count - 1, fps, _CLEARED) + _frame(shown, new, drawn))
            shown, new = picture.copy(), opaque
        else:
            file.write(_control(count - 1, fps, _KEPT) + _frame(shown, new, new))
            new = opaque & _differs(picture, shown)
            shown = np.where(new[..., None], picture, shown)
    if count:
        file.write(_control(count, fps, _CLEARED) + _frame(shown, new, shown[..., 3] >= _CUT))
    file.write(b"\x3b")
    return count


def _control(number: int, fps: float, after: int) -> bytes:
    """How long the frame of a number, from 1, is shown, and what becomes of it."""
    delay = round(100 * number / fps) - round(100 * (number - 1) / fps)
    return struct.pack("<BBBBHBB", 0x21, 0xF9, 4, after << 2 | 1, delay, _TRANSPARENT, 0)


def _differs(picture: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Where an opaque pixel is not shown yet ``(height, width)``."""
    far = np.abs(picture[..., :3].astype(np.int16) - shown[..., :3]).max(axis=-1) > _SAME
    return np.asarray(far | (shown[..., 3] < _CUT))


def _frame(picture: np.ndarray, new: np.ndarray, covered: np.ndarray) -> bytes:
    """The image block of a picture's new pixels, as large as what it covers: its place, its palette, its pixels."""
    from PIL import Image

    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    top, left = (rows[0], columns[0]) if len(rows) else (0, 0)
    box = np.s_[top : rows[-1] + 1, left : columns[-1] + 1] if len(rows) else np.s_[:1, :1]
    picture, new = picture[box], new[box]
    flat = Image.fromarray(np.where(new[..., None], picture[..., :3], 0).astype(np.uint8))
    image = flat.quantize(_TRANSPARENT, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = np.zeros((256, 3), np.uint8)
    listed = np.array(image.getpalette() or [0, 0, 0], np.uint8).reshape(-1, 3)[:_TRANSPARENT]
    colours[: len(listed)] = listed
    indices = np.where(new, np.asarray(image), _TRANSPARENT).astype(np.uint8)
    coded = Image.fromarray(indices, "P")
    coded.putpalette(colours.ravel().tolist())
    whole = io.BytesIO()
    coded.save(whole, "GIF", optimize=False)
    return _local(whole.getvalue(), (left, top), picture.shape[1::-1], colours)


def _local(gif: bytes, place: tuple[int, int], size: Sequence[int], colours: np.ndarray) -> bytes:
    """The image block of a GIF of one frame, with a palette of its own in place of the file's."""
    at = 13 + (3 << (gif[10] & 7) + 1 if gif[10] & 0x80 else 0)
    while gif[at] == 0x21:  # extensions
        at += 2
        while gif[at]:
            at += gif[at] + 1
        at += 1
    interlaced = gif[at + 9] & 0x40
    head = struct.pack("<BHHHHB", 0x2C, *place, *size, 0x87 | interlaced)
    return head + colours.tobytes() + gif[at + 10 : -1]
