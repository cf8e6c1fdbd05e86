r"""Subtitles (SubRip, ``.srt``) as a script whose spans have times, and a script with times as subtitles.

Marks inside the cues work as in any script and hold from cue to cue. A cue that marks part into several spans shares its time
among them by their letters. Formatting (``<i>``, ``{\an8}``) is passed over. The silence before a cue becomes the pause of
its first span, so that a voice that gives the time itself keeps near to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conditioning.emotion import Emotion
from conditioning.errors import RequestError, ScriptError
from conditioning.guess import Reader
from conditioning.marks import LONGEST_PAUSE
from conditioning.presets import Library, preset_set
from conditioning.script import Script, Span, speaker_mark, style_mark, write_span
from conditioning.script_reader import HIDDEN, ScriptReader, script_text

__all__ = ["is_srt", "parse_srt", "write_srt"]

_CLOCK = r"(\d{1,3}):([0-5]?\d):([0-5]?\d)(?:[,.](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}\b[^\n]*", re.ASCII)
_FORMAT = re.compile(r"</?[A-Za-z][^<>\n]*>|\{\\[^{}\n]*\}")
_LINE = re.compile(r"[^\n]*")


@dataclass(frozen=True)
class _Cue:
    """A cue: its seconds, where its times stand, and where its text begins and ends."""

    start: float
    end: float
    at: int
    begin: int
    stop: int


def is_srt(text: str) -> bool:
    r"""Whether a text looks like subtitles: its first line, or the one after a number, has the times of a cue.

    Example:
        >>> is_srt("1\n00:00:01,000 --> 00:00:02,500\nHello.")
        True
    """
    lines = text[:1000].removeprefix(HIDDEN).split("\n")
    lines = [line.strip() for line in lines if line.strip()][:2]
    return any(_TIMES.fullmatch(line) for line in lines) and (lines[0].isdigit() or "-->" in lines[0])


def parse_srt(
    text: str,
    *,
    base: Emotion | None = None,
    reader: Reader | None = None,
    presets: Mapping[str, Emotion] | None = None,
    library: Library = preset_set,
    auto: Reader | None = None,
) -> Script:
    r"""The script that subtitles mean, each span with its ``start`` and ``end`` in seconds.

    Args:
        text: of the file, up to ``MAX_SCRIPT`` characters; lines and columns of spans and errors are those of the file.
        base: emotion of what stands before the first mark; neutral if None.
        reader: reads the emotion of ``[auto]`` spans, and marks that are free text.
        presets: named emotions that the marks may use.
        library: gives the sets that ``[use NAME]`` takes.
        auto: reads the emotion of each sentence before the first mark, and of those after ``[auto]``.

    Raises:
        ScriptError: a cue has no times, ends before it starts or starts before the one before it; or what
            ``parse_script`` raises.
        RequestError: the text is too long.

    Example:
        >>> [(s.start, s.end, s.text) for s in parse_srt("1\n00:00:01,000 --> 00:00:02,500\n[joy] Hello.").spans]
        [(1.0, 2.5, 'Hello.')]
    """
    text = script_text(text)
    plain = _FORMAT.sub(lambda found: HIDDEN * len(found[0]), text)
    found = ScriptReader(plain, base or Emotion.neutral(), reader, presets or {}, library, auto)
    last_end = 0.0
    for cue in _cues(text, found):
        known = len(found.spans)
        found.take(cue.begin, cue.stop)
        found.spans[known:] = _timed(found.spans[known:], cue, last_end)
        last_end = max(last_end, cue.end)
    spans = found.finish()
    return Script(
        tuple(s if s.end is not None else replace(s, start=last_end, end=last_end + s.pause) for s in spans)
    )


def write_srt(script: Script) -> str:
    """A script with times as subtitles with marks, a cue for each span; ``parse_srt`` reads them back.

    Args:
        script: as it was read from subtitles, or with ``start`` and ``end`` set; a span without words and sounds has no cue.

    Raises:
        RequestError: a span has no times.
    """
    if not script.is_timed:
        raise RequestError("The script has no times.", "Give every span its start and end in seconds.")
    cues: list[str] = []
    speaker, style, last_end, marked = "", "", 0.0, False
    for span in script.spans:
        if not span.text and not span.sounds:
            continue
        assert span.start is not None and span.end is not None
        marks = "" if span.speaker == speaker else f"{speaker_mark(span.speaker)} "
        if span.style != style:
            marks += f"{style_mark(span.style)} "
        if span.pause > max(span.start - last_end, 0.0) + 0.0015:  # beyond the silence that the times leave
            marks += f"[pause {span.pause:.6g}] "
        times = f"{_clock(span.start)} --> {_clock(max(span.end, span.start + 0.001))}"
        cues.append(f"{len(cues) + 1}\n{times}\n{marks}{write_span(span, marked=marked)}\n")
        speaker, style, last_end, marked = span.speaker, span.style, span.end, True
    return "\n".join(cues)


def _cues(text: str, found: ScriptReader) -> Iterator[_Cue]:
    """The cues in order; every line belongs to one, or is its number."""
    at, last = 0, 0.0
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None
        words = line[0].strip()
        times = _TIMES.fullmatch(line[0])
        if times is None:
            if words and not words.isdigit():
                raise found.error(
                    f"{words[:40]!r} stands outside the cues.",
                    "A cue begins with times such as 00:00:01,000 --> 00:00:02,500; a blank line ends it.",
                    at,
                )
            at = line.end() + 1
            continue
        begin = min(line.end() + 1, len(text))
        stop = _end_of_text(text, begin)
        cue = _Cue(_seconds(times.groups()[:4]), _seconds(times.groups()[4:]), at, begin, stop)
        _check(cue, last, found)
        yield cue
        last, at = cue.start, stop + 1


def _end_of_text(text: str, begin: int) -> int:
    """Where the text of a cue ends: before a blank line."""
    at = begin
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None
        if not line[0].strip():
            return at
        at = line.end() + 1
    return len(text)


def _check(cue: _Cue, last: float, found: ScriptReader) -> None:
    if cue.end <= cue.start:
        raise _fault(
            found, cue, f"The cue ends at {cue.end:g} s and starts at {cue.start:g} s.", "Let it end later."
        )
    if cue.start < last:
        raise _fault(
            found, cue, f"The cue starts at {cue.start:g} s, before the one before it.", "Sort the cues."
        )


def _fault(found: ScriptReader, cue: _Cue, message: str, remedy: str) -> ScriptError:
    return found.error(message, remedy, cue.at)


def _timed(spans: list[Span], cue: _Cue, last_end: float) -> list[Span]:
    """The spans of a cue with its time shared among them by their letters."""
    sizes = [max(sum(letter.isalnum() for letter in span.text), 1) for span in spans]
    out: list[Span] = []
    start, share = cue.start, (cue.end - cue.start) / max(sum(sizes), 1)
    for number, (span, size) in enumerate(zip(spans, sizes, strict=True)):
        end = cue.end if number + 1 == len(spans) else start + share * size
        gap = min(max(cue.start - last_end, 0.0), LONGEST_PAUSE) if number == 0 else 0.0
        out.append(replace(span, start=start, end=end, pause=max(span.pause, round(gap, 3))))
        start = end
    return out


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = clock
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return round(whole + float(f"0.{fraction or 0}"), 3)


def _clock(seconds: float) -> str:
    total = round(seconds * 1000)
    return f"{total // 3_600_000:02}:{total // 60_000 % 60:02}:{total // 1000 % 60:02},{total % 1000:03}"
