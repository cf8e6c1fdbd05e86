"""Which figures a set of outcomes has: the measures of ``studio.fidelity.measures`` over the items that ask for them.

Each is a ``Statistic`` that can be computed for readings in any order, so that the same code gives what was achieved, its
interval, and what readings earn that belong to other requests. Silence, and an item that failed, count as the measures say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import AXES
from studio.benchmark.items import EMOTION, GRID, MIXTURE
from studio.benchmark.records import Outcome
from studio.benchmark.resampling import Drawn, Statistic
from studio.fidelity.measures import axes as points
from studio.fidelity.measures import intensity, sets, single, wheel
from studio.fidelity.measures.asking import NO_READING, asked_label, point_read, silent
from studio.judges.base import Reading
from studio.judges.joining import is_quadrants

__all__ = ["axes_of", "dials_of", "labelled", "shuffled_order", "statistics_of", "strengths_of", "top_of"]

Score = Callable[[Emotion, Reading | None], float]


def axes_of(labels: Sequence[str]) -> tuple[str, ...]:
    """The axes that a judge of such labels reads; one of quadrants knows no dominance."""
    return AXES[:2] if is_quadrants(labels) else AXES


def top_of(reading: Reading | None) -> str:
    """The likeliest label, or ``"no reading"``."""
    return NO_READING if reading is None else reading.top


def labelled(outcomes: Sequence[Outcome], labels: Sequence[str]) -> list[int]:
    """Numbers of the plain items whose emotion the judge has a label for; neutral lies in no quadrant."""
    return [
        place
        for place, one in enumerate(outcomes)
        if one.item.is_plain and asked_label(one.item.emotion, labels) is not None
    ]


def dials_of(outcomes: Sequence[Outcome]) -> dict[tuple[str, int], list[int]]:
    """Numbers of the items of each dial by emotion and seed, from neutral upwards; only where there are three at least."""
    found: dict[tuple[str, int], list[int]] = {}
    for place, one in enumerate(outcomes):
        if one.item.kind == EMOTION:
            found.setdefault((one.item.label, one.item.seed), []).append(place)
    neutral = {seed: places for (label, seed), places in found.items() if label == "neutral"}
    dials = {
        key: sorted((*neutral.get(key[1], []), *places), key=lambda p: outcomes[p].item.intensity)
        for key, places in found.items()
        if key[0] != "neutral"
    }
    return {key: places for key, places in dials.items() if len(places) >= 3}


def strengths_of(outcomes: Sequence[Outcome], places: Sequence[int], axes: int) -> np.ndarray:
    """How strongly the emotion of a dial is read in each of its items ``(n,)``."""
    whole = outcomes[places[-1]].item.emotion
    return np.array([intensity.strength_along(whole, outcomes[place].reading, axes) for place in places])


def shuffled_order(outcomes: Sequence[Outcome], rng: np.random.Generator) -> np.ndarray:
    """Readings ``(n,)`` given to requests at random, within items of one kind."""
    order = np.arange(len(outcomes))
    for kind in (EMOTION, MIXTURE, GRID):
        own = np.array([i for i, one in enumerate(outcomes) if one.item.kind == kind], int)
        order[own] = rng.permutation(own)
    return order


def statistics_of(outcomes: Sequence[Outcome], labels: Sequence[str]) -> list[Statistic]:
    """All figures that can be computed from these outcomes.

    Args:
        outcomes: of one medium, each item once.
        labels: of the judge.

    Returns:
        Of labels ``uar``, ``accuracy``, ``macro_f1``, ``rank``, ``share``, ``credit``; of points ``vad_distance``; of dials
        ``spearman``, ``linearity``, ``rising_steps``; of blends ``mixture_cosine``; of the grid ``ccc_…`` and
        ``linearity_…`` of each axis; and ``coverage``. What no item asks for, or the judge does not read, is left out.
    """
    axes = axes_of(labels)
    found = [*_of_labels(outcomes, labels)]
    if any(one.reading is not None and one.reading.vad is not None for one in outcomes):
        found += _of_points(outcomes, axes)
    blends = [place for place, one in enumerate(outcomes) if one.item.kind == MIXTURE]
    if blends:
        score: Score = lambda asked, read: single.mixture_cosine(asked, read, labels)  # noqa: E731
        found.append(_mean("mixture_cosine", outcomes, blends, score))
    found.append(_coverage(outcomes))
    return found


def _of_labels(outcomes: Sequence[Outcome], labels: Sequence[str]) -> list[Statistic]:
    pieces = labelled(outcomes, labels)
    if not pieces:
        return []
    asked = [str(asked_label(outcomes[place].item.emotion, labels)) for place in pieces]
    tops = [top_of(one.reading) for one in outcomes]
    groups = _groups(outcomes, pieces)

    def of_set(name: str, measure: Callable[[list[str], list[str]], float]) -> Statistic:
        def under(order: np.ndarray) -> Drawn:
            read = [tops[place] for place in order[pieces]]
            return lambda units: measure([asked[u] for u in units], [read[u] for u in units])

        return Statistic(name, groups, under)

    return [
        of_set("uar", lambda a, r: sets.uar(a, r, labels)),
        of_set("accuracy", sets.accuracy),
        of_set("macro_f1", lambda a, r: _macro_f1(a, r, labels)),
        _mean("rank", outcomes, pieces, lambda a, r: single.rank(a, r, labels)),
        _mean("share", outcomes, pieces, lambda a, r: single.share(a, r, labels)),
        _mean("credit", outcomes, pieces, lambda a, r: wheel.credit(str(asked_label(a, labels)), top_of(r))),
    ]


def _macro_f1(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> float:
    """As ``sets.macro_f1``, from counts: a hundred times as fast, and it is needed for every draw."""
    counts = sets.confusion(asked, read, labels)
    given, taken = counts.sum(axis=1), counts[:, :-1].sum(axis=0)
    present = given > 0
    return float(np.mean(2 * np.diag(counts)[present] / (given + taken)[present]))


def _of_points(outcomes: Sequence[Outcome], axes: tuple[str, ...]) -> list[Statistic]:
    plain = [place for place, one in enumerate(outcomes) if one.item.is_plain]
    found = []
    if plain:
        found.append(_mean("vad_distance", outcomes, plain, lambda a, r: single.vad_distance(a, r, axes)))
    dials = dials_of(outcomes)
    if dials:
        found += [
            _of_dials(measure.__name__, outcomes, dials, measure, len(axes))
            for measure in (intensity.spearman, intensity.linearity, intensity.rising_steps)
        ]
    for axis in axes:
        pieces = [place for place, one in enumerate(outcomes) if one.item.axis == axis]
        if len(pieces) >= 3:
            found += [
                _of_grid(f"ccc_{axis}", outcomes, pieces, axis, points.ccc),
                _of_grid(f"linearity_{axis}", outcomes, pieces, axis, intensity.linearity),
            ]
    return found


def _mean(name: str, outcomes: Sequence[Outcome], pieces: Sequence[int], score: Score) -> Statistic:
    """The mean of a score over pieces; scored once for each emotion and reading, so that orders cost nothing."""
    names = {outcomes[place].item.label: outcomes[place].item.emotion for place in pieces}
    rows = np.array([list(names).index(outcomes[place].item.label) for place in pieces])
    kind = outcomes[pieces[0]].item.kind
    table = np.full((len(names), len(outcomes)), np.nan)
    for place, one in enumerate(outcomes):
        if one.item.kind == kind:  # orders change readings within a kind alone
            table[:, place] = [score(emotion, one.reading) for emotion in names.values()]

    def under(order: np.ndarray) -> Drawn:
        values = table[rows, order[pieces]]
        return lambda units: float(values[units].mean())

    return Statistic(name, _groups(outcomes, pieces), under)


def _of_dials(
    name: str,
    outcomes: Sequence[Outcome],
    dials: dict[tuple[str, int], list[int]],
    measure: Callable[[np.ndarray, np.ndarray], float],
    axes: int,
) -> Statistic:
    """The mean over dials, each an emotion with one seed."""
    whole = {label: outcomes[places[-1]].item.emotion for (label, _), places in dials.items()}
    own = [place for place, one in enumerate(outcomes) if one.item.kind == EMOTION]
    table = {label: np.zeros(len(outcomes)) for label in whole}
    for label, emotion in whole.items():
        table[label][own] = [intensity.strength_along(emotion, outcomes[p].reading, axes) for p in own]
    asked = {key: np.array([outcomes[p].item.intensity for p in places]) for key, places in dials.items()}

    def under(order: np.ndarray) -> Drawn:
        values = np.array(
            [measure(asked[key], table[key[0]][order[places]]) for key, places in dials.items()]
        )
        return lambda units: float(values[units].mean())

    return Statistic(name, tuple(f"{label} {seed}" for label, seed in dials), under)


def _of_grid(
    name: str,
    outcomes: Sequence[Outcome],
    pieces: Sequence[int],
    axis: str,
    measure: Callable[[np.ndarray, np.ndarray], float],
) -> Statistic:
    """A measure of one axis, over the items in which it alone moves."""
    asked = np.array([getattr(outcomes[place].item.emotion.felt, axis) for place in pieces])
    felt = [point_read(one.reading) for one in outcomes]
    read = np.array([np.nan if point is None else getattr(point, axis) for point in felt])

    def under(order: np.ndarray) -> Drawn:
        values = read[order[pieces]]
        return lambda units: measure(asked[units], values[units])

    return Statistic(name, _groups(outcomes, pieces, exact=True), under)


def _coverage(outcomes: Sequence[Outcome]) -> Statistic:
    heard = np.array([not silent(one.reading) for one in outcomes], float)
    return Statistic(
        "coverage",
        tuple(one.item.group for one in outcomes),
        lambda order: lambda units: float(heard[order][units].mean()),
    )


def _groups(outcomes: Sequence[Outcome], pieces: Sequence[int], *, exact: bool = False) -> tuple[str, ...]:
    """What each piece is drawn with; on the grid every point is its own."""
    return tuple(outcomes[place].item.name if exact else outcomes[place].item.group for place in pieces)
