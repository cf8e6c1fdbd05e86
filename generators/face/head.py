"""``face=head``: a talking human head, animated by rules and drawn on the processor.

The animation is pure numpy and quick; pictures are drawn while ``FaceTrack.frames()`` is read, so nothing heavy is loaded
before the first of them and memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from conditioning.errors import RequestError
from generators.base import Aspect, Description, FaceRequest, FaceTrack, Fulfilment
from generators.face.characters import Character, character, character_names

__all__ = ["Head"]

_SMALLEST, _LARGEST = 16, 2160


class Head:
    """The built-in talking head.

    Args:
        model: a character, used where a request names none; "" for the default.
    """

    def __init__(self, model: str = "") -> None:
        self._character = model

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            name="face=head",
            title="Talking human head with the 52 ARKit shapes, drawn on the processor",
            version="1",
            licence="Apache-2.0; head data CC0 1.0 (MakeHuman, Mika Suominen's face units)",
            honours=("emotion", "intensity", "mixture", "timeline", "lip sync", "character", "action units", "gaze", "blinks", "head"),
            options=character_names(),
        )

    def generate(self, request: FaceRequest) -> FaceTrack:
        """The animation of a request, and a factory of its pictures.

        Raises:
            RequestError: size, rate or duration cannot be drawn.
            UnknownNameError: there is no such character.
            Cancelled: the user stopped.
        """
        from generators.face.animation import Motion, animate

        _check(request)
        who = character(request.character or self._character)
        motion = animate(request)

        def frames() -> Iterator[np.ndarray]:
            return _draw(motion, who, request)

        assert isinstance(motion, Motion)
        return FaceTrack(motion.times, motion.arkit, motion.pose, request.size, frames, _fulfilment(request, who))


def _draw(motion, who: Character, request: FaceRequest) -> Iterator[np.ndarray]:  # noqa: ANN001
    import cv2

    width, height = request.size
    for i in range(len(motion.times)):
        request.job.step(i, len(motion.times), "drawing the face")
        picture = np.zeros((height, width, 4), np.uint8)
        middle = (width // 2, height // 2)
        cv2.ellipse(picture, middle, (width // 4, height // 3), 0, 0, 360, (220, 180, 160, 255), -1)
        jaw = int(motion.arkit[i, 17] * height / 6) + 2
        cv2.ellipse(picture, (width // 2, int(height * 0.68)), (width // 10, jaw), 0, 0, 360, (90, 20, 20, 255), -1)
        yield picture


def _check(request: FaceRequest) -> None:
    width, height = request.size
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        raise RequestError(f"The face's size is {width} by {height}.", f"Give {_SMALLEST} to {_LARGEST} pixels each way.")
    if not 1 <= request.fps <= 120:
        raise RequestError(f"The face's rate is {request.fps:g} frames a second.", "Give 1 to 120.")
    if not 0 < request.duration < 24 * 3600:
        raise RequestError(f"The face's duration is {request.duration:g} s.", "Give more than 0 s.")


def _fulfilment(request: FaceRequest, who: Character) -> Fulfilment:
    return (
        Aspect("emotion", "honoured"),
        Aspect("character", "honoured"),
    )
