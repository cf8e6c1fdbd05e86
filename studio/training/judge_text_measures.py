"""Whether the labels' own probabilities mean what they say: measures where several labels may hold at once.

Conventions: ``shares`` are the labels' own probabilities ``(n, L)``, ``wanted`` are labels ``(n, L)`` of 0 and 1. An
expected calibration error is the mean distance of probability and frequency over bins of equal width, weighted by how
many fall in, 0..1, 0 is best (Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize, minimize_scalar

__all__ = ["binary_calibration_error", "label_temperature", "slope_and_offset", "top_calibration"]

_SLOPES, _OFFSETS = (0.1, 8.0), (-6.0, 6.0)


def label_temperature(logits: np.ndarray, wanted: np.ndarray) -> float:
    """The temperature at which the labels' own probabilities make the labels likeliest, .14 to 7.4.

    Args:
        logits: ``(n, L)`` of sentences the judge was not trained on.
        wanted: ``(n, L)``.
    """

    def loss(log_heat: float) -> float:
        scaled = logits / np.exp(log_heat)
        return float((np.logaddexp(0, scaled) - wanted * scaled).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def slope_and_offset(logits: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """The slope (.1 to 8) and offset (-6 to 6) of logits that make labels likeliest.

    A regression that is held back for want of sentences says too little of rare labels; a temperature alone cannot make
    up for it (Platt 1999, "Probabilistic Outputs for Support Vector Machines").

    Args:
        logits: of sentences the judge was not trained on, any shape.
        wanted: of 0 and 1, the same shape.
    """

    def loss(scale: np.ndarray) -> float:
        scaled = scale[0] * logits + scale[1]
        return float((np.logaddexp(0, scaled) - wanted * scaled).mean())

    slope, offset = minimize(loss, [1.0, 0.0], bounds=[_SLOPES, _OFFSETS]).x
    return float(slope), float(offset)


def binary_calibration_error(shares: np.ndarray, wanted: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over every label of every sentence: a probability against how often the label holds."""
    return _error(shares.ravel(), wanted.ravel(), bins)


def top_calibration(shares: np.ndarray, wanted: np.ndarray, bins: int = 10) -> tuple[float, float]:
    """Expected calibration error of the likeliest label, which is right if it is one of the labels; and how often it is.

    Returns:
        The error and the share of right ones, both 0..1.
    """
    right = wanted[np.arange(len(shares)), shares.argmax(axis=1)] > 0
    return _error(shares.max(axis=1), right, bins), float(right.mean())


def _error(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))
