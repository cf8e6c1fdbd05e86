from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, RequestError
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import Keyframe, Timeline
from generators.base import ARKIT, FaceRequest, Job
from generators.face.animation import animate
from generators.face.head import Head
from generators.face.performance import performance, written_plan
from generators.face.plan import FacePlan, Moment, face_plan, plan_of, write_plan
from generators.face.words import faders_of_words, known_phrases

LABELS = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
KNOWN = fader_set("face").faders


def request(emotion: str = "neutral", duration: float = 2.0, **rest: object) -> FaceRequest:
    return FaceRequest(Conditioning.of(Emotion.of(emotion)), duration, **rest)  # type: ignore[arg-type]


def shape(asked: FaceRequest, name: str) -> float:
    return float(animate(asked).arkit[-10:, ARKIT.index(name)].mean())


@pytest.mark.parametrize("emotion", LABELS)
def test_a_plan_that_was_written_and_given_back_moves_the_face_as_before(emotion: str) -> None:
    asked = request(emotion, job=Job(3))
    plan = written_plan(asked)
    again = animate(request("neutral", job=Job(3), plan=plan))
    first = animate(asked)
    expression = [i for i, name in enumerate(ARKIT) if not name.startswith(("eyeLook", "eyeBlink"))]
    assert np.abs(first.arkit - again.arkit)[:, expression].max() < 0.05
    assert np.abs(first.pose - again.pose).max() < 0.02


def test_the_plan_of_a_timeline_follows_it_to_a_fiftieth_with_few_moments() -> None:
    course = Timeline((Keyframe(0.0, Emotion.of("joy")), Keyframe(4.0, Emotion.of("sadness"))))
    asked = FaceRequest(Conditioning(course), 6.0)
    times = np.arange(150) / 25
    asked_faders = performance(asked, times)
    plan = plan_of(asked_faders, times)
    assert 2 <= len(plan.moments) < 40
    back = plan.over(asked_faders, times)
    for name, fader in KNOWN.items():
        assert np.abs(back[name] - asked_faders[name]).max() <= 0.021 * (fader.high - fader.low), name


def test_a_held_emotion_is_one_moment() -> None:
    assert len(face_plan(written_plan(request("joy"))).moments) == 1


FADERS = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.floats(0, 1), max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    faces=st.lists(
        st.tuples(st.floats(0.001, 9), FADERS, st.sampled_from(["", *known_phrases()])),
        min_size=1,
        max_size=5,
    ),
    title=st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
)
def test_every_plan_is_read_back_as_it_was_written(faces: list, title: str) -> None:
    at, moments = 0.0, []
    for gap, shares, words in faces:
        at += gap
        values = {
            name: KNOWN[name].low + share * (KNOWN[name].high - KNOWN[name].low)
            for name, share in shares.items()
        }
        moments.append(Moment(at, values, words))
    plan = FacePlan(tuple(moments), title)
    assert face_plan(write_plan(plan)) == plan


def test_a_plan_in_words_shows_what_they_say_and_nothing_else() -> None:
    plan = '[[moment]]\nat = 0\nwords = "brows drawn together, lips pressed"\n'
    planned = request("joy", plan=plan)
    assert shape(planned, "browDownLeft") > 0.5
    assert shape(planned, "mouthRollLower") > 0.15
    assert shape(planned, "mouthSmileLeft") < 0.02


def test_numbers_of_a_moment_win_over_its_words() -> None:
    plan = face_plan('[[moment]]\nat = 0\nwords = "a broad smile"\nau12 = 0.25\n')
    assert plan.moments[0].all_faders()["au12"] == 0.25
    assert plan.moments[0].all_faders()["au6"] > 0.5


def test_a_plan_moves_from_face_to_face_and_leaves_the_head_to_the_emotion() -> None:
    plan = "[[moment]]\nat = 0.5\nau12 = 0.0\n[[moment]]\nat = 2.0\nau12 = 0.9\n"
    smile = animate(request("shame", 4.0, plan=plan)).arkit[:, ARKIT.index("mouthSmileRight")]
    assert smile[5] < 0.02 < 0.2 < smile[40] < smile[95]
    down, level = (
        animate(request(felt, 4.0, plan=plan)).pose[-30:, 3].mean() for felt in ("shame", "neutral")
    )
    assert down < level - 0.08


