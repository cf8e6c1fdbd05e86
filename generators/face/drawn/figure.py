"""A drawn character in one pose, as outlines to be filled one over the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generators.face.drawn.designs import Design, Piece
from generators.face.drawn.features import Eye, brows, eyes, mouth, weights_by_name
from generators.face.drawn.fill_kernels import NO_CLIP
from generators.face.drawn.outlines import ellipse, moved, smooth, stroke
from generators.face.drawn.view import View

__all__ = ["MASKS", "Layer", "figure"]

_LEFT_EYE, _RIGHT_EYE, _MOUTH, _HEAD = range(4)
MASKS = 4
"""How many masks a figure keeps: the eyes, the mouth, the head."""


@dataclass(frozen=True)
class Layer:
    """An outline to be filled.

    Args:
        outline: ``(n, 2)`` in head units.
        colours: red, green, blue 0..1 at its upper and lower edge, ``(6,)``.
        cover: 0..1.
        clip: the mask that cuts it.
        keep: the mask that it becomes.
    """

    outline: np.ndarray
    colours: np.ndarray
    cover: float = 1.0
    clip: int = NO_CLIP
    keep: int = NO_CLIP


def figure(design: Design, weights: np.ndarray, pose: np.ndarray, breath: float) -> Iterator[Layer]:
    """The layers of a character from behind to before.

    Args:
        design: of the character.
        weights: ``(52,)`` in the order of ``ARKIT``.
        pose: ``(6,)`` as in ``FaceTrack``.
        breath: 0 empty to 1 full.
    """
    w, view, colours = weights_by_name(weights), View(pose), design.colours
    for piece in design.behind:
        yield _piece(piece, view)
    yield from _body(design, view, breath)
    jaw = 0.13 * max(0.0, w["jawOpen"] - 0.5 * w["mouthClose"])
    head = design.head.outline.copy()
    below = np.clip((head[:, 1] - 0.25) / 0.85, 0, 1)
    head[:, 1] += jaw * below
    head[:, 0] *= 1 + 0.07 * w["cheekPuff"] * np.exp(-(((head[:, 1] - 0.5) / 0.3) ** 2))
    yield Layer(view.at_depth(head, 0.0), design.head.colours, keep=_HEAD)
    for piece in design.on_head:
        yield _piece(piece, view, clip=_HEAD)
    yield from _cheeks(design, w, view)
    for number, eye in enumerate(eyes(w, design.numbers)):
        yield from _eye(design, eye, view, number)
    yield from _nose(design, w, view)
    yield from _mouth(design, w, view)
    for piece in design.before:
        yield _piece(piece, view)
    if "glasses" in design.flags:
        yield from _glasses(design, view)
    for brow in brows(w, design.numbers):
        yield Layer(view.on_face(stroke(brow.line, brow.width), 0.12), colours["brow"])


def _piece(piece: Piece, view: View, clip: int = NO_CLIP) -> Layer:
    return Layer(view.at_depth(piece.outline, piece.depth), piece.colours, piece.cover, clip)


def _body(design: Design, view: View, breath: float) -> Iterator[Layer]:
    """Shoulders, which breathe, and the neck, whose upper end goes with the head."""
    rise = -0.03 * breath
    shoulders = np.array([[0, 1.30], [0.34, 1.28], [0.95, 1.46], [1.30, 1.78], [1.42, 2.4], [0, 2.5]])
    shoulders[:, 1] += rise
    outline = smooth(np.concatenate([shoulders, (shoulders * (-1, 1))[::-1]]))
    head = view.at_depth(np.array([[-0.34, 0.75], [0.34, 0.75]]), 0.0)
    neck = np.concatenate([head, [[0.36, 1.42 + rise], [0.0, 1.56 + rise], [-0.36, 1.42 + rise]]])
    yield Layer(outline, design.colours["top"])
    yield Layer(smooth(neck), design.colours["neck"])
    if "cat" in design.flags:
        band = np.stack(
            [np.linspace(-0.42, 0.42, 9), 1.30 + rise + 0.12 * (1 - np.linspace(-1, 1, 9) ** 2)], axis=1
        )
        yield Layer(stroke(band, 0.13), design.colours["collar"])


def _cheeks(design: Design, w: dict[str, float], view: View) -> Iterator[Layer]:
    """Blush, stronger with a smile, and a shadow of stubble."""
    if "stubble" in design.flags:
        beard = np.array([[0, 0.36], [0.5, 0.38], [0.85, 0.30], [0.80, 0.75], [0.42, 1.06], [0, 1.2]])
        outline = smooth(np.concatenate([beard, (beard * (-1, 1))[::-1]]))
        yield Layer(view.at_depth(outline, 0.12), design.colours["hair"], 0.16, clip=_HEAD)
    for name, side in (("Left", 1.0), ("Right", -1.0)):
        glow = 0.16 + 0.24 * max(w[f"mouthSmile{name}"], w[f"cheekSquint{name}"])
        spot = ellipse(side * 0.60, 0.30 - 0.05 * w[f"cheekSquint{name}"], 0.20, 0.13)
        yield Layer(view.on_face(spot), design.colours["blush"], glow, clip=_HEAD)


def _eye(design: Design, eye: Eye, view: View, number: int) -> Iterator[Layer]:
    """White, iris, pupil and lights between the lids; the lids' lines; lashes."""
    colours, n, mask = design.colours, design.numbers, (_LEFT_EYE, _RIGHT_EYE)[number]
    if not eye.closed:
        yield Layer(view.on_face(eye.opening), colours["white"], keep=mask)
        x, y = eye.iris
        r = n["iris"]
        slit = 0.42 if "cat" in design.flags else 1.0
        yield Layer(view.on_face(ellipse(x, y, r, r * 1.08)), colours["iris"], clip=mask)
        yield Layer(view.on_face(ellipse(x, y, 0.56 * r * slit, 0.62 * r)), colours["pupil"], clip=mask)
        yield Layer(
            view.on_face(ellipse(x - 0.36 * r, y - 0.40 * r, 0.28 * r, 0.28 * r, 16)),
            colours["shine"],
            0.95,
            mask,
        )
        yield Layer(
            view.on_face(ellipse(x + 0.36 * r, y + 0.42 * r, 0.14 * r, 0.14 * r, 12)),
            colours["shine"],
            0.8,
            mask,
        )
        shade = np.concatenate([eye.upper, moved(eye.upper, 0, 0.07)[::-1]])
        yield Layer(view.on_face(shade), colours["line"], 0.22, mask)
    line = n["line"]
    width = line * (0.75 + 0.55 * np.linspace(0, 1, len(eye.upper))[:: int(eye.side)])
    yield Layer(view.on_face(stroke(eye.upper, width), 0.01), colours["line"])
    corner = eye.upper[-1] if eye.side > 0 else eye.upper[0]
    flick = np.stack([corner, moved(corner, 0.055 * eye.side, -0.035)])
    yield Layer(view.on_face(stroke(flick, np.array([line * 1.15, line * 0.4])), 0.01), colours["line"])
    if eye.cheek > 0.15 and not eye.closed:
        fold = moved(eye.lower[3:-3], 0, 0.035)
        yield Layer(view.on_face(stroke(fold, line * 0.45)), colours["line"], 0.5 * eye.cheek)


