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
from generators.base import Aspect, Description, FaceRequest, FaceTrack, Fulfilment
from generators.face.asking import check_face, face_fulfilment

if TYPE_CHECKING:
    from generators.face.animation import Motion
    from generators.face.photo.portrait import Portrait

__all__ = ["Photo"]

_SMALLEST = 64  # pixels of a side


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
        from generators.face.performance import written_plan
        from generators.face.photo.portrait import open_portrait
        from generators.face.playback import motion_of

        check_face(request, _SMALLEST)
        path = self._path or request.character
        if not path:
            raise RequestError("The engine face=photo needs a portrait.", "Write face=photo:me.jpg.")
        request.job.step(0, 1, "finding the face")
        portrait = open_portrait(Path(path).expanduser())
        moving = motion_of(request)

        def frames() -> Iterator[np.ndarray]:
            return _draw(request, moving, portrait)

        def plan() -> str:
            return written_plan(request)

        told = _fulfilment(request)
        return FaceTrack(moving.times, moving.arkit, moving.pose, request.size, frames, told, plan)


def _fulfilment(request: FaceRequest) -> Fulfilment:
    """What became of each thing that was asked; a portrait is nobody's character."""
    told = tuple(aspect for aspect in face_fulfilment(request) if aspect.name != "character")
    faint = (
        "Folds and tears follow the head's; beads of sweat are too fine for a portrait and hardly to be seen."
    )
    told = tuple(Aspect("faders", "approximated", faint) if a.name == "faders" else a for a in told)
    bent = "Turns are bent towards 15 degrees, since a portrait shows one side only."
    return (*told, Aspect("head", "approximated", bent))


def _draw(request: FaceRequest, moving: Motion, portrait: Portrait) -> Iterator[np.ndarray]:
    """Pictures of a motion, one at a time."""
    count, job = len(moving.times), request.job
    job.step(0, count, "loading the portrait (compiles on first use)")
    from generators.face.performance import flush
    from generators.face.photo.renderer import PhotoRenderer

    renderer = PhotoRenderer(portrait, request.size)
    skin = flush(request, moving.times)
    for i in range(count):
        job.step(i, count, "moving the portrait")
        blush, tears, sweat = (float(share) for share in skin[i])
        yield renderer.draw(moving.arkit[i], moving.pose[i], (blush, tears, sweat))
    job.step(count, count, "moving the portrait")
