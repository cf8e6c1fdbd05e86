"""How the head moves, apart from what the face shows: a named way of moving, or the head of another emotion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.faders import fader_set
from conditioning.vocabulary import lexicon

__all__ = ["HeadStyle", "head_style", "head_style_names", "with_head_style"]

_HEAD = ("head_pitch", "head_yaw", "head_roll", "head_energy")


@dataclass(frozen=True)
class HeadStyle:
    """A way of moving the head; factors, where nothing else is said.

    Args:
        name: such as ``"lively"``, or an emotion.
        title: one line for people.
        sway: of slow turning.
        nod: of nods on stressed vowels.
        shift: of the movement of the whole head.
        period: of the sway's time; above 1 is slower.
        posture: of tilt and turn that the emotion asks for.
        aversion: of the share of time that the eyes are off the viewer.
        energy: size of all movement in place of the emotion's; None leaves the emotion's.
        emotion: whose head movement is taken in place of that of what is felt; "" for none.
    """

    name: str = "natural"
    title: str = ""
    sway: float = 1.0
    nod: float = 1.0
    shift: float = 1.0
    period: float = 1.0
    posture: float = 1.0
    aversion: float = 1.0
    energy: float | None = None
    emotion: str = ""


def head_style_names() -> tuple[str, ...]:
    """Names of the ways of moving, ``"natural"`` first."""
    return tuple(asset_table("heads", "head_styles.toml")["style"])


@cache
def head_style(name: str = "") -> HeadStyle:
    """The way of moving of that name.

    Args:
        name: one of ``head_style_names()``, or an emotion of the lexicon; "" is ``"natural"``.

    Raises:
        UnknownNameError: it is neither.

    Example:
        >>> head_style("still").nod < head_style("nodding").nod
        True
    """
    styles = asset_table("heads", "head_styles.toml")["style"]
    name = name.strip().lower() or "natural"
    if name in styles:
        return HeadStyle(name, **styles[name])
    if name in lexicon().names:
        return HeadStyle(name, f"as {name} moves it", emotion=name)
    raise UnknownNameError("head style", name, styles, "The name of an emotion does as well.")


def with_head_style(faders: Mapping[str, np.ndarray], style: HeadStyle) -> dict[str, np.ndarray]:
    """The faders of a face with those of head and gaze as the style has them.

    Args:
        faders: the fader set "face", each ``(T,)``.
        style: of the head's movement.
    """
    moved = dict(faders)
    count = len(moved["head_energy"])
    if style.emotion:
        other = Conditioning.of(Emotion.of(style.emotion)).faders("face", np.zeros(1))
        moved |= {name: np.full(count, other[name][0]) for name in _HEAD}
    known = fader_set("face").faders
    for name in _HEAD[:3]:
        moved[name] = known[name].neutral + style.posture * (moved[name] - known[name].neutral)
    if style.energy is not None:
        moved["head_energy"] = np.full(count, style.energy)
    gaze = known["gaze_aversion"]
    moved["gaze_aversion"] = np.clip(style.aversion * moved["gaze_aversion"], gaze.low, gaze.high)
    return moved
