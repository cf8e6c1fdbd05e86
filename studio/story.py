"""A story as a timeline: what each of its sentences speaks of, in the light of those before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conditioning.guess import Guess, Reader
from conditioning.parsing import rounded
from conditioning.script import Script, parse_script
from conditioning.timeline import Timeline
from studio.sections import sections_of, silent_stretches, timeline_of
from studio.text_emotion import emotion_of_text

__all__ = ["Story", "StoryLine", "read_story"]


@dataclass(frozen=True)
class StoryLine:
    """A sentence and what it speaks of.

    Args:
        text: the sentence.
        start: seconds from the beginning, read calmly.
        end: seconds.
        guess: its emotion, how sure that is, and why; certain where the author marked it.
    """

    text: str
    start: float
    end: float
    guess: Guess


@dataclass(frozen=True)
class Story:
    """A story that was read.

    Args:
        lines: its sentences in order.
        script: the same with the emotions found, to be written down and edited.
        timeline: emotion over the seconds of calm reading.
    """

    lines: tuple[StoryLine, ...]
    script: Script
    timeline: Timeline


def read_story(text: str, reader: Reader = emotion_of_text) -> Story:
    """What the sentences of a text speak of.

    Args:
        text: plain, or with emotion marks; where the author marked an emotion it stands.
        reader: gives the emotion of a sentence and what was said before it.

    Raises:
        ScriptError: the text has faults, or no words.
    """
    sure: dict[str, float] = {}

    def remembering(text: str, before: str = "") -> Guess:
        guess = reader(text, before)
        sure[text] = guess.certainty
        return replace(guess, emotion=rounded(guess.emotion))

    script = parse_script(text, reader=reader, auto=remembering)
    stretches = silent_stretches(script)
    lines = []
    for stretch in stretches:
        span = script.spans[stretch.span]
        certainty = sure[span.text] if span.why else 1.0
        lines.append(
            StoryLine(span.text, stretch.start, stretch.end, Guess(span.emotion, certainty, span.why))
        )
    sections = sections_of(script, stretches, stretches[-1].end)
    return Story(tuple(lines), script, timeline_of(sections))
