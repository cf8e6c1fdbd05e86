"""Physical measures of pictures and films: lightness, chroma, contrast, colourfulness, motion.

Aim: to check what was asked of a scene against its pixels, without any model of emotion. All functions are pure.

Conventions: pictures are uint8 RGB ``(height, width, 3)``. Lightness (0..1) and chroma (0 to about .32) are those of OKLab,
hue is in degrees, 0..360 (OKLab: red about 29, yellow 110, green 142, blue 264). Motion is in picture heights a second, so
that the size of a film says nothing. Films are measured while they pass; no more than two frames are held.

Metrics:
    * ``look``: of one picture.
    * ``motion``: between two pictures (dense optical flow, Farnebäck 2003).
    * ``film_look``: means over a film.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from studio.judges.motion import Motion, motion_between, thumbnail
from studio.judges.oklab import chroma, oklab
from studio.judges.picture_features import colourfulness

__all__ = ["FilmLook", "Look", "Motion", "film_look", "look", "motion"]

_SIDE = 160  # pixels of the longer side at which colours are measured
_FLOW_SIDE = 240  # and motion


@dataclass(frozen=True)
class Look:
    """Of one picture.

    Args:
        lightness: mean, 0..1.
        contrast: standard deviation of lightness.
        chroma: mean distance from grey.
        hue: direction of the mean colour in degrees, 0..360; NaN for a grey picture.
        warmth: mean of OKLab's blue-to-yellow axis; above 0 is warm.
        colourfulness: of Hasler & Süsstrunk, 0 for grey, about 109 extremely.
    """

    lightness: float
    contrast: float
    chroma: float
    hue: float
    warmth: float
    colourfulness: float


@dataclass(frozen=True)
class FilmLook:
    """Means over a film.

    Args:
        look: of its frames; the hue is that of the mean colour.
        motion: between neighbouring frames; all 0 for a single frame.
        unsteadiness: standard deviation of speed over its mean; 0 for even motion or none.
        frames: how many were measured.
    """

    look: Look
    motion: Motion
    unsteadiness: float
    frames: int


def look(picture: np.ndarray) -> Look:
    """The look of a picture, uint8 RGB ``(height, width, 3)``."""
    small = _shrunk(picture, _SIDE)
    lab = oklab(small)
    green_red, blue_yellow = float(lab[..., 1].mean()), float(lab[..., 2].mean())
    return Look(
        lightness=float(lab[..., 0].mean()),
        contrast=float(lab[..., 0].std()),
        chroma=float(chroma(lab).mean()),
        hue=_hue(green_red, blue_yellow),
        warmth=blue_yellow,
        colourfulness=colourfulness(small),
    )


def motion(first: np.ndarray, second: np.ndarray, seconds: float) -> Motion:
    """The motion between two pictures of the same size.

    Args:
        first: uint8 RGB ``(height, width, 3)``.
        second: the later one.
        seconds: between them.

    Raises:
        ValueError: sizes differ or no time lies between them.
    """
    return motion_between(thumbnail(first), thumbnail(second), seconds)


def film_look(frames: Iterable[tuple[float, np.ndarray]]) -> FilmLook:
    """Means over a film.

    Args:
        frames: time in seconds, rising, and picture.

    Raises:
        ValueError: there is no frame.
    """
    looks, motions = [], []
    last: tuple[float, np.ndarray] | None = None
    for time, picture in frames:
        looks.append(look(picture))
        if last is not None:
            motions.append(motion(last[1], picture, time - last[0]))
        last = (time, picture)
    if not looks:
        raise ValueError("The film has no frame; give one at least.")
    speeds = np.array([m.speed for m in motions] or [0.0])
    return FilmLook(_mean_look(looks), _mean_motion(motions), _unsteadiness(speeds), len(looks))


def _mean_look(looks: list[Look]) -> Look:
    fields = ("lightness", "contrast", "chroma", "warmth", "colourfulness")
    means = {name: float(np.mean([getattr(one, name) for one in looks])) for name in fields}
    hues = np.radians([one.hue for one in looks if not np.isnan(one.hue)])
    hue = _hue(float(np.cos(hues).mean()), float(np.sin(hues).mean())) if len(hues) else float("nan")
    return Look(hue=hue, **means)


def _mean_motion(motions: list[Motion]) -> Motion:
    if not motions:
        return Motion(0.0, 0.0, 0.0)
    speed, rightward, upward = np.mean([(m.speed, m.rightward, m.upward) for m in motions], axis=0)
    return Motion(float(speed), float(rightward), float(upward))


def _unsteadiness(speeds: np.ndarray) -> float:
    mean = float(speeds.mean())
    return float(speeds.std()) / mean if mean > 1e-9 else 0.0


def _hue(green_red: float, blue_yellow: float) -> float:
    if np.hypot(green_red, blue_yellow) < 1e-4:
        return float("nan")
    return float(np.degrees(np.arctan2(blue_yellow, green_red)) % 360)


def _shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA))
