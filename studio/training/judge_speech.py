"""Trains the speech judge on acted speech and measures it on people it has never heard.

Training speakers teach the networks, validation speakers set temperature and floor, test speakers give the card's
figures. Calm and boredom have no place among the labels and are left out. Each corpus and each label in it counts by the
root of its size, so that the large Polish corpus does not drown the others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.vocabulary import lexicon
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.dense import ensemble_output
from studio.judges.speech import ALONE, BESIDE, network_inputs
from studio.judges.weights import save_judge
from studio.training.corpora_speech import LABELS, Clip, clips, measure_clips
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = ["People", "evaluate", "gather", "point_error", "train"]

Progress = Callable[[float, float, str], None]

_DATA = "RAVDESS (English, actors 1-18), nEMO (Polish, 6 speakers), EMO-DB (German, 7 speakers, cut to 2 s): acted speech"
_LICENCE = "RAVDESS and nEMO CC BY-NC-SA 4.0 (non-commercial), EMO-DB unstated; the weights are for non-commercial use"
_SPLIT = (
    "by speaker: test RAVDESS 21-22, nEMO EB0, EMO-DB 15-16; validation RAVDESS 19-20, nEMO TP0, EMO-DB 14; "
    "the rest trains"
)
_LIMITS = (
    "Acted emotion in a studio; people in life are subtler. Disgust was heard in English and German only, surprise in "
    "English and Polish only. Calm speech is read as neutral or sadness. Five test speakers: the interval draws clips, not "
    "speakers, so it is too narrow for people at large."
)


@dataclass(frozen=True)
class People:
    """Measured clips.

    Args:
        clips: those that carry one of the labels and enough speech.
        voices: their measures ``(n, F)``.
        labels: class numbers ``(n,)``.
        references: for each clip several drawings of the same person's neutral voice ``(variants, n, F)``.
        names: of the measures.
    """

    clips: list[Clip]
    voices: np.ndarray
    labels: np.ndarray
    references: np.ndarray
    names: tuple[str, ...]

    def of(self, split: str) -> np.ndarray:
        """Row numbers of a split."""
        return np.flatnonzero([clip.split == split for clip in self.clips])


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train the judge and write it.

    Args:
        data: folder of the corpora, which holds ``speech/speech.csv``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Returns:
        The card of readings without a reference.

    Raises:
        InputFileError: there is no index of clips.
    """
    recipe = tomllib.loads(asset("judges", "speech", "training.toml").read_text(encoding="utf-8"))
    people = gather(data / "speech", recipe, progress)
    weights = _scales(people)
    for way in (ALONE, BESIDE):
        weights |= _train_way(people, weights, way, recipe, progress)
    cards = {}
    for way, folder in ((ALONE, out), (BESIDE, out / BESIDE)):
        card, facts = evaluate(people, weights, way, recipe["reading"]["least_accuracy"])
        save_judge(folder, card, weights if way == ALONE else {}, facts)
        cards[way] = card
    return cards[ALONE]


def gather(folder: Path, recipe: dict[str, Any], progress: Progress) -> People:
    """Measure the clips of a folder and draw their references.

    Args:
        folder: that holds ``speech.csv``.
        recipe: with ``seed`` and ``reference``.
        progress: called as ``progress(done, total, what)``.
    """
    chosen = [clip for clip in clips(folder) if clip.emotion in LABELS]
    voices, names, readable = measure_clips(chosen, progress)
    kept = [clip for clip, good in zip(chosen, readable, strict=True) if good]
    labels = np.array([LABELS.index(clip.emotion) for clip in kept])
    voices = voices[readable]
    return People(kept, voices, labels, _references(kept, voices, recipe), names)


def _references(kept: list[Clip], voices: np.ndarray, recipe: dict[str, Any]) -> np.ndarray:
    """Means of a few neutral clips of each clip's own speaker, never the clip itself, ``(variants, n, F)``.

    The first variant is one clip alone, as a single neutral recording gives it; evaluation uses that one.
    """
    draw = np.random.default_rng(recipe["seed"])
    speakers = np.array([clip.speaker for clip in kept])
    neutral = np.array([clip.emotion == "neutral" for clip in kept])
    found = np.zeros((recipe["reference"]["variants"], *voices.shape))
    for row, speaker in enumerate(speakers):
        others = np.flatnonzero(neutral & (speakers == speaker) & (np.arange(len(kept)) != row))
        for variant in range(len(found)):
            count = 1 if variant == 0 else draw.integers(1, recipe["reference"]["most"] + 1)
            found[variant, row] = voices[draw.choice(others, min(count, len(others)), replace=False)].mean(
                axis=0
            )
    return found


