"""Dia through transformers: the user's own weights, by sounds in its text and a direction in the states of its text encoder.

Dia makes sounds that are no words where its text names them in brackets, so the script's laughs and sighs are asked of it, and a
strongly felt emotion begins with its own. With guidance its encoder reads two rows, the text and an empty one: the first alone is
steered. It has no voices: the seed draws one, and is the same for all turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from external.safe_weights import fingerprint, kind_fault, read_object
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.checkpoints import (
    Checkpoint,
    Layout,
    find_checkpoint,
    placement,
    seeded,
    torch_seed,
    transformers_layout,
)
from generators.hub.direction_store import text_directions
from generators.hub.directions import Encoded, Shift, TextDirections, steered_states
from generators.hub.token_tick import stopping
from generators.hub.whole_models import whole_model
from generators.speech.assembly import Assembly
from generators.speech.hub import Call, put_told, steered_aspects, voice_number
from generators.speech.text_steered import TextSteered
from generators.speech.told_words import ToldWords, told_sentence
from generators.steering import FELT

if TYPE_CHECKING:
    import torch

__all__ = ["Dia", "guided_encoder"]

_VOICES = ("S1", "S2")
_CODEC = "descript/dac_44khz"
_HOW = "sounds in its text and a direction in the states of its text encoder"
_STEPS_PER_LETTER = 6  # 86 steps a second at about 15 letters; for the progress bar alone
_INNER = transformers_layout("a Dia checkpoint of transformers", "dia", ("tokenizer_config.json",))


def _codec_faults(folder: Path) -> list[str]:
    """What keeps a folder from being a DAC codec."""
    config, fault = read_object(folder / "config.json")
    if fault:
        return [f"config.json {fault}"]
    if config.get("model_type") != "dac":
        return [kind_fault("config.json", config.get("model_type"), "dac")]
    return [] if (folder / "model.safetensors").is_file() else ["model.safetensors is missing"]


_CODEC_LAYOUT = Layout("a DAC codec of transformers", ("*.json", "*.safetensors"), _codec_faults)


@dataclass(frozen=True)
class _Loaded:
    model: Any
    processor: Any
    codec: Any
    directions: TextDirections
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.codec.config.sampling_rate)

    @property
    def marks(self) -> dict[str, Any]:
        """What Dia's processor has to know of the codes; its own are those of the released weights."""
        decoder = self.model.config.decoder_config
        return {
            "delay_pattern": self.model.config.delay_pattern, "eos_token_id": decoder.eos_token_id,
            "pad_token_id": decoder.pad_token_id, "bos_token_id": decoder.bos_token_id,
        }  # fmt: skip


