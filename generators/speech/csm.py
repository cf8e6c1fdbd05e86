"""CSM through transformers: the user's own weights, by what was said before in the same feeling and a direction in the text's tokens.

CSM continues a conversation, in the manner of what it has heard. Where emotional recordings are given, each with its words in a text
file beside it, the one nearest to what is felt goes before the turn. Besides, a direction is added to the embeddings of the turn's own
words, and to nothing else. It has no guidance. The seed draws the voice where nothing was heard, and is the same for all turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError
from external.safe_weights import fingerprint
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.checkpoints import (
    Checkpoint,
    Layout,
    placement,
    seeded,
    torch_seed,
    transformers_layout,
)
from generators.hub.direction_store import text_directions
from generators.hub.directions import Encoded, Shift, TextDirections, steered_states
from generators.hub.whole_models import whole_model
from generators.speech.assembly import Assembly
from generators.speech.hub import Call, put_told, steered_aspects, voice_number
from generators.speech.references import direction_shares, reference_files
from generators.speech.text_steered import TextSteered
from generators.speech.told_words import told_sentence
from generators.speech.weights import WeightsWithReferences
from generators.steering import FELT, NEUTRAL

if TYPE_CHECKING:
    import torch

__all__ = ["Csm", "Heard", "steered_words"]

ENVIRONMENT = "AFFECT_CSM_REFERENCES"
_VOICES = tuple(map(str, range(10)))  # speakers are numbered in the text
_HOW = "a direction in the embeddings of its words"
_STEPS_PER_LETTER = 0.9  # 12.5 frames a second at about 15 letters; for the progress bar alone
_INNER = transformers_layout("a CSM checkpoint of transformers", "csm", ("tokenizer.json",))


@dataclass(frozen=True)
class Heard:
    """Something that was said before.

    Args:
        text: its words.
        wave: its sound at the model's rate ``(n,)`` float32.
    """

    text: str
    wave: np.ndarray


@dataclass(frozen=True)
class _Loaded:
    model: Any
    processor: Any
    directions: TextDirections
    heard: Mapping[str, Heard]
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.model.config.codec_config.sampling_rate)


class Csm(TextSteered[_Loaded], WeightsWithReferences[_Loaded]):
    """CSM with weights from a folder or the hub; English.

    Args:
        model: folder or hub id, such as ``"sesame/csm-1b"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        references: folder of emotional recordings with their words (``joy.wav``, ``joy.txt``); None looks for
            ``AFFECT_CSM_REFERENCES`` and for a folder ``references`` beside the weights.
    """

    name = "speech=csm"
    title = "CSM: a turn of a conversation, steered by what was said before and a direction in its words"
    library = "transformers"
    example = "sesame/csm-1b"
    layout = Layout(_INNER.title, (*_INNER.patterns, "*.jinja"), _INNER.faults)
    released_rate = 24000
    languages = ("en",)
    honours = ("timeline",)
    approximates = (*FELT, "adjustments")

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        told = told_sentence(call.turn.words)
        if not any(letter.isalnum() for letter in told.text):
            return
        before = _nearest(loaded.heard, call.emotion)
        speaker = _VOICES[voice_number(call.request.voice, _VOICES)]
        inputs = _inputs(loaded, told.text, speaker, before)
        expected = _STEPS_PER_LETTER * len(told.text)
        with (
            seeded(torch_seed(call.job), loaded.device),
            steered_words(loaded.model, loaded.directions.of(call.emotion), loaded.processor.tokenizer),
            _told(loaded, lambda step: call.step(min(step / expected, 1.0))),
        ):
            made = loaded.model.generate(**inputs, output_audio=True)
        put_told(assembly, call, told, made[0].reshape(-1).float().cpu().numpy(), loaded.rate)

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        how = f"a recording of it heard before, and {_HOW}" if loaded.heard else _HOW
        return (
            *steered_aspects(request, how),
            Aspect("voice", "approximated", "The seed draws the voice, or the recordings lead to theirs."),
            Aspect("language", "approximated", "The weights speak English."),
        )

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        import torch
        import transformers

        folder, place = checkpoint.folder, placement("bfloat16")
        model = whole_model(
            transformers.CsmForConditionalGeneration, folder, dtype=getattr(torch, place.dtype)
        )
        model = model.to(place.device).eval()
        processor = transformers.CsmProcessor.from_pretrained(folder, local_files_only=True)

        def encode(sentences: list[str]) -> Encoded:
            inputs = processor.tokenizer(
                sentences, return_tensors="pt", padding=True, add_special_tokens=False
            ).to(place.device)
            return Encoded(model.embed_text_tokens(inputs["input_ids"]), inputs["attention_mask"])

        directions = text_directions(encode, "speech", fingerprint(folder))
        found = reference_files(ENVIRONMENT, folder, self._references) or {}
        rate = int(model.config.codec_config.sampling_rate)
        heard = {label: _read(paths[0], rate) for label, paths in found.items()}
        return _Loaded(model, processor, directions, heard, place.device)


@contextmanager
def steered_words(model: Any, shift: Shift | None, tokenizer: Any) -> Iterator[None]:
    """While the context lasts, the embeddings of the last turn's words are moved by a shift; by None they are not.

    Turns before it, marks of speakers' turns and places of sound stay as they are.

    Args:
        model: CSM, whose ``embed_text_tokens`` is given ids ``(1, n)``.
        shift: of the embeddings.
        tokenizer: knows which ids are marks.
    """
    if shift is None:
        yield
        return

    def move(_: Any, given: tuple[torch.Tensor, ...], found: torch.Tensor) -> torch.Tensor:
        return steered_states(found, _own_words(given[0], model.config, tokenizer), shift.rows)

    with model.embed_text_tokens.register_forward_hook(move):
        yield


def _own_words(ids: torch.Tensor, config: Any, tokenizer: Any) -> torch.Tensor:
    """1 where a token ``(B, n)`` is of the words of the last turn, 0 elsewhere."""
    import torch

    mask = torch.zeros_like(ids)
    for row, line in enumerate(ids.tolist()):
        marks = {config.audio_token_id, config.audio_eos_token_id, *tokenizer.all_special_ids}
        ends = [place for place, token in enumerate(line) if token == config.audio_eos_token_id]
        for place in range(ends[-1] + 1 if ends else 0, len(line)):
            mask[row, place] = int(line[place] not in marks)
    return mask


def _inputs(loaded: _Loaded, text: str, speaker: str, before: Heard | None) -> Any:
    """What the model is given: an earlier turn with its sound, if there is one, and the new turn's text."""
    tokenizer = loaded.processor.tokenizer
    begin, end = tokenizer.bos_token, tokenizer.eos_token
    told, sound = f"{begin}[{speaker}]{text}{end}", {}
    if before is not None:
        places = f"{loaded.processor.audio_token}{loaded.processor.audio_eos_token}"
        told = f"{begin}[{speaker}]{before.text}{end}{places}{told}"
        sound = {"audio": [before.wave]}
    inputs = loaded.processor(text=[told], return_tensors="pt", **sound).to(loaded.device)
    if "input_values" in inputs:
        inputs["input_values"] = inputs["input_values"].to(loaded.model.dtype)
    return inputs


