import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.judges.base import Reading
from studio.judges.quadrants import QUADRANTS
from studio.piece_measures import in_labels, piece_measures

BASIC = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")


def by_name(measures, part):
    return {one.name: getattr(one, part) for one in measures}


def test_guessing_scores_what_the_documentation_says():
    chance = by_name(piece_measures(Emotion.of("joy"), None, BASIC), "chance")
    written = {
        "hit": 1 / 7,
        "rank": 4,
        "reciprocal_rank": 0.370,
        "share": 1 / 7,
        "mixture_cosine": 0.378,
        "kl": 1.95,
        "js": 0.689,
        "total_variation": 0.857,
        "blend_penalty": 0.54,
    }
    for name, value in written.items():
        assert chance[name] == pytest.approx(value, abs=0.006), name
    assert chance["vagueness"] is None


@given(st.sampled_from(BASIC), st.booleans())
def test_a_blind_guess_of_a_point_is_as_far_off_as_stated(name, quadrants):
    asked = Emotion.of(name)
    labels, axes = (QUADRANTS, 2) if quadrants else (BASIC, 3)
    stated = by_name(piece_measures(asked, None, labels), "chance")["vad_distance"]
    drawn = np.random.default_rng(0).uniform(-1, 1, (20000, axes))
    assert stated == pytest.approx(np.linalg.norm(drawn - asked.felt.array()[:axes], axis=1).mean(), abs=0.02)


@given(st.sampled_from(BASIC[1:]))
def test_what_is_read_exactly_as_asked_scores_best(name):
    asked = Emotion.of(name)
    read = Reading({label: float(label == name) for label in BASIC}, asked.felt, confidence=1.0)
    value = by_name(piece_measures(asked, read, BASIC), "value")
    best = dict.fromkeys(
        ("hit", "rank", "reciprocal_rank", "share", "mixture_cosine", "wheel_credit", "credit"), 1
    )
    for measure, expected in {**best, "vad_distance": 0, "js": 0, "total_variation": 0}.items():
        assert value[measure] == pytest.approx(expected, abs=1e-6), measure


@given(st.sampled_from(BASIC[1:]))
def test_no_reading_is_never_better_than_guessing_where_a_feeling_was_asked(name):
    for one in piece_measures(Emotion.of(name), None, BASIC):
        if one.name == "blend_penalty" or one.chance is None:
            continue
        better = one.value - one.chance if one.better == "high" else one.chance - one.value
        assert better <= 1e-9 or one.name == "vad_distance"


def test_a_judge_of_points_is_held_to_quadrants():
    read = Reading({}, VAD(0.7, 0.6, 0.3), (0.3, 0.3, 0.3))
    value = by_name(piece_measures(Emotion.of("joy"), read, ()), "value")
    assert value["hit"] == 1 and value["share"] > 0.9
    assert sum(in_labels(read, QUADRANTS).probabilities.values()) == pytest.approx(1)
    assert in_labels(read, BASIC) is read


def test_neutral_cannot_be_asked_of_quadrants():
    read = Reading(dict.fromkeys(QUADRANTS, 0.25), VAD(0.1, 0.1, 0), confidence=0.25)
    value = by_name(piece_measures(Emotion.neutral(), read, QUADRANTS), "value")
    assert all(value[name] is None for name in ("hit", "rank", "share", "mixture_cosine", "js", "credit"))
    assert value["vad_distance"] == pytest.approx(0.14, abs=0.01)


def test_a_near_miss_earns_credit_but_no_hit():
    labels = ("joy", "serenity", "terror")
    near = Reading({"joy": 0.1, "serenity": 0.8, "terror": 0.1}, confidence=0.8)
    value = by_name(piece_measures(Emotion.of("joy"), near, labels), "value")
    assert value["hit"] == 0 and value["credit"] == pytest.approx(2 / 3, abs=0.01)
