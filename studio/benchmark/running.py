"""Run the set: item by item, each outcome written down at once, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conditioning.errors import RequestError
from generators.base import Job, Progress
from studio.benchmark.bench import Bench
from studio.benchmark.items import Item, plan
from studio.benchmark.records import ITEMS, Outcome, append, read_outcomes

__all__ = ["SAMPLES", "Task", "estimate_seconds", "run"]

SAMPLES = "samples"


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Task:
    """What is run.

    Args:
        bench: an engine under a judge.
        items: of the same medium.
    """

    bench: Bench
    items: tuple[Item, ...]


def estimate_seconds(media: Mapping[str, int]) -> float:
    """Seconds that a run takes on one quiet core with the built-in engines.

    Args:
        media: number of items by medium.
    """
    return float(sum(count * plan()["media"][medium]["cost"] for medium, count in media.items()))


def run(
    tasks: Sequence[Task],
    folder: Path,
    *,
    resume: bool = False,
    progress: Progress = _silent,
    cancel: threading.Event | None = None,
) -> list[Outcome]:
    """The outcomes of all items, in their order.

    Outcomes are added to ``items.jsonl`` in the folder, and a sample of each emotion is kept in ``samples``.

    Args:
        tasks: one for each medium.
        folder: of the results.
        resume: take what the folder holds of the same items, engines and judges; what failed is tried again.
        progress: called with items done, items in all, and what is made.
        cancel: set it to stop; what is finished is kept.

    Raises:
        RequestError: the folder holds outcomes and ``resume`` was not said.
        Cancelled: it was stopped.
        OutputError: the folder cannot be written to.
    """
    path = folder / ITEMS
    known = _known(path, tasks, resume)
    total = sum(len(task.items) for task in tasks)
    found: list[Outcome] = []
    for task in tasks:
        for item in task.items:
            if (kept := known.get(task.bench.key(item))) is not None:
                found.append(kept)
                continue
            job = _job(item, len(found), total, progress, cancel or threading.Event())
            job.step(0, 1, "making")
            outcome = task.bench.outcome(item, job, _sample(folder, task, item))
            append(path, outcome)
            found.append(outcome)
    return found


def _known(path: Path, tasks: Sequence[Task], resume: bool) -> dict[str, Outcome]:
    """What need not be made again, by key; the file is left with that, and with media that are not run now."""
    if not path.exists():
        return {}
    if not resume:
        raise RequestError(
            f"{path} holds the outcomes of another run.",
            "Give --resume to go on with it, or another folder with --out.",
        )
    wanted = {task.bench.key(item) for task in tasks for item in task.items}
    media = {task.bench.medium for task in tasks}
    whole = [
        outcome
        for outcome in read_outcomes(path)
        if outcome.item.medium not in media or (outcome.key in wanted and not outcome.error)
    ]
    fresh = path.with_suffix(".part")
    fresh.unlink(missing_ok=True)
    for outcome in whole:
        append(fresh, outcome)
    fresh.replace(path) if whole else path.unlink()
    return {outcome.key: outcome for outcome in whole}


def _job(item: Item, done: int, total: int, progress: Progress, cancel: threading.Event) -> Job:
    def report(part: float, whole: float, what: str) -> None:
        share = min(max(part / whole, 0.0), 1.0) if whole else 0.0
        progress(done + share, total, f"{item.medium}: {item.name}")

    return Job(item.seed, report, cancel)


def _sample(folder: Path, task: Task, item: Item) -> Path | None:
    """Where a sample of the item is kept: of each emotion in full, with the first seed."""
    first = task.items[0].seed
    if not item.is_plain or item.seed != first:
        return None
    return folder / SAMPLES / f"{item.medium}-{item.name}"