def _nearest(heard: Mapping[str, Heard], emotion: Emotion) -> Heard | None:
    """The recording of the emotion that what is felt is mostly shared with; None where nothing is felt or nothing was heard."""
    shares = direction_shares(emotion, tuple(label for label in heard if label != NEUTRAL))
    return heard[max(shares, key=lambda label: (shares[label], label))] if shares else None


def _read(path: Path, rate: int) -> Heard:
    """A recording with its words.

    Raises:
        InputFileError: the sound cannot be read, or its words are not beside it.
    """
    import soundfile
    import soxr

    words = path.with_suffix(".txt")
    if not words.is_file():
        raise InputFileError(f"The words of {path} are not beside it.", f"Write them into {words.name}.")
    try:
        samples, own = soundfile.read(path, dtype="float32", always_2d=True)
    except (RuntimeError, soundfile.LibsndfileError) as error:
        raise InputFileError(f"{path} cannot be read: {error}", "Give a recording of speech.") from error
    wave = soxr.resample(samples.mean(axis=1), own, rate)
    return Heard(" ".join(words.read_text(encoding="utf-8").split()), wave.astype(np.float32))


@contextmanager
def _told(loaded: _Loaded, report: Any) -> Iterator[None]:
    """While the context lasts, each frame is reported, and the user can cancel; CSM takes no stopping criteria."""
    seen = 0

    def frame(*_: Any) -> None:
        nonlocal seen
        seen += 1
        report(seen)

    with loaded.model.backbone_model.register_forward_hook(frame):
        yield