def _scales(people: People) -> dict[str, np.ndarray]:
    """Means and spreads of the measures over the training speakers."""
    rows = people.of("train")
    voices = people.voices[rows]
    speakers = np.array([people.clips[row].speaker for row in rows])
    within = np.mean([voices[speakers == name].var(axis=0) for name in np.unique(speakers)], axis=0)
    return {
        "mean": voices.mean(axis=0),
        "sd": voices.std(axis=0) + 1e-6,
        "within": np.sqrt(within) + 1e-6,
        "absolute": np.array([name != "level_mean" for name in people.names], float),
    }


def _train_way(
    people: People, weights: dict[str, np.ndarray], way: str, recipe: dict[str, Any], progress: Progress
) -> dict[str, np.ndarray]:
    rows = people.of("train")

    def inputs(epoch: int) -> np.ndarray:
        variant = epoch % len(people.references)
        return network_inputs(
            weights, people.voices[rows], people.references[variant, rows] if way == BESIDE else None
        )

    targets = np.eye(len(LABELS))[people.labels[rows]]
    return train_ensemble(
        inputs,
        targets,
        _fair_counts(people, rows),
        NetworkRecipe(**recipe["network"]),
        "classes",
        way,
        recipe["seed"],
        progress,
    )


def _fair_counts(people: People, rows: np.ndarray) -> np.ndarray:
    """How much each row counts: one over the root of how many share its corpus and label, with mean 1."""
    kinds = [f"{people.clips[row].corpus} {people.labels[row]}" for row in rows]
    _, kind, sizes = np.unique(kinds, return_inverse=True, return_counts=True)
    counts = 1 / np.sqrt(sizes[kind])
    return counts / counts.mean()


def evaluate(
    people: People, weights: dict[str, np.ndarray], way: str, least_accuracy: float
) -> tuple[Card, dict[str, Any]]:
    """The judge's figures on people it has not heard.

    Args:
        people: with a validation and a test split.
        weights: of the networks.
        way: ``ALONE`` or ``BESIDE``.
        least_accuracy: of the least confident readings, which sets the floor.

    Returns:
        The card, and the facts that stand beside it.
    """
    logits, labels = {}, {}
    for split in ("validation", "test"):
        rows = people.of(split)
        references = people.references[0, rows] if way == BESIDE else None
        logits[split] = ensemble_output(
            weights, way, network_inputs(weights, people.voices[rows], references)
        )
        labels[split] = people.labels[rows]
    heat = calibration.temperature(logits["validation"], labels["validation"])
    sure = calibration.softmax(logits["validation"], heat)
    shares, true = calibration.softmax(logits["test"], heat), labels["test"]
    predicted = shares.argmax(axis=1)
    corpora = np.array([people.clips[row].corpus for row in people.of("test")])

    def accuracy(rows: np.ndarray) -> float:
        return calibration.balanced_accuracy(predicted[rows], true[rows], LABELS)

    card = Card(
        name="speech" if way == ALONE else "speech beside a neutral reference",
        labels=LABELS,
        data=_DATA,
        licence=_LICENCE,
        split=_SPLIT,
        accuracy=accuracy(np.arange(len(true))),
        chance=1 / len(LABELS),
        recall=calibration.recalls(predicted, true, LABELS),
        calibration_error=calibration.expected_calibration_error(shares, true),
        command="affect train judge-speech --data ../shared/data",
    )
    facts = {
        "interval": calibration.bootstrap_interval(accuracy, true),
        "by_corpus": {name: accuracy(np.flatnonzero(corpora == name)) for name in np.unique(corpora)},
        "confusion": [[float(np.mean(predicted[true == a] == b)) for b in range(7)] for a in range(7)],
        "clips": {split: len(people.of(split)) for split in ("train", "validation", "test")},
        "temperature": heat,
        "floor": calibration.confidence_floor(sure, labels["validation"], least_accuracy),
        "vad_sd": point_error(shares, true),
        "limits": _LIMITS,
    }
    return card, facts


def point_error(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """How far the labels' expected place lies from the asked label's, root mean square on each axis.

    Args:
        probabilities: ``(n, K)`` of ``LABELS``.
        labels: asked ``(n,)``.
    """
    places = np.array([lexicon()[name].vad.array() for name in LABELS])
    valence, arousal, dominance = np.sqrt(((probabilities @ places - places[labels]) ** 2).mean(axis=0))
    return float(valence), float(arousal), float(dominance)
