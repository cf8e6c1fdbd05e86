"""The quadrants of Russell's circumplex, the labels of judges that read valence and arousal alone.

``Q1`` pleasant and excited, ``Q2`` unpleasant and excited, ``Q3`` unpleasant and calm, ``Q4`` pleasant and calm, numbered as in
EMOPIA. They are no lexicon names.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["QUADRANTS", "QUADRANT_SIGNS", "quadrant_of", "quadrant_probabilities"]

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
# Signs of valence, arousal and dominance in each quadrant; a quadrant says nothing of dominance.
QUADRANT_SIGNS = np.array([[1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]], float)


def quadrant_of(points: np.ndarray) -> np.ndarray:
    """Number 0..3 of the quadrant in which each point lies; an axis at 0 counts as positive.

    Args:
        points: ``(n, 2)`` or ``(n, 3)``, valence first, then arousal.
    """
    pleasant, excited = points[:, 0] >= 0, points[:, 1] >= 0
    return np.where(excited, np.where(pleasant, 0, 1), np.where(pleasant, 3, 2))


def quadrant_probabilities(points: np.ndarray, sd: Sequence[float] | np.ndarray) -> np.ndarray:
    """Probability of each quadrant ``(n, 4)`` if the errors of valence and arousal are normal and independent.

    Args:
        points: ``(n, 2)``.
        sd: of the errors, valence first, then arousal.
    """
    from scipy.special import ndtr

    positive = ndtr(points / np.asarray(sd, float)[:2])
    columns = [np.where(signs[:2] > 0, positive, 1 - positive).prod(axis=1) for signs in QUADRANT_SIGNS]
    return np.stack(columns, axis=1)
