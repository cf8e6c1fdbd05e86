"""The engine of a diffusers pipeline: the user's own weights, steered by words and by directions in its prompt's states.

Most pipelines run their text encoder a second time for the negative prompt, so the directions are added to the embedded
prompt of the conditional half and not by a hook. A film is made shot by shot: each shot has the mean emotion of its own
time, its pictures lie in a scratch file, and neighbours are crossfaded.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generators.base import Aspect, Description, Fulfilment, VideoRequest, VideoTrack
from generators.diffusion.families import join_seconds, longest_still
from generators.diffusion.loading import told_how
from generators.diffusion.pipeline_engine import PipelineEngine
from generators.steering import FELT, fader_aspect, felt_aspects, is_constant
from generators.video.diffusion.film import film
from generators.video.diffusion.reels import Call, MovingReel, StillReel
from generators.video.diffusion.shots import Shot, plan_shots

__all__ = ["DiffusionEngine"]


class DiffusionEngine(PipelineEngine):
    """A pipeline with weights from a folder or the hub; a class for each pipeline names its family.

    Args:
        model: folder or hub id, such as ``"Wan-AI/Wan2.1-T2V-1.3B-Diffusers"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        steps: denoising steps; None for the library's default.
        area: pixels of its own pictures; None for what it was released for.
        longest: frames of a shot at most; None for what it was released for.
    """

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            title=self.family.title,
            honours=("text",),
            approximates=(*FELT, "timeline"),
            **self.weights.told(),
        )

    def generate(self, request: VideoRequest) -> VideoTrack:
        """Pictures of the duration, size and rate asked for; a shot is made when its first frame is reached.

        Raises:
            EngineError: no weights are given, they are not here, they are of another kind, or memory does not suffice.
            Cancelled: the user has stopped the work.
        """
        loaded = self.ready(request.job)
        kind = self.family
        join = min(join_seconds(), self._most / 4)
        shots = plan_shots(request, self._most, join, words=not self.weights.choice.option("adapter"))
        size = self.size(request.size, loaded)
        call = Call(kind, loaded, self.weights.busy, size, self._steps, request)
        reel = StillReel(call, shots) if kind.kind == "still" else MovingReel(call, shots)

        def frames() -> Iterator[np.ndarray]:
            yield from film(reel, request, join)

        names = tuple((shot.start, shot.prompt) for shot in shots)
        fulfilment = self._fulfilment(request, shots, size)
        return VideoTrack(request.size, request.fps, request.duration, frames, names, fulfilment)

    @property
    def _most(self) -> float:
        """Seconds of a shot at most."""
        kind = self.family
        if kind.kind == "still":
            return longest_still()
        return (self._longest - 1) / kind.fps

    def _fulfilment(self, request: VideoRequest, shots: list[Shot], size: tuple[int, int]) -> Fulfilment:
        timeline, kind = request.conditioning.timeline, self.family
        still = kind.kind == "still"
        over_time = Aspect("timeline", "honoured")
        if not is_constant(timeline, 0.0, request.duration):
            over_time = Aspect(
                "timeline", "approximated", "Each shot of a few seconds has the mean emotion of its time."
            )
        how = told_how(self.weights.choice)
        aspects = list(felt_aspects([key.emotion for key in timeline.keyframes], how, over_time))
        aspects += fader_aspect(request.conditioning.adjustments, "visual")
        if len(shots) > 1:
            most = (
                f"a still is shown {self._most:g} s"
                if still
                else f"a call makes at most {self._longest} frames"
            )
            why = f"Made as {len(shots)} shots that are crossfaded; {most}."
            aspects.append(Aspect("duration", "approximated", why))
        if still:
            aspects.append(Aspect("motion", "approximated", "Stills, before a camera that moves slowly."))
        elif request.fps != kind.fps:
            why = f"The model makes {kind.fps:g} frames a second; those between are blended."
            aspects.append(Aspect("frame rate", "approximated", why))
        if size != request.size:
            why = f"Made at {size[0]}x{size[1]} and scaled to {request.size[0]}x{request.size[1]}."
            aspects.append(Aspect("size", "approximated", why))
        return tuple(aspects)
