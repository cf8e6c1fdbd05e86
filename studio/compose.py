"""The layers of the picture: background, talking head, captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
from numba import njit

from generators.base import FaceTrack, VideoTrack
from studio.captions import Caption, draw
from studio.prefetch import ahead

__all__ = ["blend", "compose", "head_size", "over_grey"]

Tap = Callable[[int, np.ndarray], None]
Frames = Callable[[], Iterator[np.ndarray]]

_GREY = 118  # mid grey of the plain backdrop (18 % reflectance in sRGB)


def head_size(size: tuple[int, int]) -> int:
    """Side in pixels of the square in which the head is drawn for a film of ``(width, height)``; even."""
    width, height = size
    return int(min(0.92 * height, 0.98 * width) / 2) * 2


def compose(
    size: tuple[int, int],
    count: int,
    fps: float,
    video: VideoTrack | None,
    face: FaceTrack | None,
    lines: Sequence[Caption],
    *,
    on_background: Tap | None = None,
    on_face: Tap | None = None,
) -> Iterator[np.ndarray]:
    """The pictures of a film; layers are made ahead in threads of their own.

    Args:
        size: (width, height) in pixels.
        count: number of frames.
        fps: frames a second.
        video: the background; plain grey without.
        face: the talking head; none without.
        lines: captions in order of time.
        on_background: called with index and picture of each background, before anything is laid over it.
        on_face: called with index and RGBA picture of each face.

    Yields:
        ``(height, width, 3)`` uint8 RGB.
    """
    width, height = size
    with ExitStack() as stack:
        backs = stack.enter_context(ahead(_own(video.frames))) if video else None
        faces = stack.enter_context(ahead(_own(face.frames))) if face else None
        caption = _Captions(lines, size)
        for i in range(count):
            picture = next(backs) if backs else np.full((height, width, 3), _GREY, np.uint8)
            if backs and on_background:
                on_background(i, picture)
            if faces and face:
                head = next(faces)
                if on_face:
                    on_face(i, head)
                blend(picture, head, _head_left(size, head.shape[1], bool(video)), height - head.shape[0])
            plate = caption.at(i / fps)
            if plate is not None:
                blend(picture, plate, (width - plate.shape[1]) // 2, round(0.95 * height) - plate.shape[0])
            yield picture


def _own(frames: Frames) -> Frames:
    """The same pictures as copies, since an engine may draw the next one into the memory of the last."""
    return lambda: (picture.copy() for picture in frames())


def _head_left(size: tuple[int, int], side: int, beside_scene: bool) -> int:
    """Left edge of the head: right of the middle in a wide picture with a scene, else in the middle."""
    width, height = size
    centre = 0.64 if beside_scene and width > 1.3 * height else 0.5
    return int(centre * width - side / 2)


class _Captions:
    """Finds the caption of a moment; draws each once."""

    def __init__(self, lines: Sequence[Caption], size: tuple[int, int]) -> None:
        self.lines, self.size, self.index = lines, size, 0
        self.drawn: tuple[int, np.ndarray] | None = None

    def at(self, time: float) -> np.ndarray | None:
        while self.index < len(self.lines) and self.lines[self.index].end <= time:
            self.index += 1
        if self.index == len(self.lines) or time < self.lines[self.index].start:
            return None
        if self.drawn is None or self.drawn[0] != self.index:
            self.drawn = (self.index, draw(self.lines[self.index].text, self.size))
        return self.drawn[1]


def over_grey(picture: np.ndarray) -> np.ndarray:
    """A picture with alpha ``(h, w, 4)`` laid over plain grey, ``(h, w, 3)`` uint8."""
    out = np.full((*picture.shape[:2], 3), _GREY, np.uint8)
    blend(out, picture, 0, 0)
    return out


def blend(picture: np.ndarray, layer: np.ndarray, left: int, top: int) -> None:
    """Lay an RGBA layer over an RGB picture, in place; what reaches over the edge is cut off.

    Args:
        picture: ``(H, W, 3)`` uint8.
        layer: ``(h, w, 4)`` uint8, straight alpha.
        left: column of the layer's left edge, may be negative.
        top: row of its upper edge, may be negative.
    """
    _blend(picture, layer, left, top)


@njit(cache=True, nogil=True)
def _blend(
    picture: np.ndarray, layer: np.ndarray, left: int, top: int
) -> None:  # pragma: no cover - compiled
    for y in range(max(0, -top), min(layer.shape[0], picture.shape[0] - top)):
        for x in range(max(0, -left), min(layer.shape[1], picture.shape[1] - left)):
            alpha = np.uint32(layer[y, x, 3])
            if alpha == 0:
                continue
            for c in range(3):
                over = np.uint32(layer[y, x, c]) * alpha
                under = np.uint32(picture[y + top, x + left, c]) * (np.uint32(255) - alpha)
                picture[y + top, x + left, c] = np.uint8((over + under + np.uint32(127)) // np.uint32(255))
