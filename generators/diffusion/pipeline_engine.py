"""What engines of diffusers' pipelines that make pictures have in common: the weights as written, loaded once, and their directions."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from generators.base import Job
from generators.diffusion.families import Family, family
from generators.diffusion.loading import OPTIONS, Loaded, check_options, load_pipeline
from generators.hub.choice import read_choice
from generators.hub.directions import TextDirections
from generators.hub.pipelines import told_of_memory
from generators.hub.weights import HubWeights

__all__ = ["PipelineEngine"]


class PipelineEngine:
    """A pipeline with weights from a folder or the hub; a class for each kind of track says what it makes.

    Args:
        model: folder or hub id, and behind a ``?`` its options.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        steps: denoising steps; None for the library's default.
        area: pixels of its own pictures; None for what it was released for.
        longest: frames of a call at most; None for what it was released for.
    """

    family_name: ClassVar[str] = ""
    options: ClassVar[tuple[str, ...]] = OPTIONS

    def __init__(
        self,
        model: str = "",
        *,
        allow_download: bool | None = None,
        steps: int | None = None,
        area: int | None = None,
        longest: int | None = None,
    ) -> None:
        kind = self.family
        choice = read_choice(model, self.options, kind.engine)
        check_options(choice, kind.engine)
        self.weights: HubWeights[Loaded] = HubWeights(
            kind.engine, choice, kind.layout, kind.example, "diffusers", allow_download
        )
        self._steps, self._area, self._longest = steps, area or kind.area, longest or kind.frames

    @cached_property
    def family(self) -> Family:
        """What the pipeline is and was released for."""
        return family(self.family_name)

    def ready(self, job: Job) -> Loaded:
        """The pipeline, loaded at its first use.

        Raises:
            EngineError: no weights are given, they are not here, or they are of another kind.
        """
        with self.weights.busy, told_of_memory(self.family.engine):
            return self.weights.ready(
                job, lambda checkpoint: load_pipeline(self.family, checkpoint.folder, self.weights.choice)
            )

    def directions(self, job: Job) -> TextDirections:
        """The directions of emotions in its prompts' states.

        Raises:
            EngineError: as for ``ready``.
        """
        return self.ready(job).directions
