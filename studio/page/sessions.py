"""A folder for each open page, with the films made in it and what was uploaded; it goes soon after the page is closed.

A page that is reloaded is another session for the server, but the same visit: it names the visit it had and finds its
takes again.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.page.left_behind import PREFIX, hold, sweep
from studio.page.running import Run
from studio.page.takes import Take

__all__ = ["Sessions"]

_GRACE = 60.0  # seconds that a closed page may take to come back, which a reload does
_PATIENCE = 5.0  # seconds that stopped work gets to end before its folder is deleted


@dataclass
class _Visit:
    """A page from its first opening to its closing, over reloads.

    Args:
        folder: of its films.
        session: that shows it now; "" for none.
        takes: that it has made.
        going: deletes it when the grace is over.
    """

    folder: Path
    session: str
    takes: list[Take] = field(default_factory=list)
    going: threading.Timer | None = None


class Sessions:
    """The pages that are open.

    Each has a folder with a name that cannot be guessed, since whoever knows it can fetch its films. ``turn`` is held by
    the page whose film is being made, one at a time, since one alone uses the whole machine.

    Args:
        grace: seconds between the closing of a page and the deletion of its films.
    """

    def __init__(self, grace: float = _GRACE) -> None:
        sweep()
        self._root = tempfile.TemporaryDirectory(prefix=PREFIX)
        self._held = hold(self.root)
        self._grace = grace
        self._visits: dict[str, _Visit] = {}
        self._runs: dict[str, Run] = {}
        self._lock = threading.RLock()
        self.turn = threading.Lock()

    @property
    def root(self) -> Path:
        """The folder in which all others lie; it goes when the program ends."""
        return Path(self._root.name)

    def open(self, session: str, visit: str) -> str:
        """The name of a page's visit.

        Args:
            session: of the page.
            visit: that the page had before it was reloaded; "" or an unknown one begins a new visit.
        """
        with self._lock:
            known = self._visits.get(visit)
            if known is None:
                return self._of(session)
            known.session = session
            if known.going is not None:
                known.going.cancel()
                known.going = None
            return visit

    def folder(self, session: str) -> Path:
        """The folder of a page."""
        with self._lock:
            return self._visits[self._of(session)].folder

    def takes(self, session: str) -> list[Take]:
        """What a page has made."""
        with self._lock:
            return list(self._visits[self._of(session)].takes)

    def keep(self, session: str, takes: Sequence[Take]) -> None:
        """Remember what a page has made."""
        with self._lock:
            self._visits[self._of(session)].takes = list(takes)

    def begin(self, session: str, run: Run) -> None:
        """Remember what is being made for a page, so that it can be stopped."""
        with self._lock:
            self._runs[session] = run

    def stop(self, session: str) -> None:
        """Stop what is being made for a page, if anything is."""
        with self._lock:
            run = self._runs.pop(session, None)
        if run is not None:
            run.cancel()

    def close(self, session: str) -> None:
        """Stop a page's work, and delete its films unless it comes back in time."""
        self.stop(session)
        with self._lock:
            for name, visit in self._visits.items():
                if visit.session == session:
                    visit.session = ""
                    visit.going = threading.Timer(self._grace, self._forget, (name,))
                    visit.going.daemon = True
                    visit.going.start()

    def end(self) -> None:
        """Stop all work and delete everything."""
        with self._lock:
            runs, self._runs = list(self._runs.values()), {}
            for visit in self._visits.values():
                if visit.going is not None:
                    visit.going.cancel()
            self._visits.clear()
        for run in runs:
            run.cancel()
        for run in runs:
            run.wait(_PATIENCE)
        self._held.close()
        self._root.cleanup()

    def _of(self, session: str) -> str:
        """The name of the visit that a session shows, which begins with it if there is none."""
        for name, visit in self._visits.items():
            if visit.session == session:
                return name
        name = secrets.token_urlsafe(16)
        self._visits[name] = _Visit(Path(tempfile.mkdtemp(dir=self.root)), session)
        return name

    def _forget(self, name: str) -> None:
        with self._lock:
            visit = self._visits.get(name)
            if visit is None or visit.session:
                return
            del self._visits[name]
        shutil.rmtree(visit.folder, ignore_errors=True)
