"""Dynamic time warping: which frame of one recording says what a frame of another one says (Sakoe & Chiba 1978)."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["matching", "warped_path"]

_BESIDE = (
    0.4  # cost of waiting in one of both, in distances of frames at random: 0 would let sounds be swallowed
)


def warped_path(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs of frames that belong together, from both starts to both ends, rising, ``(P, 2)``.

    Args:
        first: features ``(N, D)``.
        second: features ``(M, D)``.
    """
    size = np.sqrt((first**2).sum(axis=1).mean() + (second**2).sum(axis=1).mean())
    return np.asarray(_path(first.astype(np.float32), second.astype(np.float32), _BESIDE * float(size)))


def matching(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """For each frame of the second, the place in the first that says the same ``(M,)``, rising, between whole frames.

    Args:
        first: features ``(N, D)``.
        second: features ``(M, D)``.
    """
    from scipy.ndimage import gaussian_filter1d

    path = warped_path(first, second)
    count = np.bincount(path[:, 1], minlength=len(second))
    mean = np.bincount(path[:, 1], weights=path[:, 0], minlength=len(second)) / count
    return np.maximum.accumulate(gaussian_filter1d(mean, 2.0, mode="nearest"))


@njit(cache=True, nogil=True, fastmath=True)
def _path(first: np.ndarray, second: np.ndarray, beside: float) -> np.ndarray:
    """The cheapest path. Of the costs only two rows are held, of the ways one byte a pair."""
    n, m = len(first), len(second)
    came = np.zeros((n, m), np.int8)
    before = np.empty(m, np.float32)
    row = np.empty(m, np.float32)
    for i in range(n):
        for j in range(m):
            best, way = 0.0, 0
            if i > 0 or j > 0:
                best = 1e30
                if i > 0 and j > 0:
                    best, way = before[j - 1], 1
                if i > 0 and before[j] + beside < best:
                    best, way = before[j] + beside, 2
                if j > 0 and row[j - 1] + beside < best:
                    best, way = row[j - 1] + beside, 3
            apart = 0.0
            for k in range(first.shape[1]):
                apart += (first[i, k] - second[j, k]) ** 2
            row[j] = best + np.sqrt(apart)
            came[i, j] = way
        before[:] = row
    return _way_back(came)


@njit(cache=True, nogil=True)
def _way_back(came: np.ndarray) -> np.ndarray:
    i, j = came.shape[0] - 1, came.shape[1] - 1
    pairs = np.empty((i + j + 2, 2), np.int64)
    count = 0
    while True:
        pairs[count, 0], pairs[count, 1] = i, j
        count += 1
        way = came[i, j]
        if way == 0:
            break
        if way != 3:
            i -= 1
        if way != 2:
            j -= 1
    return pairs[:count][::-1]
