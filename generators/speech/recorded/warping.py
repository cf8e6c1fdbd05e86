"""Dynamic time warping: which frame of one recording says what a frame of another one says (Sakoe & Chiba 1978)."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["matching", "warped_path"]

_BESIDE = (
    0.4  # cost of waiting in one of both, in mean distances between frames: 0 would let sounds be swallowed
)


def warped_path(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs of frames that belong together, from both starts to both ends, rising, ``(P, 2)``.

    Args:
        first: features ``(N, D)``.
        second: features ``(M, D)``.
    """
    distance = np.sqrt(
        np.maximum(
            (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None] - 2 * first @ second.T, 0.0
        )
    ).astype(np.float32)
    return np.asarray(_path(distance, _BESIDE * float(distance.mean())))


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
def _path(distance: np.ndarray, beside: float) -> np.ndarray:
    n, m = distance.shape
    came = np.zeros((n, m), np.int8)
    before = np.empty(m, np.float32)
    row = np.empty(m, np.float32)
    for i in range(n):
        for j in range(m):
            best, way = np.float32(0.0), 0
            if i > 0 or j > 0:
                best = np.float32(1e30)
                if i > 0 and j > 0:
                    best, way = before[j - 1], 1
                if i > 0 and before[j] + beside < best:
                    best, way = before[j] + beside, 2
                if j > 0 and row[j - 1] + beside < best:
                    best, way = row[j - 1] + beside, 3
            row[j] = best + distance[i, j]
            came[i, j] = way
        before[:] = row
    pairs = np.empty((n + m, 2), np.int64)
    i, j, count = n - 1, m - 1, 0
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
