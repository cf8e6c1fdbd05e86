"""FastSpeech2Conformer through transformers: the user's own weights, with duration, F0 and energy of each phone set by the faders.

Its three predictors give one number for each phone, and hooks change them before the decoder hears of them: durations in frames, F0
and energy in the units that it was trained in. What else the faders ask for is set on the finished sound through WORLD. Text is read by the
built-in voice's reader. Where nothing is asked for there is no hook: the library's bare call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import EngineError, RequestError
from conditioning.script import Script
from generators.base import Aspect, Fulfilment, Job, Phone, SpeechRequest, Word
from generators.checkpoints import Checkpoint, placement, seeded, transformers_layout
from generators.hub.whole_models import whole_model
from generators.speech.arpabet import ArpabetPhone, arpabet, arpabet_units
from generators.speech.assembly import Assembly
from generators.speech.bent_sentences import put_bent
from generators.speech.delivery import readings_told
from generators.speech.emphasis import emphasised
from generators.speech.estimate import Estimate
from generators.speech.hub import Call, HubSpeech, Turn, bent_aspects, one_voice_aspect, unchanged
from generators.speech.prosody import Controls
from generators.speech.reading import Reader, Sentence
from generators.speech.timing import IPA

__all__ = ["FastSpeech2", "moved_durations", "moved_energy", "moved_pitch"]

_EXAMPLE = "espnet/fastspeech2_conformer_with_hifigan"
_INSIDE = (
    "rate", "vowel", "pause", "pitch", "pitch_range", "declination", "accent", "final", "effort", "loudness_range",
)  # fmt: skip
_ENDING = 0.35  # seconds over which the final rise or fall acts, as in the built-in voice
_BENT = "Durations, F0 and energy are set inside the model, the voice's quality on the finished sound through WORLD."
_END = "<sos/eos>"
_RATE = 22050  # of the released vocoder, whose settings do not name it


@dataclass(frozen=True)
class _Loaded:
    model: Any
    tokens: dict[str, int]
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return _RATE

    @property
    def frame(self) -> float:
        """Seconds of a frame of durations."""
        return float(np.prod(self.model.config.vocoder_config.upsample_rates)) / self.rate


class FastSpeech2(HubSpeech[_Loaded]):
    """FastSpeech2Conformer with weights from a folder or the hub; English.

    Args:
        model: folder or hub id, such as ``"espnet/fastspeech2_conformer_with_hifigan"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name = "speech=fastspeech2"
    title = "FastSpeech2Conformer: English, each phone's duration, F0 and energy set by the emotion"
    library = "transformers"
    example = _EXAMPLE
    layout = transformers_layout(
        "a FastSpeech2Conformer checkpoint with its vocoder",
        "fastspeech2_conformer_with_hifigan",
        ("vocab.json",),
    )
    released_rate = _RATE
    languages = ("en", "en-US")
    honours = ("emotion", "intensity", "mixture", "timeline", "adjustments")
    unsaid = "Nothing can be pronounced in"

    @cached_property
    def _reader(self) -> Reader:
        return Reader()

    def _check(self, request: SpeechRequest) -> None:
        if request.language.partition("-")[0].casefold() != "en":
            raise RequestError(f"The voice speaks English, not {request.language!r}.", "Choose speech=pico.")
        if request.voice:
            raise RequestError("The weights have one voice.", "Leave the voice away.")

    def _turns(self, script: Script) -> Iterator[Turn]:
        for sentence in self._reader.sentences(script):
            yield Turn(sentence.words, sentence.span, sentence.pause, read=sentence)

    def _load(self, checkpoint: Checkpoint, job: Job) -> _Loaded:
        return _load_fastspeech2(checkpoint.folder)

    def _say(self, loaded: _Loaded, assembly: Assembly, call: Call) -> None:
        import torch

        sentence: Sentence = call.turn.read
        phones = arpabet(sentence, loaded.tokens)
        if not any(not phone.silent for phone in phones):
            return
        spans = np.array([sentence.span_of_group(phone.group) for phone in phones])
        degrees = [sentence.word_of_group(phone.group).emphasis or 0.0 for phone in phones]
        along = emphasised(call.controls.at(spans), degrees)
        ids = torch.tensor([[*(loaded.tokens[phone.token] for phone in phones), loaded.tokens[_END]]])
        with seeded(call.seed, loaded.device), torch.no_grad(), _steered(loaded, phones, along) as frames:
            sound = loaded.model(ids.to(loaded.device)).waveform.reshape(-1).float().cpu().numpy()
        said = _said(sentence, phones, np.cumsum(frames[0][: len(phones)]) * loaded.frame)
        rest, plain = unchanged(call.controls, _INSIDE), [0.0] * len(sentence.words)
        put_bent(assembly, sound, loaded.rate, said, sentence.words, plain, rest, call.job.rng(call.number))

    def _fulfilment(self, request: SpeechRequest, loaded: _Loaded) -> Fulfilment:
        return (
            *bent_aspects(request, _BENT, "How many semitones a unit of its F0 is, is an assumption."),
            *one_voice_aspect(request.script),
            Aspect("language", "honoured"),
            *readings_told(request.script),
        )


def moved_durations(frames: np.ndarray, phones: Sequence[ArpabetPhone], controls: Controls) -> np.ndarray:
    """Whole frames of each phone after rate, length of stressed vowels and pauses ``(n,)``; the borders are rounded.

    Args:
        frames: as predicted ``(n,)``.
        phones: n of them.
        controls: along the phones.
    """
    silent = np.array([phone.silent for phone in phones])
    stressed = np.array([phone.vowel and phone.stress == 1 for phone in phones])
    factor = np.where(silent, controls["pause"], 1 / controls["rate"]) * np.where(
        stressed, controls["vowel"], 1
    )
    if np.all(factor == 1.0):
        return frames
    borders = np.rint(np.cumsum(frames * factor)).astype(np.int64)
    return np.asarray(np.maximum(np.diff(borders, prepend=0), np.minimum(frames, 1)))


