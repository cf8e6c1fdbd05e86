"""A take played by an engine of the studio: as it is, or with another expression than it was recorded with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.base import ARKIT, Aspect, FaceRequest, Fulfilment, Take
from generators.face.animation import Motion, animate
from generators.face.exchange.separation import separate
from generators.face.expression import ease, express, soft_limit, units_over_time
from generators.face.performance import performance
from generators.face.tables import motion, talking_share

__all__ = ["motion_of", "resampled", "take_fulfilment"]

_EXPRESSION = 0  # the key of the expression's random generator, as in ``animate``
_OPENS = [
    i
    for i, name in enumerate(ARKIT)
    if name.startswith(("jawOpen", "mouthLowerDown", "mouthUpperUp", "mouthFunnel"))
]
_EYES = [i for i, name in enumerate(ARKIT) if name.startswith(("eyeBlink", "eyeLook"))]


def motion_of(request: FaceRequest) -> Motion:
    """The motion that a request asks for: the engine's own, or its take's."""
    if request.take is None:
        return animate(request)
    count = max(round(request.duration * request.fps), 1)
    take = resampled(request.take, np.arange(count) / request.fps)
    request.job.step(0, 1, "playing the take")
    if take.keeps == "speech":
        take = _with_expression(take, request)
    request.job.step(1, 1, "playing the take")
    return Motion(take.times, take.arkit, take.pose, np.full(count, 0.5), ())


def resampled(take: Take, times: np.ndarray) -> Take:
    """A take at other times, between its frames by straight lines; its last frame is held.

    Args:
        take: any.
        times: seconds ``(T,)``, rising.
    """
    if len(times) == len(take.times) and np.allclose(times, take.times, atol=1e-6):
        return replace(take, times=times)
    at = np.clip(np.interp(times, take.times, np.arange(len(take.times))), 0, len(take.times) - 1)
    low = np.floor(at).astype(int)
    share = (at - low)[:, None]
    high = np.minimum(low + 1, len(take.times) - 1)

    def between(rows: np.ndarray) -> np.ndarray:
        return np.asarray(rows[low] * (1 - share) + rows[high] * share)

    return replace(take, times=times, arkit=between(take.arkit), pose=between(take.pose))


def _with_expression(take: Take, request: FaceRequest) -> Take:
    """The take's speech, blinks, looks and head with the expression that the request's emotion asks for."""
    law, fps = motion("expression"), request.fps
    parts = separate(take.arkit, fps)
    faders = performance(request, take.times, law["lead"])
    units = units_over_time(faders, fps, request.job.rng(_EXPRESSION))
    felt = express(units, faders["asymmetry"])
    kept = 1 - parts.talking[:, None] * (1 - talking_share())
    kept[:, _OPENS] = (
        1 - parts.talking[:, None]
    )  # a recorded mouth knows when it is shut; the emotion does not
    arkit = soft_limit(felt * kept + parts.speech, law["ceiling"])
    arkit[:, _EYES] = np.maximum(felt, parts.speech)[:, _EYES]
    offsets = np.stack([faders[f"head_{axis}"] for axis in ("pitch", "yaw", "roll")], axis=1)
    pose = take.pose.copy()
    pose[:, 3:] += np.radians(ease(offsets, fps, 0.35, 0.45))
    return replace(take, arkit=np.clip(arkit, 0, 1), pose=pose)


def take_fulfilment(request: FaceRequest) -> Fulfilment:
    """What becomes of what is asked where a take is played."""
    whole = request.take is not None and request.take.keeps == "all"
    felt = request.conditioning.timeline.sample(np.arange(0.0, request.duration, 0.2)).intensity.any()
    if not whole:
        names: tuple[str, ...] = ("emotion", "intensity", "mixture", "timeline", "faders")
        why = ""
    else:
        names = ("emotion",) if felt else ()
        why = "The take is played as it is; let it keep its speech alone to change the emotion."
    asked = (Aspect(name, "ignored" if whole else "honoured", why) for name in names)
    kept = "" if whole else "Speech and expression of the take are told apart by how fast they move."
    return (
        *asked,
        Aspect("take", "honoured" if whole else "approximated", kept),
        Aspect("lip sync", "honoured", "The mouth follows the take."),
        Aspect("character", "honoured"),
    )
