"""Points in valence, arousal and dominance over a set: whether the read ones go with the asked ones.

Aim: to compare continuous readings as the field does, axis by axis.

Conventions: ``asked`` and ``read`` are ``(n, d)`` in -1..1, axes in the order of ``conditioning.vad.AXES``; d is 2
for judges without dominance. Rows of NaN in ``read`` are silence and count as neutral; leave out judges of labels
alone, who give no points. All measures take one axis, ``(n,)``.

Metrics:
    * ``ccc``: concordance correlation coefficient (Lin 1989, Biometrics 45:255), with population moments.
    * ``pearson``: correlation, blind to offset and scale: what a weak but honest dial would score.
    * ``mean_error``: mean absolute difference.
    * ``bias``: mean of read less asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import AXES
from studio.fidelity.measures.asking import point_read
from studio.judges.base import Reading

__all__ = ["bias", "ccc", "evaluate", "mean_error", "pearson", "points_of", "validate"]


def points_of(
    asked: Sequence[Emotion], read: Sequence[Reading | None], axes: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """The asked and the read points, each ``(n, axes)``; a silent reading is a row of NaN."""
    wanted = [emotion.felt.array()[:axes] for emotion in asked]
    points = [point_read(one) for one in read]
    found = [np.full(axes, np.nan) if point is None else point.array()[:axes] for point in points]
    return np.array(wanted).reshape(-1, axes), np.array(found).reshape(-1, axes)


def validate(asked: np.ndarray, read: np.ndarray) -> None:
    """Check shapes and ranges; warns about an empty set, which scores 0.

    Raises:
        ValueError: shapes differ or are not ``(n, 1..3)``, or a number is not in -1..1.
    """
    if asked.ndim != 2 or asked.shape != read.shape or not 1 <= asked.shape[1] <= len(AXES):
        raise ValueError(f"Points have shapes {asked.shape} and {read.shape}; give both as (n, 1..3).")
    if not (np.abs(asked) <= 1).all() or (np.abs(_heard(read)) > 1).any():
        raise ValueError("A coordinate is not in -1..1; convert it by conditioning.vad.from_convention.")
    if not len(asked):
        warnings.warn("There are no points; the axes score 0.", stacklevel=2)


def ccc(asked: np.ndarray, read: np.ndarray) -> float:
    """Concordance of one axis: correlation, lowered by any difference of mean or scale.

    Range -1..1, higher is better, 1 only where both are equal; chance 0; silence scores 0 unless neutral was asked
    throughout, as does any reading that never changes. Two constant sides score 1 if equal and 0 if not.
    """
    heard = _heard(read)
    if not len(asked):
        return 0.0
    spread = asked.var() + heard.var() + (asked.mean() - heard.mean()) ** 2
    if spread <= 1e-24:
        return 1.0
    covariance = float(np.mean((asked - asked.mean()) * (heard - heard.mean())))
    return float(np.clip(2 * covariance / spread, -1.0, 1.0))


def pearson(asked: np.ndarray, read: np.ndarray) -> float:
    """Correlation of one axis.

    Range -1..1, higher is better; chance 0; silence scores 0, as does any side that never changes.
    """
    heard = _heard(read)
    if len(asked) < 2 or asked.std() < 1e-12 or heard.std() < 1e-12:
        return 0.0
    return float(np.clip(np.corrcoef(asked, heard)[0, 1], -1.0, 1.0))


def mean_error(asked: np.ndarray, read: np.ndarray) -> float:
    """Mean absolute difference of one axis.

    Range 0..2, lower is better; 2/3 for two numbers drawn evenly from -1..1; silence scores the mean size of what was
    asked, and an empty set 0.
    """
    return float(np.abs(_heard(read) - asked).mean()) if len(asked) else 0.0


def bias(asked: np.ndarray, read: np.ndarray) -> float:
    """Mean of what was read less what was asked.

    Range -2..2, 0 is best; chance: the reader's own mean less the asked one; silence scores minus the mean asked.
    """
    return float((_heard(read) - asked).mean()) if len(asked) else 0.0


def evaluate(asked: np.ndarray, read: np.ndarray) -> dict[str, float]:
    """Every measure of every axis, named as ``ccc_valence``, and ``coverage``, the share of rows with a reading.

    Raises:
        ValueError: shapes or ranges are wrong.
    """
    validate(asked, read)
    found = {
        f"{measure.__name__}_{axis}": measure(asked[:, place], read[:, place])
        for measure in (ccc, pearson, mean_error, bias)
        for place, axis in enumerate(AXES[: asked.shape[1]])
    }
    found["coverage"] = float(np.mean(~np.isnan(read).any(axis=1))) if len(read) else 0.0
    return found


def _heard(read: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(read), 0.0, read)
