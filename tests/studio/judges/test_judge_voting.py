from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.vocabulary import lexicon
from studio.judges.joining import is_quadrants, label_shares
from studio.judges.quadrants import QUADRANTS
from studio.judges.voting import confusion_of_recall, correction, pooled, reach, said_over_true, skill

BASIC = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
lists = st.one_of(
    st.lists(st.sampled_from(lexicon().names), min_size=1, max_size=9, unique=True), st.just(list(QUADRANTS))
)


@st.composite
def confusions(draw):
    size = draw(st.integers(2, 7))
    rows = draw(
        st.lists(st.lists(st.floats(0.01, 1), min_size=size, max_size=size), min_size=size, max_size=size)
    )
    table = np.array(rows)
    return table / table.sum(axis=1, keepdims=True)


@settings(deadline=None, max_examples=50)
@given(lists, lists)
def test_whatever_the_lists_each_emotion_is_shared_out_in_full(emotions, labels):
    shares = label_shares(emotions, labels)
    assert shares.shape == (len(emotions), len(labels))
    assert (shares >= 0).all()
    assert np.allclose(shares.sum(axis=1), 1)


@settings(deadline=None, max_examples=50)
@given(lists)
def test_a_list_says_its_own_labels_as_they_are(labels):
    assert np.allclose(label_shares(labels, labels), np.eye(len(labels)))


def test_what_is_returned_may_be_changed_without_harm():
    label_shares(BASIC, QUADRANTS)[:] = 0
    assert np.allclose(label_shares(BASIC, QUADRANTS).sum(axis=1), 1)


def test_quadrants_get_the_emotions_that_lie_in_them():
    shares = dict(zip(BASIC, label_shares(BASIC, QUADRANTS), strict=True))
    assert shares["joy"].argmax() == 0 and shares["fear"].argmax() == 1 and shares["sadness"].argmax() == 2
    assert np.allclose(shares["neutral"], 0.25)
    back = dict(zip(QUADRANTS, label_shares(QUADRANTS, BASIC), strict=True))
    assert BASIC[back["Q1"].argmax()] == "joy"
    assert back["Q2"][BASIC.index("anger")] == pytest.approx(back["Q2"][BASIC.index("fear")], abs=0.05)


def test_an_unknown_emotion_is_said_by_its_neighbour():
    assert label_shares(["terror"], BASIC)[0].argmax() == BASIC.index("fear")
    assert is_quadrants(QUADRANTS) and not is_quadrants(BASIC) and not is_quadrants(())


def test_recalls_alone_spread_their_errors_evenly():
    table = confusion_of_recall({"a": 0.6, "b": 1.0}, ("a", "b", "c"), otherwise=0.5)
    assert np.allclose(table, [[0.6, 0.2, 0.2], [0, 1, 0], [0.25, 0.25, 0.5]])


@settings(deadline=None, max_examples=50)
@given(confusions(), st.data())
def test_skill_forgets_the_order_of_labels(table, data):
    order = data.draw(st.permutations(range(len(table))))
    turned = table[np.ix_(order, order)]
    assert np.allclose(skill(turned, 0.01), skill(table, 0.01)[order])


@settings(deadline=None, max_examples=50)
@given(confusions())
def test_skill_keeps_to_its_bounds(table):
    worth = skill(table, 0.01)
    assert ((worth >= 0.01) & (worth <= 1)).all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 500), st.integers(1, 4))
def test_correction_makes_what_is_said_what_is_true(seed, people):
    draw = np.random.default_rng(seed)
    labels, who = draw.integers(0, 4, 60), draw.integers(0, people, 60)
    probabilities = draw.dirichlet([0.3, 1.0, 2.0, 1.0], 60)
    said = said_over_true(probabilities, labels, who.tolist())
    factors = correction(said, 4.0)
    assert ((factors >= 0.25) & (factors <= 4)).all()
    within = (said > 0.25) & (said < 4)
    assert np.allclose((said * factors)[within], 1)
    order = draw.permutation(60)
    assert np.allclose(said_over_true(probabilities[order], labels[order], who[order].tolist()), said)


def test_no_one_who_speaks_much_decides_for_the_others():
    loud, shy = np.tile([0.9, 0.1], (100, 1)), np.tile([0.4, 0.6], (4, 1))
    rows, labels = np.concatenate([loud, shy]), np.array([0, 1] * 52)
    people = ["loud"] * 100 + ["shy"] * 4
    assert said_over_true(rows, labels, people) == pytest.approx([1.3, 0.7])


def test_people_who_never_show_a_label_do_not_count_for_it():
    rows = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    assert said_over_true(rows, np.array([0, 1])) == pytest.approx([1.5, 0.5, 1.0])


def test_perfect_judges_have_full_skill_and_need_no_correction():
    assert np.allclose(skill(np.eye(5), 0.01), 1)
    assert np.allclose(correction(said_over_true(np.eye(5), np.arange(5)), 4.0), 1)


def test_guessing_has_no_skill():
    assert np.allclose(skill(np.full((5, 5), 0.2), 0.0), 0)


def test_saying_one_label_always_is_no_skill_there():
    table = np.zeros((5, 5))
    table[:, 2] = 1
    assert skill(table, 0.0)[2] < 0.2  # recall 1, precision 1/5


def test_names_reach_all_and_quadrants_part():
    assert reach(np.eye(7)) == pytest.approx(1)
    assert reach(np.full((7, 4), 0.25)) == pytest.approx(0, abs=1e-9)
    assert 0.3 < reach(label_shares(BASIC, QUADRANTS)) < np.log(4) / np.log(7)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 200), st.integers(1, 4))
def test_a_vote_is_a_distribution_between_the_readers(seed, count):
    draw = np.random.default_rng(seed)
    readers, weights = draw.dirichlet(np.ones(5), count), draw.uniform(0.1, 1, (count, 5))
    shares = pooled(readers, weights)
    assert shares.sum() == pytest.approx(1)
    assert np.allclose(pooled(readers[::-1], weights[::-1]), shares)
    assert np.allclose(pooled(np.repeat(readers[:1], count, axis=0), weights), readers[0])


def test_the_more_skilled_reader_is_followed():
    readers = np.array([[0.9, 0.1], [0.1, 0.9]])
    assert pooled(readers, np.array([[0.9, 0.9], [0.1, 0.1]])).argmax() == 0
    assert pooled(readers, np.array([[0.1, 0.1], [0.9, 0.9]])).argmax() == 1
