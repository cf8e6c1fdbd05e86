"""Run iterators ahead in threads, so that face, scene and coder work side by side."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["ahead"]

T = TypeVar("T")
_END = object()


@contextmanager
def ahead(make: Callable[[], Iterator[T]], depth: int = 3) -> Iterator[Iterator[T]]:
    """An iterator whose items are made in a thread of its own, at most ``depth`` ahead.

    Errors of the thread are raised where the items are taken. Leaving the context stops the thread.

    Args:
        make: gives the iterator; called in the thread.
        depth: items that may wait.
    """
    waiting: queue.Queue[object] = queue.Queue(depth)
    stop = threading.Event()

    def offer(item: object) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in make():
                if not offer(item):
                    return
            offer(_END)
        except BaseException as error:  # it belongs to whoever takes the items
            offer(error)

    def taken() -> Iterator[T]:
        while (item := waiting.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item  # type: ignore[misc]

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        stop.set()
        thread.join()
