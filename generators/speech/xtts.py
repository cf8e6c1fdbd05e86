"""XTTS v2 through coqui-tts: the user's own weights, in the voices of its speaker file or cloned from a recording.

Where emotional recordings are given, the difference between a voice's latents in an emotion and in neutral speech is
added to the latents of whoever speaks, times the intensity: 32 prosody latents for its language model and one vector of
voice colour for its decoder. Without recordings XTTS has no hold on emotion but its speed and sampling temperature;
pitch, its range and loudness are then set on the finished sound. Differences between the speakers of the checkpoint
are not used: they tell people apart, not feelings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError, UnknownNameError
from conditioning.timeline import Timeline
from external.safe_weights import fingerprint
from generators.base import (
    Aspect,
    Audio,
    Fulfilment,
    Job,
    SpeechRequest,
    SpeechTrack,
    Stretch,
    Word,
)
from generators.checkpoints import (
    Checkpoint,
    files_layout,
    known_settings,
    placement,
    seeded,
    torch_seed,
)
from generators.hub.choice import WeightsChoice
from generators.hub.direction_store import DirectionFile
from generators.hub.token_tick import stopping
from generators.speech.clip_directions import as_direction
from generators.speech.delivery import prosody_left_out
from generators.speech.own_prosody import OwnProsody
from generators.speech.parts import SpeechPart
from generators.speech.references import ENVIRONMENT, Latents
from generators.speech.repitch import repitched
from generators.speech.sounds import sounds_left_out
from generators.speech.styles import styles_left_out
from generators.speech.told_words import told_words, words_aspects
from generators.speech.touches import touches_left_out
from generators.speech.voice_vectors import VoiceDirections
from generators.speech.weights import WeightsWithReferences
from generators.speech.xtts_weights import LoadedXtts, load_xtts
from generators.steering import FELT, fader_aspect, felt_aspects

if TYPE_CHECKING:
    from conditioning.script import Span

__all__ = ["Xtts", "pieces"]

# XttsConfig.languages of coqui-tts.
LANGUAGES = (
    "en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl", "cs", "ar", "zh-cn", "hu", "ko", "ja", "hi",
)  # fmt: skip
# Where a long text is cut, best first: after a sentence, after a clause, between words.
_BORDERS = (r"[.!?…]+\s+|[。！？]+", r"[,;:–—]+\s+|[、，；]+", r"\s+")
FADERS = ("pitch", "pitch_range", "rate", "loudness")
_CODES_PER_LETTER = 1.4  # 22050 / 1024 codes a second at about 15 letters; for the progress bar alone


@dataclass(frozen=True)
class _Controls:
    """How a span is said beside its latents: XTTS's own speed and temperature, then pitch and level of the sound."""

    speed: float = 1.0
    temperature: float = 1.0
    pitch_st: float = 0.0
    pitch_range: float = 1.0
    loudness_db: float = 0.0


