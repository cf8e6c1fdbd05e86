"""The pictures of shots, made by calls of a pipeline when first asked for and kept in scratch files as long as the reel lives."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.timeline import Timeline
from generators.base import Job, VideoRequest
from generators.checkpoints import torch_seed
from generators.diffusion.calls import pictures_of
from generators.diffusion.families import Family, enlarged
from generators.diffusion.loading import Loaded
from generators.diffusion.scratch import Scratch
from generators.video.diffusion.film import blend
from generators.video.diffusion.shots import Shot

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Call", "MovingReel", "StillReel"]

_NEARER = 0.08  # by which a camera comes nearer to a still, or withdraws from it, in its whole time
_CAMERA = 11  # key of the job's random generators


@dataclass(frozen=True)
class Call:
    """How a pipeline is called.

    Args:
        family: of the pipeline.
        loaded: the pipeline with its directions.
        busy: held while it works: a pipeline makes one thing at a time.
        size: (width, height) of its pictures.
        steps: of denoising; None for the library's default.
        request: what is asked for.
    """

    family: Family
    loaded: Loaded
    busy: threading.Lock
    size: tuple[int, int]
    steps: int | None
    request: VideoRequest

    @property
    def job(self) -> Job:
        """Seed, progress, cancel."""
        return self.request.job

    def make(self, shots: Sequence[Shot], index: int) -> np.ndarray:
        """The pictures of a shot, ``(frames, height, width, 3)`` uint8; a still has one.

        Raises:
            Cancelled: the user has stopped the work; it stops within a step.
            EngineError: the device's memory does not suffice.
        """
        shot, duration, what = shots[index], shots[-1].end, f"shot {index + 1} of {len(shots)}"

        def tell(share: float) -> None:
            self.job.step(shot.start + share * (shot.end - shot.start), duration, what)

        tell(0.0)
        seed = torch_seed(self.job, index)
        return pictures_of(self.loaded, shot.prompt, shot.emotion, seed, self.shape(shot), tell)

    def shape(self, shot: Shot) -> dict[str, Any]:
        """Size, length, steps and first picture of a call."""
        family = self.family
        options: dict[str, Any] = {"width": self.size[0], "height": self.size[1]}
        if self.steps is not None:
            options["num_inference_steps"] = self.steps
        if family.kind != "still":
            options["num_frames"] = min(family.frame_count(shot.end - shot.start), family.frames)
        if family.rate:
            options[family.rate] = family.fps
        if family.kind == "first_picture":
            options["image"] = _first_picture(self.request, shot, self.size)
        return options


class _Scratch:
    """Pictures of shots in a folder that goes with the reel."""

    def __init__(self, call: Call, shots: Sequence[Shot]) -> None:
        self.shots = shots
        self._call = call
        self._kept = Scratch(call.family.name)

    def pictures(self, index: int) -> np.ndarray:
        """The pictures of a shot, ``(frames, height, width, 3)`` uint8, mapped from their file."""
        with self._call.busy:
            return self._kept.pictures(index, lambda: self._call.make(self.shots, index))


class MovingReel(_Scratch):
    """Shots that move by themselves.

    Args:
        call: how they are made.
        shots: in order.
    """

    def at(self, index: int, seconds: float) -> np.ndarray:
        """A shot's picture so many seconds after its start, blended from the two frames around it."""
        pictures = self.pictures(index)
        position = min(max(seconds, 0.0) * self._call.family.fps, len(pictures) - 1.0)
        before = int(position)
        share = position - before
        if share < 1e-6:
            return np.asarray(pictures[before])
        return blend(pictures[before], pictures[min(before + 1, len(pictures) - 1)], share)


class StillReel(_Scratch):
    """Stills before a camera that slowly comes nearer or withdraws.

    Args:
        call: how they are made.
        shots: in order.
    """

    def at(self, index: int, seconds: float) -> np.ndarray:
        """A still as the camera sees it so many seconds after its shot began."""
        import cv2

        (picture,) = self.pictures(index)
        shot = self.shots[index]
        height, width = picture.shape[:2]
        draw = self._call.job.rng(_CAMERA, index)
        nearer, aim = draw.random() < 0.5, draw.uniform(-1, 1, 2)
        part = min(max(seconds / (shot.end - shot.start), 0.0), 1.0)
        zoom = 1 + _NEARER * (part if nearer else 1 - part)
        # The middle of what is seen wanders towards the aim, as far as the picture reaches at that zoom.
        middle = np.array([width, height]) / 2 * (1 + aim * (1 - 1 / zoom))
        matrix = np.array([[zoom, 0, width / 2 - zoom * middle[0]], [0, zoom, height / 2 - zoom * middle[1]]])
        return cv2.warpAffine(
            np.asarray(picture),
            matrix,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )


def _first_picture(request: VideoRequest, shot: Shot, size: tuple[int, int]) -> Image.Image:
    """The built-in scenes' picture of a shot's emotion, so that colour and place hold from the first frame."""
    from PIL import Image

    from generators.video.scenes import SMALLEST, Scenes

    still = replace(
        request,
        conditioning=Conditioning(Timeline.constant(shot.emotion), request.conditioning.adjustments),
        duration=1 / request.fps, size=enlarged(size, SMALLEST), sections=(0.0,),
        job=Job(torch_seed(request.job) % 2**32, cancel=request.job.cancel),
    )  # fmt: skip
    picture = Image.fromarray(next(iter(Scenes().generate(still).frames())))
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
