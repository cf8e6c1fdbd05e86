"""Styles of speaking as they are written, in requests and in scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import RequestError, ScriptError, UnknownNameError
from conditioning.faders import fader_set
from conditioning.script import parse_script, write_script
from conditioning.styles import parse_style, style_names, style_of, write_style
from conditioning.subtitles import parse_srt, write_srt


def test_the_styles_of_the_design_are_there():
    assert {"whisper", "shout", "lombard", "smile", "creak", "tremor", "breathy"} <= set(style_names())


def test_every_style_moves_faders_that_exist_and_names_sources():
    for name in style_names():
        style = style_of(name)
        assert set(style.faders) <= set(fader_set("prosody").faders)
        assert style.faders and style.source and style.meaning


@given(
    st.dictionaries(
        st.sampled_from(style_names()), st.floats(0.01, 1.0).map(lambda x: round(x, 3)), max_size=4
    )
)
def test_what_is_written_is_read_back(styles):
    assert parse_style(write_style(styles)) == pytest.approx(styles)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("Whispered", {"whisper": 1.0}),
        ("shout 0.5", None),
        ("shout:50%", {"shout": 0.5}),
        ("shout=.5 + smiling", {"shout": 0.5, "smile": 1.0}),
        ("vocal fry", {"creak": 1.0}),
    ],
)
def test_styles_are_found_by_their_names(text, found):
    if found is None:
        with pytest.raises(UnknownNameError):
            parse_style(text)
    else:
        assert parse_style(text) == found


@pytest.mark.parametrize("text", ["whisper:2", "+", "whisper:a"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(RequestError):
        parse_style(text)


def test_a_style_holds_until_the_next_and_emotions_go_on():
    script = parse_script(
        "Hello. [style whisper] One. [joy] Two. [style shout:0.5+smile] Three. [style] Four."
    )
    assert [(span.text, span.emotion.label, span.style) for span in script.spans] == [
        ("Hello.", "neutral", ""),
        ("One.", "neutral", "whisper"),
        ("Two.", "joy", "whisper"),
        ("Three.", "joy", "shout:0.5+smile"),
        ("Four.", "joy", ""),
    ]
    assert script.styles == ("whisper", "shout:0.5+smile")
    again = parse_script(write_script(script))
    assert [(span.text, span.style) for span in again.spans] == [(s.text, s.style) for s in script.spans]


def test_subtitles_keep_styles():
    script = parse_srt("1\n00:00:01,000 --> 00:00:03,000\n[style whisper] Come here. [style] Go.")
    again = parse_srt(write_srt(script))
    assert [span.style for span in again.spans] == ["whisper", ""]


def test_an_unknown_style_has_its_place_and_a_hint():
    with pytest.raises(ScriptError, match=r"Line 2, column 2.*Did you mean 'whisper'"):
        parse_script("Hello.\n[style wisper] Come.")


def test_a_preset_cannot_take_the_mark():
    with pytest.raises(ScriptError, match="cannot be called"):
        parse_script("[define style = joy] Hello.")
