import pytest

from conditioning.emotionml import EmotionmlError
from conditioning.errors import ScriptError, UnknownNameError
from conditioning.parsing import parse_emotion
from studio.request import FilmRequest
from studio.script_source import script_of
from studio.studio import Studio


def script(text, **settings):
    return script_of(FilmRequest.read({"script": text, **settings}))


def test_subtitles_are_known_by_their_times():
    read = script(
        "1\n00:00:01,000 --> 00:00:02,500\n[joy] Hello.\n\n2\n00:00:04,000 --> 00:00:05,000\nBye.\n"
    )
    assert [(s.start, s.end, s.text) for s in read.spans] == [(1.0, 2.5, "Hello."), (4.0, 5.0, "Bye.")]
    assert str(read.spans[1].emotion) == "joy"


def test_emotionml_is_known_by_its_first_tag():
    document = (
        '<emotionml version="1.0" xmlns="http://www.w3.org/2009/10/emotionml" '
        'category-set="http://www.w3.org/TR/emotion-voc/xml#big6">'
        '<emotion><category name="happiness" value="0.8"/>She is here.</emotion></emotionml>'
    )
    (span,) = script(document).spans
    assert (span.text, str(span.emotion)) == ("She is here.", "joy:0.8")


def test_a_document_with_an_entity_is_refused():
    with pytest.raises(EmotionmlError):
        script(
            '<!DOCTYPE x [<!ENTITY a "b">]>\n<emotionml>&a;</emotionml>'.replace(
                "<!DOCTYPE", "<?xml version='1.0'?><!DOCTYPE"
            )
        )


def test_auto_reads_each_sentence_and_marks_win():
    read = script("I hate you! I love you so much. [fear] It is late.", emotion="auto")
    hate, love, late = (span.emotion for span in read.spans)
    assert hate.felt.valence < 0 < love.felt.valence
    assert late == parse_emotion("fear")


def test_auto_keeps_the_places_of_faults():
    with pytest.raises(ScriptError, match="joyy") as caught:
        script("I hate you!\nLook. [joyy] No.", emotion="auto")
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_silence_needs_no_words():
    assert script("", media=("music",), emotion="joy").spans[0].emotion == parse_emotion("joy")


def test_sentences_follow_a_way_from_one_emotion_to_another():
    read = script("One is here. Two are here. Three are here. [anger] Four.", emotion="joy -> sadness")
    valences = [span.emotion.felt.valence for span in read.spans[:3]]
    assert valences == sorted(valences, reverse=True) and valences[0] > 0 > valences[2]
    assert read.spans[3].emotion == parse_emotion("anger")


def test_sentences_follow_a_story():
    read = script("She was poor. She danced with him. The clock struck. They married.", emotion="arc: icarus")
    valences = [span.emotion.felt.valence for span in read.spans]
    assert max(valences) == max(valences[1:3]) and valences[0] < 0


def test_music_without_words_follows_a_story():
    spans = script("", media=("music",), emotion="arc:rise").spans
    assert spans[0].emotion.felt.valence < 0 < spans[-1].emotion.felt.valence


def test_an_unknown_story_is_told_with_the_nearest():
    with pytest.raises(UnknownNameError, match="cinderella"):
        script("Once.", emotion="arc: cinderela")


def test_pictures_without_a_voice_turn_when_the_subtitles_do():
    text = "1\n00:00:00,000 --> 00:00:02,000\n[joy] Hello.\n\n2\n00:00:04,000 --> 00:00:06,000\n[fear] Bye.\n"
    tracks = Studio().tracks(FilmRequest.read({"script": text, "media": ("video",), "height": 144}))
    assert [(s.start, s.end) for s in tracks.sections] == [(0.0, 3.0), (3.0, 6.0)]
    assert tracks.duration == 6.0
