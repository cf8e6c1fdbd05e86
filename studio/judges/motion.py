"""How a film moves: speed and direction of flow between two pictures, and cuts.

Speeds are in picture heights a second, so that the size of a film says nothing. Flow is that of Kroeger et al. 2016 ("Fast
optical flow using dense inverse search", OpenCV's DIS) on pictures of 192 pixels along the longer side, which costs about
six milliseconds a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

__all__ = ["Motion", "Thumbnail", "is_cut", "motion_between", "thumbnail"]

_SIDE = 192
_STEPS = 24  # samples along each side that a cut is looked for in
_BINS = 4  # of each channel
_CUT = 0.5  # share of pixels that must change their bin: a dissolve or a pan stays below


@dataclass(frozen=True)
class Motion:
    """Between two pictures, in picture heights a second.

    Args:
        speed: mean length of the flow.
        rightward: mean flow to the right.
        upward: mean flow upwards.
    """

    speed: float
    rightward: float
    upward: float


@dataclass(frozen=True)
class Thumbnail:
    """What is kept of a picture to compare it with the next one.

    Args:
        grey: uint8 ``(h, w)``, 192 pixels along the longer side.
    """

    grey: np.ndarray


def thumbnail(picture: np.ndarray) -> Thumbnail:
    """A picture made small and grey for ``motion_between``.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    small = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    return Thumbnail(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)))


def motion_between(first: Thumbnail, second: Thumbnail, seconds: float) -> Motion:
    """The motion from one picture to a later one of the same size.

    Args:
        first: the earlier one.
        second: the later one.
        seconds: between them; the shorter, the truer, a tenth or less.

    Raises:
        ValueError: sizes differ or no time lies between them.
    """
    if first.grey.shape != second.grey.shape:
        raise ValueError(f"The pictures have shapes {first.grey.shape} and {second.grey.shape}.")
    if seconds <= 0:
        raise ValueError(f"{seconds:g} seconds lie between the pictures; give more than 0.")
    # Made anew each time, since it keeps buffers that threads must not share.
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    flow = finder.calc(first.grey, second.grey, None)
    scale = 1 / (first.grey.shape[0] * seconds)
    speed = float(np.hypot(flow[..., 0], flow[..., 1]).mean())
    return Motion(speed * scale, float(flow[..., 0].mean()) * scale, -float(flow[..., 1].mean()) * scale)


def is_cut(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether another shot begins between two neighbouring pictures: half of the colours change at once.

    Args:
        first: uint8 RGB ``(height, width, 3)``.
        second: the next one.
    """
    return bool(np.abs(_colours(first) - _colours(second)).sum() / 2 > _CUT)


def _colours(picture: np.ndarray) -> np.ndarray:
    """Shares of colours ``(64,)`` among a grid of pixels."""
    height, width = picture.shape[:2]
    grid = picture[:: max(1, height // _STEPS), :: max(1, width // _STEPS)].reshape(-1, 3).astype(int)
    bins = grid // (256 // _BINS)
    codes = (bins[:, 0] * _BINS + bins[:, 1]) * _BINS + bins[:, 2]
    return np.bincount(codes, minlength=_BINS**3) / len(codes)
