"""``face=avatar``: a drawn character on the same track as the head, for small pictures and stickers.

It is quick (hundreds of pictures a second), clean at any size, and transparent. A drawing says less than a face, so it
exaggerates: what each shape does to the lines stands in ``generators/face/drawn/features.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from generators.base import Aspect, Description, FaceRequest, FaceTrack, Fulfilment, Job
from generators.face.asking import check_face, face_fulfilment
from generators.face.drawn.designs import Design, design, design_names

if TYPE_CHECKING:
    from generators.face.animation import Motion

__all__ = ["Avatar"]


class Avatar:
    """The drawn character.

    Args:
        model: a design, used where a request names none of them; "" for the default.
    """

    def __init__(self, model: str = "") -> None:
        self._design = model

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            name="face=avatar",
            title="Drawn characters for stickers and small pictures, with the 52 ARKit shapes",
            version="1",
            licence="Apache-2.0",
            honours=(
                "emotion",
                "intensity",
                "mixture",
                "timeline",
                "lip sync",
                "character",
                "gaze",
                "blinks",
                "head",
            ),
            options=design_names(),
        )

    def generate(self, request: FaceRequest) -> FaceTrack:
        """The animation of a request, and a factory of its pictures.

        Raises:
            RequestError: size, rate or duration cannot be drawn.
            UnknownNameError: there is no such character.
            Cancelled: the user stopped.
        """
        from generators.face.playback import motion_of

        check_face(request)
        who = design(request.character or self._design)
        moving = motion_of(request)

        def frames() -> Iterator[np.ndarray]:
            return _draw(moving, who, request.size, request.job)

        return FaceTrack(moving.times, moving.arkit, moving.pose, request.size, frames, _fulfilment(request))


def _draw(moving: Motion, who: Design, size: tuple[int, int], job: Job) -> Iterator[np.ndarray]:
    """Pictures of a motion, one at a time."""
    count = len(moving.times)
    job.step(0, count, "sharpening the pencils (compiles on first use)")
    from generators.face.drawn.artist import Artist

    artist = Artist(who, size)
    for i in range(count):
        job.step(i, count, "drawing the face")
        yield artist.draw(moving.arkit[i], moving.pose[i], float(moving.breath[i]))
    job.step(count, count, "drawing the face")


def _fulfilment(request: FaceRequest) -> Fulfilment:
    """What became of each thing that was asked."""
    drawn = Aspect(
        "action units",
        "approximated",
        "Lines stand for brows, lids and mouth; tongue, cheeks and nose are hinted at.",
    )
    return (*face_fulfilment(request), drawn)
