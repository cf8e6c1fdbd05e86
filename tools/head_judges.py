"""What two networks that nobody here trained see in the built-in head: face-api's expressions and MediaPipe's blendshapes.

    python tools/head_judges.py                   every character, seven expressions, five seeds; intensities of the first seed
    python tools/head_judges.py --seeds 1         quicker
    python tools/head_judges.py --keep FOLDER     keeps the faces as they were read

Prints what the expression network reads at full intensity and, beside it, how much of FER2013 the same network reads as its
voters did; how MediaPipe's blendshapes follow the shapes asked for; and how both rise with intensity. Nothing of the head was
searched with these networks.

Each picture is the frame after 1.2 seconds that is farthest from a blink, over grey. The expression network sees the face cut
out as FER2013's tiles cut theirs (eyes and mouth laid onto the places where they lie on average in those tiles), in colour.
A shape counts as expressive if an expression asks for a tenth of it or more, and as read by MediaPipe if one of FER2013's
faces in a hundred has a tenth of it or more: of the others (cheekSquint, noseSneer …) that network says nothing on people either.
Changes are from the character's own neutral faces, in units of that hundredth face.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from external.onnx import open_network
from generators.base import ARKIT, FaceRequest, Job
from generators.face.animation import animate
from generators.face.characters import character_names
from generators.face.eyes import blink_weight
from generators.face.performance import performance
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.render.stage import mood_light
from studio.judges.face_finder import FaceFinder, anchor_marks, similarity
from studio.judges.landmarks import BLENDSHAPES
from studio.judges.weights import load_trained
from studio.training.corpus_faces import LABELS, read_faces
from studio.training.judge_face_figures import as_picture

SIDE, SECONDS, SETTLED, GREY = 512, 2.4, 1.2, 128
INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
INPUT = 112
# The network's classes, by our labels, in its order.
CLASSES = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
# Not of an expression: where the eyes look, and the tongue.
APART = ("eyeLook", "tongueOut")
ASKED, SEEN = 0.1, 0.1


@dataclass(frozen=True)
class Seen:
    """One picture, and what was asked for and read in it.

    Args:
        character: who.
        label: the emotion.
        intensity: 0..1.
        seed: of the animation.
        asked: shapes of the frame ``(52,)`` in the order of ``ARKIT``.
        probabilities: of ``CLASSES`` ``(7,)``.
        blendshapes: as MediaPipe reads them, in the order of ``ARKIT``; not a number where it has no such shape, or no face.
    """

    character: str
    label: str
    intensity: float
    seed: int
    asked: np.ndarray
    probabilities: np.ndarray
    blendshapes: np.ndarray


class Readers:
    """Both networks.

    Args:
        expression: path of ``face_expression.onnx``.
    """

    def __init__(self, expression: Path) -> None:
        framing = load_trained("face", None).weights["framing"]
        self._framing = np.asarray(framing, float) * INPUT
        self.finder = FaceFinder(framing)
        self._network = open_network(expression)

    def expressions(self, faces: np.ndarray) -> np.ndarray:
        """Probabilities ``(n, 7)`` of framed faces, uint8 RGB ``(n, 112, 112, 3)``."""
        return np.asarray(self._network.run(["probs"], {"input": faces.astype(np.float32)})[0])

    def read(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The framed face, probabilities ``(7,)`` and blendshapes ``(52,)`` of a picture."""
        marks = self.finder.find(picture)
        if marks is None:
            return np.zeros((INPUT, INPUT, 3), np.uint8), np.zeros(7), np.full(len(ARKIT), np.nan)
        fine = 3
        onto = similarity(self._framing * fine, anchor_marks(marks))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        large = cv2.warpAffine(
            picture, onto, (INPUT * fine, INPUT * fine), flags=flags, borderValue=(GREY,) * 3
        )
        face = np.asarray(cv2.resize(large, (INPUT, INPUT), interpolation=cv2.INTER_AREA))
        return face, self.expressions(face[None])[0], in_our_order(marks.blendshapes)


def in_our_order(blendshapes: np.ndarray) -> np.ndarray:
    """MediaPipe's blendshapes in the order of ``ARKIT``, ``(…, 52)``."""
    place = {name: i for i, name in enumerate(BLENDSHAPES)}
    padded = np.append(blendshapes, np.nan)
    return padded[[place.get(name, -1) for name in ARKIT]]


