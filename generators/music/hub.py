"""What the music engines with weights of the user's choice have in common: description, one job at a time, exact length, report."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from generators.base import Aspect, Audio, Description, Job, MusicRequest, MusicTrack
from generators.checkpoints import known_settings, seeded, torch_seed
from generators.directions import TextDirections
from generators.hub.engine import HubEngine
from generators.music.stretches import fit_stereo, over_time
from generators.steering import FELT, fader_aspect, felt_aspects

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
    """

    model: Any
    tokenizer: Any
    directions: TextDirections
    device: str
    sample_rate: int
    processor: Any = None


class HubMusic(HubEngine[LoadedMusic]):
    """A music engine with weights from a folder or the hub; a class for each model says how it composes.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        longest: seconds that one call makes at most; None for what the model was trained on.
        stride: seconds of a stretch where the emotion changes; None for the studio's.
    """

    honoured_faders: ClassVar[tuple[str, ...]] = ()
    how = "words in the prompt and a direction in the states of its text encoder"
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
        with self._busy:
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
        with self._busy:
            return self._ready(job).directions

    @abstractmethod
    def _compose(self, loaded: LoadedMusic, request: MusicRequest) -> np.ndarray:
        """The piece at the model's rate, ``(n, channels)`` float32."""
