from __future__ import annotations

from contextlib import suppress

import pytest
from emotion_strategies import emotions
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, ScriptError
from conditioning.marks import SOUNDS
from conditioning.script import MAX_SCRIPT, Script, Sound, Span, parse_script, write_script
from conditioning.spans import MEDIA


def felt(text, **options):
    return [(span.text, str(span.emotion)) for span in parse_script(text, **options).spans]


def error_of(text, **options) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, **options)
    return caught.value


# One medium


def test_a_medium_may_feel_something_else_than_the_others():
    (span,) = parse_script("[voice:joy][face:sadness] I am fine.").spans
    assert str(span.emotion) == "neutral"
    assert {medium: str(span.emotion_of(medium)) for medium in MEDIA} == {
        "speech": "joy",
        "face": "sadness",
        "music": "neutral",
        "video": "neutral",
    }


def test_an_emotion_mark_is_for_all_media_again():
    first, second = parse_script("[joy][face: fear] One. [anger] Two.").spans
    assert first.overrides.keys() == {"face"}
    assert second.overrides == {}


def test_a_medium_may_feel_as_the_others_again():
    spans = parse_script("[joy][face: fear][music: awe] One. [face: same] Two.").spans
    assert spans[1].overrides.keys() == {"music"}


def test_the_script_of_a_medium_has_that_mediums_emotions():
    script = parse_script("[joy] One. [face: fear] Two.")
    assert script.overridden == ("face",)
    assert [str(s.emotion) for s in script.for_medium("face").spans] == ["joy", "fear"]
    assert script.for_medium("speech") is script
    with pytest.raises(RequestError, match="smell"):
        script.for_medium("smell")


def test_a_speaker_written_as_a_medium_is_told_how_to_write_one():
    error = error_of("[voice: Zog] Hi")
    assert "[voice Zog]" in error.remedy
    assert (error.line, error.column) == (1, 9)


# Back


def test_a_mark_on_one_word_goes_back_to_what_held_before():
    assert felt("[sadness] She was [joy]wonderful[/] today.") == [
        ("She was", "sadness"),
        ("wonderful", "joy"),
        ("today.", "sadness"),
    ]


def test_marks_that_stand_together_are_gone_back_from_together():
    spans = parse_script(
        "[fear] a [voice:joy][face:sadness] b [/] c [joy] d [anger] e [/joy] f".replace("[/joy]", "[/] [/]")
    ).spans
    assert [(s.text, str(s.emotion), sorted(s.overrides)) for s in spans] == [
        ("a", "fear", []),
        ("b", "fear", ["face", "speech"]),
        ("c", "fear", []),
        ("d", "joy", []),
        ("e", "anger", []),
        ("f", "fear", []),
    ]


def test_going_back_may_name_the_mark():
    assert felt("a [joy] b [/joy] c")[2] == ("c", "neutral")
    error = error_of("a [joy] b [/fear] c")
    assert "'fear'" in error.message
    assert "[/joy]" in error.remedy
    assert (error.line, error.column) == (1, 13)


def test_going_back_from_nothing_is_refused():
    assert "go back" in error_of("a [/] b").message


# Comments


def test_a_comment_is_not_there():
    assert felt("[joy] One [# slower here: think of home] two.[#] Three") == [("One two. Three", "joy")]
    assert "no words" in error_of("[# only this]").message


# Sounds


def test_sounds_are_carried_with_their_place_among_the_words():
    (span,) = parse_script("[joy] Oh [laugh] you are back [sighs].").spans
    assert span.text == "Oh you are back ."
    assert span.sounds == (Sound("laugh", 1), Sound("sigh", 4))


def test_a_sound_parts_words_and_none_else():
    assert parse_script("Oh[laugh]you").spans[0].text == "Oh you"
    assert parse_script("Oh[laugh]!").spans[0].text == "Oh!"


def test_a_sound_alone_is_a_span_without_text_in_its_own_emotion():
    spans = parse_script("[joy] Hi. [sadness] [sob] [pause 1] [fear] Who?").spans
    assert [(s.text, str(s.emotion), s.sounds, s.pause) for s in spans] == [
        ("Hi.", "joy", (), 0.0),
        ("", "sadness", (Sound("sob"),), 0.0),
        ("Who?", "fear", (), 1.0),
    ]


def test_a_script_lists_its_sounds_once():
    assert parse_script("a [gasp] b [laugh] c [gasp] [clear-throat]").sounds == (
        "gasp",
        "laugh",
        "clear throat",
    )


def test_sounds_without_words_are_no_script():
    assert "no words" in error_of("[laugh] [sigh]").message


@pytest.mark.parametrize("name", SOUNDS)
def test_every_sound_is_recognised(name):
    assert parse_script(f"a [{name}] b").sounds == (name,)


# Presets


def test_a_script_defines_an_emotion_once_and_calls_it_by_name():
    assert felt("[define Grim = sadness:0.6+contempt:0.3] [grim] No. [grim:0.5] Well. [GRIM:50%] So.") == [
        ("No.", "sadness:0.6+contempt:0.3"),
        ("Well.", "sadness:0.3+contempt:0.15"),
        ("So.", "sadness:0.3+contempt:0.15"),
    ]


def test_a_preset_may_stand_in_a_sum_in_another_preset_and_in_a_medium():
    text = "[define grim = sadness:0.6][define worse = grim + fear:0.4][worse] a [joy][face: grim] b"
    spans = parse_script(text).spans
    assert str(spans[0].emotion) == "sadness:0.6+fear:0.4"
    assert str(spans[1].emotion_of("face")) == "sadness:0.6"


