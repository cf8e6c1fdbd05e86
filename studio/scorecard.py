"""The scorecard: what was asked against what judges read, beside the same judge on people and beside chance.

Pure: it takes readings and cards, and never looks at media. Quadrant judges (``Q1`` … ``Q4`` after Russell 1980) are asked
for the quadrant of the felt point, category judges for the label to which the asked emotion belongs most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.fidelity.measures.asking import asked_label
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.quadrants import QUADRANTS, quadrant_of

__all__ = [
    "Row",
    "Scorecard",
    "Section",
    "Summary",
    "score",
]


@dataclass(frozen=True)
class Section:
    """A stretch of the film and the emotion asked for in it.

    Args:
        start: seconds.
        end: seconds.
        emotion: of all media without one of their own.
        overrides: emotion of a medium that is to feel something else, by name.
    """

    start: float
    end: float
    emotion: Emotion
    overrides: Mapping[str, Emotion] = field(default_factory=dict)

    def emotion_of(self, medium: str) -> Emotion:
        """What was asked of a medium."""
        return self.overrides.get(medium, self.emotion)


@dataclass(frozen=True)
class Row:
    """One medium in one section.

    Args:
        medium: ``"speech"``, ``"face"``, ``"music"`` or ``"video"``.
        section: index of the section.
        asked: the label asked for, in the judge's own words.
        asked_vad: the felt point asked for.
        read: the likeliest label read, or ``"no reading"``.
        share: probability that the judge gives to the asked label, 0..1; None if it reads axes only.
        read_vad: the point read; None if it reads labels only.
        distance: between the points on valence and arousal, 0..2√2; None without a point.
        confidence: of the judge, 0..1.
        people: how often the same judge reads this label rightly from held-out people, 0..1; None if nobody measured it.
        chance: the same by guessing.
    """

    medium: str
    section: int
    asked: str
    asked_vad: VAD
    read: str
    share: float | None
    read_vad: VAD | None
    distance: float | None
    confidence: float
    people: float | None
    chance: float


@dataclass(frozen=True)
class Summary:
    """One medium over the whole film.

    Args:
        medium: its name.
        right: share of its sections read as asked, weighted by their length, 0..1.
        share: mean probability of the asked label, 0..1, or None.
        distance: mean distance on valence and arousal, or None.
        people: the judge's balanced accuracy on held-out people; None if nobody measured it.
        chance: the same of guessing.
    """

    medium: str
    right: float
    share: float | None
    distance: float | None
    people: float | None
    chance: float


@dataclass(frozen=True)
class Scorecard:
    """All rows, the summary of each medium, and the readings over time."""

    sections: tuple[Section, ...]
    rows: tuple[Row, ...]
    summaries: tuple[Summary, ...]
    curves: Mapping[str, tuple[TimedReading, ...]]


def score(
    sections: Sequence[Section],
    readings: Mapping[str, Sequence[Reading | None]],
    cards: Mapping[str, Card],
    curves: Mapping[str, Sequence[TimedReading]],
) -> Scorecard:
    """The scorecard of a film.

    Args:
        sections: what was asked when.
        readings: by medium, one for each section, None where there was nothing to read. A section whose emotion a judge
            has no label for does not count for its medium.
        cards: by medium, the judge's own.
        curves: by medium, readings over time.
    """
    found = [
        _row(medium, i, section.emotion_of(medium), reading, cards[medium])
        for medium, heard in readings.items()
        for i, (section, reading) in enumerate(zip(sections, heard, strict=True))
        if reading is not None
    ]
    rows = [row for row in found if row is not None]
    summaries = [_summary(medium, rows, sections, cards[medium]) for medium in readings]
    kept = {medium: tuple(items) for medium, items in curves.items()}
    return Scorecard(tuple(sections), tuple(rows), tuple(s for s in summaries if s), kept)


def _quadrant(point: VAD) -> str:
    return QUADRANTS[int(quadrant_of(point.array()[None])[0])]


def _row(medium: str, index: int, emotion: Emotion, reading: Reading, card: Card) -> Row | None:
    """The row of one medium in one section; None where the judge has no label for what was asked."""
    labels = card.labels or QUADRANTS
    asked, felt = asked_label(emotion, labels), emotion.felt
    if asked is None:
        return None
    read = reading.top
    if not reading.probabilities and reading.vad is not None:
        read = _quadrant(reading.vad) if reading.confidence >= reading.floor else "no reading"
    distance = None
    if reading.vad is not None:
        distance = float(np.hypot(felt.valence - reading.vad.valence, felt.arousal - reading.vad.arousal))
    share = reading.probabilities.get(asked) if reading.probabilities else None
    people = card.recall.get(asked, card.accuracy) if card.is_measured else None
    return Row(
        medium,
        index,
        asked,
        felt,
        read,
        share,
        reading.vad,
        distance,
        reading.confidence,
        people,
        card.chance,
    )


def _summary(medium: str, rows: Sequence[Row], sections: Sequence[Section], card: Card) -> Summary | None:
    mine = [row for row in rows if row.medium == medium]
    if not mine:
        return None
    lengths = np.array([max(sections[row.section].end - sections[row.section].start, 1e-3) for row in mine])
    right = float(np.average([row.read == row.asked for row in mine], weights=lengths))
    shares = [row.share for row in mine if row.share is not None]
    distances = [row.distance for row in mine if row.distance is not None]
    return Summary(
        medium,
        right,
        float(np.mean(shares)) if shares else None,
        float(np.mean(distances)) if distances else None,
        card.accuracy if card.is_measured else None,
        card.chance,
    )
