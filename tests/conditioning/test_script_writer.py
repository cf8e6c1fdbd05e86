from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.assets import asset_table
from conditioning.delivery import DEGREES, Reading
from conditioning.emotion import Emotion
from conditioning.script import Script, Span, parse_script, write_script
from conditioning.ssml import parse_ssml
from generators.speech.emphasis import without_signs, written_emphasis

WORDS = ("so", "very,", '"big"', "NASA", "50%", "don't", "(yes)", "naïve!", "$5", "O'Brien’s", "42")


def heard(span):
    """What a voice makes of a span: words without signs, the emphasis of each, and the other readings."""
    words = span.text.split()
    degrees = [None] * len(words)
    for place, degree in enumerate(written_emphasis(words, lambda word: False, lambda word: True)):
        degrees[place] = degree or None
    readings = []
    for own in span.readings:
        if own.emphasis is not None:
            degrees[own.at : own.at + own.count] = [own.emphasis] * own.count
        if own.said or own.ipa or own.kind:
            readings.append(replace(own, emphasis=None))
    return without_signs(words), degrees, readings


def spans_heard(script):
    return [heard(span) for span in script.spans]


@st.composite
def emphasised_spans(draw):
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
    readings = []
    at = 0
    while at < len(words):
        count = draw(st.integers(1, len(words) - at))
        kind = draw(st.integers(0, 4))
        if kind == 1:
            readings.append(Reading(at, count, said="what ever"))
        elif kind == 2:
            readings.append(Reading(at, count, kind="date", form=draw(st.sampled_from(["", "dmy", "my"]))))
        if kind in (1, 2, 3):
            degree = draw(st.sampled_from([None, *DEGREES.values()]))
            readings += [Reading(at, count, emphasis=degree)] if degree is not None else []
        at += count
    return Span(" ".join(words), Emotion.neutral(), readings=tuple(readings))


class TestEmphasis:
    def test_moderate_and_strong_emphasis_become_the_signs_for_them(self):
        script = parse_ssml(
            '<speak>It is <emphasis>so</emphasis>, <emphasis level="strong">"big"</emphasis>.</speak>'
        )
        assert write_script(script) == 'It is *so*, "**big**".'

    def test_what_has_no_sign_is_written_as_a_mark(self):
        script = parse_ssml(
            '<speak>The <emphasis level="none">NASA</emphasis> <emphasis level="reduced">of old</emphasis> '
            "took <emphasis>50%</emphasis>.</speak>"
        )
        written = write_script(script)
        assert written == "The [say NASA as plain] [say of old as reduced] took [say 50%. as moderate]"
        assert parse_script(written).spans[0].readings == script.spans[0].readings

    def test_emphasis_and_another_reading_of_the_same_words_share_a_mark(self):
        script = parse_ssml(
            '<speak><emphasis level="strong"><sub alias="what ever">w e</sub></emphasis> now</speak>'
        )
        assert write_script(script) == '[say w e as "what ever", strong] now'

    def test_the_form_of_a_date_comes_back(self):
        script = parse_ssml(
            '<speak>On <say-as interpret-as="date" format="dmy">1.2.2020</say-as> we met</speak>'
        )
        assert parse_script(write_script(script)).spans[0].readings == script.spans[0].readings

    def test_signs_that_stand_in_the_text_keep_others_from_being_set(self):
        script = parse_ssml("<speak>*foo <emphasis>so</emphasis> bar*</speak>")
        assert write_script(script) == "*foo [say so as moderate] bar*"

    @given(st.lists(emphasised_spans(), min_size=1, max_size=3))
    def test_what_is_written_is_read_back_as_the_same_speech(self, spans):
        script = Script(tuple(replace(span, pause=0.5) for span in spans))
        written = write_script(script)
        again = parse_script(written)
        assert spans_heard(again) == spans_heard(script)
        assert write_script(again) == written

    def test_a_word_with_brackets_is_written_without_emphasis(self):
        script = parse_ssml("<speak>so <emphasis>very [x] good</emphasis></speak>")
        again = parse_script(write_script(script))
        assert heard(again.spans[0])[:2] == (["so", "very", "[x]", "good"], [None, 1.0, None, 1.0])

    def test_degrees_are_those_of_ssml(self):
        table = dict(asset_table("ssml", "labels.toml")["emphasis"])
        table["plain"] = table.pop("none")
        assert table == DEGREES

    @pytest.mark.parametrize("written", ['[say w e as "what", loud]', "[say w e as strongly]"])
    def test_another_word_than_a_degree_is_no_such_mark(self, written):
        with pytest.raises(Exception, match="say"):
            parse_script(f"{written} now")
