from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import BASIC, NAMES, names, reading

from conditioning.emotion import Emotion
from conditioning.vocabulary import vocabulary
from studio.fidelity.measures import wheel
from studio.fidelity.measures.asking import NO_READING

PRIMARIES = vocabulary("plutchik").names[:8]
mixtures = st.dictionaries(names, st.floats(0.01, 1), min_size=1, max_size=6)


@given(names, names)
def test_credits_are_bounded_and_symmetric(one, other):
    for measure in (wheel.wheel_credit, wheel.kinship, wheel.credit):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == pytest.approx(measure(other, one))
        assert measure(one, one) == 1


@given(names, names)
def test_only_a_name_itself_is_wholly_its_kin(one, other):
    assert (wheel.kinship(one, other) == 1) == (one == other)


def test_a_neighbour_earns_half_and_what_comes_after_it_nothing():
    for place, name in enumerate(PRIMARIES):
        assert wheel.wheel_credit(name, PRIMARIES[(place + 1) % 8]) == pytest.approx(0.5)
        assert wheel.wheel_credit(name, PRIMARIES[(place + 2) % 8]) == pytest.approx(0, abs=1e-9)
        assert wheel.wheel_credit(name, PRIMARIES[(place + 4) % 8]) == 0


def test_one_ring_off_earns_two_thirds():
    assert wheel.wheel_credit("serenity", "joy") == pytest.approx(2 / 3)
    assert wheel.wheel_credit("serenity", "ecstasy") == pytest.approx(1 / 3)


def test_families_earn_by_their_nearest_common_ancestor():
    assert wheel.kinship("joy", "amusement") == pytest.approx(2 / 3)
    assert wheel.kinship("amusement", "elation") == pytest.approx(1 / 2)
    assert wheel.kinship("joy", "fear") == 0


def test_a_near_miss_earns_more_than_a_far_one():
    assert wheel.credit("terror", "fear") > wheel.credit("terror", "surprise") > wheel.credit("terror", "joy")


def test_silence_and_neutral_earn_nothing_for_a_feeling():
    for measure in (wheel.wheel_credit, wheel.kinship, wheel.credit):
        assert measure("joy", NO_READING) == measure("joy", "neutral") == measure(NO_READING, NO_READING) == 0


def test_quadrants_earn_by_the_axes_that_are_right():
    assert wheel.wheel_credit("Q1", "Q2") == wheel.wheel_credit("Q1", "Q4") == 0.5
    assert wheel.wheel_credit("Q1", "Q3") == 0


def test_guessing_earns_the_chance_that_is_stated():
    draw = np.random.default_rng(0)
    assert wheel.chance_credit(PRIMARIES, PRIMARIES) == pytest.approx(0.25)
    assert wheel.chance_credit(BASIC, BASIC) == pytest.approx(0.22, abs=0.005)
    asked, read = draw.choice(BASIC, (2, 5000)).tolist()
    scores = wheel.evaluate(asked, read, BASIC)
    assert scores["credit"] == pytest.approx(scores["chance_credit"], abs=0.02)


@given(mixtures)
def test_implausibility_is_bounded_and_blind_to_scale(shares):
    found = wheel.implausibility(shares)
    assert 0 <= found <= 1
    half = {name: share / 2 for name, share in shares.items()}
    assert wheel.implausibility(half) == pytest.approx(found, abs=1e-9)


def test_opposites_at_once_are_wholly_implausible_and_neighbours_are_not():
    for place in range(4):
        assert wheel.implausibility({PRIMARIES[place]: 1, PRIMARIES[place + 4]: 1}) == pytest.approx(1)
        assert wheel.implausibility({PRIMARIES[place]: 1, PRIMARIES[place + 1]: 1}) == 0
    assert wheel.implausibility({"neutral": 1}) == wheel.implausibility({}) == 0


def test_a_reader_that_knows_nothing_is_as_implausible_as_stated():
    assert wheel.implausibility(dict.fromkeys(PRIMARIES, 1)) == pytest.approx(0.60, abs=0.005)
    assert wheel.implausibility(dict.fromkeys(BASIC, 1)) == pytest.approx(0.54, abs=0.005)


def test_an_asked_contradiction_is_not_penalised():
    both = reading({"joy": 0.5, "sadness": 0.5})
    assert wheel.blend_penalty(Emotion.of({"joy": 1, "sadness": 1}), both) == pytest.approx(0)
    assert wheel.blend_penalty(Emotion.of("joy"), both) == pytest.approx(1)
    assert wheel.blend_penalty(Emotion.of("joy"), None) == 0


def test_every_lexicon_name_has_a_family_that_ends():
    for name in NAMES:
        assert name in wheel.ancestors(name)


def test_quadrants_and_names_do_not_mix():
    with pytest.raises(ValueError, match="cannot be compared"):
        wheel.validate(["joy"], ["Q1"])
    with pytest.warns(UserWarning, match="empty"):
        wheel.validate([], [])
