"""The script of a request, in whichever form it was written: marked text, subtitles, or EmotionML."""

from __future__ import annotations

from conditioning.emotion import Emotion
from conditioning.emotionml_reader import read_emotionml
from conditioning.emotionml_script import script_of_document
from conditioning.parsing import parse_emotion
from conditioning.script import Script, Span, parse_script
from conditioning.subtitles import is_srt, parse_srt
from studio.request import FilmRequest
from studio.text_emotion import AUTO, emotion_of_text

__all__ = ["script_of"]


def script_of(request: FilmRequest) -> Script:
    """The script that a request means.

    Subtitles are known by the times of their first cue, EmotionML by its first tag. With the emotion ``auto`` the words
    before the first mark are read sentence by sentence; marks win. Without text the script is one silent span, if
    nothing is to be said.

    Raises:
        ScriptError: the text has faults; knows line and column.
        EmotionError: the request's emotion has.
    """
    text = request.script
    auto = request.emotion.strip().casefold() == AUTO
    base = Emotion.neutral() if auto else parse_emotion(request.emotion, reader=emotion_of_text)
    if not text.strip() and "speech" not in request.media:
        return Script((Span("", base),))
    if text.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<emotion")):
        return script_of_document(read_emotionml(text))[0]
    read = parse_srt if is_srt(text) else parse_script
    return read(text, base=None if auto else base, reader=emotion_of_text, auto=auto)
