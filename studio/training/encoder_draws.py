"""Emotions to train the encoder on, drawn from the vocabularies, with annotations missing on purpose.

What labels mean comes from their places in VAD space and nothing else, so no corpus is needed. An emotion is a label,
a blend, a reader's distribution, or a point with the names near it; then its names or its point are withheld, and each
of its two views shows a part of what is left, as UDDETTS masks labels and VAD (Liu et al. 2025).

A fifth of the cube's cells is held out: no point in them is ever shown, so that they can be measured on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from conditioning.encoder.inputs import InputRows
from conditioning.vocabulary import Label, lexicon, vocabulary, vocabulary_names

__all__ = ["CELL", "Batch", "Draw", "all_labels", "held_out", "known_names"]

CELL = 0.2  # edge of a cell; ten cells span an axis


@dataclass(frozen=True)
class Batch:
    """Views of emotions; the second half of the rows shows the same emotions as the first.

    Args:
        rows: what the encoder is told, float32 ``(2B, L + 4)``.
        points: what is felt, float32 ``(2B, 3)``; for a view by names alone, the mean of their places.
        strengths: of the names, float32 ``(2B, L)``.
        pointed: whose point is annotated ``(2B,)`` bool.
        named: whose names are annotated ``(2B,)`` bool.
        told: whose row shows the names ``(2B,)`` bool.
    """

    rows: np.ndarray
    points: np.ndarray
    strengths: np.ndarray
    pointed: np.ndarray
    named: np.ndarray
    told: np.ndarray


def held_out(points: np.ndarray) -> np.ndarray:
    """Which points lie in cells that training never shows, ``(…,)`` bool.

    Every line along an axis crosses two such cells.

    Args:
        points: ``(…, 3)``, -1..1.
    """
    cells = np.clip(np.floor((points + 1.0) / CELL), 0, round(2 / CELL) - 1).astype(int)
    marked: np.ndarray = cells @ np.array([1, 2, 3]) % 5 == 0
    return marked


def known_names() -> tuple[str, ...]:
    """The lexicon emotions that the encoder learns by name."""
    return tuple(name for name in lexicon().names if name != "neutral")


def all_labels() -> list[tuple[str, Label]]:
    """Every label of every vocabulary with its vocabulary's name, in the order of the names."""
    return [(name, label) for name in vocabulary_names() for label in vocabulary(name).labels]


