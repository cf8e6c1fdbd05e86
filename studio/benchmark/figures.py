"""A medium's figures, each with what it must be held against: people, requests shuffled among readings, and chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.vad import AXES
from studio.benchmark.items import MIXTURE, plan
from studio.benchmark.records import Outcome
from studio.benchmark.resampling import Statistic, interval_of
from studio.benchmark.statistics import axes_of, dials_of, labelled, shuffled_order, statistics_of
from studio.fidelity.measures import single, wheel
from studio.fidelity.measures.asking import asked_label
from studio.judges.base import Card, Reading

__all__ = ["TITLES", "Figure", "chances", "figures_of", "is_better", "people"]

TITLES: Mapping[str, str] = {
    "uar": "mean recall of the labels (UAR)",
    "accuracy": "read as asked",
    "macro_f1": "macro-F1",
    "rank": "rank of the asked label",
    "share": "probability of the asked label",
    "credit": "credit for near misses",
    "vad_distance": "distance from the asked point",
    "spearman": "intensity: rank correlation",
    "linearity": "intensity: linearity",
    "rising_steps": "intensity: steps that rise",
    "mixture_cosine": "blends: cosine",
    **{f"ccc_{axis}": f"grid, {axis}: CCC" for axis in AXES},
    **{f"linearity_{axis}": f"grid, {axis}: linearity" for axis in AXES},
    "coverage": "share with a reading",
}
"""What each figure is called in tables, in their order."""

_LOW_IS_BETTER = ("rank", "vad_distance")
_NEITHER = ("coverage",)
_EVEN_POINTS = 4096  # draws for the mean distance from a point drawn evenly


@dataclass(frozen=True)
class Figure:
    """One figure of one medium.

    Args:
        name: of ``TITLES``.
        value: achieved.
        low: lower end of its 95 % interval.
        high: upper end.
        groups: how many groups were drawn; with fewer than about ten trust the interval little.
        people: what the same judge scores on held-out people; None where nobody measured it.
        shuffled: mean over permutations of the requests.
        shuffled_low: 2.5th percentile of them.
        shuffled_high: 97.5th percentile.
        chance: what guessing earns by the measure's own definition; None where there is no such level.
        p: share of permutations that score as well; None where neither direction is better.
    """

    name: str
    value: float
    low: float
    high: float
    groups: int
    people: float | None
    shuffled: float
    shuffled_low: float
    shuffled_high: float
    chance: float | None
    p: float | None


def is_better(name: str) -> int:
    """1 where a higher figure is better, -1 where a lower one is, 0 where neither."""
    return -1 if name in _LOW_IS_BETTER else 0 if name in _NEITHER else 1


def figures_of(
    outcomes: Sequence[Outcome], card: Card, labels: Sequence[str], *, permutations: int = 0
) -> list[Figure]:
    """All figures of a medium, in the order of ``TITLES``.

    Args:
        outcomes: of one medium, each item once.
        card: of the judge that read them.
        labels: of the judge.
        permutations: of the requests; 0 for as many as the plan says.
    """
    numbers = plan()
    rng = np.random.default_rng(numbers["resampling_seed"])
    orders = [shuffled_order(outcomes, rng) for _ in range(permutations or numbers["permutations"])]
    guessed, known = chances(outcomes, labels), people(outcomes, card, labels)
    found = [
        _figure(statistic, len(outcomes), orders, known.get(statistic.name), guessed.get(statistic.name))
        for statistic in statistics_of(outcomes, labels)
    ]
    return sorted(found, key=lambda figure: list(TITLES).index(figure.name))


def people(outcomes: Sequence[Outcome], card: Card, labels: Sequence[str]) -> dict[str, float]:
    """What the same judge scores on held-out people, for the labels asked here and as often as here.

    Returns:
        ``uar`` and ``accuracy``; nothing where the card has no figures.
    """
    if not card.is_measured:
        return {}
    asked = [asked_label(outcomes[place].item.emotion, labels) for place in labelled(outcomes, labels)]
    recall = {name: card.recall.get(str(name), card.accuracy) for name in asked}
    if not recall:
        return {}
    return {
        "uar": float(np.mean(list(recall.values()))),
        "accuracy": float(np.mean([recall[name] for name in asked])),
    }


def chances(outcomes: Sequence[Outcome], labels: Sequence[str]) -> dict[str, float]:
    """What guessing earns, as the measures state it: labels drawn evenly, points drawn evenly, even shares of blends."""
    count, axes = len(labels), axes_of(labels)
    asked = [str(asked_label(outcomes[p].item.emotion, labels)) for p in labelled(outcomes, labels)]
    found = {
        "uar": 1 / count,
        "accuracy": 1 / count,
        "macro_f1": 1 / count,
        "share": 1 / count,
        "rank": (count + 1) / 2,
        "credit": wheel.chance_credit(asked, labels),
        "vad_distance": _far_by_chance(outcomes, axes),
        "spearman": 0.0,
        "rising_steps": 0.5,
        "linearity": _mean(0.5 / (len(places) - 1) for places in dials_of(outcomes).values()),
        "mixture_cosine": _even_cosine(outcomes, labels),
    }
    for axis in axes:
        pieces = sum(one.item.axis == axis for one in outcomes)
        found |= {f"ccc_{axis}": 0.0, f"linearity_{axis}": 0.5 / max(pieces - 1, 1)}
    return found


def _figure(
    statistic: Statistic,
    size: int,
    orders: Sequence[np.ndarray],
    known: float | None,
    guessed: float | None,
) -> Figure:
    numbers, name = plan(), statistic.name
    found = interval_of(statistic, np.arange(size), numbers["draws"], numbers["resampling_seed"])
    mixed = np.array([statistic.value(order) for order in orders])
    low, high = np.percentile(mixed, [2.5, 97.5])
    sign, p = is_better(name), None
    if sign:
        as_good = int(np.sum(sign * mixed >= sign * found.mean - 1e-12))
        p = (1 + as_good) / (1 + len(mixed))
    return Figure(
        name, found.mean, found.low, found.high, found.clusters, known, float(mixed.mean()), float(low),
        float(high), guessed, p,
    )  # fmt: skip


def _far_by_chance(outcomes: Sequence[Outcome], axes: Sequence[str]) -> float:
    wanted = np.array(
        [[getattr(one.item.emotion.felt, a) for a in axes] for one in outcomes if one.item.is_plain]
    )
    if not len(wanted):
        return float("nan")
    evenly = _even_points()[:, : len(axes)]
    return float(np.mean([np.linalg.norm(evenly - point, axis=1).mean() for point in wanted]))


@cache
def _even_points() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (_EVEN_POINTS, len(AXES)))


def _even_cosine(outcomes: Sequence[Outcome], labels: Sequence[str]) -> float:
    even = Reading(dict.fromkeys(labels, 1 / len(labels)), confidence=1.0)
    blends = [one.item.emotion for one in outcomes if one.item.kind == MIXTURE]
    return _mean(single.mixture_cosine(asked, even, labels) for asked in blends)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(np.mean(found)) if found else float("nan")
