"""The script of a request, in whichever form it was written: marked text, subtitles, SSML, or EmotionML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from conditioning.arcs import path, story
from conditioning.emotion import Emotion
from conditioning.emotionml_reader import read_emotionml
from conditioning.emotionml_script import script_of_document
from conditioning.guess import Guess, Reader
from conditioning.parsing import parse_emotion
from conditioning.pronunciations import pronounced, read_pronunciations
from conditioning.script import Script, Span, parse_script
from conditioning.ssml import is_ssml, parse_ssml
from conditioning.subtitles import is_srt, parse_srt
from conditioning.timeline import Timeline
from studio.request import FilmRequest
from studio.text_emotion import AUTO, emotion_of_text

__all__ = ["script_of"]

_ARC = re.compile(r"\s*arc(?:\s*[:=]\s*|\s+)(?P<name>[\w -]+)", re.IGNORECASE)
_WAY = re.compile(r"\s*(?:->|→)\s*")


def script_of(request: FilmRequest) -> Script:
    """The script that a request means.

    SSML is known by its leading ``<speak``, subtitles by the times of their first cue, EmotionML by its first tag. The request's emotion holds before
    the first mark. With ``auto`` it is read there sentence by sentence; with ``joy -> sadness`` or ``arc: cinderella`` the
    sentences follow that way or story; marks win. Without text the script is one silent span, if nothing is to be said.

    Raises:
        ScriptError: the text has faults; knows line and column.
        EmotionError: the request's emotion has.
        UnknownNameError: an emotion or an arc is not known.
        InputFileError: the dictionary of pronunciations has faults.
    """
    script = _written(request)
    return pronounced(script, read_pronunciations(request.lexicon)) if request.lexicon.strip() else script


def _written(request: FilmRequest) -> Script:
    """The script without the request's dictionary."""
    text = request.script
    course = _course(request.emotion)
    auto = course is not None or request.emotion.strip().casefold() == AUTO
    base = Emotion.neutral() if auto else parse_emotion(request.emotion, reader=emotion_of_text)
    if not text.strip() and "speech" not in request.media:
        return (
            Script(tuple(Span("", emotion) for emotion in _steps(course)))
            if course
            else Script((Span("", base),))
        )
    ssml = is_ssml(text)
    if not ssml and text.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<emotion")):
        script, notes = script_of_document(read_emotionml(text))
        return replace(script, ignored=notes)

    def read(auto: Reader | None) -> Script:
        if ssml:
            return parse_ssml(text, base=base, auto=auto)
        parse = parse_srt if is_srt(text) else parse_script
        return parse(text, base=base, reader=emotion_of_text, auto=auto)

    return _along(course, read) if course else read(emotion_of_text if auto else None)


def _course(emotion: str) -> Timeline | None:
    """The way from 0 to 1 that a request's emotion describes, or None where it is one emotion."""
    found = _ARC.fullmatch(emotion)
    if found:
        return story(found["name"].strip(), 1.0)
    parts = _WAY.split(emotion.strip())
    return (
        path([parse_emotion(part, reader=emotion_of_text) for part in parts], 1.0) if len(parts) > 1 else None
    )


def _along(course: Timeline, read: Callable[[Reader | None], Script]) -> Script:
    """The script whose unmarked sentences take the emotions of a course, each in the middle of its words."""
    sizes: list[int] = []

    def count(text: str, before: str = "") -> Guess:
        sizes.append(len(text))
        return Guess(Emotion.neutral())

    read(count)
    emotions = iter(_at_middles(course, sizes))
    return read(lambda text, before="": Guess(next(emotions)))


def _at_middles(course: Timeline, sizes: Sequence[int]) -> list[Emotion]:
    total, before, found = max(sum(sizes), 1), 0, []
    for size in sizes:
        found.append(course.at((before + size / 2) / total))
        before += size
    return found


def _steps(course: Timeline, count: int = 12) -> list[Emotion]:
    """A course without words, in equal steps."""
    return _at_middles(course, [1] * count)
