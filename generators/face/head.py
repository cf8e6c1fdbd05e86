"""``face=head``: a talking human head, animated by rules and drawn on the processor.

The animation is pure numpy and quick; pictures are drawn while ``FaceTrack.frames()`` is read, so nothing heavy is loaded
before the first of them and memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from generators.base import ARKIT, Description, FaceRequest, FaceTrack
from generators.face.asking import check_face, face_fulfilment
from generators.face.characters import Character, character, character_names
from generators.face.render.stage import camera

if TYPE_CHECKING:
    from generators.face.animation import Motion
    from generators.face.render.model import HeadModel

__all__ = ["Head"]

_TINY = 16  # pixels of the picture that is drawn to load the kernels


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
            honours=(
                "emotion",
                "intensity",
                "mixture",
                "timeline",
                "lip sync",
                "character",
                "action units",
                "plan",
                "gaze",
                "blinks",
                "head",
                "head style",
                "camera",
            ),
            options=character_names(),
        )

    def generate(self, request: FaceRequest) -> FaceTrack:
        """The animation of a request, and a factory of its pictures.

        Raises:
            RequestError: size, rate or duration cannot be drawn.
            InputFileError: the plan has faults.
            UnknownNameError: there is no such character, head style or camera.
            Cancelled: the user stopped.
        """
        from generators.face.performance import written_plan
        from generators.face.playback import motion_of

        check_face(request)
        camera(request.camera)
        who = character(request.character or self._character)
        moving = motion_of(request)

        def frames() -> Iterator[np.ndarray]:
            return _draw(moving, who, request)

        def plan() -> str:
            return written_plan(request)

        told = face_fulfilment(request)
        return FaceTrack(moving.times, moving.arkit, moving.pose, request.size, frames, told, plan)

    def prepare(self, name: str = "") -> None:
        """Load what a character needs to be drawn, and keep it; drawing without it loads it then.

        A tiny picture is drawn as well, since the compiled kernels are loaded when they are first called.

        Args:
            name: of the character, or a path; "" for the engine's own.

        Raises:
            UnknownNameError: there is no such character.
            InputFileError: the file of an own character has faults.
        """
        from generators.face.render.renderer import Renderer

        Renderer(_model(character(name or self._character)), (_TINY, _TINY)).draw(
            np.zeros(len(ARKIT)), np.zeros(6), 0.5
        )


def _draw(moving: Motion, who: Character, request: FaceRequest) -> Iterator[np.ndarray]:
    """Pictures of a motion, in their order."""
    count, job = len(moving.times), request.job
    job.step(0, count, "loading the renderer (compiles on first use)")
    from generators.face.performance import flush
    from generators.face.render.renderer import Renderer
    from generators.face.render.side_by_side import THREADS, side_by_side
    from generators.face.render.stage import mood_light

    job.step(0, count, f"painting {who.name}")
    model = _model(who)
    job.step(0, count, "lighting the face (compiles on first use)")
    renderers = [Renderer(model, request.size, request.camera) for _ in range(THREADS)]
    skin = flush(request, moving.times)
    light = mood_light(request.conditioning.timeline.sample(moving.times).vad)

    def draw(renderer: Renderer, i: int) -> np.ndarray:
        blush, tears, sweat = (float(share) for share in skin[i])
        breath = float(moving.breath[i])
        return renderer.draw(moving.arkit[i], moving.pose[i], breath, (blush, tears, sweat), light[i])

    for i, picture in enumerate(side_by_side(count, draw, renderers)):
        job.step(i, count, "drawing the face")
        yield picture
    job.step(count, count, "drawing the face")


def _model(who: Character) -> HeadModel:
    from generators.face.render.model import build_model

    return build_model(who if who.own else who.name)
