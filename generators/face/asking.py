"""What a request of a face may ask, and what became of it; the same for every engine that moves a face by our track."""

from __future__ import annotations

import math

from conditioning.errors import RequestError
from generators.base import Aspect, FaceRequest, Fulfilment

__all__ = ["check_face", "face_fulfilment"]

_SMALLEST, _LARGEST = 16, 2160


def check_face(request: FaceRequest, smallest: int = _SMALLEST) -> None:
    """Refuse what cannot be drawn.

    Args:
        request: of a face.
        smallest: pixels of a side at least.

    Raises:
        RequestError: size, rate or duration is out of its range.
    """
    width, height = request.size
    if not (smallest <= width <= _LARGEST and smallest <= height <= _LARGEST):
        raise RequestError(
            f"The face's size is {width} by {height} pixels.", f"Give {smallest} to {_LARGEST} each way."
        )
    if not 1 <= request.fps <= 120:
        raise RequestError(f"The face's rate is {request.fps:g} frames a second.", "Give 1 to 120.")
    if not 0 < request.duration < math.inf:
        raise RequestError(f"The face's duration is {request.duration:g} s.", "Give more than 0 s.")


def face_fulfilment(request: FaceRequest) -> Fulfilment:
    """What became of each thing that was asked."""
    if request.take:
        from generators.face.playback import take_fulfilment

        return take_fulfilment(request)
    spoken = "honoured" if request.phones else "ignored"
    why = "" if request.phones else "No speech sounds were given, so the mouth stays closed."
    if request.phones and request.audio is None:
        spoken, why = (
            "approximated",
            "Without the sound the jaw opens by the speech sounds alone, not by loudness.",
        )
    if request.plan:
        why_planned = "The plan's action units stand in its place; it moves gaze, head and breath that the plan leaves free."
        felt = tuple(
            Aspect(name, "approximated", why_planned)
            for name in ("emotion", "intensity", "mixture", "timeline")
        )
    else:
        felt = (
            Aspect("emotion", "honoured"),
            Aspect("intensity", "honoured"),
            Aspect("mixture", "honoured"),
            Aspect("timeline", "honoured", "Changes take the time a face takes, up to half a second."),
        )
    asked = [Aspect("plan", "honoured")] if request.plan else []
    asked += [Aspect("head style", "honoured")] if request.head_style else []
    return (
        *felt,
        Aspect("lip sync", spoken, why),
        Aspect("character", "honoured"),
        Aspect("faders", "honoured"),
        *asked,
    )
