"""Pictures that calls have made, kept as raw files in a folder that goes with its owner."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np

__all__ = ["Scratch"]


class Scratch:
    """A folder of pictures by number; it is gone when the object is.

    Args:
        name: of what makes them, for the folder.
    """

    def __init__(self, name: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=f"affect-{name}-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def pictures(self, index: int, make: Callable[[], np.ndarray]) -> np.ndarray:
        """The pictures of a number, ``(frames, height, width, 3)`` uint8, made at the first asking and mapped from their file."""
        path = self._folder / f"{index}.npy"
        if not path.exists():
            np.save(path, make())
        pictures: np.ndarray = np.load(path, mmap_mode="r")
        return pictures
