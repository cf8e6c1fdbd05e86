from __future__ import annotations

import re
from itertools import pairwise

import pytest
from emotion_texts import emotions, scripts, wild_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, ScriptError
from conditioning.guess import Guess
from conditioning.parsing import parse_emotion, rounded, write_emotion
from conditioning.script import parse_script
from conditioning.spans import MEDIA
from studio.page.editing import (
    corrected,
    marks_of,
    read_feelings,
    read_sentences,
    tints_of,
    with_emotion,
    with_own_emotion,
    without_marks,
)

NEUTRAL = Emotion.neutral()
LETTER = "A day. [joy] She is here! Look. [pause 0.5] [fear:0.6] But why? And [ voice Ada ] you."


def sentences_of(text, base=NEUTRAL):
    return read_sentences(text, base)


def first_known_word(text, before=""):
    """Reads a sentence as the first of its words that it knows."""
    known = [word for word in re.findall(r"\w+", text) if word in ("joy", "fear")]
    return Guess(Emotion.of(known[0]) if known else NEUTRAL)


def as_written(emotion):
    """The emotion as it is read back, which is what a text can hold."""
    return parse_emotion(write_emotion(rounded(emotion)))


@st.composite
def own_scripts(draw):
    """Scripts of up to four sentences, some with marks for all media, some with marks for one."""
    names, words = (
        st.sampled_from(["joy", "fear:0.5", "awe"]),
        st.sampled_from(["voice", "face", "music", "video"]),
    )
    sentences = []
    for number in range(draw(st.integers(1, 4))):
        marks = [f"[{draw(names)}]"] if draw(st.booleans()) else []
        marks += [f"[{word}: {draw(names)}]" for word in draw(st.lists(words, max_size=2, unique=True))]
        sentences.append(" ".join([*marks, f"Sentence {number}."]))
    return " ".join(sentences)


def test_marks_are_found_with_what_they_mean_and_escaped_brackets_are_none():
    marks = marks_of(r"[joy] a \[sic\] [pause 1] b [jooy] c [auto]")
    assert [mark.inner for mark in marks] == ["joy", "pause 1", "jooy", "auto"]
    assert [mark.is_emotion for mark in marks] == [True, False, True, True]
    assert marks[0].emotion == Emotion.of("joy")
    assert marks[1].emotion is None and marks[2].emotion is None


def test_each_sentence_has_its_words_place_emotion_and_mark():
    found = sentences_of(LETTER)
    assert [s.text for s in found] == ["A day.", "She is here!", "Look.", "But why?", "And", "you."]
    assert [s.emotion.label for s in found] == ["neutral", "joy", "joy", "fear", "fear", "fear"]
    assert [s.mark.inner if s.mark else None for s in found] == [None, "joy", None, "fear:0.6", None, None]
    assert all(LETTER[s.at :].startswith(s.text) for s in found)


def test_the_base_is_felt_before_the_first_mark():
    assert [s.emotion.label for s in sentences_of("A day. [joy] Here.", Emotion.of("hope"))] == [
        "hope",
        "joy",
    ]


def test_sentences_follow_each_other_in_time():
    found = sentences_of(LETTER)
    assert found[0].start == 0
    for one, two in pairwise(found):
        assert two.start == pytest.approx(one.start + one.seconds)


def test_a_sentence_that_asks_for_it_is_read_from_its_text():
    first, second = sentences_of("[auto] I am so sad that he died. [joy] Hello!")
    assert first.emotion.felt.valence < -0.3
    assert first.mark is not None and first.mark.inner == "auto"
    assert second.emotion == Emotion.of("joy")


@settings(deadline=None)
@given(scripts(), st.data(), emotions)
def test_a_new_emotion_of_one_sentence_leaves_all_others(text, data, emotion):
    before = sentences_of(text)
    index = data.draw(st.integers(0, len(before) - 1))
    emotion = rounded(emotion)
    after = sentences_of(with_emotion(text, before, index, emotion))
    assert [s.text for s in after] == [s.text for s in before]
    assert after[index].emotion.distance(emotion) < 0.01
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if i != index:
            assert new.emotion.distance(old.emotion) < 0.01


@settings(deadline=None)
@given(scripts(), emotions, emotions)
def test_the_mark_of_a_sentence_is_replaced_and_not_doubled(text, one, two):
    first = with_emotion(text, sentences_of(text), 0, rounded(one))
    second = with_emotion(first, sentences_of(first), 0, rounded(two))
    assert len(marks_of(second)) == len(marks_of(first)) or len(marks_of(second)) == len(marks_of(first)) + 1
    assert sentences_of(second)[0].mark.inner == write_emotion(rounded(two))


@settings(deadline=None)
@given(st.one_of(scripts(), wild_texts))
def test_a_text_without_marks_has_none_and_stays_so(text):
    bare = without_marks(text)
    assert without_marks(bare) == bare
    assert not [mark for mark in marks_of(bare) if mark.is_emotion]


