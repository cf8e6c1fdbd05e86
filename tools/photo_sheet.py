"""Draw the contact sheet of moved portraits: each row a portrait, as it was given and moved.

    python tools/photo_sheet.py docs/photo.jpg PORTRAIT ... [--size 256]

Without portraits the head's characters are drawn at rest and moved.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest
from generators.face.animation import animate
from generators.face.photo.portrait import Portrait, find_portrait, framed, open_portrait
from generators.face.photo.renderer import PhotoRenderer
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.tables import shape_vector, visemes

EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
CHARACTERS = ("mara", "kenji", "amina")
WALL = (122, 140, 150)


def main() -> None:
    """Write the sheet named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("portraits", nargs="*", type=Path)
    parser.add_argument("--size", type=int, default=256)
    asked = parser.parse_args()
    portraits = [open_portrait(path) for path in asked.portraits] + [drawn(name) for name in CHARACTERS]
    rows = [cells(portrait, asked.size) for portrait in portraits]
    page = Image.new("RGB", (len(rows[0]) * asked.size, len(rows) * asked.size))
    write = ImageDraw.Draw(page)
    for i, row in enumerate(rows):
        for j, (label, picture) in enumerate(row):
            corner = (j * asked.size, i * asked.size)
            page.paste(Image.fromarray(picture[..., :3]), corner)
            write.text(
                (corner[0] + 5, corner[1] + 3), label, fill=(255, 255, 255), stroke_width=1, stroke_fill=0
            )
    page.save(asked.out, quality=82)
    print(f"wrote {asked.out}: {asked.out.stat().st_size / 1e3:.0f} kB")


def drawn(name: str) -> Portrait:
    """A character of the head at rest before a wall."""
    picture = Renderer(build_model(name), (512, 512)).draw(np.zeros(len(ARKIT)), np.zeros(6), 0.5)
    alpha = picture[..., 3:] / 255
    plain = (picture[..., :3] * alpha + np.array(WALL) * (1 - alpha)).astype(np.uint8)
    return find_portrait(np.ascontiguousarray(plain), name)


def cells(portrait: Portrait, size: int) -> list[tuple[str, np.ndarray]]:
    """Labelled pictures of one portrait."""
    renderer, still, plain = PhotoRenderer(portrait, (size, size)), np.zeros(6), np.zeros(len(ARKIT))
    given = framed(portrait, (size, size)).picture
    found = [("as given", given), ("at rest", renderer.draw(plain, still))]
    for emotion in EMOTIONS:
        moving = animate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0))
        blink = moving.arkit[:, ARKIT.index("eyeBlinkLeft")]
        at = 25 + int(np.argmin(blink[25:]))
        found.append((emotion, renderer.draw(moving.arkit[at], moving.pose[at])))
    found += [(name, renderer.draw(visemes().by_name[name].target, still)) for name in ("AA", "FF")]
    found.append(("blink", renderer.draw(shape_vector({"eyeBlink": 0.97}), still)))
    turn = np.array([0, 0, 0, 0, np.radians(-16), 0])
    found.append(("turned left", renderer.draw(plain, turn)))
    return found


if __name__ == "__main__":
    main()
