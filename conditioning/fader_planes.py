"""What an emotion without a number of its own does to a fader: the plane through those that have one.

A file with ``between = "plane"`` lets each axis of valence, arousal and dominance move a fader evenly: by the plane through
neutral that comes nearest to the file's labels, each at its place in the lexicon. A label adds what sets it apart from the plane,
so an emotion that the file names does exactly what the file says, and one between them does what its place says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from conditioning.vad import AXES
from conditioning.vocabulary import lexicon

__all__ = ["apart", "plane"]

_STIFFNESS = (
    0.1  # share of the labels' mean square on the axes that is added, so that few labels make no steep plane
)


def plane(labels: Mapping[str, float], named: Sequence[str]) -> dict[str, float]:
    """Change of a fader at 1 on each axis, in the unit of the numbers given.

    Args:
        labels: numbers of emotions; one that is missing counts as 0.
        named: all emotions that the file gives a number for any fader.
    """
    places = np.array([lexicon()[name].vad.array() for name in named])
    numbers = np.array([labels.get(name, 0.0) for name in named])
    square = places.T @ places
    stiff = square + _STIFFNESS * np.trace(square) / 3 * np.eye(3)
    return dict(zip(AXES, (float(x) for x in np.linalg.solve(stiff, places.T @ numbers)), strict=True))


def apart(labels: Mapping[str, float], named: Sequence[str], slopes: Mapping[str, float]) -> dict[str, float]:
    """What each emotion does besides the plane.

    Args:
        labels: as of ``plane``.
        named: as of ``plane``.
        slopes: what ``plane`` gave.
    """
    slope = np.array([slopes[axis] for axis in AXES])
    return {name: labels.get(name, 0.0) - float(lexicon()[name].vad.array() @ slope) for name in named}
