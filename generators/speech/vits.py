"""VITS through transformers: the user's own weights, such as those of MMS for some thousand languages.

VITS knows no emotion. Its pace follows the faders symbol by symbol, by a hook on its duration predictor, which also tells when each
letter sounds; pitch, level and the voice's quality are set on the finished sound through WORLD. Without emotion it is the library's
bare call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from conditioning.errors import EngineError, RequestError, UnknownNameError
from generators.base import Aspect, Description, Fulfilment, Job, Phone, SpeechRequest, SpeechTrack, Word
from generators.checkpoints import (
    find_checkpoint,
    needs_line,
    placement,
    seeded,
    torch_seed,
    transformers_layout,
)
from generators.licences import licence_line
from generators.speech.assembly import Assembly, timeline
from generators.speech.bent_sentences import put_bent
from generators.speech.characters import Character
from generators.speech.delivery import prosody_left_out
from generators.speech.estimate import Estimate, estimated
from generators.speech.letters import sounds, weight
from generators.speech.prosody import Controls, span_controls
from generators.speech.reading import Written, passages, split_sentences
from generators.speech.sounds import sounds_left_out
from generators.speech.styles import styled, styles_approximated
from generators.speech.told_words import ToldWords, told_sentence, words_aspects
from generators.speech.touches import touches_left_out

__all__ = ["Vits"]

NAME = "speech=vits"
EXAMPLE = "facebook/mms-tts-eng"
LAYOUT = transformers_layout("a VITS checkpoint of transformers", "vits", ("vocab.json",))
_PLAIN = Character("plain", "female", "adult", "Whoever the weights speak as.")
_BENT = "It is set on the finished sound through WORLD; its pace is set inside the model."


@dataclass(frozen=True)
class _Loaded:
    model: Any
    tokenizer: Any
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.model.config.sampling_rate)

    @property
    def frame(self) -> float:
        """Seconds of a frame of durations."""
        return float(np.prod(self.model.config.upsample_rates)) / self.rate

    @property
    def voices(self) -> tuple[str, ...]:
        """Numbers of the speakers; none where there is but one."""
        count = int(self.model.config.num_speakers)
        return tuple(map(str, range(count))) if count > 1 else ()


class Vits:
    """VITS with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"facebook/mms-tts-eng"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    def __init__(self, model: str = "", *, allow_download: bool | None = None) -> None:
        self._model, self._allow_download = model, allow_download
        self._loaded: _Loaded | None = None
        self._busy = threading.Lock()

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        licence = licence_line(self._model) if self._model else "that of the weights given"
        return Description(
            name=NAME + (f":{self._model}" if self._model else ""),
            title="VITS and MMS: a voice in the language of its weights, bent to the emotion",
            version=f"transformers {version('transformers')}",
            licence=f"Apache-2.0 (code); weights: {licence}",
            sample_rate=16000,
            honours=("emotion", "intensity", "mixture", "timeline", "voice", "adjustments"),
            needs=needs_line(self._model, NAME, EXAMPLE),
        )

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script spoken.

        Raises:
            EngineError: no weights are given, they are not here, they are not VITS's, or need a phonemiser.
            UnknownNameError: the weights have no such voice.
            RequestError: the weights know no letter of the script.
            Cancelled: the user has stopped the work.
        """
        script, job = request.script, request.job
        people = [_PLAIN] * len(script.spans)
        controls = span_controls([span.emotion for span in script.spans], people, request.adjustments)
        controls = styled(controls, script, request.style)
        with self._busy:
            loaded = self._load(job)
            speaker = _speaker(loaded, request.voice)
            assembly = Assembly(loaded.rate, len(script.spans))
            total, done, number = max(len(script.text), 1), 0, 0
            for pause, words in passages(script):
                if pause:
                    assembly.silence(pause, words[0].span)
                for sentence in split_sentences(words):
                    job.step(min(done, total), total, "speaking")
                    _say(loaded, assembly, sentence, speaker, controls, request, number)
                    done += sum(len(word.text) + 1 for word in sentence)
                    number += 1
        if not assembly.words:
            raise RequestError(
                f"The weights know no letter of {script.text[:40]!r}.",
                "Write in the language that they speak.",
            )
        job.step(total, total, "speaking")
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches, timeline(script, stretches),
            _fulfilment(request, loaded),
        )  # fmt: skip

    def _load(self, job: Job) -> _Loaded:
        if self._loaded is None:
            found = find_checkpoint(
                self._model, LAYOUT, NAME, EXAMPLE, allow_download=self._allow_download, job=job
            )
            job.step(0, 1, f"loading {found.name}")
            self._loaded = _load_vits(found.folder)
        return self._loaded


def _load_vits(folder: Any) -> _Loaded:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    place = placement("float32")
    model: Any = transformers.VitsModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    tokenizer: Any = transformers.VitsTokenizer.from_pretrained(folder, local_files_only=True)
    if tokenizer.phonemize:
        raise EngineError(
            f"{folder} reads phonemes of espeak, which the studio leaves out for its licence.",
            "Take weights that read letters, such as those of MMS.",
        )
    return _Loaded(model.to(place.device).eval(), tokenizer, place.device)


def _speaker(loaded: _Loaded, voice: str) -> int | None:
    """The number of the speaker; None where the weights have but one."""
    if not loaded.voices:
        if voice:
            raise UnknownNameError("voice", voice, (), "These weights have one voice; leave it away.")
        return None
    if voice and voice not in loaded.voices:
        raise UnknownNameError("voice", voice, loaded.voices)
    return int(voice or 0)


def _say(
    loaded: _Loaded,
    assembly: Assembly,
    words: Sequence[Written],
    speaker: int | None,
    controls: Controls,
    request: SpeechRequest,
    number: int,
) -> None:
    """Speak one sentence and put it behind the others."""
    import torch

    told = told_sentence(words)
    inputs = loaded.tokenizer(told.text, return_tensors="pt").to(loaded.device)
    places = _places(loaded, told, inputs["input_ids"].shape[1])
    if not any(letter.isalnum() for letter in loaded.tokenizer.prepare_for_tokenization(told.text)[0]):
        return
    pace = np.ones(inputs["input_ids"].shape[1])
    for place, word in zip(places, words, strict=True):
        pace[place.start : place.stop] = controls["rate"][word.span]
    with (
        seeded(torch_seed(request.job, number), loaded.device),
        torch.no_grad(),
        _paced(loaded, pace) as heard,
    ):
        sound = loaded.model(**inputs, speaker_id=speaker).waveform[0].float().cpu().numpy()
    ends = np.cumsum(np.ceil(np.exp(heard[0]))) * loaded.frame if heard else np.zeros(len(pace))
    language = request.language.partition("-")[0]
    if told.text and all(
        place.stop > place.start for place, part in zip(places, told.heard, strict=True) if part
    ):
        said = _said(told, places, ends, language)
    else:  # what is not the letters' own length cannot be followed
        said = estimated(told.words, sound, loaded.rate, language, told.heard)
    rest = Controls({**controls.values, "rate": np.ones_like(controls["rate"])})
    put_bent(assembly, sound, loaded.rate, said, words, told.degrees, rest, request.job.rng(number))


def _places(loaded: _Loaded, told: ToldWords, count: int) -> list[slice]:
    """Which symbols each word is read as; empty ones where that cannot be told."""
    letters = [len(loaded.tokenizer.prepare_for_tokenization(part)[0]) if part else 0 for part in told.heard]
    step = 2 if loaded.tokenizer.add_blank else 1
    begins, at = [], 0
    for size in letters:
        begins.append(at)
        at += size + 1 if size else 0
    whole = step * max(at - 1, 0) + (1 if step == 2 else 0)
    if whole != count:
        return [slice(0, 0)] * len(letters)
    edge = step - 1
    return [
        slice(edge + step * first, edge + step * (first + size)) if size else slice(0, 0)
        for first, size in zip(begins, letters, strict=True)
    ]


@contextmanager
def _paced(loaded: _Loaded, pace: np.ndarray) -> Iterator[list[np.ndarray]]:
    """While the context lasts, each symbol is said at its pace; gives the logarithms of the durations that came of it."""
    import torch

    heard: list[np.ndarray] = []
    slower = torch.as_tensor(-np.log(pace), dtype=torch.float32, device=loaded.device)

    def move(_: Any, __: Any, log_duration: torch.Tensor) -> torch.Tensor | None:
        moved = log_duration if np.all(pace == 1.0) else log_duration + slower.to(log_duration)
        heard.append(moved.detach().float().cpu().numpy().reshape(-1) - np.log(loaded.model.speaking_rate))
        return None if moved is log_duration else moved

    handle = loaded.model.duration_predictor.register_forward_hook(move)
    try:
        yield heard
    finally:
        handle.remove()


def _said(told: ToldWords, places: Sequence[slice], ends: np.ndarray, language: str) -> Estimate:
    """Words at the times that their letters' durations give, each shared by its sounds."""
    words: list[Word] = []
    owners: list[int] = []
    phones: list[Phone] = []
    for number, (text, heard, place) in enumerate(zip(told.words, told.heard, places, strict=True)):
        if place.stop <= place.start:
            continue
        start, end = float(ends[place.start - 1]) if place.start else 0.0, float(ends[place.stop - 1])
        words.append(Word(text, start, end))
        owners.append(number)
        found = sounds(heard, language)
        shares = np.cumsum([0.0, *(weight(symbol) for symbol in found)])
        borders = start + (end - start) * shares / max(float(shares[-1]), 1e-9)
        phones += [Phone(s, float(a), float(b)) for s, a, b in zip(found, borders, borders[1:], strict=False)]
    return Estimate(tuple(words), tuple(owners), tuple(phones))


def _fulfilment(request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
    script = request.script
    felt = any(span.emotion.intensity > 0 for span in script.spans)
    names = ("emotion", "intensity", "mixture", "timeline")
    rows = [Aspect(name, "approximated" if felt else "honoured", _BENT if felt else "") for name in names]
    if request.adjustments:
        rows.append(Aspect("adjustments", "approximated", _BENT))
    strange = sorted({span.speaker for span in script.spans if span.speaker})
    if strange:
        rows.append(Aspect("speaker", "ignored", f"{', '.join(strange)}: one voice says all."))
    language = loaded.tokenizer.language or "unknown"
    rows += [
        Aspect("voice", "honoured"),
        Aspect("language", "approximated", f"The weights speak their own language ({language})."),
        Aspect("phones", "approximated", "Phones are estimated from the letters of each word."),
    ]
    left_out = (*prosody_left_out(script), *sounds_left_out(script), *touches_left_out(request))
    return (*rows, *words_aspects(script), *styles_approximated(script, request.style, _BENT), *left_out)
