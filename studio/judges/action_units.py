"""Action units of the Facial Action Coding System as a face shows them, read from its landmarks and blendshapes.

Each unit has one measure: the mean of some of ARKit's shapes as MediaPipe reads them, or, where those hardly move, a length
between landmarks. The measure is brought to 0..1 between what calm faces
show and what the strongest of many faces show. Which measure, and both ends, stand in
``assets/judges/face/action_units.toml`` with their sources.

Conventions: lengths are in distances between the middles of the eyes, upright to the line that joins them, so size, place
and roll of the head say nothing. Turning and nodding do change them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.landmarks import BLENDSHAPES, FaceMarks

__all__ = ["LENGTHS", "ActionUnit", "action_units", "read_action_units"]

# Numbers of MediaPipe's mesh points; of a pair the right side of the person comes first.
_EYES = ((33, 133), (263, 362))
_EYE_CORNERS, _OUTER_EYE_CORNERS = (33, 133, 263, 362), (33, 263)
_LOWER_LIDS = (144, 145, 153, 373, 374, 380)
_INNER_BROWS, _OUTER_BROWS, _BROW_ARCHES = (55, 107, 285, 336), (46, 70, 276, 300), (63, 70, 293, 300)
_NOSE_ROOT, _NOSE_BASE = 168, 2
_MOUTH_CORNERS, _LIP_MIDDLES, _LIP_EDGES = (61, 291), (13, 14), (0, 17)


@dataclass(frozen=True)
class ActionUnit:
    """How a unit is read.

    Args:
        key: such as ``"au12"``.
        name: of the FACS manual, such as ``"lip corner puller"``.
        shapes: names of blendshapes whose mean is the measure; empty where a length is.
        length: name in ``LENGTHS``; empty where shapes are.
        rest: the measure on calm faces, read as 0.
        full: the measure on the strongest faces, read as 1; may be less than ``rest``.
    """

    key: str
    name: str
    shapes: tuple[str, ...]
    length: str
    rest: float
    full: float


def read_action_units(marks: FaceMarks, calm: FaceMarks | None = None) -> dict[str, float]:
    """Strength of each action unit, 0 as calm faces to 1 as the strongest faces, by its key such as ``"au12"``.

    Args:
        marks: of a face that looks about at the camera.
        calm: of the same person at rest, whose measures are then read as 0, as coders do who know the person; None takes
            the median of calm faces, with which brows that lie low at rest are read as less raised than they are.
    """
    upright = _upright(marks.points)
    at_rest = None if calm is None else (_upright(calm.points), calm.blendshapes)
    return {
        unit.key: _strength(unit, _measure(unit, upright, marks.blendshapes), at_rest)
        for unit in action_units()
    }


@cache
def action_units() -> tuple[ActionUnit, ...]:
    """The units that are read, in the order of their numbers.

    Raises:
        ValueError: the table names a shape or a length that does not exist.
    """
    table = asset_table("judges", "face", "action_units.toml")
    return tuple(_unit(key, row) for key, row in table.items())


def _unit(key: str, row: Mapping[str, Any]) -> ActionUnit:
    stems, length = row.get("shapes", []), row.get("length", "")
    shapes = tuple(name for name in BLENDSHAPES if _side_free(name) in stems)
    if bool(shapes) == (length in LENGTHS):
        raise ValueError(f"{key} reads {stems} and {length!r}; give known shapes or one of {list(LENGTHS)}.")
    return ActionUnit(key, row["name"], shapes, length, row["rest"], row["full"])


def _side_free(name: str) -> str:
    return name.removesuffix("Left").removesuffix("Right")


def _measure(unit: ActionUnit, upright: np.ndarray, blendshapes: np.ndarray) -> float:
    if unit.shapes:
        return float(np.mean([blendshapes[BLENDSHAPES.index(name)] for name in unit.shapes]))
    return LENGTHS[unit.length](upright)


def _strength(unit: ActionUnit, measure: float, calm: tuple[np.ndarray, np.ndarray] | None) -> float:
    rest = unit.rest if calm is None else _measure(unit, *calm)
    return float(np.clip((measure - rest) / (unit.full - unit.rest), 0.0, 1.0))


def _upright(points: np.ndarray) -> np.ndarray:
    """Points ``(478, 2)`` about the middle between the eyes, y upwards, the eyes level and one apart."""
    flat = points[:, :2] * np.array([1.0, -1.0])
    right, left = (flat[list(corners)].mean(axis=0) for corners in _EYES)
    along = (left - right) / np.square(left - right).sum()
    centred = flat - (right + left) / 2
    return np.stack([centred @ along, centred @ np.array([-along[1], along[0]])], axis=1)


def _height(points: np.ndarray, upper: tuple[int, ...], lower: tuple[int, ...]) -> float:
    """How far some points stand above others, in distances between the eyes."""
    return float(points[list(upper), 1].mean() - points[list(lower), 1].mean())


def _distance(points: np.ndarray, one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))


LENGTHS: Mapping[str, Callable[[np.ndarray], float]] = MappingProxyType(
    {
        "brow slope": lambda p: _height(p, _INNER_BROWS, _OUTER_BROWS),
        "outer brows": lambda p: _height(p, _BROW_ARCHES, _OUTER_EYE_CORNERS),
        "lower lids": lambda p: _height(p, _LOWER_LIDS, _EYE_CORNERS),
        "nose": lambda p: _height(p, (_NOSE_ROOT,), (_NOSE_BASE,)),
        "mouth corners": lambda p: _height(p, _MOUTH_CORNERS, _LIP_MIDDLES),
        "mouth width": lambda p: _distance(p, *_MOUTH_CORNERS),
        "lip gap": lambda p: _distance(p, *_LIP_MIDDLES),
        "red of the lips": lambda p: (
            _distance(p, _LIP_EDGES[0], _LIP_MIDDLES[0]) + _distance(p, _LIP_EDGES[1], _LIP_MIDDLES[1])
        ),
    }
)
"""Measures of an upright face ``(478, 2)``, in distances between the eyes."""
