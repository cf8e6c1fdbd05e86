"""The colour of an emotion on the page: of each named one from ``assets/palette.toml``, of a mixture in between."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.vocabulary import Vocabulary, lexicon

__all__ = ["css_colour", "oklab_of"]


@cache
def oklab_of(name: str) -> tuple[float, float, float]:
    """Lightness and the two colour axes of an emotion in OKLab.

    Args:
        name: of the lexicon; one without a colour of its own gets its neighbours' mean by nearness.

    Raises:
        UnknownNameError: it is not in the lexicon.
    """
    own = _palette()
    if name in own:
        return own[name]
    known = Vocabulary("palette", "", tuple(lexicon()[each] for each in own))
    shares = known.nearness(lexicon()[name].vad.array())
    return _triple(shares @ np.array(list(own.values())))


def css_colour(mixture: Mapping[str, float]) -> str:
    """The CSS colour of a mixture: the weighted mean of its emotions' colours in OKLab.

    Args:
        mixture: weight by lexicon name, with any positive sum.

    Example:
        >>> css_colour({"neutral": 1.0})
        'oklab(0.660 -0.007 -0.019)'
    """
    names = list(mixture)
    weights = [mixture[name] for name in names]
    mean = np.average([oklab_of(name) for name in names], axis=0, weights=weights)
    return "oklab({:.3f} {:.3f} {:.3f})".format(*mean)


@cache
def _palette() -> dict[str, tuple[float, float, float]]:
    table = asset_table("palette.toml")["oklch"]
    return {name: _from_polar(*values) for name, values in table.items()}


def _from_polar(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    angle = np.radians(hue)
    return _triple(np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)]))


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    lightness, a, b = (float(value) for value in values)
    return lightness, a, b
