"""Hypothesis strategies for points, mixtures and emotions."""

from __future__ import annotations

from hypothesis import strategies as st

from conditioning.emotion import Emotion, mix
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon

FEELINGS = tuple(name for name in lexicon().names if name != "neutral")

axis = st.floats(-1, 1).map(lambda x: round(x, 6))
points = st.builds(VAD, axis, axis, axis)
intensities = st.floats(0.01, 1)
names = st.sampled_from(FEELINGS)
weights = st.floats(0.01, 1)
mixtures = st.dictionaries(names, weights, min_size=1, max_size=4)

of_names = st.builds(Emotion.of, mixtures, intensities)
at_points = st.builds(Emotion.at, points, intensities)
mixed = st.builds(
    lambda a, b, share: mix([(a, share), (b, 1 - share)]), of_names, at_points, st.floats(0.1, 0.9)
)
emotions = st.one_of(of_names, at_points, mixed, st.just(Emotion.neutral()))


def assert_same(a: Emotion, b: Emotion, tolerance: float = 1e-6) -> None:
    """Fail unless two emotions agree in mixture, point and intensity (at intensity 0, in that alone)."""
    assert abs(a.intensity - b.intensity) <= tolerance
    assert a.felt.distance(b.felt) <= 2 * tolerance
    if a.intensity > tolerance:
        assert max(abs(x) for x in (a.vad.array() - b.vad.array())) <= tolerance / min(1, a.intensity)
        for name in set(a.mixture) | set(b.mixture):
            assert abs(a.mixture.get(name, 0) - b.mixture.get(name, 0)) <= tolerance / min(1, a.intensity), (
                name
            )
