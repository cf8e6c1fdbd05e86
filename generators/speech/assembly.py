"""Sentences put one after another: sound, words, phones, and where each span of the script sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from conditioning.script import Script
from conditioning.timeline import Timeline
from generators.base import Audio, Phone, Stretch, Word
from generators.speech.normalisation import is_word

__all__ = ["Assembly", "joined", "parted", "shared_times", "stretches", "timeline"]


class Assembly:
    """A track while it grows.

    Args:
        sample_rate: hertz.
        spans: how many spans the script has.
    """

    def __init__(self, sample_rate: int, spans: int) -> None:
        self.words: list[Word] = []
        self.phones: list[Phone] = []
        self._rate = sample_rate
        self._pieces: list[np.ndarray] = []
        self._samples = 0
        self._said: dict[int, tuple[float, float]] = {}
        self._waited: dict[int, tuple[float, float]] = {}
        self._heard: list[Stretch] = []
        self._latest: dict[int, tuple[float, float]] = {}
        self._spans = spans

    @property
    def now(self) -> float:
        """Seconds so far."""
        return self._samples / self._rate

    def silence(self, seconds: float, span: int) -> None:
        """Silence, which is the sound of ``span`` if that turns out to have no other."""
        begin = self.now
        self.sound(np.zeros(round(seconds * self._rate), np.float32))
        self.wait(span, begin, self.now)

    def wait(self, span: int, start: float, end: float) -> None:
        """Silence before a span, in seconds, which is its stretch if that turns out to have no sound."""
        self._waited.setdefault(span, (start, end))

    def sound(self, samples: np.ndarray) -> None:
        """Sound after all that was there before."""
        self._pieces.append(samples)
        self._samples += len(samples)

    def say(self, span: int, start: float, end: float) -> None:
        """Speech of a span, in seconds."""
        for heard in (self._said, self._latest):
            known = heard.get(span, (start, end))
            heard[span] = (min(known[0], start), max(known[1], end))

    def hear(self, name: str, span: int, start: float, end: float) -> None:
        """A sound of a span that is no word, in seconds."""
        self._heard.append(Stretch(span, start, end, name))

    def audio(self) -> Audio:
        """The sound since it was last asked for."""
        return Audio(joined(self._pieces), self._rate)

    def latest(self) -> tuple[Stretch, ...]:
        """Where spans were said since it was last asked for."""
        found = tuple(Stretch(span, start, end) for span, (start, end) in sorted(self._latest.items()))
        self._latest = {}
        return found

    def stretches(self) -> tuple[Stretch, ...]:
        """One for each span in order, parted by sounds that are no words.

        A span without sound has no length and stands where it would sound; one that has only sounds has no other stretch.
        """
        only = {heard.span for heard in self._heard} - set(self._said)
        extents = [self._said.get(span, self._waited.get(span)) for span in range(self._spans)]
        for heard in self._heard:
            if heard.span in only and extents[heard.span] is None:
                extents[heard.span] = (heard.start, heard.start)
        found = [s for s in stretches(extents) if s.span not in only or s.end > s.start]
        return parted(found, self._heard)


def joined(pieces: list[np.ndarray]) -> np.ndarray:
    """Pieces as one float32 array; the list is emptied on the way, so that memory holds the sound once."""
    whole = np.empty(sum(len(piece) for piece in pieces), np.float32)
    at = 0
    pieces.reverse()
    while pieces:
        piece = pieces.pop()
        whole[at : at + len(piece)] = piece
        at += len(piece)
    return whole


def stretches(extents: Sequence[tuple[float, float] | None]) -> tuple[Stretch, ...]:
    """Stretches of all spans in order of time, without overlap.

    Args:
        extents: start and end in seconds of each span's sound, None where it has none.
    """
    found: list[Stretch] = []
    for span, extent in enumerate(extents):
        last = found[-1].end if found else 0.0
        start, end = extent if extent is not None else (last, last)
        start = max(start, last)
        found.append(Stretch(span, start, max(end, start)))
    return tuple(found)


def parted(spans: Sequence[Stretch], sounds: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches of words and of sounds that are no words in order of time; what sounds lie in is parted by them."""
    found = list(spans)
    for sound in sounds:
        for place, stretch in enumerate(found):
            if not stretch.sound and stretch.start < sound.end and sound.start < stretch.end:
                halves = [
                    replace(stretch, end=sound.start),
                    replace(stretch, start=sound.end),
                ]
                found[place : place + 1] = [half for half in halves if half.end > half.start + 1e-6]
                break
        found.append(sound)
        found.sort(key=lambda stretch: (stretch.start, stretch.end))
    return tuple(found)


def timeline(script: Script, found: Sequence[Stretch]) -> Timeline:
    """The emotions of the spans over the seconds in which they sound."""
    return Timeline.of_sections((s.start, s.end, script.spans[s.span].emotion) for s in found)


def shared_times(texts: Sequence[str], start: float, end: float) -> list[Word]:
    """Words that share a stretch of time, each by its count of letters and digits; what is no word is left out."""
    sizes = [sum(c.isalnum() for c in text) or int(is_word(text)) for text in texts]
    borders = np.concatenate([[0.0], np.cumsum(sizes)]) / max(sum(sizes), 1) * (end - start) + start
    return [
        Word(text, float(a), float(b))
        for text, a, b in zip(texts, borders, borders[1:], strict=False)
        if is_word(text)
    ]
