from __future__ import annotations

import pytest
from emotion_strategies import emotions
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import RequestError, ScriptError
from conditioning.guess import Guess
from conditioning.script import (
    LONGEST_PAUSE,
    MAX_SCRIPT,
    PARAGRAPH_PAUSE,
    Script,
    Span,
    parse_script,
    write_script,
)


def said(text, **options):
    return [(span.text, str(span.emotion), span.pause) for span in parse_script(text, **options).spans]


def error_of(text, **options) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, **options)
    return caught.value


def test_a_mark_holds_until_the_next():
    assert said("Well. [joy] She is here! Look! [sadness:0.8] And gone.") == [
        ("Well.", "neutral", 0.0),
        ("She is here! Look!", "joy", 0.0),
        ("And gone.", "sadness:0.8", 0.0),
    ]


def test_text_before_the_first_mark_is_in_the_base():
    assert said("Well. [fear] Oh.", base=Emotion.of("hope", 0.5)) == [
        ("Well.", "hope:0.5", 0.0),
        ("Oh.", "fear", 0.0),
    ]


def test_a_pause_is_silence_before_what_follows_and_keeps_the_emotion():
    assert said("[joy] One [pause 0.6] two [pause 500ms][pause: 1s] three") == [
        ("One", "joy", 0.0),
        ("two", "joy", 0.6),
        ("three", "joy", 1.5),
    ]


def test_a_pause_at_the_end_is_a_span_without_text():
    last = parse_script("One [pause 2]").spans[-1]
    assert (last.text, last.pause) == ("", 2.0)


def test_a_blank_line_is_a_longer_pause_unless_one_is_marked():
    assert [pause for *_, pause in said("One\nstill one\n\nTwo\n  \n\n[joy] Three\n\n[pause 2]\n\nFour")] == [
        0.0,
        PARAGRAPH_PAUSE,
        PARAGRAPH_PAUSE,
        2.0,
    ]


def test_a_blank_line_before_everything_is_no_pause():
    assert said("\n\n[joy]\n\nHi") == [("Hi", "joy", 0.0)]


def test_a_voice_holds_until_the_next_and_does_not_change_the_emotion():
    spans = parse_script("A [voice Ada] [joy] B [speaker: Bob] C [voice] D").spans
    assert [(s.text, s.speaker, str(s.emotion)) for s in spans] == [
        ("A", "", "neutral"),
        ("B", "Ada", "joy"),
        ("C", "Bob", "joy"),
        ("D", "", "joy"),
    ]


def test_escaped_brackets_are_text():
    assert said(r"He \[the king\] and \\ and \n")[0][0] == r"He [the king] and \ and \n"


def test_signs_alone_close_the_span_before_them():
    assert said('"[joy]Hello[sad]." [fear] Oh') == [('Hello."', "joy", 0.0), ("Oh", "fear", 0.0)]


def test_spans_know_their_line_and_column():
    spans = parse_script("[joy] One\n  [fear]\n  two\r\n\r\nthree [sad]four").spans
    assert [(s.line, s.column) for s in spans] == [(1, 7), (3, 3), (5, 1), (5, 12)]


def test_auto_leaves_each_paragraph_to_the_reader():
    def reader(text, before=""):
        return Guess(Emotion.of("joy" if "sun" in text else "fear"))

    assert said("[auto] The sun!\n\nThe dark. [sad] End.", reader=reader) == [
        ("The sun!", "joy", 0.0),
        ("The dark.", "fear", PARAGRAPH_PAUSE),
        ("End.", "sadness", 0.0),
    ]
    assert said("[like a long lost friend] Hi.", reader=reader) == [("Hi.", "fear", 0.0)]


def test_a_reader_is_told_what_was_said_before_by_the_same_speaker_and_its_reason_is_kept():
    asked = []

    def reader(text, before=""):
        asked.append((text, before))
        return Guess(Emotion.of("joy"), 0.5, f"it says {text}")

    spans = parse_script("[auto] One. Two. [voice Ada] Three. [fear] Four.", reader=reader).spans
    assert asked == [("One.", ""), ("Two.", "One."), ("Three.", "")]
    assert [span.why for span in spans] == ["it says One.", "it says Two.", "it says Three.", ""]


