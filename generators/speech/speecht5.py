"""SpeechT5 through transformers: the user's own weights, steered by a direction in the space of its speakers.

SpeechT5 speaks as whoever a vector says (an x-vector of 512 numbers for the released weights). Where emotional recordings are given,
or vectors of such, the difference between a label's mean and the neutral one's is added to the vector, times the intensity. Without
them the finished sound is bent to the faders. Its decoder drops units at random even when it speaks: the seed settles that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.errors import EngineError, InputFileError, UnknownNameError
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.checkpoints import (
    Checkpoint,
    Layout,
    placement,
    seeded,
    transformers_layout,
)
from generators.hub.whole_models import whole_model
from generators.speech.assembly import Assembly
from generators.speech.hub import Call, one_voice_aspect, put_told
from generators.speech.references import RECORDINGS, reference_files
from generators.speech.spm_characters import Characters, read_characters
from generators.speech.told_words import told_sentence
from generators.speech.voice_steered import VoiceSteered
from generators.speech.voice_vectors import VoiceDirections, read_vector
from generators.speech.weights import WeightsWithReferences

if TYPE_CHECKING:
    import torch

__all__ = ["SpeechT5"]

ENVIRONMENT = "AFFECT_SPEECHT5_REFERENCES"
_LISTENED = 16000  # hertz; of what speaker encoders of transformers hear
_FRAMES_PER_LETTER = 5  # 62.5 frames a second at about 13 letters; for the progress bar alone
_INNER = transformers_layout(
    "a SpeechT5 checkpoint with its vocoder", "speecht5", ("spm_char.model", "vocab.json")
)


def _faults(folder: Path) -> list[str]:
    """What keeps a folder from being a SpeechT5 with its vocoder."""
    faults = _INNER.faults(folder)
    if not faults and not (folder / "vocoder" / "config.json").is_file():
        return ["folder vocoder is missing (the vocoder microsoft/speecht5_hifigan, saved as safetensors)"]
    return faults


@dataclass(frozen=True)
class _Loaded:
    model: Any
    vocoder: Any
    characters: Characters
    speakers: Mapping[str, torch.Tensor]
    encoder: Any
    directions: VoiceDirections | None
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.vocoder.config.sampling_rate)

    @property
    def width(self) -> int:
        """Of the speakers' vectors."""
        return int(self.model.config.speaker_embedding_dim)


class SpeechT5(VoiceSteered[_Loaded], WeightsWithReferences[_Loaded]):
    """SpeechT5 with weights from a folder or the hub; English.

    Args:
        model: folder or hub id. Beside the weights lie ``vocoder``, perhaps ``speakers`` (``.npy``), ``speaker_encoder`` (an
            x-vector model of transformers, to listen to recordings) and ``references`` (recordings or ``.npy`` by emotion).
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        references: folder of emotional recordings; None looks for ``AFFECT_SPEECHT5_REFERENCES`` and beside the weights.
    """

    name = "speech=speecht5"
    title = "SpeechT5: English in the voice of a vector, steered between emotional voices or bent"
    library = "transformers"
    example = "microsoft/speecht5_tts"
    layout = Layout(
        _INNER.title,
        (*_INNER.patterns, "vocoder/*", "speakers/*.npy", "speaker_encoder/*", "references/*"),
        _faults,
    )
    released_rate = 16000
    languages = ("en",)
    honours = ("emotion", "intensity", "mixture", "timeline", "voice", "adjustments")
    how = "the difference between emotional and neutral voices, added to the speaker's vector"
    bent = "It is set on the finished sound through WORLD."
    without = f"Name a folder of emotional recordings or vectors in {ENVIRONMENT}: neutral.npy, joy.npy."

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        import torch

        told = told_sentence(call.turn.words)
        if not loaded.characters.known(told.text.lower()) and not loaded.characters.known(told.text):
            return
        ids = torch.tensor([loaded.characters.ids(told.text)], device=loaded.device)
        voice = _voice(loaded, call.request.voice)
        shift = loaded.directions.of(call.emotion) if loaded.directions else None
        voice = voice if shift is None else voice + shift.to(voice)
        with seeded(call.seed, loaded.device), torch.no_grad(), _told(loaded, call, ids.shape[1]):
            made = loaded.model.generate_speech(ids, voice[None].to(loaded.device), vocoder=loaded.vocoder)
        put_told(assembly, call, told, made.reshape(-1).float().cpu().numpy(), loaded.rate)

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        rows = (*one_voice_aspect(request.script), Aspect("voice", "honoured"))
        english = request.language.partition("-")[0].casefold() == "en"
        why = "" if english else "The released weights speak English; the text is read letter by letter."
        rows = (*rows, Aspect("language", "honoured" if english else "approximated", why))
        return self._voiced(request, loaded, rows)

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        import torch
        import transformers

        folder, device = checkpoint.folder, placement("float32").device
        model = whole_model(transformers.SpeechT5ForTextToSpeech, folder, dtype=torch.float32)
        vocoder = whole_model(transformers.SpeechT5HifiGan, folder / "vocoder", dtype=torch.float32)
        encoder = _encoder(folder / "speaker_encoder")
        loaded = _Loaded(
            model.to(device).eval(), vocoder.to(device).eval(), read_characters(folder), {}, encoder, None, device
        )  # fmt: skip
        files = sorted((folder / "speakers").glob("*.npy"))
        speakers = {file.stem: _vector(loaded, file) for file in files}
        heard = reference_files(ENVIRONMENT, folder, self._references, (*RECORDINGS, ".npy"))
        vectors = {label: [_vector(loaded, file) for file in found] for label, found in (heard or {}).items()}
        directions = VoiceDirections.between(vectors, "recording")
        return _Loaded(loaded.model, loaded.vocoder, loaded.characters, speakers, encoder, directions, device)


