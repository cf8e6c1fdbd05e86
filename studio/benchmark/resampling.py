"""Statistics of a set, and how sure they are: whole groups of pieces are drawn again, or requests permuted.

``studio.fidelity.measures.intervals`` does this for means; here the statistic may be anything that is computed from a set, such as
a mean recall or a concordance. Where it is a mean, both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio.fidelity.measures.intervals import Difference, Interval

__all__ = ["Drawn", "Statistic", "difference_of", "interval_of"]

Drawn = Callable[[np.ndarray], float]
"""The value of some units ``(m,)``, numbers of units, of which one may stand several times."""


@dataclass(frozen=True)
class Statistic:
    """A figure of a set of units (pieces, or dials of several pieces).

    Args:
        name: such as ``"uar"``.
        groups: what each unit is drawn with, ``n`` of them.
        under: gives the value of units when item i of the set is read as item ``order[i]`` was.
    """

    name: str
    groups: tuple[str, ...]
    under: Callable[[np.ndarray], Drawn]

    def value(self, order: np.ndarray) -> float:
        """Of all units."""
        return self.under(order)(np.arange(len(self.groups)))


def interval_of(
    statistic: Statistic, order: np.ndarray, draws: int, seed: int, level: float = 0.95
) -> Interval:
    """The value with the percentile interval of its draws.

    Args:
        statistic: at least one unit.
        order: of the readings; ``arange`` for what was truly read.
        draws: how often groups are drawn.
        seed: of the draws.
        level: 0..1.
    """
    drawn = statistic.under(order)
    values = np.array([drawn(units) for units in _draws(statistic.groups, draws, seed)])
    low, high = np.percentile(values, [50 * (1 - level), 50 * (1 + level)])
    return Interval(statistic.value(order), float(low), float(high), len(set(statistic.groups)))


def difference_of(
    first: Statistic, second: Statistic, size: int, draws: int, seed: int, level: float = 0.95
) -> Difference:
    """What the second set scores more than the first, drawing the same groups from both.

    Args:
        first: of one version.
        second: the same statistic of the other, with the same groups in the same order.
        size: number of items in each set.
        draws: how often groups are drawn.
        seed: of the draws.
        level: 0..1.

    Raises:
        ValueError: the groups differ.
    """
    if first.groups != second.groups:
        raise ValueError("The versions have other groups; compare them on the same items.")
    order = np.arange(size)
    one, other = first.under(order), second.under(order)
    gains = np.array([other(units) - one(units) for units in _draws(first.groups, draws, seed)])
    low, high = np.percentile(gains, [50 * (1 - level), 50 * (1 + level)])
    crossed = min(int(np.sum(gains <= 0)), int(np.sum(gains >= 0)))
    p = min(2.0 * (crossed + 1) / (draws + 1), 1.0)
    mean = second.value(order) - first.value(order)
    return Difference(mean, float(low), float(high), p, len(set(first.groups)))


def _draws(groups: Sequence[str], draws: int, seed: int) -> list[np.ndarray]:
    """Numbers of the units of groups drawn with replacement, as many groups as there are."""
    members: dict[str, list[int]] = {}
    for unit, group in enumerate(groups):
        members.setdefault(group, []).append(unit)
    units = [np.array(own) for own in members.values()]
    rng = np.random.default_rng(seed)
    return [
        np.concatenate([units[i] for i in rng.integers(len(units), size=len(units))]) for _ in range(draws)
    ]
