"""German, Spanish, French, Italian and British English: SVOX Pico, its prosody moved afterwards through WORLD.

Pico's own sound is kept sample by sample where nothing is felt. It says neither when a word sounds nor which phones it speaks,
so both are estimated from the letters and from where it is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from conditioning.errors import EngineError, RequestError
from conditioning.faders import fader_set
from conditioning.script import Script
from generators.base import Aspect, Description, Fulfilment, SpeechRequest, SpeechTrack
from generators.speech.assembly import Assembly, timeline
from generators.speech.bent_sentences import put_bent
from generators.speech.characters import Character
from generators.speech.delivery import delivered
from generators.speech.emphasis import without_signs
from generators.speech.estimate import estimated
from generators.speech.normalisation import is_word
from generators.speech.pico_directions import degrees_of, directed_text, natural_hz, readings_told
from generators.speech.pico_process import PicoProcess
from generators.speech.prosody import Controls, span_controls
from generators.speech.reading import Written, passages, split_sentences
from generators.speech.recorded.bending import APPROXIMATED
from generators.speech.sounds import sounds_left_out
from generators.speech.styles import styled, styles_approximated
from generators.speech.touches import touches_left_out

__all__ = ["Pico"]

SAMPLE_RATE = 16_000
_VOICES = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "en": "en-GB"}
_HEADROOM = 0.25  # Pico speaks at -10 dB of full scale; this leaves room for anger and is the level of the other voices
_PLAIN = Character("pico", "female", "adult", "The engine's own voice.")


class Pico:
    """Five languages, one voice each, with prosody moved after the fact.

    Args:
        model: must be ""; the voices are part of the package.
    """

    def __init__(self, model: str = "") -> None:
        if model:
            raise EngineError(f"Pico takes no model, {model!r} was given.", "Leave the model away.")

    def describe(self) -> Description:
        """What the engine is."""
        return Description(
            name="speech=pico",
            title="Small voices for German, Spanish, French, Italian and British English",
            version=version("py-nanotts"),
            licence="Apache-2.0 (SVOX Pico, NanoTTS)",
            languages=("de", "es", "fr", "it", "en-GB"),
            sample_rate=SAMPLE_RATE,
            honours=("emotion", "intensity", "mixture", "timeline", "language", "adjustments"),
            options=(_PLAIN.name,),
        )

    @property
    def characters(self) -> tuple[Character, ...]:
        """The one who speaks in each language."""
        return (_PLAIN,)

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script spoken.

        Raises:
            RequestError: a language or voice that Pico lacks, or nothing in the script can be pronounced.
            Cancelled: the user stopped it.
        """
        language = _language(request)
        script, job = request.script, request.job
        controls = span_controls(
            [span.emotion for span in script.spans], [_PLAIN] * len(script.spans), request.adjustments
        )
        controls, told = delivered(
            controls, script, [_PLAIN] * len(script.spans), lambda _: natural_hz(language)
        )
        controls = styled(controls, script, request.style)
        assembly = Assembly(SAMPLE_RATE, len(script.spans))
        total, done, number = max(len(script.text), 1), 0, 0
        with PicoProcess() as engine:
            for pause, words in passages(script):
                if pause:
                    assembly.silence(pause, words[0].span)
                for sentence in split_sentences(words):
                    job.step(min(done, total), total, "speaking")
                    _say(engine, assembly, sentence, language, controls, job.rng(number))
                    done += sum(len(word.text) + 1 for word in sentence)
                    number += 1
        if not assembly.phones:
            raise RequestError(
                f"Nothing in the script can be pronounced: {script.text[:40]!r}.",
                "Write some words of the language.",
            )
        job.step(total, total, "speaking")
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches, timeline(script, stretches),
            (*_fulfilment(request, controls), *told, *_words_told(script, language)),
        )  # fmt: skip


def _language(request: SpeechRequest) -> str:
    language = request.language.partition("-")[0].casefold()
    if language not in _VOICES:
        raise RequestError(
            f"Pico does not speak {request.language!r}.", f"It speaks {', '.join(sorted(_VOICES.values()))}."
        )
    if request.voice not in ("", _PLAIN.name):
        raise RequestError(
            f"Pico has one voice for each language, {request.voice!r} is none of them.",
            "Leave the voice away.",
        )
    return language


def _say(
    engine: PicoProcess,
    assembly: Assembly,
    words: Sequence[Written],
    language: str,
    controls: Controls,
    rng: np.random.Generator,
) -> None:
    """Speak one sentence and put it behind the others."""
    texts = without_signs([word.text for word in words])
    given = directed_text(words, texts, language)
    if not is_word(given.text):
        return
    sound = _synthesised(engine, given.text, _VOICES[language])
    if not len(sound):  # letters that Pico does not know
        return
    said = estimated(texts, sound, SAMPLE_RATE, language, given.heard)
    put_bent(assembly, sound, SAMPLE_RATE, said, words, degrees_of(words), controls, rng)


def _synthesised(engine: PicoProcess, text: str, voice: str) -> np.ndarray:
    """Pico's own sound, float32 ``(n,)``."""
    try:
        raw = engine.speak(text, voice)
    except BrokenPipeError as error:
        raise EngineError(
            f"Pico broke off at {text[:40]!r}.", "Change the sentence, or install py-nanotts again."
        ) from error
    return raw.astype(np.float32) / 32768.0 * _HEADROOM


def _words_told(script: Script, language: str) -> Fulfilment:
    """What becomes of readings and of emphasis."""
    readings = [reading for span in script.spans for reading in span.readings]
    emphatic = any(any(degrees_of(words)) for _, words in passages(script))
    why = "The word is bent after the voice has spoken, through WORLD, where it is estimated to sound."
    return (
        *readings_told(readings, language),
        *((Aspect("emphasis", "approximated", why),) if emphatic else ()),
    )


def _fulfilment(request: SpeechRequest, controls: Controls) -> Fulfilment:
    moved = "Prosody is moved after the voice has spoken, through WORLD: pitch, range, rate, pauses, level and tilt."
    felt = any(span.emotion.intensity > 0 for span in request.script.spans)
    british = request.language.casefold().startswith("en") and request.language.casefold() != "en-gb"
    rows = [Aspect(name, "approximated", moved) for name in ("emotion", "intensity", "mixture", "timeline")]
    rows.append(
        Aspect("language", "approximated", "The accent is British.")
        if british
        else Aspect("language", "honoured")
    )
    rows.append(
        Aspect("words", "approximated", "Times of words and phones are estimated from letters and silences.")
    )
    if request.adjustments:
        rows.append(Aspect("adjustments", "approximated", moved))
    styles = styles_approximated(request.script, request.style, moved)
    if felt or request.adjustments or styles:
        faders = fader_set("prosody").faders
        asked = [name for name in faders if not controls.neutral((name,))]
        rows += [Aspect(n, "approximated", "WORLD only comes near it.") for n in asked if n in APPROXIMATED]
        rows += [Aspect(n, "ignored", "Pico's sound takes no breath.") for n in asked if n == "breaths"]
    left_out = (
        *sounds_left_out(request.script),
        *touches_left_out(request),
    )
    return (*rows, *styles, *left_out)
