"""What a face is to show over time, before it moves: the emotion's faders, and all that changes them on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.base import FaceRequest
from generators.face.compounds import with_compounds
from generators.face.head_style import head_style, with_head_style
from generators.face.plan import face_plan, plan_of, write_plan
from generators.face.tables import motion
from generators.face.variation import varied

__all__ = ["flush", "performance", "written_plan"]

_FLUSH = ("blush", "tears", "sweat")  # faders of the skin

_COMPOUNDS, _PERSON = 4, 5  # keys of the job's random generators; those of animation.py come before


def performance(request: FaceRequest, times: np.ndarray, ahead: float = 0.0) -> dict[str, np.ndarray]:
    """The fader set "face" of a request, by name ``(T,)``.

    The emotion's faders; units of compounds where two emotions are felt at once; the person's own way of showing them; a
    plan in place of both; the way of moving the head; and above all these, faders that the user holds or shifts.

    Args:
        request: of the face.
        times: seconds ``(T,)``.
        ahead: seconds by which the face is ahead of what is felt; a plan keeps its own times.

    Raises:
        InputFileError: the plan has faults.
        UnknownNameError: there is no such head style.
    """
    feeling = request.conditioning
    felt = feeling.faders("face", times + ahead)
    if request.plan:
        shown = face_plan(request.plan).over(felt, times)
    else:
        track = feeling.timeline.sample(times + ahead)
        shown = with_compounds(felt, track, request.job.rng(_COMPOUNDS))
        shown = varied(shown, track, request.job.rng(_PERSON))
    shown = with_head_style(shown, head_style(request.head_style))
    own = {a.fader.partition(".")[2] for a in feeling.adjustments if a.fader.startswith("face.")}
    return {**shown, **{name: felt[name] for name in felt if name in own}}


def flush(request: FaceRequest, times: np.ndarray) -> np.ndarray:
    """Blush, tears and sweat over time ``(T, 3)``, 0..1, of the faders of these names."""
    faders = performance(request, times)
    return np.stack([faders[name] for name in _FLUSH], axis=1)


def written_plan(request: FaceRequest, title: str = "") -> str:
    """The plan of a request as TOML, to be read, edited and given back as ``FaceRequest.plan``.

    The way of moving the head is left out of it, or it would act twice where both are given back.

    Args:
        request: of the face.
        title: one line in the plan.
    """
    count = max(round(request.duration * request.fps), 1)
    times = np.arange(count) / request.fps
    shown = performance(replace(request, head_style=""), times, motion("expression")["lead"])
    return write_plan(plan_of(shown, times, title))
