"""The built-in voice: hibari's network under full control of prosody and voice quality.

The network is cut in three: durations, F0 and energy are moved before its decoder, the voice's quality after it. It runs
on one core, far faster than real time, and needs no download.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from conditioning.assets import asset
from conditioning.errors import EngineError, RequestError
from conditioning.script import Script
from generators.base import Aspect, Description, Fulfilment, Phone, SpeechRequest, SpeechTrack
from generators.speech.assembly import Assembly, shared_times, timeline
from generators.speech.characters import Character, cast
from generators.speech.delivery import delivered, readings_told
from generators.speech.network import SAMPLE_RATE, Network
from generators.speech.prosody import Controls, span_controls, varied
from generators.speech.reading import Reader, Sentence
from generators.speech.sounds import sounds_left_out
from generators.speech.speaking import Utterance, speak
from generators.speech.timing import IPA

__all__ = ["Hibari"]

_LANGUAGES = ("en", "en-US")


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
            title="English voice with seven characters; emotion moves its prosody and its voice quality",
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
        return cast().characters

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
        if request.language.partition("-")[0].casefold() != "en":
            raise RequestError(
                f"The voice speaks English, not {request.language!r}.",
                "Choose speech=pico or another engine for it.",
            )
        script, job = request.script, request.job
        characters, notes = _casting(script, request.voice)
        controls = span_controls([span.emotion for span in script.spans], characters, request.adjustments)
        controls, delivery = delivered(controls, script, characters)
        assembly = Assembly(SAMPLE_RATE, len(script.spans))
        total, done, silent = max(len(script.text), 1), 0, 0
        job.step(0, total, "loading the voice")
        for number, sentence in enumerate(self._reader.sentences(script)):
            job.step(min(done, total), total, "speaking")
            own = self._varied(controls, script, sentence, request, number)
            utterance = speak(self._network, sentence, own, job.rng(number))
            silent += sum(not "".join(sentence.groups[slice(*b.groups)]) for b in sentence.blocks)
            _add(assembly, sentence, utterance)
            done += sum(len(word.text) + 1 for word in sentence.words)
        if not assembly.phones:
            raise RequestError(
                f"Nothing in the script can be pronounced: {script.text[:40]!r}.", "Write some English words."
            )
        job.step(total, total, "speaking")
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches, timeline(script, stretches),
            (*_fulfilment(request), *notes, *delivery, *readings_told(script), *sounds_left_out(script)),
        )  # fmt: skip

    def _varied(
        self, controls: Controls, script: Script, sentence: Sentence, request: SpeechRequest, number: int
    ) -> Controls:
        intensity = max(script.spans[word.span].emotion.intensity for word in sentence.words)
        return varied(controls, intensity, request.job.rng(number, 1))


def _add(assembly: Assembly, sentence: Sentence, utterance: Utterance | None) -> None:
    """Put a sentence behind the others."""
    if sentence.pause:
        assembly.silence(sentence.pause, sentence.span)
    if utterance is None:
        now = assembly.now
        assembly.words += shared_times([word.text for word in sentence.words], now, now)
        return
    begin = assembly.now
    heard: dict[int, tuple[float, float]] = {}  # of each group
    for phone, group in zip(utterance.phones, utterance.groups, strict=True):
        start, end = begin + phone.start, begin + phone.end
        symbol = "".join(IPA.get(letter, letter) for letter in phone.symbol)
        assembly.phones.append(Phone(symbol, start, end, phone.stress))
        heard[group] = (heard.get(group, (start, end))[0], end)
        assembly.say(sentence.span_of_group(group), start, end)
    last = begin
    for block in sentence.blocks:
        times = [heard[group] for group in range(*block.groups) if group in heard]
        start, last = (times[0][0], times[-1][1]) if times else (last, last)
        assembly.words += shared_times([w.text for w in sentence.words[slice(*block.words)]], start, last)
    assembly.sound(utterance.sound)


def _casting(script: Script, voice: str) -> tuple[list[Character], Fulfilment]:
    """Who says each span: a speaker named like a character is that character; others get one that is still free."""
    people = cast()
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
