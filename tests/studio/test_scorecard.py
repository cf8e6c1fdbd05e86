import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.fidelity.measures.asking import asked_label
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.gathering import gathered
from studio.judges.quadrants import QUADRANTS
from studio.scorecard import Section, score

BASIC = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")


def card(labels=BASIC, recall=None):
    return Card(
        "speech",
        labels,
        "people",
        "free",
        "by speaker",
        0.6,
        1 / 7,
        recall or {"joy": 0.4},
        0.05,
        "affect train x",
    )


def reading(**probabilities):
    return Reading(probabilities, VAD(0.5, 0.4, 0.0), (0.3, 0.3, 0.3), confidence=max(probabilities.values()))


@pytest.mark.parametrize("name", BASIC)
def test_a_label_the_judge_knows_is_asked_by_its_own_name(name):
    assert asked_label(Emotion.of(name), BASIC) == name


def test_a_strange_emotion_is_asked_by_the_nearest_label():
    assert asked_label(Emotion.of("terror"), BASIC) == "fear"
    assert asked_label(Emotion.of("delight"), BASIC) == "joy"


def test_a_faint_emotion_is_asked_as_neutral():
    assert asked_label(Emotion.of("joy", 0.1), BASIC) == "neutral"


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_every_felt_point_has_a_quadrant_with_its_signs(valence, arousal):
    assume(np.hypot(valence, arousal) > 0.2)
    found = asked_label(Emotion.at(VAD(valence, arousal, 0.0)), QUADRANTS)
    assert (found in ("Q1", "Q4")) == (valence >= 0)
    assert (found in ("Q1", "Q2")) == (arousal >= 0)


def test_neutral_lies_in_no_quadrant_and_does_not_count():
    assert asked_label(Emotion.neutral(), QUADRANTS) is None
    sections = (Section(0, 2, Emotion.neutral()), Section(2, 3, Emotion.of("joy")))
    read = [reading(Q1=0.9, Q2=0.1), reading(Q1=0.2, Q2=0.8)]
    result = score(sections, {"music": read}, {"music": card(QUADRANTS)}, {"music": []})
    assert [row.section for row in result.rows] == [1]
    assert result.summaries[0].right == 0


def test_rows_hold_asked_read_people_and_chance():
    sections = (Section(0, 2, Emotion.of("joy")), Section(2, 6, Emotion.of("fear")))
    result = score(
        sections,
        {"speech": [reading(joy=0.7, fear=0.3), reading(joy=0.8, fear=0.2)]},
        {"speech": card()},
        {"speech": []},
    )
    first, second = result.rows
    assert (first.asked, first.read, first.share, first.people) == ("joy", "joy", 0.7, 0.4)
    assert (second.asked, second.read, second.share, second.people) == ("fear", "joy", 0.2, 0.6)
    (summary,) = result.summaries
    assert summary.right == pytest.approx(2 / 6)
    assert summary.chance == pytest.approx(1 / 7)


def test_a_judge_below_its_floor_gives_no_reading():
    unsure = Reading({"joy": 0.5, "fear": 0.5}, confidence=0.2, floor=0.4)
    (row,) = score(
        (Section(0, 1, Emotion.of("joy")),), {"speech": [unsure]}, {"speech": card()}, {"speech": []}
    ).rows
    assert row.read == "no reading"


def test_a_judge_of_axes_is_compared_by_quadrant_and_distance():
    seen = Reading({}, VAD(0.4, 0.3, 0.0), (0.2, 0.2, 0.2), confidence=1.0)
    (row,) = score(
        (Section(0, 1, Emotion.of("joy")),), {"video": [seen]}, {"video": card(QUADRANTS)}, {"video": []}
    ).rows
    assert (row.asked, row.read, row.share) == ("Q1", "Q1", None)
    assert row.distance == pytest.approx(((0.76 - 0.4) ** 2 + (0.48 - 0.3) ** 2) ** 0.5)


def test_a_medium_without_any_reading_has_no_summary():
    result = score(
        (Section(0, 1, Emotion.of("joy")),), {"speech": [None]}, {"speech": card()}, {"speech": []}
    )
    assert result.rows == () and result.summaries == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_gathered_probabilities_stay_a_distribution(shares):
    items = [TimedReading(i, i + 1, reading(joy=p, fear=1 - p)) for i, p in enumerate(shares)]
    whole = gathered(items, 0.0, float(len(items)))
    assert sum(whole.probabilities.values()) == pytest.approx(1.0)
    assert whole.probabilities["joy"] == pytest.approx(sum(shares) / len(shares))


def test_readings_outside_the_stretch_do_not_count():
    assert gathered([TimedReading(0, 1, reading(joy=1.0))], 2.0, 3.0) is None
