"""What judges that nobody here trained read in moved portraits: face-api's expression network and MediaPipe's blendshapes.

    python tools/photo_judges.py [PORTRAIT ...] [--expressions ../shared/models/face_expression/face_expression.onnx]

Portraits are the head's characters drawn at rest over a grey wall, and the files named. Each holds seven expressions at full
intensity, and six of them at 0, .25, .5, .75 and 1. Printed are the network's answers, the rank correlation of what
blendshapes read with what was asked (changes against the portrait at rest), and that of intensity with how much is read.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.stats import spearmanr

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from external.landmarker import BLENDSHAPES, FaceMarks, LandmarkFinder
from external.onnx import open_network
from generators.base import ARKIT, FaceRequest, Job
from generators.face.animation import animate
from generators.face.characters import character_names
from generators.face.photo.portrait import Portrait, find_portrait, open_portrait
from generators.face.photo.renderer import PhotoRenderer
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer

SIZE, GREY = 512, 150
ORDER = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")  # as the network answers
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
ASKED_ENOUGH = 0.25  # a shape counts as expressive when some expression asks for so much of it
SHAPES = [i for i, name in enumerate(ARKIT) if name in BLENDSHAPES and not name.startswith("eyeLook")]


@dataclass(frozen=True)
class Held:
    """An expression as asked and as seen: weights ``(52,)``, read blendshapes ``(52,)`` and seven probabilities."""

    asked: np.ndarray
    read: np.ndarray
    answer: np.ndarray


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("portraits", nargs="*", type=Path)
    parser.add_argument(
        "--expressions", type=Path, default=Path("../shared/models/face_expression/face_expression.onnx")
    )
    parser.add_argument("--seeds", type=int, default=1)
    asked = parser.parse_args()
    network, finder = open_network(asked.expressions), LandmarkFinder()
    rows: dict[tuple[str, str, int], Held] = {}
    risen = []
    for name, portrait in [*drawn_portraits(), *((str(p), open_portrait(p)) for p in asked.portraits)]:
        renderer = PhotoRenderer(portrait, (SIZE, SIZE))
        rest = see(renderer.draw(np.zeros(len(ARKIT)), np.zeros(6)), network, finder)
        for emotion in ORDER:
            for seed in range(asked.seeds):
                rows[name, emotion, seed] = hold(renderer, emotion, 1.0, seed, network, finder)
        for emotion in ORDER[1:]:
            path = [hold(renderer, emotion, step, 0, network, finder) for step in STEPS]
            risen.append(spearmanr(STEPS, [np.abs(h.read - rest[0]).sum() for h in path]).statistic)
        right = sum(int(ORDER[int(h.answer.argmax())] == e) for (who, e, _), h in rows.items() if who == name)
        print(f"{name}: {right} of {len(ORDER) * asked.seeds}", flush=True)
    report(rows, risen)


def drawn_portraits() -> list[tuple[str, Portrait]]:
    """The head's characters at rest over a grey wall."""
    found = []
    for name in character_names():
        picture = Renderer(build_model(name), (SIZE, SIZE)).draw(np.zeros(len(ARKIT)), np.zeros(6), 0.5)
        alpha = picture[..., 3:] / 255
        plain = (picture[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
        found.append((name, find_portrait(np.ascontiguousarray(plain), name)))
    return found


def hold(
    renderer: PhotoRenderer,
    emotion: str,
    intensity: float,
    seed: int,
    network: object,
    finder: LandmarkFinder,
) -> Held:
    """An emotion held for two seconds, between blinks."""
    moving = animate(FaceRequest(Conditioning.of(Emotion.of(emotion, intensity)), 2.0, job=Job(seed)))
    blink = moving.arkit[:, ARKIT.index("eyeBlinkLeft")]
    at = 25 + int(np.argmin(blink[25:]))
    read, answer = see(renderer.draw(moving.arkit[at], moving.pose[at]), network, finder)
    return Held(moving.arkit[at], read, answer)


def see(picture: np.ndarray, network: object, finder: LandmarkFinder) -> tuple[np.ndarray, np.ndarray]:
    """Blendshapes in ARKit's order and the network's probabilities."""
    plain = np.ascontiguousarray(picture[..., :3])
    marks = finder.find(plain)
    if marks is None:
        return np.zeros(len(ARKIT)), np.zeros(len(ORDER))
    by_name = dict(zip(BLENDSHAPES, marks.blendshapes.tolist(), strict=True))
    read = np.array([by_name.get(name, 0.0) for name in ARKIT])
    crop = face_crop(plain, marks)
    (answer,) = network.run(["probs"], {"input": crop[None].astype(np.float32)})  # type: ignore[attr-defined]
    return read, answer[0]


def face_crop(picture: np.ndarray, marks: FaceMarks) -> np.ndarray:
    """The face's square box as face-api cuts it: that of its points, a tenth wider on each side; 112 pixels RGB."""
    low, high = marks.points[:468, :2].min(axis=0), marks.points[:468, :2].max(axis=0)
    middle, side = (low + high) / 2, 1.2 * float((high - low).max())
    scale = side / 112
    onto = np.array([[scale, 0, middle[0] - side / 2], [0, scale, middle[1] - side / 2]])
    soft = cv2.GaussianBlur(picture, (0, 0), 0.4 * scale) if scale > 1.2 else picture
    return cv2.warpAffine(
        soft, onto, (112, 112), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )


def report(rows: dict[tuple[str, str, int], Held], risen: list[float]) -> None:
    """Print the tables."""
    print(f"\n| asked | {' | '.join(ORDER)} |\n| --- |{' --- |' * len(ORDER)}")
    right = 0
    for emotion in ORDER:
        answers = [int(h.answer.argmax()) for (_, e, _), h in rows.items() if e == emotion]
        counts = [answers.count(k) for k in range(len(ORDER))]
        right += counts[ORDER.index(emotion)]
        print(f"| {emotion} | {' | '.join(map(str, counts))} |")
    print(f"\nexpression network: {right} of {len(rows)} ({right / len(rows):.0%})")
    neutral = {(who, seed): h for (who, e, seed), h in rows.items() if e == "neutral"}
    asked = np.array([h.asked - neutral[w, s].asked for (w, e, s), h in rows.items() if e != "neutral"])
    read = np.array([h.read - neutral[w, s].read for (w, e, s), h in rows.items() if e != "neutral"])
    chosen = [i for i in SHAPES if asked[:, i].max() >= ASKED_ENOUGH]
    pooled = spearmanr(asked[:, chosen].ravel(), read[:, chosen].ravel()).statistic
    print(f"blendshapes, {len(chosen)} expressive shapes pooled: Spearman {pooled:.3f}")
    for i in chosen:
        print(
            f"  {ARKIT[i]}: {spearmanr(asked[:, i], read[:, i]).statistic:.2f} (reads up to {read[:, i].max():.2f})"
        )
    print(
        f"intensity against what is read: Spearman {np.mean(risen):.3f} on average, {min(risen):.3f} at least"
    )


if __name__ == "__main__":
    main()
