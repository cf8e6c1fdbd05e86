from __future__ import annotations

import pytest
from emotion_strategies import emotions
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.conversion import engine_vector
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.timeline import Timeline
from conditioning.vocabulary import vocabulary, vocabulary_names


@given(emotions, st.sampled_from(vocabulary_names()))
def test_a_vector_has_its_lists_order_and_sum(emotion, name):
    vector, words = engine_vector(emotion, name), vocabulary(name)
    assert vector.names == words.names
    assert min(vector.values) >= 0
    has_neutral = any(label.emotion == "neutral" for label in words.labels)
    expected = 1.0 if has_neutral else min(emotion.intensity, words.sum_at_most)
    assert sum(vector.values) == pytest.approx(expected)


@pytest.mark.parametrize("name", vocabulary_names())
def test_an_emotion_that_the_list_names_is_said_without_loss(name):
    for label in vocabulary(name).labels:
        if label.emotion is not None:
            vector = engine_vector(Emotion.of(label.emotion, 0.5), name)
            assert vector.loss == pytest.approx(0, abs=1e-9)
            assert not vector.merged


def test_an_emotion_without_a_label_goes_to_its_neighbours_and_the_loss_is_said():
    vector = engine_vector(Emotion.of("rage"), "ekman")
    assert vector.merged == {"rage": "anger"}
    assert vector.loss > 0.1


def test_classes_without_feeling_get_nothing():
    vector = engine_vector(Emotion.of("nostalgia"), "emotion2vec")
    assert vector.values[vector.names.index("other")] == vector.values[vector.names.index("unknown")] == 0


def test_indextts_takes_a_sum_of_at_most_four_fifths():
    assert engine_vector(Emotion.of("joy"), "indextts").values[0] == pytest.approx(0.8)
    assert engine_vector(Emotion.of("joy", 0.5), "indextts").values[0] == pytest.approx(0.5)


def test_the_conditioning_gives_the_vector_at_a_time():
    line = Timeline.of([(0, Emotion.of("joy")), (2, Emotion.of("fear"))])
    vector = Conditioning(line).vector("ekman", 1.0)
    assert dict(zip(vector.names, vector.values, strict=True))["happiness"] == pytest.approx(0.5)
    with pytest.raises(UnknownNameError):
        Conditioning(line).vector("ekmann")
