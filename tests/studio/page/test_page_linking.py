from __future__ import annotations

import json

import pytest
from emotion_texts import emotions, scripts, wild_texts
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import ScriptError
from conditioning.parsing import parse_emotion, write_emotion
from conditioning.vad import VAD
from studio.page.editing import read_sentences, rounded
from studio.page.labels import label_lists
from studio.page.linking import NOBODY, Draft, dragged, drawn, panel_emotion, panel_value, rejoined, tuned

TEXT = "A day. [joy] She is here! [fear:0.6] But why?"
POINT = {
    "vocabulary": "shortlist",
    "shares": {"joy": 1.0},
    "vad": [0.5, -0.5, 0.25],
    "intensity": 0.8,
    "by": "point",
}


def emotions_of(draft):
    return [s.emotion for s in read_sentences(draft.text, parse_emotion(draft.base))]


@settings(deadline=None)
@given(st.one_of(scripts(), wild_texts), st.integers(-1, 6), st.sampled_from(sorted(label_lists())))
@example("\r0", 0, "academic")
def test_any_text_can_be_shown_and_sent_to_the_browser(text, chosen, labels):
    shown = drawn(Draft(text, "neutral", labels, chosen))
    assert json.loads(json.dumps([shown.line, shown.panel])) == [shown.line, shown.panel]
    assert shown.help
    assert shown.line["chosen"] < max(len(shown.line["sentences"]), 1)


@pytest.mark.parametrize("ends", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("first", ["", "\ufeff"])
def test_lines_of_every_kind_of_end_keep_their_emotions(first, ends):
    text = first + ends.join(["One here.", "[joy] Two here.", "", "[fear] Three here."])
    assert emotions_of(Draft(text)) == [parse_emotion(name) for name in ("neutral", "joy", "fear")]


def test_a_fault_is_told_and_the_sentences_stay_as_they_were():
    before = drawn(Draft(TEXT, chosen=1)).line
    shown = drawn(Draft(TEXT + " [jooy] Oh.", chosen=1), before)
    assert shown.line["sentences"] == before["sentences"]
    assert shown.line["tints"]["jooy"] is None
    assert 'class="note bad"' in shown.help and 'data-name="joy"' in shown.help


def test_nothing_is_chosen_where_something_stands_before_the_first_mark():
    assert drawn(Draft(TEXT)).line["chosen"] == NOBODY
    assert drawn(Draft("[joy] Here. There.")).line["chosen"] == 0


def test_a_choice_can_be_left_where_there_is_something_else_to_choose():
    assert "data-do" not in drawn(Draft("[joy] Here.", chosen=0)).heading
    assert "data-do" in drawn(Draft(TEXT, chosen=0)).heading


def test_the_timeline_shows_what_is_felt_and_not_only_the_point():
    felt = drawn(Draft("[joy:0.5] Here.")).line["sentences"][0]["felt"]
    assert felt == [round(x, 3) for x in Emotion.of("joy", 0.5).felt.array().tolist()]


def test_moving_the_pad_writes_a_mark_of_the_chosen_sentence():
    moved = tuned(Draft(TEXT, chosen=1), POINT)
    assert moved.text == "A day. [v=0.5 a=-0.5 d=0.25 intensity=0.8] She is here! [fear:0.6] But why?"


def test_moving_the_pad_with_nothing_chosen_changes_what_stands_before_the_first_mark():
    draft = Draft(TEXT)
    moved = tuned(draft, POINT)
    assert moved.text == draft.text
    assert emotions_of(moved)[0].vad == VAD(0.5, -0.5, 0.25)
    assert emotions_of(moved)[1:] == emotions_of(draft)[1:]


@settings(deadline=None)
@given(emotions, st.sampled_from(sorted(label_lists())), st.floats(0.05, 1))
def test_moving_the_intensity_moves_what_is_felt_along_its_ray(emotion, labels, intensity):
    emotion = rounded(emotion)
    value = {**panel_value(emotion, labels), "intensity": intensity, "by": "intensity"}
    after = panel_emotion(value, labels, emotion)
    assert after.felt.distance(emotion.vad.scaled(intensity if emotion.intensity else 0)) < 0.03
    assert after.intensity == pytest.approx(intensity if emotion.intensity else 0, abs=0.01)


@settings(deadline=None)
@given(emotions, st.sampled_from(sorted(label_lists())))
def test_the_panel_shows_shares_of_its_own_list_that_sum_to_one(emotion, labels):
    value = panel_value(emotion, labels)
    assert set(value["shares"]) <= set(label_lists()[labels].names)
    assert sum(value["shares"].values()) == pytest.approx(1, abs=2e-3)
    assert 0 < value["intensity"] <= 1


@settings(deadline=None)
@given(st.sampled_from(["joy", "fear", "anger", "love"]), st.floats(0.1, 0.9), st.floats(0.1, 1))
def test_shares_set_on_the_panel_are_what_the_panel_then_shows(name, share, intensity):
    value = {
        "shares": {name: share, "sadness": 1 - share},
        "vad": [0, 0, 0],
        "intensity": intensity,
        "by": "names",
    }
    emotion = parse_emotion(write_emotion(panel_emotion(value, "shortlist", Emotion.neutral())))
    shown = panel_value(emotion, "shortlist")
    assert shown["shares"][name] == pytest.approx(share, abs=0.06)
    assert shown["intensity"] == pytest.approx(intensity, abs=0.02)


def test_dragging_a_point_of_the_timeline_moves_what_is_felt_in_its_sentence():
    line = drawn(Draft(TEXT, chosen=2)).line
    line["sentences"][2]["felt"] = [0.3, 0.2, -0.1]
    moved = dragged(Draft(TEXT, chosen=2), line)
    assert emotions_of(moved)[2].felt == VAD(0.3, 0.2, -0.1)
    assert emotions_of(moved)[:2] == emotions_of(Draft(TEXT))[:2]


def test_a_script_with_faults_is_not_edited():
    with pytest.raises(ScriptError):
        tuned(Draft("[jooy] Oh.", chosen=0), POINT)


def test_a_sentence_that_is_no_longer_there_is_not_edited():
    assert tuned(Draft(TEXT, chosen=9), POINT).text == TEXT
    assert dragged(Draft(TEXT, chosen=9), {"sentences": []}).text == TEXT


def test_the_heading_tells_why_a_sentence_was_read_so():
    heading = drawn(Draft("[auto] I am so scared of them.", chosen=0)).heading
    assert "Read from its words: the text judge reads fear" in heading
    assert "Read from" not in drawn(Draft("[fear] I am so scared of them.", chosen=0)).heading


def test_the_panel_edits_one_medium_alone_and_lets_it_join_the_others_again():
    draft = Draft("[joy] She is here! But why?", chosen=0, medium="face")
    written = tuned(draft, {**POINT, "by": "names", "shares": {"sadness": 1.0}})
    assert written.text == "[joy] [face: sadness:0.8] She is here! [face: same] But why?"
    shown = drawn(written)
    assert [row["also"] for row in shown.line["sentences"]] == ["face sadness", ""]
    assert "face alone" in shown.heading and 'data-do="same"' in shown.heading
    assert shown.panel["shares"] == {"sadness": 1.0}
    assert drawn(rejoined(written)).line["sentences"][0]["also"] == ""
    assert drawn(Draft("A day.", medium="music")).line["chosen"] == 0
