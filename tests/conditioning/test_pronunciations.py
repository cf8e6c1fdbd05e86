import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.delivery import Reading
from conditioning.errors import InputFileError
from conditioning.pronunciations import pronounced, read_pronunciations
from conditioning.script import parse_script, write_script

COLUMNS = '# names\ntomato  /təˈmɑːtəʊ/\nSiobhan\tShivawn\n"New York" /njuː jɔːk/\nschwa ə\n'
TOML = (
    '[pronunciation]\ntomato = "/təˈmɑːtəʊ/"\nSiobhan = "Shivawn"\n"New York" = "/njuː jɔːk/"\nschwa = "ə"\n'
)


@pytest.mark.parametrize("text", [COLUMNS, TOML])
def test_both_forms_say_the_same(text):
    assert read_pronunciations(text) == {
        ("tomato",): Reading(0, ipa="təˈmɑːtəʊ"),
        ("Siobhan",): Reading(0, said="Shivawn"),
        ("New", "York"): Reading(0, 2, ipa="njuː jɔːk"),
        ("schwa",): Reading(0, ipa="ə"),
    }


def readings(text):
    script = pronounced(parse_script(text), read_pronunciations(COLUMNS))
    return [(r.at, r.count, r.ipa or r.said) for span in script.spans for r in span.readings]


def test_words_are_found_in_any_dress():
    assert readings("A (Tomato), *tomato* and TOMATO!") == [(k, 1, "təˈmɑːtəʊ") for k in (1, 2, 4)]
    assert readings("In New York, Siobhan's tomato's.") == [
        (1, 2, "njuː jɔːk"), (3, 1, "Shivawn's"), (4, 1, "təˈmɑːtəʊz"),
    ]  # fmt: skip
    assert readings("tomatoes, New Yorker") == []


def test_the_script_wins_over_the_dictionary():
    assert readings("[say tomato as /kæt/] tomato") == [(0, 1, "kæt"), (1, 1, "təˈmɑːtəʊ")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomato", "line 1: it needs two columns"),
        ("a b\na c", "line 2: 'a' stands there twice"),
        ("[words]\na = 'b'", r"only \[pronunciation\]"),
        ("[pronunciation]\na = 3", "3 is no text"),
        ("[pronunciation", "not TOML"),
        ("a /./", "nothing is said"),
        ('"a b', "quote"),
    ],
)
def test_faults_are_named(text, said):
    with pytest.raises(InputFileError, match=said):
        read_pronunciations(text, "my.txt")


def test_all_faults_are_told_at_once():
    with pytest.raises(InputFileError, match=r"line 1.*line 3"):
        read_pronunciations("one\ntwo zwei\nthree")


@given(st.text(max_size=60))
def test_any_text_is_a_dictionary_or_one_error(text):
    try:
        found = read_pronunciations(text)
    except InputFileError:
        return
    assert all(reading.said or reading.ipa for reading in found.values())


@pytest.mark.parametrize(
    "text",
    [
        "I ate a [say tomato as /təˈmɑːtəʊ/].",
        '([say Siobhan Ng as "Shivawn Ing"]) came',
        "[say 42 as ordinal], [laugh] [say 555 12 as telephone]",
    ],
)
def test_marks_of_readings_are_written_as_they_were_read(text):
    script = parse_script(text)
    assert script.spans[0].readings
    again = parse_script(write_script(script))
    assert [(s.text, s.readings, s.sounds) for s in again.spans] == [
        (s.text, s.readings, s.sounds) for s in script.spans
    ]


def test_words_beside_a_mark_are_parted_from_it():
    (span,) = parse_script("a[say cat as /kæt/]b").spans
    assert (span.text, span.readings[0].at) == ("a cat b", 1)


def test_say_without_slashes_or_quotes_is_left_to_the_reader_of_free_text():
    with pytest.raises(Exception, match="Unknown emotion"):
        parse_script("[say it as it is] x")
