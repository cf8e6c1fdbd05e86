"""What each engine takes, number by number: order, range, sum rule, bias, default."""

from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import emotions
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conversion import convert, read_vector
from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.vocabulary import vocabulary, vocabulary_names

ORDER = {
    "indextts": "happy angry sad afraid disgusted melancholic surprised calm",
    "zonos": "happiness sadness disgust fear surprise anger other neutral",
    "audio2face": "amazement anger cheekiness disgust fear grief joy outofbreath pain sadness",
    "emotion2vec": "angry disgusted fearful happy neutral other sad surprised unknown",
    "mead": "angry contempt disgusted fear happy neutral sad surprised",
    "float": "angry disgust fear happy neutral sad surprise",
    "stepaudio": "happy angry sad fear surprised confusion empathy embarrass excited depressed admiration coldness disgusted humour",
    "sensevoice": "HAPPY SAD ANGRY NEUTRAL FEARFUL DISGUSTED SURPRISED",
    "hsemotion": "anger contempt disgust fear happiness neutral sadness surprise",
}
ENGINES = [name for name in vocabulary_names() if vocabulary(name).kind == "engine"]
FEELINGS = [(name, label.name) for name in ENGINES for label in vocabulary(name).labels if label.has_feeling]


def test_every_engine_is_tested_for_its_order():
    assert set(ENGINES) == {*ORDER, "uddetts"}


@pytest.mark.parametrize("name", ORDER)
def test_a_vector_has_the_engines_order(name):
    assert convert(Emotion.of("joy"), to=name).names == tuple(ORDER[name].split())


@given(emotions, st.sampled_from(vocabulary_names()))
def test_a_vector_is_in_range_and_obeys_the_sum_rule(emotion, name):
    made = convert(emotion, to=name)
    words = vocabulary(name)
    assert len(made.values) == len(words.names)
    assert min(made.values) >= 0
    assert max(made.values) <= 1
    assert sum(made.values) <= words.sum_at_most + 1e-6
    if any(label.emotion == "neutral" for label in words.labels):
        assert sum(made.values) == pytest.approx(1)


@given(emotions, st.sampled_from(vocabulary_names()))
def test_classes_without_feeling_get_nothing(emotion, name):
    made = convert(emotion, to=name)
    for label, value in zip(vocabulary(name).labels, made.values, strict=True):
        assert label.has_feeling or value == 0


@pytest.mark.parametrize(("name", "label"), FEELINGS)
def test_an_engines_own_label_goes_there_and_back(name, label):
    words = vocabulary(name)
    for intensity in (1.0, 0.5):
        emotion = Emotion.of_label(words[label], intensity)
        made = convert(emotion, to=name)
        assert max(made.named(), key=made.named().__getitem__) == label or intensity < 1
        assert made.loss.vad == pytest.approx(0, abs=1e-6)
        assert made.loss.kl == pytest.approx(0, abs=1e-6)
        assert not made.merged
        assert not made.dropped
        back = read_vector(made.values, of=name)
        assert back.felt.distance(emotion.felt) < 1e-6
        assert back.intensity == pytest.approx(emotion.intensity, abs=1e-6)


def test_uddetts_classes_stand_in_the_order_of_their_ids():
    first = [name.split(",")[0] for name in vocabulary("uddetts").names]
    assert first == [
        "other or unknown",
        "sad",
        "angry",
        "confused",
        "disgust",
        "fearful",
        "sleepy",
        "neutral",
        "surprise",
        "happy",
    ]


# indextts: factors of the engine's helper, then at most 0.8 in sum.
INDEX_BIAS = [0.9375, 0.875, 1.0, 1.0, 0.9375, 0.9375, 0.6875, 0.5625]


@pytest.mark.parametrize(("place", "label"), enumerate(ORDER["indextts"].split()))
def test_indextts_has_its_bias_and_its_cap(place, label):
    emotion = Emotion.of_label(vocabulary("indextts")[label], 0.5)
    assert convert(emotion, to="indextts").values[place] == pytest.approx(0.5 * INDEX_BIAS[place])
    full = convert(Emotion.of_label(vocabulary("indextts")[label]), to="indextts")
    assert full.values[place] == pytest.approx(min(INDEX_BIAS[place], 0.8))
    assert full.scaled == pytest.approx(min(0.8 / INDEX_BIAS[place], 1.0))


def test_indextts_has_no_neutral_and_gets_zeros_for_it():
    assert set(convert(Emotion.neutral(), to="indextts").values) == {0.0}


def test_indextts_refuses_a_sum_above_its_cap():
    with pytest.raises(EmotionError, match=r"sum to 0\.9") as caught:
        read_vector({"happy": 0.5, "sad": 0.4}, of="indextts")
    assert "0.8" in caught.value.remedy


# zonos: the default of conditioning.py, which the engine divides by its sum.
ZONOS_DEFAULT = [0.3077, 0.0256, 0.0256, 0.0256, 0.0256, 0.0256, 0.2564, 0.3077]


def test_zonos_default_is_known_and_is_not_neutral():
    words = vocabulary("zonos")
    assert list(words.default) == ZONOS_DEFAULT
    felt = read_vector(words.default, of="zonos")
    assert felt.label == "joy"
    assert 0.4 < felt.intensity < 0.5
    neutral = convert(Emotion.neutral(), to="zonos")
    assert neutral.named()["neutral"] == 1
    assert np.abs(np.array(neutral.values) - words.default).max() > 0.3


def test_zonos_divides_by_the_sum():
    assert read_vector({"happiness": 0.2, "neutral": 0.2}, of="zonos").intensity == pytest.approx(0.5)


def test_audio2face_says_joy_at_its_strength():
    assert convert(Emotion.of("joy", 0.4), to="audio2face").named()["joy"] == pytest.approx(0.4)


def test_a_vector_may_be_read_by_name():
    assert read_vector({"happy": 1.0}, of="mead") == Emotion.of("joy")
    with pytest.raises(UnknownNameError, match="label of mead 'hapy'"):
        read_vector({"hapy": 1.0}, of="mead")


@pytest.mark.parametrize(
    "values", [[1.0], [0.5] * 9, [], [-0.1] + [0.0] * 7, [1.2] + [0.0] * 7, [float("nan")] + [0.0] * 7]
)
def test_a_vector_of_wrong_length_or_range_is_refused(values):
    with pytest.raises(EmotionError, match="mead"):
        read_vector(values, of="mead")


@given(st.lists(st.floats(0, 1), min_size=8, max_size=8), st.sampled_from(["zonos", "hsemotion", "mead"]))
def test_any_numbers_in_range_are_read(values, name):
    assert 0 <= read_vector(values, of=name).intensity <= 1


def test_unknown_vocabularies_are_named():
    with pytest.raises(UnknownNameError, match="zonoz"):
        convert(Emotion.of("joy"), to="zonoz")
    with pytest.raises(UnknownNameError, match="zonoz"):
        read_vector([1.0], of="zonoz")
