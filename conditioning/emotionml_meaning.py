"""Which emotions of the studio an EmotionML document means, and a document that says the studio's emotions in full.

Categories are read as words, dimensions as axes (0..1, neutral 0.5). Category values without an intensity are strengths, as
in ``joy:0.7+fear:0.3``; with the dimension ``intensity`` they are shares. Appraisals and action tendencies count only where
an emotion has nothing else, by ``assets/emotionml/meanings.toml``. Whatever is not followed stands in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion, mix
from conditioning.emotionml import Annotation, Descriptor, Document, Item, ItemList, Trace
from conditioning.errors import AffectError, EmotionError
from conditioning.parsing import parse_emotion
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD, from_convention, to_convention
from conditioning.vocabulary import lexicon

__all__ = [
    "Understood",
    "annotation_of",
    "document_of",
    "document_of_timeline",
    "timeline_of",
    "understand_annotation",
]

_CATEGORIES, _DIMENSIONS = "affect-studio-emotions", "affect-studio-dimensions"
_NAME_OF = {"valence": "pleasure", "arousal": "arousal", "dominance": "dominance", "intensity": "intensity"}
_MOST_KEYS = 36_000  # an hour at ten a second


@dataclass(frozen=True)
class Understood:
    """What was understood of an annotation.

    Args:
        timeline: the emotion from its start, in seconds; constant where nothing is traced.
        notes: a sentence for each thing that is not followed.
    """

    timeline: Timeline
    notes: tuple[str, ...]

    @property
    def emotion(self) -> Emotion:
        """The emotion at the start."""
        return self.timeline.keyframes[0].emotion


def understand_annotation(annotation: Annotation) -> Understood:
    """The emotion, or its course, that an annotation means.

    Raises:
        EmotionError: none of its descriptors means anything in the studio, or its traces have too many samples.
    """
    used, notes = _followed(annotation)
    hz = max((d.trace.hz for _, d in used if d.trace), default=0.0)
    length = max((len(d.trace.samples) / d.trace.hz for _, d in used if d.trace), default=0.0)
    count = length * hz if hz else 1
    if count > _MOST_KEYS:
        raise EmotionError(f"The traces need {count:g} samples together.", f"{_MOST_KEYS} are the most.")
    times = np.arange(max(round(count), 1)) / (hz or 1.0)
    values = [_values(descriptor, times) for _, descriptor in used]
    keys = [(float(t), _emotion(used, [v[row] for v in values])) for row, t in enumerate(times)]
    return Understood(Timeline.of(keys), (*notes, *_beside(annotation)))


def timeline_of(document: Document) -> Timeline:
    """All annotations of a document over time, from the earliest on; one holds until the next.

    Times are those of ``start`` and ``end`` or, beside a reference, of ``offset-to-start``; an annotation without any
    follows the one before it at once.

    Raises:
        EmotionError: there is no annotation, or one means nothing.
    """
    rows = []
    at = 0.0
    for annotation in document.annotations:
        course = understand_annotation(annotation).timeline
        given = annotation.times.get("start", annotation.times.get("offset-to-start"))
        at = given / 1000 if given is not None else at
        length = annotation.times.get("duration", 0) / 1000
        if "end" in annotation.times and "start" in annotation.times:
            length = (annotation.times["end"] - annotation.times["start"]) / 1000
        rows.append((at, course, max(length, course.end)))
        at += rows[-1][2]
    if not rows:
        raise EmotionError("The document has no emotion.", "Give it an <emotion>.")
    rows.sort(key=lambda row: row[0])
    first = rows[0][0]
    keys: list[tuple[float, Emotion]] = []
    for number, (start, course, length) in enumerate(rows):
        following = rows[number + 1][0] if number + 1 < len(rows) else np.inf
        inside = [(start + k.time, k.emotion) for k in course.keyframes if start + k.time <= following]
        end = min(max(start + length, inside[-1][0]), following)
        keys += [(t - first, e) for t, e in (*inside, (end, inside[-1][1]))]
    return Timeline.of(keys)


def annotation_of(emotion: Emotion, **fields: Any) -> Annotation:
    """An annotation that says an emotion in full: its mixture, its point and its intensity.

    Args:
        emotion: what to say.
        fields: others of ``Annotation``, such as ``text`` or ``times``.
    """
    shares = [
        Descriptor("category", name, min(weight, 1.0)) for name, weight in sorted(emotion.mixture.items())
    ]
    point = to_convention(emotion.vad, "emotionml") | {"intensity": emotion.intensity}
    axes = [Descriptor("dimension", _NAME_OF[axis], value) for axis, value in sorted(point.items())]
    return Annotation((*shares, *axes), **fields)


def document_of(annotations: tuple[Annotation, ...]) -> Document:
    """The document of annotations by ``annotation_of``, which defines the studio's words as its vocabularies."""
    names = sorted({d.name for a in annotations for d in a.descriptors if d.kind == "category"})
    words = ItemList("category", _CATEGORIES, tuple(map(Item, names)))
    axes = ItemList("dimension", _DIMENSIONS, tuple(map(Item, _NAME_OF.values())))
    return Document(
        annotations, (words, axes), {"category": f"#{_CATEGORIES}", "dimension": f"#{_DIMENSIONS}"}
    )


