"""What people feel of colours without a subject: a few means over a picture, and the weights that read them.

Feelings about several colours are near the mean of the feelings about each (Ou et al. 2004, "A study of colour emotion and
colour preference, part II"), so a map from means over the pixels suffices.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from studio.judges.oklab import oklab

__all__ = ["COLOUR_MEANS", "colour_means", "felt_colour"]

COLOUR_MEANS = (
    "lightness",
    "chroma",
    "green to red",
    "blue to yellow",
    "chroma of red and cyan against yellow and blue",
    "chroma of orange and azure against green and purple",
    "lightness times chroma",
    "lightness squared",
    "chroma squared",
)


def colour_means(pixels: np.ndarray) -> np.ndarray:
    """Means over all pixels of the quantities named by ``COLOUR_MEANS``, in OKLab, float64 ``(9,)``.

    Args:
        pixels: uint8 sRGB ``(…, 3)``.
    """
    light, red, yellow = oklab(pixels.reshape(-1, 3)).T
    chroma = np.hypot(red, yellow)
    own = np.maximum(chroma, 1e-9)
    # Chroma times cosine and sine of twice the hue: what opposite hues share.
    double, twice = (red**2 - yellow**2) / own, 2 * red * yellow / own
    planes = (light, chroma, red, yellow, double, twice, light * chroma, light**2, chroma**2)
    return np.array([plane.mean() for plane in planes])


def felt_colour(means: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """Valence and arousal ``(n, 2)`` of colours; those of the average photograph feel neutral.

    Args:
        means: ``(n, 9)`` of ``colour_means``.
        weights: ``colour_slope`` (9, 2), ``colour_centre`` (9,).
    """
    points: np.ndarray = (means - weights["colour_centre"]) @ weights["colour_slope"]
    return points
