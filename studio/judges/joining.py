"""What one list of labels means in another, through the lexicon: how judges of different labels speak of the same thing.

Conventions: labels are lexicon names or the quadrants ``Q1`` … ``Q4``. All shares are ``P(label | emotion)``: of an
emotion that is truly there, how much would a perfect reader who knows only those labels give to each.

* A name that the list has is that label alone.
* Any other name belongs to the labels near its place, as the lexicon's Gaussians say (``Vocabulary.memberships``).
* Of a name the quadrants get the shares of its Gaussian that lie in each (valence and arousal independent).
* A quadrant gets the shares of those labels that lie in it, under equal priors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from conditioning.vocabulary import Vocabulary, lexicon
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities

__all__ = ["is_quadrants", "label_shares"]


def is_quadrants(labels: Sequence[str]) -> bool:
    """Whether all labels are quadrants; an empty list has none."""
    return bool(labels) and set(labels) <= set(QUADRANTS)


def label_shares(emotions: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """How emotions are said in a list of labels.

    Args:
        emotions: F lexicon names, or quadrants.
        labels: K lexicon names, or quadrants.

    Returns:
        ``(F, K)``, each row sums to 1.

    Raises:
        UnknownNameError: a name is neither in the lexicon nor a quadrant.

    Example:
        >>> label_shares(["joy", "terror"], ["joy", "fear"]).round(2).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        >>> label_shares(["joy"], ["Q1", "Q2", "Q3", "Q4"]).round(2).tolist()
        [[0.97, 0.0, 0.0, 0.03]]
    """
    return _shares(tuple(emotions), tuple(labels)).copy()


@cache
def _shares(emotions: tuple[str, ...], labels: tuple[str, ...]) -> np.ndarray:
    if is_quadrants(labels):
        places = [QUADRANTS.index(name) for name in labels]
        rows = np.array([_quadrant_row(name) for name in emotions])[:, places]
    elif is_quadrants(emotions):
        masses = np.array([_quadrant_row(name) for name in labels])
        rows = masses[:, [QUADRANTS.index(name) for name in emotions]].T
    else:
        rows = _named_rows(emotions, labels)
    sums = rows.sum(axis=1, keepdims=True)
    even = np.full_like(rows, 1.0 / len(labels))
    return np.where(sums > 1e-12, rows / np.maximum(sums, 1e-12), even)


def _named_rows(emotions: tuple[str, ...], labels: tuple[str, ...]) -> np.ndarray:
    known = Vocabulary("judge", "", tuple(lexicon()[name] for name in labels))
    points = np.array([lexicon()[name].vad.array() for name in emotions])
    rows = known.memberships(points)
    for row, name in enumerate(emotions):
        if name in labels:
            rows[row] = np.eye(len(labels))[labels.index(name)]
    return rows


def _quadrant_row(name: str) -> np.ndarray:
    """Shares ``(4,)`` of a label's Gaussian in the quadrants."""
    if name in QUADRANTS:
        return np.eye(len(QUADRANTS))[QUADRANTS.index(name)]
    label = lexicon()[name]
    return np.asarray(quadrant_probabilities(label.vad.array()[None, :2], label.sd)[0])
