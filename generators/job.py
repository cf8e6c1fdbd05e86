"""How a piece of work is run: its seed, who watches it, who may stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from conditioning.errors import Cancelled

__all__ = ["Job", "Progress"]

Progress = Callable[[float, float, str], None]


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Job:
    """How a piece of work is run: its seed, who watches it, who may stop it.

    Args:
        seed: the generator's own, 0 or more.
        progress: called as ``progress(done, total, what)``.
        cancel: set by the user to stop; seen at the next ``step``.
    """

    seed: int = 0
    progress: Progress = _silent
    cancel: threading.Event = field(default_factory=threading.Event)

    def step(self, done: float, total: float, what: str) -> None:
        """Report progress at a chunk's border.

        Raises:
            Cancelled: the user has stopped the work.
        """
        if self.cancel.is_set():
            raise Cancelled
        self.progress(done, total, what)

    def rng(self, *key: int) -> np.random.Generator:
        """A random generator of this job; other keys give independent ones."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))
