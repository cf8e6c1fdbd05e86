"""One emotion out of several sources: a voice, a face, a text, music, pictures.

Sources are weighted on each axis by how far they are off there on people (inverse variance), times what the user gives
them. A source that says nothing is missing, not neutral.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from studio.judges.base import Reading

__all__ = ["Fused", "Source", "Weight", "fuse", "source_of"]

_LEAST_ERROR = 0.2
"""No source is trusted more than this error on an axis: some judges were only tried where little happens (own choice)."""

_LEAST_SHARE = 0.05  # judges give every label they know a little; less than this is not said


Weight = tuple[float, float, float]
"""How much a source counts on valence, arousal and dominance."""

_FULL: Weight = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Source:
    """What one source says.

    Args:
        name: such as ``"speech"`` or a file's name.
        point: valence, arousal, dominance, -1..1.
        error: standard deviation of the point on each axis, above 0.
        mixture: shares of lexicon emotions; empty where the source tells no names.
        weight: how much it counts beside the others on each axis, 0 or more.
    """

    name: str
    point: VAD
    error: tuple[float, float, float]
    mixture: Mapping[str, float] = field(default_factory=dict)
    weight: Weight = _FULL


@dataclass(frozen=True)
class Fused:
    """What the sources say together.

    Args:
        emotion: the emotion.
        error: standard deviation of its point on each axis, if the sources err independently.
        shares: of each source on each axis, 0..1; on every axis they sum to 1.
        missing: sources that said nothing.
    """

    emotion: Emotion
    error: tuple[float, float, float]
    shares: Mapping[str, tuple[float, float, float]]
    missing: tuple[str, ...]


def source_of(name: str, reading: Reading | None, weight: Weight = _FULL) -> Source | None:
    """A judge's reading as a source; None where it read nothing, or less surely than its own floor."""
    if reading is None or reading.vad is None or reading.confidence < reading.floor:
        return None
    named = {label: share for label, share in reading.probabilities.items() if label in lexicon()}
    return Source(name, reading.vad, reading.vad_sd or (0.5, 0.5, 0.5), named, weight)


def fuse(sources: Mapping[str, Source | None]) -> Fused:
    """One emotion out of all sources.

    Args:
        sources: by name; None for one that says nothing.

    Raises:
        RequestError: no source says anything, or a weight is negative.

    Example:
        >>> voice = Source("voice", VAD(0.6, 0.4, 0.2), (0.3, 0.2, 0.2))
        >>> fuse({"voice": voice, "face": None}).missing
        ('face',)
    """
    present = [source for source in sources.values() if source is not None and max(source.weight) > 0]
    if any(source is not None and min(source.weight) < 0 for source in sources.values()):
        raise RequestError("The weight of a source is negative.", "Give 0 or more.")
    if not present:
        raise RequestError("No source says anything of an emotion.", "Give another file or text.")
    errors = np.maximum([source.error for source in present], _LEAST_ERROR)
    precision = np.array([source.weight for source in present]) / errors**2
    if not precision.sum(axis=0).all():
        raise RequestError("On one axis no source counts.", "Give one of them a weight above 0 there.")
    shares = precision / precision.sum(axis=0)
    point = VAD.from_array((shares * [source.point.array() for source in present]).sum(axis=0))
    error = np.sqrt((shares**2 * errors**2).sum(axis=0))
    return Fused(
        _emotion(present, shares, point),
        (float(error[0]), float(error[1]), float(error[2])),
        {s.name: (float(v), float(a), float(d)) for s, (v, a, d) in zip(present, shares, strict=True)},
        tuple(name for name, source in sources.items() if source is None),
    )


def _emotion(sources: Sequence[Source], shares: np.ndarray, point: VAD) -> Emotion:
    """The names that matter, weighted as the sources are on average, at the fused point."""
    weights: dict[str, float] = {}
    for source, share in zip(sources, shares.mean(axis=1), strict=True):
        total = sum(source.mixture.values())
        for name, value in source.mixture.items():
            weights[name] = weights.get(name, 0.0) + float(share) * value / total
    weights = {name: weight for name, weight in weights.items() if weight >= _LEAST_SHARE}
    if not weights:
        return Emotion.at(point)
    return replace(Emotion.of(weights), vad=point)
