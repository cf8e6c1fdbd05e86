"""The layers of the picture: background, talking head, captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
from numba import njit

from generators.base import FaceTrack, VideoTrack
from studio.captions import Caption, draw
from studio.dialogue import Others
from studio.layouts import CaptionPlace, HeadPlace, banner, caption_place, head_places, in_circle
from studio.prefetch import ahead

__all__ = ["blend", "compose", "head_size", "over_grey"]

Tap = Callable[[int, np.ndarray], None]
Frames = Callable[[], Iterator[np.ndarray]]

_GREY = 118  # mid grey of the plain backdrop (18 % reflectance in sRGB)


def head_size(size: tuple[int, int], layout: str = "portrait", heads: int = 1) -> int:
    """Side in pixels of the square in which a head is drawn for a film of ``(width, height)``; even."""
    return head_places(layout, size, heads, True)[0].side


def compose(
    size: tuple[int, int],
    count: int,
    fps: float,
    video: VideoTrack | None,
    face: FaceTrack | None,
    lines: Sequence[Caption],
    *,
    layout: str = "portrait",
    others: Others | None = None,
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
        layout: of ``studio.layouts.LAYOUTS``.
        others: the other heads of a dialogue.
        on_background: called with index and picture of each background, before anything is laid over it.
        on_face: called with index and RGBA picture of each face; in a dialogue, of who speaks.

    Yields:
        ``(height, width, 3)`` uint8 RGB.
    """
    width, height = size
    tracks = [track for track in (face, *(others.faces if others else ())) if track]
    places = head_places(layout, size, len(tracks), bool(video)) if tracks else ()
    plate = banner(layout, size) if tracks else None
    with ExitStack() as stack:
        backs = stack.enter_context(ahead(_own(video.frames))) if video else None
        faces = [stack.enter_context(ahead(_own(track.frames))) for track in tracks]
        caption = _Captions(lines, size, caption_place(layout, size, places))
        for i in range(count):
            picture = next(backs) if backs else np.full((height, width, 3), _GREY, np.uint8)
            if backs and on_background:
                on_background(i, picture)
            if plate:
                blend(picture, plate[0], 0, plate[1])
            heads = [next(each) for each in faces]
            if heads and on_face:
                on_face(i, heads[others.speaking(i / fps) if others else 0])
            for head, place in zip(heads, places, strict=True):
                _set(picture, head, place)
            caption.lay(picture, i / fps)
            yield picture


def _set(picture: np.ndarray, head: np.ndarray, place: HeadPlace) -> None:
    """Lay a head in its place; a head of another size keeps its middle and its lower edge there."""
    shown = in_circle(head) if place.circle else head
    left = place.left + (place.side - shown.shape[1]) // 2
    blend(picture, shown, left, place.top + place.side - shown.shape[0])


def _own(frames: Frames) -> Frames:
    """The same pictures as copies, since an engine may draw the next one into the memory of the last."""
    return lambda: (picture.copy() for picture in frames())


class _Captions:
    """Finds the caption of a moment and lays it in its place; draws each once."""

    def __init__(self, lines: Sequence[Caption], size: tuple[int, int], place: CaptionPlace) -> None:
        self.lines, self.size, self.place, self.index = lines, size, place, 0
        self.drawn: tuple[int, np.ndarray] | None = None

    def lay(self, picture: np.ndarray, time: float) -> None:
        plate = self.at(time)
        if plate is not None:
            left = (2 * self.place.centre - plate.shape[1]) // 2
            blend(picture, plate, left, self.place.bottom - plate.shape[0])

    def at(self, time: float) -> np.ndarray | None:
        while self.index < len(self.lines) and self.lines[self.index].end <= time:
            self.index += 1
        if self.index == len(self.lines) or time < self.lines[self.index].start:
            return None
        if self.drawn is None or self.drawn[0] != self.index:
            room = (self.place.width, self.size[1])
            self.drawn = (self.index, draw(self.lines[self.index].text, room))
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
            if alpha == 255:
                for c in range(3):
                    picture[y + top, x + left, c] = layer[y, x, c]
                continue
            for c in range(3):
                over = np.uint32(layer[y, x, c]) * alpha
                under = np.uint32(picture[y + top, x + left, c]) * (np.uint32(255) - alpha)
                picture[y + top, x + left, c] = np.uint8((over + under + np.uint32(127)) // np.uint32(255))
