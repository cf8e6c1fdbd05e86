"""From ARKit's 52 weights to the lines of a drawn face. A drawing says less than a face, so it says it louder.

All numbers were set by eye on rendered sheets of emotions and visemes. Head units, y down; the face's own left is on the
picture's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generators.base import ARKIT
from generators.face.drawn.outlines import through

__all__ = ["Brow", "Eye", "Mouth", "brows", "eyes", "mouth", "weights_by_name"]

_SIDES = (("Left", 1.0), ("Right", -1.0))
_ACROSS = np.linspace(-1.0, 1.0, 17)
_ROUND = 1 - _ACROSS**2


@dataclass(frozen=True)
class Eye:
    """An eye in head units.

    Args:
        opening: outline of what is seen between the lids ``(n, 2)``.
        upper: line of the upper lid, from the picture's left to its right ``(17, 2)``.
        lower: line of the lower lid.
        iris: its middle.
        closed: whether the lids meet.
        side: 1 on the picture's right, -1 on its left.
        cheek: how far the cheek pushes up the lower lid, 0..1.
    """

    opening: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    iris: np.ndarray
    closed: bool
    side: float
    cheek: float


@dataclass(frozen=True)
class Brow:
    """A brow: its line from the inner end outwards ``(n, 2)`` and the pen's width along it ``(n,)``."""

    line: np.ndarray
    width: np.ndarray


@dataclass(frozen=True)
class Mouth:
    """A mouth.

    Args:
        upper: line of the upper lip's edge from the picture's left to its right ``(17, 2)``.
        lower: of the lower lip's.
        open: whether something is seen between them.
        tongue: how far the tongue is out, 0..1.
        lips: width of the lips' line, in head units.
        smile: how far the corners are drawn up, 0..1.
    """

    upper: np.ndarray
    lower: np.ndarray
    open: bool
    tongue: float
    lips: float
    smile: float


def weights_by_name(weights: np.ndarray) -> dict[str, float]:
    """Weights ``(52,)`` by ARKit's names."""
    return dict(zip(ARKIT, weights.tolist(), strict=True))


def eyes(w: Mapping[str, float], n: Mapping[str, float]) -> list[Eye]:
    """Both eyes.

    Args:
        w: weights by name.
        n: numbers of the design.
    """
    return [_eye(w, n, name, side) for name, side in _SIDES]


def _eye(w: Mapping[str, float], n: Mapping[str, float], name: str, side: float) -> Eye:
    wide, high = n["eye_wide"], n["eye_high"]
    blink, squint, cheek = w[f"eyeBlink{name}"], w[f"eyeSquint{name}"], w[f"cheekSquint{name}"]
    closing = min(1.0, blink * (1.02 + 0.05 * squint))
    stretch = 1 + 0.30 * w[f"eyeWide{name}"]
    raised = min(1.0, 0.42 * squint + 0.42 * cheek)
    top = -high * stretch * (1 - 0.26 * squint)
    bottom = high * (1 + 0.10 * w[f"eyeWide{name}"]) * (1 - raised)
    top += (bottom - top) * closing * (1 - 0.25 * (1 - raised))
    bottom -= (bottom - top) * min(1.0, closing * 1.0) if closing > 0.97 else 0.0
    # The lid's slant tells sadness from anger at a glance: its inner end goes with the brow's.
    lifted = w["browInnerUp"]
    slant = 0.12 * w[f"browDown{name}"] * (1 - lifted) - 0.13 * lifted * (1 - 0.8 * w[f"eyeWide{name}"])
    slant *= 1 - closing
    inner = -side * _ACROSS  # 1 at the nose
    x = n["eye_x"] * side + wide * _ACROSS
    shape = np.sqrt(_ROUND)
    upper = n["eye_y"] + np.maximum(top * shape**0.9, -2 * high) + slant * (0.5 + 0.5 * inner) * shape
    lower = np.maximum(n["eye_y"] + bottom * shape, upper)
    look_x = side * (w[f"eyeLookOut{name}"] - w[f"eyeLookIn{name}"])
    look_y = w[f"eyeLookDown{name}"] - w[f"eyeLookUp{name}"]
    iris = np.array(
        [n["eye_x"] * side + 0.40 * wide * look_x - 0.02 * side, n["eye_y"] + 0.02 + 0.42 * high * look_y]
    )
    lines = np.stack([x, upper], axis=1), np.stack([x, lower], axis=1)
    opening = np.concatenate([lines[0], lines[1][::-1]])
    return Eye(opening, lines[0], lines[1], iris, closing > 0.9, side, min(1.0, cheek))