def moved_pitch(
    pitch: np.ndarray, phones: Sequence[ArpabetPhone], frames: np.ndarray, frame: float, controls: Controls
) -> np.ndarray:
    """F0 of each phone after its faders ``(n,)``, in the network's unit.

    Args:
        pitch: as predicted ``(n,)``.
        phones: n of them.
        frames: of each ``(n,)``.
        frame: seconds of one.
        controls: along the phones.
    """
    spoken = np.array([not phone.silent for phone in phones])
    if not spoken.any():
        return pitch
    ends = np.cumsum(frames) * frame
    middle = ends - frames * frame / 2
    first, last = middle[spoken][0], middle[spoken][-1]
    place = np.clip((middle - first) / max(last - first, 1e-6), 0, 1)
    near = np.clip(1 - (ends[spoken][-1] - middle) / _ENDING, 0, 1)
    stressed = np.array([phone.vowel and phone.stress == 1 for phone in phones])
    change = controls["pitch"] + controls["declination"] * (place - 0.5) + controls["accent"] * stressed
    change = change + controls["final"] * near**1.5
    swing = (controls["pitch_range"] - 1) * (pitch - np.median(pitch[spoken]))
    return np.asarray(pitch + swing + change / arpabet_units()["semitones"])


def moved_energy(energy: np.ndarray, phones: Sequence[ArpabetPhone], controls: Controls) -> np.ndarray:
    """Energy of each phone after vocal effort and loudness range ``(n,)``, in the network's unit; marks stay."""
    spoken = np.array([not phone.silent for phone in phones])
    if not spoken.any():
        return energy
    swing = (controls["loudness_range"] - 1) * (energy - np.median(energy[spoken]))
    return np.where(spoken, energy + swing + controls["effort"] * arpabet_units()["effort"], energy)


def _load_fastspeech2(folder: Path) -> _Loaded:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    place = placement("float32")
    model: Any = whole_model(transformers.FastSpeech2ConformerWithHifiGan, folder, dtype=torch.float32)
    tokens = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    if not isinstance(tokens, dict) or not {_END, "AH0", "T"} <= set(tokens):
        raise EngineError(
            f"The vocabulary of {folder} is not ARPAbet.", "Give one like that of " + _EXAMPLE + "."
        )
    return _Loaded(model.to(place.device).eval(), tokens, place.device)


@contextmanager
def _steered(loaded: _Loaded, phones: Sequence[ArpabetPhone], along: Controls) -> Iterator[list[np.ndarray]]:
    """While the context lasts, the predictors give what the faders ask for; gives the durations that came of it.

    The network asks for F0 and energy before durations, so those are planned at the pace of the controls alone.
    """
    import torch

    heard: list[np.ndarray] = []
    count, still = len(phones), along.neutral(_INSIDE)
    planned = np.array([4.0 / rate for rate in along["rate"]])

    def durations(_: Any, __: Any, found: torch.Tensor) -> torch.Tensor | None:
        frames = found.detach().cpu().numpy().reshape(-1)
        if still:
            heard.append(frames)
            return None
        moved = np.concatenate([moved_durations(frames[:count], phones, along), frames[count:]])
        heard.append(moved)
        return torch.as_tensor(moved).to(found).reshape(found.shape)

    def contour(move: Any) -> Any:
        def hook(_: Any, __: Any, found: torch.Tensor) -> torch.Tensor:
            values = found.detach().cpu().numpy().reshape(-1).astype(float)
            moved = np.concatenate([move(values[:count]), values[count:]])
            return torch.as_tensor(moved).to(found).reshape(found.shape)

        return hook

    inner = loaded.model.model
    handles = [inner.duration_predictor.register_forward_hook(durations)]
    if not still:
        pitch = contour(lambda v: moved_pitch(v, phones, planned, loaded.frame, along))
        energy = contour(lambda v: moved_energy(v, phones, along))
        handles.append(inner.pitch_predictor.register_forward_hook(pitch))
        handles.append(inner.energy_predictor.register_forward_hook(energy))
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def _said(sentence: Sentence, phones: Sequence[ArpabetPhone], ends: np.ndarray) -> Estimate:
    """Words and phones at the times that the durations give."""
    starts = np.concatenate([[0.0], ends[:-1]])
    found: list[Phone] = []
    heard: dict[int, tuple[float, float]] = {}
    for phone, start, end in zip(phones, starts.tolist(), ends.tolist(), strict=True):
        if not phone.silent:
            symbol = "".join(IPA.get(letter, letter) for letter in phone.symbol)
            found.append(Phone(symbol, start, end, phone.stress))
            heard[phone.group] = (heard.get(phone.group, (start, end))[0], end)
    words: list[Word] = []
    owners: list[int] = []
    for block in sentence.blocks:
        times = [heard[group] for group in range(*block.groups) if group in heard]
        if times:
            first, last = block.words
            borders = np.linspace(times[0][0], times[-1][1], last - first + 1)
            words += [
                Word(sentence.words[w].text, float(a), float(b))
                for w, a, b in zip(range(first, last), borders, borders[1:], strict=False)
            ]
            owners += range(first, last)
    return Estimate(tuple(words), tuple(owners), tuple(found))
