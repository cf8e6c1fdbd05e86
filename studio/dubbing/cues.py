"""What is said when: the cues of a script with times, or the sentences of a plain one laid over stretches of a film."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script, Span
from conditioning.sentences import sentences

__all__ = ["Cue", "cues_in_stretches", "cues_in_time", "units_of"]

_CLOCK = re.compile(r"(\d{1,3}):(\d\d?):(\d\d?)(?:[,.](\d{1,3}))?\s*-->", re.ASCII)
_BREATH = 0.12  # seconds left free between two lines that share a stretch


@dataclass(frozen=True)
class Cue:
    """Words that are to sound from ``start`` to ``end``, seconds of the film.

    Args:
        start: seconds.
        end: seconds, later.
        spans: what is said, in order.
    """

    start: float
    end: float
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """How long it is to last."""
        return self.end - self.start

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(span.text for span in self.spans)

    def felt(self, emotion: Emotion) -> Cue:
        """The cue with an emotion where none was marked."""
        spans = tuple(s if s.emotion.intensity > 0 else replace(s, emotion=emotion) for s in self.spans)
        return replace(self, spans=spans)


def cues_in_time(script: Script, text: str, film_seconds: float) -> list[Cue]:
    """The cues of subtitles.

    Args:
        script: as it was read, with times.
        text: the subtitles themselves, which tell where one cue ends and the next begins.
        film_seconds: length of the film.

    Raises:
        RequestError: a cue lies outside the film.
    """
    starts = {_seconds(found) for found in _CLOCK.finditer(text)}
    groups: list[list[Span]] = []
    for span in script.spans:
        if not span.text:
            continue
        assert span.start is not None, "subtitles have times"
        if not groups or round(span.start, 3) in starts:
            groups.append([])
        groups[-1].append(span)
    cues = [Cue(float(g[0].start or 0.0), float(g[-1].end or 0.0), tuple(_unpaused(g))) for g in groups]
    for number, cue in enumerate(cues):
        if cue.end > film_seconds + 0.5:
            raise RequestError(
                f"Cue {number + 1} ends at {cue.end:g} s, the film at {film_seconds:.2f} s.",
                "Shorten the script, or take the film that it belongs to.",
            )
    return cues


def units_of(script: Script) -> list[tuple[Span, ...]]:
    """The lines of a script without times: its sentences, each with its spans; a mark within a sentence does not part it."""
    units: list[list[Span]] = []
    is_open = False
    for span in script.spans:
        for begin, end in sentences(span.text):
            said = replace(span, text=span.text[begin:end], pause=0.0, sounds=())
            if is_open and units[-1][-1].speaker == span.speaker and not span.pause:
                units[-1].append(said)
            else:
                units.append([said])
            is_open = said.text[-1] not in '.!?…。！？"”'
    return [tuple(unit) for unit in units]


def cues_in_stretches(
    units: Sequence[tuple[Span, ...]], stretches: Sequence[tuple[float, float]]
) -> list[Cue]:
    """The lines of a script laid over the stretches in which somebody speaks, in order.

    As many stretches as lines: one each. More: the nearest neighbours are joined. Fewer: lines share a stretch by their letters.

    Args:
        units: at least one line.
        stretches: ``(start, end)`` in seconds, rising, at least one.
    """
    joined = list(stretches)
    while len(joined) > len(units):
        gaps = [joined[i + 1][0] - joined[i][1] for i in range(len(joined) - 1)]
        at = gaps.index(min(gaps))
        joined[at : at + 2] = [(joined[at][0], joined[at + 1][1])]
    cues: list[Cue] = []
    for (start, end), group in zip(joined, _shared(units, joined), strict=True):
        sizes = [_size(unit) for unit in group]
        unit_of_time = max(end - start - _BREATH * (len(group) - 1), 0.2) / sum(sizes)
        for unit, size in zip(group, sizes, strict=True):
            cues.append(Cue(start, start + size * unit_of_time, unit))
            start += size * unit_of_time + _BREATH
    return cues


def _shared(
    units: Sequence[tuple[Span, ...]], stretches: Sequence[tuple[float, float]]
) -> list[list[tuple[Span, ...]]]:
    """Lines for each stretch, at least one, as near as can be to what its length can hold."""
    letters = sum(_size(unit) for unit in units)
    seconds = sum(end - start for start, end in stretches)
    groups: list[list[tuple[Span, ...]]] = []
    left = list(units)
    due = said = 0.0
    for number, (start, end) in enumerate(stretches):
        due += letters * (end - start) / seconds
        group = [left.pop(0)]
        said += _size(group[0])
        waiting = len(stretches) - number - 1
        while len(left) > waiting and (not waiting or said + _size(left[0]) / 2 <= due):
            said += _size(left[0])
            group.append(left.pop(0))
        groups.append(group)
    return groups


def _size(unit: Sequence[Span]) -> int:
    return max(sum(letter.isalnum() for span in unit for letter in span.text), 1)


def _unpaused(spans: Sequence[Span]) -> list[Span]:
    """Spans of a cue: the silence before it is the film's, not the voice's."""
    return [replace(span, pause=0.0 if number == 0 else span.pause) for number, span in enumerate(spans)]


def _seconds(clock: re.Match[str]) -> float:
    hours, minutes, seconds, fraction = clock.groups()
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return round(whole + float(f"0.{fraction or 0}"), 3)
