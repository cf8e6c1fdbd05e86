"""A bar on standard error while work goes on, and Ctrl-C as a request to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generators.base import Progress

__all__ = ["working"]


@contextmanager
def working() -> Iterator[tuple[Progress, threading.Event]]:
    """Show progress and listen to Ctrl-C.

    The first Ctrl-C asks the work to stop at its next step, which removes what is half written; the second one ends
    the program at once.

    Yields:
        What the studio reports to, and the event that tells it to stop.
    """
    cancel = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            signal.default_int_handler(number, frame)
        cancel.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        with _bar() as report:
            yield report, cancel
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar() -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def _lines() -> Progress:
    """A line a tenth of the way, for logs."""
    shown = -1

    def report(done: float, total: float, what: str) -> None:
        nonlocal shown
        tenth = int(10 * done / total) if total else 0
        if tenth > shown:
            shown = tenth
            print(f"{10 * tenth:3d} %  {what}", file=sys.stderr, flush=True)

    return report
