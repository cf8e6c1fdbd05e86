"""Whether a judge's probabilities mean what they say, and how often it is right. Pure functions on arrays.

Conventions: ``logits`` and ``probabilities`` are ``(n, K)``, ``labels`` are class numbers ``(n,)`` in 0..K-1.

Metrics:
    * ``balanced_accuracy``: mean recall of the classes, 0..1, chance 1/K whatever the classes' shares.
    * ``expected_calibration_error``: mean gap between confidence and accuracy, 0..1, 0 is best (Guo et al. 2017,
      "On Calibration of Modern Neural Networks", ICML).
    * ``temperature``: the one number that the same paper divides logits by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

__all__ = [
    "balanced_accuracy",
    "bootstrap_interval",
    "confidence_floor",
    "expected_calibration_error",
    "negative_log_likelihood",
    "recalls",
    "softmax",
    "temperature",
]

_COLDEST, _HOTTEST = 0.05, 20.0  # temperatures beyond these mean that the logits are not logits


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities of logits divided by a temperature, summing to 1 along the last axis.

    Args:
        logits: ``(…, K)``.
        temperature: above 0; more than 1 makes the probabilities more even.
    """
    scaled = np.asarray(logits, float) / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def negative_log_likelihood(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean surprise of the true labels in nats, 0 or more; ``log K`` for even guessing."""
    own = np.asarray(probabilities, float)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(own, 1e-12)).mean())


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes held-out labels likeliest; it never changes which label is on top.

    Args:
        logits: ``(n, K)`` of people the judge was not trained on.
        labels: ``(n,)``.

    Returns:
        A number from 0.05 to 20.

    Raises:
        ValueError: there are no labels, or not one for each row.
    """
    from scipy.optimize import minimize_scalar

    if len(labels) == 0 or len(logits) != len(labels):
        raise ValueError(
            f"{len(logits)} rows of logits and {len(labels)} labels; give one label for each row."
        )

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(softmax(logits, float(np.exp(log_temperature))), labels)

    found = minimize_scalar(loss, bounds=(np.log(_COLDEST), np.log(_HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def expected_calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """Mean distance of confidence from accuracy, 0..1, over bins of equal width weighted by how many fall in.

    Args:
        probabilities: ``(n, K)``, each row summing to 1.
        labels: ``(n,)``.
        bins: of confidence between 0 and 1.

    Returns:
        0 where there are no rows.
    """
    if len(labels) == 0:
        return 0.0
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def recalls(predicted: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> dict[str, float]:
    """Share of each class that was found, 0..1, in the order of ``classes``.

    Args:
        predicted: class numbers ``(n,)``.
        labels: class numbers ``(n,)``.
        classes: names of the classes; one that never occurs in ``labels`` is left out.
    """
    hits = np.asarray(predicted) == np.asarray(labels)
    present = [number for number in range(len(classes)) if np.any(labels == number)]
    return {classes[number]: float(hits[labels == number].mean()) for number in present}


def balanced_accuracy(predicted: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> float:
    """Mean recall of the classes that occur, 0..1; 1/K for guessing.

    Raises:
        ValueError: there are no labels.
    """
    if len(labels) == 0:
        raise ValueError("No labels; accuracy of nothing has no value.")
    return float(np.mean(list(recalls(predicted, labels, classes).values())))


def bootstrap_interval(
    measure: Callable[[np.ndarray], float],
    groups: np.ndarray,
    *,
    repeats: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float]:
    """The interval that holds a measure with the stated probability, by drawing rows anew within each group.

    Args:
        measure: takes row numbers ``(n,)`` and gives the measure of those rows.
        groups: ``(n,)`` of what must keep its share, such as the class of each row.
        repeats: how many draws.
        seed: of the draws.
        level: 0..1.

    Source: Efron 1979, percentile interval, stratified.
    """
    draw = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    values = [
        measure(np.concatenate([draw.choice(rows, len(rows)) for rows in members])) for _ in range(repeats)
    ]
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def confidence_floor(confidence: np.ndarray, right: np.ndarray, least_accuracy: float) -> float:
    """The confidence below which readings of held-out people are right less often than stated, 0..1.

    Accuracy is taken to rise with confidence and fitted so (isotonic regression, Barlow et al. 1972).

    Args:
        confidence: of each reading ``(n,)``, 0..1.
        right: whether it was right ``(n,)``.
        least_accuracy: share of right readings that is wanted, 0..1.

    Returns:
        The highest confidence at which the fitted accuracy falls short; 0 where it never does.
    """
    from scipy.optimize import isotonic_regression

    order = np.lexsort((~np.asarray(right, bool), confidence))
    fitted = isotonic_regression(np.asarray(right, float)[order]).x
    short = np.flatnonzero(fitted < least_accuracy)
    return float(confidence[order][short[-1]]) if len(short) else 0.0