class Xtts(WeightsWithReferences[LoadedXtts]):
    """XTTS with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"coqui/XTTS-v2"``; behind it ``?prosody=own`` lets the built-in voice lend its melody, level
            and timing.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        references: folder of emotional recordings (see ``generators.speech.references``); None looks for
            ``AFFECT_XTTS_REFERENCES`` and for a folder ``references`` beside the weights.
    """

    name = "speech=xtts"
    title = "XTTS: voices in 17 languages and cloned ones, steered by emotional recordings"
    library = "coqui-tts"
    code_licence = "MPL-2.0"
    example = "coqui/XTTS-v2"
    layout = files_layout(
        "an XTTS checkpoint", ("config.json", "model.pth", "vocab.json"), ("speakers_xtts.pth",)
    )
    released_rate = 24000
    languages = LANGUAGES
    honours = ("timeline", "language", "voice")
    approximates = FELT
    options = ("prosody",)

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script, span by span, each in its own emotion.

        Raises:
            EngineError: no weights are given, they are not here, or they are not XTTS's.
            UnknownNameError: the weights have no such voice or language.
            Cancelled: the user has stopped the work.
        """
        unlaid: list[int] = []
        parts = list(self._parts(request, unlaid))
        stretches = tuple(stretch for part in parts for stretch in part.stretches)
        line = Timeline.of_sections((s.start, s.end, request.script.spans[s.span].emotion) for s in stretches)
        words = tuple(word for part in parts for word in part.words)
        samples = np.concatenate([np.zeros(0, np.float32), *(part.audio.samples for part in parts)])
        audio = Audio(samples, self.describe().sample_rate)
        with self._busy, self._roomy():
            told = self._fulfilment(request, self._ready(request.job), len(unlaid))
        return SpeechTrack(audio, words, (), stretches, line, told)

    def stream(self, request: SpeechRequest, *, at_once: bool = False) -> Iterator[SpeechPart]:
        """The script span by span, each as soon as it is ready; put together they are what ``generate`` gives.

        Args:
            request: what to say.
            at_once: a span is never parted, so that this changes nothing.

        Raises:
            EngineError, UnknownNameError, Cancelled: as for ``generate``.
        """
        yield from self._parts(request, [])

    def _parts(self, request: SpeechRequest, unlaid: list[int]) -> Iterator[SpeechPart]:
        """The spans; numbers of those that the built-in voice's prosody could not be laid over are put into a list."""
        spans, job = request.script.spans, request.job
        with self._busy, self._roomy():
            loaded = self._ready(job)
            language = _language(request.language, loaded.languages)
            names = [span.speaker if span.speaker in loaded.voices else request.voice for span in spans]
            voices = {name: self._voice(loaded, name) for name in dict.fromkeys(names)}
        begun = 0
        for index, (span, name) in enumerate(zip(spans, names, strict=True)):
            job.step(index, len(spans), f"speaking span {index + 1} of {len(spans)}")
            sound = np.zeros(0, np.float32)
            if any(letter.isalnum() for letter in span.text):
                with self._busy, self._roomy(), _reading(language):
                    sound, laid = self._say(loaded, span, voices[name], language, request, index)
                if not laid:
                    unlaid.append(index)
            part = _part(index, span, sound, begun, loaded.rate)
            begun += len(part.audio.samples)
            yield part

    def fulfilment(self, request: SpeechRequest) -> Fulfilment:
        """What becomes of each thing that is asked, without speaking; the weights are loaded for that.

        Raises:
            EngineError: as for ``generate``.
        """
        with self._busy, self._roomy():
            return self._fulfilment(request, self._ready(request.job))

    def directions(self, job: Job) -> DirectionFile:
        """The directions of its emotional recordings in its speakers' latents.

        Raises:
            EngineError: as for ``generate``; or it has no such recordings.
        """
        with self._busy:
            loaded = self._ready(job)
        if loaded.references is None:
            raise EngineError(
                f"{self.weights.name} has no emotional recordings, and so no directions.",
                f"Name their folder in {ENVIRONMENT}, or learn once: affect steer learn {self.weights.name} --clips RECORDINGS.",
            )
        assert self.weights.folder is not None, "what is ready was loaded from a folder"
        found = {label: as_direction(latents) for label, latents in loaded.references.directions.items()}
        told = VoiceDirections(found, "recording").fingerprint()
        return DirectionFile(fingerprint(self.weights.folder), told, found)

    def _say(
        self,
        loaded: LoadedXtts,
        span: Span,
        voice: Latents,
        language: str,
        request: SpeechRequest,
        index: int,
    ) -> tuple[np.ndarray, bool]:
        """A span's sound ``(n,)``, the library's own where nothing is felt or set; and False where wanted prosody is not in it."""
        emotion, model, told = span.emotion, loaded.model, told_words(span)
        controls = self._controls(emotion if loaded.references is None else Emotion.neutral(), request)
        latents = voice if loaded.references is None else loaded.references.steered(voice, emotion)
        options = {
            key: getattr(model.config, key)
            for key in ("length_penalty", "repetition_penalty", "top_k", "top_p")
        }
        options["temperature"] = model.config.temperature * controls.temperature
        longest = model.args.gpt_max_text_tokens

        def fits(text: str) -> bool:
            within = len(text) <= model.tokenizer.char_limits.get(language.split("-")[0], 250)
            return within and len(model.tokenizer.encode(text.strip().lower(), lang=language)) < longest

        spans, expected = len(request.script.spans), len(told.text) * _CODES_PER_LETTER

        def tick(seen: int) -> None:
            done = index + min(seen / expected, 1.0)
            request.job.step(done, spans, f"speaking span {index + 1} of {spans}")

        parts, texts = [], pieces(told.text, fits)
        with seeded(torch_seed(request.job, index), loaded.device):
            for text in texts:
                wave = model.inference(
                    text, language, latents.prosody, latents.colour, speed=controls.speed,
                    stopping_criteria=stopping(tick), **options,
                )["wav"]  # fmt: skip
                parts.append(np.asarray(wave, np.float32).reshape(-1))
        rate, laid = loaded.rate, True
        if self._lends(language) and emotion.intensity > 0:
            both = zip(parts, texts, strict=True)
            lent = [self._own.laid_over(part, rate, text, emotion, request) for part, text in both]
            whole = [part for part in lent if part is not None]
            laid = len(whole) == len(lent)
            if laid:
                parts, controls = whole, replace(controls, pitch_range=1.0)
        sound = repitched(np.concatenate(parts), rate, controls.pitch_st, controls.pitch_range)
        sound = told.emphasised(sound, rate, language.partition("-")[0], request.job.rng(index, 3))
        return (sound if controls.loudness_db == 0 else _louder(sound, controls.loudness_db)), laid

    def _check_choice(self, choice: WeightsChoice) -> None:
        if choice.option("prosody") not in ("", "own"):
            raise RequestError(
                f"The prosody {choice.option('prosody')!r} of {self.name} is not known.", "Write prosody=own."
            )

    def _lends(self, language: str) -> bool:
        """Whether the built-in voice lends its prosody to a language."""
        return self.weights.choice.option("prosody") == "own" and language == "en"

    @cached_property
    def _own(self) -> OwnProsody:
        return OwnProsody()

    def _controls(self, emotion: Emotion, request: SpeechRequest) -> _Controls:
        faders = Conditioning.of(emotion, request.adjustments).faders("prosody", np.zeros(1))
        pitch, spread, rate, loudness = (float(faders[name][0]) for name in FADERS)
        temperature = 1 + known_settings("xtts")["temperature_per_arousal"] * emotion.felt.arousal
        return _Controls(rate, temperature, pitch, spread, loudness)

    def _voice(self, loaded: LoadedXtts, name: str) -> Latents:
        """The latents of a voice of the weights, of a recording's path, or of the first voice for ""."""
        if not name and not loaded.voices:
            raise EngineError(
                f"{self.weights.choice.model} has no speakers_xtts.pth.", "Name a recording as the voice."
            )
        name = name or next(iter(loaded.voices))
        if name in loaded.voices:
            return loaded.voices[name]
        if Path(name).expanduser().is_file():
            return Latents.of_recordings(loaded.model, [Path(name).expanduser()])
        raise UnknownNameError("voice", name, loaded.voices, "The path of a recording would do as well.")

    def _fulfilment(self, request: SpeechRequest, loaded: LoadedXtts, unlaid: int = 0) -> Fulfilment:
        spans = request.script.spans
        emotions = [span.emotion for span in spans]
        over_time = Aspect("timeline", "honoured")
        if loaded.references is not None:
            how = "the difference between emotional and neutral recordings, added to the voice's latents"
            aspects = [*felt_aspects(emotions, how, over_time), *loaded.references.aspects(emotions)]
        else:
            why = "Rate, pitch, its range and loudness are set; melody and colour of the voice stay the model's."
            felt = any(emotion.intensity > 0 for emotion in emotions)
            emotion = Aspect("emotion", "approximated", why) if felt else Aspect("emotion", "honoured")
            aspects = [emotion, Aspect("intensity", "honoured"), over_time]
        if self.weights.choice.option("prosody"):
            felt_spans = sum(emotion.intensity > 0 for emotion in emotions)
            english = _language(request.language, loaded.languages) == "en"
            aspects.append(OwnProsody.aspect(english, unlaid, felt_spans))
        strange = sorted({s.speaker for s in spans if s.speaker and s.speaker not in loaded.voices})
        if strange:
            why = f"{', '.join(strange)} is no voice of these weights and is said in the request's voice."
            aspects.append(Aspect("speaker", "approximated", why))
        aspects += [
            Aspect("voice", "honoured"),
            Aspect("language", "honoured"),
            Aspect("word times", "approximated", "A span's words share its sound by their length."),
            Aspect("phones", "ignored", "XTTS does not say which sound it makes when."),
        ]
        styles = styles_left_out(request.script, request.style)
        delivery, sounds = prosody_left_out(request.script), sounds_left_out(request.script)
        left_out = (*words_aspects(request.script), *delivery, *sounds, *styles, *touches_left_out(request))
        return (*aspects, *left_out, *fader_aspect(request.adjustments, "prosody", FADERS))

    def _load(self, checkpoint: Checkpoint, job: Job) -> LoadedXtts:
        return load_xtts(checkpoint.folder, placement("float32").device, self._references)


