import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.delivery import Reading
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.speech.emoji import emoji_word
from generators.speech.figures import readable, roman_value
from generators.speech.interpreted import interpreted
from generators.speech.reading import Reader

READER = Reader()


def phonemes(text):
    script = Script((Span(text, Emotion.neutral()),))
    said = " ".join(sentence.phonemes for sentence in READER.sentences(script))
    return re.sub(r"[ˈˌ ,.!?;:—]", "", said)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I have 3 cats", "I have three cats"),
        ("1,234 people", "one thousand two hundred thirty four people"),
        ("−7 today", "minus seven today"),
        ("It is -12.5 now", "It is minus twelve point five now"),
        ("from 10–20 people", "from ten to twenty people"),
        ("3/4 of it", "three quarters of it"),
        ("½ a cup", "one half a cup"),
        ("2½ cups", "two and a half cups"),
        ("1 1/2 cups", "one and a half cups"),
        ("the 21st day", "the twenty first day"),
        ("Henry VIII died", "Henry the eighth died"),
        ("World War II ended", "World War two ended"),
        ("Act III, scene ii", "Act three, scene two"),
        ("the XIX century", "the nineteenth century"),
        ("in 1999", "in nineteen ninety nine"),
        ("the 1990s", "the nineteen nineties"),
        ("3/14/2024", "March fourteenth, twenty twenty four"),
        ("2024-03-14", "March fourteenth, twenty twenty four"),
        ("14.03.2024", "the fourteenth of March twenty twenty four"),
        ("17:00", "seventeen o'clock"),
        ("10:30", "ten thirty"),
        ("$5.50", "five dollars and fifty cents"),
        ("$3.5bn", "three point five billion dollars"),
        ("20 €", "twenty euros"),
        ("-$5", "minus five dollars"),
        ("$5-$10", "five to ten dollars"),
        ("10-20%", "ten to twenty percent"),
        ("10 m²", "ten square meters"),
        ("5 ft 3 in", "five feet three inches"),
        ("6'2\"", "six feet two"),
        ("100 km/h", "one hundred kilometers per hour"),
        ("(555) 123-4567", "five five five, one two three, four five six seven"),
        ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
        ("call 911", "call nine one one"),
        ("call 500 people", "call five hundred people"),
        ("Tel.: 555 12", "Tel.: five five five, one two"),
        ("ring 0711 123456", "ring zero seven one one, one two three four five six"),
        ("05/06/2024 1234 people", "May sixth, twenty twenty four, twelve thirty four people"),
        ("5 + 3 = 8", "five plus three equals eight"),
        ("5 > 3", "five greater than three"),
        ("10²", "ten squared"),
        ("~50", "about fifty"),
        ("007", "zero zero seven"),
        ("192.168.0.1", "one nine two dot one six eight dot zero dot one"),
        ("1,5", "one point five"),
        ("10 000 people", "ten thousand people"),
        ("Mon-Fri", "Monday to Friday"),
        ("№ 5", "number five"),
        ("٣ cats", "three cats"),
        ("www.site.org", "site dot org"),
        ("a 🍕 and 🐘🐘", "a pizza and elephant"),
        ("fine 😀❤️👍", "fine"),
        ("Dr. Smith &amp; co", "Doctor Smith and co"),
        ("so <b>very</b> <i class='x'>good</i>", "so very good"),
    ],
)
def test_figures_are_said_as_their_words(written, said):
    assert phonemes(written) == phonemes(said)


@pytest.mark.parametrize(
    ("text", "kind", "form", "said"),
    [
        ("2024", "cardinal", "", "two thousand and twenty-four"),
        ("IV", "cardinal", "", "four"),
        ("3.14", "cardinal", "", "three point one four"),
        ("21", "ordinal", "", "twenty-first"),
        ("VIII", "ordinal", "", "eighth"),
        ("a1-b", "characters", "", "a one dash b"),
        ("1.2.2020", "date", "dmy", "February first 2020"),
        ("2020-02-01", "date", "", "February first 2020"),
        ("2h15", "time", "", "2:15"),
        ("1'30\"", "time", "", "1 minutes 30 seconds"),
        ("+49 711 12", "telephone", "", "plus four nine, seven one one, one two"),
        ("cat", "ordinal", "", "cat"),
    ],
)
def test_signs_are_said_as_they_are_told_to_be(text, kind, form, said):
    assert interpreted(text, Reading(0, kind=kind, form=form), str) == said


@given(st.integers(1, 399))
def test_roman_numerals_are_read_back(number):
    parts = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    text, left = "", number
    for value, sign in parts:
        text += sign * (left // value)
        left %= value
    assert roman_value(text) == number


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_what_is_readable_has_digits_of_ascii_and_short_runs(text):
    found = readable(text + "9" * 40)
    assert all(sign.isascii() or not sign.isdigit() for sign in found)
    assert max(map(len, re.findall(r"\d+", found)), default=0) < 31


@given(st.characters(min_codepoint=0x2000))
def test_emoji_are_words_or_nothing(sign):
    assert re.fullmatch(r"[a-z-]*( [a-z-]+)*", emoji_word(sign))
