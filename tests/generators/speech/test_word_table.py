from hypothesis import given
from hypothesis import strategies as st

from generators.speech.word_table import WordTable, packed

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\t"), max_size=8)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=6).filter(lambda text: not text.startswith("{"))
VALUES = st.one_of(TEXTS, st.dictionaries(WORDS, st.one_of(st.none(), st.floats(-50, 50), TEXTS), max_size=3))


@given(st.dictionaries(WORDS, VALUES, max_size=40), st.lists(WORDS, max_size=10))
def test_a_table_answers_as_the_dictionary_that_it_was_made_of(entries, others):
    table = WordTable(packed(entries))
    for word in (*entries, *others):
        assert table.get(word) == entries.get(word)
        assert (word in table) == (word in entries)


def test_a_word_that_begins_another_is_not_taken_for_it():
    table = WordTable(packed({"there": "ðˈɛɹ", "the": "ðə"}))
    assert table.get("the") == "ðə"
    assert table.get("ther") is None
    assert table.get("ther", "?") == "?"


def test_half_a_sign_is_no_word():
    assert "\ud83d" not in WordTable(packed({"a": "ɐ"}))
