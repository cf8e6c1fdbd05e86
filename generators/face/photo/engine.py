"""``face=photo:PORTRAIT.jpg``: a user's own portrait, moved by the track that moves the head.

The portrait is opened, checked and relaxed when a request is made, so that a picture that cannot be moved is told before anything
is drawn. Pictures are drawn while ``FaceTrack.frames()`` is read; memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.errors import RequestError
from generators.base import Description, FaceRequest, FaceTrack, Job
from generators.face.photo.asking import check_request, fulfilment

if TYPE_CHECKING:
    from generators.face.animation import Motion
    from generators.face.photo.portrait import Portrait

__all__ = ["Photo"]


class Photo:
    """The built-in mover of portraits.

    Args:
        model: path of the portrait.
    """

    def __init__(self, model: str = "") -> None:
        self._path = model

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            name="face=photo",
            title="Your own portrait, moved by the head's 52 ARKit shapes",
            version="1",
            licence="Apache-2.0 (landmark model by Google, Apache-2.0); the portrait is yours",
            honours=(
                "emotion",
                "intensity",
                "mixture",
                "timeline",
                "lip sync",
                "action units",
                "gaze",
                "blinks",
                "head",
            ),
            needs=("a portrait: face=photo:me.jpg",),
        )

    def generate(self, request: FaceRequest) -> FaceTrack:
        """The animation of a request, and a factory of its pictures.

        Raises:
            RequestError: size, rate or duration cannot be drawn, or no portrait is named.
            InputFileError: the portrait cannot be read or does not show one face from the front.
            Cancelled: the user stopped.
        """
        from generators.face.animation import animate
        from generators.face.photo.portrait import open_portrait

        check_request(request)
        path = self._path or request.character
        if not path:
            raise RequestError("The engine face=photo needs a portrait.", "Write face=photo:me.jpg.")
        request.job.step(0, 1, "finding the face")
        portrait = open_portrait(Path(path).expanduser())
        moving = animate(request)

        def frames() -> Iterator[np.ndarray]:
            return _draw(moving, portrait, request.size, request.job)

        return FaceTrack(moving.times, moving.arkit, moving.pose, request.size, frames, fulfilment(request))


def _draw(moving: Motion, portrait: Portrait, size: tuple[int, int], job: Job) -> Iterator[np.ndarray]:
    """Pictures of a motion, one at a time."""
    count = len(moving.times)
    job.step(0, count, "loading the portrait (compiles on first use)")
    from generators.face.photo.renderer import PhotoRenderer

    renderer = PhotoRenderer(portrait, size)
    for i in range(count):
        job.step(i, count, "moving the portrait")
        yield renderer.draw(moving.arkit[i], moving.pose[i])
    job.step(count, count, "moving the portrait")
