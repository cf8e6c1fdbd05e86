"""What the music engines with weights of the user's choice have in common: description, one job at a time, exact length, report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from external.safe_weights import fingerprint
from generators.base import Aspect, Audio, Description, Job, MusicRequest, MusicTrack
from generators.checkpoints import Checkpoint, Layout, seeded, torch_seed
from generators.direction_store import DirectionFiles
from generators.directions import Encoded, TextDirections
from generators.hub_weights import HubWeights
from generators.music.stretches import fit_stereo, over_time
from generators.steering import FELT, fader_aspect, felt_aspects, phrasing
from generators.weights_choice import read_choice

__all__ = ["HubMusic", "LoadedMusic", "text_directions"]


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
    """

    model: Any
    tokenizer: Any
    directions: TextDirections
    device: str
    sample_rate: int
    processor: Any = None


class HubMusic(ABC):
    """A music engine with weights from a folder or the hub; a class for each model says how it composes.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    library: ClassVar[str]
    example: ClassVar[str]
    layout: ClassVar[Layout]
    released_rate: ClassVar[int]
    honoured_faders: ClassVar[tuple[str, ...]] = ()
    how = "words in the prompt and a direction in the states of its text encoder"

    def __init__(self, model: str = "", *, allow_download: bool | None = None) -> None:
        choice = read_choice(model, (), self.name)
        self.weights: HubWeights[LoadedMusic] = HubWeights(
            self.name, choice, self.layout, self.example, self.library, allow_download
        )

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
            EngineError: no weights are given, they are not here, or they are of another kind.
            Cancelled: the user has stopped the work.
        """
        with self.weights.busy:
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
        with self.weights.busy:
            return self._ready(job).directions

    def _ready(self, job: Job) -> LoadedMusic:
        """The model, loaded at its first use."""
        return self.weights.ready(job, lambda checkpoint: self._load(checkpoint, job))

    @abstractmethod
    def _load(self, checkpoint: Checkpoint, job: Job) -> LoadedMusic:
        """The model of a checked folder."""

    @abstractmethod
    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The piece at the model's rate, ``(n, channels)`` float32."""


def text_directions(folder: Path, encode: Callable[[list[str]], Encoded]) -> TextDirections:
    """The directions of a music model, kept by the fingerprint of its folder."""
    rule = phrasing("music")
    return TextDirections(encode, rule, DirectionFiles(fingerprint(folder), rule))
