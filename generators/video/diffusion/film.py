"""A film out of shots: at most two are open at a time, neighbours are crossfaded, pictures are scaled to the size asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from generators.base import VideoRequest
from generators.video.diffusion.shots import Shot

__all__ = ["Reel", "blend", "film"]


class Reel(Protocol):
    """The shots' pictures."""

    @property
    def shots(self) -> Sequence[Shot]:
        """In order; each lasts a little beyond the start of the next."""

    def at(self, index: int, seconds: float) -> np.ndarray:
        """A shot's picture so many seconds after its start, ``(height, width, 3)`` uint8."""


def film(reel: Reel, request: VideoRequest, join: float) -> Iterator[np.ndarray]:
    """The film's pictures ``(height, width, 3)`` uint8.

    Args:
        reel: the shots, each lasting ``join`` beyond the start of the next.
        request: duration, frame rate and size wanted.
        join: seconds of a crossfade.
    """
    import cv2

    count = round(request.duration * request.fps)
    current = 0
    for number in range(count):
        time = number / request.fps
        while current + 1 < len(reel.shots) and time >= reel.shots[current].end:
            current += 1
        picture = reel.at(current, time - reel.shots[current].start)
        after = current + 1
        if after < len(reel.shots) and time >= reel.shots[after].start:
            since = time - reel.shots[after].start
            picture = blend(picture, reel.at(after, since), since / join)
        if picture.shape[1::-1] != request.size:
            smaller = request.size[0] < picture.shape[1]
            picture = cv2.resize(
                picture, request.size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
            )
        request.job.step(time, request.duration, "moving pictures")
        yield np.ascontiguousarray(picture)


def blend(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """Two pictures in one, the other with this share."""
    import cv2

    return cv2.addWeighted(np.asarray(one), 1 - share, np.asarray(other), share, 0.0)
