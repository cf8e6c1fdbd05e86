"""Trains the judge of faces on FER2013 with the votes of FER+: ``affect train judge-face``.

The scoring part of the training split teaches the network; ``public_test`` chooses how much voters weigh against the
corpus's labels, how far the reading leans to rare expressions, and the temperature; the labelled part of ``private_test``
gives the figures of the card. The rule by which voters and labels are mixed was settled after two looks at those figures, so they
are slightly too good; nothing else saw them. An hour and a quarter on two processor cores.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.calibration import softmax, temperature
from studio.judges.face_finder import TILE, FaceFinder, anchor_marks
from studio.judges.face_person import PersonCheck
from studio.judges.scoring.face import TileReader, blend
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_faces import LABELS, Faces, read_faces
from studio.training.corpus_pictures import read_pictures
from studio.training.face_net import Committee, FaceNet, vary
from studio.training.judge_face_figures import (
    FAIRNESS,
    Agreement,
    Progress,
    agreement,
    as_picture,
    balanced_interval,
    vad_error,
)
from studio.training.judge_face_person import draw_line, folded_figures, gather
from studio.training.judge_face_sight import Eye, Seen
from studio.training.onnx_files import export

__all__ = ["finish", "framed_tiles", "framing", "train"]

_LIMITS = (
    "The rule by which voters and labels are mixed was settled after two looks at the test figures, so these are slightly too good.",
    "FER2013 may be used for research only: so may these weights.",
    "Posed and web faces, small and grey: it reads what people call an expression, not what is felt.",
    "Contempt is left out: too few voters saw it. Disgust and fear are rare, so their recall is known poorly.",
    "Voters and the corpus's labels contradict each other on a third of the faces, mostly on neutral against sadness, anger "
    "and fear, so one reading cannot follow both; 'label accuracy of labels opinion' is how often the opinion that learned "
    "the labels agrees with them.",
    "Dogs and other animals: 'animals taken for people' is the share that is read of their views in which the finder sees a "
    "face, and 'people refused' that of photographed people who are not; both by lines that never saw the photograph.",
    "Its confidence is the chance to agree with voters; with the corpus's labels it agrees less often than it says.",
    "Faces are found if they fill about a fifth of the picture and turn away less than about 50 degrees.",
)


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``face.onnx``, ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = _recipe()
    faces = read_faces(data / "faces", "scoring")
    frame = framing(faces.tiles[: recipe["calibration"]["framed_tiles"]])
    framed = framed_tiles(faces.tiles, FaceFinder(frame), progress)
    committee = _committee(faces, framed, recipe, progress)
    export(
        committee,
        torch.zeros(1, 1, TILE, TILE),
        out / "face.onnx",
        ["logits", "features"],
        in_eight_bits=True,
    )
    return finish(data, out, progress)


def _recipe() -> dict[str, Any]:
    return asset_table("judges", "face", "training.toml")


def _committee(
    faces: Faces, framed: np.ndarray, recipe: dict[str, Any], progress: Progress
) -> torch.nn.Module:
    """Networks that learn side by side, each in a process of its own.

    Args:
        faces: to learn from.
        framed: their tiles framed by their marks, uint8 ``(n, 48, 48)``.
        recipe: of ``training.toml``.
        progress: called with done, total, what.
    """
    count = recipe["members"]
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(count, spawn) as pool:
        steps = manager.list([(0, 1)] * count)
        learning = [pool.submit(_learn, faces, framed, recipe, member, steps) for member in range(count)]
        while wait(learning, timeout=1.0).not_done:
            done, total = np.sum(list(steps), axis=0)
            progress(int(done), int(total), "learning faces")
        return Committee([member.result() for member in learning]).eval()


def _learn(
    faces: Faces,
    framed: np.ndarray,
    recipe: dict[str, Any],
    member: int,
    steps: MutableSequence[tuple[int, int]],
) -> FaceNet:
    """One network, trained; its weights are the running mean over the last steps.

    Args:
        faces: to learn from.
        framed: their tiles framed by their marks, uint8 ``(n, 48, 48)``.
        recipe: of ``training.toml``.
        member: number of the network, which decides all that chance does.
        steps: whose entry ``member`` is kept at the steps done and their total.
    """
    # One thread: the sums then come out alike on any machine, and threads that wait for each other on busy cores
    # make the whole many times slower.
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"] + 2 * member)
    draw = torch.Generator().manual_seed(recipe["seed"] + 2 * member + 1)
    net = FaceNet(2 * len(LABELS)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe["averaging"]), use_buffers=True
    )
    batch, epochs = recipe["batch"], recipe["epochs"]
    rounds = len(faces.tiles) // batch
    optimiser = _optimiser(net, recipe)
    pace = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe["learning_rate"], total_steps=epochs * rounds, pct_start=0.2, final_div_factor=100
    )
    pictures = torch.tensor(np.stack([framed, faces.tiles], axis=1))[:, :, None]
    targets, labels = torch.tensor(faces.targets), torch.tensor(faces.labels)
    chances = _chances(faces, recipe["rarity"])
    for epoch in range(epochs):
        side = next(side for start, side in reversed(recipe["sides"]) if epoch >= start * epochs)
        order = torch.multinomial(chances, len(pictures), replacement=True, generator=draw)
        for step in range(rounds):
            steps[member] = (epoch * rounds + step, epochs * rounds)
            rows = order[step * batch : (step + 1) * batch]
            plain = (torch.rand(batch, generator=draw) < recipe["unframed"]).long()
            varied = vary(pictures[rows, plain].float(), draw, side).to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(varied)
            loss = _loss(logits.float(), targets[rows], labels[rows], recipe)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
            average.update_parameters(net)
    learned: FaceNet = average.module.to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]
    return learned


def _loss(
    logits: torch.Tensor, targets: torch.Tensor, labels: torch.Tensor, recipe: dict[str, Any]
) -> torch.Tensor:
    """Surprise at the votes by the first half of the logits, at the corpus's own labels by the second half."""
    by_votes, by_labels = logits.chunk(2, dim=1)
    votes = functional.cross_entropy(by_votes, targets)
    own = functional.cross_entropy(by_labels, labels, label_smoothing=recipe["smoothing"])
    mixed: torch.Tensor = recipe["votes"] * votes + (1 - recipe["votes"]) * own
    return mixed


