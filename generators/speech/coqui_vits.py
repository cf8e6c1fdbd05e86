"""VITS through coqui-tts: the user's own weights, by tempo and, where speakers are named after emotions, by a direction between them.

VITS knows no emotion, but some checkpoints were trained on one person acting several, each as a speaker of its own. The difference
between such speakers' embeddings is then a direction, added to the embedding of whoever speaks. Otherwise the finished sound is bent to
the faders. Tempo is set inside the model either way.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.errors import EngineError
from external.safe_weights import kind_fault, read_object
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.checkpoints import Checkpoint, Layout, placement, seeded
from generators.speech.assembly import Assembly
from generators.speech.hub import (
    Call,
    one_voice_aspect,
    put_told,
    unchanged,
    voice_number,
)
from generators.speech.letter_times import letter_places, said_at
from generators.speech.references import NEUTRAL
from generators.speech.told_words import told_sentence
from generators.speech.voice_steered import VoiceSteered
from generators.speech.voice_vectors import VoiceDirections, emotional_speakers

if TYPE_CHECKING:
    import torch

__all__ = ["CoquiVits"]

_WEIGHTS = ("model.pth", "model_file.pth")  # coqui-tts's trainer; its downloads
_SPEAKERS = ("speakers.pth", "speaker_ids.json", "speakers.json")
_LANGUAGES = ("language_ids.json", "language_ids.pth")


def _faults(folder: Path) -> list[str]:
    """What keeps a folder from being a VITS of coqui-tts."""
    config, fault = read_object(folder / "config.json")
    if fault:
        return [f"config.json {fault}"]
    if config.get("model") != "vits":
        return [kind_fault("config.json", config.get("model"), "vits")]
    if not any((folder / name).is_file() for name in _WEIGHTS):
        return [f"{_WEIGHTS[0]} is missing"]
    return []


@dataclass(frozen=True)
class _Loaded:
    model: Any
    directions: VoiceDirections | None
    default: int
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.model.config.audio.sample_rate)

    @property
    def frame(self) -> float:
        """Seconds of a frame of durations."""
        return float(self.model.config.audio.hop_length) / self.rate

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the speakers, in the order of their embeddings; none where there is but one."""
        manager = self.model.speaker_manager
        return tuple(sorted(manager.name_to_id, key=manager.name_to_id.get)) if manager else ()


