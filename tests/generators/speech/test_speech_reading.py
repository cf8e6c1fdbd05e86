from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.speech.letters import sounds
from generators.speech.normalisation import ends_sentence, spoken
from generators.speech.reading import Reader, passages, split_sentences

READER = Reader()


def sentences(*texts):
    return list(READER.sentences(Script(tuple(Span(text, Emotion.neutral()) for text in texts))))


def read(text):
    return " ".join(part for part in spoken(text.split(), READER.known) if part)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Visit https://www.example.com/a?b=1 now", "Visit example dot com now"),
        ("mail bob_m@site.org, please", "mail bob m at site dot org, please"),
        ("so happy 😀🎉 today :-)", "so happy today"),
        ("*bold* and _thin_ `code`", "bold and thin code"),
        ("THIS IS SO GOOD!", "this is so good!"),
        ("NASA and the USA", "NASA and the USA"),
        ("sooo goooood", "so good"),
        ("bread, e.g. rye, etc.", "bread, for example rye, et cetera"),
        ("it costs 20€", "it costs €20"),
        ("well... maybe", "well… maybe"),
        ("yes - no", "yes — no"),
    ],
)
def test_what_is_written_is_read_as_words(written, said):
    assert read(written) == said


@pytest.mark.parametrize(
    ("word", "following", "ends"),
    [
        ("gone.", "Where", True),
        ("Dr.", "Smith", False),
        ("J.", "Rowling", False),
        ("approx.", "10", False),
        ("p.m.", "and", False),
        ("What?", "he", False),
        ("“Stop!”", "She", True),
        ("well…", "Maybe", True),
        ("end", "", True),
        ("end", "of", False),
    ],
)
def test_sentences_end_where_they_end(word, following, ends):
    assert ends_sentence(word, following) is ends


def test_lines_that_are_only_wrapped_do_not_end_a_sentence():
    words = next(
        passages(
            Script((Span("a line that is\nwrapped here.\n\nAnother one\n- and a list", Emotion.neutral()),))
        )
    )[1]
    assert [len(s) for s in split_sentences(words)] == [6, 2, 4]


def test_phonemes_are_those_of_the_bare_package():
    from hibari.g2p import G2P

    text = "On March 3, 2024, Dr. Smith paid $5 million for 12 km of road at 10:30 pm."
    (sentence,) = sentences(text)
    assert sentence.phonemes == G2P()(text)


def test_a_number_of_several_words_belongs_to_the_word_as_written():
    (sentence,) = sentences("It took 12 km, exactly.")
    kilometres = next(b for b in sentence.blocks if sentence.words[b.words[0]].text == "km,")
    assert "ləmˈ" in "".join(sentence.groups[slice(*kilometres.groups)]) or "lˈɑm" in "".join(
        sentence.groups[slice(*kilometres.groups)]
    )


def test_spans_inside_a_sentence_keep_their_phonemes():
    (sentence,) = sentences("She was happy", "and then she wept.")
    spans = [sentence.span_of_group(i) for i in range(len(sentence.groups))]
    assert spans == [0, 0, 0, 1, 1, 1, 1]


def test_punctuation_at_the_head_of_a_span_stays_with_the_word_before():
    (sentence,) = sentences("Hello", ", he said.")
    assert [w.text for w in sentence.words] == ["Hello,", "he", "said."]


def test_an_endless_sentence_is_cut_to_what_the_model_can_say():
    found = sentences("and the river ran over the stones " * 80)
    assert sum(len(s.words) for s in found) == 7 * 80
    assert max(len(s.phonemes) for s in found) <= 420


WORDS = st.lists(
    st.sampled_from(
        "the cat, sat. On 12 km — $5 million! 😀 NASA hello it's e.g. (yes) 10:30 pm? 3-5 1/2 … :-) “no” 你好 zzxq".split()  # noqa: SIM905
    ),
    min_size=1,
    max_size=30,
)


@given(WORDS, st.integers(0, 29))
@settings(max_examples=60, deadline=None)
def test_blocks_cover_all_words_and_groups_once_and_in_order(words, cut):
    texts = [" ".join(words[:cut]), " ".join(words[cut:])]
    found = sentences(*texts)
    for sentence in found:
        assert sentence.words or not sentence.groups
        at_word = at_group = 0
        for block in sentence.blocks:
            assert block.words[0] == at_word
            assert block.groups[0] == at_group
            at_word, at_group = block.words[1], block.groups[1]
        assert (at_word, at_group) == (len(sentence.words), len(sentence.groups))
    written = "".join(w.text for s in found for w in s.words)
    assert written == "".join(words)


def test_letters_become_sounds_by_their_language():
    assert sounds("Schön!", "de") == ["ʃ", "ø", "n"]
    assert sounds("chiamo", "it")[0] == "k"
    assert sounds("mañana", "es")[2] == "ɲ"
    assert sounds("beau", "fr") == ["b", "o"]
