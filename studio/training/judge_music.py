"""Trains the judge of music on EMOPIA: ``affect train judge-music``.

A clip teaches as a whole and in windows of ten seconds, so that the judge reads short stretches too. The temperature comes
from five folds of the training songs; the figures on the card are measured on the validation songs, which nothing else saw.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.judges.base import Card
from studio.judges.calibration import (
    balanced_accuracy,
    bootstrap_interval,
    expected_calibration_error,
    recalls,
    softmax,
    temperature,
)
from studio.judges.media import windows
from studio.judges.music import QUADRANT_SIGNS, QUADRANTS, quadrant_logits
from studio.judges.music_features import FEATURES, measure
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_music import Clip, read_clips

__all__ = ["LEAST_NOTES", "train"]

LEAST_NOTES = 6
_WINDOW, _HOP = 10.0, 5.0  # seconds
_STRENGTH = (
    0.02  # inverse of the penalty on large weights; .02, .03 and .1 gave .731, .73 and .724 in five folds
)
_LIMIT = 3.5  # spreads
_CENTRE = 0.5  # where a quadrant's centre lies on either axis
_FLOOR = 0.32  # an even guess gives .25
_FOLDS = 5

_LIMITS = (
    "Trained on piano alone: a full score is read by its pitched notes, drums are left out, timbre is not heard.",
    "Listeners' quadrants are coarse: valence and arousal of the reading lie within ±0.5, dominance is always 0.",
    "Valence is much less sure than arousal.",
    "The validation songs are harder for it than the training songs in five folds; trust the lower figure.",
    "EMOPIA is non-commercial: so are these weights.",
)


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    progress(0, 4, "reading EMOPIA")
    train_clips = read_clips(data / "music" / "emopia", "train")
    held_out = read_clips(data / "music" / "emopia", "val")
    progress(1, 4, "measuring the clips")
    measures, owners = _examples(train_clips)
    whole = np.stack([measure(clip.notes) for clip in train_clips])
    quadrants = np.array([clip.quadrant for clip in train_clips])
    progress(2, 4, "five folds of songs")
    fold_logits = _fold_logits(train_clips, measures, owners, whole)
    heat = temperature(fold_logits, quadrants)
    progress(3, 4, "fitting and testing")
    weights = _fit(measures, quadrants[owners])
    test_logits = quadrant_logits(np.stack([measure(clip.notes) for clip in held_out]), weights)
    truth = np.array([clip.quadrant for clip in held_out])
    probabilities = softmax(test_logits, heat)
    facts = _facts(probabilities, truth, fold_logits, quadrants) | {"temperature": heat}
    card = _card(probabilities, truth)
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(4, 4, "done")
    return card


def _examples(clips: list[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Measures of every clip and of its windows ``(n, features)``, and the clip each belongs to ``(n,)``."""
    rows, owners = [], []
    for number, clip in enumerate(clips):
        parts = [clip.notes] + [clip.notes.between(*w) for w in windows(clip.notes.end, _WINDOW, _HOP)]
        for part in parts:
            if len(part) >= LEAST_NOTES:
                rows.append(measure(part))
                owners.append(number)
    return np.stack(rows), np.array(owners)


def _fit(measures: np.ndarray, quadrants: np.ndarray) -> dict[str, np.ndarray]:
    """Weights for ``quadrant_logits``."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = measures.mean(axis=0), measures.std(axis=0) + 1e-9
    standard = np.clip((measures - mean) / spread, -_LIMIT, _LIMIT)
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(standard, quadrants)
    weights = {"mean": mean, "spread": spread, "limit": np.array([_LIMIT]), "slope": model.coef_.T}
    weights["offset"] = model.intercept_
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _fold_logits(
    clips: list[Clip], measures: np.ndarray, owners: np.ndarray, whole: np.ndarray
) -> np.ndarray:
    """Logits of every whole clip from a model that knew none of its song, ``(clips, 4)``."""
    from sklearn.model_selection import GroupKFold

    quadrants = np.array([clip.quadrant for clip in clips])
    songs = [clip.song for clip in clips]
    logits = np.empty((len(clips), len(QUADRANTS)))
    for known, unknown in GroupKFold(_FOLDS).split(quadrants, groups=songs):
        rows = np.isin(owners, known)
        weights = _fit(measures[rows], quadrants[owners[rows]])
        logits[unknown] = quadrant_logits(whole[unknown], weights)
    return logits


def _signs_right(probabilities: np.ndarray, truth: np.ndarray, axis: int) -> float:
    """Balanced share of clips whose sign on an axis (0 valence, 1 arousal) is read aright."""
    read = (probabilities @ QUADRANT_SIGNS[:, axis] > 0).astype(int)
    true = (QUADRANT_SIGNS[truth, axis] > 0).astype(int)
    return balanced_accuracy(read, true, ("-", "+"))


def _card(probabilities: np.ndarray, truth: np.ndarray) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="music",
        labels=QUADRANTS,
        data="EMOPIA (Hung et al. 2021): 876 piano clips of the train split",
        licence="CC BY-NC-SA 4.0 (non-commercial)",
        split=f"by song, EMOPIA's own: figures on the {len(truth)} clips of its validation split",
        accuracy=balanced_accuracy(predicted, truth, QUADRANTS),
        chance=1 / len(QUADRANTS),
        recall=recalls(predicted, truth, QUADRANTS),
        calibration_error=expected_calibration_error(probabilities, truth),
        command="affect train judge-music",
    )


def _facts(
    probabilities: np.ndarray, truth: np.ndarray, fold_logits: np.ndarray, fold_truth: np.ndarray
) -> dict[str, object]:
    """What the card says beside the fields of ``Card``."""
    points = _CENTRE * probabilities @ QUADRANT_SIGNS
    error = points - _CENTRE * QUADRANT_SIGNS[truth]
    sd = np.sqrt((error**2).mean(axis=0))
    predicted = probabilities.argmax(axis=1)
    interval = bootstrap_interval(
        lambda rows: balanced_accuracy(predicted[rows], truth[rows], QUADRANTS), truth
    )
    folds = softmax(fold_logits)
    return {
        "interval": list(interval),
        "valence_accuracy": _signs_right(probabilities, truth, 0),
        "arousal_accuracy": _signs_right(probabilities, truth, 1),
        "folds_accuracy": balanced_accuracy(folds.argmax(axis=1), fold_truth, QUADRANTS),
        "folds_valence_accuracy": _signs_right(folds, fold_truth, 0),
        "folds_arousal_accuracy": _signs_right(folds, fold_truth, 1),
        # Nothing is known of dominance: the spread of an even distribution over -1..1.
        "vad_sd": [float(sd[0]), float(sd[1]), float(1 / np.sqrt(3))],
        "quadrant_centre": _CENTRE,
        "floor": _FLOOR,
        "least_notes": LEAST_NOTES,
        "window_seconds": _WINDOW,
        "hop_seconds": _HOP,
        "features": list(FEATURES),
        "limits": list(_LIMITS),
    }
