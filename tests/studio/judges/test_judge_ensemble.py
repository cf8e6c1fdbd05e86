from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.errors import RequestError
from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import balanced_accuracy, recalls
from studio.judges.ensemble import EnsembleJudge, load_ensemble
from studio.judges.gathering import gathered
from studio.judges.lookup import judge_named
from studio.judges.quadrants import QUADRANTS
from studio.judges.voting import said_over_true
from studio.judges.weights import judge_folder, load_card, load_facts

BASIC = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
THREE = ("joy", "sadness", "anger")


class StatedJudge:
    """A judge whose pieces are its readings."""

    def __init__(self, labels=BASIC, recall=0.7, name="speech", times=1.0):
        of_label = recall if isinstance(recall, dict) else dict.fromkeys(labels, recall)
        mean = float(np.mean(list(of_label.values())))
        self.card = Card(
            name, tuple(labels), "people", "free", "by speaker", mean, 1 / len(labels), of_label, 0.05, "x"
        )
        self.times = times

    def read(self, media):
        return media

    def read_over_time(self, media):
        return [TimedReading(i * self.times, (i + 1) * self.times, one) for i, one in enumerate(media)]


def reading(confidence=0.9, floor=0.0, point=None, sd=None, **shares):
    return Reading(shares, point, sd, confidence, floor)


def shares_of(labels, seed):
    drawn = np.random.default_rng(seed).dirichlet(np.ones(len(labels)))
    return reading(**dict(zip(labels, drawn.tolist(), strict=True)))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 500))
def test_a_single_even_judge_is_left_as_it_is(seed):
    read = shares_of(BASIC, seed)
    joint = EnsembleJudge([StatedJudge()]).read(read)
    assert joint.probabilities == pytest.approx(dict(read.probabilities))
    assert joint.disagreement == 0


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 500), st.floats(0.2, 0.95), st.floats(0.2, 0.95))
def test_a_joint_reading_is_a_distribution_whoever_votes(seed, one, other):
    judges = [
        StatedJudge(recall=one),
        StatedJudge(QUADRANTS, other, "music"),
        StatedJudge(THREE, 0.6, "face"),
    ]
    read = {
        "speech": shares_of(BASIC, seed),
        "music": shares_of(QUADRANTS, seed),
        "face": shares_of(THREE, seed),
    }
    joint = EnsembleJudge(judges, labels=BASIC).combine(read)
    assert sum(joint.probabilities.values()) == pytest.approx(1)
    assert min(joint.probabilities.values()) >= 0
    assert 0 <= joint.disagreement <= 1
    assert joint.confidence == pytest.approx(max(joint.probabilities.values()))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 500))
def test_the_order_of_members_does_not_matter(seed):
    judges = [
        StatedJudge(recall=0.8),
        StatedJudge(recall=0.5, name="face"),
        StatedJudge(QUADRANTS, name="music"),
    ]
    read = {
        "speech": shares_of(BASIC, seed),
        "face": shares_of(BASIC, seed + 1),
        "music": shares_of(QUADRANTS, seed),
    }
    one, other = EnsembleJudge(judges).combine(read), EnsembleJudge(judges[::-1]).combine(read)
    assert dict(one.probabilities) == pytest.approx(dict(other.probabilities))
    assert one.disagreement == pytest.approx(other.disagreement)


def test_the_judge_that_is_better_on_a_label_wins_there():
    sure_of_joy = StatedJudge(THREE, {"joy": 0.95, "sadness": 0.4, "anger": 0.4}, "speech")
    sure_of_anger = StatedJudge(THREE, {"joy": 0.4, "sadness": 0.4, "anger": 0.95}, "face")
    ensemble = EnsembleJudge([sure_of_joy, sure_of_anger])
    joy, rest = reading(joy=0.8, sadness=0.1, anger=0.1), reading(joy=0.2, sadness=0.6, anger=0.2)
    by_the_sure = ensemble.combine({"speech": joy, "face": rest}).probabilities["joy"]
    by_the_unsure = ensemble.combine({"speech": rest, "face": joy}).probabilities["joy"]
    assert by_the_sure > by_the_unsure + 0.1


def test_contradiction_is_shown_and_can_silence():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")], floor=0.6)
    joy, anger = reading(joy=0.98, sadness=0.01, anger=0.01), reading(joy=0.01, sadness=0.01, anger=0.98)
    same, apart = (
        ensemble.combine({"speech": joy, "face": joy}),
        ensemble.combine({"speech": joy, "face": anger}),
    )
    assert same.disagreement == pytest.approx(0, abs=1e-9) and same.top == "joy"
    assert apart.disagreement > 0.8 and apart.top == "no reading"


def test_abstaining_falls_back_on_the_members_own_floors():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")])
    read = reading(floor=0.5, joy=0.4, sadness=0.3, anger=0.3)
    joint = ensemble.combine({"speech": read, "face": read})
    assert joint.floor == pytest.approx(0.5)
    assert joint.top == "no reading"


