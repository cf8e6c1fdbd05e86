"""The built-in voice: hibari's network under full control of prosody and voice quality.

The network is cut in three: durations, F0 and energy are moved before its decoder, the voice's quality after it. It runs
on one core, far faster than real time, and needs no download.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from conditioning.assets import asset
from conditioning.errors import EngineError, RequestError
from conditioning.script import Script
from generators.base import Aspect, Description, Fulfilment, SpeechRequest, SpeechTrack
from generators.speech.assembly import Assembly, timeline
from generators.speech.characters import Character, cast
from generators.speech.delivery import delivered, readings_told
from generators.speech.interjections import interjected, sounds_aspect
from generators.speech.network import SAMPLE_RATE, Network
from generators.speech.openings import after_opening, opened, opening
from generators.speech.parts import SpeechPart, add_part, part_of_sentence
from generators.speech.prosody import Controls, span_controls, varied
from generators.speech.reading import Reader, Sentence
from generators.speech.speaking import SILENT, planned, uttered
from generators.speech.styles import style_aspect, styled
from generators.speech.touches import Touching

__all__ = ["Hibari", "People"]

_LANGUAGES = ("en", "en-US")


class People(Protocol):
    """Who can speak, by name."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names in order."""
        ...

    @property
    def characters(self) -> tuple[Character, ...]:
        """All of them, in order."""
        ...

    def __getitem__(self, name: str) -> Character: ...

    def __contains__(self, name: object) -> bool: ...