class CoquiVits(VoiceSteered[_Loaded]):
    """VITS of coqui-tts with weights from a folder or the hub.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name = "speech=coqui-vits"
    title = "VITS of coqui-tts: the voices of its weights, steered by speakers named after emotions or bent"
    library = "coqui-tts"
    code_licence = "MPL-2.0"
    example = ""
    layout = Layout(
        "a VITS checkpoint of coqui-tts", ("config.json", *_WEIGHTS, *_SPEAKERS, *_LANGUAGES), _faults
    )
    released_rate = 22050
    honours = ("emotion", "intensity", "mixture", "timeline", "voice", "adjustments")
    how = "the difference between speakers named after emotions, added to the voice's embedding"
    bent = "It is set on the finished sound through WORLD; its pace is set inside the model."
    without = "Take weights whose speakers are named after emotions, such as Ana-neutral and Ana-angry."

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        return _load_vits(checkpoint.folder)

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        import torch

        told, model = told_sentence(call.turn.words), loaded.model
        language = call.request.language.partition("-")[0]
        ids = model.tokenizer.text_to_ids(told.text, language=_own_language(model, language))
        if not any(letter.isalnum() for letter in told.text) or not ids:
            return
        voice, voices = call.request.voice, loaded.voices
        number = voice_number(voice, voices) if voice else loaded.default
        shift = loaded.directions.of(call.emotion) if loaded.directions else None
        x = torch.tensor([ids], device=loaded.device)
        aux: dict[str, Any] = {"x_lengths": torch.tensor([len(ids)], device=loaded.device)}
        if voices:
            aux["speaker_ids"] = torch.tensor([number], device=loaded.device)
        pace = float(call.controls["rate"][call.turn.span])
        with seeded(call.seed, loaded.device), _at_pace(model, pace), _moved(model, shift):
            made = model.inference(x, aux_input=aux)
        sound = made["model_outputs"].reshape(-1).float().cpu().numpy()
        ends = np.cumsum(made["durations"].reshape(-1).float().cpu().numpy()) * loaded.frame
        letters = [len(_letters(model, part)) if part else 0 for part in told.heard]
        said = said_at(
            told, letter_places(letters, len(ids), blanks=bool(model.tokenizer.add_blank)), ends, language
        )
        rest = replace(call, controls=unchanged(call.controls, ("rate",)))
        put_told(assembly, rest, told, sound, loaded.rate, said)

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        why = f"The weights speak their own language ({loaded.model.config.phoneme_language or 'not named'})."
        rows = (
            *one_voice_aspect(request.script),
            Aspect("voice", "honoured"),
            Aspect("language", "approximated", why),
        )
        return self._voiced(request, loaded, rows)


def _load_vits(folder: Path) -> _Loaded:
    """The checkpoint of a complete folder.

    Raises:
        EngineError: the weights hold more than numbers, or know voices by vectors of a recording.
    """
    from generators.hub.torchaudio_standin import ensure_torchaudio

    ensure_torchaudio()
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits

    config = VitsConfig()
    config.load_json(str(folder / "config.json"))
    # The trainer writes the paths of its own machine; what the folder has takes their place.
    config.speakers_file = config.model_args.speakers_file = _beside(folder, _SPEAKERS)
    config.language_ids_file = config.model_args.language_ids_file = _beside(folder, _LANGUAGES)
    if config.model_args.use_d_vector_file:
        raise EngineError(
            f"The weights in {folder} know voices by vectors of recordings (d-vectors), which this engine does not take.",
            "Take weights with speakers of their own, or clone a voice with speech=xtts.",
        )
    try:
        model = Vits(config)
        weights = next(folder / name for name in _WEIGHTS if (folder / name).is_file())
        model.load_checkpoint(config, str(weights), eval=True)
    except pickle.UnpicklingError as error:
        raise EngineError(
            f"The weights in {folder} hold more than numbers and are not loaded.",
            "Use a checkpoint written by coqui-tts.",
        ) from error
    device = placement("float32").device
    directions, default = _directions(model)
    return _Loaded(model.to(device), directions, default, device)


def _directions(model: Any) -> tuple[VoiceDirections | None, int]:
    """The directions between speakers of one person that are named after emotions, and the speaker for no name."""
    if model.speaker_manager is None or not model.speaker_manager.name_to_id:
        return None, 0
    known = dict(model.speaker_manager.name_to_id)
    persons = emotional_speakers(known)
    vectors: dict[str, list[torch.Tensor]] = {}
    for speakers in persons.values():
        # A person's own neutral is taken away first, so that persons are not told apart by the mean.
        own = model.emb_g.weight[known[speakers[NEUTRAL]]].detach()
        for label, speaker in speakers.items():
            vectors.setdefault(label, []).append(model.emb_g.weight[known[speaker]].detach() - own)
    default = min(known.values())
    if persons:
        default = known[next(iter(persons.values()))[NEUTRAL]]
    return VoiceDirections.between(vectors, "speaker"), default


@contextmanager
def _moved(model: Any, shift: torch.Tensor | None) -> Iterator[None]:
    """While the context lasts, the speaker's embedding is moved by a shift ``(d,)``; by None it is not."""
    if shift is None:
        yield
        return
    with model.emb_g.register_forward_hook(lambda _, __, found: found + shift.to(found)):
        yield


@contextmanager
def _at_pace(model: Any, pace: float) -> Iterator[None]:
    """While the context lasts, the model speaks so many times as fast."""
    plain = model.length_scale
    model.length_scale = plain / pace
    try:
        yield
    finally:
        model.length_scale = plain


def _letters(model: Any, word: str) -> list[int]:
    """The symbols of a word alone, without blanks; none where the model reads phonemes."""
    tokenizer = model.tokenizer
    if tokenizer.phonemizer:
        return []
    cleaned = tokenizer.text_cleaner(word, lang=None) if tokenizer.text_cleaner else word
    return list(tokenizer.encode(cleaned))


def _own_language(model: Any, language: str) -> str | None:
    """The model's name of a language; None where it knows but one."""
    manager = model.language_manager
    return language if manager and language in manager.name_to_id else None


def _beside(folder: Path, names: tuple[str, ...]) -> str | None:
    return next((str(folder / name) for name in names if (folder / name).is_file()), None)