class Dia(TextSteered[_Loaded]):
    """Dia with weights from a folder or the hub; English.

    Args:
        model: folder or hub id, such as ``"nari-labs/Dia-1.6B-0626"``. A folder has the codec in ``codec``; without one
            ``descript/dac_44khz`` is taken from the local cache.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name = "speech=dia"
    title = "Dia: two speakers with laughs and sighs, steered by sounds and a direction in their text"
    library = "transformers"
    example = "nari-labs/Dia-1.6B-0626"
    layout = Layout(_INNER.title, (*_INNER.patterns, "codec/*"), _INNER.faults)
    released_rate = 44100
    languages = ("en",)
    honours = ("timeline", "sounds")
    approximates = (*FELT, "adjustments")

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        told = told_sentence(call.turn.words)
        if not any(letter.isalnum() for letter in told.text):
            return
        script = call.request.script
        text = f"[{_speaker(script, call)}] {_with_sounds(told, script.spans[call.turn.span], call)}"
        inputs = loaded.processor(text=[text], padding=True, **loaded.marks).to(loaded.device)
        expected = _STEPS_PER_LETTER * len(text)
        with (
            seeded(torch_seed(call.job), loaded.device),
            guided_encoder(loaded.model.model.encoder, loaded.directions.of(call.emotion)),
        ):
            codes = loaded.model.generate(
                **inputs, stopping_criteria=stopping(lambda step: call.step(min(step / expected, 1.0)))
            )
        sound = loaded.processor.batch_decode(codes, **loaded.marks)[0]
        put_told(assembly, call, told, sound.reshape(-1).float().cpu().numpy(), loaded.rate)

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        script = request.script
        unmade = [name for name in script.sounds if name not in _table()["sounds"]]
        sounds: Fulfilment = ()
        if script.sounds:
            why = "Asked of the model in its text; those beside no word of their span are left out."
            why += f" It has no {', '.join(unmade)}." if unmade else ""
            sounds = (Aspect("sounds", "approximated", why),)
        return (
            *steered_aspects(request, _HOW, sounds=sounds),
            Aspect(
                "voice", "approximated", "The seed draws the voice; the script chooses between two speakers."
            ),
            Aspect("language", "approximated", "The weights speak English."),
        )

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        import torch
        import transformers

        folder, place = checkpoint.folder, placement()
        inside = folder / "codec"
        sound = find_checkpoint(
            str(inside) if inside.is_dir() else _CODEC, _CODEC_LAYOUT, f"{self.name}'s codec", _CODEC,
            allow_download=self.weights.allow_download, job=job,
        ).folder  # fmt: skip
        model = whole_model(
            transformers.DiaForConditionalGeneration, folder, dtype=getattr(torch, place.dtype)
        )
        codec = whole_model(transformers.DacModel, sound, dtype=torch.float32)
        model, codec = model.to(place.device).eval(), codec.to(place.device).eval()
        tokenizer = transformers.DiaTokenizer.from_pretrained(folder, local_files_only=True)
        features = transformers.DiaFeatureExtractor(sampling_rate=codec.config.sampling_rate)
        processor = transformers.DiaProcessor(features, tokenizer, codec)

        def encode(sentences: list[str]) -> Encoded:
            texts = [f"[{_VOICES[0]}] {sentence}" for sentence in sentences]
            inputs = tokenizer(texts, return_tensors="pt", padding=True).to(place.device)
            return Encoded(model.model.encoder(**inputs).last_hidden_state, inputs["attention_mask"])

        directions = text_directions(encode, "speech", fingerprint(folder))
        return _Loaded(model, processor, codec, directions, place.device)


@contextmanager
def guided_encoder(encoder: torch.nn.Module, shift: Shift | None) -> Iterator[None]:
    """While the context lasts, the states of an encoder's texts are moved by a shift, and those of its empty rows are not.

    The rows of guidance come behind those of the texts and hold zeros alone, which no text does.

    Args:
        encoder: gives an output with ``last_hidden_state``; is called with ``input_ids`` and perhaps ``attention_mask``.
        shift: of the states; None leaves the encoder as it is.
    """
    if shift is None:
        yield
        return

    def move(_: torch.nn.Module, given: Any, keywords: dict[str, Any], output: Any) -> Any:
        ids: torch.Tensor = keywords["input_ids"] if "input_ids" in keywords else given[0]
        mask = keywords.get("attention_mask")
        told = (ids != 0).any(dim=1, keepdim=True)  # (B, 1)
        mask = told.expand_as(ids) if mask is None else told * mask
        output.last_hidden_state = steered_states(output.last_hidden_state, mask, shift.rows)
        return output

    with encoder.register_forward_hook(move, with_kwargs=True):
        yield


def _speaker(script: Script, call: Call) -> str:
    """Dia's speaker of a turn: the voice asked for, else the script's first two speakers in their order."""
    if call.request.voice:
        return _VOICES[voice_number(call.request.voice, _VOICES)]
    known = list(dict.fromkeys(span.speaker for span in script.spans))
    return _VOICES[known.index(script.spans[call.turn.span].speaker) % 2]


def _with_sounds(told: ToldWords, span: Span, call: Call) -> str:
    """The text of a turn with Dia's marks of its sounds, where they are asked for and where the emotion begins with one."""
    names: Mapping[str, str] = _table()["sounds"]
    words = [word for word in told.heard if word]
    before = call.turn.before
    marked = [(sound.at - before, names[sound.name]) for sound in span.sounds if sound.name in names]
    last = before + len(words) >= len(span.text.split())
    inside = [(at, mark) for at, mark in marked if 0 <= at < len(words) or (last and at == len(words))]
    for at, mark in sorted(inside, reverse=True):
        words.insert(at, f"({mark})")
    own = _felt_sound(call.emotion) if before == 0 else ""
    return " ".join([f"({own})", *words] if own and not inside else words)


def _felt_sound(emotion: Emotion) -> str:
    """The sound that an emotion begins with; "" for none."""
    felt: Mapping[str, Any] = _table()["felt"]
    if emotion.intensity < felt["from"] or not emotion.mixture:
        return ""
    return str(felt.get(max(emotion.mixture, key=lambda label: (emotion.mixture[label], label)), ""))


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = asset_table("steering", "words.toml")["dia"]
    return found
