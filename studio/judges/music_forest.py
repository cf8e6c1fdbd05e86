"""A forest of decision trees as plain arrays, read by numpy.

Names of the arrays, all trees one after the other: ``forest.roots`` (trees,) and, for each node, ``forest.feature``,
``forest.threshold``, ``forest.low`` and ``forest.high`` (nodes to go on to; a leaf leads to itself) and ``forest.shares``
(nodes, classes) in 255ths.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["forest_shares"]


def forest_shares(rows: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean share of each class in the leaves that rows fall into, ``(n, classes)``, each row summing to 1.

    Args:
        rows: ``(n, features)``, float32 as in training.
        weights: the arrays named above.
    """
    nodes = np.repeat(weights["forest.roots"][None].astype(np.int64), len(rows), axis=0)
    numbers = np.arange(len(rows))[:, None]
    while True:
        lower = rows[numbers, weights["forest.feature"][nodes]] <= weights["forest.threshold"][nodes]
        onward = np.where(lower, weights["forest.low"][nodes], weights["forest.high"][nodes])
        if np.array_equal(onward, nodes):
            break
        nodes = onward
    shares = weights["forest.shares"][nodes].astype(np.float64).mean(axis=1)
    found: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
    return found
