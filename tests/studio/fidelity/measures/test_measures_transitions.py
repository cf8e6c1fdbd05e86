from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.turns import Turn
from studio.fidelity.measures import transitions
from studio.fidelity.measures.asking import NO_READING

rows = st.lists(
    st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=3, max_size=3), min_size=2, max_size=8
)


@given(rows)
def test_what_was_expected_is_perfect(points):
    path = np.array(points)
    assert transitions.cross_turn_score(path, path) == 1
    for name, perfect in (("direction", 1), ("abruptness", 1)):
        found = getattr(transitions, name)(path, path)
        assert math.isnan(found) or found == pytest.approx(perfect)


@given(rows, st.integers(0, 1000))
def test_measures_keep_to_their_ranges(points, seed):
    path = np.array(points)
    scores = transitions.evaluate(path, np.random.default_rng(seed).uniform(-1, 1, path.shape))
    assert 0 <= scores["cross_turn_score"] <= 1
    assert 0 <= scores["chance_cross_turn_score"] <= 1
    assert math.isnan(scores["direction"]) or -1 <= scores["direction"] <= 1


def test_a_reversed_conversation_goes_the_wrong_way():
    path = np.array([[0.6, 0.4, 0.2], [-0.6, -0.2, -0.3], [0.6, 0.4, 0.2]])
    assert transitions.direction(path, -path) == pytest.approx(-1)
    assert transitions.cross_turn_score(path, -path) == 0


def test_a_constant_offset_of_the_reader_costs_nothing():
    path = np.array([[0.5, 0.4, 0.0], [-0.6, 0.2, 0.0], [0.1, 0.4, 0.0]])
    assert transitions.cross_turn_score(path, path - 0.3) == 1


def test_moves_in_random_order_score_chance():
    draw = np.random.default_rng(0)
    scores = [transitions.evaluate(*draw.uniform(-1, 1, (2, 12, 2))) for _ in range(600)]
    real, chance = (
        np.mean([one[name] for one in scores]) for name in ("cross_turn_score", "chance_cross_turn_score")
    )
    assert real == pytest.approx(chance, abs=0.02)
    assert np.mean([one["direction"] for one in scores]) == pytest.approx(0, abs=0.03)


def test_silence_scores_what_is_stated():
    path = np.array([[0.8, 0.4, 0.0], [-0.6, -0.2, 0.0], [-0.6, -0.1, 0.0]])
    scores = transitions.evaluate(path, np.full_like(path, np.nan))
    assert scores["cross_turn_score"] == 0.5  # the second move is small
    assert scores["direction"] == scores["abruptness"] == 0


def test_a_jumpy_reader_is_abrupt():
    path = np.array([[0.2, 0.2, 0.0], [0.3, 0.2, 0.0], [0.4, 0.2, 0.0]])
    assert transitions.abruptness(path, path * [[1], [-1], [1]]) > 3


def test_the_mood_model_expects_each_event_to_pull():
    turns = [Turn(1, Emotion.of("joy")), Turn(3, Emotion.of("sadness"))]
    moods = transitions.expected_moods(turns)
    assert moods.shape == (2, 3)
    assert moods[0, 0] > 0 > moods[1, 0] - moods[0, 0]


def test_both_turns_of_a_move_must_be_hit():
    assert transitions.moves_hit(["joy", "fear", "joy"], ["joy", "fear", "anger"]) == 0.5
    assert transitions.moves_hit(["joy", "fear"], [NO_READING, NO_READING]) == 0
    draw = np.random.default_rng(0)
    asked, read = draw.choice(list("abc"), (2, 20000)).tolist()
    assert transitions.moves_hit(asked, read) == pytest.approx(1 / 9, abs=0.01)


def test_one_turn_has_no_move():
    with pytest.warns(UserWarning, match="two turns"):
        assert all(math.isnan(x) for x in transitions.evaluate(np.zeros((1, 3)), np.zeros((1, 3))).values())
