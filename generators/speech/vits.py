"""VITS through transformers: the user's own weights, such as those of MMS for some thousand languages.

VITS knows no emotion. Its pace follows the faders symbol by symbol, by a hook on its duration predictor, which also tells when each
letter sounds; pitch, level and the voice's quality are set on the finished sound through WORLD. Without emotion it is the library's
bare call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conditioning.errors import EngineError
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.checkpoints import Checkpoint, placement, seeded, transformers_layout
from generators.hub.whole_models import whole_model
from generators.speech.assembly import Assembly
from generators.speech.hub import (
    Call,
    HubSpeech,
    bent_aspects,
    one_voice_aspect,
    put_told,
    unchanged,
    voice_number,
)
from generators.speech.letter_times import letter_places, said_at
from generators.speech.told_words import ToldWords, told_sentence, words_aspects

__all__ = ["Vits"]

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


class Vits(HubSpeech[_Loaded]):
    """VITS with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"facebook/mms-tts-eng"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name = "speech=vits"
    title = "VITS and MMS: a voice in the language of its weights, bent to the emotion"
    library = "transformers"
    example = "facebook/mms-tts-eng"
    layout = transformers_layout("a VITS checkpoint of transformers", "vits", ("vocab.json",))
    released_rate = 16000
    honours = ("emotion", "intensity", "mixture", "timeline", "voice", "adjustments")
    by_span = False

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        return _load_vits(checkpoint.folder)

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        import torch

        number = voice_number(call.request.voice, loaded.voices)
        speaker = number if loaded.voices else None
        told = told_sentence(call.turn.words)
        inputs = loaded.tokenizer(told.text, return_tensors="pt").to(loaded.device)
        places = _places(loaded, told, inputs["input_ids"].shape[1])
        if not any(letter.isalnum() for letter in loaded.tokenizer.prepare_for_tokenization(told.text)[0]):
            return
        pace = np.ones(inputs["input_ids"].shape[1])
        for place, word in zip(places, call.turn.words, strict=True):
            pace[place.start : place.stop] = call.controls["rate"][word.span]
        with seeded(call.seed, loaded.device), torch.no_grad(), _paced(loaded, pace) as heard:
            sound = loaded.model(**inputs, speaker_id=speaker).waveform[0].float().cpu().numpy()
        ends = np.cumsum(np.ceil(np.exp(heard[0]))) * loaded.frame if heard else np.zeros(len(pace))
        said = said_at(told, places, ends, call.request.language.partition("-")[0])
        rest = replace(call, controls=unchanged(call.controls, ("rate",)))
        put_told(assembly, rest, told, sound, loaded.rate, said)

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        language = loaded.tokenizer.language or "unknown"
        return (
            *bent_aspects(request, _BENT),
            *one_voice_aspect(request.script),
            Aspect("voice", "honoured"),
            Aspect("language", "approximated", f"The weights speak their own language ({language})."),
            Aspect("phones", "approximated", "Phones are estimated from the letters of each word."),
            *words_aspects(request.script),
        )


def _load_vits(folder: Any) -> _Loaded:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    place = placement("float32")
    model: Any = whole_model(transformers.VitsModel, folder, dtype=torch.float32)
    tokenizer: Any = transformers.VitsTokenizer.from_pretrained(folder, local_files_only=True)
    if tokenizer.phonemize:
        raise EngineError(
            f"{folder} reads phonemes of espeak, which the studio leaves out for its licence.",
            "Take weights that read letters, such as those of MMS.",
        )
    return _Loaded(model.to(place.device).eval(), tokenizer, place.device)


def _places(loaded: _Loaded, told: ToldWords, count: int) -> list[slice]:
    """Which symbols each word is read as; empty ones where that cannot be told."""
    letters = [len(loaded.tokenizer.prepare_for_tokenization(part)[0]) if part else 0 for part in told.heard]
    return letter_places(letters, count, blanks=loaded.tokenizer.add_blank)


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

    with loaded.model.duration_predictor.register_forward_hook(move):
        yield heard
