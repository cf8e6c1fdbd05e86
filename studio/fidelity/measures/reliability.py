"""Whether probabilities and abstaining can be trusted: calibration beyond the top label, and what silence buys.

Aim: a judge that is surest where it is wrong misleads a scorecard. The plain expected calibration error, temperatures
and the floor of confidence stand in ``studio.judges.calibration``, which this module builds on.

Conventions: ``probabilities`` ``(n, K)`` with rows that sum to 1, ``labels`` class numbers ``(n,)``. Rows of zeros
are silence; they are left out of calibration, and in ``coverage`` of abstaining they are what was abstained from.

Metrics:
    * ``adaptive_error``: calibration in bins of equal count (Nguyen & O'Connor 2015, EMNLP).
    * ``classwise_error``: calibration of every label, not of the top one alone (Kull et al. 2019, NeurIPS).
    * ``brier``: mean squared error (Brier 1950).
    * ``risk_coverage``: error among the surest readings, for every share that is kept (Geifman & El-Yaniv 2017,
      NeurIPS).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from studio.judges.calibration import expected_calibration_error

__all__ = [
    "RiskCoverage",
    "adaptive_error",
    "brier",
    "classwise_error",
    "evaluate",
    "risk_coverage",
    "validate",
]


@dataclass(frozen=True)
class RiskCoverage:
    """Error against the share of readings that are kept, surest first.

    Args:
        coverage: shares kept ``(n,)``, rising to 1.
        risk: error among those kept ``(n,)``.
        area: mean risk over all shares, 0..1, lower is better; the plain error for a confidence that knows nothing.
    """

    coverage: np.ndarray
    risk: np.ndarray
    area: float


def validate(probabilities: np.ndarray, labels: np.ndarray) -> None:
    """Check shapes and sums; warns where no row is a reading, which scores 0.

    Raises:
        ValueError: there is not one label for each row, a label is no class, or a row sums neither to 1 nor to 0.
    """
    if probabilities.ndim != 2 or len(probabilities) != len(labels):
        raise ValueError(
            f"Probabilities {probabilities.shape} have {len(labels)} labels; give one for each row."
        )
    if len(labels) and not ((labels >= 0) & (labels < probabilities.shape[1])).all():
        raise ValueError("A label is no class; give class numbers from 0.")
    sums = probabilities.sum(axis=1)
    if (np.minimum(np.abs(sums - 1), np.abs(sums)) > 1e-3).any():
        raise ValueError("A row does not sum to 1; give probabilities, or zeros for silence.")
    if not (sums > 0.5).any():
        warnings.warn("There is no reading; calibration scores 0.", stacklevel=2)


def adaptive_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """Mean distance of confidence from accuracy over bins of equal count.

    Range 0..1, lower is better; about 1/2 less 1/(2K) for random confidences of even guesses; an honest judge scores
    a little above 0, by the noise of its bins. Silence is left out, and nothing else scores 0.
    """
    said, own = _spoken(probabilities, labels)
    if not len(own):
        return 0.0
    confidence = said.max(axis=1)
    order = np.argsort(confidence, kind="stable")
    gaps = (confidence - (said.argmax(axis=1) == own))[order]
    return float(sum(abs(part.sum()) for part in np.array_split(gaps, min(bins, len(gaps)))) / len(gaps))


def classwise_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """Mean over labels of the distance between each label's probability and how often it is true.

    Range 0..1, lower is better; always even probabilities on even labels score 0, since they are honest. Silence is
    left out.
    """
    said, own = _spoken(probabilities, labels)
    if not len(own):
        return 0.0
    found = []
    for label in range(said.shape[1]):
        place = np.minimum((said[:, label] * bins).astype(int), bins - 1)
        gaps = np.bincount(place, weights=said[:, label] - (own == label), minlength=bins)
        found.append(np.abs(gaps).sum() / len(own))
    return float(np.mean(found))


def brier(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared distance of the probabilities from the truth, summed over labels.

    Range 0..2, lower is better; 1 - 1/K for even probabilities, .857 for 7. Silence counts as even.
    """
    if not len(labels):
        return 0.0
    silent = probabilities.sum(axis=1, keepdims=True) < 0.5
    said = np.where(silent, 1.0 / probabilities.shape[1], probabilities)
    truth = np.eye(probabilities.shape[1])[labels]
    return float(((said - truth) ** 2).sum(axis=1).mean())


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """Error among the surest readings for every share kept; readings that tie are kept together in expectation.

    The area ranges 0..1, lower is better: a confidence that knows nothing scores the plain error, one that sorts
    perfectly about half its square where errors are few; silence, with confidence 0, comes last. No readings give 0.

    Args:
        confidence: ``(n,)``; that of silence is 0.
        right: whether each was right ``(n,)``.
    """
    if len(confidence) != len(right):
        raise ValueError(f"{len(confidence)} confidences have {len(right)} outcomes; give one each.")
    if not len(right):
        return RiskCoverage(np.zeros(0), np.zeros(0), 0.0)
    levels, place, counts = np.unique(-np.asarray(confidence, float), return_inverse=True, return_counts=True)
    of_level = np.bincount(place, weights=1.0 - np.asarray(right, float), minlength=len(levels)) / counts
    errors = np.repeat(of_level, counts)
    kept = np.arange(1, len(errors) + 1)
    risk = errors.cumsum() / kept
    return RiskCoverage(kept / len(errors), risk, float(risk.mean()))


def evaluate(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """All measures by name, with the plain expected calibration error.

    Raises:
        ValueError: shapes or sums are wrong.
    """
    validate(probabilities, labels)
    said, own = _spoken(probabilities, labels)
    right = (probabilities.argmax(axis=1) == labels) & (probabilities.sum(axis=1) > 0.5)
    return {
        "calibration_error": expected_calibration_error(said, own),
        "adaptive_error": adaptive_error(probabilities, labels),
        "classwise_error": classwise_error(probabilities, labels),
        "brier": brier(probabilities, labels),
        "risk_coverage_area": risk_coverage(probabilities.max(axis=1, initial=0.0), right).area,
        "coverage": float(np.mean(probabilities.sum(axis=1) > 0.5)) if len(labels) else 0.0,
    }


def _spoken(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are readings, with their labels."""
    spoken = probabilities.sum(axis=1) > 0.5
    return probabilities[spoken], labels[spoken]
