"""Trains the judge of faces on FER2013 with the votes of FER+: ``affect train judge-face``.

The training split teaches the network; ``public_test`` chooses how far the reading leans to rare expressions and the
temperature; the labelled part of ``private_test`` gives the figures of the card and is seen by nothing else. About twenty
minutes of one processor core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from conditioning.assets import asset_table
from conditioning.vocabulary import lexicon
from studio.judges.base import Card
from studio.judges.calibration import (
    balanced_accuracy,
    bootstrap_interval,
    expected_calibration_error,
    recalls,
    softmax,
    temperature,
)
from studio.judges.face_finder import TILE, FaceFinder, anchor_marks
from studio.judges.scoring.face import TileReader
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_faces import LABELS, Faces, read_faces
from studio.training.face_net import FaceNet, vary
from studio.training.onnx_files import export

__all__ = ["finish", "framing", "train"]

_LIMITS = (
    "FER2013 may be used for research only: so may these weights.",
    "Posed and web faces, small and grey: it reads what people call an expression, not what is felt.",
    "Contempt is left out: too few voters saw it. Disgust and fear are rare, so their recall is known poorly.",
    "It leans towards rare expressions, since in the studio all are asked for alike; neutral is found less often for it.",
    "Faces are found if they fill about a fifth of the picture and turn away less than about 50 degrees.",
)

Progress = Callable[[int, int, str], None]


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``face.onnx``, ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    net = _learn(read_faces(data / "faces", "train"), _recipe(), progress)
    export(net, torch.zeros(1, 1, TILE, TILE), out / "face.onnx", ["logits"])
    return finish(data, out, progress)


def _recipe() -> dict[str, Any]:
    return asset_table("judges", "face", "training.toml")


def _learn(faces: Faces, recipe: dict[str, Any], progress: Progress) -> torch.nn.Module:
    """The network, trained; its weights are the running mean over the last steps."""
    # One thread: the sums then come out alike on any machine, and threads that wait for each other on busy cores
    # make the whole many times slower.
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"])
    draw = torch.Generator().manual_seed(recipe["seed"] + 1)
    net = FaceNet(len(LABELS)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe["averaging"]), use_buffers=True
    )
    batch, epochs = recipe["batch"], recipe["epochs"]
    steps = len(faces.tiles) // batch
    optimiser = _optimiser(net, recipe)
    pace = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe["learning_rate"], total_steps=epochs * steps, pct_start=0.2, final_div_factor=100
    )
    pictures, targets = torch.tensor(faces.tiles)[:, None], torch.tensor(faces.targets)
    chances = _chances(faces.targets)
    for epoch in range(epochs):
        order = torch.multinomial(chances, len(pictures), replacement=True, generator=draw)
        for step in range(steps):
            progress(epoch * steps + step, epochs * steps, "learning faces")
            rows = order[step * batch : (step + 1) * batch]
            varied = vary(pictures[rows].float(), draw).to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(varied)
            loss = functional.cross_entropy(logits.float(), targets[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
            average.update_parameters(net)
    return average.module.eval()


def _optimiser(net: torch.nn.Module, recipe: dict[str, Any]) -> torch.optim.Optimizer:
    """AdamW that lets biases and normalisation be."""
    matrices = [weight for weight in net.parameters() if weight.ndim > 1]
    vectors = [weight for weight in net.parameters() if weight.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": recipe["weight_decay"]},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe["learning_rate"] / 2, fused=True)


def _chances(targets: np.ndarray) -> torch.Tensor:
    """How often each face is drawn: rarer expressions by the square root of how much rarer they are."""
    weights = (targets / np.sqrt(targets.mean(axis=0))).sum(axis=1)
    return torch.tensor(weights / weights.mean(), dtype=torch.float64)


def finish(data: Path, out: Path, progress: Progress) -> Card:
    """Calibrate, measure and write the card of a network that lies in ``out`` as ``face.onnx``.

    Args:
        data: folder of corpora.
        out: holds the network, gets the rest.
        progress: called with done, total, what.
    """
    recipe = _recipe()
    progress(0, 3, "calibrating")
    faces = data / "faces"
    reader = TileReader(out / "face.onnx")
    known = read_faces(faces, "train")
    shares = known.targets.mean(axis=0)
    tuning = read_faces(faces, "public_test").decided()
    tuning_logits = _logits(reader, tuning.tiles)
    lean = _lean(tuning_logits, tuning.majority, shares, recipe["calibration"]["leans"])
    offset = -lean * np.log(shares)
    heat = temperature(tuning_logits + offset, tuning.majority)
    progress(1, 3, "learning how tiles are framed")
    frame = framing(known.tiles[: recipe["calibration"]["framed_tiles"]])
    progress(2, 3, "testing")
    test = read_faces(faces, "private_test").decided()
    probabilities = softmax(_logits(reader, test.tiles) + offset, heat)
    card = _card(probabilities, test.majority)
    facts = _facts(probabilities, test.majority, recipe["reading"])
    facts |= {"lean": lean, "temperature": heat}
    facts |= _through_finder(FaceFinder(frame), reader, test, offset, heat)
    save_judge(out, card, {"framing": frame, "offset": offset.astype(np.float32)}, facts)
    write_page(out)
    progress(3, 3, "done")
    return card


def framing(tiles: np.ndarray) -> np.ndarray:
    """Where the middles of both eyes and of the mouth lie in the corpus's tiles, ``(3, 2)`` in 0..1 of the side.

    Args:
        tiles: grey uint8 ``(n, 48, 48)``.
    """
    finder = FaceFinder(np.zeros((3, 2)))
    found = [finder.find(_coloured(tile)) for tile in tiles]
    marks = np.stack([anchor_marks(face) for face in found if face is not None])
    middle: np.ndarray = np.median(marks, axis=0) / TILE
    return middle.astype(np.float32)


def _coloured(tile: np.ndarray) -> np.ndarray:
    return np.repeat(tile[..., None], 3, axis=2)


def _logits(reader: TileReader, tiles: np.ndarray) -> np.ndarray:
    return np.concatenate([reader.logits(part) for part in np.array_split(tiles, len(tiles) // 256 + 1)])


def _lean(logits: np.ndarray, labels: np.ndarray, shares: np.ndarray, leans: list[float]) -> float:
    """How much of the corpus's shares of expressions to take out of the reading.

    None serves accuracy, all of it serves the mean of recalls; taken is what makes the sum of both largest.
    """

    def merit(lean: float) -> float:
        predicted = (logits - lean * np.log(shares)).argmax(axis=1)
        return float((predicted == labels).mean()) + balanced_accuracy(predicted, labels, LABELS)

    return max(leans, key=merit)


def _card(probabilities: np.ndarray, labels: np.ndarray) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="face",
        labels=LABELS,
        data="FER2013 (Goodfellow et al. 2013), training split, with the votes of FER+ (Barsoum et al. 2016)",
        licence="research only (FER2013); MIT (FER+ votes); Apache-2.0 (MediaPipe face landmarker)",
        split=(
            f"by picture, repeats dropped: figures on the {len(labels)} labelled faces of private_test "
            "on which one label has most votes"
        ),
        accuracy=balanced_accuracy(predicted, labels, LABELS),
        chance=1 / len(LABELS),
        recall=recalls(predicted, labels, LABELS),
        calibration_error=expected_calibration_error(probabilities, labels),
        command="affect train judge-face",
    )


def _facts(probabilities: np.ndarray, labels: np.ndarray, reading: dict[str, Any]) -> dict[str, Any]:
    """What the card says beside the fields of ``Card``."""
    predicted = probabilities.argmax(axis=1)
    interval = bootstrap_interval(
        lambda rows: balanced_accuracy(predicted[rows], labels[rows], LABELS), labels, repeats=500
    )
    places = np.stack([lexicon()[name].vad.array() for name in LABELS])
    sd = np.sqrt(((probabilities @ places - places[labels]) ** 2).mean(axis=0))
    below = probabilities.max(axis=1) < reading["floor"]
    return {
        "interval": list(interval),
        "plain_accuracy": float((predicted == labels).mean()),
        "vad_sd": [float(x) for x in sd],
        "share_below_floor": float(below.mean()),
        **reading,
        "limits": list(_LIMITS),
    }


def _through_finder(
    finder: FaceFinder, reader: TileReader, faces: Faces, offset: np.ndarray, heat: float
) -> dict[str, Any]:
    """The figures when each tile is a picture in which the face must be found and framed first, as ``read`` does."""
    rows, tiles = [], []
    for number, tile in enumerate(faces.tiles):
        picture = _coloured(tile)
        marks = finder.find(picture)
        if marks is not None:
            rows.append(number)
            tiles.append(finder.tile(picture, marks))
    labels = faces.majority[rows]
    probabilities = softmax(_logits(reader, np.stack(tiles)) + offset, heat)
    predicted = probabilities.argmax(axis=1)
    return {
        "found": len(rows) / len(faces.tiles),
        "accuracy_through_finder": balanced_accuracy(predicted, labels, LABELS),
        "plain_accuracy_through_finder": float((predicted == labels).mean()),
        "calibration_error_through_finder": expected_calibration_error(probabilities, labels),
    }
