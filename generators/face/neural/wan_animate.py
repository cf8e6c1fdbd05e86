"""``face=wan-animate``: a user's portrait, brought to life by Wan Animate with the built-in head's performance.

The head plays the request. Its face, followed as it moves, and its body as sticks are what the pipeline is shown; the portrait says who it is.
Lips, blinks, gaze and expression come from the head's pictures, and the prompt is steered by words and a direction as in ``video=wan``.
A long take is made in stretches that overlap and are crossfaded; what they need is held for one stretch at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.errors import RequestError
from generators.base import Aspect, Description, FaceRequest, FaceTrack, Fulfilment
from generators.checkpoints import torch_seed
from generators.diffusion.calls import pictures_of
from generators.diffusion.families import Family, enlarged
from generators.diffusion.loading import Loaded, told_how
from generators.diffusion.pipeline_engine import PipelineEngine
from generators.diffusion.scratch import Scratch
from generators.face.asking import check_face, face_fulfilment
from generators.face.neural.handover import Follower, Posed, performed, pose_picture
from generators.steering import FELT, felt_aspects, mean_emotion, prompt_words

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["WanAnimate"]

_PROMPT = "a person speaks to the viewer"
_JOIN = 5  # frames over which two stretches are crossfaded
_SEEN = 256  # pixels of the shorter side in which the head plays at least, so that its face is seen


@dataclass(frozen=True)
class _Stretch:
    """Frames ``start`` to ``end`` of a take, made in one call."""

    start: int
    end: int


class WanAnimate(PipelineEngine):
    """Wan Animate with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"Wan-AI/Wan2.2-Animate-14B-Diffusers"``; ``?portrait=me.jpg`` names the portrait, else
            the request's character is its path.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        steps: denoising steps; None for the library's default.
        area: pixels of its own pictures; None for what it was released for.
        longest: frames of a call at most; None for what it was released for.
    """

    family_name = "wan-animate"
    options = (*PipelineEngine.options, "portrait")

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        told = self.weights.told()
        needs = (*told.pop("needs"), "a portrait: face=wan-animate:FOLDER?portrait=me.jpg")
        shown = ("timeline", "lip sync", "gaze", "blinks", "head")
        return Description(title=self.family.title, approximates=(*FELT, *shown), needs=needs, **told)

    def generate(self, request: FaceRequest) -> FaceTrack:
        """The head's performance on the portrait; a stretch is made when its first frame is reached.

        Raises:
            RequestError: size, rate or duration cannot be drawn, or no portrait is named.
            InputFileError: the portrait cannot be read or does not show one face from the front.
            EngineError: no weights are given, they are not here, they are of another kind, or memory does not suffice.
            Cancelled: the user has stopped the work.
        """
        from generators.face.head import Head
        from generators.face.photo.portrait import open_portrait

        check_face(request)
        path = self.weights.choice.file("portrait") or (
            Path(request.character) if request.character else None
        )
        if path is None:
            raise RequestError(
                "The engine face=wan-animate needs a portrait.",
                "Write face=wan-animate:FOLDER?portrait=me.jpg.",
            )
        request.job.step(0, 1, "finding the face")
        portrait = open_portrait(path.expanduser()).picture
        loaded = self.ready(request.job)
        size = self.size(request.size, loaded)
        played = Head().generate(replace(request, size=enlarged(size, _SEEN), character=""))
        take = _Take(
            self.family, loaded, request, played, _fitted(portrait, size), self._steps, self._longest
        )

        def frames() -> Iterator[np.ndarray]:
            with self.weights.busy:
                yield from take.frames()

        told = self._fulfilment(request, size)
        return FaceTrack(played.times, played.arkit, played.pose, request.size, frames, told, played.plan)

    def _fulfilment(self, request: FaceRequest, size: tuple[int, int]) -> Fulfilment:
        timeline = request.conditioning.timeline
        how = f"the built-in head's performance, {told_how(self.weights.choice)}"
        over_time = Aspect(
            "timeline", "approximated", "The performance follows it; each call's prompt has the mean."
        )
        felt = felt_aspects([key.emotion for key in timeline.keyframes], how, over_time)
        shown = "The model is shown the head's pictures; how far these weights follow has not been measured."
        rest = [a for a in face_fulfilment(request) if a.name in ("plan", "head style", "faders")]
        told = [*felt, Aspect("lip sync", "approximated" if request.phones else "ignored", shown), *rest]
        if size != request.size:
            why = f"Made at {size[0]}x{size[1]} and scaled to {request.size[0]}x{request.size[1]}."
            told.append(Aspect("size", "approximated", why))
        return tuple(told)


class _Take:
    """The pictures of a take, made stretch by stretch and kept in scratch files as long as it lives."""

    def __init__(
        self,
        family: Family,
        loaded: Loaded,
        request: FaceRequest,
        played: FaceTrack,
        portrait: np.ndarray,
        steps: int | None,
        longest: int,
    ) -> None:
        self._family, self._loaded, self._request = family, loaded, request
        self._played, self._portrait, self._steps = played, portrait, steps
        self._stretches = _stretches(len(played.times), longest)
        self._kept = Scratch("wan-animate")
        self._moved: Callable[[np.ndarray], np.ndarray] | None = None

    def frames(self) -> Iterator[np.ndarray]:
        """Pictures ``(height, width, 4)`` uint8, as many as the take has."""
        import cv2

        posed = performed(self._played, self._request.job)
        held: list[Posed] = []
        before: np.ndarray | None = None
        for number, stretch in enumerate(self._stretches):
            while len(held) < stretch.end - stretch.start:
                held.append(next(posed))
            shown = list(held)
            made = self._kept.pictures(number, lambda n=number, s=shown: self._made(n, s))  # type: ignore[misc]
            after = self._stretches[number + 1].start if number + 1 < len(self._stretches) else stretch.end
            for i in range(after - stretch.start):
                picture = np.asarray(made[i])
                if before is not None and i < len(before):
                    share = (i + 1) / (len(before) + 1)
                    picture = cv2.addWeighted(before[i], 1 - share, picture, share, 0.0)
                yield _rgba(picture, self._request.size)
            before = np.asarray(made[after - stretch.start :])
            held = held[after - stretch.start :]

    def _made(self, number: int, shown: list[Posed]) -> np.ndarray:
        """The pictures of a stretch, ``(frames, height, width, 3)`` uint8."""
        request, stretch = self._request, self._stretches[number]
        count, fps = len(self._played.times), request.fps
        emotion = mean_emotion(request.conditioning.timeline, stretch.start / fps, stretch.end / fps)
        words = prompt_words(_PROMPT, emotion, "video") if self._loaded.adapter is None else _PROMPT

        def tell(share: float) -> None:
            request.job.step(stretch.start + share * len(shown), count, f"stretch {number + 1}")

        seed = torch_seed(request.job, number)
        return pictures_of(self._loaded, words, emotion, seed, self._films(shown), tell)[: len(shown)]

    def _films(self, shown: list[Posed]) -> dict[str, Any]:
        """The portrait, the face film and the pose film of a call, and its length."""
        size = self._portrait.shape[1::-1]
        moved = self._moved or _onto(self._portrait, shown[0])
        self._moved = moved  # all stretches stand in the same place
        poses = [pose_picture({name: moved(p) for name, p in body.items()}, size) for _, _, body in shown]
        shown = shown * 2 if len(shown) == 1 else shown  # the pipeline makes no single picture
        stride = self._family.stride
        longest = stride * math.ceil((len(shown) - 1) / stride) + 1
        options: dict[str, Any] = {} if self._steps is None else {"num_inference_steps": self._steps}
        return {
            "image": _image(self._portrait), "face_video": [_image(face) for _, face, _ in shown],
            "pose_video": [_image(pose) for pose in poses], "width": size[0], "height": size[1],
            "segment_frame_length": longest, **options,
        }  # fmt: skip


def _stretches(count: int, longest: int) -> list[_Stretch]:
    """Stretches that cover so many frames, each of at most ``longest``, sharing frames with the next."""
    join = min(_JOIN, longest // 2)
    found = [_Stretch(0, min(count, longest))]
    while found[-1].end < count:
        start = found[-1].end - join
        found.append(_Stretch(start, min(count, start + longest)))
    return found


def _onto(portrait: np.ndarray, first: Posed) -> Callable[[np.ndarray], np.ndarray]:
    """What carries points of the head's body to the portrait's, by the nose and the distance of the eyes in its first frame."""
    import cv2

    wide = portrait.shape[1]
    seen = cv2.resize(
        portrait, first[0].shape[1::-1], interpolation=cv2.INTER_CUBIC
    )  # large enough to be seen
    ratio, body, follower = wide / seen.shape[1], first[2], Follower()
    if not follower.see(seen):
        return lambda point: ratio * point
    own, eyes = follower.body(), ("right eye", "left eye")
    apart = [float(np.linalg.norm(np.subtract(*(points[eye] for eye in eyes)))) for points in (own, body)]
    return lambda point: ratio * (own["nose"] + apart[0] / apart[1] * (point - body["nose"]))


def _fitted(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture's middle in a size, ``(height, width, 3)`` uint8."""
    from PIL import Image, ImageOps

    return np.asarray(ImageOps.fit(Image.fromarray(picture), size, Image.Resampling.LANCZOS))


def _image(picture: np.ndarray) -> Image.Image:
    from PIL import Image

    return Image.fromarray(picture)


def _rgba(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture in the size asked for, opaque."""
    import cv2

    if picture.shape[1::-1] != size:
        smaller = size[0] < picture.shape[1]
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
