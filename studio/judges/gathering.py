"""One reading out of several of the same piece."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conditioning.vad import VAD
from studio.judges.base import Reading, TimedReading

__all__ = ["gathered"]


def gathered(readings: Sequence[TimedReading], start: float, end: float) -> Reading | None:
    """One reading out of those that overlap a stretch, weighted by overlap; None if none does.

    Args:
        readings: of one judge.
        start: seconds.
        end: seconds.
    """
    pairs = [(r.reading, max(min(r.end, end) - max(r.start, start), 0.0)) for r in readings]
    pairs = [
        (reading, weight)
        for reading, weight in pairs
        if weight > 0 and (reading.probabilities or reading.vad)
    ]
    total = sum(weight for _, weight in pairs)
    if not total:
        return None
    first = pairs[0][0]
    mean = {
        name: sum(reading.probabilities.get(name, 0.0) * weight for reading, weight in pairs) / total
        for name in first.probabilities
    }
    seen = [(reading.vad.array(), weight) for reading, weight in pairs if reading.vad is not None]
    point = None
    if seen:
        point = VAD.from_array(np.average([v for v, _ in seen], axis=0, weights=[w for _, w in seen]))
    torn = [(reading.disagreement, weight) for reading, weight in pairs if reading.disagreement is not None]
    disagreement = float(np.average([d for d, _ in torn], weights=[w for _, w in torn])) if torn else None
    confidence = sum(reading.confidence * weight for reading, weight in pairs) / total
    return Reading(mean, point, first.vad_sd, confidence, first.floor, disagreement)
