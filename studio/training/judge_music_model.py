"""Training and measuring what both judges of music share: ``studio.judges.music_model``.

A clip teaches as a whole and in its windows, all of them together counting as one clip. Everything that is chosen (temperature,
errors of the point) comes from folds of the training songs, in which no clip is read by weights that knew its song.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

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
from studio.judges.music_model import is_music, scaled, whole_logits
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS

__all__ = [
    "Material",
    "Readings",
    "figures",
    "fit",
    "folded",
    "heat_of",
    "music_card",
    "point_errors",
    "read_material",
]


@dataclass(frozen=True)
class Material:
    """Measured clips.

    Args:
        rows: measures of wholes and windows ``(n, features)``.
        owners: the clip each row belongs to ``(n,)``, 0..clips-1.
        quadrants: of the clips ``(clips,)``, 0..3.
        songs: of the clips.
        foreign: measures of what is no music ``(m, features)``.
        plain: a row of each clip reduced to a plain tune ``(clips, features)``, which is music too; or none.
    """

    rows: np.ndarray
    owners: np.ndarray
    quadrants: np.ndarray
    songs: list[str]
    foreign: np.ndarray
    plain: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    def of(self, clips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of some clips, and their owners as numbers in the whole material."""
        chosen = np.isin(self.owners, clips)
        return self.rows[chosen], self.owners[chosen]


@dataclass(frozen=True)
class Readings:
    """What was read of clips.

    Args:
        logits: log shares of the quadrants ``(clips, 4)``.
        music: mean log odds of being music ``(clips,)``.
        foreign: the same of what is none ``(m,)``.
    """

    logits: np.ndarray
    music: np.ndarray
    foreign: np.ndarray