def _nose(design: Design, w: dict[str, float], view: View) -> Iterator[Layer]:
    """The nose, and the creases beside it of a sneer."""
    colours, y = design.colours, design.numbers["nose_y"]
    sneer = (w["noseSneerLeft"] + w["noseSneerRight"]) / 2
    y -= 0.05 * sneer
    if "cat" in design.flags:
        tip = smooth(
            np.array(
                [[-0.11, y - 0.05], [0.0, y - 0.075], [0.11, y - 0.05], [0.035, y + 0.05], [-0.035, y + 0.05]]
            )
        )
        yield Layer(view.on_face(tip, 0.25), colours["nose"])
        yield from _whiskers(design, view, sneer)
    else:
        bridge = np.array([[-0.075, y + 0.015], [0.0, y + 0.055], [0.075, y + 0.015]])
        yield Layer(view.on_face(stroke(bridge, np.array([0.03, 0.055, 0.03])), 0.2), colours["nose"])
    if sneer > 0.08:
        for side in (1.0, -1.0):
            for k in range(2):
                fold = np.array(
                    [[0.05 + 0.03 * k, y - 0.30 + 0.09 * k], [0.15 + 0.02 * k, y - 0.33 + 0.08 * k]]
                ) * (side, 1)
                yield Layer(view.on_face(stroke(fold, 0.028), 0.15), colours["line"], 0.65 * min(1.0, sneer))
            fold = np.array([[0.17, y - 0.02], [0.27, y + 0.08], [0.33, y + 0.20]]) * (side, 1)
            yield Layer(view.on_face(stroke(fold, 0.028)), colours["line"], 0.55 * min(1.0, sneer))


