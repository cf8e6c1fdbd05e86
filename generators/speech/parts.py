"""Speech as it comes: the parts that a streaming voice gives one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np

from generators.base import Audio, Fulfilment, Phone, SpeechRequest, Stretch, Word
from generators.speech.assembly import Assembly, shared_times
from generators.speech.heard_borders import is_stop
from generators.speech.reading import Sentence
from generators.speech.speaking import Utterance
from generators.speech.timing import IPA, PAUSE, Placed, moved_to_sound

__all__ = ["SpeechPart", "StreamingVoice", "add_part", "part_of_sentence"]


@dataclass(frozen=True)
class SpeechPart:
    """A stretch of speech, ready to be heard; the parts of a stream lie end to end.

    Args:
        audio: mono, from ``start``.
        start: seconds from the beginning of the stream.
        words: whose times are settled by this part, in seconds from the beginning of the stream; they may have begun in the
            part before, if that was the opening of their sentence.
        phones: the same.
        stretches: where spans of the script sound in what was settled, and sounds that are no words under their names; a long
            span has one in many parts.
        silence: the pause that the part begins with, as a stretch of the span after it; None if there is none.
    """

    audio: Audio
    start: float
    words: tuple[Word, ...] = ()
    phones: tuple[Phone, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    silence: Stretch | None = None

    @property
    def end(self) -> float:
        """Seconds from the beginning of the stream."""
        return self.start + self.audio.duration


@runtime_checkable
class StreamingVoice(Protocol):
    """A speech engine that gives its sound as it comes."""

    def stream(self, request: SpeechRequest, *, at_once: bool = False) -> Iterator[SpeechPart]:
        """The script spoken part by part; put together the parts are what ``generate`` gives.

        With ``at_once`` the opening of a long first sentence is a part of its own, which may differ a little from that.
        """
        ...

    def fulfilment(self, request: SpeechRequest) -> Fulfilment:
        """What becomes of each thing that is asked, without speaking."""
        ...


def part_of_sentence(sentence: Sentence, spoken: Utterance, sample_rate: int, begun: int) -> SpeechPart:
    """A sentence, its pause before it, as a part.

    Args:
        sentence: what was said.
        spoken: the sentence alone, with the sounds beside its words.
        sample_rate: hertz.
        begun: samples of the stream so far.
    """
    start = begun / sample_rate
    waited = round(sentence.pause * sample_rate)
    begin = (begun + waited) / sample_rate
    silence = Stretch(sentence.span, start, begin) if waited else None
    heard: dict[int, tuple[float, float]] = {}  # of each group
    said: dict[int, tuple[float, float]] = {}  # of each span
    for phone, group in zip(spoken.phones, spoken.groups, strict=True):
        first, last = begin + phone.start, begin + phone.end
        heard[group] = (heard.get(group, (first, last))[0], last)
        span = sentence.span_of_group(group)
        said[span] = (said.get(span, (first, last))[0], last)
    found = [
        Phone(
            "".join(IPA.get(letter, letter) for letter in p.symbol), begin + p.start, begin + p.end, p.stress
        )
        for p in moved_to_sound(spoken.phones, spoken.sound, sample_rate)
    ]
    words = _words(sentence, _without_gaps(heard, spoken.phones, spoken.groups), begin)
    stretches = [Stretch(span, *times) for span, times in said.items()]
    stretches += [Stretch(s.span, begin + s.start, begin + s.end, s.name) for s in spoken.heard]
    samples = np.concatenate([np.zeros(waited, np.float32), spoken.sound]) if waited else spoken.sound
    return SpeechPart(Audio(samples, sample_rate), start, words, tuple(found), tuple(stretches), silence)


def add_part(assembly: Assembly, part: SpeechPart) -> None:
    """Put a part behind the others of a track."""
    assembly.sound(part.audio.samples)
    assembly.words += part.words
    assembly.phones += part.phones
    if part.silence:
        assembly.wait(part.silence.span, part.silence.start, part.silence.end)
    for stretch in part.stretches:
        if stretch.sound:
            assembly.hear(stretch.sound, stretch.span, stretch.start, stretch.end)
        else:
            assembly.say(stretch.span, stretch.start, stretch.end)


def _without_gaps(
    heard: dict[int, tuple[float, float]], phones: Sequence[Placed], groups: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """The times of groups with the short gaps between words given to one of both: to a stop's word, whose closure it is, else before it.

    So that a phone which is heard in such a gap lies in a word too.
    """
    found, first_of = dict(heard), dict(zip(reversed(groups), reversed(phones), strict=True))
    for one, two in pairwise(heard):
        end, begin = found[one][1], found[two][0]
        if 0 < begin - end < PAUSE and is_stop(first_of[two].symbol):
            found[two] = (end, found[two][1])
        elif 0 < begin - end < PAUSE:
            found[one] = (found[one][0], begin)
    return found


def _words(sentence: Sentence, heard: dict[int, tuple[float, float]], begin: float) -> tuple[Word, ...]:
    """The written words of a sentence; those without a sound of their own stand where they would sound."""
    found: list[Word] = []
    last = begin
    for block in sentence.blocks:
        times = [heard[group] for group in range(*block.groups) if group in heard]
        start, last = (times[0][0], times[-1][1]) if times else (last, last)
        found += shared_times([w.text for w in sentence.words[slice(*block.words)]], start, last)
    return tuple(found)
