from __future__ import annotations

import pytest
from emotion_strategies import emotions
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, ScriptError
from conditioning.script import Script, Sound, Span, parse_script
from conditioning.script_reader import MAX_SCRIPT
from conditioning.subtitles import is_srt, parse_srt, write_srt

FILE = """\ufeff1\r
00:00:01,000 --> 00:00:03,000\r
[joy] She is <i>he</i>re!\r
{\\an8}Look!\r
\r
2\r
00:00:04,500 --> 00:00:06,500 X1:10\r
And [sadness:0.8] gone again [sigh].\r
\r
\r
3\r
00:00:06.5 --> 00:01:00.25\r
[voice Ada] Who?\r
"""


def error_of(text) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        parse_srt(text)
    return caught.value


def test_cues_become_spans_with_their_times():
    spans = parse_srt(FILE).spans
    assert [(s.text, str(s.emotion), s.start, s.end, s.speaker) for s in spans] == [
        ("She is here! Look!", "joy", 1.0, 3.0, ""),
        ("And", "joy", 4.5, pytest.approx(5.0), ""),
        ("gone again .", "sadness:0.8", pytest.approx(5.0), 6.5, ""),
        ("Who?", "sadness:0.8", 6.5, 60.25, "Ada"),
    ]
    assert spans[2].sounds == (Sound("sigh", 2),)
    assert parse_srt(FILE).is_timed


def test_the_silence_before_a_cue_is_its_pause():
    assert [s.pause for s in parse_srt(FILE).spans] == [1.0, 1.5, 0.0, 0.0]


def test_spans_and_errors_know_their_place_in_the_file():
    assert [(s.line, s.column) for s in parse_srt(FILE).spans] == [(3, 7), (8, 1), (8, 19), (13, 13)]
    error = error_of("1\n00:00:01,000 --> 00:00:02,000\nWell.\n[hapy] Hi")
    assert (error.line, error.column) == (4, 2)
    assert error.suggestions


def test_a_pause_after_the_last_word_has_its_time_too():
    spans = parse_srt("00:00:01,000 --> 00:00:02,000\nHi [pause 2]").spans
    assert (spans[-1].start, spans[-1].end) == (2.0, 4.0)


def test_options_reach_the_marks():
    script = parse_srt(
        "00:00:01,000 --> 00:00:02,000\nHi [odd] ho",
        base=Emotion.of("hope"),
        presets={"odd": Emotion.of("awe")},
    )
    assert [str(s.emotion) for s in script.spans] == ["hope", "awe"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Hello", (1, 1), "outside the cues"),
        ("1\n00:00:01,000 -> 00:00:02,000\nHi", (2, 1), "outside the cues"),
        ("00:00:01,000 --> 00:00:02,000\nHi\n\nHo", (4, 1), "outside the cues"),
        ("1\n00:00:03,000 --> 00:00:02,000\nHi", (2, 1), "ends at 2 s"),
        ("00:00:03,000 --> 00:00:04,000\nHi\n\n00:00:01,000 --> 00:00:02,000\nHi", (4, 1), "before the one"),
        ("", (1, 1), "empty"),
        ("1\n00:00:01,000 --> 00:00:02,000\n", (1, 1), "no words"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi [joy\nthere]", (3, 4), "not closed"),
    ],
)
def test_a_faulty_file_is_refused_at_its_place(text, place, message):
    error = error_of(text)
    assert (error.line, error.column) == place
    assert message in error.message
    assert error.remedy


def test_subtitles_are_told_from_scripts():
    assert is_srt(FILE)
    assert is_srt("00:00:01,000 --> 00:00:02,000\nHi")
    assert not is_srt("[joy] Hi")
    assert not is_srt("She left.\n00:00:01,000 --> 00:00:02,000")
    assert not is_srt("")


def test_a_script_without_times_makes_no_subtitles():
    with pytest.raises(RequestError, match="no times"):
        write_srt(parse_script("Hello."))


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4000),
            st.integers(0, 2000),
            emotions,
            st.sampled_from(["Hi", "[a] b\\c", "d e f."]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["", "Ada"]),
)
def test_written_subtitles_are_read_back(rows, speaker):
    spans, at = [], 0
    for length, gap, emotion, text in rows:
        start, end = (at + gap) / 1000, (at + gap + length) / 1000
        spans.append(
            Span(text, emotion, gap / 1000, speaker, overrides={"face": emotion}, start=start, end=end)
        )
        at += gap + length
    back = parse_srt(write_srt(Script(tuple(spans)))).spans
    assert [(s.text, s.start, s.end, s.pause, s.speaker) for s in back] == [
        (s.text, s.start, s.end, pytest.approx(s.pause, abs=0.0015), s.speaker) for s in spans
    ]
    for a, b in zip(back, spans, strict=True):
        assert a.emotion.felt.distance(b.emotion.felt) < 0.01
        assert a.emotion_of("face").felt.distance(b.emotion.felt) < 0.01


def test_a_file_written_again_reads_the_same():
    script = parse_srt(FILE)
    back = parse_srt(write_srt(script))
    assert [(s.text, s.sounds, s.start) for s in back.spans] == [
        (s.text, s.sounds, pytest.approx(s.start, abs=0.001)) for s in script.spans
    ]


@settings(max_examples=400)
@given(st.text(st.sampled_from("1 0:,->\n[]joy\\<i>{}/#laugh"), max_size=80))
def test_no_file_raises_anything_but_an_error_with_a_remedy(text):
    for whole in (text, "00:00:01,000 --> 00:00:02,000\n" + text):
        try:
            parse_srt(whole)
        except AffectError as error:
            assert error.remedy


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["1\n", "00:00:01,0 --> 00:00:02,0\nHi\n\n", "<i", "{\\", "a\n", "\n \n"])
def test_the_longest_file_is_read_or_refused_in_linear_time(piece):
    text = "00:00:01,0 --> 00:00:02,0\na" + piece * ((MAX_SCRIPT - 30) // len(piece))
    try:
        assert parse_srt(text).spans
    except ScriptError as error:
        assert error.line
