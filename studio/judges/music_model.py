"""From measures of music to quadrants: a linear model and a forest, averaged, and a check that it is music at all.

The check is a linear model that learned to tell played music from what is none (scrambled and random notes; for sound also
noise and speech). What it takes for none gets no reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from conditioning.vad import VAD
from studio.judges.base import Reading
from studio.judges.calibration import softmax
from studio.judges.music_forest import forest_shares
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS

__all__ = ["is_music", "quadrant_logits", "quadrant_reading", "scaled", "whole_logits"]


def scaled(measures: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Measures in spreads from their mean, float32; one far outside what was heard in training counts as ``limit``.

    Args:
        measures: ``(n, features)``.
        weights: ``mean``, ``spread`` (features,) and ``limit`` (1,).
    """
    limit = float(weights["limit"][0])
    return np.clip((measures - weights["mean"]) / weights["spread"], -limit, limit).astype(np.float32)


def quadrant_logits(measures: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Log shares of the quadrants ``(n, 4)``: the mean of what the linear model and the forest say.

    Args:
        measures: ``(n, features)``.
        weights: those of ``scaled``, ``slope`` (features, 4), ``offset`` (4,), and the arrays of ``music_forest``; without
            a forest the linear model speaks alone.
    """
    rows = scaled(measures, weights)
    linear = np.log(softmax(rows @ weights["slope"] + weights["offset"]) + 1e-6)
    if "forest.roots" not in weights:
        return linear
    mean: np.ndarray = (linear + np.log(forest_shares(rows, weights) + 1e-6)) / 2
    return mean


def whole_logits(measures: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Log shares ``(4,)`` of a piece from the rows of its whole and its windows: their mean."""
    mean: np.ndarray = quadrant_logits(measures, weights).mean(axis=0)
    return mean


def is_music(measures: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """How surely each row is music, as log odds ``(n,)``; at least 0 is music.

    Args:
        measures: ``(n, features)``.
        weights: those of ``scaled``, ``music.slope`` (features,) and ``music.offset`` (1,); without them all is music.
    """
    if "music.slope" not in weights:
        return np.full(len(measures), np.inf)
    odds: np.ndarray = scaled(measures, weights) @ weights["music.slope"] + weights["music.offset"]
    return odds


def quadrant_reading(logits: np.ndarray, facts: Mapping[str, Any]) -> Reading:
    """The reading of log shares ``(4,)``.

    Args:
        logits: of ``whole_logits``.
        facts: of the card: ``temperature``, ``quadrant_centre``, ``vad_sd``, ``floor``.
    """
    probabilities = softmax(logits, facts["temperature"])
    point = VAD.from_array(facts["quadrant_centre"] * probabilities @ QUADRANT_SIGNS)
    named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
    valence, arousal, dominance = facts["vad_sd"]
    return Reading(named, point, (valence, arousal, dominance), float(probabilities.max()), facts["floor"])
