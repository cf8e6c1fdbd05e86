"""A film in the making: the studio works in a thread, the page hears of it several times a second and may stop it."""

from __future__ import annotations

import logging
import queue
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from conditioning.errors import AffectError
from generators.base import Progress
from studio.request import FilmRequest
from studio.studio import Film

__all__ = ["Failed", "FilmMaker", "Made", "Pace", "Run", "Stopped", "Update"]

LOG = logging.getLogger(__name__)

_WINDOW = 5.0  # seconds of the work from which its pace is taken
_FIRST_GUESS = 0.2  # share done before which the pace says little of the rest
_QUIET = 2.0  # seconds without progress after which work of an earlier stage is told


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
        left: seconds still to go at the present pace; None where there is none yet.
    """

    done: float
    what: str
    elapsed: float
    left: float | None = None


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


class Pace:
    """How far the work is and how long it will still take.

    Engines that paint while the film is written report their own stages, which come before it; such reports are passed
    over, unless nothing else is told for a while.
    """

    def __init__(self) -> None:
        self._start = self._moved = time.monotonic()
        self._done = 0.0
        self._seen = deque([(self._start, 0.0)])  # time and share done, of the last seconds
        self._lock = threading.Lock()  # engines report from their own threads

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def update(self, done: float, what: str) -> Update | None:
        """What to tell of a report, if anything.

        Args:
            done: share of the whole, 0..1.
            what: is being done.
        """
        now = time.monotonic()
        with self._lock:
            if done < self._done and now - self._moved < _QUIET:
                return None
            if done > self._done:
                self._done, self._moved = done, now
                self._seen.append((now, done))
                while len(self._seen) > 2 and self._seen[1][0] < now - _WINDOW:
                    self._seen.popleft()
            return self._told(what, now)

    def at_present(self, update: Update) -> Update:
        """An update with the present time."""
        with self._lock:
            return self._told(update.what, time.monotonic())

    def _told(self, what: str, now: float) -> Update:
        since, before = self._seen[0]
        known = self._done > max(before, _FIRST_GUESS)
        left = (1 - self._done) * (now - since) / (self._done - before) if known else None
        return Update(self._done, what, now - self._start, left)


class Run:
    """One film in the making.

    Args:
        maker: makes it.
        request: what is asked for.
        folder: that is made for the film and its tracks, and removed if it does not come about.
        turn: held while the film is made, so that films of several pages come one after the other.
    """

    def __init__(self, maker: FilmMaker, request: FilmRequest, folder: Path, turn: threading.Lock) -> None:
        self._maker, self._request, self._folder, self._turn = maker, request, folder, turn
        self._cancel = threading.Event()
        self._news: queue.SimpleQueue[Update | Outcome] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="film", daemon=True)
        self._pace = Pace()

    def cancel(self) -> None:
        """Ask the work to stop; it does so at its next step."""
        self._cancel.set()

    def wait(self, seconds: float) -> None:
        """Wait until the work has ended, but no longer than so many seconds."""
        if self._thread.is_alive():
            self._thread.join(seconds)

    def updates(self, pause: float = 0.25) -> Iterator[Update | Outcome]:
        """Start the work and say how far it is, until the outcome, which comes last.

        A caller that stops listening stops the work.

        Args:
            pause: seconds between two updates; what is reported in between is passed over.
        """
        self._thread.start()
        news: Update | Outcome = Update(0.0, "starting", 0.0)
        try:
            while isinstance(news, Update):
                yield news
                time.sleep(pause)
                news = self._latest(news)
            yield news
        finally:
            self._cancel.set()
            self._thread.join()

    def _latest(self, news: Update | Outcome) -> Update | Outcome:
        """The newest of what was told, or the last again where nothing is told for a while."""
        try:
            news = self._news.get(timeout=1.0)
            while isinstance(news, Update):
                news = self._news.get_nowait()
        except queue.Empty:
            pass
        return self._pace.at_present(news) if isinstance(news, Update) else news

    def _report(self, done: float, total: float, what: str) -> None:
        news = self._pace.update(min(max(done / total, 0.0), 1.0) if total else 0.0, what)
        if news is not None:
            self._news.put(news)

    def _work(self) -> None:
        while not self._turn.acquire(timeout=0.25):
            if self._cancel.is_set():
                self._news.put(Stopped())
                return
            self._news.put(Update(0.0, "waiting: another page is making a film", 0.0))
        try:
            self._pace = Pace()  # waiting does not count
            outcome = self._outcome()
        finally:
            self._turn.release()
        self._news.put(outcome)

    def _outcome(self) -> Outcome:
        try:
            self._folder.mkdir(parents=True)
            film = self._maker.create(
                self._request, self._folder / "film.mp4", progress=self._report, cancel=self._cancel
            )
        except Exception as error:
            self._clear()
            return Stopped() if self._cancel.is_set() else Failed(_told(error))
        if self._cancel.is_set():  # stopped after its last step: nothing is kept, as the button says
            self._clear()
            return Stopped()
        return Made(film, self._pace.elapsed)

    def _clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _told(error: Exception) -> AffectError:
    """An error as a sentence; a fault of ours stands in the log with its trace."""
    if isinstance(error, AffectError):
        return error
    LOG.error("the film could not be made", exc_info=error)
    said = f"{type(error).__name__}: {error}"
    return AffectError(f"The studio failed: {said}.", "The trace stands in the server's log.")
