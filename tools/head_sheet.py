"""Draw contact sheets of the built-in head: characters by emotions, and a strip of speech.

python tools/head_sheet.py FOLDER [CHARACTER ...] [--size 320] [--background light|dark|white|black]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest, Phone
from generators.face.animation import animate
from generators.face.characters import character_names
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.tables import motion, visemes

EMOTIONS = (
    "neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt", "amusement", "love", "shame", "boredom",
)  # fmt: skip
GREYS = {"light": (168, 176, 188), "dark": (28, 30, 36), "white": (255, 255, 255), "black": (0, 0, 0)}
WORDS = "h ɛ l O  w ɜ ɹ l d  b ɑ m  f I v  θ ɪ ŋ k  ʃ u  m i t"


def main() -> None:
    """Write the sheets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("characters", nargs="*")
    parser.add_argument("--size", type=int, default=320)
    parser.add_argument("--background", choices=GREYS, default="light")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    names = asked.characters or character_names()
    for name in names:
        renderer = Renderer(build_model(name), (asked.size, asked.size))
        grey = GREYS[asked.background]
        sheet([(emotion, felt(renderer, emotion)) for emotion in EMOTIONS], 4, grey).save(
            asked.folder / f"{name}_emotions.png"
        )
        sheet(spoken(renderer), 6, grey).save(asked.folder / f"{name}_speech.png")
        sheet(turned(renderer), 4, grey).save(asked.folder / f"{name}_turns.png")
        print(f"{name}: {asked.folder}/{name}_*.png")


def felt(renderer: Renderer, emotion: str) -> np.ndarray:
    """The picture of an emotion held for two seconds, between blinks."""
    moving = animate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0))
    blink = moving.arkit[:, ARKIT.index("eyeBlinkLeft")]
    chosen = 25 + int(np.argmin(blink[25:]))
    return renderer.draw(moving.arkit[chosen], moving.pose[chosen], 0.5)


def spoken(renderer: Renderer) -> list[tuple[str, np.ndarray]]:
    """Each viseme held, and then every second frame of a sentence said with joy."""
    still = np.zeros(6)
    held = [(name, renderer.draw(v.target, still, 0.5)) for name, v in visemes().by_name.items()]
    phones, now = [], 0.2
    for symbol in WORDS.split(" "):
        if symbol:
            phones.append(Phone(symbol, now, now + 0.085, int(symbol in "ɛɜɑI")))
        now += 0.085
    moving = animate(FaceRequest(Conditioning.of(Emotion.of("joy", 0.7)), now + 0.4, tuple(phones)))
    frames = [
        (f"{t:.2f}", renderer.draw(w, p, b))
        for t, w, p, b in list(zip(moving.times, moving.arkit, moving.pose, moving.breath, strict=True))[::2]
    ]
    return held + frames


def turned(renderer: Renderer) -> list[tuple[str, np.ndarray]]:
    """The head turned, tilted, blinking and looking about."""
    limit = np.radians(motion("head")["limit"])
    cases = []
    for label, axis, sign in (
        ("up", 3, 1), ("down", 3, -1), ("right", 4, 1), ("left", 4, -1), ("tilt", 5, 1),
    ):  # fmt: skip
        pose = np.zeros(6)
        pose[axis] = sign * limit[axis - 3]
        cases.append((label, renderer.draw(np.zeros(len(ARKIT)), pose, 0.5)))
    for label, shapes in (
        ("blink", ("eyeBlinkLeft", "eyeBlinkRight")),
        ("look right", ("eyeLookOutLeft", "eyeLookInRight")),
        ("look down", ("eyeLookDownLeft", "eyeLookDownRight")),
    ):
        weights = np.zeros(len(ARKIT))
        weights[[ARKIT.index(name) for name in shapes]] = 0.7 if "look" in label else 0.97
        cases.append((label, renderer.draw(weights, np.zeros(6), 0.5)))
    return cases


def sheet(cells: list[tuple[str, np.ndarray]], columns: int, grey: tuple[int, int, int]) -> Image.Image:
    """Labelled pictures in rows over a plain background."""
    height, width = cells[0][1].shape[:2]
    rows = -(-len(cells) // columns)
    page = Image.new("RGBA", (columns * width, rows * height), (*grey, 255))
    draw = ImageDraw.Draw(page)
    ink = (0, 0, 0) if sum(grey) > 380 else (255, 255, 255)
    for i, (label, picture) in enumerate(cells):
        corner = (i % columns * width, i // columns * height)
        page.alpha_composite(Image.fromarray(picture), corner)
        draw.text((corner[0] + 6, corner[1] + 4), label, fill=ink)
    return page.convert("RGB")


if __name__ == "__main__":
    main()
