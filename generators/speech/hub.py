"""How an engine with weights of the user's choice says a script: call by call, each put behind the others, and what came of it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError, UnknownNameError
from conditioning.faders import fader_set
from conditioning.script import Script
from generators.base import Aspect, Fulfilment, Job, SpeechRequest, SpeechTrack
from generators.checkpoints import torch_seed
from generators.speech.assembly import Assembly, timeline
from generators.speech.bent_sentences import put_bent
from generators.speech.characters import Character
from generators.speech.delivery import prosody_left_out
from generators.speech.estimate import Estimate, estimated
from generators.speech.parts import SpeechPart
from generators.speech.prosody import Controls, span_controls
from generators.speech.reading import Written, passages, split_sentences
from generators.speech.sounds import sounds_left_out
from generators.speech.styles import styled, styles_approximated
from generators.speech.told_words import ToldWords, words_aspects
from generators.speech.touches import touches_left_out
from generators.speech.weights import SpeechWeights, Spoken
from generators.steering import felt_aspects

__all__ = [
    "PLAIN",
    "Call",
    "HubSpeech",
    "Speaking",
    "Turn",
    "bent_aspects",
    "one_voice_aspect",
    "put_told",
    "steered_aspects",
    "unchanged",
    "voice_number",
]

PLAIN = Character("plain", "female", "adult", "Whoever the weights speak as.")


L = TypeVar("L", bound=Spoken)


@dataclass(frozen=True)
class Turn:
    """What a model says in one call.

    Args:
        words: as written.
        span: in which it begins.
        pause: seconds of silence before it.
        before: words of that span that earlier turns have said.
        read: the same as the built-in voice's reader reads it, for engines that take phones; None for others.
    """

    words: tuple[Written, ...]
    span: int
    pause: float = 0.0
    before: int = 0
    read: Any = None


@dataclass(frozen=True)
class Call:
    """All that is known when one turn is said.

    Args:
        turn: what is said.
        number: of the turn in the script.
        request: of the whole script.
        controls: faders along the spans.
        done: letters said before.
        total: letters of the script.
    """

    turn: Turn
    number: int
    request: SpeechRequest
    controls: Controls
    done: int
    total: int

    @property
    def emotion(self) -> Emotion:
        """What is felt where the turn begins."""
        return self.request.script.spans[self.turn.span].emotion

    @property
    def job(self) -> Job:
        """The request's."""
        return self.request.job

    @property
    def seed(self) -> int:
        """For ``torch.manual_seed``; the first turn has the job's own."""
        return torch_seed(self.job, self.number)

    @property
    def letters(self) -> int:
        """Of the turn."""
        return sum(len(word.text) + 1 for word in self.turn.words)

    def step(self, share: float = 0.0) -> None:
        """Report how much of the turn is done, 0..1.

        Raises:
            Cancelled: the user has stopped the work.
        """
        self.job.step(min(self.done + share * self.letters, self.total), self.total, "speaking")


class Speaking(ABC, Generic[L]):
    """How a script is said turn by turn by something that is made ready once."""

    _busy: threading.Lock

    by_span: ClassVar[bool] = True
    """Whether a call has one emotion, so that a sentence is parted where its emotion changes."""

    unsaid: ClassVar[str] = "The weights know no letter of"

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script spoken.

        Raises:
            EngineError: no weights are given, they are not here, they are of another kind, or memory runs out.
            RequestError: the weights cannot say any of it, or not in the language or voice asked for.
            Cancelled: the user has stopped the work.
        """
        for loaded, assembly in self._each(request):  # noqa: B007 - the last one has it all
            pass
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches,
            timeline(request.script, stretches), self._fulfilment(request, loaded),
        )  # fmt: skip

    def stream(self, request: SpeechRequest, *, at_once: bool = False) -> Iterator[SpeechPart]:
        """The script spoken turn by turn, each as soon as it is ready; put together they are what ``generate`` gives.

        Args:
            request: what to say.
            at_once: a turn is never parted, so that this changes nothing.

        Raises:
            EngineError: as for ``generate``.
            RequestError: as for ``generate``; what cannot be said at all is told after the last part.
            Cancelled: the user has stopped the work.
        """
        start, words, phones = 0.0, 0, 0
        for _, assembly in self._each(request):
            audio = assembly.audio()
            new = tuple(assembly.words[words:]), tuple(assembly.phones[phones:])
            words, phones = len(assembly.words), len(assembly.phones)
            if len(audio.samples):
                yield SpeechPart(audio, start, *new, assembly.latest())
            start = assembly.now

    def fulfilment(self, request: SpeechRequest) -> Fulfilment:
        """What becomes of each thing that is asked, without speaking; what speaks is made ready for that.

        Raises:
            EngineError: it cannot be made ready.
            RequestError: it cannot do what is asked.
        """
        self._check(request)
        with self._busy, self._roomy():
            return self._fulfilment(request, self._ready(request.job))

    def _each(self, request: SpeechRequest) -> Iterator[tuple[L, Assembly]]:
        """What speaks and the track so far, after each turn."""
        self._check(request)
        script, job = request.script, request.job
        with self._busy, self._roomy():
            loaded = self._ready(job)
            controls = self._controls(request, loaded)
        assembly = Assembly(loaded.rate, len(script.spans))
        total, done = max(len(script.text), 1), 0
        for number, turn in enumerate(self._turns(script)):
            call = Call(turn, number, request, controls, done, total)
            call.step()
            if turn.pause:
                assembly.silence(turn.pause, turn.span)
            if any(word.text for word in turn.words):
                with self._busy, self._roomy():  # not held while a turn is listened to
                    self._say(loaded, assembly, call)
            done += call.letters
            yield loaded, assembly
        if not assembly.words:
            raise RequestError(
                f"{self.unsaid} {script.text[:40]!r}.", "Write in the language that they speak."
            )
        job.step(total, total, "speaking")

    @abstractmethod
    def _ready(self, job: Job) -> L:
        """What speaks, made ready at its first use."""

    def _roomy(self) -> AbstractContextManager[None]:
        """Guards the work against what can befall it."""
        return nullcontext()

    def _check(self, request: SpeechRequest) -> None:
        """Refuse what the weights cannot do whatever they are.

        Raises:
            RequestError: the request asks for that.
        """

    def _controls(self, request: SpeechRequest, loaded: L) -> Controls:
        """The faders of each span; those of its emotion, unless the weights are steered by that themselves."""
        felt = [span.emotion for span in request.script.spans]
        felt = [Emotion.neutral() if self._steers(loaded) else emotion for emotion in felt]
        controls = span_controls(felt, [PLAIN] * len(felt), request.adjustments)
        return styled(controls, request.script, request.style)

    def _steers(self, loaded: L) -> bool:
        """Whether emotion moves what conditions these weights, and not the faders of the finished sound."""
        return False

    def _turns(self, script: Script) -> Iterator[Turn]:
        """The script in calls."""
        said: Counter[int] = Counter()
        for pause, words in passages(script):
            for sentence in split_sentences(words):
                for part in _spans_of(sentence) if self.by_span else [sentence]:
                    yield Turn(tuple(part), part[0].span, pause, said[part[0].span])
                    said.update(word.span for word in part if word.text)
                    pause = 0.0

    @abstractmethod
    def _say(self, loaded: L, assembly: Assembly, call: Call) -> None:
        """Say one turn and put it behind the others."""

    @abstractmethod
    def _fulfilment(self, request: SpeechRequest, loaded: L) -> Fulfilment:
        """What was honoured."""


class HubSpeech(SpeechWeights[L], Speaking[L]):
    """A speech engine with weights of the user's choice; a class for each model says one turn.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """


