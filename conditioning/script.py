"""A script: text in spans, each with the emotion in which it is said.

Marks stand in square brackets and hold until the next one: ``[joy] She is here! [sadness:0.8] And gone again.``
``[pause 0.6]`` is silence in seconds, ``[voice Ada]`` a speaker, ``[laugh]`` a sound, ``[style whisper]`` a way of speaking,
``[face: fear]`` the emotion of one medium, ``[auto]`` leaves the emotion to a reader of the text. All marks and errors are described in docs/scripts.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from conditioning.delivery import Reading
from conditioning.emotion import Emotion
from conditioning.guess import Reader
from conditioning.marks import LONGEST_PAUSE
from conditioning.parsing import write_emotion
from conditioning.presets import Library, preset_set
from conditioning.script_reader import MAX_SCRIPT, PARAGRAPH_PAUSE, ScriptReader, script_text
from conditioning.spans import Script, Sound, Span

__all__ = [
    "LONGEST_PAUSE",
    "MAX_SCRIPT",
    "PARAGRAPH_PAUSE",
    "Script",
    "Sound",
    "Span",
    "parse_script",
    "speaker_mark",
    "style_mark",
    "write_script",
    "write_span",
]

_MEDIUM_WORD = {"speech": "voice"}  # how a medium is written in a mark, where it is not its name


def parse_script(
    text: str,
    *,
    base: Emotion | None = None,
    reader: Reader | None = None,
    presets: Mapping[str, Emotion] | None = None,
    library: Library = preset_set,
    auto: Reader | None = None,
) -> Script:
    """The script that a marked-up text means.

    Args:
        text: up to ``MAX_SCRIPT`` characters.
        base: emotion of what stands before the first mark; neutral if None.
        reader: reads the emotion of ``[auto]`` spans from their text, and marks that are free text.
        presets: named emotions that the script may use besides those it defines itself.
        library: gives the sets that ``[use NAME]`` takes; the shipped ones by default.
        auto: reads the emotion of each sentence before the first mark, and of those after ``[auto]``; None leaves the
            latter to ``reader``.

    Raises:
        ScriptError: there are no words, a mark is empty, unclosed, unknown or out of its range; knows line and column.
        RequestError: the script is too long, or a preset has a name that none may have.

    Example:
        >>> [(span.text, str(span.emotion)) for span in parse_script("[joy] Here! [sadness:0.8] Gone.").spans]
        [('Here!', 'joy'), ('Gone.', 'sadness:0.8')]
    """
    text = script_text(text)
    found = ScriptReader(text, base or Emotion.neutral(), reader, presets or {}, library, auto)
    found.take(0, len(text))
    return Script(found.finish())


def write_script(script: Script) -> str:
    """The script as text that ``parse_script`` reads back to equal spans, apart from lines, columns and times.

    Emphasis and prosody that came from SSML have no mark and are left out.

    Example:
        >>> write_script(parse_script("[joy] Here! [pause 1] Gone."))
        '[joy] Here! [pause 1] [joy] Gone.'
    """
    pieces, speaker, style = [], "", ""
    for number, span in enumerate(script.spans):
        if span.speaker != speaker:
            speaker = span.speaker
            pieces.append(speaker_mark(speaker))
        if span.style != style:
            style = span.style
            pieces.append(style_mark(style))
        if span.pause:
            pieces.append(f"[pause {span.pause:.6g}]")
        pieces.append(write_span(span, marked=number > 0))
    return " ".join(piece for piece in pieces if piece)


def write_span(span: Span, *, marked: bool = True) -> str:
    """The emotions, sounds and words of a span as a script has them; its speaker, pause and times are left out.

    Args:
        span: what to write.
        marked: whether a neutral emotion is written too.
    """
    mark = write_emotion(span.emotion)
    pieces = [f"[{mark}]"] if marked or mark != "neutral" else []
    for medium, emotion in sorted(span.overrides.items()):
        pieces.append(f"[{_MEDIUM_WORD.get(medium, medium)}: {write_emotion(emotion)}]")
    words = [re.sub(r"([\[\]\\])", r"\\\1", word) for word in span.text.split()]
    heard = {
        at: [sound.name for sound in sounds] for at, sounds in groupby(span.sounds, lambda sound: sound.at)
    }
    read = {
        own.at: own for own in span.readings if _writable(own, span.text.split()[own.at : own.at + own.count])
    }
    hidden = 0  # words that stand in the mark before
    for place in range(len(words) + 1):
        pieces += [f"[{name}]" for name in heard.get(place, ())]
        if hidden:
            hidden -= 1
        elif place in read:
            hidden = read[place].count - 1
            pieces.append(_say_mark(read[place], words[place : place + hidden + 1]))
        else:
            pieces += words[place : place + 1]
    return " ".join(pieces)


def _writable(reading: Reading, words: list[str]) -> bool:
    """Whether a mark can say a reading: it holds no brackets, and slashes and quotes end it."""
    told = f"{reading.said}{reading.ipa}"
    return (
        bool(told or reading.kind)
        and not re.search(r"[\[\]\n/\"“”]", told)
        and not re.search(r"[\[\]\\\s]", "".join(words))
        and len(words) == reading.count
    )


def _say_mark(reading: Reading, words: list[str]) -> str:
    told = f"/{reading.ipa}/" if reading.ipa else f'"{reading.said}"' if reading.said else reading.kind
    return f"[say {' '.join(words)} as {told}]"


def speaker_mark(name: str) -> str:
    """The mark of a speaker, "" for the request's own; a name that begins like a medium's emotion has the longer form."""
    if not name:
        return "[voice]"
    return f"[speaker: {name}]" if name[0] in ":=" else f"[voice {name}]"


def style_mark(style: str) -> str:
    """The mark of a style, "" for the request's own."""
    return f"[style {style}]" if style else "[style]"
