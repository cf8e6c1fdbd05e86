from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import NAMES, names

from studio.fidelity.measures import open_vocabulary as words

sets_of_words = st.lists(names, max_size=6)


@given(sets_of_words, sets_of_words, st.sampled_from(words.LEVELS))
def test_overlap_is_bounded_and_precision_mirrors_recall(asked, read, level):
    exact, full = words.precision(asked, read, level), words.recall(asked, read, level)
    assert 0 <= exact <= 1
    assert exact == words.recall(read, asked, level)
    assert min(exact, full) - 1e-9 <= words.f1(asked, read, level) <= max(exact, full) + 1e-9


@given(st.lists(names, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_same_words_in_any_order_are_perfect(asked, random):
    read = list(asked)
    random.shuffle(read)
    assert words.f1(asked, read) == words.f1(asked, read, "root") == 1


def test_synonyms_count_as_one_and_strange_words_against_precision():
    assert words.precision(["joyful", "cheerful"], ["HAPPY"]) == 1
    assert words.precision(["joy"], ["happy", "zorbish"]) == 0.5
    assert words.recall(["joy"], ["happy", "zorbish"]) == 1


def test_the_root_level_forgives_what_the_name_level_does_not():
    assert words.f1(["rage"], ["annoyed"]) == 0
    assert words.f1(["rage"], ["annoyed"], "root") == 1


def test_no_words_score_zero():
    assert words.precision(["joy"], []) == words.recall(["joy"], []) == words.f1(["joy"], []) == 0
    assert words.found("joy", ["", "  "]) == 0


def test_a_random_word_scores_the_chance_that_is_stated():
    draw = np.random.default_rng(0)
    scores = [words.f1([a], [b]) for a, b in draw.choice(NAMES, (5000, 2))]
    assert np.mean(scores) == pytest.approx(1 / len(NAMES), abs=0.006)


def test_the_asked_emotion_is_found_among_many():
    assert words.found("fear", ["calm", "afraid"]) == 1
    assert words.found("fear", ["calm"]) == 0


def test_evaluate_averages_over_pieces():
    scores = words.evaluate([["joy"], ["fear"]], [["happy"], ["calm"]])
    assert scores["f1_name"] == 0.5
    assert set(scores) == {f"{m}_{level}" for m in ("precision", "recall", "f1") for level in words.LEVELS}


def test_a_text_is_no_set_of_words():
    with pytest.raises(ValueError, match="give a list"):
        words.validate([["joy"]], ["joy"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="level"):
        words.groups(["joy"], "branch")
    with pytest.warns(UserWarning, match="no pieces"):
        words.validate([], [])