def document_of_timeline(timeline: Timeline, rate: float) -> Document:
    """The document of one emotion whose mixture, point and intensity are traces.

    Args:
        timeline: what to say, from 0 to its end.
        rate: samples a second.

    Raises:
        EmotionError: the rate is not above 0.
    """
    track = timeline.sampled(rate, timeline.end + 1 / max(rate, 1e-9))
    full = np.where(
        track.intensity[:, None] > 1e-9, track.vad / np.maximum(track.intensity[:, None], 1e-9), 0.0
    )
    used = np.flatnonzero((track.weights > 0).any(axis=0))
    traced = [("category", track.labels[column], track.weights[:, column]) for column in used]
    traced += [
        ("dimension", _NAME_OF[axis], (column + 1) / 2) for axis, column in zip(AXES, full.T, strict=True)
    ]
    traced.append(("dimension", "intensity", track.intensity))
    found = [
        Descriptor(kind, name, trace=Trace(rate, tuple(float(x) for x in np.clip(values, 0.0, 1.0))))
        for kind, name, values in traced
    ]
    return document_of((Annotation(tuple(found)),))


def _followed(annotation: Annotation) -> tuple[list[tuple[Any, Descriptor]], list[str]]:
    """Descriptors with what each means (an emotion, or an axis), and notes of those that are not followed."""
    main = [d for d in annotation.descriptors if d.kind in ("category", "dimension")]
    used = [(meaning, d) for d in main if (meaning := _meaning(d)) is not None]
    named = [meaning for meaning, _ in used if meaning != "intensity"]
    notes = [f"The {d.kind} {d.name} is not known and not followed." for d in main if _meaning(d) is None]
    for d in annotation.descriptors:
        if d.kind in ("category", "dimension"):
            continue
        meaning = _meaning(d)
        if named or meaning is None:
            why = "stands beside categories or dimensions" if named else "has no meaning in the studio"
            notes.append(f"The {d.kind} {d.name} {why} and is not followed.")
        else:
            used.append((meaning, d))
            notes.append(f"The {d.kind} {d.name} is followed roughly.")
    if not any(meaning != "intensity" for meaning, _ in used):
        names = ", ".join(d.name for d in annotation.descriptors)
        raise EmotionError(
            f"None of {names} means an emotion here.", "Name one that the studio knows, such as joy."
        )
    return used, notes


def _meaning(descriptor: Descriptor) -> Emotion | str | None:
    """The emotion of a category or an action tendency, the axis of a dimension or an appraisal; None if unknown."""
    table = _table().get(descriptor.kind, {})
    if descriptor.kind in ("dimension", "appraisal"):
        found: str | None = None if descriptor.name == "source" else table.get(descriptor.name.casefold())
        return found
    word = descriptor.name
    if descriptor.kind == "action-tendency":
        word = "" if word == "source" else table.get(word.casefold(), "")
    try:
        return Emotion.of(word) if word in lexicon() else parse_emotion(word.replace("_", " "))
    except AffectError:
        return None


def _values(descriptor: Descriptor, times: np.ndarray) -> np.ndarray:
    """What is said over times ``(T,)``; 1 where nothing is."""
    if descriptor.trace is not None:
        own = np.arange(len(descriptor.trace.samples)) / descriptor.trace.hz
        return np.interp(times, own, descriptor.trace.samples)
    return np.full(len(times), 1.0 if descriptor.value is None else descriptor.value)


def _emotion(used: list[tuple[Any, Descriptor]], values: list[float]) -> Emotion:
    """The emotion of descriptors at these values."""
    axes: dict[str, list[float]] = {}
    parts: list[tuple[Emotion, float]] = []
    for (meaning, _), value in zip(used, values, strict=True):
        if isinstance(meaning, str):
            axes.setdefault(meaning, []).append(float(value))
        else:
            parts.append((meaning, float(value)))
    means = {axis: float(np.mean(found)) for axis, found in axes.items()}
    intensity = means.pop("intensity", None)
    point = from_convention(means, "emotionml") if means else None
    given = {axis: getattr(point, axis) for axis in means}
    if not parts:
        return Emotion.at(replace(VAD(), **given), 1.0 if intensity is None else intensity)
    total = sum(weight for _, weight in parts)
    strength = min(total, 1.0) if intensity is None else intensity
    if total <= 0 or strength <= 0:
        return Emotion.neutral()
    whole = _mixture(parts)
    if given:
        moved = replace(whole.vad, **given)
        # A mixture of nothing but neutral has no direction of its own, so it takes the names near the point.
        whole = replace(whole, vad=moved) if whole.intensity or moved == VAD() else Emotion.at(moved)
    return replace(whole, intensity=strength) if whole.intensity else whole


def _mixture(parts: list[tuple[Emotion, float]]) -> Emotion:
    """The mixture of emotions in shares, at full intensity; names of the lexicon keep their weights exactly."""
    if all(len(emotion.mixture) == 1 for emotion, _ in parts):
        weights: dict[str, float] = {}
        for emotion, weight in parts:
            name = next(iter(emotion.mixture))
            weights[name] = weights.get(name, 0.0) + weight
        return Emotion.of(weights)
    full = [(replace(e, intensity=1.0) if e.intensity else e, weight) for e, weight in parts]
    return mix(full)


def _beside(annotation: Annotation) -> Iterator[str]:
    """A note for each thing that an annotation says and an emotion has no place for."""
    if any(d.confidence is not None for d in annotation.descriptors):
        yield "Confidences are not followed."
    if annotation.references:
        yield "References are not followed."
    if annotation.expressed_through:
        yield f"That it is expressed through {', '.join(annotation.expressed_through)} is not followed."


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = asset_table("emotionml", "meanings.toml")
    return table