def _whiskers(design: Design, view: View, sneer: float) -> Iterator[Layer]:
    for side in (1.0, -1.0):
        for k in range(3):
            begin = np.array([0.38, 0.44 + 0.10 * k])
            end = np.array([1.28, 0.30 + 0.20 * k - 0.10 * sneer])
            line = np.stack([begin, moved((begin + end) / 2, 0, -0.03), end]) * (side, 1)
            yield Layer(
                view.at_depth(stroke(line, np.array([0.03, 0.022, 0.008])), 0.5),
                design.colours["whisker"],
                0.95,
            )


def _mouth(design: Design, w: dict[str, float], view: View) -> Iterator[Layer]:
    """Lips; between them the dark, teeth and tongue."""
    colours, m = design.colours, mouth(w, design.numbers)
    if not m.open:
        middle = (m.upper + m.lower) / 2
        width = m.lips * (0.72 + 0.45 * (1 - np.linspace(-1, 1, len(middle)) ** 2))
        yield Layer(view.on_face(stroke(middle, width), 0.05), colours["lips"])
    else:
        inside = np.concatenate([m.upper, m.lower[::-1]])
        yield Layer(
            view.on_face(stroke(np.concatenate([inside, inside[:1]]), m.lips * 1.25), 0.05), colours["lips"]
        )
        yield Layer(view.on_face(inside, 0.05), colours["mouth"], keep=_MOUTH)
        gap = float((m.lower - m.upper)[:, 1].max())
        middle, low = m.upper.mean(axis=0)[0], float(m.lower[:, 1].max())
        wide = float(np.ptp(m.upper[:, 0])) / 2
        if gap > 0.13:
            tongue = ellipse(middle, low + 0.02, 0.62 * wide, min(0.42 * gap, 0.20))
            yield Layer(view.on_face(tongue, 0.05), colours["tongue"], clip=_MOUTH)
        teeth = np.concatenate([moved(m.upper, 0, -0.02), moved(m.upper, 0, min(0.115, 0.45 * gap))[::-1]])
        yield Layer(view.on_face(teeth, 0.05), colours["teeth"], clip=_MOUTH)
        if w["mouthLowerDownLeft"] + w["mouthLowerDownRight"] > 0.7 and gap > 0.1:
            lower = np.concatenate([moved(m.lower, 0, 0.02), moved(m.lower, 0, -min(0.07, 0.25 * gap))[::-1]])
            yield Layer(view.on_face(lower, 0.05), colours["teeth"], 0.92, clip=_MOUTH)
    if m.tongue > 0.15:
        x, y = float(m.lower[8, 0]), float(m.lower[8, 1])
        tip = ellipse(x, y + 0.10 * m.tongue, 0.13, 0.04 + 0.14 * m.tongue)
        yield Layer(view.on_face(tip, 0.06), colours["tongue"])
    if m.smile > 0.3:
        for k, side in ((-1, 1.0), (0, -1.0)):
            corner = m.upper[k]
            dimple = np.stack(
                [
                    moved(corner, 0.05 * side, -0.07),
                    moved(corner, 0.085 * side, 0.0),
                    moved(corner, 0.06 * side, 0.06),
                ]
            )
            yield Layer(view.on_face(stroke(dimple, 0.024)), colours["line"], 0.4 * min(1.0, m.smile))


def _glasses(design: Design, view: View) -> Iterator[Layer]:
    n, gold = design.numbers, design.colours["glasses"]
    for side in (1.0, -1.0):
        ring = ellipse(side * n["eye_x"], n["eye_y"] + 0.03, 0.335, 0.335, 40)
        yield Layer(view.on_face(ring, 0.12), np.ones(6), 0.10)
        yield Layer(view.on_face(stroke(np.concatenate([ring, ring[:2]]), 0.042), 0.12), gold)
        arm = np.array([[side * (n["eye_x"] + 0.33), n["eye_y"]], [side * 0.93, n["eye_y"] - 0.06]])
        yield Layer(view.on_face(stroke(arm, 0.04), 0.08), gold)
    bridge = np.array([[-0.08, n["eye_y"] - 0.01], [0.0, n["eye_y"] - 0.05], [0.08, n["eye_y"] - 0.01]])
    yield Layer(view.on_face(stroke(bridge, 0.042), 0.2), gold)
