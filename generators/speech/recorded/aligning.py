"""When each word and sound of a recording is said, found by letting a voice say the same and warping it onto the recording.

English by the built-in voice; German, Spanish, French and Italian by Pico. Good to about a twentieth of a second inside a phrase:
an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script, Span
from generators.base import Audio, Job, Phone, SpeechRequest, SpeechTrack, Stretch, Word
from generators.speech.recorded.features import HOP, cepstra
from generators.speech.recorded.phrases import sounding
from generators.speech.recorded.transplant import LONGEST
from generators.speech.recorded.wishes import Part

_LEAST = 0.02  # seconds that a sound lasts

__all__ = ["Alignment", "aligned", "aligned_sounds", "parts_of"]


@dataclass(frozen=True)
class Alignment:
    """What is said when in a recording.

    Args:
        words: with their times.
        phones: with theirs.
        owners: the span of the script that each word belongs to.
        likeness: mean distance of the matched frames in distances of frames at random; near 1 says that the text is another.
    """

    words: tuple[Word, ...]
    phones: tuple[Phone, ...]
    owners: tuple[int, ...]
    likeness: float


def aligned(
    recording: Audio, script: Script, job: Job | None = None
) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    """The words of a recording with their times, and the span of the script that each belongs to.

    Args:
        recording: mono speech, English.
        script: what is said in it.
        job: progress, cancel.

    Raises:
        RequestError: the recording is longer than a minute, or nothing in the script can be pronounced.
    """
    found = aligned_sounds(recording, script, job=job)
    return found.words, found.owners


def aligned_sounds(
    recording: Audio, script: Script, language: str = "en", job: Job | None = None
) -> Alignment:
    """The words and sounds of a recording with their times.

    Args:
        recording: mono speech.
        script: what is said in it.
        language: BCP 47 code of the script.
        job: progress, cancel.

    Raises:
        RequestError: the recording is longer than a minute, no voice speaks the language, or nothing in the script can be
            pronounced.
    """
    from generators.speech.recorded.warping import matching

    job = job or Job()
    if recording.duration > LONGEST:
        raise RequestError(
            f"The recording lasts {recording.duration:.0f} s, too long to find its words.",
            f"Cut it into pieces of at most {LONGEST:.0f} s, or leave the text away.",
        )
    plain = Script(tuple(Span(span.text, Emotion.neutral()) for span in script.spans if span.text))
    spans = [number for number, span in enumerate(script.spans) if span.text]
    job.step(0, 2, "finding the words")
    said = _said(plain, language)
    job.step(1, 2, "finding the words (compiling on first use)")
    begin, end = _spoken(recording.samples, recording.sample_rate)
    first, last = said.phones[0].start, said.phones[-1].end
    voice = cepstra(_cut(said.audio, first, last), said.audio.sample_rate)
    person = cepstra(_cut(recording, begin, end), recording.sample_rate)
    course = matching(person, voice) * HOP

    def when(second: float) -> float:
        return begin + float(np.interp((second - first) / HOP, np.arange(len(course)), course))

    words = tuple(
        Word(word.text, when(word.start), max(when(word.end), when(word.start))) for word in said.words
    )
    phones = tuple(
        replace(phone, start=when(phone.start), end=max(when(phone.end), when(phone.start) + _LEAST))
        for phone in said.phones
    )
    owners = tuple(spans[_span_at(said.stretches, (word.start + word.end) / 2)] for word in said.words)
    return Alignment(words, phones, owners, _distance(person, voice, course / HOP))


def _said(script: Script, language: str) -> SpeechTrack:
    """The script as a voice that speaks its language says it."""
    if language.partition("-")[0].casefold() == "en":
        from generators.speech.hibari import Hibari

        return Hibari().generate(SpeechRequest(script, job=Job(0)))
    from generators.speech.pico import Pico

    return Pico().generate(SpeechRequest(script, language=language, job=Job(0)))


def _distance(person: np.ndarray, voice: np.ndarray, course: np.ndarray) -> float:
    """Mean distance of matched frames, in mean distances of frames half the recording apart."""
    places = np.clip(np.round(course).astype(int), 0, len(person) - 1)
    matched = np.linalg.norm(person[places] - voice, axis=1).mean()
    apart = np.linalg.norm(np.roll(person, len(person) // 2, axis=0)[places] - voice, axis=1).mean()
    return float(matched / max(apart, 1e-9))


def parts_of(script: Script, words: Sequence[Word], owners: Sequence[int]) -> tuple[Part, ...]:
    """The emotions of a script over the seconds in which its words are said.

    Args:
        script: with at least one span that has words.
        words: with their times.
        owners: the span of each word.
    """
    starts: dict[int, float] = {}
    for word, owner in zip(words, owners, strict=True):
        starts.setdefault(owner, word.start)
    kept = sorted(starts, key=lambda number: starts[number])
    ends = [*(starts[number] for number in kept[1:]), float("inf")]
    begins = [0.0, *(starts[number] for number in kept[1:])]
    return tuple(
        Part(script.spans[number].emotion_of("speech"), begin, end)
        for number, begin, end in zip(kept, begins, ends, strict=True)
    )


def _span_at(stretches: Sequence[Stretch], second: float) -> int:
    ends = [stretch.end for stretch in stretches]
    return min(int(np.searchsorted(ends, second)), len(ends) - 1)


def _spoken(sound: np.ndarray, rate: int) -> tuple[float, float]:
    """Seconds between which there is speech."""
    step = max(round(HOP * rate), 1)
    steps = sound[: len(sound) // step * step].reshape(-1, step).astype(float)
    loud = np.flatnonzero(sounding(10 * np.log10((steps**2).mean(axis=1) + 1e-12)))
    if not len(loud):
        raise RequestError("The recording holds no speech.", "Give one in which somebody speaks.")
    return float(loud[0]) * HOP, float(loud[-1] + 1) * HOP


def _cut(audio: Audio, begin: float, end: float) -> np.ndarray:
    return audio.samples[int(begin * audio.sample_rate) : int(end * audio.sample_rate)]
