"""Trains the judge of music on EMOPIA: ``affect train judge-music``.

A clip teaches as a whole and in windows of ten seconds, so that the judge reads short stretches too. The figures on the card
are measured on the validation songs, which taught it nothing. They also give the temperature, since in folds of the training
songs the judge looks surer than it is; for the calibration error each half of them is read with the other half's temperature.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
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
from studio.judges.music_features import FEATURES, measure
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS
from studio.judges.scoring.music import quadrant_logits
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_music import Clip, read_clips

__all__ = ["train"]

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
    recipe = asset_table("judges", "music", "training.toml")
    progress(0, 4, "reading EMOPIA")
    clips = read_clips(data / "music" / "emopia", "train")
    held_out = read_clips(data / "music" / "emopia", "val")
    progress(1, 4, "measuring the clips")
    measures, owners = _examples(clips, recipe)
    quadrants = np.array([clip.quadrant for clip in clips])
    progress(2, 4, "reading in folds of songs")
    fold_logits = _fold_logits(clips, measures, owners, recipe)
    progress(3, 4, "fitting and testing")
    weights = _fit(measures, quadrants[owners], recipe)
    logits = quadrant_logits(_whole(held_out), weights)
    truth = np.array([clip.quadrant for clip in held_out])
    probabilities = _tempered(logits, truth, [clip.song for clip in held_out])
    card = _card(probabilities, truth)
    facts = _facts(probabilities, truth, recipe) | _fold_facts(fold_logits, quadrants)
    save_judge(out, card, weights, facts | {"temperature": temperature(logits, truth)})
    write_page(out)
    progress(4, 4, "done")
    return card


def _whole(clips: list[Clip]) -> np.ndarray:
    return np.stack([measure(clip.notes) for clip in clips])


def _examples(clips: list[Clip], recipe: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Measures of every clip and of its windows ``(n, features)``, and the clip each belongs to ``(n,)``."""
    reading = recipe["reading"]
    rows, owners = [], []
    for number, clip in enumerate(clips):
        stretches = windows(clip.notes.end, reading["window_seconds"], reading["hop_seconds"])
        for part in [clip.notes, *(clip.notes.between(*stretch) for stretch in stretches)]:
            if len(part) >= reading["least_notes"]:
                rows.append(measure(part))
                owners.append(number)
    return np.stack(rows), np.array(owners)


def _fit(measures: np.ndarray, quadrants: np.ndarray, recipe: dict[str, Any]) -> dict[str, np.ndarray]:
    """Weights for ``quadrant_logits``."""
    from sklearn.linear_model import LogisticRegression

    limit = recipe["limit"]
    mean, spread = measures.mean(axis=0), measures.std(axis=0) + 1e-9
    standard = np.clip((measures - mean) / spread, -limit, limit)
    model = LogisticRegression(C=recipe["inverse_penalty"], max_iter=2000).fit(standard, quadrants)
    weights = {"mean": mean, "spread": spread, "limit": np.array([limit]), "slope": model.coef_.T}
    weights["offset"] = model.intercept_
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _fold_logits(
    clips: list[Clip], measures: np.ndarray, owners: np.ndarray, recipe: dict[str, Any]
) -> np.ndarray:
    """Logits of every whole clip from a model that knew none of its song, ``(clips, 4)``."""
    from sklearn.model_selection import GroupKFold

    whole = _whole(clips)
    quadrants = np.array([clip.quadrant for clip in clips])
    songs = [clip.song for clip in clips]
    logits = np.empty((len(clips), len(QUADRANTS)))
    for known, unknown in GroupKFold(recipe["folds"]).split(quadrants, groups=songs):
        rows = np.isin(owners, known)
        weights = _fit(measures[rows], quadrants[owners[rows]], recipe)
        logits[unknown] = quadrant_logits(whole[unknown], weights)
    return logits


def _tempered(logits: np.ndarray, truth: np.ndarray, songs: list[str]) -> np.ndarray:
    """Probabilities ``(n, 4)``, each half of the songs with the temperature of the other half."""
    from sklearn.model_selection import GroupKFold

    probabilities = np.empty_like(logits)
    for one, other in GroupKFold(2).split(truth, groups=songs):
        probabilities[other] = softmax(logits[other], temperature(logits[one], truth[one]))
    return probabilities


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


def _facts(probabilities: np.ndarray, truth: np.ndarray, recipe: dict[str, Any]) -> dict[str, Any]:
    """What the card says beside the fields of ``Card``."""
    centre = recipe["reading"]["quadrant_centre"]
    error = centre * (probabilities @ QUADRANT_SIGNS - QUADRANT_SIGNS[truth])
    sd = np.sqrt((error**2).mean(axis=0))
    predicted = probabilities.argmax(axis=1)
    interval = bootstrap_interval(
        lambda rows: balanced_accuracy(predicted[rows], truth[rows], QUADRANTS), truth
    )
    return {
        "interval": list(interval),
        "valence_accuracy": _signs_right(probabilities, truth, 0),
        "arousal_accuracy": _signs_right(probabilities, truth, 1),
        # Nothing is known of dominance: the spread of an even distribution over -1..1.
        "vad_sd": [float(sd[0]), float(sd[1]), float(1 / np.sqrt(3))],
        **recipe["reading"],
        "features": list(FEATURES),
        "limits": list(_LIMITS),
    }


def _fold_facts(logits: np.ndarray, quadrants: np.ndarray) -> dict[str, float]:
    """The same figures on the training songs, each read by weights that knew none of its song."""
    probabilities = softmax(logits)
    return {
        "folds_accuracy": balanced_accuracy(probabilities.argmax(axis=1), quadrants, QUADRANTS),
        "folds_valence_accuracy": _signs_right(probabilities, quadrants, 0),
        "folds_arousal_accuracy": _signs_right(probabilities, quadrants, 1),
    }
