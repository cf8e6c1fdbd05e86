from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import (
    FEELINGS,
    assert_same,
    at_points,
    emotions,
    intensities,
    mixtures,
    names,
    points,
    weights,
)
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion, blend, mix
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon, vocabulary

factors = st.floats(0, 1)


@given(emotions, emotions, weights, weights)
def test_mixing_commutes(a, b, x, y):
    assert_same(mix([(a, x), (b, y)]), mix([(b, y), (a, x)]))


@given(emotions, emotions, emotions, weights, weights, weights)
def test_mixing_associates_in_its_weights(a, b, c, x, y, z):
    at_once = mix([(a, x), (b, y), (c, z)])
    in_steps = mix([(mix([(a, x), (b, y)]), x + y), (c, z)])
    assert_same(at_once, in_steps)


@given(emotions, weights)
def test_mixing_an_emotion_with_itself_changes_nothing(a, x):
    assert_same(mix([(a, x), (a, 1.0)]), a)


@given(mixtures, intensities)
def test_a_mixture_of_names_is_the_mix_of_its_parts(mixture, intensity):
    parts = [(Emotion.of(name, intensity), weight) for name, weight in mixture.items()]
    assert_same(mix(parts), Emotion.of(mixture, intensity))


@given(at_points)
def test_opposing_twice_gives_back_the_point_and_the_intensity(emotion):
    twice = emotion.opposed().opposed()
    assert twice.vad == emotion.vad
    assert twice.intensity == emotion.intensity


@given(emotions)
def test_the_opposite_is_felt_as_the_mirrored_point(emotion):
    assert np.allclose(emotion.opposed().felt.array(), -emotion.felt.array(), atol=1e-12)


@given(emotions)
def test_scaling_to_nothing_is_neutral(emotion):
    assert emotion.scaled(0) == Emotion.neutral()


@given(names, points)
def test_no_intensity_is_neutral_however_it_is_made(name, point):
    assert Emotion.of(name, 0) == Emotion.at(point, 0) == Emotion.neutral()


@given(emotions, factors, factors)
def test_more_intensity_is_farther_from_neutral(emotion, a, b):
    low, high = sorted((a, b))
    neutral = Emotion.neutral()
    assert emotion.scaled(low).distance(neutral) <= emotion.scaled(high).distance(neutral) + 1e-12


@given(emotions, st.floats(0, 5))
def test_intensity_never_passes_one(emotion, factor):
    assert emotion.scaled(factor).intensity <= 1


@given(points)
def test_a_points_mixture_sums_to_one_and_is_never_empty(point):
    assert sum(Emotion.at(point).mixture.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", FEELINGS)
def test_a_label_at_its_place_is_called_by_its_name(name):
    assert Emotion.at(lexicon()[name].vad).label == name


def test_a_point_fades_evenly_into_neutral():
    shares = [Emotion.at(VAD(x, 0, 0)).mixture.get("neutral", 0.0) for x in (0.001, 0.1, 0.2, 0.3, 0.6)]
    assert shares[0] > 0.99
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0


@given(emotions, emotions)
def test_the_difference_is_what_leads_from_one_to_the_other(a, b):
    difference = a.difference(b)
    assert np.linalg.norm([difference[axis] for axis in AXES]) == pytest.approx(a.distance(b))
    assert difference == pytest.approx({axis: -value for axis, value in b.difference(a).items()})


@given(emotions, emotions, emotions)
def test_distance_obeys_the_triangle(a, b, c):
    assert a.distance(c) <= a.distance(b) + b.distance(c) + 1e-12


@pytest.mark.parametrize(("pair", "name"), vocabulary("plutchik").dyads.items())
def test_a_dyad_is_found_in_either_order(pair, name):
    expected = vocabulary("plutchik")[name].emotion
    assert blend(*pair).label == blend(*reversed(pair)).label == expected


def test_known_dyads_have_their_names():
    assert blend("joy", "trust") == Emotion.of("love")
    assert blend("fear", "surprise").label == "awe"
    assert blend("anger", "anticipation", 0.4) == Emotion.of("aggressiveness", 0.4)


def test_a_pair_without_a_name_is_half_of_each():
    assert blend("joy", "nostalgia").mixture == {"joy": 0.5, "nostalgia": 0.5}
    assert blend("joy", "joy") == Emotion.of("joy")


def test_a_blend_of_an_unknown_name_says_so():
    with pytest.raises(UnknownNameError, match="joi"):
        blend("joi", "trust")


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan")])
def test_an_intensity_out_of_range_is_refused(intensity):
    with pytest.raises(EmotionError, match="Intensity"):
        Emotion.of("joy", intensity)


@pytest.mark.parametrize(
    "mixture", [{}, {"joy": 0.0}, {"joy": -1.0, "fear": 2.0}, {"joy": float("nan")}, {"joy": float("inf")}]
)
def test_weights_that_are_no_proportions_are_refused(mixture):
    with pytest.raises(EmotionError):
        Emotion.of(mixture)


def test_mixing_nothing_is_refused():
    with pytest.raises(EmotionError):
        mix([])
    with pytest.raises(EmotionError):
        mix([(Emotion.of("joy"), -1.0), (Emotion.of("fear"), 2.0)])


def test_an_emotion_prints_as_it_is_written():
    assert str(Emotion.neutral()) == "neutral"
    assert str(Emotion.of("joy")) == "joy"
    assert str(Emotion.of("joy", 0.5)) == "joy:0.5"
    assert str(Emotion.of({"joy": 7, "fear": 3}, 0.5)) == "joy:0.35+fear:0.15"


@given(emotions)
def test_printing_never_fails_and_starts_with_the_label(emotion):
    assert str(emotion).startswith(emotion.label)


def test_neutral_feels_nothing():
    assert Emotion.neutral().felt == VAD()
