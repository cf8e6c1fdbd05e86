from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import EngineError, UnknownNameError
from conditioning.vad import AXES
from conditioning.vocabulary import lexicon, vocabulary
from studio.judges.hub.checkpoints import Checkpoint
from studio.judges.hub.families import family
from studio.judges.hub.labels import Axes, Classes, axes_of, class_names, classes_of

NAMES = ("anger", "other", "joy", "sadness")
CLASSES = Classes(NAMES, ("anger", None, "joy", "sadness"))


def checkpoint(**config: Any) -> Checkpoint:
    return Checkpoint(Path("/somewhere"), "somewhere", family("voice"), config, "none")


def shares(count: int) -> st.SearchStrategy[np.ndarray]:
    return st.lists(st.floats(0.001, 1.0), min_size=count, max_size=count).map(lambda x: np.array(x) / sum(x))


@given(shares(4))
def test_probabilities_of_a_reading_sum_to_one_and_hold_emotions_alone(probabilities: np.ndarray) -> None:
    reading = CLASSES.reading(probabilities)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert tuple(reading.probabilities) == ("anger", "joy", "sadness")
    assert all(name in lexicon() for name in reading.probabilities)


@given(shares(4))
def test_there_is_no_reading_where_a_class_without_a_feeling_is_on_top(probabilities: np.ndarray) -> None:
    reading = CLASSES.reading(probabilities)
    felt = {"anger": probabilities[0], "joy": probabilities[2], "sadness": probabilities[3]}
    likeliest = max(felt, key=lambda name: felt[name])
    expected = "no reading" if probabilities[1] > felt[likeliest] else likeliest
    assert reading.top == expected
    assert reading.confidence == pytest.approx(felt[likeliest])


@given(shares(4), st.permutations(range(4)))
def test_the_order_of_classes_does_not_change_what_is_read(
    probabilities: np.ndarray, order: list[int]
) -> None:
    turned = Classes(tuple(NAMES[i] for i in order), tuple(CLASSES.emotions[i] for i in order))
    first, second = CLASSES.reading(probabilities), turned.reading(probabilities[order])
    assert dict(first.probabilities) == pytest.approx(dict(second.probabilities))
    assert first.confidence == pytest.approx(second.confidence)


def test_classes_of_the_same_emotion_are_added() -> None:
    both = Classes(("happy", "joyful", "sad"), ("joy", "joy", "sadness"))
    assert both.labels == ("joy", "sadness")
    assert both.reading(np.array([0.3, 0.3, 0.4])).probabilities == pytest.approx(
        {"joy": 0.6, "sadness": 0.4}
    )


@pytest.mark.parametrize("order", list(permutations(AXES)))
@given(values=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3))
def test_axes_are_read_by_name_in_any_order(order: tuple[str, ...], values: list[float]) -> None:
    point = Axes(order, 0.0, 1.0).reading(np.array(values)).vad
    assert point is not None
    for axis, value in zip(order, values, strict=True):
        assert getattr(point, axis) == pytest.approx(2 * value - 1)


def test_outputs_beyond_the_range_are_cut_and_an_absent_axis_is_neutral() -> None:
    point = Axes(("arousal", "valence"), 0.0, 1.0).reading(np.array([1.3, -0.2])).vad
    assert point is not None
    assert (point.valence, point.arousal, point.dominance) == (-1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({}, "no id2label"),
        ({"id2label": {}}, "no id2label"),
        ({"id2label": {"0": "happy", "2": "sad"}}, "numbers its classes 0, 2"),
        ({"id2label": {"0": "happy"}}, "names 1 classes, the weights have 2"),
        ({"id2label": {"0": "happy", "1": "happy"}}, "twice"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "does not say what its classes are"),
        ({"id2label": {"0": "happy", "1": "sad"}, "label2id": {"happy": 1, "sad": 0}}, "disagree on 'happy'"),
    ],
)
def test_a_config_that_does_not_settle_the_order_is_refused(config: dict[str, Any], says: str) -> None:
    with pytest.raises(EngineError, match=says):
        class_names(checkpoint(**config), 2)


def test_class_names_stand_in_the_order_of_their_numbers_and_not_of_the_file() -> None:
    table = {str(i): name for i, name in reversed(list(enumerate("abcdefghijkl")))}
    assert class_names(checkpoint(id2label=table), 12) == tuple("abcdefghijkl")


def test_common_class_names_find_their_emotions() -> None:
    found = classes_of(checkpoint(), ["Angry", "hap", "NEUTRAL", "fearful", "surprised", "<unk>", "contempt"])
    assert found.emotions == ("anger", "joy", "neutral", "fear", "surprise", None, "contempt")


def test_an_unknown_class_is_refused_and_can_be_told() -> None:
    with pytest.raises(EngineError, match=r"does not know its class 'zonked'.*meanings"):
        classes_of(checkpoint(), ["happy", "zonked"])
    told = classes_of(
        checkpoint(), ["happy", "zonked", "noise"], meanings={"zonked": "tiredness", "noise": ""}
    )
    assert told.emotions == ("joy", "tiredness", None)
    with pytest.raises(UnknownNameError, match="zonk"):
        classes_of(checkpoint(), ["zonked"], meanings={"zonked": "zonk"})


def test_a_vocabulary_that_is_asked_for_has_to_be_whole() -> None:
    names = vocabulary("goemotions").names
    assert classes_of(checkpoint(), names[::-1], of="goemotions").emotions == names[::-1]
    with pytest.raises(EngineError, match="lack relief"):
        classes_of(checkpoint(), [name for name in names if name != "relief"], of="goemotions")
    with pytest.raises(EngineError, match="'boredom' is no label of goemotions"):
        classes_of(checkpoint(), [*names, "boredom"], of="goemotions")


@pytest.mark.parametrize("names", [("happy", "valence"), ("valence", "valence"), ("V", "A")])
def test_outputs_that_are_no_axes_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(EngineError, match="not valence, arousal and dominance"):
        axes_of(checkpoint(), names, low=0.0, high=1.0)
