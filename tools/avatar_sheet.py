"""A contact sheet of the drawn characters: twelve emotions and the mouths of speech.

python tools/avatar_sheet.py docs/avatars.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest
from generators.face.avatar import Avatar
from generators.face.drawn.artist import Artist
from generators.face.drawn.designs import design, design_names
from generators.face.tables import visemes
from studio.compose import blend

EMOTIONS = (
    "neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust", "contempt", "amusement", "awe", "embarrassment", "pride",
)  # fmt: skip
MOUTHS = ("PP", "FF", "TH", "DD", "SS", "CH", "AA", "AE", "EH", "EE", "OH", "OO")
PAPER = 236


def drawn(name: str, weights: np.ndarray, pose: np.ndarray, side: int) -> np.ndarray:
    """A character on paper, ``(side, side, 3)`` uint8."""
    picture = np.full((side, side, 3), PAPER, np.uint8)
    blend(picture, Artist(design(name), (side, side)).draw(weights, pose, 0.5), 0, 0)
    return picture


def felt(name: str, emotion: str, side: int) -> np.ndarray:
    """A character in an emotion, at the moment when its eyes are most open."""
    track = Avatar().generate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0, character=name))
    moment = 25 + int(np.argmin(track.arkit[25:, ARKIT.index("eyeBlinkLeft")]))
    return drawn(name, track.arkit[moment], track.pose[moment], side)


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--side", type=int, default=144, help="pixels of a picture")
    asked = parser.parse_args()
    rows = []
    for name in design_names():
        rows.append(np.concatenate([felt(name, emotion, asked.side) for emotion in EMOTIONS], axis=1))
        mouths = [drawn(name, visemes().by_name[mouth].target, np.zeros(6), asked.side) for mouth in MOUTHS]
        rows.append(np.concatenate(mouths, axis=1))
    Image.fromarray(np.concatenate(rows)).save(asked.out, optimize=True)
    print(f"{asked.out}: {', '.join(EMOTIONS)}; below them the mouths {', '.join(MOUTHS)}")


if __name__ == "__main__":
    main()
