from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.quality.word_errors import ErrorCount, character_errors, edit_distance, normalised, word_errors

WORDS = st.lists(st.sampled_from(["the", "train", "leaves", "at", "night", "again"]), max_size=12)


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("It's half past seven.", "IT IS HALF PAST 7"),
        ("She has twenty-one cats!", "she has 21 cats"),
        ("My favourite colour is grey.", "My favorite color is gray."),
        ("I can’t... go", "I cannot go"),
        ("Well, [laughs] don't go…", "well do not go"),
    ],
)
def test_ways_of_writing_are_no_errors(written: str, heard: str) -> None:
    assert word_errors(written, heard).errors == 0


def test_other_languages_lose_case_and_punctuation_alone() -> None:
    assert normalised("„Grüß Gott“, SAGTE er!", "de") == "grüss gott sagte er"


def test_each_kind_of_error_counts_once() -> None:
    text = "the train leaves at night"
    assert word_errors(text, "the plane leaves at night") == ErrorCount(1, 5)
    assert word_errors(text, "the train at night") == ErrorCount(1, 5)
    assert word_errors(text, "the night train leaves at night") == ErrorCount(1, 5)


def test_nothing_heard_is_an_error_rate_of_one() -> None:
    assert word_errors("the train leaves", "").rate == 1
    assert character_errors("the train leaves", "").rate == 1


def test_words_without_a_text_are_infinitely_wrong() -> None:
    assert word_errors("", "").rate == 0
    assert word_errors("", "thank you").rate == float("inf")


def test_counts_of_texts_add_up() -> None:
    assert (ErrorCount(1, 5) + ErrorCount(0, 15)).rate == pytest.approx(0.05)


def test_a_misheard_letter_costs_less_in_characters_than_in_words() -> None:
    assert 0 < character_errors("the train leaves", "the brain leaves").rate < 0.1
    assert word_errors("the train leaves", "the brain leaves").rate == pytest.approx(1 / 3)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, WORDS)
def test_edit_distance_is_a_distance(a: list[str], b: list[str], c: list[str]) -> None:
    assert edit_distance(a, a) == 0
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


@pytest.mark.skipif(not importlib.util.find_spec("jiwer"), reason="jiwer, of the extra 'test', is missing")
@settings(max_examples=60, deadline=None)
@given(WORDS.filter(bool), WORDS)
def test_rates_are_those_of_jiwer(reference: list[str], heard: list[str]) -> None:
    import jiwer

    ours = edit_distance(reference, heard) / len(reference)
    assert ours == pytest.approx(jiwer.wer(" ".join(reference), " ".join(heard)))