def test_presets_may_be_given_and_are_hidden_by_the_scripts_own():
    given = {"Grim": Emotion.of("fear"), "odd": Emotion.of("awe", 0.2)}
    assert felt("[grim] a [odd] b", presets=given) == [("a", "fear"), ("b", "awe:0.2")]
    assert felt("[define grim = joy] [grim] a", presets=given) == [("a", "joy")]


def test_a_set_of_presets_is_used_by_its_name():
    assert felt("[use stage] [simmering] a")[0][1] == "anger:0.4+contempt:0.2"
    assert felt("[use mine] [odd] a", library=lambda name: {"odd": Emotion.of("awe")}) == [("a", "awe")]
    assert "'stgae'" in error_of("[use stgae] a").message
    assert error_of("[use stgae] a").suggestions == ["stage"]
    assert "Unknown" in error_of("[use ../../secret] a").message


def test_a_mistyped_preset_is_answered_with_the_nearest():
    assert error_of("[define gritty = anger:0.3] [grity] a").suggestions == ["gritty"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[define grim] a", (1, 2), "name and a meaning"),
        ("[define = joy] a", (1, 2), "name and a meaning"),
        ("[define joy = fear] a", (1, 2), "an emotion"),
        ("[define pause = fear] a", (1, 2), "called 'pause'"),
        ("[define laugh = joy] a", (1, 2), "called 'laugh'"),
        ("[define 7 = fear] a", (1, 2), "called '7'"),
        ("[define a = joi] a", (1, 13), "'joi'"),
        ("[define a = joy][define A = fear] b", (1, 18), "twice"),
        ("[define a = joy] [a:1.5] b", (1, 19), "1.5"),
        ("[use] b", (1, 2), "No set"),
        ("[face:] b", (1, 2), "no emotion"),
        ("a\n [face: joi] b", (2, 9), "'joi'"),
    ],
)
def test_a_wrong_mark_is_refused_at_its_place(text, place, message):
    error = error_of(text)
    assert (error.line, error.column) == place
    assert message in error.message
    assert error.remedy


def test_a_preset_given_with_a_name_that_none_may_have_is_refused():
    with pytest.raises(RequestError, match="joy"):
        parse_script("a", presets={"joy": Emotion.of("fear")})


# Writing


texts = (
    st.lists(st.sampled_from(["one", "two", "[x]", "\\", "ü."]), min_size=1, max_size=5)
    .map(" ".join)
    .filter(lambda text: any(letter.isalnum() for letter in text))
)


@st.composite
def spans(draw):
    text = draw(texts)
    sounds = draw(st.lists(st.tuples(st.integers(0, len(text.split())), st.sampled_from(SOUNDS)), max_size=3))
    return Span(
        text,
        draw(emotions),
        draw(st.sampled_from([0.0, 0.5])),
        draw(st.sampled_from(["", "Ada", "= x", ":: y"])),
        overrides=draw(st.dictionaries(st.sampled_from(MEDIA), emotions, max_size=2)),
        sounds=tuple(Sound(name, at) for at, name in sorted(sounds, key=lambda sound: sound[0])),
    )


def assert_same_spans(back, parts):
    plain = [(s.text, s.pause, s.speaker, s.sounds, sorted(s.overrides)) for s in back]
    assert plain == [(s.text, s.pause, s.speaker, s.sounds, sorted(s.overrides)) for s in parts]
    for a, b in zip(back, parts, strict=True):
        for medium in MEDIA:
            assert a.emotion_of(medium).felt.distance(b.emotion_of(medium).felt) < 0.01


@given(st.lists(spans(), min_size=1, max_size=4))
def test_written_spans_are_read_back(parts):
    parts = [
        s if s.speaker != "= x" else Span(s.text, s.emotion, s.pause, "=x", sounds=s.sounds) for s in parts
    ]
    assert_same_spans(parse_script(write_script(Script(tuple(parts)))).spans, parts)


pieces = st.lists(
    st.sampled_from(
        ["word", " ", ".", "\n\n", "[joy]", "[fear:0.4]", "[/]", "[laugh]", "[pause 1]", "[voice: joy]", "[face: awe]",
         "[face: same]", "[voice Ada]", "[# no]", "\\[", "[define mine = joy:0.3]", "[mine]", "…", "[use stage]", "[wry]"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(pieces)
def test_what_is_read_is_written_so_that_it_reads_the_same(text):
    try:
        script = parse_script(text)
    except ScriptError:
        return
    assert_same_spans(parse_script(write_script(script)).spans, script.spans)


SIGNS = "[]/#:=+.,;-%\\\n \t0159joyfacevidn\ufeff é😂|{}<>\"'"


@settings(max_examples=1000)
@given(st.text(st.sampled_from(SIGNS), max_size=60))
def test_no_text_raises_anything_but_an_error_with_a_remedy(text):
    try:
        parse_script(text)
    except AffectError as error:
        assert error.remedy


@pytest.mark.timeout(20)  # a reader whose work grew with the square of the length would need minutes
@pytest.mark.parametrize(
    "piece",
    ["a[laugh]", "[joy]a[/]", "[face:joy]a ", "[# x]a", "[joy]a", "[define", "[define a", "a[laugh].", ". [joy]",
     "[voice  ", "\ufeff", "[use stage]a", "[mine + fear:0.1]a "],
)  # fmt: skip
def test_the_longest_script_is_read_or_refused_in_linear_time(piece):
    text = "[define mine = joy:0.3] a " + piece * ((MAX_SCRIPT - 30) // len(piece))
    with suppress(ScriptError):
        parse_script(text)
