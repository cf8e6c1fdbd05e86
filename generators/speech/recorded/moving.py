"""A recording said with another emotion: the same words by the same person, moved by the faders of prosody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.faders import fader_set
from conditioning.timeline import Timeline
from generators.base import Aspect, Audio, Fulfilment, Job, SpeechTrack, Stretch, Word
from generators.speech.prosody import Controls
from generators.speech.recorded.anatomy import FRAME
from generators.speech.recorded.bending import APPROXIMATED, bent
from generators.speech.recorded.phrases import phrases
from generators.speech.recorded.wishes import Wish, controls_along
from generators.speech.rendering import limited

__all__ = ["moved"]

_MOVED = "The finished recording is moved: pitch, range, tempo, pauses, level, tilt, breath and tension of the voice."


def moved(recording: Audio, wish: Wish, words: Sequence[Word] = (), job: Job | None = None) -> SpeechTrack:
    """The recording in the emotions asked for; the very same samples where nothing is asked.

    Args:
        recording: mono speech, full scale -1..1.
        wish: emotions over its seconds, and how strongly.
        words: of the recording with their times, if they are known.
        job: seed, progress, cancel.

    Returns:
        A track without phones; its words are where they now sound, its stretches are those of the wish's parts.

    Raises:
        RequestError: the recording is empty.
        Cancelled: the user stopped it.
    """
    job = job or Job()
    sound, rate = recording.samples, recording.sample_rate
    if not len(sound):
        raise RequestError("The recording is empty.", "Give one that holds speech.")
    names = tuple(fader_set("prosody").faders)
    pieces: list[np.ndarray] = []
    old, new, done = [0.0], [0.0], 0.0
    all_controls: list[Controls] = []
    for number, (begin, end) in enumerate(phrases(sound, rate)):
        job.step(begin, len(sound), "moving the voice")
        along = controls_along(wish, begin / rate, int((end - begin) / rate / FRAME) + 1)
        all_controls.append(along.at(np.array([0, -1])))
        piece, before, after = sound[begin:end], np.zeros(1), np.zeros(1)
        if not along.neutral(names):
            piece, before, after = bent(piece, rate, along, job.rng(number), (begin == 0, end == len(sound)))
            piece = limited(piece)
        old += [*(begin / rate + before), end / rate]
        new += [*(done + after), done + len(piece) / rate]
        done += len(piece) / rate
        pieces.append(piece)
    job.step(len(sound), len(sound), "moving the voice")
    course = _Course(np.array(old), np.array(new))
    stretches = _stretches(wish, course, len(sound) / rate)
    emotions = [_felt(part.emotion, wish.strength) for part in wish.parts]
    timeline = Timeline.of_sections((s.start, s.end, emotions[s.span]) for s in stretches)
    audio = Audio(np.concatenate(pieces).astype(np.float32), rate)
    return SpeechTrack(
        audio, tuple(course.word(word) for word in words), (), stretches, timeline, _fulfilment(wish, all_controls)
    )  # fmt: skip


class _Course:
    """When each second of the recording now sounds."""

    def __init__(self, old: np.ndarray, new: np.ndarray) -> None:
        self._old, self._new = np.maximum.accumulate(old), np.maximum.accumulate(new)

    def at(self, second: float) -> float:
        return float(np.interp(second, self._old, self._new))

    def word(self, word: Word) -> Word:
        return replace(word, start=self.at(word.start), end=self.at(word.end))


def _stretches(wish: Wish, course: _Course, seconds: float) -> tuple[Stretch, ...]:
    starts = [0.0, *(part.start for part in wish.parts[1:]), seconds]
    borders = [course.at(min(start, seconds)) for start in starts]
    return tuple(Stretch(i, a, max(b, a)) for i, (a, b) in enumerate(pairwise(borders)))


def _felt(emotion: Emotion, strength: float) -> Emotion:
    """What the result is meant to be heard as; the opposite is the mirrored point, which need not have a name."""
    scaled = emotion.scaled(abs(strength))
    return scaled.opposed() if strength < 0 else scaled


def _fulfilment(wish: Wish, controls: Sequence[Controls]) -> Fulfilment:
    names = ["emotion", "intensity", "mixture", "timeline"] + (["adjustments"] if wish.adjustments else [])
    rows = [Aspect(name, "approximated", _MOVED) for name in names]
    if wish.strength < 0:
        rows.append(
            Aspect("strength", "approximated", "The opposite: every fader moves as far the other way.")
        )
    asked = [n for n in fader_set("prosody").faders if not all(c.neutral((n,)) for c in controls)]
    rows += [
        Aspect(n, "approximated", "Finished sound follows it only roughly.")
        for n in asked
        if n in APPROXIMATED
    ]
    held = any(part.emotion.intensity > 0 for part in wish.parts) and "formant" not in asked
    if held:
        rows.append(Aspect("formant", "ignored", "Formants are held, so that the speaker stays the same."))
    return tuple(rows)
