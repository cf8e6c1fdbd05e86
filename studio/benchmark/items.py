"""The fixed set: what every engine of a medium is asked for. Pure: the same names give the same items for ever.

Three kinds of items ask three questions. ``emotion``: is the asked one read, and does more strength read as more? ``mixture``: are
both parts of a blend there? ``grid``: does a reading follow one axis of VAD while the others stay at 0? Numbers and sentences
stand in ``assets/fidelity/benchmark.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.vad import AXES, VAD

__all__ = ["EMOTION", "GRID", "MEDIA", "MIXTURE", "SIZES", "Item", "items", "plan"]

EMOTION, MIXTURE, GRID = "emotion", "mixture", "grid"
MEDIA = ("speech", "face", "music", "video")
SIZES = ("quick", "full")


@dataclass(frozen=True)
class Item:
    """One piece of the set.

    Args:
        name: unique within the medium, such as ``"joy-0.67-s2"``; fit for a file name.
        medium: one of ``MEDIA``.
        text: neutral words, said or given as what is told.
        emotion: asked for, with its intensity.
        kind: ``"emotion"``, ``"mixture"`` or ``"grid"``.
        intensity: 0..1; 0 for neutral.
        seed: of the generator.
        axis: that a grid item moves along; "" for others.
    """

    name: str
    medium: str
    text: str
    emotion: Emotion
    kind: str
    intensity: float
    seed: int
    axis: str = ""

    @property
    def label(self) -> str:
        """What was asked, without its strength: a name, a blend such as ``"joy+surprise"``, or the axis."""
        if self.kind == EMOTION:
            return self.emotion.label
        return self.axis or "+".join(sorted(self.emotion.mixture))

    @property
    def group(self) -> str:
        """Items that are no independent throws: one label with one sentence and seed, at all its strengths."""
        return f"{self.kind} {self.label} {self.seed}"

    @property
    def is_plain(self) -> bool:
        """Whether it asks for one emotion in full, or for none: the items that labels are counted on."""
        return self.kind == EMOTION and self.intensity in (0.0, 1.0)


@cache
def plan() -> Mapping[str, Any]:
    """The table of ``assets/fidelity/benchmark.toml``."""
    return asset_table("fidelity", "benchmark.toml")


def items(medium: str, size: str = "full") -> tuple[Item, ...]:
    """The set of a medium, in the order in which it is made.

    Args:
        medium: one of ``MEDIA``.
        size: ``"quick"`` for a first look, ``"full"`` for figures to quote; quick is a part of full.

    Raises:
        UnknownNameError: there is no such medium or size.

    Example:
        >>> [item.name for item in items("music", "quick")[:3]]
        ['joy-1.00-s1', 'joy-1.00-s2', 'joy-1.00-s3']
    """
    if medium not in MEDIA:
        raise UnknownNameError("medium", medium, MEDIA)
    if size not in SIZES:
        raise UnknownNameError("size", size, SIZES)
    shape = plan()["sizes"][size]
    axes = plan()["media"][medium]["axes"]
    return (
        *_plain(medium, shape),
        *_weaker(medium, shape),
        *_mixtures(medium, shape),
        *_grid(medium, shape, axes),
    )


def _plain(medium: str, shape: Mapping[str, Any]) -> Iterator[Item]:
    for name in plan()["emotions"]:
        emotion = Emotion.of(name)
        for seed in shape["seeds"]:
            yield _item(medium, emotion, EMOTION, f"{name}-{emotion.intensity:.2f}", seed)


def _weaker(medium: str, shape: Mapping[str, Any]) -> Iterator[Item]:
    steps = shape["strengths"]
    for name in plan()["emotions"]:
        for step in range(1, steps):
            emotion = Emotion.of(name, step / steps)
            if emotion.intensity:
                for seed in shape["dial_seeds"]:
                    yield _item(medium, emotion, EMOTION, f"{name}-{emotion.intensity:.2f}", seed)


def _mixtures(medium: str, shape: Mapping[str, Any]) -> Iterator[Item]:
    for weights in plan()["mixtures"][: shape["mixtures"]]:
        for seed in shape["mixture_seeds"]:
            yield _item(medium, Emotion.of(weights), MIXTURE, "mix-" + "+".join(weights), seed)


def _grid(medium: str, shape: Mapping[str, Any], axes: list[str]) -> Iterator[Item]:
    reach = plan()["grid_reach"]
    for axis in axes:
        for place in np.linspace(-reach, reach, shape["grid_points"]).round(6):
            point = np.zeros(len(AXES))
            point[AXES.index(axis)] = place
            for seed in shape["grid_seeds"]:
                emotion = Emotion.at(VAD.from_array(point))
                yield _item(medium, emotion, GRID, f"grid-{axis}{place:+.2f}", seed, axis)


def _item(medium: str, emotion: Emotion, kind: str, name: str, seed: int, axis: str = "") -> Item:
    sentences = plan()["sentences"]
    text = sentences[(seed - 1) % len(sentences)]
    return Item(f"{name}-s{seed}", medium, text, emotion, kind, emotion.intensity, seed, axis)
