"""Reading moving pictures frame by frame, without holding them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from studio.judges.base import Reading, TimedReading

__all__ = ["read_frames", "spaced"]


def spaced(frames: Iterable[tuple[float, np.ndarray]], interval: float) -> Iterator[tuple[float, np.ndarray]]:
    """The frames that lie at least an interval apart, the first one among them.

    Args:
        frames: time in seconds, not falling, and picture.
        interval: seconds.
    """
    due = -np.inf
    for time, picture in frames:
        if time >= due - 1e-9:
            due = time + interval
            yield time, picture


def read_frames(
    frames: Iterable[tuple[float, np.ndarray]], interval: float, read: Callable[[np.ndarray], Reading]
) -> list[TimedReading]:
    """A reading of each frame that lies an interval after the last one read, lasting until the next.

    Args:
        frames: time in seconds, not falling, and picture.
        interval: seconds; the last reading lasts so long.
        read: of one picture.
    """
    read_at = [(time, read(picture)) for time, picture in spaced(frames, interval)]
    ends = [time for time, _ in read_at[1:]] + [time + interval for time, _ in read_at[-1:]]
    return [TimedReading(start, end, reading) for (start, reading), end in zip(read_at, ends, strict=True)]
