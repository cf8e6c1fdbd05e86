"""What the music engines with weights of the user's choice have in common: description, one job at a time, exact length, report."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from external.torch_device import DEVICE
from generators.base import Aspect, Audio, Description, Job, MusicRequest, MusicTrack
from generators.checkpoints import known_settings, seeded, torch_seed
from generators.diffusion.loading import OPTIONS, check_options
from generators.hub.adapters import Adapter, read_adapter
from generators.hub.choice import WeightsChoice
from generators.hub.directions import Encoded, Shift, TextDirections, steered_encoder
from generators.hub.encoder_directions import EncoderDirections
from generators.hub.engine import HubEngine
from generators.hub.loras import Lora, attach_lora, read_lora
from generators.hub.memory import told_out_of_memory
from generators.music.stretches import fit_stereo, over_time
from generators.steering import FELT, fader_aspect, felt_aspects, prompt_words

__all__ = ["HubMusic", "LoadedMusic"]


@dataclass(frozen=True)
class LoadedMusic:
    """A model that makes music, with its directions.

    Args:
        model: of the library.
        tokenizer: of its prompts.
        directions: of emotions in its prompts' states.
        device: where it runs.
        sample_rate: of what it makes, hertz.
        processor: of sounds that it is given; None where it takes none.
        adapter: in the directions' place, None without.
        lora: on its denoiser, None without.
        head: directions out of the trained encoder's embedding, in place of the labels' own; None without.
    """

    model: Any
    tokenizer: Any
    directions: TextDirections
    device: str
    sample_rate: int
    processor: Any = None
    adapter: Adapter | None = None
    lora: Lora | None = None
    head: EncoderDirections | None = None

    def words(self, text: str, emotion: Emotion) -> str:
        """The prompt of a text in an emotion; an adapter was trained on prompts that do not say it."""
        return prompt_words(text, emotion if self.adapter is None else Emotion.neutral(), "music")

    @contextmanager
    def steered(self, emotion: Emotion) -> Iterator[None]:
        """While the context lasts, an emotion moves the model; where nothing is felt it is the bare one."""
        if self.lora is not None:
            self.lora.set_on(self.model, emotion)
        shift: Shift | Callable[[Encoded], Shift | None] | None
        if self.adapter is not None:
            shift = partial(self.adapter.shift, emotion) if emotion.intensity > 0 else None
        else:
            shift = (self.head or self.directions).of(emotion)
        with steered_encoder(self.model.text_encoder, shift):
            yield


class HubMusic(HubEngine[LoadedMusic]):
    """A music engine with weights from a folder or the hub; a class for each model says how it composes.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        longest: seconds that one call makes at most; None for what the model was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    honoured_faders: ClassVar[tuple[str, ...]] = ()
    manner: ClassVar[tuple[str, str]] = ("words in the prompt", "")
    """How emotion gets in beside the states of the text encoder, where words say it and where an adapter does."""
    unfit: ClassVar[Mapping[str, str]] = {}
    """Options that pictures have and these models cannot follow, with the reason."""
    options: ClassVar[tuple[str, ...]] = OPTIONS
    settings_name: ClassVar[str]

    def __init__(
        self,
        model: str = "",
        *,
        allow_download: bool | None = None,
        longest: float | None = None,
        stride: float | None = None,
    ) -> None:
        super().__init__(model, allow_download=allow_download)
        settings = known_settings(self.settings_name)
        self._longest = settings["longest"] if longest is None else longest
        self._changing_stride = settings["changing_stride"] if stride is None else stride
        self._join = min(settings["join"], self._longest / 4)

    def _check_choice(self, choice: WeightsChoice) -> None:
        for name, why in self.unfit.items():
            if choice.option(name) not in ("", "constant"):
                raise RequestError(f"{self.name} takes no {name}=: {why}.", f"Leave {name}= out.")
        check_options(choice, self.name)

    @property
    def how(self) -> str:
        """How emotion gets in, a clause."""
        choice, (words, without) = self.weights.choice, self.manner
        beside, what = (
            words,
            "the encoder's direction" if choice.option("steer") == "encoder" else "a direction",
        )
        if choice.option("adapter"):
            beside, what = without, "a trained adapter"
        told = " and ".join(filter(None, (beside, f"{what} in the states of its text encoder")))
        return told + (", and a LoRA on the denoiser" if choice.option("lora") else "")

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            title=self.title,
            sample_rate=self.released_rate,
            honours=("text", "duration", *self.honoured_faders),
            approximates=(*FELT, "timeline"),
            **self.weights.told(),
        )

    def generate(self, request: MusicRequest) -> MusicTrack:
        """Music of exactly the duration asked for.

        Raises:
            EngineError: no weights are given, they are not here, they are of another kind, or memory does not suffice.
            Cancelled: the user has stopped the work.
        """
        with self._busy, self._roomy():
            loaded = self._ready(request.job)
            with seeded(torch_seed(request.job), loaded.device):
                wave = self._compose(loaded, request)
        timeline = request.conditioning.timeline
        count = round(request.duration * request.sample_rate)
        samples = fit_stereo(wave, loaded.sample_rate, request.sample_rate, count)
        emotions = [key.emotion for key in timeline.keyframes]
        aspects = felt_aspects(emotions, self.how, over_time(timeline, request.duration))
        faders = fader_aspect(request.conditioning.adjustments, "music", self.honoured_faders)
        audio = Audio(samples, request.sample_rate)
        return MusicTrack(audio, None, np.zeros(0), (), (*aspects, *faders, Aspect("duration", "honoured")))

    def directions(self, job: Job) -> TextDirections:
        """The directions of emotions in its prompts' states.

        Raises:
            EngineError: as for ``generate``.
        """
        with self._busy, self._roomy():
            return self._ready(job).directions

    def _roomy(self) -> AbstractContextManager[None]:
        """While the context lasts, running out of memory becomes a sentence."""
        return told_out_of_memory(
            self.name, f"Set {DEVICE}=cpu, close other programs, or take smaller weights."
        )

    def _ready(self, job: Job) -> LoadedMusic:
        """The model with what is put on top of it, loaded at its first use; hold ``_busy`` around it."""
        return self.weights.ready(job, lambda checkpoint: self._on_top(self._load(checkpoint, job)))

    def _on_top(self, loaded: LoadedMusic) -> LoadedMusic:
        """A model with the adapter, the LoRA or the encoder's head that the user put on top.

        Raises:
            InputFileError: a file is missing or is not what it should be.
            EngineError: it was made for other weights, or does not fit.
        """
        choice, model = self.weights.choice, loaded.directions.model
        adapter_file, lora_file = choice.file("adapter"), choice.file("lora")
        adapter = read_adapter(adapter_file, model) if adapter_file else None
        lora = read_lora(lora_file, model) if lora_file else None
        if lora is not None:
            attach_lora(loaded.model, lora, self.name)
        head = EncoderDirections(loaded.directions) if choice.option("steer") == "encoder" else None
        return replace(loaded, adapter=adapter, lora=lora, head=head)

    @abstractmethod
    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The piece at the model's rate, ``(n, channels)`` float32."""
