"""A script written as text that the script's reader reads back.

Emphasis is written by the signs that the voice takes for it, ``*word*`` and ``**word**``, and where they would not do by ``[say]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from conditioning.delivery import DEGREES, Reading
from conditioning.parsing import write_emotion
from conditioning.spans import Script, Span

__all__ = ["speaker_mark", "style_mark", "write_script", "write_span"]

_MEDIUM_WORD = {"speech": "voice"}  # how a medium is written in a mark, where it is not its name
_SIGN_OF = {DEGREES["moderate"]: "*", DEGREES["strong"]: "**"}
_SIGNABLE = re.compile(
    r"(?P<before>[\"“‘'(«]*)(?P<core>[^\W_](?:.*[^\W_])?)(?P<after>[.,;:!?…\"”’')»—–-]*)", re.DOTALL
)
_UNSAYABLE = re.compile(r"[\[\]\\\s]")  # what the words of [say] cannot hold


def write_script(script: Script) -> str:
    """The script as text that ``parse_script`` reads back to spans that mean the same, apart from lines, columns and times.

    Words with an emphasis of 1 or 1.6 come back with signs about them, which the voice takes for just that; all else comes back
    equal. Rate, pitch and volume that came from SSML have no mark and are left out, and words with brackets lose their emphasis.

    Example:
        >>> from conditioning.script import parse_script
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
    heard = {
        at: [sound.name for sound in sounds] for at, sounds in groupby(span.sounds, lambda sound: sound.at)
    }
    written = dict(_written_words(span, frozenset(heard)))
    for place in range(len(span.text.split()) + 1):
        pieces += [f"[{name}]" for name in heard.get(place, ())]
        if place in written:
            pieces.append(written[place])
    return " ".join(pieces)


def speaker_mark(name: str) -> str:
    """The mark of a speaker, "" for the request's own; a name that begins like a medium's emotion has the longer form."""
    if not name:
        return "[voice]"
    return f"[speaker: {name}]" if name[0] in ":=" else f"[voice {name}]"


def style_mark(style: str) -> str:
    """The mark of a style, "" for the request's own."""
    return f"[style {style}]" if style else "[style]"


def _written_words(span: Span, parted: frozenset[int]) -> Iterator[tuple[int, str]]:
    """The words of a span as written, each with its place; several that one mark holds stand at the first of them.

    Args:
        span: what to write.
        parted: places that something stands before.
    """
    words = span.text.split()
    degrees = _degrees(span, len(words))
    told = {own.at: own for own in span.readings if _writable(own, words[own.at : own.at + own.count])}
    signs = "*" not in span.text
    at = 0
    while at < len(words):
        reading, degree = told.get(at), degrees[at]
        if reading:
            own = slice(at, at + reading.count)
            yield at, _say(words[own], _told(reading), degrees[own], signs)
            at += reading.count
        elif degree is None or (signs and _signed(words[at], degree)):
            yield at, re.sub(r"([\[\]\\])", r"\\\1", _signed(words[at], degree) or words[at])
            at += 1
        else:
            end = at + 1
            while end < len(words) and degrees[end] == degree and end not in told and end not in parted:
                if _UNSAYABLE.search(words[end]) or _UNSAYABLE.search(words[at]):
                    break
                end += 1
            yield at, _say(words[at:end], "", degrees[at:end], signs)
            at = end


def _degrees(span: Span, count: int) -> list[float | None]:
    """The emphasis of each word, None where nothing is told; what is told last holds."""
    found: list[float | None] = [None] * count
    for reading in span.readings:
        if reading.emphasis is not None:
            for place in range(reading.at, min(reading.at + reading.count, count)):
                found[place] = reading.emphasis
    return found


def _signed(word: str, degree: float | None) -> str:
    """A word with the signs of its emphasis; "" where there are none for it."""
    found = _SIGNABLE.fullmatch(word)
    sign = _SIGN_OF.get(degree) if degree is not None else None
    if sign is None or found is None or _UNSAYABLE.search(word):
        return ""
    return f"{found['before']}{sign}{found['core']}{sign}{found['after']}"


def _say(words: Sequence[str], told: str, degrees: Sequence[float | None], signs: bool) -> str:
    """Words in the mark that says how they are read; the words alone where a mark cannot hold them.

    Args:
        words: one or more.
        told: how they are read; "" where nothing but their emphasis is told.
        degrees: of emphasis, of each word.
        signs: whether emphasis may be written by signs.
    """
    if any(_UNSAYABLE.search(word) for word in words):
        return " ".join(re.sub(r"([\[\]\\])", r"\\\1", word) for word in words)
    degree = degrees[0]
    if degree is not None and all(other == degree for other in degrees):
        told = ", ".join(part for part in (told, _degree_word(degree)) if part)
    elif signs:
        words = [_signed(word, own) or word for word, own in zip(words, degrees, strict=True)]
    return f"[say {' '.join(words)} as {told}]"


def _degree_word(degree: float) -> str:
    """The word for a degree of emphasis, or for the nearest that has one."""
    return min(DEGREES, key=lambda word: abs(DEGREES[word] - degree))


def _writable(reading: Reading, words: Sequence[str]) -> bool:
    """Whether a mark can say a reading: it holds no brackets, and slashes and quotes end it."""
    told = f"{reading.said}{reading.ipa}"
    return (
        bool(told or reading.kind)
        and not re.search(r"[\[\]\n/\"“”]", told)
        and not _UNSAYABLE.search("".join(words))
        and len(words) == reading.count
    )


def _told(reading: Reading) -> str:
    if reading.ipa:
        return f"/{reading.ipa}/"
    return f'"{reading.said}"' if reading.said else f"{reading.kind} {reading.form}".strip()