def test_quadrants_vote_by_quadrant():
    ensemble = EnsembleJudge([StatedJudge(QUADRANTS, 0.8, "music"), StatedJudge(recall=0.8)])
    assert ensemble.card.labels == BASIC
    q3 = reading(Q1=0.0, Q2=0.0, Q3=1.0, Q4=0.0)
    assert ensemble.combine({"music": q3}).top == "sadness"
    unsure = reading(**dict.fromkeys(BASIC, 1 / 7))
    q2 = ensemble.combine({"music": reading(Q1=0.0, Q2=1.0, Q3=0.0, Q4=0.0), "speech": unsure}).probabilities
    assert min(q2["anger"], q2["fear"], q2["disgust"]) > max(q2["joy"], q2["sadness"])


def test_quadrants_cannot_outvote_names_where_they_cannot_tell():
    ensemble = EnsembleJudge([StatedJudge(QUADRANTS, 0.8, "music"), StatedJudge(recall=0.8)])
    fear = reading(**{**dict.fromkeys(BASIC, 0.05), "fear": 0.7})
    q2 = reading(Q1=0.0, Q2=1.0, Q3=0.0, Q4=0.0)
    assert ensemble.combine({"music": q2, "speech": fear}).top == "fear"


def test_quadrants_alone_vote_as_quadrants():
    assert EnsembleJudge([StatedJudge(QUADRANTS, 0.8, "music")]).card.labels == QUADRANTS


def test_fine_labels_are_joined_to_coarse_ones():
    fine = StatedJudge(("amusement", "grief", "rage", "neutral"), name="text")
    ensemble = EnsembleJudge([StatedJudge(THREE), fine])
    assert ensemble.card.labels == THREE
    assert ensemble.combine({"text": reading(amusement=0.1, grief=0.1, rage=0.8, neutral=0.0)}).top == "anger"


def test_points_are_joined_by_their_errors():
    near, far = (0.2, 0.3, 0.3), (0.4, 0.3, 0.6)
    joint = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")]).combine(
        {
            "speech": reading(point=VAD(0.5, 0.2, 0.0), sd=near, joy=1.0),
            "face": reading(point=VAD(0.0, 0.6, 0.5), sd=far, joy=1.0),
        }
    )
    assert joint.vad.array() == pytest.approx([0.4, 0.4, 0.1])
    assert joint.vad_sd[1] == pytest.approx(0.3)
    assert near[0] < joint.vad_sd[0] < far[0]


def test_silent_members_are_missing_and_not_neutral():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")])
    joy = reading(joy=0.8, sadness=0.1, anger=0.1)
    alone = ensemble.combine({"speech": joy, "face": Reading({})})
    assert dict(alone.probabilities) == pytest.approx(dict(joy.probabilities))
    assert set(alone.members) == {"speech"}
    nothing = ensemble.combine({"speech": Reading({}), "face": Reading({})})
    assert nothing.top == "no reading" and nothing.confidence == 0 and nothing.vad is None


