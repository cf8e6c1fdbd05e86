"""The page's temporary folder: held while the page runs, and swept up by the next one where a page was killed."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows has no such locks; there a folder goes when its page ends as it should
    fcntl = None  # type: ignore[assignment]

__all__ = ["PREFIX", "hold", "sweep"]

PREFIX = "affect-page-"
"""How names of the page's temporary folders begin."""

_HELD = "in-use"  # file in such a folder that its page keeps locked; the system drops the lock however the page ends
_OLD = 24 * 3600.0  # seconds after which a folder without such a file is nobody's


def hold(folder: Path) -> IO[bytes]:
    """A file that shows as long as it is open that the folder is in use."""
    file = (folder / _HELD).open("wb")
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def sweep(parent: Path | None = None) -> list[Path]:
    """Delete what pages that were killed have left; gives the folders deleted.

    Args:
        parent: where temporary folders lie; None for the system's place.
    """
    found = sorted((parent or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"))
    gone = [folder for folder in found if folder.is_dir() and not folder.is_symlink() and _is_nobodys(folder)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _is_nobodys(folder: Path) -> bool:
    if fcntl is None:
        return False
    try:
        with (folder / _HELD).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except FileNotFoundError:  # just made, or older than this file
        try:
            return time.time() - folder.stat().st_mtime > _OLD
        except OSError:
            return False
    except OSError:  # held, or another user's
        return False
