"""Measures of pictures for the tests of moving pictures: what a viewer would call light, vivid, colourful, fast."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from generators.base import Job, VideoRequest
from generators.video.scenes import Scenes

__all__ = ["clip", "colourfulness", "flow", "linear", "luminance", "oklab", "request"]

_LMS = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ]
)


def request(
    emotion: Emotion | Timeline,
    *,
    scene: str = "",
    seconds: float = 0.4,
    size: tuple[int, int] = (320, 180),
    text: str = "",
    sections: tuple[float, ...] = (0.0,),
    seed: int = 3,
    fps: float = 25.0,
    adjustments: tuple[Adjustment, ...] = (),
) -> VideoRequest:
    timeline = emotion if isinstance(emotion, Timeline) else Timeline.constant(emotion)
    return VideoRequest(
        conditioning=Conditioning(timeline, adjustments),
        duration=seconds,
        fps=fps,
        size=size,
        scene=scene,
        text=text,
        sections=sections,
        job=Job(seed=seed),
    )


def clip(emotion: Emotion | Timeline, **options: object) -> list[np.ndarray]:
    """All frames of a short film."""
    return list(Scenes().generate(request(emotion, **options)).frames())  # type: ignore[arg-type]


def linear(frame: np.ndarray) -> np.ndarray:
    x = frame.astype(float) / 255.0
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def oklab(frame: np.ndarray) -> np.ndarray:
    """Mean lightness and mean chroma of a picture in OKLab (Ottosson 2020)."""
    lab = np.cbrt(linear(frame).reshape(-1, 3) @ _LMS) @ _LAB
    return np.array([lab[:, 0].mean(), np.hypot(lab[:, 1], lab[:, 2]).mean()])


def luminance(frame: np.ndarray) -> float:
    """Mean relative luminance, 0..1 (WCAG 2.2)."""
    return float((linear(frame) @ np.array([0.2126, 0.7152, 0.0722])).mean())


def colourfulness(frame: np.ndarray) -> float:
    """Hasler & Suesstrunk 2003, M3."""
    r, g, b = np.moveaxis(frame.astype(float), -1, 0)
    rg, yb = r - g, 0.5 * (r + g) - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def flow(frames: Iterable[np.ndarray]) -> np.ndarray:
    """Mean motion between neighbouring frames: speed, and downward part, in pixels (OpenCV's DIS flow)."""
    finder = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [cv2.GaussianBlur(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), (0, 0), 1.5) for f in frames]
    fields = [finder.calc(a, b, None) for a, b in pairwise(grey)]
    return np.array([[np.hypot(v[..., 0], v[..., 1]).mean(), v[..., 1].mean()] for v in fields]).mean(0)