def pictures(renderer: Renderer, label: str, intensity: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The picture over grey, uint8 RGB, and the shapes asked for ``(52,)`` of an emotion that is held."""
    feeling = Emotion.of(label, intensity) if label != "neutral" else Emotion.of("neutral")
    request = FaceRequest(Conditioning.of(feeling), SECONDS, job=Job(seed))
    moving = animate(request)
    closed = blink_weight(moving.blinks, moving.times)
    near = np.array([np.abs(closed[max(0, i - 3) : i + 4]).max() for i in range(len(closed))])
    chosen = int(np.argmin(np.where(moving.times >= SETTLED, near, np.inf)))
    at = moving.times[[chosen]]
    skin = performance(request, at)
    flush = (float(skin["blush"][0]), float(skin["tears"][0]), float(skin["sweat"][0]))
    light = mood_light(request.conditioning.timeline.sample(at).vad)[0]
    drawn = renderer.draw(
        moving.arkit[chosen], moving.pose[chosen], float(moving.breath[chosen]), flush, light
    )
    alpha = drawn[..., 3:] / 255
    picture = (drawn[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    return np.ascontiguousarray(picture), moving.arkit[chosen]


def look(readers: Readers, characters: Sequence[str], seeds: int, keep: Path | None) -> Iterator[Seen]:
    """Everything that is asked: full intensity with every seed, the steps below it with the first."""
    for character in characters:
        renderer = Renderer(build_model(character), (SIDE, SIDE))
        for label in CLASSES:
            steps = [(1.0, seed) for seed in range(seeds)]
            if label != "neutral":
                steps += [(intensity, 0) for intensity in INTENSITIES[:-1]]
            for intensity, seed in steps:
                picture, asked = pictures(renderer, label, intensity, seed)
                face, probabilities, blendshapes = readers.read(picture)
                if keep is not None:
                    name = f"{character}_{label}_{intensity:.2f}_{seed}.png"
                    Image.fromarray(face).save(keep / name)
                yield Seen(character, label, intensity, seed, asked, probabilities, blendshapes)


def people(readers: Readers, folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """FER2013's labelled private test, read by both networks.

    Returns:
        Counts by voters' majority ``(7, 7)`` and by label ``(7, 7)``, and the 99th percentile of MediaPipe's blendshapes
        over 800 of its faces, ``(52,)``.
    """
    faces = read_faces(folder, "private_test")
    enlarged = np.stack(
        [cv2.resize(tile, (INPUT, INPUT), interpolation=cv2.INTER_LINEAR) for tile in faces.tiles]
    )
    order = [LABELS.index(label) for label in CLASSES]
    read = np.concatenate(
        [
            readers.expressions(np.repeat(part[..., None], 3, axis=3)).argmax(axis=1)
            for part in np.array_split(enlarged, max(1, len(enlarged) // 64))
        ]
    )
    by_votes, by_label = np.zeros((7, 7), int), np.zeros((7, 7), int)
    for truth, table in ((faces.majority, by_votes), (faces.labels, by_label)):
        for row, label in enumerate(order):
            table[row] = np.bincount(read[truth == label], minlength=7)
    found = [readers.finder.find(as_picture(tile)) for tile in faces.tiles[:800]]
    shapes = np.stack([in_our_order(marks.blendshapes) for marks in found if marks is not None])
    return by_votes, by_label, np.percentile(shapes, 99, axis=0)


def table_of(seen: Sequence[Seen]) -> np.ndarray:
    """How often each class was read for each asked, ``(7, 8)``; the last column is no face."""
    table = np.zeros((7, 8), int)
    for one in seen:
        read = int(one.probabilities.argmax()) if one.probabilities.any() else 7
        table[CLASSES.index(one.label), read] += 1
    return table


def report_expressions(full: Sequence[Seen], by_votes: np.ndarray, by_label: np.ndarray) -> None:
    """Print the expression network's reading."""
    table = table_of(full)
    share = {"votes": by_votes, "label": by_label}
    recall = {name: np.diag(counts) / np.maximum(counts.sum(axis=1), 1) for name, counts in share.items()}
    right = np.diag(table[:, :7])
    print(f"| asked | right | {' | '.join(CLASSES)} | no face | FER2013, voters | FER2013, label |")
    print(f"|{' --- |' * 12}")
    for i, label in enumerate(CLASSES):
        cells = " | ".join(str(count) for count in table[i])
        ratio = right[i] / table[i].sum()
        print(f"| {label} | {ratio:.2f} | {cells} | {recall['votes'][i]:.2f} | {recall['label'][i]:.2f} |")
    on_people = [np.trace(counts) / counts.sum() for counts in share.values()]
    print(
        f"\nexpression network: {right.sum()} of {table.sum()} right ({right.sum() / table.sum():.1%}); "
        f"on FER2013 {on_people[0]:.1%} of voters' majorities, {on_people[1]:.1%} of labels"
    )
    for character in dict.fromkeys(one.character for one in full):
        own = [one for one in full if one.character == character]
        counted = table_of(own)
        missed = [
            f"{one.label}→{CLASSES[int(one.probabilities.argmax())]}"
            for one in own
            if CLASSES[int(one.probabilities.argmax())] != one.label
        ]
        listed = ", ".join(f"{miss} ×{missed.count(miss)}" for miss in dict.fromkeys(missed))
        print(f"  {character}: {np.trace(counted[:, :7])} of {counted.sum()}  {listed}")


def expressive(asked: np.ndarray, peoples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which shapes count, of bool ``(52,)``: those asked for, and those of them that the network reads on people."""
    apart = np.array([name.startswith(APART) for name in ARKIT])
    used = ~apart & (asked.max(axis=0) >= ASKED)
    return used, used & (np.nan_to_num(peoples) >= SEEN)


def report_blendshapes(full: Sequence[Seen], peoples: np.ndarray) -> None:
    """Print how MediaPipe's blendshapes follow the coefficients asked for, each side of the face for itself."""
    asked = np.stack([one.asked for one in full])
    used, read = expressive(asked, peoples)
    unread = ", ".join(name for name, u, r in zip(ARKIT, used, read, strict=True) if u and not r)
    print(f"\nMediaPipe's blendshapes: {read.sum()} expressive shapes; it reads these on nobody: {unread}")
    given = np.stack([one.blendshapes for one in full])
    people = [one.character for one in full]
    calm = {
        who: given[[i for i, one in enumerate(full) if (one.character, one.label) == (who, "neutral")]].mean(
            axis=0
        )
        for who in dict.fromkeys(people)
    }
    # In units of what a strong face among people's reaches, for the network's shapes have scales of their own.
    change = (given - np.stack([calm[who] for who in people])) / np.maximum(peoples, SEEN)
    print(
        "| shape | asked | change | rises where asked | Spearman over pictures |\n| --- | --- | --- | --- | --- |"
    )
    ranks, signs = [], []
    for i in np.flatnonzero(read):
        strong = asked[:, i] >= 0.6 * asked[:, i].max()
        ranks.append(rank(asked[:, i], given[:, i]))
        signs.append((change[strong, i] > 0).mean())
        print(
            f"| {ARKIT[i]} | {asked[strong, i].mean():.2f} | {change[strong, i].mean():+.2f} | {signs[-1]:.2f} | {ranks[-1]:.2f} |"
        )
    print(
        f"by shape: mean Spearman {np.mean(ranks):.2f}, median {np.median(ranks):.2f}; sign right in {np.mean(signs):.1%}"
    )
    report_profiles(full, asked[:, read], change[:, read])


def report_profiles(full: Sequence[Seen], asked: np.ndarray, change: np.ndarray) -> None:
    """Print the rank agreement of each expression, of all shapes and of those asked for, each picture and their mean."""
    print(
        "| expression | all shapes: mean face | each picture | shapes asked for: mean face | each picture |"
    )
    print(f"|{' --- |' * 5}")
    every: list[list[float]] = []
    profiles = []
    for label in CLASSES[1:]:
        rows = [i for i, one in enumerate(full) if one.label == label]
        mean_asked, mean_change = asked[rows].mean(axis=0), change[rows].mean(axis=0)
        wanted = mean_asked >= ASKED
        figures = [
            rank(mean_asked, mean_change),
            float(np.mean([rank(asked[i], change[i]) for i in rows])),
            rank(mean_asked[wanted], mean_change[wanted]),
            float(np.mean([rank(asked[i, wanted], change[i, wanted]) for i in rows])),
        ]
        every.append(figures)
        profiles.append((mean_asked, mean_change))
        print(f"| {label} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")
    print(f"| mean | {' | '.join(f'{figure:.2f}' for figure in np.mean(every, axis=0))} |")
    together = [np.concatenate(columns) for columns in zip(*profiles, strict=True)]
    wanted = together[0] >= ASKED
    right = float((together[1][wanted] > 0).mean())
    print(
        f"all expressions' mean faces together: Spearman {rank(*together):.2f} of all shapes, "
        f"{rank(together[0][wanted], together[1][wanted]):.2f} of those asked for; sign right in {right:.1%} of those"
    )


def rank(asked: np.ndarray, read: np.ndarray) -> float:
    """Spearman's correlation."""
    return float(spearmanr(asked, read).statistic)


def report_steps(seen: Sequence[Seen], peoples: np.ndarray) -> None:
    """Print how each shape that an expression asks a quarter of, or more, is read to rise as it is asked for more."""
    _, read = expressive(np.stack([one.asked for one in seen if one.intensity == 1.0]), peoples)
    ranks: dict[tuple[str, str], list[float]] = {}
    signs: list[bool] = []
    for label in CLASSES[1:]:
        for character in dict.fromkeys(one.character for one in seen):
            own = sorted(
                (o for o in seen if (o.character, o.label, o.seed) == (character, label, 0)),
                key=lambda o: o.intensity,
            )
            asked, given = (np.stack([getattr(o, name) for o in own]) for name in ("asked", "blendshapes"))
            for i in np.flatnonzero(read & (asked[-1] - asked[0] >= 0.25)):
                ranks.setdefault((label, ARKIT[i]), []).append(rank(asked[:, i], given[:, i]))
                signs.append(bool(given[-1, i] > given[0, i]))
    every = np.concatenate(list(ranks.values()))
    print(
        f"each shape of each expression over five intensities: mean Spearman {every.mean():.2f}, .8 or more in "
        f"{(every >= 0.8).mean():.0%} of {len(every)}; sign right in {np.mean(signs):.1%}"
    )
    weak = ", ".join(
        f"{label} {name} {np.mean(r):.2f}" for (label, name), r in ranks.items() if np.mean(r) < 0.8
    )
    print(f"  below .8 on the mean of characters: {weak or 'none'}")


def report_intensities(seen: Sequence[Seen], peoples: np.ndarray) -> None:
    """Print how what is read rises with intensity, by Spearman's correlation over the five steps."""
    read = np.array([not name.startswith(APART) for name in ARKIT]) & (np.nan_to_num(peoples) >= SEEN)
    print(
        "\n| emotion | expression network | MediaPipe | by step: share of the asked class |\n| --- | --- | --- | --- |"
    )
    every: dict[str, list[float]] = {"expression network": [], "MediaPipe": []}
    for label in CLASSES[1:]:
        rows: dict[str, list[float]] = {name: [] for name in every}
        curve = []
        for character in dict.fromkeys(one.character for one in seen):
            own = sorted(
                (o for o in seen if (o.character, o.label, o.seed) == (character, label, 0)),
                key=lambda o: o.intensity,
            )
            share = np.array([o.probabilities[CLASSES.index(label)] for o in own])
            wanted = np.where(read, own[-1].asked - own[0].asked, 0)
            along = [float(np.nansum(wanted * np.nan_to_num(o.blendshapes))) for o in own]
            steps = [o.intensity for o in own]
            rows["expression network"].append(float(spearmanr(steps, share).statistic))
            rows["MediaPipe"].append(float(spearmanr(steps, along).statistic))
            curve.append(share)
        for name, values in rows.items():
            every[name] += values
        means = " ".join(f"{value:.2f}" for value in np.mean(curve, axis=0))
        print(
            f"| {label} | {np.mean(rows['expression network']):.2f} | {np.mean(rows['MediaPipe']):.2f} | {means} |"
        )
    for name, values in every.items():
        reached = np.mean(np.array(values) >= 0.9)
        print(
            f"intensity by {name}: mean Spearman {np.mean(values):.3f}, .9 or more in {reached:.0%} of {len(values)}"
        )


def main() -> None:
    """Draw, read, print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--characters", nargs="*", help="all if left out")
    options.add_argument("--models", type=Path, default=Path("../shared/models"))
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--keep", type=Path)
    asked = options.parse_args()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    readers = Readers(asked.models / "face_expression" / "face_expression.onnx")
    by_votes, by_label, peoples = people(readers, asked.data / "faces")
    seen = list(look(readers, asked.characters or character_names(), asked.seeds, asked.keep))
    if asked.keep:
        columns = {
            name: np.array([getattr(one, name) for one in seen])
            for name in ("character", "label", "intensity", "seed", "asked", "probabilities", "blendshapes")
        }
        np.savez(asked.keep / "seen.npz", peoples=peoples, **columns)
    full = [one for one in seen if one.intensity == 1.0]
    report_expressions(full, by_votes, by_label)
    report_blendshapes(full, peoples)
    report_steps(seen, peoples)
    report_intensities(seen, peoples)


if __name__ == "__main__":
    main()
