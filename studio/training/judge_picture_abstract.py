"""Pictures without a subject, for teaching the picture judge what shows nothing: made out of the colours of photographs.

Five kinds: a photograph with scrambled phases keeps colours and grain, one blurred beyond recognition keeps its layout, fields
of coloured clouds, plain ramps and scattered spots keep a few colours only. None comes from a generator of the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

__all__ = ["KINDS"]


def _scrambled(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The same amplitudes, other phases, alike in all channels so that the colours stay together."""
    turn = np.angle(np.fft.fft2(draw.normal(size=photograph.shape[:2])))[..., None]
    waves = np.fft.fft2(photograph.astype(float), axes=(0, 1))
    mixed = np.fft.ifft2(np.abs(waves) * np.exp(1j * (np.angle(waves) + turn)), axes=(0, 1)).real
    return np.clip(mixed, 0, 255).astype(np.uint8)


def _blurred(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    sigma = photograph.shape[0] * draw.uniform(0.06, 0.2)
    return np.asarray(cv2.GaussianBlur(photograph, (0, 0), sigma))


def _clouds(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Noise with a falling spectrum, coloured by five colours of the photograph from dark to light."""
    height, width = photograph.shape[:2]
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(width), np.fft.fftfreq(height)))
    frequency[0, 0] = 1.0
    waves = np.fft.fft2(draw.normal(size=(height, width))) / frequency ** draw.uniform(1.0, 2.2)
    ranks = np.argsort(np.argsort(np.fft.ifft2(waves).real.ravel())).reshape(height, width) / (height * width)
    palette = _colours(photograph, 5, draw)
    palette = palette[np.argsort(palette.sum(axis=1))]
    steps = np.linspace(0, 1, 5)
    return np.stack([np.interp(ranks, steps, palette[:, c]) for c in range(3)], axis=-1).astype(np.uint8)


def _ramp(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    height, width = photograph.shape[:2]
    angle = draw.uniform(0, 2 * np.pi)
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    share = across * np.cos(angle) + down * np.sin(angle)
    share = ((share - share.min()) / (share.max() - share.min()))[..., None]
    first, last = _colours(photograph, 2, draw)
    return (first * (1 - share) + last * share).astype(np.uint8)


def _spots(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Discs and shards of the photograph's colours on one of them."""
    height, width = photograph.shape[:2]
    count = int(draw.integers(5, 40))
    colours = _colours(photograph, count + 1, draw)
    picture = np.full(photograph.shape, colours[0], np.uint8)
    for colour in colours[1:].tolist():
        centre = draw.uniform(0, 1, 2) * (width, height)
        radius = draw.uniform(0.02, 0.25) * height
        if draw.random() < 0.5:
            cv2.circle(picture, centre.astype(int).tolist(), int(radius), colour, -1, cv2.LINE_AA)
        else:
            corners = centre + draw.uniform(-radius, radius, (int(draw.integers(3, 7)), 2))
            cv2.fillPoly(picture, [corners.astype(np.int32)], colour, cv2.LINE_AA)
    return picture


def _colours(photograph: np.ndarray, count: int, draw: np.random.Generator) -> np.ndarray:
    pixels = photograph.reshape(-1, 3)
    return pixels[draw.integers(0, len(pixels), count)].astype(float)


KINDS: Mapping[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = MappingProxyType(
    {"scrambled": _scrambled, "blurred": _blurred, "clouds": _clouds, "ramp": _ramp, "spots": _spots}
)
"""Each makes a picture of the same size, uint8 RGB, out of a photograph and a draw."""
