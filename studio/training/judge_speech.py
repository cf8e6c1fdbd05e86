"""Trains the speech judge on acted speech and measures it on people it has never heard.

The speakers of the training and validation splits teach the networks; temperature and floor come from cross-validation
over them, each speaker judged by networks that never heard him. Test speakers give the card's figures. Calm and boredom
have no place among the labels and are left out. Each corpus and each label in it counts by the root of its size, so that
the large Polish corpus does not drown the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.vocabulary import lexicon
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.dense import ensemble_output
from studio.judges.scoring.speech import ALONE, BESIDE, network_inputs
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpora_speech import LABELS, Clip, clips, measure_clips
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = ["People", "cross_validated", "evaluate", "gather", "point_error", "train"]

Progress = Callable[[float, float, str], None]

_DATA = "RAVDESS (English, 20 actors), nEMO (Polish, 7 speakers), EMO-DB (German, 8 speakers, cut to 2 s): acted speech"
_LICENCE = "RAVDESS and nEMO CC BY-NC-SA 4.0 (non-commercial), EMO-DB unstated; the weights are for non-commercial use"
_SPLIT = "by speaker: RAVDESS 21-22, nEMO EB0, EMO-DB 15-16 are for the test alone, all other speakers train"
_LIMITS = [
    "Acted emotion in a studio; people in life are subtler.",
    "Disgust was heard in English and German only, surprise in English and Polish only.",
    "It learned from clips of one to five seconds; a long passage is better read in windows.",
    "Calm was left out of training; the judge has no word for it.",
    "Five test speakers: the interval draws clips, not speakers, so it is too narrow for people at large.",
    "The reference of a reading beside one is a single neutral clip, in RAVDESS often of the same sentence.",
]


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

    def of(self, *splits: str) -> np.ndarray:
        """Row numbers of some splits."""
        return np.flatnonzero([clip.split in splits for clip in self.clips])

    def inputs(
        self, weights: dict[str, np.ndarray], way: str, rows: np.ndarray, variant: int = 0
    ) -> np.ndarray:
        """What the network of that way is given of some rows, with the references of one drawing."""
        references = self.references[variant % len(self.references), rows] if way == BESIDE else None
        return network_inputs(weights, self.voices[rows], references)


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
    recipe = asset_table("judges", "speech", "training.toml")
    people = gather(data / "speech", recipe, progress)
    known = people.of("train", "validation")
    weights = _scales(people, known)
    for way in (ALONE, BESIDE):
        weights |= _networks(people, known, weights, way, recipe, progress)
    cards = {}
    for way, folder in ((ALONE, out), (BESIDE, out / BESIDE)):
        outside = cross_validated(people, known, way, recipe, progress)
        card, facts = evaluate(people, weights, way, outside, recipe["reading"]["least_accuracy"])
        save_judge(folder, card, weights if way == ALONE else {}, facts)
        write_page(folder)
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


def cross_validated(
    people: People, rows: np.ndarray, way: str, recipe: dict[str, Any], progress: Progress
) -> np.ndarray:
    """Logits of rows ``(n, 7)``, each from networks that never heard its speaker.

    Args:
        people: measured clips.
        rows: which of them.
        way: ``ALONE`` or ``BESIDE``.
        recipe: of the training.
        progress: called as ``progress(done, total, what)``.
    """
    speakers = np.array([people.clips[row].speaker for row in rows])
    parts = {name: number % recipe["folds"] for number, name in enumerate(sorted(set(speakers)))}
    fold = np.array([parts[name] for name in speakers])
    logits = np.zeros((len(rows), len(LABELS)))
    for number in range(recipe["folds"]):
        taught, asked = rows[fold != number], rows[fold == number]
        weights = _scales(people, taught)
        weights |= _networks(people, taught, weights, way, recipe, progress)
        logits[fold == number] = ensemble_output(weights, way, people.inputs(weights, way, asked))
    return logits


def _scales(people: People, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Means and spreads of the measures over the speakers of some rows."""
    voices = people.voices[rows]
    speakers = np.array([people.clips[row].speaker for row in rows])
    within = np.mean([voices[speakers == name].var(axis=0) for name in np.unique(speakers)], axis=0)
    return {
        "mean": voices.mean(axis=0),
        "sd": voices.std(axis=0) + 1e-6,
        "within": np.sqrt(within) + 1e-6,
        "absolute": np.array([name != "level_mean" for name in people.names], float),
    }


def _networks(
    people: People,
    rows: np.ndarray,
    weights: dict[str, np.ndarray],
    way: str,
    recipe: dict[str, Any],
    progress: Progress,
) -> dict[str, np.ndarray]:
    return train_ensemble(
        lambda epoch: people.inputs(weights, way, rows, epoch),
        np.eye(len(LABELS))[people.labels[rows]],
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
    people: People, weights: dict[str, np.ndarray], way: str, outside: np.ndarray, least_accuracy: float
) -> tuple[Card, dict[str, Any]]:
    """The judge's figures on people it has not heard.

    Args:
        people: with a test split.
        weights: of the networks.
        way: ``ALONE`` or ``BESIDE``.
        outside: logits of the other splits by cross-validation ``(n, 7)``; they set temperature and floor.
        least_accuracy: of the least confident readings.

    Returns:
        The card, and the facts that stand beside it.
    """
    known, test = people.labels[people.of("train", "validation")], people.of("test")
    heat = calibration.temperature(outside, known)
    shares = calibration.softmax(ensemble_output(weights, way, people.inputs(weights, way, test)), heat)
    true, predicted = people.labels[test], shares.argmax(axis=1)
    corpora = np.array([people.clips[row].corpus for row in test])

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
        "clips": {"taught": len(known), "test": len(test)},
        "cross_validated_accuracy": calibration.balanced_accuracy(outside.argmax(axis=1), known, LABELS),
        "temperature": heat,
        "floor": calibration.confidence_floor(
            calibration.softmax(outside, heat).max(axis=1), outside.argmax(axis=1) == known, least_accuracy
        ),
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