class Draw:
    """Draws batches.

    Args:
        names: that the encoder knows.
        settings: the table ``draw`` of ``training.toml``.
        seed: 0 or more; the same seed gives the same batches.
    """

    def __init__(self, names: tuple[str, ...], settings: Mapping[str, Any], seed: int) -> None:
        self._rows = InputRows(names)
        self._settings = settings
        self._random = np.random.default_rng(seed)
        words = lexicon()
        index = [words.names.index(name) for name in names]
        self._means, self._spreads = words.means()[index], words.spreads()[index]
        self._words, self._columns = words, index
        homes = [label for _, label in all_labels() if label.emotion in names]
        self._label_columns = np.array([names.index(str(label.emotion)) for label in homes])
        self._label_means = np.array([label.vad.array() for label in homes])
        self._label_spreads = np.array([label.sd for label in homes])

    def batch(self, count: int) -> Batch:
        """The views of ``count`` emotions."""
        strengths, points, contradicted = self._emotions(count)
        named = self._random.random(count) >= self._settings["names_missing"]
        pointed = ~named | (self._random.random(count) >= self._settings["point_missing"])
        shown = [self._masks(named, pointed, contradicted) for _ in range(2)]
        views = [self._view(strengths, points, *masks) for masks in shown]
        return Batch(
            rows=np.concatenate([rows for rows, _ in views]).astype(np.float32),
            points=np.concatenate([felt for _, felt in views]).astype(np.float32),
            strengths=np.tile(strengths, (2, 1)).astype(np.float32),
            pointed=np.tile(pointed, 2),
            named=np.tile(named, 2),
            told=np.concatenate([with_names for with_names, _ in shown]),
        )

    def _emotions(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Strengths ``(B, L)``, felt points ``(B, 3)``, and whose point has nothing to do with its names ``(B,)``."""
        draw, settings = self._random, self._settings
        kinds = ("label", "blend", "distribution", "place")
        kind = draw.choice(4, size=count, p=[settings[name] for name in kinds])
        weights, means, spreads = self._labels(count)
        for chosen, drawn in ((1, self._blends), (2, self._distributions)):
            rows = kind == chosen
            weights[rows] = drawn(int(rows.sum()))
            means[rows], spreads[rows] = weights[rows] @ self._means, weights[rows] @ self._spreads
        full = draw.random(count) < settings["full"]
        intensity = np.where(full, 1.0, draw.uniform(0.05, 1.0, count))[:, None]
        contradicted = (draw.random(count) < settings["contradicted"]) & (kind != 3)
        anywhere = contradicted | (kind == 3)
        points = self._shown(means, spreads * settings["spread"], anywhere, intensity)
        weights[kind == 3] = self._words.nearness(points[kind == 3])[:, self._columns]
        return weights * intensity, points * intensity, contradicted

    def _labels(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One label each: weights ``(B, L)``, and its places and spreads ``(B, 3)`` in its own vocabulary."""
        # Half the draws go over names evenly, half over labels, where the common names stand in many vocabularies.
        weights = np.zeros((count, len(self._means)))
        column = self._random.integers(len(self._means), size=count)
        label = self._random.integers(len(self._label_columns), size=count)
        by_label = self._random.random(count) < 0.5
        column = np.where(by_label, self._label_columns[label], column)
        weights[np.arange(count), column] = 1.0
        means = np.where(by_label[:, None], self._label_means[label], self._means[column])
        spreads = np.where(by_label[:, None], self._label_spreads[label], self._spreads[column])
        return weights, means, spreads

    def _blends(self, count: int) -> np.ndarray:
        order = self._random.random((count, len(self._means))).argsort(axis=1)[:, :4]
        shares = self._random.dirichlet(np.ones(4), size=count)
        shares *= np.arange(4) < self._random.integers(2, 5, size=count)[:, None]
        weights = np.zeros((count, len(self._means)))
        np.put_along_axis(weights, order, shares / shares.sum(axis=1, keepdims=True), axis=1)
        return weights

    def _distributions(self, count: int) -> np.ndarray:
        """Names near a point, with noise in what the reader found likely."""
        points = self._random.uniform(-1, 1, (count, 3))
        near = np.log(self._words.nearness(points)[:, self._columns] + 1e-4)
        noisy = np.exp(0.5 * near + self._random.normal(0.0, 1.0, near.shape))
        weights: np.ndarray = noisy / noisy.sum(axis=1, keepdims=True)
        return weights

    def _shown(
        self, means: np.ndarray, spreads: np.ndarray, anywhere: np.ndarray, intensity: np.ndarray
    ) -> np.ndarray:
        """Points about the means, or in the whole cube where ``anywhere``, none of them felt in a cell that is held out."""
        points = np.zeros_like(means)
        left = np.arange(len(means))
        for _ in range(1000):
            near = means[left] + self._random.normal(size=(len(left), 3)) * spreads[left]
            far = self._random.uniform(-1.0, 1.0, (len(left), 3))
            points[left] = np.clip(np.where(anywhere[left, None], far, near), -1.0, 1.0)
            left = left[held_out(points[left] * intensity[left])]
            if not len(left):
                return points
            spreads = spreads * 1.05  # a narrow label in the middle of such a cell would never get out
        raise ArithmeticError("no point outside the cells that are held out was found in 1000 draws")

    def _masks(
        self, named: np.ndarray, pointed: np.ndarray, contradicted: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Whether a view shows the names, and whether it shows the point, ``(B,)`` each: one of them or both."""
        part = self._random.integers(3, size=len(named))
        part[contradicted] = 2  # alone, neither half would say what the other is
        return named & ((part != 1) | ~pointed), pointed & ((part != 0) | ~named)

    def _view(
        self, strengths: np.ndarray, points: np.ndarray, with_names: np.ndarray, with_point: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows, and the point that each shall be taken for: its own, or without one the mean of the names' places."""
        rows = np.zeros((len(strengths), self._rows.width))
        rows[:, :-4] = strengths * with_names[:, None]
        rows[:, -4:-1] = points * with_point[:, None]
        rows[:, -1] = strengths.sum(axis=1) * (with_names & with_point)
        return rows, np.where(with_point[:, None], points, strengths @ self._means)
