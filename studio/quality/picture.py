"""Are pictures whole: banding, flicker, black, white and frozen frames.

Conventions: frames are uint8 RGB ``(height, width, 3)``; shares are 0..1. A film is measured while it passes; no more than two frames
are held.

Metrics:
    * ``black``, ``white``: whether a frame shows nothing but black or white.
    * ``film_defects``: shares of black, white and frozen frames, flicker (``studio.quality.flicker``) and banding
      (``studio.quality.banding``). A film without frames has shares of 0 and NaN for banding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from studio.quality.banding import banding, luma
from studio.quality.flicker import Flicker

__all__ = ["FilmDefects", "black", "film_defects", "white"]

_BLACK, _WHITE = 16.0, 240.0  # levels; about where studio range (BT.709) ends, at 16 and 235
_ALL_BUT = 1.0  # per cent of a frame that may differ
_FROZEN = 0.05  # levels of mean difference: only a coder's rounding
_SMALL = (160, 90)
_BANDING_EVERY = 2.0  # seconds


@dataclass(frozen=True)
class FilmDefects:
    """Of a film.

    Args:
        frames: how many were measured.
        black_share: frames without a picture, 0..1.
        white_share: frames that are all white, 0..1.
        frozen_share: frames equal to the one before, 0..1.
        flicker: per cent of the luma range a frame, 0 and up.
        banding: mean over one frame in two seconds, 0 to 100.
    """

    frames: int
    black_share: float
    white_share: float
    frozen_share: float
    flicker: float
    banding: float


def black(picture: np.ndarray) -> bool:
    """Whether 99 % of a picture are darker than level 16."""
    return bool(np.percentile(_small(picture), 100 - _ALL_BUT) < _BLACK)


def white(picture: np.ndarray) -> bool:
    """Whether 99 % of a picture are brighter than level 240."""
    return bool(np.percentile(_small(picture), _ALL_BUT) > _WHITE)


def film_defects(frames: Iterable[np.ndarray], fps: float) -> FilmDefects:
    """Everything at once.

    Args:
        frames: all of one size; iterated once.
        fps: frames a second.

    Raises:
        ValueError: ``fps`` is not above 0.
    """
    if not fps > 0:
        raise ValueError(f"fps is {fps:g}; it must be above 0.")
    meter, counts, bands = Flicker(fps), np.zeros(4, int), []
    last: np.ndarray | None = None
    every = max(1, round(_BANDING_EVERY * fps))
    for index, frame in enumerate(frames):
        small = _small(frame)
        frozen = last is not None and float(np.abs(small - last).mean()) < _FROZEN
        counts += (1, black(frame), white(frame), frozen)
        meter.add(frame)
        if index % every == every // 2 or index == 0:
            bands.append(banding(frame))
        last = small
    total = max(1, counts[0])
    return FilmDefects(
        frames=int(counts[0]),
        black_share=float(counts[1] / total),
        white_share=float(counts[2] / total),
        frozen_share=float(counts[3] / max(1, counts[0] - 1)),
        flicker=meter.value,
        banding=float(np.mean(bands)) if bands else float("nan"),
    )


def _small(picture: np.ndarray) -> np.ndarray:
    """Luma in levels, float32 ``(90, 160)``."""
    shrunk = cv2.resize(np.ascontiguousarray(picture[..., :3]), _SMALL, interpolation=cv2.INTER_AREA)
    return luma(shrunk)
