"""The whole animation of a head: what is felt and what is said, as shapes, pose and breath over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generators.base import ARKIT, FaceRequest
from generators.face.articulation import Articulation, articulate
from generators.face.expression import express, soft_limit, units_over_time
from generators.face.eyes import blink_times, blink_weight, gaze_shapes, look
from generators.face.head_motion import move_head
from generators.face.head_style import head_style
from generators.face.performance import performance
from generators.face.tables import action_units, motion, talking_share

__all__ = ["Motion", "animate"]

_EXPRESSION, _GAZE, _BLINK, _HEAD = range(4)  # keys of the job's random generators
_BROWS = {"au1": 1.0, "au2": 0.8}
_ALWAYS_OPENS = [
    i for i, n in enumerate(ARKIT) if n.startswith(("mouthLowerDown", "mouthUpperUp", "mouthFunnel"))
]

_PARTS_LIPS = [*_ALWAYS_OPENS, ARKIT.index("jawOpen")]


@dataclass(frozen=True)
class Motion:
    """A moving head.

    Args:
        times: seconds of the frames ``(T,)``.
        arkit: ``(T, 52)`` in the order of ``ARKIT``, 0..1.
        pose: ``(T, 6)``: x, y, z in metres, pitch, yaw, roll in radians, signs as in ``HeadMotion``.
        breath: ``(T,)``, 0 empty to 1 full.
        blinks: seconds at which blinks begin.
    """

    times: np.ndarray
    arkit: np.ndarray
    pose: np.ndarray
    breath: np.ndarray
    blinks: tuple[float, ...]


def animate(request: FaceRequest) -> Motion:
    """The motion of a request; pure, and quick beside the drawing of its pictures.

    Speech owns the opening of the mouth; the emotion keeps corners, brows, lids and cheeks.
    """
    job = request.job
    count = max(round(request.duration * request.fps), 1)
    times = np.arange(count) / request.fps
    job.step(0, 4, "reading the emotion")
    lead = motion("expression")["lead"]
    faders = performance(request, times, lead)
    style = head_style(request.head_style)
    speech = articulate(request.phones, times, request.audio, job)
    job.step(1, 4, "moving the face")
    units = units_over_time(faders, request.fps, job.rng(_EXPRESSION))
    units = _with_brow_accents(units, speech, faders)
    felt = express(units, faders["asymmetry"])
    job.step(2, 4, "moving the eyes")
    gaze = look(faders, times, job.rng(_GAZE))
    begins = blink_times(faders["blink_rate"], times, request.phones, gaze.shifts, job.rng(_BLINK))
    head = move_head(faders, speech, gaze, times, job.rng(_HEAD), style)
    eyes = gaze_shapes(gaze, np.degrees(head.pose[:, 3:5]))
    arkit = _with_blinks(_joined(felt, speech) + eyes, blink_weight(begins, times))
    job.step(4, 4, "moving the face")
    return Motion(times, np.clip(arkit, 0, 1), head.pose, head.breath, begins)


def _with_brow_accents(
    units: np.ndarray, speech: Articulation, faders: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Units with brows that lift a little on stressed vowels; brows that frown do not, or a frown would blink off."""
    lifted = units.copy()
    names = [unit.name for unit in action_units()]
    lift = motion("expression")["brow_accent"] * speech.accent * np.clip(faders["head_energy"], 0, 1.6)
    lift = lift * (1 - units[:, names.index("au4")])
    for name, share in _BROWS.items():
        lifted[:, names.index(name)] += share * lift
    return np.clip(lifted, 0, 1)


def _joined(felt: np.ndarray, speech: Articulation) -> np.ndarray:
    """Expression and speech in one face, ``(T, 52)``."""
    owned = np.repeat(speech.talking[:, None], len(ARKIT), axis=1)
    owned[:, _PARTS_LIPS] = speech.turn[:, None]
    weights = felt * (1 - owned * (1 - talking_share()))
    weights[:, _PARTS_LIPS] *= _room(speech)[:, None]
    weights[:, _ALWAYS_OPENS] *= (1 - speech.contact)[:, None]
    weights[:, ARKIT.index("jawOpen")] *= 1 - speech.contact
    return soft_limit(weights + speech.weights * _ownership(speech), motion("expression")["ceiling"])


def _room(speech: Articulation) -> np.ndarray:
    """How much of what parts the lips in an expression shows, ``(T,)``: all of it in silence and in open vowels.

    A raised lip that stood apart as far in every sound would leave the speaking mouth little to open and close.
    """
    law = motion("speech")
    jaw = speech.weights[:, ARKIT.index("jawOpen")] / law["open_jaw"]
    least = law["narrow_share"]
    return 1 - speech.turn * (1 - least) * (1 - np.clip(jaw, 0, 1))


def _ownership(speech: Articulation) -> np.ndarray:
    """How much of the speaking mouth shows, ``(T, 1)``: all of it, but for the last of its fading."""
    return np.clip(speech.talking * 1.5, 0, 1)[:, None]


def _with_blinks(weights: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Weights with the eyes closed by blinks, which also stop raised lids."""
    out = weights.copy()
    for side in ("Left", "Right"):
        blink, wide = ARKIT.index(f"eyeBlink{side}"), ARKIT.index(f"eyeWide{side}")
        out[:, blink] = np.maximum(np.clip(out[:, blink], 0, 1), closed)
        out[:, wide] *= 1 - closed
    return out