def _optimiser(net: torch.nn.Module, recipe: dict[str, Any]) -> torch.optim.Optimizer:
    """AdamW that lets biases and normalisation be."""
    matrices = [weight for weight in net.parameters() if weight.ndim > 1]
    vectors = [weight for weight in net.parameters() if weight.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": recipe["weight_decay"]},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe["learning_rate"] / 2, fused=True)


def _chances(faces: Faces, rarity: float) -> torch.Tensor:
    """How often each face is drawn ``(n,)``: more often the rarer what voters saw and what the corpus calls it."""
    named = np.eye(len(LABELS), dtype=np.float32)[faces.labels]
    said = (faces.targets + named) / 2
    return torch.tensor((said / said.mean(axis=0) ** rarity).sum(axis=1), dtype=torch.float64)


def finish(data: Path, out: Path, progress: Progress) -> Card:
    """Calibrate, measure and write the card of a network that lies in ``out`` as ``face.onnx``.

    Args:
        data: folder of corpora.
        out: holds the network, gets the rest.
        progress: called with done, total, what.
    """
    recipe = _recipe()
    reading = recipe["reading"]
    known = read_faces(data / "faces", "scoring")
    frame = framing(known.tiles[: recipe["calibration"]["framed_tiles"]])
    eye = Eye(FaceFinder(frame), TileReader(out / "face.onnx"), reading["zooms"])
    tuning = read_faces(data / "faces", "public_test")
    seen = eye.see(_pictures(tuning), progress, "reading faces")
    setting = _calibrate(seen.opinions, tuning, known)
    examples = gather(
        read_pictures(data / "pictures" / "oasis"),
        eye.see(_pictures(known)[: recipe["person"]["teaching_tiles"]], progress, "looking at faces"),
        seen,
        eye,
        recipe["person"],
        progress,
    )
    line = draw_line(examples, recipe["person"])
    test = read_faces(data / "faces", "private_test")
    opinions = _people(eye.see(_pictures(test), progress, "reading faces"), line)
    pictures = setting.read(opinions)
    tiles = setting.read(_tile_opinions(test.tiles, eye.reader))
    through = agreement(pictures, test)
    facts = {
        "interval": list(balanced_interval(pictures, test)),
        **through.facts(),
        "label_recall": through.label_recall,
        "label_accuracy_of_labels_opinion": agreement(_LABELS_ALONE.read(opinions), test).label,
        "votes_accuracy_of_voters_opinion": agreement(_VOTERS_ALONE.read(opinions), test).votes,
        **agreement(tiles, test).facts("_of_tiles"),
        "found": float((pictures.sum(axis=1) > 0).mean()),
        "share_below_floor": float(
            (pictures.max(axis=1)[pictures.sum(axis=1) > 0] < reading["floor"]).mean()
        ),
        **folded_figures(examples, recipe["person"]),
        "vad_sd": vad_error(pictures, test),
        "votes": setting.votes,
        "lean": setting.lean,
        "temperature": setting.temperature,
        **reading,
        "fairness": FAIRNESS,
        "limits": list(_LIMITS),
    }
    card = _card(through, test)
    save_judge(
        out, card, {"framing": frame, "offset": setting.offset.astype(np.float32), **line.arrays()}, facts
    )
    write_page(out)
    progress(1, 1, "done")
    return card


@dataclass(frozen=True)
class _Setting:
    """How opinions become a reading: weight of the voters, offset ``(7,)`` of logits, temperature."""

    votes: float
    lean: float
    offset: np.ndarray
    temperature: float

    def read(self, opinions: np.ndarray) -> np.ndarray:
        """Probabilities ``(n, 7)``; zeros where there is no opinion."""
        known = np.isfinite(opinions).all(axis=(1, 2))
        out = np.zeros((len(opinions), opinions.shape[2]))
        out[known] = softmax(blend(opinions[known], self.votes) + self.offset, self.temperature)
        return out


_LABELS_ALONE = _Setting(0.0, 0.0, np.zeros(len(LABELS)), 1.0)
_VOTERS_ALONE = _Setting(1.0, 0.0, np.zeros(len(LABELS)), 1.0)


def _calibrate(opinions: np.ndarray, faces: Faces, known: Faces) -> _Setting:
    """The setting that agrees best with both truths, then the temperature that fits the voters best.

    Voters come first: the reading must agree with them on a stated share of the faces. Among the settings that do, merit is
    the agreement with the corpus's labels plus the mean recall of the voters' labels, which keeps rare expressions alive.

    Args:
        opinions: on faces that taught nothing ``(n, 2, 7)``.
        faces: those.
        known: that taught the network; tell how rare expressions are.
    """
    table = _recipe()["calibration"]
    rarity = -np.log(known.targets[known.targets.sum(axis=1) > 0].mean(axis=0))
    right = faces.decided_mask() & np.isfinite(opinions).all(axis=(1, 2))

    def merit(votes: float, lean: float) -> float:
        found = agreement(_Setting(votes, lean, lean * rarity, 1.0).read(opinions), faces)
        short = min(found.votes - table["least_votes"], 0.0)
        return 100 * short + found.label + found.balanced

    votes, lean = max(product(table["votes"], table["leans"]), key=lambda pair: merit(*pair))
    offset = lean * rarity
    heat = temperature(blend(opinions[right], votes) + offset, faces.majority[right])
    return _Setting(votes, lean, offset, heat)


def framing(tiles: np.ndarray) -> np.ndarray:
    """Where the middles of both eyes and of the mouth lie in the corpus's tiles, ``(3, 2)`` in 0..1 of the side.

    Args:
        tiles: grey uint8 ``(n, 48, 48)``.
    """
    finder = FaceFinder(np.zeros((3, 2)))
    found = [finder.find(as_picture(tile)) for tile in tiles]
    marks = np.stack([anchor_marks(face) for face in found if face is not None])
    middle: np.ndarray = np.median(marks, axis=0) / TILE
    return middle.astype(np.float32)


def framed_tiles(tiles: np.ndarray, finder: FaceFinder, progress: Progress) -> np.ndarray:
    """The faces of tiles cut out anew by their marks, uint8 ``(n, 48, 48)``; a tile in which no face is found stays.

    Args:
        tiles: grey uint8 ``(n, 48, 48)``.
        finder: with the framing that is wanted.
        progress: called with done, total, what.
    """
    framed = tiles.copy()
    for number, tile in enumerate(tiles):
        if number % 50 == 0:
            progress(number, len(tiles), "framing faces")
        picture = as_picture(tile)
        marks = finder.find(picture)
        if marks is not None:
            framed[number] = finder.tile(picture, marks)
    return framed


def _pictures(faces: Faces) -> list[np.ndarray]:
    return [as_picture(tile) for tile in faces.tiles]


def _people(seen: Seen, line: PersonCheck) -> np.ndarray:
    """Opinions on the faces that are taken for people's ``(n, 2, 7)``, not finite elsewhere."""
    opinions = seen.opinions.copy()
    for number in np.flatnonzero(seen.found):
        if line.score(seen.shapes[number], seen.features[number]) < 0:
            opinions[number] = np.nan
    return opinions


def _tile_opinions(tiles: np.ndarray, reader: TileReader) -> np.ndarray:
    """Opinions on tiles as the corpus crops them ``(n, 2, 7)``."""
    return np.concatenate([reader.read(part)[0] for part in np.array_split(tiles, len(tiles) // 256 + 1)])


def _card(through: Agreement, faces: Faces) -> Card:
    return Card(
        name="face",
        labels=LABELS,
        data=(
            "FER2013 (Goodfellow et al. 2013), 88 % of the training split, with the votes of FER+ (Barsoum et al. 2016)"
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
        command="affect train judge-face",
    )