def test_auto_without_a_reader_is_refused_at_its_place():
    error = error_of("Hello\n [auto] there")
    assert (error.line, error.column) == (2, 2)
    assert "auto" in error.message


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\ufeff"])
def test_an_empty_script_is_refused(text):
    error = error_of(text)
    assert (error.line, error.column) == (1, 1)
    assert "empty" in error.message


@pytest.mark.parametrize(
    ("text", "place"),
    [("[joy]", (1, 1)), ("\n [joy] [pause 2] ...", (2, 2)), ("...", (1, 1)), ("[voice Ada]", (1, 1))],
)
def test_a_script_without_words_is_refused(text, place):
    error = error_of(text)
    assert (error.line, error.column) == place
    assert "no words" in error.message


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Hi\nyou [joy there", (2, 5), "not closed"),
        ("Hi [joy\n] there", (1, 4), "not closed"),
        ("[a [joy] there", (1, 1), "not closed"),
        ("Hi ] there", (1, 4), "without its"),
        ("Hi [] there", (1, 4), "empty"),
        ("Hi [  ] there", (1, 4), "empty"),
        ("Hi [ joy:1.4] there", (1, 6), "1.4"),
        ("Hi\n\n [v=2] there", (3, 3), "Valence is 2"),
        ("Hi [pause 31] there", (1, 5), "31"),
        ("Hi [pause] there", (1, 5), "no length"),
        ("Hi [pause -1] there", (1, 5), "-1"),
        ("Hi [pause long] there", (1, 5), "long"),
        ("Hi [0.5] there", (1, 5), "0.5"),
    ],
)
def test_a_wrong_mark_is_refused_at_its_place(text, place, message):
    error = error_of(text)
    assert (error.line, error.column) == place
    assert message in error.message
    assert str(error).startswith(f"Line {place[0]}, column {place[1]}: ")
    assert error.remedy


def test_a_mistyped_label_is_answered_with_the_nearest():
    error = error_of("Hi\n[joy:0.5+feer:0.5] there")
    assert error.suggestions == ["fear"]
    assert "'fear'" in str(error)
    assert (error.line, error.column) == (2, 2)


def test_a_script_may_not_be_longer_than_its_limit():
    assert parse_script("a" * MAX_SCRIPT)
    with pytest.raises(RequestError, match=str(MAX_SCRIPT + 1)):
        parse_script("a" * (MAX_SCRIPT + 1))


def test_pauses_never_pass_the_longest():
    assert parse_script("[pause 30][pause 30] a").spans[0].pause == LONGEST_PAUSE


@pytest.mark.timeout(20)  # a reader whose work grew with the square of the length would need minutes
@pytest.mark.parametrize(
    "piece", ["\\[", "a [joy] ", "a\n\n", "a[joy].", " \n", "[joy:0.1] ", "a\\", "word "]
)
def test_a_script_of_the_greatest_length_is_read(piece):
    copies = (MAX_SCRIPT - 2) // len(piece)
    assert parse_script("a " + piece * copies).text.startswith("a")


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12
).map(lambda text: " ".join(text.split()))
spans = st.builds(
    Span,
    text=words.filter(lambda text: any(c.isalnum() for c in text)),
    emotion=emotions,
    pause=st.one_of(st.just(0.0), st.just(PARAGRAPH_PAUSE), st.floats(0.01, 30).map(lambda x: round(x, 3))),
    speaker=st.sampled_from(["", "Ada", "Bob B."]),
)


@given(st.lists(spans, min_size=1, max_size=5))
def test_a_written_script_is_read_back(parts):
    back = parse_script(write_script(Script(tuple(parts)))).spans
    assert [(s.text, s.pause, s.speaker) for s in back] == [(s.text, s.pause, s.speaker) for s in parts]
    for a, b in zip(back, parts, strict=True):
        assert a.emotion.intensity == pytest.approx(b.emotion.intensity, abs=0.01)
        assert a.emotion.felt.distance(b.emotion.felt) < 0.01


@given(st.text(st.sampled_from("ab [].\\\n:5joy"), max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text):
    try:
        script = parse_script(text)
    except ScriptError as error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    else:
        assert any(c.isalnum() for c in script.text)
