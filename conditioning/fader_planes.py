"""What an emotion without a number of its own does to a fader: what its place on the axes says.

In a file with ``between = "plane"`` each emotion that the file names does what the file says, by its share of what is felt. The rest of
the place in valence, arousal and dominance moves a fader by a slope for each axis, from neutral to either side. Slopes are
those of the plane through neutral that comes nearest to the file's labels, each at its place in the lexicon, or the fader's own,
which may differ above and below 0. So a mixture of named emotions is the mixture of their numbers, however slopes bend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from conditioning.vad import AXES
from conditioning.vocabulary import lexicon

__all__ = ["HALVES", "halves", "left", "slopes"]

HALVES = (*AXES, *(f"{axis}_low" for axis in AXES))
"""Keys of slopes: of an axis, and of its half below 0 where that has its own."""

_STIFFNESS = (
    0.1  # share of the labels' mean square on the axes that is added, so that few labels make no steep plane
)


def slopes(labels: Mapping[str, float], named: Sequence[str], given: Mapping[str, float]) -> dict[str, float]:
    """Change of a fader by 1 on each axis, in the unit of the numbers given, by ``HALVES``.

    Args:
        labels: numbers of emotions; one that is missing counts as 0.
        named: all emotions that the file gives a number for any fader.
        given: the fader's own, by some of ``HALVES``; both halves follow one number for the axis.
    """
    places = _places(named)
    numbers = np.array([labels.get(name, 0.0) for name in named])
    square = places.T @ places
    stiff = square + _STIFFNESS * np.trace(square) / 3 * np.eye(3)
    plane = dict(zip(AXES, (float(x) for x in np.linalg.solve(stiff, places.T @ numbers)), strict=True))
    whole = {axis: given.get(axis, plane[axis]) for axis in AXES}
    return whole | {f"{axis}_low": given.get(f"{axis}_low", slope) for axis, slope in whole.items()}


def left(points: np.ndarray, strengths: Mapping[str, np.ndarray]) -> np.ndarray:
    """What is left of places when named emotions have taken theirs ``(T, 3)``.

    Args:
        points: valence, arousal and dominance felt ``(T, 3)``.
        strengths: each named emotion, as it is felt ``(T,)``.
    """
    taken = np.column_stack([*strengths.values()]) @ _places([*strengths]) if strengths else 0.0
    return np.asarray(points - taken)


def halves(rest: np.ndarray) -> dict[str, np.ndarray]:
    """The part of each axis above 0 and, as a number below it, the part below ``(T,)``, by ``HALVES``.

    Args:
        rest: as of ``left``.
    """
    parts = (np.maximum(rest, 0.0), np.minimum(rest, 0.0))
    return dict(zip(HALVES, np.hstack(parts).T, strict=True))


def _places(names: Sequence[str]) -> np.ndarray:
    return np.array([lexicon()[name].vad.array() for name in names]).reshape(-1, 3)