def brows(w: Mapping[str, float], n: Mapping[str, float]) -> list[Brow]:
    """Both brows."""
    out = []
    for name, side in _SIDES:
        down, outer, lifted = w[f"browDown{name}"], w[f"browOuterUp{name}"], w["browInnerUp"]
        lower = 0.05 * max(w[f"eyeSquint{name}"], w[f"noseSneer{name}"])
        wide = n["brow_wide"]
        frown = down * (
            1 - 0.9 * lifted
        )  # inner ends that are drawn up as well make sadness, which no frown may hide
        rise = outer * (1 - 0.85 * down)
        inner_y = n["brow_y"] + 0.24 * frown - 0.27 * lifted + lower
        middle_y = n["brow_y"] - 0.075 + 0.11 * frown - 0.10 * lifted - 0.15 * rise + lower
        outer_y = n["brow_y"] + 0.045 - 0.10 * frown + 0.10 * lifted * (1 - rise) - 0.20 * rise + 0.3 * lower
        inner_x = n["eye_x"] - 0.82 * wide - 0.075 * down
        points = [(inner_x, inner_y), (n["eye_x"], middle_y), (n["eye_x"] + wide, outer_y)]
        line = through(np.array([(side * x, y) for x, y in points]))
        along = np.linspace(0, 1, len(line))
        out.append(Brow(line, n["brow_thick"] * (1 - 0.55 * along**1.5)))
    return out


def mouth(w: Mapping[str, float], n: Mapping[str, float]) -> Mouth:
    """The mouth."""
    both = {k: (w[f"mouth{k}Left"] + w[f"mouth{k}Right"]) / 2 for k in
            ("Smile", "Frown", "Stretch", "Press", "LowerDown", "UpperUp", "Dimple")}  # fmt: skip
    jaw = max(0.0, w["jawOpen"] - 0.7 * w["mouthClose"])
    rounded = min(1.0, w["mouthPucker"] + 0.75 * w["mouthFunnel"])
    wide = n["mouth_wide"] * (1 + 0.42 * both["Smile"] + 0.30 * both["Stretch"] + 0.12 * both["Dimple"])
    wide *= (1 - 0.50 * rounded) * (1 - 0.10 * both["Frown"]) * (1 - 0.12 * jaw * (1 - both["Smile"]))
    aside = 0.12 * (w["mouthLeft"] - w["mouthRight"])
    ends = {}
    for name, side in _SIDES:
        lift = -0.17 * w[f"mouthSmile{name}"] - 0.05 * w[f"mouthDimple{name}"] + 0.15 * w[f"mouthFrown{name}"]
        reach = 1 + 0.10 * (w[f"mouthSmile{name}"] - both["Smile"])
        ends[side] = (
            side * wide * reach + aside,
            n["mouth_y"] + lift + 0.10 * jaw + 0.02 * w[f"mouthStretch{name}"],
        )
    sneer = 0.5 * (w["noseSneerLeft"] + w["noseSneerRight"])
    line = n["mouth_y"] + 0.045 * both["Smile"] - 0.085 * both["Frown"] - 0.05 * w["mouthShrugLower"]
    raised = 0.10 * both["UpperUp"] + 0.05 * w["mouthFunnel"] + 0.03 * sneer
    upper = line - raised - 0.02 * jaw
    lower = line + 0.80 * jaw + 0.17 * both["LowerDown"] + 0.08 * w["mouthFunnel"]
    lower -= 0.05 * (w["mouthRollLower"] + w["mouthPress" + "Left"] * 0.5) * (jaw < 0.1)
    share = (1 + _ACROSS) / 2
    corner_y = ends[-1.0][1] * (1 - share) + ends[1.0][1] * share
    x = ends[-1.0][0] * (1 - share) + ends[1.0][0] * share
    middle = (ends[-1.0][1] + ends[1.0][1]) / 2
    power = 0.62 + 0.38 * (1 - rounded)
    top = corner_y + (upper - middle) * _ROUND**power
    bottom = np.maximum(corner_y + (lower - middle) * _ROUND ** (0.78 * power), top)
    gap = lower - upper
    thin = 1 - 0.35 * min(1.0, both["Press"] + w["mouthRollUpper"] + w["mouthRollLower"])
    return Mouth(
        np.stack([x, top], axis=1), np.stack([x, bottom], axis=1), gap > 0.028, w["tongueOut"], 0.055 * thin + 0.02 * rounded,
        both["Smile"],
    )  # fmt: skip
