"""What is compared in every measure: the asked emotion in a judge's own words, and what a reading says or does not say.

Aim: one rule of what was asked and of what silence is, so that all measures agree on both.

Conventions: ``asked`` is an ``Emotion``; ``read`` a ``Reading``, or None where there was nothing to read. A reading
is *silent* if it is None, is less sure than the judge's own floor, or says neither labels nor a point. ``labels`` are
the judge's (lexicon names or the quadrants), K of them. Intensity is no share: a judge's probabilities say how sure
it is of a name, not how strong the feeling is. So a faint emotion is asked as neutral, any other by its mixture
whatever its intensity, which has measures of its own (``intensity``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.vad import VAD
from conditioning.vocabulary import Vocabulary, lexicon
from studio.judges.base import Reading
from studio.judges.joining import is_quadrants, label_shares
from studio.judges.quadrants import QUADRANTS, quadrant_of

__all__ = ["NO_READING", "asked_label", "asked_shares", "number", "point_read", "shares_read", "silent"]

NO_READING = "no reading"
"""What ``Reading.top`` says where there is none."""


_WEAK = 0.15  # a felt emotion nearer to neutral than this (half its spread) is asked as neutral


def silent(read: Reading | None) -> bool:
    """Whether there is nothing to hold against what was asked."""
    if read is None or read.confidence < read.floor:
        return True
    return not read.probabilities and read.vad is None


def asked_label(emotion: Emotion, labels: Sequence[str]) -> str | None:
    """What an emotion is in a judge's own labels; None where no label says it: neutral lies in no quadrant.

    Args:
        emotion: asked for.
        labels: lexicon names, or the quadrants.
    """
    neutral = emotion.felt.distance(VAD()) < _WEAK
    if set(labels) <= set(QUADRANTS):
        return None if neutral else QUADRANTS[int(quadrant_of(emotion.felt.array()[None])[0])]
    if neutral and "neutral" in labels:
        return "neutral"
    own = Vocabulary("judge", "", tuple(lexicon()[name] for name in labels))
    weights = np.zeros(len(labels))
    for name, weight in emotion.mixture.items():
        if name in labels:
            weights[labels.index(name)] += weight
        else:
            weights += weight * own.memberships(lexicon()[name].vad.array())
    return labels[int(weights.argmax())]


def asked_shares(asked: Emotion, labels: Sequence[str]) -> np.ndarray:
    """What was asked as a distribution over labels ``(K,)``, summing to 1.

    Args:
        asked: the emotion.
        labels: of the judge, at least one.

    Raises:
        ValueError: there are no labels.

    Example:
        >>> asked_shares(Emotion.of({"joy": 3, "fear": 1}), ["joy", "fear", "anger"]).tolist()
        [0.75, 0.25, 0.0]
    """
    if not labels:
        raise ValueError("No labels; a judge of axes alone is compared by its point.")
    if not is_quadrants(labels) and asked_label(asked, labels) == "neutral":
        return np.array([float(name == "neutral") for name in labels])
    names = list(asked.mixture)
    weights = np.array([asked.mixture[name] for name in names])
    return weights @ label_shares(names, labels)


def shares_read(read: Reading | None, labels: Sequence[str]) -> np.ndarray:
    """Probabilities that a reading gives to labels ``(K,)``; all 0 if it is silent or tells no labels."""
    if read is None or silent(read):
        return np.zeros(len(labels))
    return np.array([read.probabilities.get(name, 0.0) for name in labels])


def point_read(read: Reading | None) -> VAD | None:
    """The point that a reading says; None if it is silent or tells no point."""
    return None if read is None or silent(read) else read.vad


@cache
def number(group: str, name: str) -> float:
    """A number of ``assets/fidelity/measures.toml``."""
    return float(asset_table("fidelity", "measures.toml")[group][name])