class Hibari:
    """English voice of several characters under full emotional control.

    Args:
        model: folder with the three parts of the network; "" for the shipped one.

    Raises:
        EngineError: the folder lacks a part.
    """

    def __init__(self, model: str = "") -> None:
        if model and not Path(model).is_dir():
            raise EngineError(
                f"{model!r} is not a folder.", "Give a folder made by tools/build_voice.py, or no model."
            )
        self._network = Network(Path(model) if model else asset("voices", "hibari"))

    def describe(self) -> Description:
        """What the engine is."""
        return Description(
            name="speech=hibari",
            title="English voice with ten characters; emotion moves its prosody and its voice quality",
            version=version("hibari-tts"),
            licence="Apache-2.0 (hibari; after Kokoro and misaki, both Apache-2.0)",
            languages=_LANGUAGES,
            sample_rate=SAMPLE_RATE,
            honours=("emotion", "intensity", "mixture", "timeline", "voice", "language", "adjustments"),
            options=cast().names,
        )

    @property
    def characters(self) -> tuple[Character, ...]:
        """Who can speak, with sex, age and a description."""
        return self._people.characters

    @property
    def _people(self) -> People:
        return cast()

    def _network_of(self, character: Character) -> Network:
        """The network that speaks as a character; here one for all."""
        return self._network

    def _natural_hz(self, character: Character) -> float:
        """Mean F0 of a character by nature."""
        pitch = character.faders.get("pitch", 0.0)
        return self._network_of(character).natural_hz * float(2 ** (pitch / 12))

    def _own_fulfilment(self, request: SpeechRequest, controls: Controls) -> Fulfilment:
        """What becomes of single faders, where that is to be told."""
        return ()

    @cached_property
    def _reader(self) -> Reader:
        return Reader()

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script spoken.

        Raises:
            UnknownNameError: there is no such voice.
            RequestError: the language is not English, or nothing in the script can be pronounced.
            Cancelled: the user stopped it.
        """
        script = request.script
        assembly = Assembly(SAMPLE_RATE, len(script.spans))
        for part in self.stream(request):
            add_part(assembly, part)
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches, timeline(script, stretches),
            self.fulfilment(request),
        )  # fmt: skip

    def stream(self, request: SpeechRequest, *, at_once: bool = False) -> Iterator[SpeechPart]:
        """The script spoken part by part, each as soon as it is ready; put together they are what ``generate`` gives.

        Args:
            request: what to say.
            at_once: whether the opening of a long first sentence comes before the rest of it is made; it differs from
                what ``generate`` gives by what the decoder's rounding does (docs/voice.md).

        Raises:
            UnknownNameError: there is no such voice.
            RequestError: the language is not English; or, after the last part, nothing could be pronounced.
            Cancelled: the user stopped it.
        """
        if request.language.partition("-")[0].casefold() != "en":
            raise RequestError(
                f"The voice speaks English, not {request.language!r}.",
                "Choose speech=pico or another engine for it.",
            )
        characters, _ = _casting(self._people, request.script, request.voice)
        return self._parts(request, characters, self._controls(request, characters)[0], at_once)

    def fulfilment(self, request: SpeechRequest) -> Fulfilment:
        """What becomes of each thing that is asked; known before a word is spoken.

        Raises:
            UnknownNameError: there is no such voice.
        """
        script = request.script
        characters, notes = _casting(self._people, script, request.voice)
        controls, delivery = self._controls(request, characters)
        touched = (Aspect("touches", "honoured"),) if request.touches else ()
        told = (
            *delivery,
            *self._own_fulfilment(request, controls),
            *readings_told(script),
            *style_aspect(script, request.style),
        )
        return (*_fulfilment(request), *touched, *notes, *told, *sounds_aspect(script))

    def _parts(
        self, request: SpeechRequest, characters: list[Character], controls: Controls, at_once: bool
    ) -> Iterator[SpeechPart]:
        script, job = request.script, request.job
        total, done, samples, phones = max(len(script.text), 1), 0, 0, 0
        job.step(0, total, "loading the voice")
        for number, between in enumerate(interjected(self._reader.sentences(script), script)):
            job.step(min(done, total), total, "speaking")
            sentence = between.sentence
            own = self._varied(controls, script, sentence, request, number)
            touching = Touching(request, characters, phones) if request.touches else None
            network = self._network_of(characters[sentence.span])
            plan = planned(network, sentence, own, touching)
            heard: np.ndarray | None = None
            if plan and at_once and not samples and not between.before and not between.after_pause:
                rngs = job.rng(number), job.rng(number, 2)
                heard = opening(network, plan, sentence, own, rngs)
                if heard is not None:
                    yield opened(heard, SAMPLE_RATE)
            utterance = uttered(network, plan, job.rng(number)) if plan else None
            sentence, utterance = between.put_in(network, utterance, own, job.rng(number, 2))
            part = part_of_sentence(sentence, utterance or SILENT, SAMPLE_RATE, samples)
            samples += len(part.audio.samples)
            phones += len(part.phones)
            yield part if heard is None else after_opening(part, heard)
            done += sum(len(word.text) + 1 for word in sentence.words)
        if not phones:
            raise RequestError(
                f"Nothing in the script can be pronounced: {script.text[:40]!r}.", "Write some English words."
            )
        job.step(total, total, "speaking")

    def _controls(
        self, request: SpeechRequest, characters: Sequence[Character]
    ) -> tuple[Controls, Fulfilment]:
        """The controls along the spans, and what became of the prosody that the script asks for itself."""
        emotions = [span.emotion for span in request.script.spans]
        controls = span_controls(emotions, characters, request.adjustments)
        controls, told = delivered(controls, request.script, characters, self._natural_hz)
        return styled(controls, request.script, request.style), told

    def _varied(
        self, controls: Controls, script: Script, sentence: Sentence, request: SpeechRequest, number: int
    ) -> Controls:
        intensities = np.zeros(len(script.spans))
        for span in {word.span for word in sentence.words}:
            intensities[span] = script.spans[span].emotion.intensity
        return varied(controls, intensities, request.job.rng(number, 1))


def _casting(people: People, script: Script, voice: str) -> tuple[list[Character], Fulfilment]:
    """Who says each span: a speaker named like a character is that character; others get one that is still free."""
    chosen = people[voice]
    given: dict[str, str] = {}
    spoken_for = [span.speaker for span in script.spans if span.speaker]
    free = [n for n in people.names if n != chosen.name and n not in {s.casefold() for s in spoken_for}]
    for speaker in dict.fromkeys(spoken_for):
        if speaker in people:
            given[speaker] = speaker
        else:
            given[speaker] = free.pop(0) if free else chosen.name
    strange = [f"{speaker} is spoken by {name}" for speaker, name in given.items() if speaker not in people]
    notes = (Aspect("speaker", "approximated", f"{'; '.join(strange)}."),) if strange else ()
    return [people[given[span.speaker]] if span.speaker else chosen for span in script.spans], notes


def _fulfilment(request: SpeechRequest) -> Fulfilment:
    accent = request.language.casefold() not in ("en", "en-us")
    return (
        Aspect("emotion", "honoured"),
        Aspect("intensity", "honoured"),
        Aspect("mixture", "honoured"),
        Aspect("timeline", "honoured"),
        Aspect("voice", "honoured"),
        Aspect("language", "approximated", "The accent is American.")
        if accent
        else Aspect("language", "honoured"),
        Aspect("adjustments", "honoured"),
    )
