"""Arrays of weights kept as whole numbers of eight bits, a quarter of float32's size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["pack", "unpack"]

_STEPS = 127
_SCALE = ".scale"


def pack(name: str, array: np.ndarray, axis: int = -1) -> dict[str, np.ndarray]:
    """An array as int8 under its name, and its scale beside it under ``{name}.scale``.

    Args:
        name: of the array.
        array: ``(n, m)``; a weight is off by at most half of 1/127 of the largest along ``axis``.
        axis: along which one scale holds.
    """
    scale = np.maximum(np.abs(array).max(axis=axis, keepdims=True), 1e-12) / _STEPS
    whole = np.clip(np.rint(array / scale), -_STEPS, _STEPS).astype(np.int8)
    return {name: whole, f"{name}{_SCALE}": scale.astype(np.float32)}


def unpack(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays by name with every packed one as float32; the others are as they were."""
    return {
        name: array.astype(np.float32) * arrays[f"{name}{_SCALE}"] if f"{name}{_SCALE}" in arrays else array
        for name, array in arrays.items()
        if not name.endswith(_SCALE)
    }
