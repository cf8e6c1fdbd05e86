"""What is asked of a recording: an emotion, how strongly, also its opposite; as controls along its frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.faders import Adjustment, fader_set
from generators.speech.characters import Character
from generators.speech.prosody import Controls, span_controls
from generators.speech.recorded.anatomy import FRAME

__all__ = ["Part", "Wish", "controls_along", "mirrored"]

_SELF = Character("recorded", "", "", "Whoever speaks in the recording.")
_GLIDE = 0.045  # seconds, standard deviation of the passage from one part to the next
_HELD = "formant"  # tells who speaks; emotions leave it alone, a user may move it
_BOTH_WAYS = ("breathiness",)  # a recording has breath of its own, of which there can be less


@dataclass(frozen=True)
class Part:
    """An emotion from ``start`` to ``end``, seconds of the recording."""

    emotion: Emotion
    start: float = 0.0
    end: float = float("inf")


@dataclass(frozen=True)
class Wish:
    """What is asked of a recording.

    Args:
        parts: emotions in order of time; what lies between belongs to the one before.
        strength: -1..1, on the intensity of all of them; below 0 the faders move the opposite way.
        adjustments: locks and shifts of prosody faders.

    Raises:
        RequestError: the strength is out of its range, or there is no part.
    """

    parts: tuple[Part, ...]
    strength: float = 1.0
    adjustments: tuple[Adjustment, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if not -1.0 <= self.strength <= 1.0:
            raise RequestError(f"The strength is {self.strength:g}.", "Give a number from -1 to 1.")
        if not self.parts:
            raise RequestError("No emotion is asked of the recording.", "Give one.")


def controls_along(wish: Wish, start: float, frames: int) -> Controls:
    """The faders along frames of 5 ms.

    Args:
        wish: of the whole recording.
        start: seconds at which the first frame lies.
        frames: how many there are.
    """
    emotions = [part.emotion.scaled(abs(wish.strength)) for part in wish.parts]
    felt = span_controls(emotions, [_SELF] * len(emotions), _of_emotion(wish.adjustments))
    if wish.strength < 0:
        felt = mirrored(felt)
    if not any(adjustment.fader == f"prosody.{_HELD}" for adjustment in wish.adjustments):
        felt = Controls({**felt.values, _HELD: np.ones(len(emotions))})
    felt = _adjusted(felt, wish.adjustments)
    seconds = start + np.arange(frames) * FRAME
    starts = np.array([part.start for part in wish.parts])
    owner = np.clip(np.searchsorted(starts, seconds, side="right") - 1, 0, None)
    return felt.at(owner).smoothed(_GLIDE / FRAME)


def mirrored(controls: Controls) -> Controls:
    """Every fader as far on the other side of its neutral value, within its range."""
    values = {}
    for name, fader in fader_set("prosody").faders.items():
        value = controls[name]
        other = fader.neutral**2 / value if fader.law == "factor" else 2 * fader.neutral - value
        low = -fader.high if name in _BOTH_WAYS else fader.low
        values[name] = np.clip(other, low, fader.high)
    return Controls(values)


def _of_emotion(adjustments: Sequence[Adjustment]) -> tuple[Adjustment, ...]:
    """Those that say how an emotion acts, which comes before it is turned round."""
    return tuple(adjustment for adjustment in adjustments if adjustment.kind == "replace")


def _adjusted(controls: Controls, adjustments: Sequence[Adjustment]) -> Controls:
    """Locks and shifts, which mean what they say whichever way the emotion goes."""
    values, faders = dict(controls.values), fader_set("prosody").faders
    for adjustment in adjustments:
        medium, _, name = adjustment.fader.partition(".")
        if medium != "prosody" or adjustment.kind == "replace":
            continue
        wanted = adjustment.value + (0.0 if adjustment.kind == "lock" else values[name])
        values[name] = np.clip(
            np.broadcast_to(wanted, values[name].shape), faders[name].low, faders[name].high
        )
    return Controls({name: np.asarray(value, float) for name, value in values.items()})
