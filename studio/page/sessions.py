"""A folder for each open page, with the films made in it; it goes when the page is closed."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from studio.page.running import Run

__all__ = ["Sessions"]


class Sessions:
    """The pages that are open.

    Each has a folder with a name that cannot be guessed, since whoever knows it can fetch its films. ``turn`` is held by
    the page whose film is being made, one at a time, since one alone uses the whole machine.
    """

    def __init__(self) -> None:
        self._root = tempfile.TemporaryDirectory(prefix="affect-page-")
        self._folders: dict[str, Path] = {}
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()
        self.turn = threading.Lock()

    @property
    def root(self) -> Path:
        """The folder in which all others lie; it goes when the program ends."""
        return Path(self._root.name)

    def folder(self, session: str) -> Path:
        """The folder of a page."""
        with self._lock:
            if session not in self._folders:
                self._folders[session] = Path(tempfile.mkdtemp(dir=self.root))
            return self._folders[session]

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
        """Stop a page's work and delete its films."""
        self.stop(session)
        with self._lock:
            folder = self._folders.pop(session, None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def end(self) -> None:
        """Stop all work and delete everything."""
        for session in {*self._folders, *self._runs}:
            self.close(session)
        self._root.cleanup()
