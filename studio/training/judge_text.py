"""Trains the text judge on GoEmotions and EmoBank and measures it on their official test splits."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from conditioning.assets import asset
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.minilm import sentence_vectors
from studio.judges.text import axis_values, label_probabilities, standardise
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpora_text import Rated, emobank, goemotions, goemotions_labels
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = ["best_thresholds", "evaluate", "f1_scores", "train"]

Progress = Callable[[float, float, str], None]
Splits = dict[str, tuple[np.ndarray, np.ndarray]]

_SPLITS = ("train", "dev", "test")
_DATA = "GoEmotions (58 thousand English Reddit comments, 28 labels) and EmoBank (10 thousand English sentences, three axes)"
_LICENCE = "GoEmotions CC BY 4.0; EmoBank CC BY-SA 4.0 (share-alike); encoder all-MiniLM-L6-v2 Apache-2.0"
_SPLIT = "the corpora's official train, development and test splits; 37 test texts of GoEmotions occur verbatim in train"
_LIMITS = [
    "English alone; comments on Reddit and short sentences of news, letters and fiction.",
    "Irony and what lies between the lines are mostly missed.",
    "Grief, relief and pride have 6 to 16 test sentences, so their figures move by chance.",
    "The point shrinks to the middle: its spread is about half of what readers gave, so compare directions, not lengths.",
]


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train the judge and write it.

    Args:
        data: folder of the corpora, which holds ``text/goemotions`` and ``text/emobank``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Raises:
        InputFileError: a corpus is missing.
        EngineError: the sentence encoder is missing.
    """
    recipe = tomllib.loads(asset("judges", "text", "training.toml").read_text(encoding="utf-8"))
    said = {split: _encoded(goemotions(data / "text", split), progress) for split in _SPLITS}
    placed = {split: _encoded(emobank(data / "text", split), progress) for split in _SPLITS}
    weights = _train_labels(said["train"], recipe, progress)
    weights |= _train_axes(placed["train"], weights, recipe, progress)
    labels = goemotions_labels(data / "text")
    card, facts = evaluate(said, placed, weights, labels)
    save_judge(out, card, weights, facts)
    write_page(out)
    return card


