"""Colours that people associated with emotions, as points of valence and arousal.

Studies ask how much a colour goes with joy, anger …; an emotion's rating is taken to be the projection of the colour's point
onto the direction in which the emotion lies (its place in the lexicon), plus what that emotion gets on average. Least
squares over all emotions of a study give the point. The average colour of a study is neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.assets import asset_table
from conditioning.vocabulary import lexicon
from studio.judges.scoring.video_colour import colour_means

__all__ = ["RatedColours", "colour_scales", "plain_colours", "points_of_ratings", "srgb"]

_WHITE = np.array([0.95047, 1.0, 1.08883])  # of D65, IEC 61966-2-1
_TO_RGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


@dataclass(frozen=True)
class RatedColours:
    """The colours of one study.

    Args:
        names: of them.
        pixels: of each, uint8 sRGB ``(k, 3)``.
        points: valence and arousal ``(n, 2)``, the study's average at 0.
    """

    names: tuple[str, ...]
    pixels: tuple[np.ndarray, ...]
    points: np.ndarray

    def means(self) -> np.ndarray:
        """``colour_means`` of each ``(n, 9)``."""
        return np.stack([colour_means(pixels) for pixels in self.pixels])


def colour_scales() -> RatedColours:
    """Forty scales of colour that were rated as maps without a subject; see ``colour_scales.toml``."""
    table = asset_table("judges", "video", "colour_scales.toml")
    rows = table["scale"]
    ratings = 2 * np.array([row["ratings"] for row in rows.values()]) - 1
    pixels = tuple(
        np.array([list(bytes.fromhex(code)) for code in row["colours"].split()], np.uint8)
        for row in rows.values()
    )
    return RatedColours(tuple(rows), pixels, points_of_ratings(ratings, table["emotions"]))


def plain_colours() -> RatedColours:
    """The 37 colours of the Berkeley Color Project; see ``colours.toml``."""
    table = asset_table("judges", "tuning", "picture", "colours.toml")
    rows = table["colour"]
    ratings = np.array([row["ratings"] for row in rows.values()])
    pixels = tuple(srgb(np.array(row["lab"], float))[None] for row in rows.values())
    return RatedColours(tuple(rows), pixels, points_of_ratings(ratings, table["emotions"]))


def points_of_ratings(ratings: np.ndarray, emotions: Sequence[str]) -> np.ndarray:
    """Valence and arousal ``(n, 2)``.

    Args:
        ratings: ``(n, k)``, -1 for not at all to 1 for very much.
        emotions: ``k`` lexicon names.
    """
    places = np.stack([lexicon()[name].vad.array()[:2] for name in emotions])
    directions = places / np.linalg.norm(places, axis=1, keepdims=True)
    points: np.ndarray = (ratings - ratings.mean(axis=0)) @ np.linalg.pinv(directions).T
    return points


def srgb(lab: np.ndarray) -> np.ndarray:
    """CIELAB under D65 as uint8 sRGB ``(3,)``, cut to what screens show (CIE 15, IEC 61966-2-1)."""
    middle = (lab[0] + 16) / 116
    f = np.array([middle + lab[1] / 500, middle, middle - lab[2] / 200])
    xyz = _WHITE * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = np.clip(_TO_RGB @ xyz, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * curved).astype(np.uint8)