def quiet_judge(seed=0, rows=6000):
    """Probabilities of a judge that hears ``sadness`` too seldom, and the truth."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 3, rows)
    logits = 1.6 * np.eye(3)[labels] + draw.normal(size=(rows, 3)) - np.array([0.0, 1.5, 0.0])
    weights = np.exp(logits)
    return weights / weights.sum(axis=1, keepdims=True), labels


def test_quiet_emotions_are_raised_by_figures_of_other_people():
    known, truth = quiet_judge(0)
    said = dict(zip(THREE, said_over_true(known, truth).tolist(), strict=True))
    assert said["sadness"] < 0.8
    fresh, labels = quiet_judge(1, 1500)
    found = {}
    for figures in (None, {"speech": said}):
        ensemble = EnsembleJudge([StatedJudge(THREE)], said=figures)
        tops = [ensemble.read(reading(**dict(zip(THREE, row.tolist(), strict=True)))).top for row in fresh]
        found[figures is not None] = np.array([THREE.index(top) for top in tops])
    before, after = (recalls(found[key], labels, THREE)["sadness"] for key in (False, True))
    assert before < 0.45
    assert after > before + 0.1
    assert (
        balanced_accuracy(found[True], labels, THREE) > balanced_accuracy(found[False], labels, THREE) + 0.01
    )


def test_without_such_figures_nobody_is_corrected():
    loud_at_joy = StatedJudge(THREE, {"joy": 0.9, "sadness": 0.1, "anger": 0.5})
    read = reading(joy=0.5, sadness=0.3, anger=0.2)
    assert dict(EnsembleJudge([loud_at_joy]).read(read).probabilities) == pytest.approx(
        dict(read.probabilities)
    )


def test_readings_over_time_are_joined_stretch_by_stretch():
    joy, sad = reading(joy=0.9, sadness=0.05, anger=0.05), reading(joy=0.05, sadness=0.9, anger=0.05)
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face", times=2.0)])
    curve = ensemble.read_over_time({"speech": [joy, sad], "face": [joy, sad]})
    assert [(one.start, one.end) for one in curve] == [(0, 1), (1, 2), (2, 4)]
    assert [one.reading.top for one in curve][::2] == ["joy", "sadness"]
    assert curve[1].reading.disagreement > 0.3 > curve[0].reading.disagreement


def test_a_medium_that_was_not_made_is_left_out():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")])
    assert set(ensemble.read({"speech": reading(joy=1.0), "face": None}).members) == {"speech"}


def test_one_passing_stream_cannot_be_read_twice():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE, name="face")])
    with pytest.raises(RequestError, match="passes once"):
        ensemble.read(iter([1, 2]))


def test_judges_of_one_name_are_numbered():
    ensemble = EnsembleJudge([StatedJudge(THREE), StatedJudge(THREE)])
    assert ensemble.card.name == "speech+speech 2"
    assert set(ensemble.read(reading(joy=1.0)).members) == {"speech", "speech 2"}


def test_the_card_says_that_it_is_no_measurement():
    card = EnsembleJudge([StatedJudge(recall=0.8), StatedJudge(recall=0.4, name="face")]).card
    assert "not measured together" in card.split
    assert 0.4 < card.accuracy < 0.8 and card.accuracy == pytest.approx(np.mean(list(card.recall.values())))
    assert card.chance == pytest.approx(1 / 7)


def test_a_judge_that_nobody_measured_has_next_to_no_vote():
    unknown = StatedJudge(THREE, name="hub")
    unknown.card = dataclasses.replace(unknown.card, accuracy=math.nan, calibration_error=math.nan, recall={})
    ensemble = EnsembleJudge([unknown, StatedJudge(THREE)])
    read = {
        "hub": reading(joy=1.0, sadness=0.0, anger=0.0),
        "speech": reading(joy=0.1, sadness=0.8, anger=0.1),
    }
    assert ensemble.combine(read).top == "sadness"
    assert ensemble.card.calibration_error == pytest.approx(0.05)
    alone = EnsembleJudge([unknown])
    assert math.isnan(alone.card.accuracy)
    assert alone.combine({"hub": read["hub"]}).top == "joy"


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="No judge tells labels"):
        EnsembleJudge([])
    with pytest.raises(ValueError, match="one row and column"):
        EnsembleJudge([StatedJudge()], confusions={"speech": np.eye(3)})


class CardOnly:
    def __init__(self, name):
        self.card = load_card(judge_folder(name))


def test_shipped_judges_are_loaded_with_what_their_cards_state(monkeypatch):
    monkeypatch.setattr("studio.judges.ensemble.judge_named", CardOnly)
    facts = {"confusion": np.eye(7).tolist(), "said": {"joy": 2.0}}
    monkeypatch.setattr("studio.judges.ensemble.load_facts", lambda folder: facts)
    ensemble = load_ensemble(["face"], floor=0.4)
    assert ensemble.card.accuracy == 1
    joint = ensemble.combine({"face": reading(**dict.fromkeys(BASIC, 1 / 7))})
    assert joint.probabilities["joy"] == pytest.approx(joint.probabilities["fear"] / 2)
    assert joint.floor == 0.4


def test_the_shipped_judges_join():
    names = ("speech", "face", "music", "picture", "text")
    confusions = {
        n: np.array(t) for n in names if (t := load_facts(judge_folder(n)).get("confusion")) is not None
    }
    ensemble = EnsembleJudge([CardOnly(name) for name in names], confusions=confusions)
    assert ensemble.card.labels == BASIC
    assert ensemble.card.accuracy > 2 * ensemble.card.chance


def test_judges_with_a_plus_between_them_vote_and_a_file_says_how_far_they_disagree():
    voters = judge_named("speech+text")
    assert isinstance(voters, EnsembleJudge)
    same, torn = reading(joy=1.0), reading(sadness=1.0)
    ensemble = EnsembleJudge([StatedJudge(THREE, name="one"), StatedJudge(THREE, name="two")])
    curve = [
        TimedReading(0, 1, ensemble.combine({"one": same, "two": same})),
        TimedReading(1, 2, ensemble.combine({"one": same, "two": torn})),
    ]
    assert gathered(curve, 0, 2).disagreement == pytest.approx(0.5)
    assert gathered([TimedReading(0, 1, same)], 0, 1).disagreement is None


def test_votes_of_judges_of_points_alone_are_refused(monkeypatch):
    pointer = StatedJudge(THREE)
    pointer.card = dataclasses.replace(pointer.card, labels=(), recall={})
    monkeypatch.setattr("studio.judges.ensemble.judge_named", lambda name: pointer)
    with pytest.raises(RequestError, match="cannot vote"):
        load_ensemble(["hub:a:x", "hub:b:y"])
