"""What a script tells of single words, on its way to the reader: readings, and tags that are not said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from conditioning.delivery import Reading
from conditioning.script import Script, Span
from generators.speech.interpreted import interpreted
from generators.speech.ipa import voice_letters
from generators.speech.normalisation import JOINED, parts

if TYPE_CHECKING:
    from generators.speech.reading import Written

__all__ = ["SPACE", "check_pronunciations", "directed", "linked", "told", "without_tags"]

SPACE = "\ue000"
"""Stands for a blank inside a pronunciation until the engine's reader has passed it on."""

_TAG = re.compile(
    r"</?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))*\s*/?>|<!--.*?-->|<\?[^<>]*\?>",
    re.DOTALL,
)
_FILLER = "\u2060"  # of no width and no sound


def without_tags(text: str) -> str:
    """A text whose tags of HTML or SSML are written over with a sign that is not said; words keep their count.

    Example:
        >>> without_tags("so <b>good</b>").replace("\u2060", "")
        'so good'
    """
    if "<" not in text:
        return text
    return _TAG.sub(lambda found: re.sub(r"\S", _FILLER, found[0]), text)


def directed(words: Sequence[Written], span: Span) -> list[Written]:
    """The written words of a span with their readings; what was written over is taken out.

    Args:
        words: all of the span, in order.
        span: with its readings.
    """
    found = list(words)
    for reading in span.readings:
        last = min(reading.at + reading.count, len(found))
        for place in range(reading.at, last):
            if reading.emphasis is not None:
                found[place] = replace(found[place], emphasis=reading.emphasis)
            if reading.said or reading.ipa or reading.kind:
                own = reading if place == reading.at else replace(reading, said="", ipa="", kind="")
                found[place] = replace(found[place], reading=replace(own, count=last - reading.at))
    return [
        replace(word, text=word.text.replace(_FILLER, ""))
        for word in found
        if word.text.strip(_FILLER) or not word.text
    ]


def told(
    words: Sequence[Written],
    texts: list[str],
    read: Callable[[list[str]], list[str]],
    letter: Callable[[str], str],
) -> list[str]:
    """What is said for each word, readings in the place of what the words themselves would give.

    Args:
        words: of a sentence.
        texts: what is said for each without readings.
        read: gives what is said for other words.
        letter: gives the name of a letter as the engine's reader takes it.
    """
    found = list(texts)
    at = 0
    while at < len(words):
        reading = words[at].reading
        if reading is None:
            at += 1
            continue
        end = min(at + reading.count, len(words))
        while end > at + 1 and words[end - 1].reading is None:
            end -= 1
        head, core, tail = parts(" ".join(word.text for word in words[at:end]))
        found[at] = head + _one(core, reading, read, letter) + tail
        found[at + 1 : end] = [JOINED] * (end - at - 1)
        at = end
    return found


def check_pronunciations(script: Script) -> None:
    """Make sure that the voice knows every phone of a script before it speaks.

    Raises:
        RequestError: one holds a phone that the voice does not know.
    """
    for span in script.spans:
        words = span.text.split()
        for reading in span.readings:
            if reading.ipa:
                voice_letters(reading.ipa, " ".join(words[reading.at : reading.at + reading.count]))


def _one(
    core: str, reading: Reading, read: Callable[[list[str]], list[str]], letter: Callable[[str], str]
) -> str:
    if reading.ipa:
        return linked(core, voice_letters(reading.ipa, core))
    if reading.said:
        return " ".join(" ".join(read(reading.said.split())).replace(JOINED, "").split())
    if reading.kind:
        said = interpreted(core, reading, letter)
        return " ".join(" ".join(read([core])).split()) if said == core else said
    return core


def linked(word: str, phonemes: str) -> str:
    """A word with its phonemes as the engine's reader takes them."""
    name = "".join(sign for sign in word if sign.isalpha()) or "word"
    return f"[{name}](/{phonemes.replace(' ', SPACE)}/)"
