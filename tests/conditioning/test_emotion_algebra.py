from __future__ import annotations

import math

import numpy as np
import pytest
from emotion_strategies import assert_same, emotions, intensities, mixtures, names, points
from hypothesis import given
from hypothesis import strategies as st

from conditioning.algebra import (
    divergence,
    implausible,
    likelihood,
    mean_and_spread,
    opposite_on_wheel,
    spread,
    strengths,
    wheel_distance,
    wheel_place,
)
from conditioning.emotion import Emotion, blend
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon, vocabulary, vocabulary_names

WHEEL = vocabulary("plutchik")
PRIMARIES = WHEEL.names[:8]
ON_WHEEL = sorted({label.emotion for label in WHEEL.labels})
wheel_mixtures = st.dictionaries(st.sampled_from(ON_WHEEL), st.floats(0.05, 1), min_size=1, max_size=4)

# Labels whose place lies in the region of a narrower neighbour, which is likelier there. By nearness, where every Gaussian
# is 1 at its mean, each label is called by its own name (test_vocabulary.py).
SHARED_BY_LIKELIHOOD = {
    "lexicon": {
        "anger", "approval", "boredom", "confusion", "cynicism", "envy", "frustration", "interest", "joy", "nostalgia",
        "pessimism", "realization", "relief", "sadness", "sentimentality", "surprise", "trust",
    },
    "goemotions": {"joy", "surprise"},
    "occ": {"anger", "happy-for"},
    "plutchik": {"cynicism", "envy", "interest", "joy", "pessimism", "sadness", "surprise"},
    "stepaudio": {"happy", "sad"},
}  # fmt: skip
ALONE_BY_LIKELIHOOD = (
    "ekman", "mikels", "affectnet", "russell", "indextts", "zonos", "audio2face", "emotion2vec", "mead", "float", "sensevoice",
    "hsemotion", "uddetts", "ravdess", "gems9", "academic", "russell_mehrabian",
)  # fmt: skip


@given(emotions)
def test_strengths_are_shares_and_their_mean_is_the_mixtures_place(emotion):
    shares = strengths(emotion)
    assert shares.sum() == pytest.approx(1)
    assert shares.min() >= 0
    named = Emotion.of(emotion.mixture, emotion.intensity)
    assert np.allclose(shares @ lexicon().means(), named.felt.array(), atol=1e-9)


@given(names)
def test_a_label_is_as_uncertain_as_its_own_spread(name):
    point, deviation = mean_and_spread({name: 2.0})
    assert point == lexicon()[name].vad
    assert np.allclose(deviation, lexicon()[name].sd)


def test_a_mixture_of_far_apart_labels_is_more_uncertain_than_either():
    joy, fear = Emotion.of("joy"), Emotion.of("fear")
    both = spread(Emotion.of({"joy": 1, "fear": 1}))
    assert both[0] > max(spread(joy)[0], spread(fear)[0]) + 0.3
    # Arousal of joy and fear is nearly the same, so mixing them leaves it as certain as it was.
    assert both[1] == pytest.approx(0.25, abs=0.03)


@given(points, st.sampled_from(vocabulary_names()), st.floats(0, 1))
def test_likelihoods_are_shares_the_greatest_first(point, name, uncertainty):
    shares = list(likelihood(point, uncertainty=uncertainty, among=name).values())
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("name", [*SHARED_BY_LIKELIHOOD, *ALONE_BY_LIKELIHOOD])
def test_a_labels_place_makes_it_the_likeliest_but_where_regions_are_shared(name):
    lost = {
        label.name
        for label in vocabulary(name).labels
        if label.has_feeling and next(iter(likelihood(label.vad, among=name))) != label.name
    }
    assert lost == SHARED_BY_LIKELIHOOD.get(name, set())


@given(names)
def test_an_uncertain_point_belongs_to_more_labels(name):
    point = lexicon()[name].vad
    sharp, vague = (list(likelihood(point, uncertainty=sd).values()) for sd in (0.0, 1.0))

    def entropy(shares):
        return -sum(share * math.log(share) for share in shares if share > 0)

    assert entropy(vague) > entropy(sharp)