def test_a_fader_that_the_user_holds_stands_above_the_plan() -> None:
    lock = (Adjustment("face.au12", 0.0),)
    asked = FaceRequest(
        Conditioning.of(Emotion.neutral(), lock), 1.0, plan="[[moment]]\nat = 0\nau12 = 1.0\nau6 = 0.8\n"
    )
    assert shape(asked, "mouthSmileLeft") < 0.01
    assert shape(asked, "cheekSquintLeft") > 0.4


def test_every_fault_of_a_plan_is_told_at_once() -> None:
    text = (
        "colour = 1\n[[moment]]\nat = 1\nau12 = 2\n[[moment]]\nat = 1\nau99 = 0.1\nwords = 'ears wiggling'\n"
    )
    with pytest.raises(InputFileError) as caught:
        face_plan(text, "my.toml")
    for part in (
        "my.toml has 5 faults",
        "colour",
        "within 0 to 1",
        "does not come after",
        "au99",
        "ears wiggling",
    ):
        assert part in caught.value.message


@pytest.mark.parametrize(
    "text", ["", "moment = 3", "[[moment]]\n", "[[moment]]\nat = nan\n", "[[moment]]\nat = true\n", "at ="]
)
def test_what_is_no_plan_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputFileError):
        face_plan(text)


def test_the_head_says_that_a_plan_stands_in_the_place_of_the_emotion() -> None:
    track = Head().generate(request("joy", 0.2, plan="[[moment]]\nat = 0\nau4 = 0.5\n", size=(64, 64)))
    found = {aspect.name: aspect for aspect in track.fulfilment}
    assert (found["emotion"].status, found["plan"].status) == ("approximated", "honoured")
    assert track.plan is not None
    assert "au4 = 0.5" in track.plan()


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("Eyebrows raised and drawn together; mouth slightly open", {"au1", "au2", "au4", "au25", "au26"}),
        ("brows together and up in the middle", {"au1", "au4"}),
        ("a broad smile with cheeks raised", {"au6", "au12", "au25"}),
        ("eyes wide open, jaw dropped", {"au5", "au25", "au26"}),
        ("nose wrinkled and upper lip raised", {"au9", "au10"}),
        ("corners of the mouth down, chin raised, lids drooping", {"au15", "au17", "au43"}),
        ("left corner of the mouth raised", {"au12", "asymmetry"}),
    ],
)
def test_plain_words_are_understood(words: str, units: set[str]) -> None:
    assert set(faders_of_words(words)) == units


def test_words_of_degree_order_the_strengths() -> None:
    degrees = [
        faders_of_words(f"lips {word} pressed")["au24"] for word in ("barely", "slightly", "", "firmly")
    ]
    assert degrees == sorted(degrees)
    assert degrees[0] < 0.3 < 0.9 < degrees[-1]


def test_the_left_is_the_faces_own() -> None:
    one = animate(request(plan='[[moment]]\nat = 0\nwords = "left corner of the mouth raised"\n'))
    left, right = (one.arkit[-5:, ARKIT.index(f"mouthSmile{side}")].mean() for side in ("Left", "Right"))
    assert left > 0.5 > 0.1 > right


@pytest.mark.parametrize("phrase", known_phrases())
def test_every_phrase_of_the_table_names_faders_within_their_range(phrase: str) -> None:
    for name, value in faders_of_words(f"{phrase} fully").items():
        assert KNOWN[name].low <= value <= KNOWN[name].high


def test_words_that_are_not_understood_are_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="lips presed") as caught:
        faders_of_words("lips presed")
    assert "lip pressed" in caught.value.remedy


def test_a_written_plan_leaves_the_head_style_out_so_that_it_acts_once() -> None:
    assert written_plan(request("shame", head_style="newsreader")) == written_plan(request("shame"))
