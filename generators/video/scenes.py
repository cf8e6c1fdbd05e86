"""Procedural moving pictures: families of scenes whose colour, light, motion and shape follow the emotion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from conditioning.errors import EngineError, RequestError
from generators.base import Aspect, Description, Fulfilment, VideoRequest, VideoTrack
from generators.video.plan import Scene, families, mentions, plan

__all__ = ["Scenes"]

SMALLEST, LARGEST = 64, 7680


class Scenes:
    """Draws skies, seas, mountains, lights, ink and forms; nothing is fetched.

    Args:
        model: this engine has none; leave it empty.

    Raises:
        EngineError: a model was named.
    """

    def __init__(self, model: str = "") -> None:
        if model:
            raise EngineError(
                f"Engine video=scenes has no models, but {model!r} was asked for.", "Write video=scenes."
            )

    def describe(self) -> Description:
        """What the engine is."""
        return Description(
            name="video=scenes",
            title=f"Procedural scenes: {', '.join(families())}",
            version=_version(),
            licence="Apache-2.0",
            honours=("emotion", "intensity", "mixture", "timeline", "scene"),
            options=tuple(families()),
        )

    def generate(self, request: VideoRequest) -> VideoTrack:
        """The film's pictures, drawn when they are asked for.

        Args:
            request: sizes need even sides of 64 to 7680 pixels.

        Raises:
            UnknownNameError: the request names a scene that does not exist.
            RequestError: size, rate, duration or sections cannot be met.
            Cancelled: the user stopped the work.
        """
        _check(request)
        scenes = plan(request)
        from generators.video.reel import frame_count, warm_up

        warm_up(scenes, request.job)
        return VideoTrack(
            size=request.size,
            fps=request.fps,
            duration=frame_count(request) / request.fps,
            frames=partial(_frames, request, scenes),
            scenes=tuple((scene.start, scene.family) for scene in scenes),
            fulfilment=_fulfilment(request, scenes),
            drawn=True,
        )


def _frames(request: VideoRequest, scenes: tuple[Scene, ...]) -> Iterator[np.ndarray]:
    from generators.video.reel import frames

    return frames(request, scenes)


def _check(request: VideoRequest) -> None:
    width, height = request.size
    if width % 2 or height % 2 or not all(SMALLEST <= side <= LARGEST for side in request.size):
        raise RequestError(
            f"The picture's size is {width} x {height}.",
            f"Give two even numbers from {SMALLEST} to {LARGEST}, such as 1280 x 720.",
        )
    if not np.isfinite(request.fps) or not 1 <= request.fps <= 120:
        raise RequestError(f"The frame rate is {request.fps:g}.", "Give a number from 1 to 120, such as 25.")
    if not np.isfinite(request.duration) or request.duration <= 0:
        raise RequestError(f"The duration is {request.duration:g} seconds.", "Give a number above 0.")
    if list(request.sections) != sorted(request.sections):
        raise RequestError("The starts of the sections do not rise.", "Sort them, starting at 0.")


def _fulfilment(request: VideoRequest, scenes: tuple[Scene, ...]) -> Fulfilment:
    """What became of each aspect of a request."""
    aspects = [
        Aspect("emotion", "honoured"),
        Aspect("intensity", "honoured"),
        Aspect("mixture", "honoured"),
        Aspect(
            "timeline",
            "approximated",
            "Faders follow the timeline frame by frame, but sudden turns take up to a second so that nothing flashes.",
        ),
    ]
    if request.scene:
        aspects.append(Aspect("scene", "honoured"))
    if request.text:
        aspects.append(_text(request, scenes))
    return tuple(aspects)


def _text(request: VideoRequest, scenes: tuple[Scene, ...]) -> Aspect:
    shown = {scene.family for scene in scenes} & set(mentions(request.text))
    if request.scene:
        return Aspect("text", "ignored", f"The scene {request.scene!r} was asked for by name.")
    if shown:
        names = ", ".join(sorted(shown))
        return Aspect("text", "approximated", f"Its words chose {names}; what else it says is not drawn.")
    return Aspect("text", "ignored", "No word of it names a scene; the emotion alone chose.")


def _version() -> str:
    try:
        return version("affect-studio")
    except PackageNotFoundError:
        return "0"