def pieces(text: str, fits: Callable[[str], bool]) -> list[str]:
    """A text in parts that all fit and hold something, cut in the middle at the end of a sentence, else at a comma, else between words.

    Args:
        text: any.
        fits: whether the engine can say a part in one go.

    Example:
        >>> pieces("One two. Three, four.", lambda part: len(part) < 14)
        ['One two.', 'Three, four.']
    """
    text = text.strip()
    if len(text) < 2 or fits(text):
        return [text] if text else []
    for border in _BORDERS:
        ends = [match.end() for match in re.finditer(border, text) if 0 < match.end() < len(text)]
        if ends:
            cut = min(ends, key=lambda end: abs(end - len(text) / 2))
            break
    else:
        cut = len(text) // 2
    return pieces(text[:cut], fits) + pieces(text[cut:], fits)


def _part(index: int, span: Span, sound: np.ndarray, begun: int, rate: int) -> SpeechPart:
    """A span's pause and sound ``(n,)`` behind so many samples of the stream."""
    pause = np.zeros(round(span.pause * rate), np.float32)
    start, end = (begun + len(pause)) / rate, (begun + len(pause) + len(sound)) / rate
    words = _words(told_words(span).words, start, end)
    audio = Audio(np.concatenate([pause, sound]), rate)
    return SpeechPart(audio, begun / rate, tuple(words), (), (Stretch(index, start, end),))


