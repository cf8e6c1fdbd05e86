"""Near misses, and blends that nobody feels: what Plutchik's wheel and the lexicon's families say of a wrong label.

Aim: joy read as serenity is a smaller error than joy read as terror. A hit counts both alike; credit does not.

Conventions: labels are lexicon names, or quadrants on both sides; ``"no reading"`` earns nothing. Places on the wheel
are those of ``conditioning.algebra.wheel_place``; families are the lexicon's ``parents`` (Plutchik's where he has the
word), three tiers in the manner of TONE (Gupta et al. 2024, arXiv 2401.06810), whose own tree, after Parrott, is
another.

Metrics:
    * ``wheel_credit``: by angle and ring on the wheel (Plutchik 1980); neighbours earn half.
    * ``kinship``: by the nearest common ancestor (Wu & Palmer 1994, ACL).
    * ``credit``: the better of both.
    * ``chance_credit``: what guessing earns.
    * ``implausibility`` and ``blend_penalty``: emotions at once that face each other.
"""

from __future__ import annotations

import cmath
import math
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from conditioning.algebra import wheel_place
from conditioning.emotion import Emotion
from conditioning.vocabulary import lexicon
from studio.fidelity.measures.asking import NO_READING, number, silent
from studio.judges.base import Reading
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS

__all__ = [
    "ancestors",
    "blend_penalty",
    "chance_credit",
    "credit",
    "evaluate",
    "implausibility",
    "kinship",
    "validate",
    "wheel_credit",
]


def validate(asked: Sequence[str], read: Sequence[str]) -> None:
    """Check names and lengths; warns about an empty set, which scores 0.

    Raises:
        ValueError: lengths differ, or quadrants and names are held against each other.
        UnknownNameError: a name is not in the lexicon.
    """
    if len(asked) != len(read):
        raise ValueError(f"{len(asked)} labels were asked and {len(read)} read; give one reading for each.")
    names = [name for name in (*asked, *read) if name != NO_READING]
    quadrants = [name in QUADRANTS for name in names]
    if any(quadrants) and not all(quadrants):
        raise ValueError("Quadrants and names cannot be compared; ask each judge in its own labels.")
    for name in names:
        if name not in QUADRANTS:
            lexicon()[name]
    if not asked:
        warnings.warn("The set is empty and scores 0.", stacklevel=2)


def wheel_credit(asked: str, read: str) -> float:
    """Credit by the places of two emotions on the wheel: by the angle between them, times what their rings leave.

    Range 0..1, higher is better, symmetric: 1 at the same place, 2/3 one ring off, 1/2 at a neighbour, 0 from 90
    degrees on. Neutral and what stands in the middle earns 1 for itself alone. Of quadrants, the share of both axes
    that are right. Silence scores 0; chance by ``chance_credit``: .25 among the eight primaries, .22 among the basic
    six with neutral.
    """
    if asked == read and read != NO_READING:
        return 1.0
    if NO_READING in (asked, read):
        return 0.0
    if asked in QUADRANTS and read in QUADRANTS:
        one, other = (QUADRANT_SIGNS[QUADRANTS.index(name), :2] for name in (asked, read))
        return float(np.mean(one == other))
    here, there = _place(asked), _place(read)
    if here is None or there is None:
        return 0.0
    rings = 1.0 - abs(abs(here) - abs(there))
    return max(1.0 - _degrees(here, there) / number("wheel", "near_degrees"), 0.0) * rings


def kinship(asked: str, read: str) -> float:
    """Wu and Palmer's similarity in the lexicon's families: twice the depth of the deepest common ancestor over both depths.

    Range 0..1, higher is better, symmetric, 1 only for the same name: 2/3 for a primary and its child, 1/2 for two
    children of it, 0 without a common ancestor. Silence scores 0; chance by ``chance_credit``. Quadrants have no
    families and earn 1 or 0.
    """
    if asked == read and read != NO_READING:
        return 1.0
    if NO_READING in (asked, read) or asked in QUADRANTS or read in QUADRANTS:
        return 0.0
    common = ancestors(asked) & ancestors(read)
    deepest = max((_depth(name) for name in common), default=0)
    return 2.0 * deepest / (_depth(asked) + _depth(read))


