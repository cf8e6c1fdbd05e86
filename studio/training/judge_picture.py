"""Trains the judge of pictures on OASIS: ``affect train judge-picture``.

Pictures of one theme (all dogs, all fires) stay on one side. 70 % of the themes are for training, 15 % choose the strength of
the penalty, 15 % give the figures of the card and are seen by nothing else. Ten folds of all themes are reported beside,
because 15 % of 668 pictures are few.
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
)
from studio.judges.picture_features import FEATURES
from studio.judges.quadrants import QUADRANTS, quadrant_of
from studio.judges.scoring.picture import PictureEyes, points_of, quadrant_probabilities
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_pictures import RatedPicture, read_pictures

__all__ = ["parts", "train"]

_LIMITS = (
    "Valence is weakly read, arousal moderately; the point is drawn towards the mean of all pictures.",
    "Trained on photographs of things, people and places: drawn or abstract pictures lie outside of what it knows.",
    "It reads what is shown much more than how it is coloured: see the figures for colour, light and texture alone.",
    "Viewers found few photographs exciting, so Q1 and Q2 are rare in training.",
    "Motion is not read, dominance is always 0.",
    "OASIS is free for research; its pictures are not shipped.",
)


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "picture", "training.toml")
    pictures = read_pictures(data / "pictures" / "oasis")
    seen = _look(pictures, progress)
    truth = np.stack([picture.point for picture in pictures])
    themes = np.array([picture.theme for picture in pictures])
    training, validation, test = parts(themes, recipe)

    def error(penalty: float) -> np.ndarray:
        weights = _fit(seen[training], truth[training], penalty, recipe)
        return _error(points_of(seen[validation], weights), truth[validation])

    penalty = min(recipe["penalties"], key=lambda p: float((error(p) ** 2 / truth.var(axis=0)).sum()))
    known = training | validation
    weights = _fit(seen[known], truth[known], penalty, recipe)
    read = points_of(seen[test], weights)
    probabilities = quadrant_probabilities(read, tuple(error(penalty)))
    card = _card(probabilities, quadrant_of(truth[test]))
    facts = _facts(read, truth[test], recipe) | {"penalty": penalty}
    facts |= _folds("folds", seen, truth, themes, penalty, recipe)
    plain = len(FEATURES)
    facts |= _folds("colour_light_texture_folds", seen[:, :plain], truth, themes, penalty / 10, recipe)
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(len(pictures), len(pictures), "done")
    return card


def parts(themes: np.ndarray, recipe: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which pictures are for training, validation and test: three masks ``(n,)``; a theme is whole in one of them.

    Args:
        themes: of each picture ``(n,)``.
        recipe: with ``seed`` and ``shares``.
    """
    names = np.unique(themes)
    np.random.default_rng(recipe["seed"]).shuffle(names)
    first, second = (round(share * len(names)) for share in recipe["shares"])
    return (
        np.isin(themes, names[:first]),
        np.isin(themes, names[first:second]),
        np.isin(themes, names[second:]),
    )


def _look(pictures: list[RatedPicture], progress: Callable[[int, int, str], None]) -> np.ndarray:
    eyes = PictureEyes()
    rows = []
    for number, picture in enumerate(pictures):
        progress(number, len(pictures), "looking at OASIS")
        rows.append(eyes.see(picture.pixels()))
    return np.stack(rows)


def _fit(
    seen: np.ndarray, truth: np.ndarray, penalty: float, recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Weights for ``points_of``."""
    from sklearn.linear_model import Ridge

    limit = recipe["limit"]
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-6
    model = Ridge(alpha=penalty).fit(np.clip((seen - mean) / spread, -limit, limit), truth)
    weights = {"mean": mean, "spread": spread, "limit": np.array([limit]), "slope": model.coef_.T}
    weights["offset"] = model.intercept_
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _error(read: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Root mean square error of valence and arousal ``(2,)``."""
    rms: np.ndarray = np.sqrt(((read - truth) ** 2).mean(axis=0))
    return rms


def _card(probabilities: np.ndarray, quadrants: np.ndarray) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="picture",
        labels=QUADRANTS,
        data="OASIS (Kurdi et al. 2017): 668 photographs, 85 % of the themes; features of EfficientNet-Lite0 (ImageNet)",
        licence="free for research (OASIS); Apache-2.0 (EfficientNet-Lite0)",
        split=f"by theme: figures on {len(quadrants)} pictures of unseen themes; accuracy is of quadrants about the scale's middle",
        accuracy=balanced_accuracy(predicted, quadrants, QUADRANTS),
        chance=1 / len(QUADRANTS),
        recall=recalls(predicted, quadrants, QUADRANTS),
        calibration_error=expected_calibration_error(probabilities, quadrants),
        command="affect train judge-picture",
    )


def _correlations(read: np.ndarray, truth: np.ndarray) -> list[float]:
    return [float(np.corrcoef(read[:, axis], truth[:, axis])[0, 1]) for axis in range(2)]


def _facts(read: np.ndarray, truth: np.ndarray, recipe: dict[str, Any]) -> dict[str, Any]:
    """What the card says beside the fields of ``Card``."""
    sd = _error(read, truth)
    facts: dict[str, Any] = {}
    for axis, name in enumerate(("valence", "arousal")):
        mine, theirs = read[:, axis], truth[:, axis]
        facts[f"{name}_r"] = _r(mine, theirs)
        facts[f"{name}_r_interval"] = _r_interval(mine, theirs)
        facts[f"{name}_mean_error"] = float(np.abs(mine - theirs).mean())
        facts[f"{name}_mean_error_of_the_mean"] = float(np.abs(theirs - theirs.mean()).mean())
        facts[f"{name}_sign_accuracy"] = balanced_accuracy(
            (mine >= 0).astype(int), (theirs >= 0).astype(int), ("-", "+")
        )
    return {
        **facts,
        # Nothing is known of dominance: the spread of an even distribution over -1..1.
        "vad_sd": [float(sd[0]), float(sd[1]), float(1 / np.sqrt(3))],
        **recipe["reading"],
        "limits": list(_LIMITS),
    }


def _r(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation."""
    return float(np.corrcoef(a, b)[0, 1])


def _r_interval(a: np.ndarray, b: np.ndarray) -> list[float]:
    return list(bootstrap_interval(lambda rows: _r(a[rows], b[rows]), np.zeros(len(a), int)))


def _folds(
    name: str, seen: np.ndarray, truth: np.ndarray, themes: np.ndarray, penalty: float, recipe: dict[str, Any]
) -> dict[str, float]:
    """Correlations over all pictures, each read by weights that knew none of its theme; keys begin with ``name``."""
    from sklearn.model_selection import GroupKFold

    read = np.empty_like(truth)
    for known, unknown in GroupKFold(recipe["folds"]).split(truth, groups=themes):
        weights = _fit(seen[known], truth[known], penalty, recipe)
        read[unknown] = points_of(seen[unknown], weights)
    return {
        f"{name}_valence_r": _r(read[:, 0], truth[:, 0]),
        f"{name}_arousal_r": _r(read[:, 1], truth[:, 1]),
    }
