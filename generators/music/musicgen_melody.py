"""MusicGen-melody through transformers: the composer's own tune is given to the model, which plays it in the prompt's manner.

The tune comes from the built-in composer for the same emotion, so that form, tempo and mode hold from beginning to end; the model
hears it as the strength of the twelve tones over time. It cannot continue a sound, so a piece longer than its training length is made in
stretches that overlap, each with its own part of the tune, crossfaded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from generators.base import Job, MusicRequest
from generators.checkpoints import Checkpoint, transformers_layout
from generators.music.composer import Composer
from generators.music.hub import HubMusic, LoadedMusic
from generators.music.musicgen import UNFIT, load_musicgen, sung, telling
from generators.music.stretches import overlapped, stretches
from generators.steering import is_constant, mean_emotion

__all__ = ["MusicgenMelody"]


class MusicgenMelody(HubMusic):
    """MusicGen-melody with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"facebook/musicgen-melody"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        longest: seconds that one call makes at most; None for what MusicGen was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    name = "music=musicgen-melody"
    title = "MusicGen-melody: the composer's tune in the manner of a prompt, steered by emotion"
    library = "transformers"
    example = "facebook/musicgen-melody"
    layout = transformers_layout("a MusicGen-melody checkpoint of transformers", "musicgen_melody")
    released_rate = 32000
    settings_name = "musicgen-melody"
    honoured_faders = ("tempo_bpm", "mode")
    manner = ("the composer's tune, words in the prompt", "the composer's tune")
    unfit = UNFIT

    def _load(self, checkpoint: Checkpoint, job: Job) -> LoadedMusic:
        from generators.hub.torchaudio_standin import melody_features

        listening = melody_features().from_pretrained(checkpoint.folder, local_files_only=True)
        return load_musicgen(checkpoint, "MusicgenMelodyForConditionalGeneration", listening)

    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The whole piece, as one call or as stretches that overlap."""
        timeline = request.conditioning.timeline
        tune = melody(request, int(loaded.processor.sampling_rate))
        steady = is_constant(timeline, 0.0, request.duration)
        most = self._longest - self._join
        stride = most if steady else min(self._changing_stride, most)
        heard_rate = loaded.processor.sampling_rate

        def make(_: int, begin: float, start: float, end: float) -> np.ndarray:
            emotion = mean_emotion(timeline, start, end)
            heard = tune[round(begin * heard_rate) : round(end * heard_rate)]
            inputs = self._inputs(loaded, loaded.words(request.text, emotion), heard)
            with loaded.steered(emotion):
                return sung(loaded.model, inputs, end - begin, telling(request, start, end))

        calls = stretches(request.duration, min(stride, request.duration), stride)
        return overlapped(calls, self._join, loaded.sample_rate, make)

    def _inputs(self, loaded: LoadedMusic, text: str, heard: np.ndarray) -> dict[str, Any]:
        """What the model is given: words and the strength of the twelve tones."""
        words = loaded.tokenizer([text], return_tensors="pt", padding=True)
        tones = loaded.processor(heard, sampling_rate=loaded.processor.sampling_rate, return_tensors="pt")
        inputs = {**words, "input_features": tones["input_features"].to(loaded.model.dtype)}
        return {name: value.to(loaded.device) for name, value in inputs.items()}


def melody(request: MusicRequest, sample_rate: int) -> np.ndarray:
    """The composer's piece for a request, mono float32 ``(n,)`` at a rate of hertz."""
    import soxr

    track = Composer().generate(request)
    mono = track.audio.samples.mean(axis=1)
    heard: np.ndarray = soxr.resample(mono, track.audio.sample_rate, sample_rate)
    return heard.astype(np.float32)
