"""What the face judge reads in heads posed at full expression: every character of the built-in head, every label, some seeds.

    python tools/posed_heads.py              prints a table of what was asked and what was read
    python tools/posed_heads.py --seeds 1    one head of each

The heads are silent and over grey; their last frame after 1.4 seconds is read. The judge never learned from drawn heads.
"""

from __future__ import annotations

import argparse
from collections import Counter, deque

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import FaceRequest, Job
from generators.face.head import Head
from studio.judges.scoring.face import FaceJudge

SECONDS, SIDE, GREY = 1.4, 320, 128


def posed(head: Head, character: str, emotion: str, seed: int) -> np.ndarray:
    """A head holding an emotion over grey, uint8 RGB ``(SIDE, SIDE, 3)``."""
    asked = Conditioning.of(Emotion.of(emotion))
    request = FaceRequest(asked, SECONDS, size=(SIDE, SIDE), character=character, job=Job(seed))
    (last,) = deque(head.generate(request).frames(), maxlen=1)
    alpha = last[..., 3:] / 255
    return np.ascontiguousarray((last[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8))


def main() -> None:
    """Pose, read, print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seeds", type=int, default=3)
    seeds = range(options.parse_args().seeds)
    head, judge = Head(), FaceJudge()
    characters = head.describe().options
    read = {
        label: Counter(judge.read(posed(head, who, label, seed)).top for who in characters for seed in seeds)
        for label in judge.card.labels
    }
    columns = (*judge.card.labels, "no reading")
    print(f"| asked | {' | '.join(columns)} |\n| --- |{' --- |' * len(columns)}")
    for label, counts in read.items():
        print(f"| {label} | {' | '.join(str(counts[column]) for column in columns)} |")
    right = sum(counts[label] for label, counts in read.items())
    print(f"\n{right} of {sum(counts.total() for counts in read.values())} read as asked")


if __name__ == "__main__":
    main()