def test_a_negative_uncertainty_or_an_unknown_vocabulary_is_refused():
    with pytest.raises(EmotionError, match="uncertainty"):
        likelihood(VAD(), uncertainty=-0.1)
    with pytest.raises(UnknownNameError):
        likelihood(VAD(), among="ekmann")


@given(emotions, emotions)
def test_divergence_is_nothing_for_the_same_and_positive_for_others(one, other):
    assert divergence(one, one) == pytest.approx(0, abs=1e-9)
    assert divergence(one, other) >= 0
    if one.felt.distance(other.felt) > 0.05:
        assert divergence(one, other) > 0


def test_divergence_grows_with_the_distance():
    joy = Emotion.of("joy")
    assert divergence(joy, Emotion.of("delight")) < divergence(joy, Emotion.of("sadness"))
    assert divergence(joy, joy.scaled(0.9)) < divergence(joy, joy.scaled(0.5))


def test_primaries_stand_45_degrees_apart_and_opposites_face_each_other():
    for number, name in enumerate(PRIMARIES):
        here, after, facing = (wheel_place(Emotion.of(PRIMARIES[(number + k) % 8])) for k in (0, 1, 4))
        assert abs(np.angle(after / here)) == pytest.approx(math.pi / 4)
        assert here == pytest.approx(-facing)
        kin = lexicon()[name]
        assert (
            abs(wheel_place(Emotion.of(kin.weaker))) < abs(here) < abs(wheel_place(Emotion.of(kin.stronger)))
        )


@pytest.mark.parametrize(("pair", "name"), WHEEL.dyads.items())
def test_a_dyad_stands_between_its_primaries(pair, name):
    place = wheel_place(blend(*pair))
    first, second = (wheel_place(Emotion.of(part)) for part in pair)
    assert abs(place - first) == pytest.approx(abs(place - second))
    assert abs(place) < abs(first)


@given(emotions, emotions, emotions)
def test_the_distance_on_the_wheel_is_one(a, b, c):
    assert wheel_distance(a, b) == pytest.approx(wheel_distance(b, a))
    assert wheel_distance(a, c) <= wheel_distance(a, b) + wheel_distance(b, c) + 1e-9
    assert wheel_distance(a, a) == 0
    assert wheel_distance(a, b) <= 2


def test_every_feeling_but_a_few_has_parents_that_lead_to_the_wheel():
    in_the_middle = {name for name in lexicon().names if abs(wheel_place(Emotion.of(name))) < 1e-9}
    assert in_the_middle == {"neutral", "tiredness", "solemnity"}


@given(wheel_mixtures, intensities)
def test_facing_twice_gives_back_the_mixture(mixture, intensity):
    emotion = Emotion.of(mixture, intensity)
    assert_same(opposite_on_wheel(opposite_on_wheel(emotion)), emotion)
    assert abs(wheel_place(opposite_on_wheel(emotion)) + wheel_place(emotion)) < 1e-9


def test_what_is_not_on_the_wheel_is_mirrored():
    nostalgia = Emotion.of("nostalgia", 0.5)
    assert opposite_on_wheel(nostalgia) == nostalgia.opposed()
    assert opposite_on_wheel(Emotion.neutral()) == Emotion.neutral()


@given(mixtures)
def test_only_parts_that_face_each_other_are_called_implausible(mixture):
    emotion = Emotion.of(mixture)
    for sentence in implausible(emotion):
        one, other = sentence.split(" face ")[0].split(" and ")
        places = [wheel_place(Emotion.of(name)) for name in (one, other)]
        assert abs(np.angle(places[0] / places[1])) > math.pi / 2
        assert min(emotion.mixture[one], emotion.mixture[other]) >= 0.2


@pytest.mark.parametrize("name", PRIMARIES)
def test_opposites_are_implausible_and_neighbours_are_not(name):
    number = PRIMARIES.index(name)
    assert implausible(Emotion.of({name: 1, PRIMARIES[(number + 4) % 8]: 1}))
    for steps in (1, 2, 3):
        assert not implausible(Emotion.of({name: 1, PRIMARIES[(number + steps) % 8]: 1}))
    assert not implausible(Emotion.of({name: 9, PRIMARIES[(number + 4) % 8]: 1}))
