"""FastSpeech2Conformer through transformers: the user's own weights, with duration, F0 and energy of each phone set by the faders.

Its three predictors give one number for each phone, and hooks change them before the decoder hears of them: durations in frames, F0
and energy in the units that it was trained in. What else the faders ask for is set on the finished sound through WORLD. Text is read by the
built-in voice's reader. Where nothing is asked for there is no hook: the library's bare call.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import EngineError, RequestError
from conditioning.faders import fader_set
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
from generators.speech.arpabet import ArpabetPhone, arpabet, arpabet_units
from generators.speech.assembly import Assembly, timeline
from generators.speech.bent_sentences import put_bent
from generators.speech.characters import Character
from generators.speech.delivery import prosody_left_out, readings_told
from generators.speech.emphasis import emphasised
from generators.speech.estimate import Estimate
from generators.speech.prosody import Controls, span_controls
from generators.speech.reading import Reader, Sentence
from generators.speech.sounds import sounds_left_out
from generators.speech.styles import styled, styles_approximated
from generators.speech.timing import IPA
from generators.speech.touches import touches_left_out

__all__ = ["FastSpeech2", "moved_durations", "moved_energy", "moved_pitch"]

NAME = "speech=fastspeech2"
EXAMPLE = "espnet/fastspeech2_conformer_with_hifigan"
LAYOUT = transformers_layout(
    "a FastSpeech2Conformer checkpoint with its vocoder",
    "fastspeech2_conformer_with_hifigan",
    ("vocab.json",),
)
_PLAIN = Character("plain", "female", "adult", "Whoever the weights speak as.")
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


class FastSpeech2:
    """FastSpeech2Conformer with weights from a folder or the hub; English.

    Args:
        model: folder or hub id, such as ``"espnet/fastspeech2_conformer_with_hifigan"``.
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
            title="FastSpeech2Conformer: English, each phone's duration, F0 and energy set by the emotion",
            version=f"transformers {version('transformers')}",
            licence=f"Apache-2.0 (code); weights: {licence}",
            languages=("en", "en-US"),
            sample_rate=_RATE,
            honours=("emotion", "intensity", "mixture", "timeline", "adjustments"),
            needs=needs_line(self._model, NAME, EXAMPLE),
        )

    @cached_property
    def _reader(self) -> Reader:
        return Reader()

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The script spoken.

        Raises:
            EngineError: no weights are given, they are not here, or they are of another kind.
            RequestError: the language is not English, a voice is named, or nothing can be pronounced.
            Cancelled: the user has stopped the work.
        """
        if request.language.partition("-")[0].casefold() != "en":
            raise RequestError(f"The voice speaks English, not {request.language!r}.", "Choose speech=pico.")
        if request.voice:
            raise RequestError("The weights have one voice.", "Leave the voice away.")
        script, job = request.script, request.job
        people = [_PLAIN] * len(script.spans)
        controls = span_controls([span.emotion for span in script.spans], people, request.adjustments)
        controls = styled(controls, script, request.style)
        with self._busy:
            loaded = self._load(job)
            assembly = Assembly(loaded.rate, len(script.spans))
            total, done = max(len(script.text), 1), 0
            for number, sentence in enumerate(self._reader.sentences(script)):
                job.step(min(done, total), total, "speaking")
                if sentence.pause:
                    assembly.silence(sentence.pause, sentence.span)
                _say(loaded, assembly, sentence, controls, job, number)
                done += sum(len(word.text) + 1 for word in sentence.words)
        if not assembly.phones:
            raise RequestError(
                f"Nothing in the script can be pronounced: {script.text[:40]!r}.", "Write some English words."
            )
        job.step(total, total, "speaking")
        stretches = assembly.stretches()
        return SpeechTrack(
            assembly.audio(), tuple(assembly.words), tuple(assembly.phones), stretches, timeline(script, stretches),
            _fulfilment(request),
        )  # fmt: skip

    def _load(self, job: Job) -> _Loaded:
        if self._loaded is None:
            found = find_checkpoint(
                self._model, LAYOUT, NAME, EXAMPLE, allow_download=self._allow_download, job=job
            )
            job.step(0, 1, f"loading {found.name}")
            self._loaded = _load_fastspeech2(found.folder)
        return self._loaded


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
    model: Any = transformers.FastSpeech2ConformerWithHifiGan.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    tokens = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    if not isinstance(tokens, dict) or not {_END, "AH0", "T"} <= set(tokens):
        raise EngineError(
            f"The vocabulary of {folder} is not ARPAbet.", "Give one like that of " + EXAMPLE + "."
        )
    return _Loaded(model.to(place.device).eval(), tokens, place.device)


def _say(
    loaded: _Loaded, assembly: Assembly, sentence: Sentence, controls: Controls, job: Job, number: int
) -> None:
    """Speak one sentence and put it behind the others."""
    import torch

    phones = arpabet(sentence, loaded.tokens)
    if not any(not phone.silent for phone in phones):
        return
    spans = np.array([sentence.span_of_group(phone.group) for phone in phones])
    degrees = [sentence.word_of_group(phone.group).emphasis or 0.0 for phone in phones]
    along = emphasised(controls.at(spans), degrees)
    ids = torch.tensor([[*(loaded.tokens[phone.token] for phone in phones), loaded.tokens[_END]]])
    with (
        seeded(torch_seed(job, number), loaded.device),
        torch.no_grad(),
        _steered(loaded, phones, along) as frames,
    ):
        sound = loaded.model(ids.to(loaded.device)).waveform.reshape(-1).float().cpu().numpy()
    said = _said(sentence, phones, np.cumsum(frames[0][: len(phones)]) * loaded.frame)
    faders = fader_set("prosody").faders
    rest = {n: np.full_like(v, faders[n].neutral) if n in _INSIDE else v for n, v in controls.values.items()}
    plain = [0.0] * len(sentence.words)
    put_bent(assembly, sound, loaded.rate, said, sentence.words, plain, Controls(rest), job.rng(number))


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


def _fulfilment(request: SpeechRequest) -> Fulfilment:
    script = request.script
    felt = any(span.emotion.intensity > 0 for span in script.spans)
    names = ("emotion", "intensity", "mixture", "timeline")
    rows = [Aspect(name, "approximated" if felt else "honoured", _BENT if felt else "") for name in names]
    if request.adjustments:
        why = f"{_BENT} How many semitones a unit of its F0 is, is an assumption."
        rows.append(Aspect("adjustments", "approximated", why))
    strange = sorted({span.speaker for span in script.spans if span.speaker})
    if strange:
        rows.append(Aspect("speaker", "ignored", f"{', '.join(strange)}: one voice says all."))
    rows.append(Aspect("language", "honoured"))
    left_out = (*prosody_left_out(script), *sounds_left_out(script), *touches_left_out(request))
    return (*rows, *readings_told(script), *styles_approximated(script, request.style, _BENT), *left_out)