def _voice(loaded: _Loaded, name: str) -> torch.Tensor:
    """The vector ``(d,)`` of a speaker of the weights, of a file's path, or of the first speaker for "".

    Raises:
        EngineError: no voice is named and the weights have none.
        UnknownNameError: there is no such voice.
        InputFileError: the file is no voice.
    """
    if not name and not loaded.speakers:
        raise EngineError(
            "These weights have no speakers of their own.",
            "Name an embedding (.npy) as the voice, or put some into the folder speakers beside the weights.",
        )
    name = name or next(iter(loaded.speakers))
    if name in loaded.speakers:
        return loaded.speakers[name]
    if Path(name).expanduser().is_file():
        return _vector(loaded, Path(name).expanduser())
    raise UnknownNameError(
        "voice", name, loaded.speakers, "The path of an embedding (.npy) would do as well."
    )


def _vector(loaded: _Loaded, path: Path) -> torch.Tensor:
    listen = None if loaded.encoder is None else lambda file: _heard(loaded.encoder, file)
    return read_vector(path, loaded.width, listen)


def _encoder(folder: Path) -> Any:
    """The model that hears who speaks, with its features; None where there is none."""
    import torch
    import transformers

    if not (folder / "config.json").is_file():
        return None
    model = whole_model(transformers.AutoModelForAudioXVector, folder, dtype=torch.float32)
    features = transformers.AutoFeatureExtractor.from_pretrained(folder, local_files_only=True)
    return model.eval(), features


def _heard(encoder: Any, path: Path) -> torch.Tensor:
    """The vector ``(d,)`` of whom a recording lets hear.

    Raises:
        InputFileError: it cannot be read, or is too short.
    """
    import soundfile
    import soxr
    import torch

    model, features = encoder
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        wave = soxr.resample(samples.mean(axis=1), rate, _LISTENED)
        inputs = features(wave, sampling_rate=_LISTENED, return_tensors="pt")
        with torch.no_grad():
            found: torch.Tensor = model(**inputs).embeddings[0]
    except (RuntimeError, ValueError, soundfile.LibsndfileError) as error:
        raise InputFileError(
            f"{path} cannot be listened to: {error}", "Give a few seconds of speech."
        ) from error
    return found.float()


@contextmanager
def _told(loaded: _Loaded, call: Call, letters: int) -> Iterator[None]:
    """While the context lasts, each frame is reported, and the user can cancel."""
    seen = 0

    def frame(*_: Any) -> None:
        nonlocal seen
        seen += 1
        call.step(min(seen / (_FRAMES_PER_LETTER * letters), 1.0))

    with loaded.model.speecht5.decoder.wrapped_decoder.register_forward_hook(frame):
        yield
