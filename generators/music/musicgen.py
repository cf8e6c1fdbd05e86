"""MusicGen through transformers: the user's own weights, steered by words and by a direction in its text encoder.

MusicGen encodes the conditional prompt alone and appends zeros for the unconditional half of its guidance afterwards, so
a hook on the text encoder moves exactly the conditional half. (Handing it ``encoder_outputs`` instead would switch the
guidance off without a word.) Pieces longer than its training length, and pieces whose emotion changes, are made in
stretches: each continues the sound before it and has the mean emotion of its own time.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from generators.base import Aspect, Audio, Description, Job, MusicRequest, MusicTrack
from generators.checkpoints import (
    find_checkpoint,
    known_settings,
    licence_line,
    needs_line,
    placement,
    seeded,
    torch_seed,
    transformers_layout,
)
from generators.directions import Encoded, Shift, TextDirections, steered_encoder
from generators.steering import (
    fader_aspect,
    felt_aspects,
    is_constant,
    mean_emotion,
    phrasing,
    prompt_words,
)

if TYPE_CHECKING:
    import torch

    from conditioning.timeline import Timeline

__all__ = ["Musicgen", "continued", "fit_stereo"]

NAME = "music=musicgen"
EXAMPLE = "facebook/musicgen-small"
LAYOUT = transformers_layout("a MusicGen checkpoint of transformers", "musicgen")


@dataclass(frozen=True)
class _Loaded:
    """A model with its tokenizer and directions."""

    model: Any
    tokenizer: Any
    directions: TextDirections
    device: str

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return int(self.model.config.audio_encoder.sampling_rate)


class Musicgen:
    """MusicGen with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"facebook/musicgen-small"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        longest: seconds that one call makes at most; None for what MusicGen was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    def __init__(
        self,
        model: str = "",
        *,
        allow_download: bool | None = None,
        longest: float | None = None,
        stride: float | None = None,
    ) -> None:
        settings = known_settings("musicgen")
        self._model, self._allow_download = model, allow_download
        self._longest = settings["longest"] if longest is None else longest
        self._changing_stride = settings["changing_stride"] if stride is None else stride
        self._steady_stride = settings["stride"] / settings["longest"] * self._longest
        self._join = settings["join"]
        self._loaded: _Loaded | None = None
        self._busy = threading.Lock()

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        licence = licence_line(self._model) if self._model else "that of the weights given"
        return Description(
            name=NAME + (f":{self._model}" if self._model else ""),
            title="MusicGen: music from a prompt, steered by emotion",
            version=f"transformers {version('transformers')}",
            licence=f"Apache-2.0 (code); weights: {licence}",
            sample_rate=32000,
            honours=("text", "duration"),
            needs=needs_line(self._model, NAME, EXAMPLE),
        )

    def generate(self, request: MusicRequest) -> MusicTrack:
        """Music of exactly the duration asked for.

        Raises:
            EngineError: no weights are given, they are not here, or they are not MusicGen's.
            Cancelled: the user has stopped the work.
        """
        with self._busy:
            loaded = self._load(request.job)
            with seeded(torch_seed(request.job), loaded.device):
                wave = self._compose(loaded, request)
        timeline = request.conditioning.timeline
        count = round(request.duration * request.sample_rate)
        samples = fit_stereo(wave, loaded.sample_rate, request.sample_rate, count)
        how = "words in the prompt and a direction in the states of its text encoder"
        aspects = felt_aspects(
            [key.emotion for key in timeline.keyframes],
            how,
            _over_time(timeline, request.duration),
        )
        faders = fader_aspect(request.conditioning.adjustments, "music")
        audio = Audio(samples, request.sample_rate)
        return MusicTrack(audio, None, np.zeros(0), (), (*aspects, *faders, Aspect("duration", "honoured")))

    def _compose(self, loaded: _Loaded, request: MusicRequest) -> np.ndarray:
        """The whole piece at the model's rate, ``(n, channels)``, as one call or as stretches that continue."""
        timeline, rate = request.conditioning.timeline, loaded.sample_rate
        steady = is_constant(timeline, 0.0, request.duration)
        stretches = _stretches(
            request.duration, self._longest if steady else self._changing_stride,
            self._steady_stride if steady else self._changing_stride,
        )  # fmt: skip
        wave = np.zeros((0, 1), np.float32)
        for start, end in stretches:
            emotion = mean_emotion(timeline, start, end)
            room = round(max(self._longest - (end - start), 0.0) * rate)
            before = wave[max(len(wave) - room, 0) :]
            tick = _Tick(request.job, start, end, request.duration)
            text = prompt_words(request.text, emotion, "music")
            new = _continue(loaded, text, loaded.directions.of(emotion), before, end - start, tick)
            wave = continued(wave, new, len(before), round(self._join * rate)) if start else new
            wave = wave[: round(end * rate)]
        return wave

    def _load(self, job: Job) -> _Loaded:
        if self._loaded is None:
            checkpoint = find_checkpoint(
                self._model, LAYOUT, NAME, EXAMPLE, allow_download=self._allow_download, job=job
            )
            job.step(0, 1, f"loading {checkpoint.name}")
            import torch
            from transformers import AutoTokenizer, MusicgenForConditionalGeneration

            place = placement()
            model: Any = MusicgenForConditionalGeneration.from_pretrained(
                checkpoint.folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=getattr(torch, place.dtype),
            )
            model = model.to(place.device).eval()
            tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True)

            def encode(sentences: list[str]) -> Encoded:
                inputs = tokenizer(sentences, return_tensors="pt", padding=True).to(place.device)
                return Encoded(model.text_encoder(**inputs).last_hidden_state, inputs["attention_mask"])

            self._loaded = _Loaded(model, tokenizer, TextDirections(encode, phrasing("music")), place.device)
        return self._loaded


