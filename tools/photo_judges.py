"""What two networks that nobody here trained see in moved portraits: the measures of ``tools/head_judges.py`` on ``face=photo``.

    python tools/photo_judges.py [PORTRAIT ...]          every character drawn at rest, and the portraits named
    python tools/photo_judges.py --characters mara ravi  fewer of them
    python tools/photo_judges.py --keep FOLDER           keeps the faces as they were read

A portrait that smiles is relaxed by the engine first, as ever. How faces are cut out and what is counted stands in
``head_judges.py``. Nothing of the portraits was searched with the expression network; MediaPipe's third network also tells the
engine how far a portrait smiles.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from head_judges import (
    CLASSES,
    GREY,
    INTENSITIES,
    Readers,
    Seen,
    people,
    pictures,
    report_blendshapes,
    report_expressions,
    report_intensities,
    report_steps,
)
from PIL import Image

from generators.base import ARKIT
from generators.face.characters import character_names
from generators.face.photo.portrait import Portrait, find_portrait, open_portrait
from generators.face.photo.renderer import PhotoRenderer
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer

SIDE = 512
Flush = tuple[float, float, float]


class Mover:
    """A moved portrait with the head's way of being drawn."""

    def __init__(self, portrait: Portrait) -> None:
        self._renderer = PhotoRenderer(portrait, (SIDE, SIDE))

    def draw(
        self, weights: np.ndarray, pose: np.ndarray, breath: float, flush: Flush, light: object
    ) -> np.ndarray:
        """A picture ``(SIDE, SIDE, 4)``; a portrait shows neither the breath nor another light."""
        return self._renderer.draw(weights, pose, flush)


def main() -> None:
    """Draw, move, read, print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("portraits", nargs="*", type=Path)
    options.add_argument("--characters", nargs="*", help="all if left out")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--models", type=Path, default=Path("../shared/models"))
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--keep", type=Path)
    asked = options.parse_args()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    readers = Readers(asked.models / "face_expression" / "face_expression.onnx")
    by_votes, by_label, peoples = people(readers, asked.data / "faces")
    names = character_names() if asked.characters is None else asked.characters
    portraits = [(path.stem, open_portrait(path)) for path in asked.portraits]
    portraits += [(name, drawn(name)) for name in names]
    seen = [
        one for name, portrait in portraits for one in look(readers, name, portrait, asked.seeds, asked.keep)
    ]
    full = [one for one in seen if one.intensity == 1.0]
    report_expressions(full, by_votes, by_label)
    report_blendshapes(full, peoples)
    report_steps(seen, peoples)
    report_intensities(seen, peoples)


def drawn(name: str) -> Portrait:
    """A character at rest over grey, as a portrait."""
    picture = Renderer(build_model(name), (SIDE, SIDE)).draw(np.zeros(len(ARKIT)), np.zeros(6), 0.5)
    alpha = picture[..., 3:] / 255
    plain = (picture[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    return find_portrait(np.ascontiguousarray(plain), name)


def look(readers: Readers, name: str, portrait: Portrait, seeds: int, keep: Path | None) -> Iterator[Seen]:
    """Full intensity with every seed, the steps below it with the first."""
    mover = Mover(portrait)
    for label in CLASSES:
        steps = [(1.0, seed) for seed in range(seeds)]
        if label != "neutral":
            steps += [(intensity, 0) for intensity in INTENSITIES[:-1]]
        for intensity, seed in steps:
            picture, asked = pictures(mover, label, intensity, seed)  # type: ignore[arg-type]
            face, probabilities, blendshapes = readers.read(picture)
            if keep is not None:
                Image.fromarray(face).save(keep / f"{name}_{label}_{intensity:.2f}_{seed}.png")
            yield Seen(name, label, intensity, seed, asked, probabilities, blendshapes)


if __name__ == "__main__":
    main()
