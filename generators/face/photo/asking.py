"""What a request to move a portrait may ask, and what became of it."""

from __future__ import annotations

import math

from conditioning.errors import RequestError
from generators.base import Aspect, FaceRequest, Fulfilment

__all__ = ["check_request", "fulfilment"]

_SMALLEST, _LARGEST = 64, 2160


def check_request(request: FaceRequest) -> None:
    """Refuse what no portrait can be drawn for.

    Raises:
        RequestError: size, rate or duration.
    """
    width, height = request.size
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        raise RequestError(
            f"The portrait's size is {width} by {height} pixels.",
            f"Give {_SMALLEST} to {_LARGEST} each way.",
        )
    if not 1 <= request.fps <= 120:
        raise RequestError(f"The portrait's rate is {request.fps:g} frames a second.", "Give 1 to 120.")
    if not 0 < request.duration < math.inf:
        raise RequestError(f"The portrait's duration is {request.duration:g} s.", "Give more than 0 s.")


def fulfilment(request: FaceRequest) -> Fulfilment:
    """What became of each thing that was asked."""
    return (
        Aspect("emotion", "honoured"),
        Aspect("intensity", "honoured"),
        Aspect("mixture", "honoured"),
        Aspect("timeline", "honoured", "Changes take the time a face takes, up to half a second."),
        _lip_sync(request),
        Aspect(
            "head", "approximated", "Turns are bent towards 15 degrees, since a portrait shows one side only."
        ),
        Aspect("faders", "honoured"),
    )


def _lip_sync(request: FaceRequest) -> Aspect:
    """What became of the speech."""
    if not request.phones:
        return Aspect("lip sync", "ignored", "No speech sounds were given, so the mouth stays closed.")
    if request.audio is None:
        why = "Without the sound the jaw opens by the speech sounds alone, not by loudness."
        return Aspect("lip sync", "approximated", why)
    return Aspect("lip sync", "honoured")