def put_told(
    assembly: Assembly,
    call: Call,
    told: ToldWords,
    sound: np.ndarray,
    rate: int,
    said: Estimate | None = None,
) -> None:
    """Put a turn's sound behind the others, bent to the faders and the emphasis of its words.

    Args:
        assembly: of the track.
        call: the turn.
        told: its words.
        sound: ``(n,)`` float32.
        rate: hertz.
        said: when words and phones sound; None to estimate it from letters and silences.
    """
    language = call.request.language.partition("-")[0]
    said = said or estimated(told.words, sound, rate, language, told.heard)
    put_bent(
        assembly, sound, rate, said, call.turn.words, told.degrees, call.controls, call.job.rng(call.number)
    )


def unchanged(controls: Controls, names: Sequence[str]) -> Controls:
    """Controls of which these faders ask for nothing, since the model has followed them itself."""
    faders = fader_set("prosody").faders
    return Controls(
        {n: np.full_like(v, faders[n].neutral) if n in names else v for n, v in controls.values.items()}
    )


def bent_aspects(request: SpeechRequest, how: str, adjusted: str = "") -> Fulfilment:
    """The aspects of weights that know no emotion, whose sound is bent to it.

    Args:
        request: what was asked.
        how: a sentence on how it is bent.
        adjusted: a sentence more on locks and shifts of faders.
    """
    script = request.script
    felt = any(span.emotion.intensity > 0 for span in script.spans)
    names = ("emotion", "intensity", "mixture", "timeline")
    rows = [Aspect(name, "approximated" if felt else "honoured", how if felt else "") for name in names]
    if request.adjustments:
        rows.append(Aspect("adjustments", "approximated", f"{how} {adjusted}".strip()))
    left_out = (*prosody_left_out(script), *sounds_left_out(script), *touches_left_out(request))
    return (*rows, *styles_approximated(script, request.style, how), *left_out)


def steered_aspects(request: SpeechRequest, how: str, *, sounds: Fulfilment | None = None) -> Fulfilment:
    """The aspects of weights that emotion steers, while locks and shifts of faders are set on the finished sound.

    Args:
        request: what was asked.
        how: how emotion gets in, a clause.
        sounds: what became of the script's laughs and sighs; None where there can be none.
    """
    script = request.script
    bent = "It is set on the finished sound through WORLD."
    rows = list(felt_aspects([s.emotion for s in script.spans], how, Aspect("timeline", "honoured")))
    if request.adjustments:
        rows.append(Aspect("adjustments", "approximated", bent))
    left_out = (*prosody_left_out(script), *touches_left_out(request))
    sounds = sounds_left_out(script) if sounds is None else sounds
    styles = styles_approximated(script, request.style, bent)
    estimate = Aspect("phones", "approximated", "Phones are estimated from the letters of each word.")
    return (*rows, estimate, *words_aspects(script), *styles, *sounds, *left_out)


def one_voice_aspect(script: Script, voices: Sequence[str] = ()) -> Fulfilment:
    """What becomes of speakers that are none of the voices; nothing where all are."""
    strange = sorted({span.speaker for span in script.spans if span.speaker and span.speaker not in voices})
    if not strange:
        return ()
    return (Aspect("speaker", "ignored", f"{', '.join(strange)}: one voice says all."),)


def voice_number(voice: str, voices: Sequence[str]) -> int:
    """Which of the voices is meant, by name; the first for "".

    Raises:
        UnknownNameError: none of them.
    """
    if voice and voice not in voices:
        hint = "" if voices else "These weights have one voice; leave it away."
        raise UnknownNameError("voice", voice, voices, hint)
    return voices.index(voice) if voice else 0


def _spans_of(words: Sequence[Written]) -> list[list[Written]]:
    return [list(run) for _, run in groupby(words, key=lambda word: word.span)]
