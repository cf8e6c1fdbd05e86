from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import emotions, points, reading
from sklearn.metrics import roc_auc_score

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.fidelity.measures import media_agreement as media

JOY, SAD = Emotion.of("joy"), Emotion.of("sadness")
ALIKE = {"speech": JOY, "face": JOY}
APART = {"speech": SAD, "face": JOY}


def at(point):
    return None if point is None else reading({}, point)


def read_as(**felt):
    return {medium: at(None if emotion is None else emotion.felt) for medium, emotion in felt.items()}


def test_agreement_is_rewarded_where_it_was_asked():
    same = media.evaluate(ALIKE, read_as(speech=JOY, face=JOY))
    assert same["agreement"] == 1
    assert math.isnan(same["conflict_kept"]) and math.isnan(same["attribution"])
    assert media.agreement(ALIKE, read_as(speech=SAD, face=JOY)) < 0.6


def test_agreement_is_not_rewarded_where_conflict_was_asked():
    same = media.evaluate(APART, read_as(speech=JOY, face=JOY))
    assert math.isnan(same["agreement"])
    assert same["conflict_kept"] == 0
    kept = media.evaluate(APART, read_as(speech=SAD, face=JOY))
    assert kept["conflict_kept"] == pytest.approx(1)
    assert kept["attribution"] == 1


def test_a_conflict_the_wrong_way_round_is_worth_nothing():
    swapped = media.evaluate(APART, read_as(speech=JOY, face=SAD))
    assert swapped["conflict_kept"] == swapped["attribution"] == 0


def test_half_the_asked_difference_is_half_kept():
    middle = VAD.from_array((JOY.felt.array() + SAD.felt.array()) / 2)
    read = {"speech": at(SAD.felt), "face": at(middle)}
    assert media.conflict_kept(APART, read) == pytest.approx(0.5)


def test_silence_scores_what_is_stated():
    assert media.agreement(ALIKE, read_as(speech=None, face=None)) == 0
    silent = media.evaluate(APART, read_as(speech=None, face=None))
    assert silent["conflict_kept"] == silent["attribution"] == 0


@given(st.fixed_dictionaries({m: st.tuples(emotions, points) for m in ("face", "music", "speech")}))
def test_measures_keep_to_their_ranges_and_forget_the_order(drawn):
    asked = {medium: pair[0] for medium, pair in drawn.items()}
    read = {medium: at(pair[1]) for medium, pair in drawn.items()}
    scores = media.evaluate(asked, read)
    for name in ("agreement", "conflict_kept", "attribution"):
        assert math.isnan(scores[name]) or 0 <= scores[name] <= 1
    turned = media.evaluate(dict(reversed(asked.items())), dict(reversed(read.items())))
    assert turned == pytest.approx(scores, nan_ok=True)


def test_random_points_score_the_chance_that_is_stated():
    draw = np.random.default_rng(0)
    asked = {"face": Emotion.at(VAD(0.6, 0.2, 0)), "speech": Emotion.at(VAD(-0.5, -0.28, 0))}  # 1.2 apart
    films = [
        {medium: at(VAD.from_array(draw.uniform(-1, 1, 3))) for medium in ("face", "speech")}
        for _ in range(4000)
    ]
    assert np.mean([media.conflict_kept(asked, one) for one in films]) == pytest.approx(0.26, abs=0.02)
    assert np.mean([media.attribution(asked, one) for one in films]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([media.agreement(ALIKE, one) for one in films]) == pytest.approx(0.63, abs=0.01)


def test_an_overall_reading_follows_the_nearest_medium():
    assert media.followed(APART, at(VAD(0.5, 0.3, 0))) == "face"
    assert media.followed(APART, None) is None
    assert media.followed(ALIKE, at(JOY.felt)) is None
    assert media.followed_shares(["face", "face", "speech", None]) == pytest.approx(
        {"face": 2 / 3, "speech": 1 / 3}
    )


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 2)), min_size=2, max_size=30))
def test_conflicts_are_told_as_well_as_scikit_learn_says(drawn):
    truth, far = (list(side) for side in zip(*drawn, strict=True))
    found = media.conflict_auc(truth, far)
    if len(set(truth)) < 2:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(truth, far))


def test_other_media_are_refused_and_one_alone_warns():
    with pytest.raises(ValueError, match="same media"):
        media.validate(ALIKE, {"speech": None})
    with pytest.warns(UserWarning, match="two media"):
        media.validate({"speech": JOY}, {"speech": None})
