"""Music by diffusers' pipelines: Stable Audio and ACE-Step, steered by words and by a direction in their text encoder.

Both run their text encoder once, on the conditional prompt alone, so a hook on it moves exactly the conditional half of the
guidance. Neither continues a sound: a piece whose emotion changes, or that is longer than a call, is made in stretches that overlap and
are crossfaded.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from conditioning.emotion import Emotion
from external.safe_weights import fingerprint
from generators.base import Job, MusicRequest
from generators.checkpoints import Checkpoint, diffusers_layout, torch_seed
from generators.hub.call_options import number_option
from generators.hub.direction_store import text_directions
from generators.hub.directions import Encoded
from generators.hub.pipelines import open_pipeline, told_of_memory
from generators.music.hub import HubMusic, LoadedMusic
from generators.music.stretches import overlapped, stretches
from generators.steering import is_constant, mean_emotion

if TYPE_CHECKING:
    import torch

__all__ = ["AceStep", "StableAudio"]

_KEYS = 11  # part of the job's random generators: the key of a piece
_OTHERWISE = "its denoiser is given something else than the prompt's states, so no step can be told apart"
_TONICS = ("C", "D", "E", "F", "G", "A", "B")


@dataclass(frozen=True)
class _Stretch:
    """What one call makes.

    Args:
        number: of the call.
        emotion: mean of its time.
        begin: second at which it begins to sound.
        end: second.
    """

    number: int
    emotion: Emotion
    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return self.end - self.begin


class _Pipeline(HubMusic):
    """A pipeline of diffusers that makes sound.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        steps: of denoising; None for the library's default.
        longest: seconds that one call makes at most; None for what the model was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    library = "diffusers"
    half = "bfloat16"
    options = (*HubMusic.options, "steps")

    def __init__(
        self,
        model: str = "",
        *,
        allow_download: bool | None = None,
        steps: int | None = None,
        longest: float | None = None,
        stride: float | None = None,
    ) -> None:
        super().__init__(model, allow_download=allow_download, longest=longest, stride=stride)
        self._steps = steps or number_option(self.weights.choice, "steps", self.name)

    def _load(self, checkpoint: Checkpoint, job: Job) -> LoadedMusic:
        pipeline = open_pipeline(checkpoint.folder, self._pipeline_class, self.half)
        device = pipeline._execution_device

        def encode(sentences: list[str]) -> Encoded:
            inputs = pipeline.tokenizer(sentences, return_tensors="pt", padding=True, truncation=True).to(
                device
            )
            states = pipeline.text_encoder(inputs["input_ids"], attention_mask=inputs["attention_mask"])
            return Encoded(states.last_hidden_state, inputs["attention_mask"])

        rate = int(pipeline.vae.config.sampling_rate)
        directions = text_directions(encode, "music", fingerprint(checkpoint.folder))
        return LoadedMusic(pipeline, pipeline.tokenizer, directions, str(device), rate)

    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The whole piece, as one call or as stretches that overlap."""
        timeline = request.conditioning.timeline
        most = self._longest - self._join
        steady = is_constant(timeline, 0.0, request.duration)
        first = self._longest if steady else min(self._changing_stride, most)
        stride = most if steady else min(self._changing_stride, most)

        def make(number: int, begin: float, start: float, end: float) -> np.ndarray:
            emotion = mean_emotion(timeline, start, end)
            with loaded.steered(emotion):
                return self._call(loaded, request, _Stretch(number, emotion, begin, end))

        return overlapped(stretches(request.duration, first, stride), self._join, loaded.sample_rate, make)

    def _roomy(self) -> AbstractContextManager[None]:
        return told_of_memory(self.name)

    def _common(self, loaded: LoadedMusic, request: MusicRequest, stretch: _Stretch) -> dict[str, Any]:
        """The arguments that every such pipeline takes."""
        import torch

        options: dict[str, Any] = {} if self._steps is None else {"num_inference_steps": self._steps}
        generator = torch.Generator().manual_seed(torch_seed(request.job, stretch.number))
        return {
            "prompt": loaded.words(request.text, stretch.emotion), "generator": generator, "output_type": "pt",
            **options,
        }  # fmt: skip

    def _tell(self, loaded: LoadedMusic, request: MusicRequest, stretch: _Stretch, step: int) -> None:
        """Report a step; the user may stop the work here."""
        share = min((step + 1) / len(loaded.model.scheduler.timesteps), 1.0)
        request.job.step(stretch.begin + share * stretch.seconds, request.duration, "music")

    @abstractmethod
    def _call(self, loaded: LoadedMusic, request: MusicRequest, stretch: _Stretch) -> np.ndarray:
        """The sound of a stretch, ``(n, 1)`` or ``(n, 2)``."""

    @property
    @abstractmethod
    def _pipeline_class(self) -> str:
        """Class of diffusers."""


class StableAudio(_Pipeline):
    """``music=stable-audio``: Stable Audio Open, up to 47 s a call."""

    name = "music=stable-audio"
    title = "Stable Audio: music from a prompt, steered by emotion"
    example = "stabilityai/stable-audio-open-1.0"
    layout = diffusers_layout("a folder of diffusers' StableAudioPipeline", "StableAudioPipeline")
    released_rate = 44100
    half = "float16"
    settings_name = "stable-audio"
    unfit: ClassVar[Mapping[str, str]] = {
        "schedule": _OTHERWISE,
        "lora": "its pipeline in diffusers loads none",
    }
    _pipeline_class = "StableAudioPipeline"

    def _call(self, loaded: LoadedMusic, request: MusicRequest, stretch: _Stretch) -> np.ndarray:
        pipeline = loaded.model
        config = pipeline.transformer.config
        most = (
            config.sample_size * pipeline.vae.hop_length / loaded.sample_rate
        )  # seconds; a longer end is refused

        def on_step(step: int, _: Any, __: torch.Tensor) -> None:
            self._tell(loaded, request, stretch, step)

        made = pipeline(
            **self._common(loaded, request, stretch),
            audio_end_in_s=min(stretch.seconds, most),
            callback=on_step,
        )
        return _wave(made.audios[0])


class AceStep(_Pipeline):
    """``music=ace-step``: ACE-Step, whose tempo and key follow the musical faders."""

    name = "music=ace-step"
    title = "ACE-Step: music from a prompt, in the faders' tempo and mode, steered by emotion"
    example = "ACE-Step/acestep-v15-turbo-diffusers"
    layout = diffusers_layout("a folder of diffusers' AceStepPipeline", "AceStepPipeline")
    released_rate = 48000
    honoured_faders = ("tempo_bpm", "mode")
    manner = ("tempo, mode and words in the prompt,", "tempo and mode in the prompt")
    unfit: ClassVar[Mapping[str, str]] = {"schedule": _OTHERWISE}
    settings_name = "ace-step"
    _pipeline_class = "AceStepPipeline"

    def _call(self, loaded: LoadedMusic, request: MusicRequest, stretch: _Stretch) -> np.ndarray:
        def on_step(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
            self._tell(loaded, request, stretch, step)
            return values

        made = loaded.model(
            **self._common(loaded, request, stretch), **self._manner(request, stretch.emotion, stretch.begin, stretch.end), audio_duration=stretch.seconds,
            callback_on_step_end=on_step, callback_on_step_end_tensor_inputs=[],
        )  # fmt: skip
        return _wave(made.audios[0])

    def _manner(self, request: MusicRequest, emotion: Emotion, begin: float, end: float) -> dict[str, Any]:
        """Tempo and key by the musical faders; nothing where nothing is felt and no fader is set."""
        held = {a.fader for a in request.conditioning.adjustments} & {"music.tempo_bpm", "music.mode"}
        if emotion.intensity == 0 and not held:
            return {}
        faders = request.conditioning.faders("music", np.array([(begin + end) / 2]))
        tonic = _TONICS[int(request.job.rng(_KEYS).integers(len(_TONICS)))]
        mode = "major" if float(faders["mode"][0]) >= 0 else "minor"
        return {"bpm": round(float(faders["tempo_bpm"][0])), "keyscale": f"{tonic} {mode}"}


def _wave(sound: torch.Tensor) -> np.ndarray:
    """A sound ``(channels, n)`` as ``(n, channels)`` float32, of two channels at most."""
    wave: np.ndarray = sound[:2].float().cpu().numpy().T
    return wave
