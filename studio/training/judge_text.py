"""Trains the text judge on GoEmotions and EmoBank and measures it on their official test splits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.eight_bit import pack, unpack
from studio.judges.minilm import SentenceEncoder
from studio.judges.ngrams import ngram_logits
from studio.judges.text import axis_values, encoder_of, label_logits, label_probabilities, standardise
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpora_text import emobank, goemotions, goemotions_labels
from studio.training.judge_text_measures import binary_calibration_error, label_temperature, top_calibration
from studio.training.judge_text_ngrams import train_ngrams
from studio.training.judge_text_tuning import (
    StartRecipe,
    TokenStates,
    TuningRecipe,
    linear_start,
    token_states,
    tune,
)
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = [
    "best_thresholds", "evaluate", "f1_scores", "packed_layers",
    "steady_thresholds", "train", "train_axes", "tuned_layers", "unpacked",
]  # fmt: skip

Progress = Callable[[float, float, str], None]
Splits = dict[str, tuple[np.ndarray, np.ndarray]]

_LEAST_SD = 0.01  # a few of the encoder's outputs never change
_SPLITS = ("train", "dev", "test")
_DATA = "GoEmotions (58 thousand English Reddit comments, 28 labels) and EmoBank (10 thousand English sentences, three axes)"
_LICENCE = "GoEmotions CC BY 4.0; EmoBank CC BY-SA 4.0 (share-alike); encoder all-MiniLM-L6-v2 Apache-2.0"
_SPLIT = "the corpora's official train, development and test splits; 37 test texts of GoEmotions occur verbatim in train"
_LIMITS = [
    "English; other languages are read by the part whose card stands in text_languages. Learned from comments on Reddit and short sentences of news, letters and fiction.",
    "Irony and what lies between the lines are mostly missed.",
    "Grief, relief and pride have 6 to 16 test sentences, so their figures move by chance.",
    "The point shrinks to the middle: its spread is about half of what readers gave, so compare directions, not lengths.",
]


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train the judge and write it; about 2.5 GB of memory and 20 minutes of one core.

    Args:
        data: folder of the corpora, which holds ``text/goemotions`` and ``text/emobank``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Raises:
        InputFileError: a corpus is missing.
        EngineError: the sentence encoder is missing.
    """
    recipe = asset_table("judges", "text", "training.toml")
    labels = goemotions_labels(data / "text")
    said = {split: goemotions(data / "text", split) for split in _SPLITS}
    placed = {split: emobank(data / "text", split) for split in _SPLITS}
    states = token_states(said["train"].texts, progress)
    packed = tuned_layers(states, said["train"].targets, recipe, progress)
    packed |= train_ngrams(said["train"].texts, said["train"].targets, **recipe["ngrams"], progress=progress)
    packed |= {"ngrams_share": np.array([recipe["ngrams_share"]], np.float32)}
    weights = unpacked(packed)
    encoder = encoder_of(weights)

    def tell(done: int, total: int) -> None:
        progress(done, total, "encoding sentences")

    inputs = {s: standardise(weights, encoder.vectors(placed[s].texts, progress=tell)) for s in _SPLITS}
    axes = train_axes(inputs["train"], placed["train"].targets, recipe, progress)
    packed |= axes
    weights |= unpacked(axes)
    logits = {s: _logits(weights, encoder, said[s].texts, tell) for s in ("dev", "test")}
    rows = {split: (logits[split], said[split].targets) for split in logits}
    points = axis_values(weights, inputs["test"]), placed["test"].targets
    card, facts = evaluate(rows, points, labels)
    facts["sentences"] = {split: len(said[split].texts) for split in _SPLITS}
    save_judge(out, card, packed, facts)
    write_page(out)
    return card


def tuned_layers(
    states: TokenStates, targets: np.ndarray, recipe: dict[str, Any], progress: Progress
) -> dict[str, np.ndarray]:
    """``mean`` and ``sd`` of the vectors, the tuned layers packed into eight bits, and the linear network.

    Args:
        states: of the training sentences.
        targets: their labels ``(n, 28)`` of 0 and 1.
        recipe: of the whole training.
        progress: called as ``progress(done, total, what)``.
    """
    vectors = states.vectors
    scale = {"mean": vectors.mean(axis=0), "sd": np.maximum(vectors.std(axis=0), _LEAST_SD)}
    inputs = standardise(scale, vectors)
    start = scale | linear_start(inputs, targets, StartRecipe(**recipe["start"]), recipe["seed"], progress)
    arrays = tune(states, targets, start, TuningRecipe(**recipe["tuning"]), recipe["seed"], progress)
    return scale | packed_layers(arrays)


