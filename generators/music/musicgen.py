"""MusicGen through transformers: the user's own weights, steered by words and by a direction in its text encoder.

MusicGen encodes the conditional prompt alone and appends zeros for the unconditional half of its guidance afterwards, so
a hook on the text encoder moves exactly the conditional half. (Handing it ``encoder_outputs`` instead would switch the
guidance off without a word.) Pieces longer than its training length, and pieces whose emotion changes, are made in
stretches: each continues the sound before it and has the mean emotion of its own time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from external.safe_weights import fingerprint
from generators.base import Job, MusicRequest
from generators.checkpoints import (
    Checkpoint,
    known_settings,
    placement,
    transformers_layout,
)
from generators.hub.direction_store import text_directions
from generators.hub.directions import Encoded
from generators.hub.token_tick import stopping
from generators.hub.whole_models import whole_model
from generators.music.hub import HubMusic, LoadedMusic
from generators.music.stretches import continued, stretches
from generators.steering import is_constant, mean_emotion

__all__ = ["UNFIT", "Musicgen", "load_musicgen", "sung", "telling"]

UNFIT = {
    "schedule": "it says its sound token by token and has no steps of denoising",
    "lora": "only pipelines of diffusers are given LoRA layers here",
}
"""Options that models of this kind cannot follow, with the reason."""


class Musicgen(HubMusic):
    """MusicGen with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"facebook/musicgen-small"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        longest: seconds that one call makes at most; None for what MusicGen was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    name = "music=musicgen"
    title = "MusicGen: music from a prompt, steered by emotion"
    library = "transformers"
    example = "facebook/musicgen-small"
    layout = transformers_layout("a MusicGen checkpoint of transformers", "musicgen")
    released_rate = 32000
    settings_name = "musicgen"
    unfit = UNFIT

    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The whole piece, as one call or as stretches that continue."""
        timeline, rate = request.conditioning.timeline, loaded.sample_rate
        settings, steady = known_settings(self.settings_name), is_constant(timeline, 0.0, request.duration)
        first, stride = self._changing_stride, self._changing_stride
        if steady:
            first, stride = self._longest, settings["stride"] / settings["longest"] * self._longest
        calls = stretches(request.duration, first, stride)
        wave = np.zeros((0, 1), np.float32)
        for start, end in calls:
            emotion = mean_emotion(timeline, start, end)
            room = round(max(self._longest - (end - start), 0.0) * rate)
            before = wave[max(len(wave) - room, 0) :]
            tell = telling(request, start, end)
            with loaded.steered(emotion):
                new = _continue(loaded, loaded.words(request.text, emotion), before, end - start, tell)
            wave = continued(wave, new, len(before), round(self._join * rate)) if start else new
            wave = wave[: round(end * rate)]
        return wave

    def _load(self, checkpoint: Checkpoint, job: Job) -> LoadedMusic:
        return load_musicgen(checkpoint, "MusicgenForConditionalGeneration")


def load_musicgen(checkpoint: Checkpoint, kind: str, processor: Any = None) -> LoadedMusic:
    """A model of MusicGen's kind.

    Args:
        checkpoint: its folder.
        kind: class of transformers.
        processor: of the melodies that it is given; None for one that takes none.
    """
    import torch
    import transformers

    place = placement()
    model = whole_model(getattr(transformers, kind), checkpoint.folder, dtype=getattr(torch, place.dtype))
    model = model.to(place.device).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True)

    def encode(sentences: list[str]) -> Encoded:
        inputs = tokenizer(sentences, return_tensors="pt", padding=True).to(place.device)
        return Encoded(model.text_encoder(**inputs).last_hidden_state, inputs["attention_mask"])

    rate = int(model.config.audio_encoder.sampling_rate)
    directions = text_directions(encode, "music", fingerprint(checkpoint.folder))
    return LoadedMusic(model, tokenizer, directions, place.device, rate, processor)


def sung(model: Any, inputs: Mapping[str, Any], seconds: float, tell: Callable[[float], None]) -> np.ndarray:
    """What a model of MusicGen's kind makes of its inputs, about so many new seconds of it, ``(n, channels)``.

    Args:
        model: of transformers.
        inputs: of its ``generate``.
        seconds: new ones.
        tell: told at each token how much is done, 0..1; may stop the work.
    """
    # The codebooks are delayed against each other by a step each, which takes that many steps more.
    steps = (
        int(np.ceil(seconds * model.config.audio_encoder.frame_rate)) + model.config.decoder.num_codebooks - 1
    )
    ticks = stopping(lambda made: tell(min(made / steps, 1.0)))
    audio = model.generate(**inputs, max_new_tokens=steps, stopping_criteria=ticks)
    values: np.ndarray = audio[0].float().cpu().numpy().T
    return values


def telling(request: MusicRequest, start: float, end: float) -> Callable[[float], None]:
    """Reports how much of a stretch from ``start`` to ``end`` (seconds) is done, 0..1; the user may stop the work there."""

    def tell(share: float) -> None:
        request.job.step(start + (end - start) * share, request.duration, "music")

    return tell


def _continue(
    loaded: LoadedMusic,
    text: str,
    before: np.ndarray,
    seconds: float,
    tell: Callable[[float], None],
) -> np.ndarray:
    """The sound ``before`` ``(m, channels)`` as the codec gives it back, and about so many new seconds after it."""
    import torch

    model = loaded.model
    inputs = loaded.tokenizer([text], return_tensors="pt", padding=True).to(loaded.device)
    if len(before):
        sound = torch.from_numpy(np.ascontiguousarray(before.T))[None].to(loaded.device, model.dtype)
        inputs["input_values"] = sound
        inputs["padding_mask"] = torch.ones_like(sound[:, 0], dtype=torch.long)
    return sung(model, inputs, seconds, tell)
