"""Expressed and evoked, kept apart: what a piece shows, and what it makes people feel.

Aim: a sad song may please, a snarl frightens and is no fear. Averaging both sides would hide either, so here they
cannot be mixed by oversight: each reading is typed by the side that the labels of its judge's corpus stand for.

Conventions: the side of the studio's own judges stands in ``assets/fidelity/measures.toml`` with what their raters
were asked. Terms after Gabrielsson 2002 (Musicae Scientiae, "Emotion perceived and emotion felt").

Metrics:
    * ``by_side``: mean distance to what was asked, for each side alone.
    * ``gap``: distance between what is expressed and what is evoked.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from studio.fidelity.measures.asking import point_read
from studio.fidelity.measures.single import vad_distance
from studio.judges.base import Reading

__all__ = ["Side", "SidedReading", "by_side", "evaluate", "gap", "side_of", "validate"]

_TWO = ("valence", "arousal")  # the axes that every judge reads


class Side(StrEnum):
    """Whose feeling a reading is about."""

    EXPRESSED = "expressed"
    EVOKED = "evoked"


@dataclass(frozen=True)
class SidedReading:
    """A reading and whose feeling it is about.

    Args:
        side: expressed by the piece, or evoked in people.
        read: what was read; None for nothing.
    """

    side: Side
    read: Reading | None


def side_of(judge: str) -> Side:
    """The side that one of the studio's judges reads.

    Raises:
        UnknownNameError: there is no such judge in the table.

    Example:
        >>> side_of("picture").value
        'evoked'
    """
    sides = asset_table("fidelity", "measures.toml")["sides"]
    if judge not in sides:
        raise UnknownNameError("judge", judge, sides)
    return Side(sides[judge])


def validate(asked: Sequence[Emotion], read: Sequence[SidedReading]) -> None:
    """Check lengths; warns about an empty set.

    Raises:
        ValueError: lengths differ, or a reading states no side.
    """
    if len(asked) != len(read):
        raise ValueError(f"{len(asked)} emotions were asked and {len(read)} read; give one reading for each.")
    if not all(isinstance(one, SidedReading) for one in read):
        raise ValueError("A reading states no side; wrap it in SidedReading.")
    if not asked:
        warnings.warn("There are no readings on either side.", stacklevel=2)


def by_side(asked: Sequence[Emotion], read: Sequence[SidedReading], side: Side) -> float:
    """Mean distance to what was asked on valence and arousal, of one side's readings alone.

    Range 0..2√2, lower is better; 1.04 for points drawn evenly; silence counts as neutral (see
    ``single.vad_distance``). NaN where no reading is of that side: the other says nothing of it.
    """
    distances = [vad_distance(a, r.read, _TWO) for a, r in zip(asked, read, strict=True) if r.side is side]
    return float(np.mean(distances)) if distances else float("nan")


def gap(expressed: SidedReading, evoked: SidedReading) -> float:
    """Distance on valence and arousal between what a piece shows and what it does to people.

    Range 0..2√2; neither is better by itself; 1.04 for points drawn evenly. NaN if either is silent.

    Raises:
        ValueError: the readings are not of these sides.
    """
    if expressed.side is not Side.EXPRESSED or evoked.side is not Side.EVOKED:
        raise ValueError(
            f"The sides are {expressed.side} and {evoked.side}; give what is expressed, then what is evoked."
        )
    here, there = point_read(expressed.read), point_read(evoked.read)
    if here is None or there is None:
        return float("nan")
    return float(np.linalg.norm(here.array()[:2] - there.array()[:2]))


def evaluate(asked: Sequence[Emotion], read: Sequence[SidedReading]) -> dict[str, float]:
    """The mean distance of each side, named ``distance_expressed`` and ``distance_evoked``; never one for both.

    Raises:
        ValueError: lengths differ or a reading states no side.
    """
    validate(asked, read)
    return {f"distance_{side.value}": by_side(asked, read, side) for side in Side}