@settings(deadline=None)
@given(scripts())
def test_removing_the_marks_keeps_what_is_said(text):
    assert parse_script(without_marks(text)).text.split() == parse_script(text).text.split()


def test_a_mark_within_a_mark_is_removed_with_it():
    assert without_marks("[jo[joy]y] Yes.") == "Yes."


def test_pauses_and_voices_outlive_the_removal_of_marks():
    assert without_marks("[joy] One. [pause 1] Two. [fear]\n[voice Ada] Three.") == (
        "One. [pause 1] Two.\n[voice Ada] Three."
    )


@settings(deadline=None)
@given(emotions)
def test_a_rounded_emotion_reads_back_from_its_mark(emotion):
    short = rounded(emotion)
    again = parse_emotion(write_emotion(short))
    assert again.distance(short) < 0.01
    assert again.intensity == pytest.approx(short.intensity, abs=0.01)
    assert all(len(number) <= 4 for number in re.findall(r"(?<=[.])\d+", write_emotion(short)))


@settings(deadline=None)
@given(st.sampled_from(["joy", "fear", "sadness", "pride"]), st.integers(1, 100))
def test_a_named_emotion_with_two_digits_is_not_changed_by_rounding(name, percent):
    emotion = Emotion.of(name, percent / 100)
    assert rounded(emotion).distance(emotion) < 1e-9


def test_an_unknown_name_is_replaced_in_its_own_mark_alone():
    text = "[joy] jooy says [jooy:0.6] jooy."
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    assert corrected(text, caught.value, "joy") == "[joy] jooy says [joy:0.6] jooy."


@settings(deadline=None)
@given(wild_texts)
def test_any_text_is_read_or_told_to_be_at_fault(text):
    try:
        found = sentences_of(text)
    except AffectError as fault:
        assert fault.message
    else:
        assert all(text[s.at :].startswith(s.text) for s in found)
    assert set(tints_of(text)) == {mark.inner for mark in marks_of(text)}


def test_marks_take_the_colour_of_what_they_mean():
    text = "[joy] One. [pause 1] Two. [auto] I hate you! [jooy]"
    alone = tints_of(text)
    assert alone["joy"].startswith("oklab(")
    assert alone["pause 1"] == ""
    assert alone["jooy"] is None and alone["auto"] is None
    whole = tints_of(text.replace("[jooy]", ""), sentences_of(text.replace("[jooy]", "")))
    assert whole["auto"].startswith("oklab(")


def test_feelings_are_marked_where_they_change_and_old_marks_go():
    text = "[anger] What a joy. So much joy. [pause 1] I fear it. Nothing."
    assert read_feelings(text, first_known_word) == (
        "[joy] What a joy. So much joy. [pause 1] [fear] I fear it. [neutral] Nothing."
    )


def test_a_sentence_tells_why_it_was_read_so_until_its_words_or_its_mark_change():
    written = read_feelings("I am so scared of them. Thank you!")
    sentences = sentences_of(written)
    assert all(sentence.why for sentence in sentences)
    set_by_hand = with_emotion(written, sentences, 0, parse_emotion("joy"))
    assert sentences_of(set_by_hand)[0].why == ""
    assert sentences_of(set_by_hand)[1].why == sentences[1].why
    assert sentences_of(written.replace("scared", "fond"))[0].why == ""


def test_what_auto_reads_tells_why():
    assert "fear" in sentences_of("[auto] I am so scared of them.")[0].why


@settings(deadline=None)
@given(own_scripts(), st.integers(0, 3), st.sampled_from(MEDIA), st.one_of(st.none(), emotions))
def test_a_mediums_own_emotion_changes_nothing_else(text, index, medium, emotion):
    before = read_sentences(text, Emotion.neutral())
    index = min(index, len(before) - 1)
    emotion = None if emotion is None else as_written(emotion)
    after = read_sentences(with_own_emotion(text, before, index, medium, emotion), Emotion.neutral())
    assert [s.text for s in after] == [s.text for s in before]
    wanted = [(s.emotion, dict(s.own)) for s in before]
    wanted[index][1].pop(medium, None)
    if emotion is not None:
        wanted[index][1][medium] = emotion
    assert [(s.emotion, dict(s.own)) for s in after] == wanted


@settings(deadline=None)
@given(own_scripts(), st.integers(0, 3), emotions)
def test_the_emotion_of_all_media_leaves_what_single_ones_feel(text, index, emotion):
    before = read_sentences(text, Emotion.neutral())
    index, emotion = min(index, len(before) - 1), as_written(emotion)
    after = read_sentences(with_emotion(text, before, index, emotion), Emotion.neutral())
    assert [dict(s.own) for s in after] == [dict(s.own) for s in before]
    assert after[index].emotion == emotion


def test_marks_of_single_media_go_with_all_marks():
    assert without_marks("[joy] [face: fear] A day. [pause 1] [music=awe] On.") == "A day. [pause 1] On."
