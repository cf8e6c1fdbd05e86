"""What engines of diffusers' pipelines that make pictures have in common: the weights as written, loaded once, and their directions."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from conditioning.errors import RequestError
from generators.base import Job
from generators.diffusion.families import Family, family, trained_area
from generators.diffusion.loading import OPTIONS, Loaded, check_options, load_pipeline
from generators.hub.call_options import area_option, number_option
from generators.hub.choice import WeightsChoice, read_choice
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

    Raises:
        UnknownNameError: it has no such option.
        RequestError: an option cannot be followed.
    """

    family_name: ClassVar[str] = ""
    options: ClassVar[tuple[str, ...]] = (*OPTIONS, "steps", "size", "frames")

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
        self._steps = steps or number_option(choice, "steps", kind.engine)
        self._area = area or area_option(choice, kind.engine)
        self._longest = longest or _frames(choice, kind)

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

    def size(self, wanted: tuple[int, int], loaded: Loaded) -> tuple[int, int]:
        """Width and height of the pictures that it makes for pictures wanted, in the wanted shape.

        Without a GPU they are no larger than wanted unless the weights say what they were trained on: to make and to
        throw away ten times the pixels would take hours.

        Args:
            wanted: (width, height) in pixels.
            loaded: its pipeline, which knows what it was trained on where the user says nothing.
        """
        released = self.family.area
        if loaded.device is not None and loaded.device.type == "cpu":
            released = min(released, wanted[0] * wanted[1])
        return self.family.size(wanted, self._area or trained_area(loaded.pipeline) or released)

    def directions(self, job: Job) -> TextDirections:
        """The directions of emotions in its prompts' states.

        Raises:
            EngineError: as for ``ready``.
        """
        return self.ready(job).directions


def _frames(choice: WeightsChoice, kind: Family) -> int:
    """Frames of a call at most, of the form that the pipeline makes."""
    asked = number_option(choice, "frames", kind.engine)
    if asked is None:
        return kind.frames
    if kind.kind == "still":
        raise RequestError(
            f"The option frames of {kind.engine} asks for {asked}, and it makes stills.",
            "Leave frames= out.",
        )
    return kind.frames_within(asked)
