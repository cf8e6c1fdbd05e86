"""Hypothesis strategies and small makers for readings and distributions."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from studio.judges.base import Reading

BASIC = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
NAMES = lexicon().names
SILENT = (None, Reading({}), Reading({"joy": 1.0}, VAD(0.7, 0.4, 0.3), None, 0.2, floor=0.5))

names = st.sampled_from(NAMES)
axis = st.floats(-1, 1).map(lambda x: round(x, 6))
points = st.builds(VAD, axis, axis, axis)
emotions = st.builds(
    Emotion.of,
    st.dictionaries(names, st.floats(0.05, 1), min_size=1, max_size=3),
    st.floats(0.2, 1),
)


def distributions(count: int) -> st.SearchStrategy[np.ndarray]:
    """Shares ``(count,)`` that sum to 1, some of them 0."""
    weight = st.one_of(st.just(0.0), st.floats(1e-6, 1))
    lists = st.lists(weight, min_size=count, max_size=count).filter(lambda w: sum(w) > 0)
    return lists.map(lambda w: np.array(w) / sum(w))


def reading(shares: dict[str, float], point: VAD | None = None, confidence: float = 0.9) -> Reading:
    return Reading(shares, point, None, confidence)


readings = st.builds(
    lambda shares, point: reading(dict(zip(BASIC, shares.tolist(), strict=True)), point),
    distributions(len(BASIC)),
    points,
)
