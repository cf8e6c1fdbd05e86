"""Contact sheets of the procedural scenes: a row for each family, a column for each emotion.

    python tools/scene_sheet.py OUT_FOLDER [--families sky,sea] [--emotions joy,fear] [--seed 3] [--full] [--time]

Writes ``sheet.png``; with ``--full`` also every picture at 1280 x 720. ``--time`` prints CPU milliseconds a frame, all
threads together, as the median of the frames after the first two.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import Job, VideoRequest
from generators.video.plan import families
from generators.video.scenes import Scenes

EMOTIONS = ("neutral", "joy", "serenity", "love", "surprise", "sadness", "fear", "anger", "disgust", "awe")
TILE = (384, 216)
FRAMES = 25


def film(family: str, emotion: str, seed: int, frames: int) -> tuple[np.ndarray, float]:
    """The last frame of a short film at 1280 x 720, and the median CPU milliseconds a frame took."""
    request = VideoRequest(
        Conditioning.of(Emotion.of(emotion)), frames / 25, scene=family, job=Job(seed=seed)
    )
    costs, picture = [], np.zeros((1, 1, 3), np.uint8)
    iterator = Scenes().generate(request).frames()
    for _ in range(frames):
        start = time.process_time()
        picture = next(iterator)
        costs.append(time.process_time() - start)
    return picture, float(np.median(costs[2:])) * 1e3


def tile(picture: np.ndarray, title: str) -> np.ndarray:
    """A small picture with its title."""
    small = cv2.resize(picture, TILE, interpolation=cv2.INTER_AREA)
    for colour, width in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(small, title, (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, width, cv2.LINE_AA)
    return small


def main() -> None:
    """Draw the sheet that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--families", default=",".join(families()))
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for family in options.families.split(","):
        row, costs = [], []
        for emotion in options.emotions.split(","):
            picture, cost = film(family, emotion, options.seed, FRAMES)
            costs.append(cost)
            row.append(tile(picture, f"{family}: {emotion}"))
            if options.full:
                cv2.imwrite(str(options.folder / f"{family}_{emotion}.png"), picture[..., ::-1])
        rows.append(np.hstack(row))
        if options.time:
            print(
                f"{family:8s} {np.mean(costs):5.1f} ms mean, {max(costs):5.1f} ms worst emotion", flush=True
            )
    cv2.imwrite(str(options.folder / "sheet.png"), np.vstack(rows)[..., ::-1])


if __name__ == "__main__":
    main()