def packed_layers(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays from ``tune``, the tuned layers' matrices in eight bits with a scale for each row."""
    packed: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        matrix = name.startswith("tuned.") and array.ndim == 2
        packed |= pack(name, array.astype(np.float32)) if matrix else {name: array}
    return packed


def unpacked(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays as the judge has them after loading, float32."""
    return {name: array.astype(np.float32) for name, array in unpack(arrays).items()}


def train_axes(
    inputs: np.ndarray, points: np.ndarray, recipe: dict[str, Any], progress: Progress
) -> dict[str, np.ndarray]:
    """The ensemble that gives valence, arousal and dominance.

    Args:
        inputs: standardised vectors ``(n, W)`` of EmoBank's training sentences.
        points: their ratings ``(n, 3)``, -1..1.
        recipe: of the whole training.
        progress: called as ``progress(done, total, what)``.
    """
    scale = {"axes_mean": points.mean(axis=0), "axes_sd": points.std(axis=0)}
    wanted = (points - scale["axes_mean"]) / scale["axes_sd"]
    shape, counts = NetworkRecipe(**recipe["axes"]), np.ones(len(points))
    return scale | train_ensemble(
        lambda _: inputs, wanted, counts, shape, "values", "axes", recipe["seed"], progress
    )


def _logits(
    weights: dict[str, np.ndarray],
    encoder: SentenceEncoder,
    texts: list[str],
    tell: Callable[[int, int], None],
) -> np.ndarray:
    inputs = standardise(weights, encoder.vectors(texts, progress=tell))
    return label_logits(weights, inputs, ngram_logits(weights, texts))


def evaluate(
    said: Splits, placed: tuple[np.ndarray, np.ndarray], labels: tuple[str, ...]
) -> tuple[Card, dict[str, Any]]:
    """The judge's figures on the test splits; temperature, thresholds and floor come from the development split.

    Args:
        said: logits ``(n, 28)`` and labels ``(n, 28)`` of GoEmotions for ``dev`` and ``test``.
        placed: points read and rated ``(n, 3)`` of EmoBank's test.
        labels: names.

    Returns:
        The card, and the facts that stand beside it.
    """
    heat = label_temperature(*said["dev"])
    shares = {split: label_probabilities(said[split][0], heat) for split in ("dev", "test")}
    thresholds = steady_thresholds(shares["dev"], said["dev"][1])
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
        calibration_error=top_calibration(shares["test"], said["test"][1])[0],
        command="affect train judge-text --data ../shared/data",
    )
    facts = {
        "accuracy_of": "likeliest label on test sentences that carry exactly one label",
        "interval": calibration.bootstrap_interval(
            lambda rows: calibration.balanced_accuracy(predicted[rows], true[rows], labels), true
        ),
        "right_of_single": float((predicted == true).mean()),
        "calibration_error_of_labels": binary_calibration_error(shares["test"], said["test"][1]),
        "calibration_error_of_single": top_calibration(shares["test"][single], said["test"][1][single])[0],
        "macro_f1": float(scores.mean()),
        "macro_f1_interval": _macro_interval(shares["test"] >= thresholds, said["test"][1]),
        "f1": dict(zip(labels, scores.tolist(), strict=True)),
        "thresholds": dict(zip(labels, thresholds.tolist(), strict=True)),
        "temperature": heat,
        "floor": _floor(shares["dev"], said["dev"][1]),
        **_axis_facts(*placed),
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


def steady_thresholds(
    probabilities: np.ndarray, wanted: np.ndarray, draws: int = 15, seed: int = 0
) -> np.ndarray:
    """The median of each label's best threshold over draws of the rows ``(L,)``.

    A label with a dozen rows has a best threshold that fits them by chance; on halves of GoEmotions' development split
    the median gives .002 more of macro-F1 on the other half.

    Args:
        probabilities: ``(n, L)``.
        wanted: ``(n, L)`` of 0 and 1.
        draws: of ``n`` rows each, with replacement.
        seed: of the draws.
    """
    draw = np.random.default_rng(seed)
    rows = [draw.integers(0, len(wanted), len(wanted)) for _ in range(draws)]
    return np.median([best_thresholds(probabilities[r], wanted[r]) for r in rows], axis=0)


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


def _axis_facts(points: np.ndarray, rated: np.ndarray) -> dict[str, Any]:
    """Error, correlation and spread of the point on each axis."""
    return {
        "vad_sd": np.sqrt(((points - rated) ** 2).mean(axis=0)).tolist(),
        "vad_correlation": [float(np.corrcoef(points[:, a], rated[:, a])[0, 1]) for a in range(3)],
        "vad_spread_read": points.std(axis=0).tolist(),
        "vad_spread_rated": rated.std(axis=0).tolist(),
    }
