import pytest

from conditioning.parsing import parse_emotion, understand
from conditioning.script import parse_script
from conditioning.vad import VAD
from studio.text_emotion import emotion_of_text


@pytest.mark.parametrize(
    ("text", "pleasant"),
    [("I miss her so much, it breaks my heart.", False), ("This is the best day of my life!", True)],
)
def test_a_sentence_is_read_on_its_side_of_valence(text, pleasant):
    assert (emotion_of_text(text).emotion.felt.valence > 0) == pleasant


def test_a_plain_sentence_is_neutral():
    assert emotion_of_text("The train leaves at seven.").emotion.felt.distance(VAD()) < 0.1


def test_a_description_is_read_by_the_feelings_that_it_names():
    found = emotion_of_text("the relief after a long wait, with some pride")
    assert set(found.emotion.mixture) == {"relief", "pride"}
    assert "relief" in found.why and "pride" in found.why


def test_an_unknown_word_is_read_by_the_definition_it_comes_nearest_to():
    found = emotion_of_text("bummed")
    assert found.emotion.felt.valence < -0.3
    assert "nearest to" in found.why
    assert found.certainty < 0.7


def test_a_sentence_that_says_nothing_itself_takes_what_was_said_before_but_fainter():
    before, text = "I miss her so much. It breaks my heart.", "The house is empty now."
    alone, after, first = emotion_of_text(text), emotion_of_text(text, before), emotion_of_text(before)
    assert after.emotion.felt.valence < alone.emotion.felt.valence
    assert after.emotion.intensity < first.emotion.intensity
    assert after.certainty < first.certainty
    assert "before" in after.why


def test_what_a_sentence_says_itself_counts_more_than_what_was_said_before():
    before, text = "I miss her so much. It breaks my heart.", "This is the best day of my life!"
    assert emotion_of_text(text, before) == emotion_of_text(text)


def test_free_text_in_place_of_an_emotion_is_understood_less_surely_than_a_name():
    guessed = understand("a calm evening by the lake", reader=emotion_of_text)
    assert guessed.certainty < understand("calm").certainty
    assert guessed.emotion.felt.arousal < 0


def test_a_script_may_leave_the_emotion_to_its_words():
    script = parse_script("[auto] I hate you! Get out!\n\n[joy] Or stay.", reader=emotion_of_text)
    assert script.spans[0].emotion.felt.valence < 0
    assert script.spans[-1].emotion == parse_emotion("joy")
