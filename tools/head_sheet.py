"""Draw contact sheets of the built-in head: all characters by twelve emotions, by visemes, and from all sides.

python tools/head_sheet.py                       writes docs/head_emotions.jpg, head_visemes.jpg and head_turns.jpg
python tools/head_sheet.py --folder F mara lin   the same sheets of these two in another folder
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest
from generators.face.animation import animate
from generators.face.characters import character_names
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.render.stage import mood_light
from generators.face.tables import motion, visemes

EMOTIONS = (
    "neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt", "amusement", "love", "shame", "boredom",
)  # fmt: skip
GREY = (168, 176, 188)
DOCS = Path(__file__).resolve().parent.parent / "docs"
QUALITY = 84  # of the JPEG files; keeps each sheet below 1.5 MB
Cell = tuple[str, np.ndarray]


def main() -> None:
    """Write the sheets of the characters named on the command line, or of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("characters", nargs="*")
    parser.add_argument("--folder", type=Path, default=DOCS)
    parser.add_argument("--size", type=int, default=176, help="pixels of a cell")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    names = asked.characters or character_names()
    emotions = [(emotion, *held(emotion)) for emotion in EMOTIONS]

    def felt(renderer: Renderer) -> list[Cell]:
        return [(name, renderer.draw(w, p, 0.5, light=light)) for name, w, p, light in emotions]

    for name, cells in (("emotions", felt), ("visemes", spoken), ("turns", turned)):
        path = asked.folder / f"head_{name}.jpg"
        rows(names, asked.size, cells).save(path, quality=QUALITY, optimize=True)
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


def held(emotion: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shapes, pose and light of an emotion held for two seconds, between blinks."""
    asked = Conditioning.of(Emotion.of(emotion))
    moving = animate(FaceRequest(asked, 2.0))
    blink = moving.arkit[:, ARKIT.index("eyeBlinkLeft")]
    chosen = 25 + int(np.argmin(blink[25:]))
    light = mood_light(asked.timeline.sample(moving.times[chosen : chosen + 1]).vad)[0]
    return moving.arkit[chosen], moving.pose[chosen], light


def spoken(renderer: Renderer) -> list[Cell]:
    """Each viseme held."""
    return [(name, renderer.draw(v.target, np.zeros(6), 0.5)) for name, v in visemes().by_name.items()]


def turned(renderer: Renderer) -> list[Cell]:
    """The head turned, tilted, blinking, looking about, and close to the camera."""
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
    still = (np.zeros(len(ARKIT)), np.zeros(6), 0.5)
    for label, flush in (("blush", (0.7, 0.0, 0.0)), ("tears", (0.0, 1.0, 0.0)), ("sweat", (0.0, 0.0, 1.0))):
        cases.append((label, renderer.draw(*still, flush)))
    cases.append(("close", Renderer(renderer.model, renderer.size, "close").draw(*still)))
    return cases


def rows(names: Sequence[str], size: int, cells: Callable[[Renderer], list[Cell]]) -> Image.Image:
    """One row of labelled pictures for each character."""
    drawn = []
    for name in names:
        renderer = Renderer(build_model(name), (size, size))
        drawn += [(f"{name}: {label}" if not i else label, p) for i, (label, p) in enumerate(cells(renderer))]
    return sheet(drawn, len(drawn) // len(names), GREY)


def sheet(cells: list[Cell], columns: int, grey: tuple[int, int, int]) -> Image.Image:
    """Labelled pictures in rows over a plain background."""
    height, width = cells[0][1].shape[:2]
    count = -(-len(cells) // columns)
    page = Image.new("RGBA", (columns * width, count * height), (*grey, 255))
    draw = ImageDraw.Draw(page)
    for i, (label, picture) in enumerate(cells):
        corner = (i % columns * width, i // columns * height)
        page.alpha_composite(Image.fromarray(picture), corner)
        draw.text((corner[0] + 5, corner[1] + 3), label, fill=(0, 0, 0))
    return page.convert("RGB")


if __name__ == "__main__":
    main()
