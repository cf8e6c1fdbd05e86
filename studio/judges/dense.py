"""Small fully connected networks run by numpy, so that reading needs no deep-learning framework.

An ensemble is a set of arrays named ``{prefix}.{member}.{layer}.weight`` ``(out, in)`` and ``….bias`` ``(out,)``. Between
layers stands a ReLU; the members' outputs are averaged.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["ensemble_output", "member_count"]


def member_count(weights: Mapping[str, np.ndarray], prefix: str) -> int:
    """How many networks there are under a prefix."""
    return sum(name.startswith(f"{prefix}.") and name.endswith(".0.weight") for name in weights)


def ensemble_output(weights: Mapping[str, np.ndarray], prefix: str, inputs: np.ndarray) -> np.ndarray:
    """The mean of the members' outputs.

    Args:
        weights: arrays by name.
        prefix: of the ensemble.
        inputs: ``(n, in)``.

    Returns:
        ``(n, out)``.
    """
    members = range(member_count(weights, prefix))
    return np.mean([_output(weights, f"{prefix}.{member}", inputs) for member in members], axis=0)


def _output(weights: Mapping[str, np.ndarray], prefix: str, inputs: np.ndarray) -> np.ndarray:
    values, layer = inputs, 0
    while f"{prefix}.{layer}.weight" in weights:
        if layer:
            values = np.maximum(values, 0.0)
        values = values @ weights[f"{prefix}.{layer}.weight"].T + weights[f"{prefix}.{layer}.bias"]
        layer += 1
    return values
