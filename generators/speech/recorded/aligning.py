"""When each word of a recording is said, found by letting the built-in voice say the same and warping it onto the recording.

English only, as the voice is. Good to about a twentieth of a second inside a phrase: an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script, Span
from generators.base import Audio, Job, SpeechRequest, Stretch, Word
from generators.speech.recorded.features import HOP, cepstra
from generators.speech.recorded.phrases import sounding
from generators.speech.recorded.transplant import LONGEST
from generators.speech.recorded.wishes import Part

__all__ = ["aligned", "parts_of"]


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
    from generators.speech.hibari import Hibari
    from generators.speech.recorded.warping import matching

    job = job or Job()
    if recording.duration > LONGEST:
        raise RequestError(
            f"The recording lasts {recording.duration:.0f} s, too long to find its words.",
            f"Cut it into pieces of at most {LONGEST:.0f} s, or leave the text away.",
        )
    plain = Script(tuple(Span(span.text, Emotion.neutral()) for span in script.spans if span.text))
    owners = [number for number, span in enumerate(script.spans) if span.text]
    job.step(0, 2, "finding the words")
    said = Hibari().generate(SpeechRequest(plain, job=Job(0)))
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
    belongs = [owners[_span_at(said.stretches, (word.start + word.end) / 2)] for word in said.words]
    return words, tuple(belongs)


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