def fit(material: Material, recipe: dict[str, Any], clips: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Weights for ``studio.judges.music_model``.

    Args:
        material: nothing foreign in it leaves the check for music out.
        clips: numbers of those that teach; None for all.
        recipe: ``limit``, ``inverse_penalty``, ``seed``, ``music`` and, for a forest, ``forest``.
    """
    from sklearn.linear_model import LogisticRegression

    clips = np.arange(len(material.quadrants)) if clips is None else clips
    rows, owners = material.of(clips)
    counts = 1 / np.bincount(owners)[owners]
    counts *= len(counts) / counts.sum()
    weights = {
        "mean": rows.mean(axis=0).astype(np.float32),
        "spread": (rows.std(axis=0) + 1e-6).astype(np.float32),
        "limit": np.array([recipe["limit"]], np.float32),
    }
    inputs, truth = scaled(rows, weights), material.quadrants[owners]
    linear = LogisticRegression(C=recipe["inverse_penalty"], max_iter=2000)
    linear.fit(inputs, truth, sample_weight=counts)
    weights["slope"] = linear.coef_.T.astype(np.float32)
    weights["offset"] = linear.intercept_.astype(np.float32)
    if "forest" in recipe:
        weights |= _forest(inputs, truth, counts, recipe)
    if not len(material.foreign):
        return weights
    music = np.vstack([inputs, scaled(material.plain[clips], weights)]) if len(material.plain) else inputs
    return weights | _music_check(music, scaled(material.foreign, weights), recipe)


def _forest(
    inputs: np.ndarray, truth: np.ndarray, counts: np.ndarray, recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Extremely randomised trees (Geurts, Ernst & Wehenkel 2006) as the arrays that ``music_forest`` reads."""
    from sklearn.ensemble import ExtraTreesClassifier

    model = ExtraTreesClassifier(
        recipe["forest"]["trees"],
        min_samples_leaf=recipe["forest"]["least_rows_in_leaf"],
        max_features=recipe["forest"]["share_of_measures"],
        random_state=recipe["seed"],
    )
    model.fit(inputs, truth, sample_weight=counts)
    trees = [estimator.tree_ for estimator in model.estimators_]
    roots = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
    parts: dict[str, list[np.ndarray]] = {
        name: [] for name in ("feature", "threshold", "low", "high", "shares")
    }
    for root, tree in zip(roots, trees, strict=True):
        own = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        parts["feature"].append(np.where(leaf, 0, tree.feature).astype(np.int16))
        parts["threshold"].append(np.where(leaf, 0, tree.threshold).astype(np.float32))
        for name, children in (("low", tree.children_left), ("high", tree.children_right)):
            parts[name].append((root + np.where(leaf, own, children)).astype(np.int32))
        shares = tree.value[:, 0] / tree.value[:, 0].sum(axis=1, keepdims=True)
        parts["shares"].append(np.rint(255 * shares * leaf[:, None]).astype(np.uint8))
    arrays = {f"forest.{name}": np.concatenate(part) for name, part in parts.items()}
    return arrays | {"forest.roots": roots.astype(np.int32)}


def _music_check(music: np.ndarray, foreign: np.ndarray, recipe: dict[str, Any]) -> dict[str, np.ndarray]:
    """A linear model that tells music from what is none; both sides count the same."""
    from sklearn.linear_model import LogisticRegression

    kinds = np.repeat([1, 0], [len(music), len(foreign)])
    model = LogisticRegression(C=recipe["music"]["inverse_penalty"], max_iter=2000, class_weight="balanced")
    model.fit(np.vstack([music, foreign]), kinds)
    return {
        "music.slope": model.coef_[0].astype(np.float32),
        "music.offset": (model.intercept_ + recipe["music"]["benefit_of_doubt"]).astype(np.float32),
    }


def read_material(material: Material, clips: np.ndarray, weights: dict[str, np.ndarray]) -> Readings:
    """What weights read in some clips, in their order, and in all that is foreign."""
    logits, music = np.empty((len(clips), len(QUADRANTS))), np.empty(len(clips))
    for place, clip in enumerate(clips):
        rows = material.rows[material.owners == clip]
        logits[place] = whole_logits(rows, weights)
        music[place] = is_music(rows, weights).mean()
    return Readings(logits, music, is_music(material.foreign, weights))


def folded(material: Material, recipe: dict[str, Any]) -> Readings:
    """What is read of every clip by weights that knew none of its song, and of a share of what is foreign likewise."""
    from sklearn.model_selection import StratifiedGroupKFold

    count = len(material.quadrants)
    logits, music = np.empty((count, len(QUADRANTS))), np.empty(count)
    foreign = np.empty(len(material.foreign))
    folds = StratifiedGroupKFold(recipe["folds"], shuffle=True, random_state=recipe["seed"])
    numbers = np.arange(len(foreign))
    for fold, (known, unknown) in enumerate(
        folds.split(material.quadrants, material.quadrants, material.songs)
    ):
        own = numbers % recipe["folds"] == fold
        weights = fit(replace(material, foreign=material.foreign[~own]), recipe, known)
        read = read_material(material, unknown, weights)
        logits[unknown], music[unknown], foreign[own] = read.logits, read.music, read.foreign[own]
    return Readings(logits, music, foreign)


def figures(readings: Readings, material: Material, heat: float, prefix: str = "") -> dict[str, Any]:
    """How well clips were read: balanced accuracies with their 95 % intervals, and the calibration error.

    With few clips the calibration error of a perfectly calibrated judge is above 0 too; ``calibration_error_if_perfect`` says by
    how much. ``…_interval`` draws clips within each quadrant, ``…_interval_over_songs`` draws songs, which is wider since the clips of a
    song are alike; ``…_accuracy_of_songs`` counts every song once, however many clips it gave.

    Args:
        readings: of the clips.
        material: their quadrants and songs.
        heat: temperature of the logits.
        prefix: put before the names.
    """
    probabilities, truth = softmax(readings.logits, heat), material.quadrants
    found: dict[str, Any] = _shares_right("", probabilities.argmax(axis=1), truth, QUADRANTS, material)
    for axis, name in enumerate(("valence", "arousal")):
        read = (probabilities @ QUADRANT_SIGNS[:, axis] > 0).astype(int)
        true = (QUADRANT_SIGNS[truth, axis] > 0).astype(int)
        found |= _shares_right(f"{name}_", read, true, ("-", "+"), material)
    found["recall"] = recalls(probabilities.argmax(axis=1), truth, QUADRANTS)
    found["calibration_error"] = expected_calibration_error(probabilities, truth)
    found["calibration_error_if_perfect"] = _error_if_perfect(probabilities)
    found["taken_for_no_music"] = float((readings.music < 0).mean())
    return {f"{prefix}{name}": value for name, value in found.items()}


def music_card(
    name: str, found: Mapping[str, Any], *, data: str, licence: str, split: str, command: str
) -> Card:
    """The card of a judge of quadrants.

    Args:
        name: of the judge.
        found: of ``figures`` on the songs held out.
        data: what taught it.
        licence: of that.
        split: how songs were kept apart.
        command: that rebuilds it.
    """
    return Card(
        name=name,
        labels=QUADRANTS,
        data=data,
        licence=licence,
        split=split,
        accuracy=found["accuracy"],
        chance=1 / len(QUADRANTS),
        recall=found["recall"],
        calibration_error=found["calibration_error"],
        command=command,
    )


def point_errors(readings: Readings, truth: np.ndarray, heat: float, centre: float) -> list[float]:
    """Root mean square error of the point on valence, arousal and dominance."""
    error = centre * (softmax(readings.logits, heat) @ QUADRANT_SIGNS - QUADRANT_SIGNS[truth])
    valence, arousal, _ = np.sqrt((error**2).mean(axis=0))
    # Nothing is known of dominance: the spread of an even distribution over -1..1.
    return [float(valence), float(arousal), float(1 / np.sqrt(3))]


def heat_of(readings: Readings, truth: np.ndarray) -> float:
    """The temperature that suits clips of unknown songs."""
    return temperature(readings.logits, truth)


def _error_if_perfect(probabilities: np.ndarray, repeats: int = 200) -> float:
    """Mean calibration error if the true quadrants were drawn from the very probabilities."""
    draw = np.random.default_rng(0)
    edges = np.cumsum(probabilities, axis=1)
    errors = []
    for _ in range(repeats):
        truth = (draw.random((len(edges), 1)) > edges).sum(axis=1)
        errors.append(expected_calibration_error(probabilities, np.minimum(truth, edges.shape[1] - 1)))
    return float(np.mean(errors))


def _shares_right(
    name: str, read: np.ndarray, true: np.ndarray, names: tuple[str, ...], material: Material
) -> dict[str, Any]:
    """Shares read aright, and their 95 % intervals."""

    def measure(rows: np.ndarray) -> float:
        return balanced_accuracy(read[rows], true[rows], names)

    songs = np.unique(material.songs, return_inverse=True)[1]
    members = [np.flatnonzero(songs == song) for song in range(songs.max() + 1)]
    interval = bootstrap_interval(
        lambda chosen: measure(np.concatenate([members[song] for song in chosen])), np.zeros(len(members))
    )
    return {
        f"{name}accuracy": measure(np.arange(len(true))),
        f"{name}interval": list(bootstrap_interval(measure, material.quadrants)),
        f"{name}interval_over_songs": list(interval),
        f"{name}accuracy_of_songs": float(np.mean([(read[rows] == true[rows]).mean() for rows in members])),
    }
