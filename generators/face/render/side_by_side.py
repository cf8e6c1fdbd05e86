"""Pictures of a film in several threads, a whole picture in each; the kernels let go of the interpreter's lock.

Whole pictures go side by side rather than the rows of one: half of a picture's work is done before there are rows to share out, and
threads that share rows wait for each other at the end of each.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

__all__ = ["THREADS", "side_by_side"]

R = TypeVar("R")

THREADS = min(4, os.cpu_count() or 1)
"""Pictures that are drawn at once by all heads together."""


def side_by_side(
    count: int, draw: Callable[[R, int], np.ndarray], renderers: Sequence[R]
) -> Iterator[np.ndarray]:
    """Pictures in their order, of which as many are drawn at once as there are renderers, and one more waits.

    Args:
        count: of pictures.
        draw: makes the picture of a number, with a renderer that nobody else uses meanwhile.
        renderers: one for each thread; what they draw does not depend on what they drew before.
    """
    free: SimpleQueue[R] = SimpleQueue()
    for renderer in renderers:
        free.put(renderer)

    def drawn(number: int) -> np.ndarray:
        renderer = free.get()
        try:
            return draw(renderer, number)
        finally:
            free.put(renderer)

    waiting: deque[Future[np.ndarray]] = deque()
    try:
        for number in range(count):
            waiting.append(_pool().submit(drawn, number))
            if len(waiting) > len(renderers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for left in waiting:
            left.cancel()


@cache
def _pool() -> ThreadPoolExecutor:
    """The threads that all heads share."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="head")
