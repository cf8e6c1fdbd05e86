"""Courses of an emotion over a whole piece: the six shapes of stories, and paths from one emotion to another.

Source of the shapes: Reagan et al. 2016; their numbers stand in ``assets/arcs/arcs.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from conditioning.emotion import Emotion, mix
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.parsing import parse_emotion
from conditioning.timeline import Keyframe, Timeline
from conditioning.words import fold_word

__all__ = ["Arc", "arc", "arc_names", "path", "story"]


@dataclass(frozen=True)
class Arc:
    """A shape of stories.

    Args:
        name: such as ``"man_in_a_hole"``.
        title: as people call it.
        aliases: other names.
        points: ``(share of the story 0..1, fortune -1..1)``, from 0 to 1.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


def arc_names() -> list[str]:
    """Names of all shapes, in the order of their source."""
    return list(_arcs())


def arc(name: str) -> Arc:
    """The shape of a name, title or alias.

    Raises:
        UnknownNameError: there is none.

    Example:
        >>> arc("Rags to riches").points
        ((0.0, -1.0), (1.0, 1.0))
    """
    wanted = fold_word(name.replace("_", " "))
    for found in _arcs().values():
        if wanted in {
            fold_word(word.replace("_", " ")) for word in (found.name, found.title, *found.aliases)
        }:
            return found
    raise UnknownNameError("arc", name, arc_names())


def story(
    name: str,
    seconds: float,
    *,
    low: Emotion | None = None,
    high: Emotion | None = None,
    ease: str = "smooth",
) -> Timeline:
    """An emotion that goes up and down as a story does.

    Args:
        name: of the shape.
        seconds: length of the story, above 0.
        low: felt where fortune is worst; sadness if None.
        high: felt where fortune is best; joy if None.
        ease: of the ways between the turns.

    Raises:
        UnknownNameError: there is no such shape.
        EmotionError: the length is not above 0.

    Example:
        >>> [str(key.emotion) for key in story("icarus", 60.0).keyframes]
        ['sadness', 'joy', 'sadness']
    """
    _check(seconds)
    bottom = low if low is not None else parse_emotion(_file()["low"])
    top = high if high is not None else parse_emotion(_file()["high"])
    keys = []
    for share, fortune in arc(name).points:
        height = (fortune + 1) / 2
        emotion = (
            top if height == 1 else bottom if height == 0 else mix([(bottom, 1 - height), (top, height)])
        )
        keys.append(Keyframe(share * seconds, emotion, ease))
    return Timeline(tuple(keys))


def path(emotions: Sequence[Emotion], seconds: float, *, ease: str = "smooth") -> Timeline:
    """The way from one emotion to another, over any between them, all parts equally long.

    Args:
        emotions: at least one, in their order.
        seconds: length of the way, above 0.
        ease: of each part.

    Raises:
        EmotionError: there is no emotion, or the length is not above 0.
    """
    _check(seconds)
    parts = max(len(emotions) - 1, 1)
    return Timeline(tuple(Keyframe(seconds * i / parts, emotion, ease) for i, emotion in enumerate(emotions)))


def _check(seconds: float) -> None:
    if not 0 < seconds < float("inf"):
        raise EmotionError(f"A course cannot last {seconds:g} s.", "Give a length above 0.")


@cache
def _file() -> Mapping[str, Any]:
    return asset_table("arcs", "arcs.toml")


@cache
def _arcs() -> Mapping[str, Arc]:
    return {
        name: Arc(
            name, row["title"], tuple(row["aliases"]), tuple((float(x), float(y)) for x, y in row["points"])
        )
        for name, row in _file()["arc"].items()
    }
