"""What is said and what is felt in a face's movement, told apart, so that one can be replaced.

Speech moves the mouth quickly about a bearing that the expression holds: over two seconds every speaking mouth comes back to
where the expression alone would keep it. So the slow floor of the shapes that speech uses is expression, and what rises above
it is speech; brows, cheeks and nose are expression altogether; blinks are told from drooping lids in the same way, and looks
belong to neither and are kept. Combining the speech of one with the expression of another follows EmoVOCA (Nocentini et al.
2024), where a network was trained to join talking and expressive heads; here it is a rule. The rule's numbers are ours and stand
in ``assets/face_exchange/separation.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from generators.base import ARKIT
from generators.face.tables import visemes

__all__ = ["Parts", "separate", "speaking_shapes"]


@dataclass(frozen=True)
class Parts:
    """The two parts of a movement, ``(T, 52)`` each in the order of ``ARKIT``; they add up to it.

    Args:
        speech: what is said, with blinks and looks; 0 or more.
        expression: what is felt.
        talking: how far the mouth speaks, ``(T,)``, 0..1.
    """

    speech: np.ndarray
    expression: np.ndarray
    talking: np.ndarray


@cache
def speaking_shapes() -> np.ndarray:
    """Which shapes speech moves, ``(52,)`` bool: those of the visemes."""
    used: np.ndarray = np.max([viseme.target for viseme in visemes().by_name.values()], axis=0) > 0
    return used


def separate(arkit: np.ndarray, fps: float) -> Parts:
    """The parts of a movement.

    Args:
        arkit: ``(T, 52)`` in the order of ``ARKIT``.
        fps: frames a second.
    """
    law = _numbers()
    quick = speaking_shapes() | np.array([name.startswith("eyeBlink") for name in ARKIT])
    looks = np.array([name.startswith("eyeLook") for name in ARKIT])
    floor = arkit.astype(float).copy()
    floor[:, quick] = np.minimum(_floor(floor[:, quick], fps), floor[:, quick])
    floor[:, looks] = 0.0
    speech = arkit - floor
    return Parts(speech, floor, _talking(speech, fps, law))


def _floor(weights: np.ndarray, fps: float) -> np.ndarray:
    """The slow floor of weights ``(T, n)``: a low share of what each is about a time, smoothed."""
    from scipy.ndimage import gaussian_filter1d, percentile_filter

    law = _numbers()
    width = max(round(law["window"] * fps) | 1, 1)
    low = percentile_filter(weights, law["share"] * 100, size=(width, 1), mode="nearest")
    return np.asarray(gaussian_filter1d(low, law["smoothing"] * fps, axis=0, mode="nearest"))


def _talking(speech: np.ndarray, fps: float, law: Mapping[str, Any]) -> np.ndarray:
    """How far the mouth speaks: its movement about a time, against what counts as speaking."""
    from scipy.ndimage import gaussian_filter1d

    moved = (
        np.abs(np.diff(speech[:, speaking_shapes()], axis=0, prepend=speech[:1, speaking_shapes()])).sum(
            axis=1
        )
        * fps
    )
    level = gaussian_filter1d(moved, law["talking_smoothing"] * fps, mode="nearest")
    return np.asarray(np.clip(level / law["talking_speed"], 0, 1))


@cache
def _numbers() -> Mapping[str, Any]:
    return asset_table("face_exchange", "separation.toml")
