"""Work on bands of a picture's rows in two threads; the kernels let go of the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

__all__ = ["RowBands"]

_THREADS = min(2, os.cpu_count() or 1)
_SHARES = 8  # the middle rows take longest, so there are more shares than threads


class RowBands:
    """Splits work over rows. The result does not depend on how many threads there are."""

    def run(self, count: int, work: Callable[[int, int], None]) -> None:
        """Call ``work(first, last)`` for parts that together are ``range(count)``.

        The caller works too, and each thread takes the next part by itself: handing parts over one by one made threads wait for
        each other and for the interpreter.
        """
        if _THREADS == 1:
            work(0, count)
            return
        edges = [count * k // _SHARES for k in range(_SHARES + 1)]
        parts = iter([(a, b) for a, b in pairwise(edges) if a < b])

        def take() -> None:
            for first, last in parts:
                work(first, last)

        helpers = [_pool().submit(take) for _ in range(_THREADS - 1)]
        take()
        for helper in helpers:
            if not helper.cancel():  # one that has not begun, since another head keeps it, need not
                helper.result()


@cache
def _pool() -> ThreadPoolExecutor:
    """The threads that all heads share."""
    return ThreadPoolExecutor(max(_THREADS - 1, 1), thread_name_prefix="head-rows")
