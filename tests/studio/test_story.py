import itertools

import pytest

from conditioning.emotion import Emotion
from conditioning.errors import ScriptError
from conditioning.guess import Guess
from conditioning.script import parse_script, write_script
from studio.story import read_story

TEXT = "The dark came. We ran. [pause 1] The sun rose! [awe] And then?"


def by_words(text, before=""):
    name = "fear" if "dark" in f"{before} {text}" and "sun" not in text else "joy"
    return Guess(Emotion.of(name), 0.6, f"after {before!r}")


def test_every_sentence_has_its_emotion_its_reason_and_its_time():
    lines = read_story(TEXT, by_words).lines
    assert [line.guess.emotion.label for line in lines] == ["fear", "fear", "joy", "awe"]
    assert [line.guess.certainty for line in lines] == [0.6, 0.6, 0.6, 1.0]
    assert lines[1].guess.why == "after 'The dark came.'"
    assert lines[3].guess.why == ""
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(lines))


def test_the_story_is_a_timeline_and_a_script_that_can_be_written_and_read_again():
    story = read_story(TEXT, by_words)
    assert story.timeline.at(0.1).label == "fear"
    assert story.timeline.at(story.lines[-1].end).label == "awe"
    again = parse_script(write_script(story.script))
    assert [(s.text, s.emotion) for s in again.spans] == [(s.text, s.emotion) for s in story.script.spans]


def test_a_real_story_falls_and_rises():
    story = read_story("My dog died. I cried all night.\n\nToday my sister came home. I am so happy!")
    assert story.lines[0].guess.emotion.felt.valence < -0.2
    assert story.lines[-1].guess.emotion.felt.valence > 0.4


def test_a_story_without_words_is_refused():
    with pytest.raises(ScriptError):
        read_story("[joy]", by_words)
