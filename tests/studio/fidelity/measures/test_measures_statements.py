from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from measure_strategies import BASIC, SILENT, emotions, reading

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.fidelity.measures import statements as st
from studio.fidelity.measures.evoked import Side
from studio.judges.quadrants import QUADRANTS

SAD = Emotion.of({"sadness": 2, "anger": 1})


@given(emotions)
def test_every_true_statement_has_a_false_one_of_its_kind(asked):
    made = st.statements_of(asked)
    for kind in {one.kind for one in made}:
        truth = [one.true for one in made if one.kind == kind]
        assert truth.count(True) == truth.count(False)
    assert len({one.text for one in made}) == len(made)


@given(emotions)
def test_always_yes_and_always_no_score_one_half(asked):
    made = st.statements_of(asked)
    if made:
        assert st.accuracy(made, [True] * len(made)) == st.accuracy(made, [False] * len(made)) == 0.5
        assert st.yes_bias(made, [True] * len(made)) == 0.5
        assert st.yes_bias(made, [False] * len(made)) == -0.5


@given(emotions)
def test_the_truth_scores_one_and_its_reverse_zero(asked):
    made = st.statements_of(asked)
    if made:
        scores = st.evaluate(made, [one.true for one in made])
        assert scores["accuracy"] == 1 and scores["yes_bias"] == 0
        assert st.accuracy(made, [not one.true for one in made]) == 0


def test_coins_score_one_half():
    draw = np.random.default_rng(0)
    made = st.statements_of(SAD)
    many = [st.accuracy(made, list(draw.random(len(made)) < 0.7)) for _ in range(3000)]
    assert np.mean(many) == pytest.approx(0.5, abs=0.02)


def test_no_answer_is_wrong():
    made = st.statements_of(SAD)
    scores = st.evaluate(made, [None] * len(made))
    assert scores["accuracy"] == scores["answered"] == scores["yes_bias"] == 0


def test_neutral_is_asked_about_nothing():
    assert st.statements_of(Emotion.neutral()) == []
    with pytest.warns(UserWarning, match="Nothing was asked"):
        assert st.evaluate([], [])["accuracy"] == 0


def test_what_a_request_leaves_open_is_not_asked():
    kinds = {one.kind for one in st.statements_of(Emotion.of({"joy": 1, "trust": 1}, 0.5))}
    assert "strength" not in kinds and "order" not in kinds
    assert "order" in {one.kind for one in st.statements_of(SAD)}


def test_expressed_and_evoked_are_asked_in_other_words():
    expressed, evoked = (st.statements_of(SAD, side=side) for side in Side)
    assert {one.text for one in expressed}.isdisjoint(one.text for one in evoked)
    assert [one.true for one in expressed] == [one.true for one in evoked]


@pytest.mark.parametrize("name", [name for name in BASIC if name != "neutral"])
def test_a_perfect_reading_answers_everything_rightly(name):
    asked = Emotion.of(name)
    made = st.statements_of(asked)
    read = reading({name: 1.0}, asked.felt)
    assert st.evaluate(made, [st.answer(one, read, BASIC) for one in made])["accuracy"] == 1


def test_a_reading_of_the_opposite_answers_wrongly():
    made = [one for one in st.statements_of(Emotion.of("joy")) if one.kind in ("emotion", "valence")]
    read = reading({"sadness": 1.0}, Emotion.of("sadness").felt)
    assert st.accuracy(made, [st.answer(one, read, BASIC) for one in made]) == 0


@pytest.mark.parametrize("read", SILENT)
def test_silence_answers_nothing(read):
    assert {st.answer(one, read, BASIC) for one in st.statements_of(SAD)} == {None}


def test_what_is_to_be_false_is_plainly_so():
    false = next(
        one for one in st.statements_of(Emotion.of("surprise")) if one.kind == "emotion" and not one.true
    )
    assert false.emotion != "anticipation"
    assert Emotion.of(false.emotion).distance(Emotion.of("surprise")) > 0.5


def test_quadrants_answer_of_axes_alone():
    made = st.statements_of(SAD)
    read = reading({"Q3": 0.8, "Q1": 0.2}, VAD(-0.4, -0.3, 0.0))
    answered = {one.kind for one in made if st.answer(one, read, QUADRANTS) is not None}
    assert answered == {
        "valence"
    }  # the blend of sadness and anger has no clear arousal, and quadrants no dominance
