"""Two runs on the same items: two engines, or two versions of one. Differences with intervals, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.benchmark.figures import is_better
from studio.benchmark.items import plan
from studio.benchmark.records import Outcome
from studio.benchmark.resampling import difference_of
from studio.benchmark.results import MediumResult
from studio.benchmark.statistics import statistics_of
from studio.fidelity.measures.intervals import Difference

__all__ = ["Change", "Comparison", "compare", "compare_media"]


@dataclass(frozen=True)
class Change:
    """One figure of both runs.

    Args:
        name: of ``studio.benchmark.figures.TITLES``.
        first: of the first run, on the shared items.
        second: of the second.
        difference: second less first.
    """

    name: str
    first: float
    second: float
    difference: Difference

    @property
    def verdict(self) -> str:
        """``"better"`` or ``"worse"`` where 0 lies outside the interval, else ``"no difference shown"``."""
        sign = is_better(self.name)
        if self.difference.low <= 0 <= self.difference.high:
            return "no difference shown"
        if not sign:
            return "other"
        return "better" if sign * self.difference.mean > 0 else "worse"


@dataclass(frozen=True)
class Comparison:
    """One medium of two runs.

    Args:
        medium: its name.
        first: engine of the first run, with its version.
        second: of the second.
        shared: number of items that both have.
        alone: number of items that only one has; they are left out.
        same_judge: whether both were read by the same judge; if not, a difference may be the judges'.
        changes: in the order of ``TITLES``.
    """

    medium: str
    first: str
    second: str
    shared: int
    alone: int
    same_judge: bool
    changes: tuple[Change, ...]


def compare(first: Mapping[str, MediumResult], second: Mapping[str, MediumResult]) -> list[Comparison]:
    """All media that both runs have.

    Args:
        first: of ``load_results``.
        second: likewise.
    """
    return [compare_media(first[medium], second[medium]) for medium in first if medium in second]


def compare_media(first: MediumResult, second: MediumResult) -> Comparison:
    """What the second run scores more than the first on the items that both have.

    An item is the same only if the same was asked: name, emotion, words and seed. Items that failed count as silence.
    """
    others = {_asked(one): one for one in second.outcomes}
    pairs = [(one, others[_asked(one)]) for one in first.outcomes if _asked(one) in others]
    one_side, other_side = [a for a, _ in pairs], [b for _, b in pairs]
    alone = len(first.outcomes) + len(second.outcomes) - 2 * len(pairs)
    same = first.judge == second.judge
    changes = _changes(one_side, other_side, first.labels) if pairs and first.labels == second.labels else ()
    return Comparison(
        first.medium, _engine(first), _engine(second), len(pairs), alone, same, tuple(changes)
    )  # fmt: skip


def _changes(first: list[Outcome], second: list[Outcome], labels: tuple[str, ...]) -> list[Change]:
    import numpy as np

    numbers, order = plan(), np.arange(len(first))
    others = {statistic.name: statistic for statistic in statistics_of(second, labels)}
    found = []
    for one in statistics_of(first, labels):
        if one.name in others:
            other = others[one.name]
            gain = difference_of(one, other, len(first), numbers["draws"], numbers["resampling_seed"])
            found.append(Change(one.name, one.value(order), other.value(order), gain))
    return found


def _asked(one: Outcome) -> tuple[object, ...]:
    item = one.item
    return (item.name, str(item.emotion), tuple(item.emotion.felt.array()), item.text, item.seed)


def _engine(result: MediumResult) -> str:
    return f"{result.engine['name']} {result.engine['version']}"
