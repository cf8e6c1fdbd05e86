"""Trains the judge of faces that generators are tuned on: ``affect train tuning-judge-face``.

Taught by the part of FER2013's training split that the scoring judge never sees, and by landmarks in place of pixels.
``public_test`` chooses how far the reading leans to rare expressions and the temperature; the labelled part of
``private_test`` gives the figures of the card and is seen by nothing else. About five minutes of one processor core.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.calibration import softmax, temperature
from studio.judges.face_finder import FaceFinder
from studio.judges.tuning.face import NETWORK, shape_logits
from studio.judges.tuning.face_shapes import face_shape, mirrored
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_faces import LABELS, Faces, read_faces
from studio.training.judge_face_figures import (
    FAIRNESS,
    Agreement,
    Progress,
    agreement,
    as_picture,
    balanced_interval,
    vad_error,
)
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = ["train"]

_LIMITS = (
    "FER2013 may be used for research only: so may these weights.",
    "It reads where brows, lids, nose and lips stand, from landmarks that are rough on faces of 48 pixels: tears, wrinkles "
    "and teeth are not seen.",
    "Contempt is left out: too few voters saw it. Disgust and fear taught it by few faces, and it finds them seldom.",
    "Made for tuning generators; what is shown to people is scored by the other judge of faces.",
    "Faces are found if they fill about a fifth of the picture and turn away less than about 50 degrees.",
)


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "tuning", "face", "training.toml")
    finder = FaceFinder()
    faces, shapes = _seen(read_faces(data / "faces", "tuning"), finder, progress)
    voted = faces.targets.sum(axis=1) > 0
    weights = _learn(faces.only(voted), shapes[voted], recipe, progress)
    rarity = -np.log(faces.targets[voted].mean(axis=0))
    tuning, seen = _seen(read_faces(data / "faces", "public_test"), finder, progress)
    lean, heat = _calibrate(shape_logits(weights, seen), tuning, rarity, recipe["calibration"]["leans"])
    weights["offset"] = (lean * rarity).astype(np.float32)

    test = read_faces(data / "faces", "private_test")
    numbers = _shapes(test.tiles, finder, progress)
    found = np.isfinite(numbers).all(axis=1)
    probabilities = np.zeros((len(numbers), len(LABELS)))
    probabilities[found] = softmax(shape_logits(weights, numbers[found]) + weights["offset"], heat)
    through = agreement(probabilities, test)
    facts = {
        "interval": list(balanced_interval(probabilities, test)),
        **through.facts(),
        "label_recall": through.label_recall,
        "found": float(found.mean()),
        "faces": int(voted.sum()),
        "vad_sd": vad_error(probabilities, test),
        "lean": lean,
        "temperature": heat,
        **recipe["reading"],
        "fairness": FAIRNESS,
        "limits": list(_LIMITS),
    }
    card = _card(through, test)
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(1, 1, "done")
    return card


def _seen(faces: Faces, finder: FaceFinder, progress: Progress) -> tuple[Faces, np.ndarray]:
    """The faces that are found, and their numbers ``(n, F)``."""
    shapes = _shapes(faces.tiles, finder, progress)
    found = np.isfinite(shapes).all(axis=1)
    return faces.only(found), shapes[found]


def _shapes(tiles: np.ndarray, finder: FaceFinder, progress: Progress) -> np.ndarray:
    """The numbers of the faces in tiles ``(n, F)``, not finite where no face is found."""
    rows: list[np.ndarray | None] = []
    for number, tile in enumerate(tiles):
        if number % 50 == 0:
            progress(number, len(tiles), "looking at faces")
        marks = finder.find(as_picture(tile))
        rows.append(None if marks is None else face_shape(marks))
    length = next(len(row) for row in rows if row is not None)
    return np.stack([np.full(length, np.nan, np.float32) if row is None else row for row in rows])


def _learn(
    faces: Faces, shapes: np.ndarray, recipe: dict[str, Any], progress: Progress
) -> dict[str, np.ndarray]:
    """Weights of the networks and of what brings their inputs to one scale."""
    mean, spread = shapes.mean(axis=0), shapes.std(axis=0) + 1e-3
    counts = (faces.targets / faces.targets.mean(axis=0) ** recipe["rarity"]).sum(axis=1)

    def inputs(epoch: int) -> np.ndarray:
        rows: np.ndarray = ((mirrored(shapes) if epoch % 2 else shapes) - mean) / spread
        return rows.astype(np.float32)

    weights = train_ensemble(
        inputs,
        faces.targets,
        counts / counts.mean(),
        NetworkRecipe(**recipe["network"]),
        "classes",
        NETWORK,
        recipe["seed"],
        lambda done, total, what: progress(int(done), int(total), what),
    )
    return {**weights, "mean": mean.astype(np.float32), "spread": spread.astype(np.float32)}


def _calibrate(
    logits: np.ndarray, faces: Faces, rarity: np.ndarray, leans: list[float]
) -> tuple[float, float]:
    """The lean with the greatest sum of accuracy and mean recall by the voters, and the temperature that then fits."""

    def merit(lean: float) -> float:
        found = agreement(softmax(logits + lean * rarity), faces)
        return found.votes + found.balanced

    lean = max(leans, key=merit)
    clear = faces.decided_mask()
    return lean, temperature((logits + lean * rarity)[clear], faces.majority[clear])


def _card(through: Agreement, faces: Faces) -> Card:
    return Card(
        name="tuning/face",
        labels=LABELS,
        data=(
            "landmarks of FER2013's faces (Goodfellow et al. 2013), the 12 % of the training split that the scoring judge "
            "never sees, with the votes of FER+ (Barsoum et al. 2016)"
        ),
        licence="research only (FER2013); MIT (FER+ votes); Apache-2.0 (MediaPipe face landmarker)",
        split=(
            "by picture, repeats of training pictures dropped; figures on the labelled faces of private_test, read as "
            f"whole pictures: {len(faces.tiles)} by the corpus's label, {int(faces.decided_mask().sum())} by votes"
        ),
        accuracy=through.balanced,
        chance=1 / len(LABELS),
        recall=through.recall,
        calibration_error=through.calibration_error,
        command="affect train tuning-judge-face",
    )