def credit(asked: str, read: str) -> float:
    """The better of ``wheel_credit`` and ``kinship``: both are reasons to forgive.

    Range 0..1, higher is better, symmetric, 1 for a hit and for the same place on the wheel; silence scores 0; chance
    by ``chance_credit``: .25 among the eight primaries, .22 among the basic six with neutral.
    """
    return max(wheel_credit(asked, read), kinship(asked, read))


def chance_credit(asked: Sequence[str], labels: Sequence[str]) -> float:
    """Mean credit of guessing evenly among labels: what ``credit`` must be held against.

    Range 0..1; silence, which guesses nothing, earns 0.

    Example:
        >>> chance_credit(["joy"], ["joy", "trust", "sadness", "anger"])
        0.375
    """
    if not asked:
        return 0.0
    return float(np.mean([credit(one, label) for one in asked for label in labels]))


def implausibility(shares: Mapping[str, float]) -> float:
    """How far a mixture holds emotions that face each other on the wheel.

    Range 0..1, lower is more plausible: 1 for two opposites in equal parts, 0 where no two lie more than 90 degrees
    apart. Neutral is no part. A reader that knows nothing, with even shares or by chance, scores .60 of the eight
    primaries and .54 of the basic six; silence scores 0.

    Args:
        shares: of lexicon names, 0 or more; they need not sum to 1.
    """
    parts = [
        (place, share) for name, share in shares.items() if share > 0 and (place := _place(name)) is not None
    ]
    total = sum(share for _, share in parts)
    if total <= 0:
        return 0.0
    opposed = (
        4.0 * a * b * max(-math.cos(math.radians(_degrees(here, there))), 0.0)
        for (here, a), (there, b) in combinations(parts, 2)
    )
    return min(sum(opposed) / total**2, 1.0)


def blend_penalty(asked: Emotion, read: Reading | None) -> float:
    """How much less plausible than the asked blend the read one is: an asked contradiction costs nothing.

    Range 0..1, lower is better; .54 for an even reading of the basic six and neutral where one emotion is asked;
    silence scores 0, since it claims nothing, so see it beside a measure that silence fails. Readers of quadrants
    score 0.
    """
    if read is None or silent(read) or any(name in QUADRANTS for name in read.probabilities):
        return 0.0
    return max(implausibility(read.probabilities) - implausibility(asked.mixture), 0.0)


def evaluate(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Mean credits over a set and what guessing among the judge's labels earns.

    Raises:
        ValueError: names or lengths are wrong.
    """
    validate(asked, read)
    pairs = list(zip(asked, read, strict=True))

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values)) if values else 0.0

    return {
        "wheel_credit": mean([wheel_credit(*pair) for pair in pairs]),
        "kinship": mean([kinship(*pair) for pair in pairs]),
        "credit": mean([credit(*pair) for pair in pairs]),
        "chance_credit": chance_credit(asked, labels),
    }


@cache
def ancestors(name: str) -> frozenset[str]:
    """The name itself and all that it is a kind or a mixture of.

    Example:
        >>> sorted(ancestors("tenderness"))
        ['joy', 'love', 'tenderness', 'trust']
    """
    return frozenset({name}).union(*(ancestors(parent) for parent in lexicon()[name].parents))


@cache
def _depth(name: str) -> int:
    """1 for what has no parent; always more than any ancestor's."""
    return 1 + max((_depth(parent) for parent in lexicon()[name].parents), default=0)


@cache
def _place(name: str) -> complex | None:
    """Direction on the wheel; None in the middle."""
    place = wheel_place(Emotion.of(name))
    return place if abs(place) > number("wheel", "middle") else None


def _degrees(here: complex, there: complex) -> float:
    return abs(math.degrees(cmath.phase(here / there)))
