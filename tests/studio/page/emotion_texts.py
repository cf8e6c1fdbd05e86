"""Hypothesis strategies for what people type into the script box."""

from __future__ import annotations

from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.parsing import write_emotion
from conditioning.vad import VAD

_NAMES = ("joy", "fear", "sadness", "anger", "hope", "serenity", "contempt", "neutral")
_SAYINGS = ("She is here!", "But why?", "I do not know.", "Well", "No more, please…")

_axis = st.floats(-1, 1)
_mixtures = st.dictionaries(st.sampled_from(_NAMES[:-1]), st.floats(0.05, 1), min_size=1, max_size=3)
emotions = st.one_of(
    st.builds(Emotion.of, _mixtures, st.floats(0.05, 1)),
    st.builds(Emotion.at, st.builds(VAD, _axis, _axis, _axis), st.floats(0.05, 1)),
    st.just(Emotion.neutral()),
)

_marks = st.one_of(
    st.sampled_from(["", "[pause 0.5] ", "[voice Ada] "]), emotions.map(lambda e: f"[{write_emotion(e)}] ")
)


@st.composite
def scripts(draw):
    """A script without faults."""
    count = draw(st.integers(1, 5))
    pieces = [draw(_marks) + draw(st.sampled_from(_SAYINGS)) for _ in range(count)]
    return draw(st.sampled_from([" ", "\n", "\n\n"])).join(pieces)


wild_texts = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["[", "]", "\\", "[joy]", "[jooy]", "[]", "[pause]", "[v=2]", "\n\n", "<b>", "${1}", "{{x}}"]
        ),
        st.sampled_from(_SAYINGS),
    ),
    max_size=8,
).map("".join)
