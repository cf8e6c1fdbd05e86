"""Pictures in OKLab: lightness and two opponent axes in which equal steps look equal.

Source: Björn Ottosson 2020, "A perceptual color space for image processing" (matrices); IEC 61966-2-1 (sRGB curve).
"""

from __future__ import annotations

import numpy as np

__all__ = ["chroma", "oklab"]

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)


def oklab(picture: np.ndarray) -> np.ndarray:
    """Lightness 0..1, green to red and blue to yellow of each pixel, float64 ``(…, 3)``.

    Args:
        picture: uint8 sRGB ``(…, 3)``.
    """
    cones = _LINEAR[picture] @ _TO_CONES.T
    lab: np.ndarray = np.cbrt(cones) @ _TO_LAB.T
    return lab


def chroma(lab: np.ndarray) -> np.ndarray:
    """Distance from grey, 0 to about .32 inside sRGB, of OKLab ``(…, 3)``."""
    return np.hypot(lab[..., 1], lab[..., 2])
