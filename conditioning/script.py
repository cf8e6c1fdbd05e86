"""A script: text in spans, each with the emotion in which it is said.

Marks stand in square brackets and hold until the next one: ``[joy] She is here! [sadness:0.8] And gone again.``
``[pause 0.6]`` is silence in seconds, ``[voice Ada]`` a speaker, ``[laugh]`` a sound, ``[style whisper]`` a way of speaking,
``[face: fear]`` the emotion of one medium, ``[auto]`` leaves the emotion to a reader of the text. All marks and errors are described in docs/scripts.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from conditioning.emotion import Emotion
from conditioning.guess import Reader
from conditioning.marks import LONGEST_PAUSE
from conditioning.presets import Library, preset_set
from conditioning.script_reader import MAX_SCRIPT, PARAGRAPH_PAUSE, ScriptReader, script_text
from conditioning.script_writer import speaker_mark, style_mark, write_script, write_span
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