def _encoded(rated: Rated, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    vectors = sentence_vectors(
        rated.texts, progress=lambda done, total: progress(done, total, "encoding sentences")
    )
    return vectors, rated.targets


def _train_labels(
    said: tuple[np.ndarray, np.ndarray], recipe: dict[str, Any], progress: Progress
) -> dict[str, np.ndarray]:
    vectors, targets = said
    weights = {"mean": vectors.mean(axis=0), "sd": vectors.std(axis=0) + 1e-6}
    inputs = standardise(weights, vectors)
    for name in ("linear", "deep"):
        shape = NetworkRecipe(**recipe[name])
        counts = np.ones(len(targets))
        weights |= train_ensemble(
            lambda _: inputs, targets, counts, shape, "labels", name, recipe["seed"], progress
        )
    return weights


def _train_axes(
    placed: tuple[np.ndarray, np.ndarray],
    weights: dict[str, np.ndarray],
    recipe: dict[str, Any],
    progress: Progress,
) -> dict[str, np.ndarray]:
    vectors, points = placed
    scale = {"axes_mean": points.mean(axis=0), "axes_sd": points.std(axis=0)}
    inputs, wanted = standardise(weights, vectors), (points - scale["axes_mean"]) / scale["axes_sd"]
    shape, counts = NetworkRecipe(**recipe["axes"]), np.ones(len(points))
    return scale | train_ensemble(
        lambda _: inputs, wanted, counts, shape, "values", "axes", recipe["seed"], progress
    )


def evaluate(
    said: Splits, placed: Splits, weights: dict[str, np.ndarray], labels: tuple[str, ...]
) -> tuple[Card, dict[str, Any]]:
    """The judge's figures on the test splits; temperature, thresholds and floor come from the development splits.

    Args:
        said: vectors ``(n, W)`` and labels ``(n, 28)`` of GoEmotions by split, at least ``dev`` and ``test``.
        placed: vectors and points ``(n, 3)`` of EmoBank by split, at least ``test``.
        weights: of the networks.
        labels: names.

    Returns:
        The card, and the facts that stand beside it.
    """
    inputs = {split: standardise(weights, said[split][0]) for split in ("dev", "test")}
    heat = _temperature(weights, inputs["dev"], said["dev"][1])
    shares = {split: label_probabilities(weights, inputs[split], heat) for split in ("dev", "test")}
    thresholds = best_thresholds(shares["dev"], said["dev"][1])
    scores = f1_scores(shares["test"] >= thresholds, said["test"][1])
    single = said["test"][1].sum(axis=1) == 1
    true, predicted = said["test"][1][single].argmax(axis=1), shares["test"][single].argmax(axis=1)
    card = Card(
        name="text",
        labels=labels,
        data=_DATA,
        licence=_LICENCE,
        split=_SPLIT,
        accuracy=calibration.balanced_accuracy(predicted, true, labels),
        chance=1 / len(labels),
        recall=calibration.recalls(predicted, true, labels),
        calibration_error=_top_calibration_error(shares["test"], said["test"][1]),
        command="affect train judge-text --data ../shared/data",
    )
    facts = {
        "accuracy_of": "likeliest label on test sentences that carry exactly one label",
        "interval": calibration.bootstrap_interval(
            lambda rows: calibration.balanced_accuracy(predicted[rows], true[rows], labels), true
        ),
        "right_of_single": float((predicted == true).mean()),
        "macro_f1": float(scores.mean()),
        "macro_f1_interval": _macro_interval(shares["test"] >= thresholds, said["test"][1]),
        "f1": dict(zip(labels, scores.tolist(), strict=True)),
        "thresholds": dict(zip(labels, thresholds.tolist(), strict=True)),
        "sentences": {split: len(said[split][1]) for split in _SPLITS},
        "temperature": heat,
        "floor": _floor(shares["dev"], said["dev"][1]),
        **_axis_facts(weights, placed["test"]),
        "limits": _LIMITS,
    }
    return card, facts


def f1_scores(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """F1 of each label ``(L,)``, 0..1; 0 for a label that is neither found nor wanted.

    Args:
        found: ``(n, L)`` bool.
        wanted: ``(n, L)`` of 0 and 1.
    """
    hits = (found & (wanted > 0)).sum(axis=0)
    return 2 * hits / np.maximum(found.sum(axis=0) + wanted.sum(axis=0), 1)


def best_thresholds(probabilities: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The threshold of each label that gives the highest F1 ``(L,)``.

    Args:
        probabilities: ``(n, L)``.
        wanted: ``(n, L)`` of 0 and 1.
    """
    order = np.argsort(-probabilities, axis=0, kind="stable")
    hits = np.cumsum(np.take_along_axis(wanted, order, axis=0), axis=0)
    taken = np.arange(1, len(wanted) + 1)[:, None]
    best = (2 * hits / (taken + wanted.sum(axis=0))).argmax(axis=0)
    columns = np.arange(probabilities.shape[1])
    return probabilities[order[best, columns], columns]


def _temperature(weights: dict[str, np.ndarray], inputs: np.ndarray, wanted: np.ndarray) -> float:
    """The temperature at which the labels' own probabilities make the labels likeliest."""
    even = label_probabilities(weights, inputs)
    logits = np.log(even / (1 - even))

    def loss(log_heat: float) -> float:
        scaled = logits / np.exp(log_heat)
        return float((np.logaddexp(0, scaled) - wanted * scaled).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def _top_calibration_error(shares: np.ndarray, wanted: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the likeliest label, which is right if it is one of the labels."""
    top = shares.argmax(axis=1)
    right = wanted[np.arange(len(top)), top]
    confidence = shares.max(axis=1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(top))


def _floor(shares: np.ndarray, wanted: np.ndarray) -> float:
    """The confidence below which the likeliest label is right less often than always saying the commonest one."""
    top = shares.argmax(axis=1)
    confidence = shares.max(axis=1)
    right = wanted[np.arange(len(top)), top] > 0
    return calibration.confidence_floor(confidence, right, float(wanted.mean(axis=0).max()))


def _macro_interval(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    every = np.zeros(len(wanted))
    return calibration.bootstrap_interval(
        lambda rows: float(f1_scores(found[rows], wanted[rows]).mean()), every, repeats=500
    )


def _axis_facts(weights: dict[str, np.ndarray], placed: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    """Error, correlation and spread of the point on each axis."""
    points = axis_values(weights, standardise(weights, placed[0]))
    correlation = [float(np.corrcoef(points[:, a], placed[1][:, a])[0, 1]) for a in range(3)]
    return {
        "vad_sd": np.sqrt(((points - placed[1]) ** 2).mean(axis=0)).tolist(),
        "vad_correlation": correlation,
        "vad_spread_read": points.std(axis=0).tolist(),
        "vad_spread_rated": placed[1].std(axis=0).tolist(),
    }
