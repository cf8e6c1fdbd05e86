"""Gathers the spans of an SSML document: words, how they are said, and the silence between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conditioning.delivery import Prosody, Reading
from conditioning.emotion import Emotion
from conditioning.guess import Guess
from conditioning.guess import Reader as EmotionReader
from conditioning.marks import LONGEST_PAUSE
from conditioning.spans import Span

__all__ = ["Gathered", "Manner"]

_WORD = re.compile(r"\S+")
_ENDED = re.compile(r"[.!?…:;][\"”’')\]»]*$")
_CONTEXT = 160  # characters of what was said before that may bear on a sentence


@dataclass(frozen=True)
class Manner:
    """How words are said at one place of a document.

    Args:
        emotion: None where the document says nothing.
        overrides: emotion of single media.
        speaker: "" for the request's own.
        prosody: rate, pitch, range and volume.
    """

    emotion: Emotion | None
    overrides: Mapping[str, Emotion]
    speaker: str
    prosody: Prosody


class Gathered:
    """Spans while they grow.

    Args:
        base: emotion of words for which the document has none.
        auto: reads it from the words; None leaves it to ``base``.
    """

    def __init__(self, base: Emotion, auto: EmotionReader | None) -> None:
        self._base, self._auto = base, auto
        self._spans: list[Span] = []
        self._manner: Manner | None = None
        self._said = ""
        self._begun = (1, 1)  # line and column of the element before the words
        self._readings: list[tuple[Reading, int, int]] = []  # with the characters that they cover
        self._pause = 0.0
        self._paragraph = 0.0

    @property
    def place(self) -> tuple[int, int]:
        """A place among the words, for ``read``."""
        return len(self._spans), len(self._said)

    def part(self) -> None:
        """A blank, where words stand before."""
        self._said += " " if self._said else ""

    def say(self, text: str, manner: Manner, place: tuple[int, int]) -> None:
        """Words in a manner; another manner begins another span."""
        if not text.strip():
            if text:
                self.part()
            return
        if self._manner is not None and manner != self._manner:
            self._close()
        if not self._said.strip():
            self._begun = place
        self._manner = manner
        self._said += text

    def read(self, reading: Reading | None, begin: tuple[int, int]) -> None:
        """A reading of all words since a place; spans that ended meanwhile get their part of an emphasis."""
        if reading is None:
            return
        first, at = begin
        for index in range(first, len(self._spans)):
            span = self._spans[index]
            count = len(span.text.split()) if reading.emphasis is not None else 0
            if count:
                own = replace(reading, at=0, count=count)
                self._spans[index] = replace(span, readings=(*span.readings, own))
        start = at if first == len(self._spans) else 0
        if self._said[start:].strip():
            self._readings.append((reading, start, len(self._said)))

    def rest(self, seconds: float, *, at_least: bool = False, later: bool = False) -> None:
        """Silence at this place.

        Args:
            seconds: of it; breaks that follow one another add up.
            at_least: it is a paragraph's, which gives way to any break beside it.
            later: only if words follow.
        """
        self._close()
        if at_least:
            if later or self._spans:
                self._paragraph = max(self._paragraph, seconds)
            return
        self._pause = min(self._pause + seconds, LONGEST_PAUSE)
        if seconds == 0.0:
            self._paragraph = 0.0

    def end_sentence(self) -> None:
        """The end of a sentence; a full stop is set where there is no sign."""
        self._close()
        if self._spans and self._spans[-1].text and not _ENDED.search(self._spans[-1].text):
            self._spans[-1] = replace(self._spans[-1], text=self._spans[-1].text.rstrip(",—–-") + ".")

    def finish(self) -> tuple[Span, ...]:
        """All spans, and silence at the end as one of its own."""
        self._close()
        if self._pause and self._spans:
            last = self._spans[-1]
            self._spans.append(replace(last, text="", pause=self._pause, readings=(), sounds=(), why=""))
        return tuple(self._spans)

    def _close(self) -> None:
        said, self._said = self._said, ""
        readings, self._readings = self._readings, []
        words = " ".join(said.split())
        if not words or self._manner is None:
            return
        if not any(letter.isalnum() for letter in words):
            if self._spans and not self._pause:
                self._spans[-1] = replace(self._spans[-1], text=self._spans[-1].text + words)
            return
        places = [found.span() for found in _WORD.finditer(said)]
        own = tuple(_placed(reading, begin, end, places) for reading, begin, end in readings)
        felt = self._felt(words)
        pause = self._pause or (self._paragraph if self._spans else 0.0)
        self._spans.append(
            Span(
                words,
                felt.emotion,
                pause,
                self._manner.speaker,
                *self._begun,
                self._manner.overrides,
                why=felt.why,
                readings=own,
                prosody=self._manner.prosody,
            )
        )
        self._pause = self._paragraph = 0.0

    def _felt(self, words: str) -> Guess:
        assert self._manner is not None
        if self._manner.emotion is not None:
            return Guess(self._manner.emotion)
        if self._auto is None:
            return Guess(self._base)
        before = " ".join(span.text for span in self._spans[-3:] if span.speaker == self._manner.speaker)
        return self._auto(words, before[-_CONTEXT:])


def _placed(reading: Reading, begin: int, end: int, places: list[tuple[int, int]]) -> Reading:
    """A reading of the words of a span that lie, wholly or in part, between two characters."""
    inside = [k for k, (first, last) in enumerate(places) if first < end and last > begin]
    return replace(reading, at=inside[0], count=len(inside))
