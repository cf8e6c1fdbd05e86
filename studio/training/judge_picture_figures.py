"""Figures of judges that read valence and arousal of pictures: correlations, errors, calibration, by group. Pure.

Conventions: ``read`` and ``truth`` are points ``(n, 2)``, valence first; ``themes`` and ``groups`` are names ``(n,)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from studio.judges.calibration import balanced_accuracy, bootstrap_interval, expected_calibration_error

__all__ = [
    "AXES",
    "agreement",
    "by_group",
    "calibration_error_by_chance",
    "correlations",
    "out_of_fold",
    "rms",
    "theme_folds",
]

AXES = ("valence", "arousal")


def theme_folds(themes: np.ndarray, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to learn from and rows to read, ``count`` times; a theme is whole on one side."""
    from sklearn.model_selection import GroupKFold

    yield from GroupKFold(count).split(themes, groups=themes)


def out_of_fold(
    read: Callable[[np.ndarray, np.ndarray], np.ndarray], themes: np.ndarray, count: int
) -> np.ndarray:
    """Each row's point ``(n, 2)`` as read by weights that knew none of its theme.

    Args:
        read: takes rows to learn from and rows to read and gives the points of the latter.
        themes: ``(n,)``.
        count: of folds.
    """
    points = np.empty((len(themes), 2))
    for known, unknown in theme_folds(themes, count):
        points[unknown] = read(known, unknown)
    return points


def rms(read: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Root mean square error of valence and arousal ``(2,)``."""
    error: np.ndarray = np.sqrt(((read - truth) ** 2).mean(axis=0))
    return error


def correlations(read: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Pearson's correlation of valence and arousal."""
    return {axis: _r(read[:, i], truth[:, i]) for i, axis in enumerate(AXES)}


def by_group(read: np.ndarray, truth: np.ndarray, groups: np.ndarray) -> dict[str, dict[str, float]]:
    """Correlations within each group, and how many rows it has."""
    return {
        str(name): {
            **correlations(read[groups == name], truth[groups == name]),
            "pictures": int((groups == name).sum()),
        }
        for name in np.unique(groups)
    }


def agreement(read: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """Correlation with its interval, mean error beside that of saying the mean, and accuracy of the sign, on each axis."""
    facts: dict[str, Any] = {}
    for i, axis in enumerate(AXES):
        mine, theirs = read[:, i], truth[:, i]
        signs = [(values >= 0).astype(int) for values in (mine, theirs)]
        facts[f"{axis}_r"] = _r(mine, theirs)
        facts[f"{axis}_r_interval"] = _r_interval(mine, theirs)
        facts[f"{axis}_mean_error"] = float(np.abs(mine - theirs).mean())
        facts[f"{axis}_mean_error_of_the_mean"] = float(np.abs(theirs - theirs.mean()).mean())
        facts[f"{axis}_sign_accuracy"] = balanced_accuracy(signs[0], signs[1], ("-", "+"))
    return facts


def calibration_error_by_chance(probabilities: np.ndarray, repeats: int = 100, seed: int = 0) -> float:
    """The mean calibration error if the probabilities ``(n, K)`` were exactly right: bins of few pictures never fit."""
    draw = np.random.default_rng(seed)
    ends = probabilities.cumsum(axis=1) / probabilities.sum(axis=1, keepdims=True)
    errors = []
    for _ in range(repeats):
        labels = (draw.random((len(ends), 1)) > ends[:, :-1]).sum(axis=1)
        errors.append(expected_calibration_error(probabilities, labels))
    return float(np.mean(errors))


def _r(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def _r_interval(a: np.ndarray, b: np.ndarray) -> list[float]:
    return list(bootstrap_interval(lambda rows: _r(a[rows], b[rows]), np.zeros(len(a), int)))
