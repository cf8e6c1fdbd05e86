"""The expression over time: action-unit faders, moved as a face moves, as ARKit's shapes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import gaussian_filter1d

from generators.base import ARKIT
from generators.face.tables import action_units, motion, shape_vector, softening

__all__ = ["ease", "express", "soft_limit", "units_over_time"]


def units_over_time(faders: Mapping[str, np.ndarray], fps: float, rng: np.random.Generator) -> np.ndarray:
    """Strengths of the action units as a face would show them, ``(T, A)`` in the order of ``action_units()``.

    Onset is faster than offset, nothing jumps, and a held expression is alive with a slow flutter.

    Args:
        faders: the fader set "face" at the frames' times.
        fps: frames a second.
        rng: for the flutter.
    """
    law = motion("expression")
    asked = np.stack([faders[unit.name] for unit in action_units()], axis=1)
    shown = ease(asked, fps, law["onset"], law["offset"])
    width = law["flutter_period"] * fps / 4
    noise = gaussian_filter1d(rng.normal(size=shown.shape), width, axis=0, mode="reflect")
    noise *= np.sqrt(2 * np.sqrt(np.pi) * width)  # unit variance again
    return np.clip(shown * (1 + law["flutter"] * np.clip(noise, -2, 2)), 0, 1)


def ease(asked: np.ndarray, fps: float, onset: float, offset: float) -> np.ndarray:
    """Values that follow what is asked through two lags, so that neither value nor velocity jumps.

    Args:
        asked: ``(T, N)``.
        fps: frames a second.
        onset: time constant in seconds where a value rises.
        offset: where it falls.
    """
    rise, fall = (1 - np.exp(-2.0 / (fps * constant)) for constant in (onset, offset))
    shown = np.empty_like(asked)
    first = second = asked[0].copy() if len(asked) else np.zeros(asked.shape[1])
    for i, target in enumerate(asked):
        rate = np.where(target > second, rise, fall)
        first = first + rate * (target - first)
        second = second + rate * (first - second)
        shown[i] = second
    return shown


def express(units: np.ndarray, asymmetry: np.ndarray) -> np.ndarray:
    """ARKit weights of action units, ``(T, 52)``, 0..1.

    Args:
        units: strengths ``(T, A)`` in the order of ``action_units()``.
        asymmetry: ``(T,)``, -1..1; positive keeps the face's own right side and lets the left fade.
    """
    table = action_units()
    both = [i for i, unit in enumerate(table) if not unit.one_sided]
    sided = [i for i, unit in enumerate(table) if unit.one_sided]
    matrix = np.stack([unit.weights for unit in table])
    weights = units[:, both] @ matrix[both]
    share = np.ones((len(units), len(ARKIT)))
    left = np.array([name.endswith("Left") for name in ARKIT])
    right = np.array([name.endswith("Right") for name in ARKIT])
    share[:, left] = (1 - np.clip(asymmetry, 0, 1))[:, None]
    share[:, right] = (1 - np.clip(-asymmetry, 0, 1))[:, None]
    weights = weights + share * (units[:, sided] @ matrix[sided])
    for unit, shapes, taken in softening():
        weights[:, shapes] *= 1 - taken * units[:, [unit]]
    return soft_limit(_untangle(weights), motion("expression")["ceiling"])


def soft_limit(weights: np.ndarray, ceiling: float) -> np.ndarray:
    """Weights bent softly towards 1: untouched up to the ceiling, never above 1.

    Args:
        weights: any shape, 0 or more.
        ceiling: 0..1.
    """
    over = np.maximum(weights - ceiling, 0)
    room = 1 - ceiling
    return np.where(weights > ceiling, ceiling + room * np.tanh(over / room), np.maximum(weights, 0))


def _untangle(weights: np.ndarray) -> np.ndarray:
    """Weights without the sums that no face can do: a raised against a lowered lid or brow."""
    out = weights.copy()
    for opener, closer, share in (("eyeWide", "eyeBlink", 1.0), ("eyeWide", "eyeSquint", 0.35)):
        a, b = np.flatnonzero(shape_vector({opener: 1})), np.flatnonzero(shape_vector({closer: 1}))
        out[:, a] = np.maximum(out[:, a] - share * weights[:, b], 0)
    return out
