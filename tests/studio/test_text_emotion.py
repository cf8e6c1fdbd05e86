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
    assert (emotion_of_text(text).felt.valence > 0) == pleasant


def test_a_plain_sentence_is_neutral():
    assert emotion_of_text("The train leaves at seven.").felt.distance(VAD()) < 0.1


def test_a_description_is_read_by_the_feelings_that_it_names():
    found = emotion_of_text("the relief after a long wait, with some pride")
    assert set(found.mixture) == {"relief", "pride"}


def test_free_text_in_place_of_an_emotion_is_understood_less_surely_than_a_name():
    guessed = understand("a calm evening by the lake", reader=emotion_of_text)
    assert guessed.certainty < understand("calm").certainty
    assert guessed.emotion.felt.arousal < 0


def test_a_script_may_leave_the_emotion_to_its_words():
    script = parse_script("[auto] I hate you! Get out!\n\n[joy] Or stay.", reader=emotion_of_text)
    assert script.spans[0].emotion.felt.valence < 0
    assert script.spans[-1].emotion == parse_emotion("joy")
