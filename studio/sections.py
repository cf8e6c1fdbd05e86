"""When each span of a script sounds, and the timeline that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from conditioning.script import Script
from conditioning.timeline import Timeline
from generators.base import Audio, Phone, SpeechTrack, Stretch, Take, Word
from studio.scorecard import Section

__all__ = ["BLEND", "delayed", "sections_of", "silent_duration", "silent_stretches", "timeline_of"]

BLEND = 0.8  # seconds in which face, music and picture pass from one emotion to the next
_WORDS_PER_SECOND = 2.5  # calm reading, 150 words a minute
_SHORTEST = 2.5  # seconds of a span where nothing is said


def delayed(track: SpeechTrack, lead: float, tail: float) -> SpeechTrack:
    """Speech with silence before and after it, all its times moved along.

    Args:
        track: starting at 0.
        lead: seconds of silence before.
        tail: seconds of silence after.
    """
    rate = track.audio.sample_rate
    before, after = round(lead * rate), round(tail * rate)
    lead = before / rate
    samples = np.pad(track.audio.samples, (before, after))
    stretches = tuple(replace(s, start=s.start + lead, end=s.end + lead) for s in track.stretches)
    return SpeechTrack(
        Audio(samples, rate),
        tuple(Word(w.text, w.start + lead, w.end + lead) for w in track.words),
        tuple(Phone(p.symbol, p.start + lead, p.end + lead, p.stress) for p in track.phones),
        stretches,
        track.timeline.shifted(lead),
        track.fulfilment,
    )


def silent_stretches(script: Script, seconds: float = 0.0) -> tuple[Stretch, ...]:
    """How long each span would last if it were read calmly; subtitles have their own times.

    Args:
        script: its spans.
        seconds: length of the whole; 0 takes the reading's own. It does not move subtitles.
    """
    if script.is_timed:
        return _timed_stretches(script)
    lengths = [
        max(len(span.text.split()) / _WORDS_PER_SECOND, _SHORTEST) + span.pause for span in script.spans
    ]
    scale = seconds / sum(lengths) if seconds else 1.0
    ends = np.cumsum(lengths) * scale
    starts = np.concatenate([[0.0], ends[:-1]])
    return tuple(Stretch(i, float(a), float(b)) for i, (a, b) in enumerate(zip(starts, ends, strict=True)))


def silent_duration(script: Script, seconds: float, take: Take | None) -> float:
    """Seconds of a film in which nothing is said: those asked for, else the take's, else those of a calm reading."""
    if seconds:
        return seconds
    return take.duration if take else silent_stretches(script)[-1].end


def _timed_stretches(script: Script) -> tuple[Stretch, ...]:
    """The spans at their own times; one that begins before its forerunner ends waits for it."""
    out: list[Stretch] = []
    for number, span in enumerate(script.spans):
        start = max(span.start or 0.0, out[-1].end if out else 0.0)
        out.append(Stretch(number, start, max(span.end or 0.0, start)))
    return tuple(out)


def sections_of(script: Script, stretches: Sequence[Stretch], duration: float) -> tuple[Section, ...]:
    """The sections of a film: each from where a span sounds to where the next one does.

    Neighbours that ask for the same are one section.

    Args:
        script: gives the emotions.
        stretches: of each span in order; more than one where a sound that is no word parts it.
        duration: of the film in seconds; the first section starts at 0, the last ends there. Spans after it are left out.
    """
    borders = [0.0]
    for left, right in pairwise(stretches):
        borders.append(min(max((left.end + right.start) / 2, borders[-1]), duration))
    borders.append(duration)
    out: list[Section] = []
    for stretch, start, end in zip(stretches, borders, borders[1:], strict=False):
        span = script.spans[stretch.span]
        if out and (out[-1].emotion, out[-1].overrides) == (span.emotion, span.overrides):
            out[-1] = replace(out[-1], end=end)
        elif end > start:
            out.append(Section(start, end, span.emotion, span.overrides))
    return tuple(out)


def timeline_of(sections: Sequence[Section], medium: str = "") -> Timeline:
    """What a medium is to feel over the seconds of a film; "" for one without an emotion of its own anywhere."""
    return Timeline.of_sections([(s.start, s.end, s.emotion_of(medium)) for s in sections], BLEND)
