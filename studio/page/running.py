"""A film in the making: the studio works in a thread, the page hears of it several times a second and may stop it."""

from __future__ import annotations

import logging
import queue
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from conditioning.errors import AffectError, Cancelled
from generators.base import Progress
from studio.request import FilmRequest
from studio.studio import Film

__all__ = ["Failed", "FilmMaker", "Made", "Run", "Stopped", "Update"]

LOG = logging.getLogger(__name__)


class FilmMaker(Protocol):
    """What makes films: ``studio.studio.Studio``."""

    def create(self, script: FilmRequest, out: Path, *, progress: Progress, cancel: threading.Event) -> Film:
        """Make a film."""
        ...


@dataclass(frozen=True)
class Update:
    """How far the work is.

    Args:
        done: share of the whole, 0..1.
        what: is being done.
        elapsed: seconds since the start.
    """

    done: float
    what: str
    elapsed: float


@dataclass(frozen=True)
class Made:
    """The film is there; it took so many seconds."""

    film: Film
    elapsed: float


@dataclass(frozen=True)
class Stopped:
    """The user stopped the work; nothing is left of it."""


@dataclass(frozen=True)
class Failed:
    """The work could not be done; nothing is left of it."""

    error: AffectError


Outcome = Made | Stopped | Failed


class Run:
    """One film in the making.

    Args:
        maker: makes it.
        request: what is asked for.
        folder: that is made for the film and its tracks, and removed if it does not come about.
    """

    def __init__(self, maker: FilmMaker, request: FilmRequest, folder: Path) -> None:
        self._maker, self._request, self._folder = maker, request, folder
        self._cancel = threading.Event()
        self._news: queue.SimpleQueue[Update | Outcome] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="film", daemon=True)
        self._started = 0.0

    def cancel(self) -> None:
        """Ask the work to stop; it does so at its next step."""
        self._cancel.set()

    def updates(self, pause: float = 0.25) -> Iterator[Update | Outcome]:
        """Start the work and say how far it is, until the outcome, which comes last.

        A caller that stops listening stops the work.

        Args:
            pause: seconds between two updates; what is reported in between is passed over.
        """
        self._started = time.monotonic()
        self._thread.start()
        try:
            while True:
                news = self._latest()
                yield news
                if not isinstance(news, Update):
                    return
                time.sleep(pause)
        finally:
            self._cancel.set()
            self._thread.join()

    def _latest(self) -> Update | Outcome:
        news = self._news.get()
        while isinstance(news, Update):
            try:
                news = self._news.get_nowait()
            except queue.Empty:
                break
        return news

    def _report(self, done: float, total: float, what: str) -> None:
        share = min(max(done / total, 0.0), 1.0) if total else 0.0
        self._news.put(Update(share, what, time.monotonic() - self._started))

    def _work(self) -> None:
        self._news.put(Update(0.0, "starting", 0.0))
        self._news.put(self._outcome())

    def _outcome(self) -> Outcome:
        try:
            self._folder.mkdir(parents=True)
            film = self._maker.create(
                self._request, self._folder / "film.mp4", progress=self._report, cancel=self._cancel
            )
        except Cancelled:
            self._clear()
            return Stopped()
        except AffectError as error:
            self._clear()
            return Failed(error)
        except Exception as error:  # a fault of ours must reach the page as a sentence and the log as a trace
            LOG.exception("the film could not be made")
            self._clear()
            said = f"{type(error).__name__}: {error}"
            return Failed(AffectError(f"The studio failed: {said}.", "The trace stands in the server's log."))
        if self._cancel.is_set():  # stopped after its last step: nothing is kept, as the button says
            self._clear()
            return Stopped()
        return Made(film, time.monotonic() - self._started)

    def _clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