def _words(words: Sequence[str], start: float, end: float) -> list[Word]:
    """The words of a span that sounds from ``start`` to ``end``, each with time by its count of letters."""
    found = [word for word in words if any(letter.isalnum() for letter in word)]
    shares = np.cumsum([0, *(len(word) for word in found)]) / max(sum(len(word) for word in found), 1)
    borders = start + (end - start) * shares
    return [Word(word, float(a), float(b)) for word, a, b in zip(found, borders, borders[1:], strict=False)]


def _louder(sound: np.ndarray, decibels: float) -> np.ndarray:
    """The sound at another level; it is raised no further than its peak allows."""
    peak = float(np.abs(sound).max(initial=1e-9))
    gain = 10 ** (decibels / 20)
    return (sound * (gain if gain <= 1 else max(min(gain, 0.99 / peak), 1.0))).astype(np.float32)


def _language(wanted: str, known: tuple[str, ...]) -> str:
    """XTTS's code for a BCP 47 one."""
    code = wanted.casefold()
    for candidate in (code, code.partition("-")[0], "zh-cn" if code.startswith("zh") else code):
        if candidate in known:
            return candidate
    raise UnknownNameError("language", wanted, known, "These are the languages of the weights.")


@contextmanager
def _reading(language: str) -> Iterator[None]:
    """Turn the lack of a package that coqui-tts needs for one language into a clear error."""
    try:
        yield
    except ImportError as error:
        raise EngineError(
            f"Reading {language} needs a package that is missing: {error}.",
            f"Run 'pip install coqui-tts[{language.partition('-')[0]}]'.",
        ) from error
