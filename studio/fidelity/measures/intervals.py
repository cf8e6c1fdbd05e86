"""How sure a score is, and whether one version is better than another: bootstrap over whole pieces.

Aim: readings of one speaker, script or song are no independent throws. Drawing them one by one makes intervals too
narrow, so here whole clusters are drawn (Field & Welsh 2007, J. R. Stat. Soc. B 69:369), and two versions are
compared on the same pieces.

Conventions: ``values`` are scores ``(n,)`` of pieces, finite; ``clusters`` ``(n,)`` name what was drawn together
(speaker, script); without them every piece is its own. All draws come from ``seed``. For one measure of labelled rows
see ``studio.judges.calibration.bootstrap_interval``, which draws within classes.

Metrics:
    * ``mean_interval``: of a mean.
    * ``paired_difference``: of the difference of two versions, with the probability of so large a one by chance.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Difference", "Interval", "evaluate", "mean_interval", "paired_difference", "validate"]

_DRAWS = 2000


@dataclass(frozen=True)
class Interval:
    """A mean and the percentile interval of its draws.

    Args:
        mean: of all values.
        low: lower end.
        high: upper end.
        clusters: how many were drawn from; with fewer than about ten trust the interval little.
    """

    mean: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True)
class Difference:
    """What the second version scores more than the first on the same pieces.

    Args:
        mean: difference of the means.
        low: lower end of its interval.
        high: upper end.
        p: two-sided probability, 0..1, of a difference so large where there is none; never below 1 over the draws.
        clusters: how many were drawn from.
    """

    mean: float
    low: float
    high: float
    p: float
    clusters: int


def validate(values: np.ndarray, clusters: Sequence[object] | None = None) -> None:
    """Check shapes; warns about a single cluster, whose interval has no width.

    Raises:
        ValueError: there is no value, one is not finite, or clusters are not one for each.
    """
    if values.ndim != 1 or not len(values):
        raise ValueError(f"Values have shape {values.shape}; give at least one number.")
    if not np.isfinite(values).all():
        raise ValueError("A value is not finite; leave out what has no score, or score its silence.")
    if clusters is not None and len(clusters) != len(values):
        raise ValueError(f"{len(values)} values have {len(clusters)} clusters; give one for each.")
    if len(values) == 1 or (clusters is not None and len(set(clusters)) == 1):
        warnings.warn("There is one cluster alone; its interval has no width.", stacklevel=2)


def mean_interval(
    values: np.ndarray, clusters: Sequence[object] | None = None, *, level: float = 0.95, seed: int = 0
) -> Interval:
    """The mean with its interval, drawing clusters with replacement.

    The interval lies within the values' range and holds the true mean with about the stated probability where
    clusters are many. Silence has no place here: score it before.

    Args:
        values: scores ``(n,)``.
        clusters: what each was drawn with.
        level: 0..1.
        seed: of the draws.

    Raises:
        ValueError: see ``validate``.
    """
    validate(values, clusters)
    sums, counts = _by_cluster(values, clusters)
    means = _drawn_means(sums, counts, seed)
    low, high = _ends(means, level)
    return Interval(float(values.mean()), low, high, len(sums))


def paired_difference(
    first: np.ndarray,
    second: np.ndarray,
    clusters: Sequence[object] | None = None,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> Difference:
    """How much more the second version scores than the first on the same pieces.

    Above 0 the second is higher; by chance 0 lies in the interval in about ``level`` of all comparisons. Swapping the
    versions turns the sign of everything but ``p``.

    Args:
        first: scores ``(n,)`` of one version.
        second: of the other, piece by piece.
        clusters: what each piece was drawn with.
        level: 0..1.
        seed: of the draws.

    Raises:
        ValueError: lengths differ, or see ``validate``.
    """
    if first.shape != second.shape:
        raise ValueError(
            f"The versions have {first.shape} and {second.shape} scores; give both for the same pieces."
        )
    gains = second - first
    validate(gains, clusters)
    sums, counts = _by_cluster(gains, clusters)
    means = _drawn_means(sums, counts, seed)
    low, high = _ends(means, level)
    crossed = min(np.sum(means <= 0), np.sum(means >= 0))
    p = min(2.0 * (crossed + 1) / (len(means) + 1), 1.0)
    return Difference(float(gains.mean()), low, high, float(p), len(sums))


def evaluate(
    first: np.ndarray, second: np.ndarray, clusters: Sequence[object] | None = None, *, seed: int = 0
) -> dict[str, float]:
    """Means of both versions, their difference, its interval and probability by name.

    Raises:
        ValueError: see ``paired_difference``.
    """
    found = paired_difference(first, second, clusters, seed=seed)
    return {
        "first": float(first.mean()),
        "second": float(second.mean()),
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "p": found.p,
    }


def _by_cluster(values: np.ndarray, clusters: Sequence[object] | None) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of each cluster, in order of first appearance."""
    if clusters is None:
        return values.astype(float), np.ones(len(values))
    places = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    number = np.array([places[name] for name in clusters])
    return np.bincount(number, weights=values), np.bincount(number).astype(float)


def _drawn_means(sums: np.ndarray, counts: np.ndarray, seed: int) -> np.ndarray:
    """Means ``(draws,)`` of clusters drawn with replacement."""
    draw = np.random.default_rng(seed)
    times = draw.multinomial(len(sums), np.full(len(sums), 1.0 / len(sums)), size=_DRAWS)
    means: np.ndarray = (times @ sums) / (times @ counts)
    return means


def _ends(means: np.ndarray, level: float) -> tuple[float, float]:
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)
