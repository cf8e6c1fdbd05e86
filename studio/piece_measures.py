"""All measures of one piece against what was asked, each beside what guessing scores.

The measures themselves are in ``studio.fidelity.measures`` (docs/fidelity.md); here they are put together for a judge of any
labels, or of a point alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import AXES
from studio.fidelity.measures import distributions, single, wheel
from studio.fidelity.measures.asking import asked_label, asked_shares, shares_read
from studio.judges.base import Reading
from studio.judges.joining import is_quadrants
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities

__all__ = ["Measure", "in_labels", "piece_measures"]

_UNSURE = 3**-0.5  # standard deviation of a number that may be anywhere in -1..1
_GRID = 15  # places along an axis from which the distance of a blind guess is reckoned


@dataclass(frozen=True)
class Measure:
    """One measure of one piece.

    Args:
        name: as in docs/fidelity.md.
        value: what the piece scores; None where the question cannot be asked.
        chance: what guessing scores; None where there is no such level.
        better: ``"high"``, ``"low"`` or ``""`` for neither.
        answers: the question that it answers.
    """

    name: str
    value: float | None
    chance: float | None
    better: str
    answers: str


_QUESTIONS = {
    "hit": ("high", "Is the likeliest label the asked one?"),
    "rank": ("low", "Where does the asked label stand?"),
    "reciprocal_rank": ("high", "The same, as credit"),
    "share": ("high", "How probable is the asked label?"),
    "mixture_cosine": ("high", "Does the whole mixture point the same way?"),
    "vad_distance": ("low", "How far apart are the points?"),
    "kl": ("low", "How much of the asked mixture is lost, in nats?"),
    "js": ("low", "How far apart are the mixtures, in bits?"),
    "total_variation": ("low", "Which share would have to move?"),
    "vagueness": ("", "How undecided is the reading?"),
    "wheel_credit": ("high", "How near is the label on the wheel?"),
    "kinship": ("high", "How near is it in the families of emotions?"),
    "credit": ("high", "The better of both"),
    "blend_penalty": ("low", "Are opposites read at once that were not asked?"),
}


def piece_measures(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> tuple[Measure, ...]:
    """Every measure that applies.

    Args:
        asked: the emotion.
        read: what was read; None for nothing, which is silence (docs/fidelity.md says what it scores).
        labels: of the judge; a judge without any is held to the quadrants of its point.
    """
    own = tuple(labels) or QUADRANTS
    found = in_labels(read, own)
    axes = AXES[:2] if is_quadrants(own) and not _reads_dominance(read, labels) else AXES
    values, chances = _values(asked, found, own, axes), _chances(asked, own, axes)
    return tuple(
        Measure(name, _known(values[name]), _known(chances[name]), better, question)
        for name, (better, question) in _QUESTIONS.items()
    )


def in_labels(read: Reading | None, labels: Sequence[str]) -> Reading | None:
    """A reading as its judge's labels say it; one of a point alone gets the probabilities of the quadrants around it.

    Args:
        read: what was read, or None.
        labels: of the judge, or the quadrants where it has none.
    """
    if read is None or read.probabilities or read.vad is None or not is_quadrants(labels):
        return read
    sd = read.vad_sd or (_UNSURE,) * 3
    shares = quadrant_probabilities(read.vad.array()[None, :2], sd)[0]
    return replace(read, probabilities={name: float(p) for name, p in zip(QUADRANTS, shares, strict=True)})


def _reads_dominance(read: Reading | None, labels: Sequence[str]) -> bool:
    """Judges of quadrants were never told of dominance; judges of points alone may have been."""
    return not labels and read is not None and read.vad is not None and read.vad.dominance != 0


def _values(
    asked: Emotion, read: Reading | None, labels: Sequence[str], axes: Sequence[str]
) -> dict[str, float]:
    wanted, top = asked_label(asked, labels), read.top if read else "no reading"
    found = dict(single.evaluate(asked, read, labels, axes))
    if wanted is None:  # neutral lies in no quadrant
        found |= dict.fromkeys(("mixture_cosine", "kl", "js", "total_variation"), math.nan)
        found |= {"vagueness": distributions.vagueness(shares_read(read, labels))}
        found |= dict.fromkeys(("wheel_credit", "kinship", "credit"), math.nan)
    else:
        found |= distributions.evaluate(asked_shares(asked, labels), shares_read(read, labels))
        found |= {name: getattr(wheel, name)(wanted, top) for name in ("wheel_credit", "kinship", "credit")}
    return {**found, "blend_penalty": wheel.blend_penalty(asked, read)}


def _chances(asked: Emotion, labels: Sequence[str], axes: Sequence[str]) -> dict[str, float]:
    """What is scored by one who draws a label, gives all the same share, or draws a point."""
    count, wanted = len(labels), asked_label(asked, labels)
    even = Reading(dict.fromkeys(labels, 1.0 / count), confidence=1.0)
    found = _values(asked, even, labels, axes)
    credits = {
        name: float(np.mean([getattr(wheel, name)(wanted, label) for label in labels]))
        if wanted
        else math.nan
        for name in ("wheel_credit", "kinship", "credit")
    }
    ranks = np.arange(1, count + 1)
    guessed = {"hit": 1 / count, "rank": float(ranks.mean()), "reciprocal_rank": float((1 / ranks).mean())}
    if wanted is None:
        guessed = dict.fromkeys(guessed, math.nan)
    distance = {"vad_distance": _blind_distance(asked, axes), "vagueness": math.nan}
    return {**found, **credits, **guessed, **distance}


def _blind_distance(asked: Emotion, axes: Sequence[str]) -> float:
    """Mean distance of what was asked from points drawn evenly, by a grid of them."""
    places = (np.arange(_GRID) + 0.5) / _GRID * 2 - 1
    grid = np.stack(np.meshgrid(*[places] * len(axes)), axis=-1).reshape(-1, len(axes))
    wanted = np.array([getattr(asked.felt, axis) for axis in axes])
    return float(np.linalg.norm(grid - wanted, axis=1).mean())


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
