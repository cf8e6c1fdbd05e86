"""The intensity dial: whether more is read where more was asked, and evenly so.

Aim: to find dials that are dead, backward, or all at one end, which users of emotional engines complain of most.

Conventions: ``asked`` are intensities ``(n,)``, 0..1, of one emotion in one piece of content; ``read`` the strengths
read, in any unit that rises (``strength_along``, a judge's probability, a physical measure). NaN in ``read`` is
silence and counts as strength 0. Where either side never changes there is no order, and correlations score 0.

Metrics:
    * ``spearman``: rank correlation (Spearman 1904; SciPy).
    * ``linearity``: R² of the best line that does not fall.
    * ``slope``: of the best line.
    * ``rising_steps``: share of the steps of the dial that rise.
    * ``strength_along``: the strength of one reading.
"""

from __future__ import annotations

import warnings

import numpy as np

from conditioning.emotion import Emotion
from studio.fidelity.measures.asking import point_read
from studio.judges.base import Reading

__all__ = ["evaluate", "linearity", "rising_steps", "slope", "spearman", "strength_along", "validate"]


def validate(asked: np.ndarray, read: np.ndarray) -> None:
    """Check shapes and ranges; warns about fewer than two intensities, which score 0.

    Raises:
        ValueError: shapes differ, an intensity is not in 0..1, or a strength is infinite.
    """
    if asked.ndim != 1 or asked.shape != read.shape:
        raise ValueError(f"Intensities {asked.shape} and strengths {read.shape}; give one strength for each.")
    if not ((asked >= 0) & (asked <= 1)).all():
        raise ValueError("An asked intensity is not in 0..1; give the dial's own numbers.")
    if np.isinf(read).any():
        raise ValueError("A strength is infinite; give finite numbers, or NaN for silence.")
    if len(np.unique(asked)) < 2:
        warnings.warn("Fewer than two intensities were asked; the dial scores 0.", stacklevel=2)


def strength_along(asked: Emotion, read: Reading | None, axes: int = 3) -> float:
    """How far the read point lies along the ray from neutral to the emotion at full intensity.

    Range -|v|₁/|v|²..|v|₁/|v|² for the asked point v (1.7 for joy), 1 where the emotion is read in full, 0 for
    neutral and on average by chance; silence scores 0.

    Args:
        asked: its point at full intensity gives the ray; its intensity does not count.
        read: what was read.
        axes: how many of valence, arousal, dominance count; 2 for judges without dominance.
    """
    point, ray = point_read(read), asked.vad.array()[:axes]
    length = float(ray @ ray)
    if point is None or length < 1e-12:
        return 0.0
    return float(point.array()[:axes] @ ray) / length


def spearman(asked: np.ndarray, read: np.ndarray) -> float:
    """Rank correlation of what was asked and read.

    Range -1..1, higher is better, 1 for a dial that always rises; chance 0; silence scores 0.
    """
    heard = _heard(read)
    if _still(asked) or _still(heard):
        return 0.0
    from scipy.stats import spearmanr

    return float(np.clip(spearmanr(asked, heard).statistic, -1.0, 1.0))


def linearity(asked: np.ndarray, read: np.ndarray) -> float:
    """R² of the best line that does not fall: how evenly the dial works.

    Range 0..1, higher is better, 1 for an exact rising line; a falling dial scores 0, as its best such line is flat.
    Chance for n independent readings is 1/(2(n - 1)); silence scores 0.
    """
    heard = _heard(read)
    if _still(asked) or _still(heard):
        return 0.0
    correlation = float(np.corrcoef(asked, heard)[0, 1])
    return float(np.clip(correlation, 0.0, 1.0) ** 2)


def slope(asked: np.ndarray, read: np.ndarray) -> float:
    """Strength read for each unit of intensity asked.

    In units of strength, higher is stronger; for ``strength_along`` 1 is exact. Chance 0; silence scores 0.
    """
    if _still(asked):
        return 0.0
    centred = asked - asked.mean()
    return float(centred @ _heard(read) / (centred @ centred))


def rising_steps(asked: np.ndarray, read: np.ndarray) -> float:
    """Share of steps between neighbouring intensities at which the mean strength rises.

    Range 0..1, higher is better; chance 1/2; silence scores 0.
    """
    heard = _heard(read)
    means = np.array([heard[asked == level].mean() for level in np.unique(asked)])
    return float(np.mean(np.diff(means) > 0)) if len(means) > 1 else 0.0


def evaluate(asked: np.ndarray, read: np.ndarray) -> dict[str, float]:
    """All measures of a dial by name.

    Raises:
        ValueError: shapes or ranges are wrong.
    """
    validate(asked, read)
    return {
        "spearman": spearman(asked, read),
        "linearity": linearity(asked, read),
        "slope": slope(asked, read),
        "rising_steps": rising_steps(asked, read),
    }


def _heard(read: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(read), 0.0, read)


def _still(values: np.ndarray) -> bool:
    """Whether values differ by no more than rounding."""
    return len(values) < 2 or float(np.ptp(values)) <= 1e-12 * max(float(np.abs(values).max()), 1.0)