class _Tick:
    """A stopping criterion that never stops, but reports each step and lets the user cancel."""

    def __init__(self, job: Job, start: float, end: float, duration: float) -> None:
        self._job, self._start, self._end, self._duration = job, start, end, duration
        self._steps, self._seen = 1, 0

    def expect(self, steps: int) -> None:
        """Say how many steps the call will take."""
        self._steps = steps

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
        """A boolean for each row, all False."""
        self._seen += 1
        done = self._start + (self._end - self._start) * min(self._seen / self._steps, 1.0)
        self._job.step(done, self._duration, "music")
        return input_ids.new_zeros(input_ids.shape[0]).bool()


def _continue(
    loaded: _Loaded,
    text: str,
    shift: Shift | None,
    before: np.ndarray,
    seconds: float,
    tick: _Tick,
) -> np.ndarray:
    """The sound ``before`` ``(m, channels)`` as the codec gives it back, and about so many new seconds after it."""
    import torch
    from transformers import StoppingCriteriaList

    model = loaded.model
    inputs = loaded.tokenizer([text], return_tensors="pt", padding=True).to(loaded.device)
    if len(before):
        sound = torch.from_numpy(np.ascontiguousarray(before.T))[None].to(loaded.device, model.dtype)
        inputs["input_values"] = sound
        inputs["padding_mask"] = torch.ones_like(sound[:, 0], dtype=torch.long)
    # The codebooks are delayed against each other by a step each, which takes that many steps more.
    steps = (
        int(np.ceil(seconds * model.config.audio_encoder.frame_rate)) + model.config.decoder.num_codebooks - 1
    )
    tick.expect(steps)
    with steered_encoder(model.text_encoder, shift):
        audio = model.generate(**inputs, max_new_tokens=steps, stopping_criteria=StoppingCriteriaList([tick]))
    values: np.ndarray = audio[0].float().cpu().numpy().T
    return values


def continued(wave: np.ndarray, new: np.ndarray, known: int, fade: int) -> np.ndarray:
    """A wave and its continuation, crossfaded where the continuation still repeats the wave's end.

    Args:
        wave: ``(n, channels)``.
        new: ``(known + m, channels)``, whose first ``known`` samples stand for the last of the wave.
        known: samples.
        fade: samples before the join over which the one gives way to the other.

    Returns:
        ``(n + m, channels)``.
    """
    fade = min(fade, known)
    rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
    blend = wave[len(wave) - fade :] * (1 - rise) + new[known - fade : known] * rise
    return np.concatenate([wave[: len(wave) - fade], blend, new[known:]])


def _stretches(duration: float, first: float, stride: float) -> list[tuple[float, float]]:
    """Borders of the calls in seconds: the first of at most ``first``, the others of at most ``stride``."""
    borders = [0.0, min(first, duration)]
    while duration - borders[-1] > 1e-6:
        borders.append(min(borders[-1] + stride, duration))
    return list(itertools.pairwise(borders))


def fit_stereo(wave: np.ndarray, rate: int, wanted_rate: int, count: int) -> np.ndarray:
    """A wave as stereo at another rate and of an exact length.

    Args:
        wave: ``(n, 1)`` or ``(n, 2)`` float32.
        rate: its sample rate in hertz.
        wanted_rate: hertz.
        count: samples wanted; more are cut off, missing ones are silence.

    Returns:
        ``(count, 2)`` float32.
    """
    import soxr

    stereo = np.repeat(wave, 2, axis=1) if wave.shape[1] == 1 else wave
    if rate != wanted_rate:
        stereo = soxr.resample(stereo, rate, wanted_rate, quality="VHQ")
    out = np.zeros((count, 2), np.float32)
    out[: min(count, len(stereo))] = stereo[:count]
    return out


def _over_time(timeline: Timeline, duration: float) -> Aspect:
    if is_constant(timeline, 0.0, duration):
        return Aspect("timeline", "honoured")
    return Aspect(
        "timeline", "approximated", "Each stretch of a few seconds has the mean emotion of its time."
    )
