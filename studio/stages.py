"""One progress bar over several pieces of work, and the seed of each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from generators.base import Job, Progress

__all__ = ["Stages", "once_begun", "seed_for"]


def seed_for(seed: int, *key: int) -> int:
    """The seed of one part of a film: other parts of the same film get independent ones.

    Args:
        seed: of the film.
        key: numbers that name the part, such as the medium's and the span's.
    """
    return int(np.random.SeedSequence(seed, spawn_key=key).generate_state(1)[0])


@dataclass
class Stages:
    """Shares one progress bar among stages.

    Args:
        shares: part of the whole work that each stage takes, in the order in which they run.
        progress: called with ``(done, 1, what)``, done 0..1.
        cancel: set by the user to stop.
    """

    shares: Mapping[str, float]
    progress: Progress
    cancel: threading.Event = field(default_factory=threading.Event)

    def job(self, stage: str, seed: int = 0) -> Job:
        """The job of a stage; its progress is mapped into the stage's share of the bar."""
        names = list(self.shares)
        total = sum(self.shares.values())
        before = sum(self.shares[name] for name in names[: names.index(stage)]) / total
        share = self.shares[stage] / total

        def report(done: float, whole: float, what: str) -> None:
            part = min(max(done / whole, 0.0), 1.0) if whole else 0.0
            self.progress(before + share * part, 1.0, what)

        return Job(seed, report, self.cancel)


def once_begun(job: Job, action: Callable[[], None]) -> Job:
    """The same job, which calls ``action`` at its first step: what is asked of an engine has been found right by then."""
    waiting = [action]

    def report(done: float, whole: float, what: str) -> None:
        if waiting:
            waiting.pop()()
        job.progress(done, whole, what)

    return replace(job, progress=report)
