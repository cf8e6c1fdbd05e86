"""Trains the judge of pictures on OASIS and BASS: ``affect train judge-picture``.

The shipped weights know no picture that is for judges of tuning (``partition.toml``), so those are a test of the weights
themselves. The card's figures are of ten folds over all photographs, each read by weights that knew none of its theme (all
dogs, all fires). Strengths were chosen by folds over the training themes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.calibration import balanced_accuracy, expected_calibration_error, recalls
from studio.judges.picture_features import FEATURES
from studio.judges.quadrants import QUADRANTS, quadrant_of, quadrant_probabilities
from studio.judges.scoring.picture import PictureEyes, points_of, shares_of
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_pictures import RatedPicture, is_for_tuning, read_pictures, read_silhouettes
from studio.training.judge_picture_abstract import KINDS
from studio.training.judge_picture_figures import (
    agreement,
    by_group,
    calibration_error_by_chance,
    correlations,
    out_of_fold,
    rms,
)

__all__ = ["train"]

_LIMITS = (
    "Valence and arousal are read moderately well; the point is drawn towards the mean of all pictures.",
    "Trained on photographs of things, people and places and on silhouettes: a picture that shows none of these gets a "
    "confidence below the floor, and how it is coloured is not read; see the video judge for that.",
    "It reads what is shown much more than how it is coloured: see the figures for colour, light and texture alone.",
    "Viewers found few photographs exciting, so Q1 and Q2 are rare in training and rarely read.",
    "How exciting an animal is is hardly read: see the figures by category.",
    "Motion is not read, dominance is always 0.",
    "OASIS is free for research; its pictures are not shipped, but the measures of 500 of them are part of the weights.",
)


@dataclass(frozen=True)
class _Rows:
    """Pictures as the judge sees them.

    Args:
        seen: rows of ``PictureEyes.see`` ``(n, features)``.
        truth: what viewers said ``(n, 2)``.
        themes: of each picture ``(n,)``.
        weights: of each picture in the fit ``(n,)``.
    """

    seen: np.ndarray
    truth: np.ndarray
    themes: np.ndarray
    weights: np.ndarray

    def at(self, rows: np.ndarray) -> _Rows:
        """Those of the given numbers or mask."""
        return _Rows(self.seen[rows], self.truth[rows], self.themes[rows], self.weights[rows])


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "picture", "training.toml")
    pictures = read_pictures(data / "pictures" / "oasis")
    drawings = read_silhouettes(data / "pictures" / "bass")
    eyes = PictureEyes()
    photographs = _rows(pictures, eyes, 1.0, progress)
    silhouettes = _rows(drawings, eyes, recipe["silhouette_weight"], progress)
    silhouettes = _moved(silhouettes, photographs.truth.mean(axis=0) - silhouettes.truth.mean(axis=0))
    own, own_drawn = ~is_for_tuning(pictures), ~is_for_tuning(drawings)
    mine, drawn = photographs.at(own), silhouettes.at(own_drawn)
    strengths = _chosen(mine, drawn, recipe)
    weights = _fit(mine, drawn, strengths, recipe)
    abstract, sources = _abstract(pictures, eyes, recipe, progress)
    weights |= _shown(mine.seen, abstract[np.isin(sources, np.unique(mine.themes))], weights, recipe)
    read = _folds(photographs, drawn, strengths, recipe)
    sd = rms(_folds(mine, drawn, strengths, recipe), mine.truth)
    probabilities = quadrant_probabilities(read, sd)
    card = _card(probabilities, quadrant_of(photographs.truth))
    unseen = abstract[np.isin(sources, photographs.themes[~own])]
    facts = agreement(read, photographs.truth)
    facts |= {
        "calibration_error_by_chance": calibration_error_by_chance(probabilities),
        # Nothing is known of dominance: the spread of an even distribution over -1..1.
        "vad_sd": [float(sd[0]), float(sd[1]), float(1 / np.sqrt(3))],
        "by_category": by_group(read, photographs.truth, np.array([p.category for p in pictures])),
        **_tests(photographs.at(~own), silhouettes.at(~own_drawn), unseen, weights, sd),
        "colour_light_texture_alone": _plain(photographs, drawn, strengths, recipe),
        "penalty": strengths[0],
        "narrowness": strengths[1],
        **recipe["reading"],
        **recipe["literature"],
        "limits": list(_LIMITS),
    }
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(len(pictures), len(pictures), "done")
    return card


def _rows(
    pictures: Sequence[RatedPicture],
    eyes: PictureEyes,
    weight: float,
    progress: Callable[[int, int, str], None],
) -> _Rows:
    seen = []
    for number, picture in enumerate(pictures):
        progress(number, len(pictures), f"looking at {picture.corpus.upper()}")
        seen.append(eyes.see(picture.pixels()))
    return _Rows(
        np.stack(seen),
        np.stack([picture.point for picture in pictures]),
        np.array([picture.theme for picture in pictures]),
        np.full(len(pictures), weight),
    )


def _moved(rows: _Rows, step: np.ndarray) -> _Rows:
    """The same with all points moved: silhouettes teach differences, not where the middle of photographs lies."""
    return _Rows(rows.seen, rows.truth + step, rows.themes, rows.weights)


def _chosen(mine: _Rows, drawn: _Rows, recipe: dict[str, Any]) -> tuple[float, float]:
    """Penalty and narrowness with the least error by folds over the training themes."""

    def loss(strengths: tuple[float, float]) -> float:
        error = rms(_folds(mine, drawn, strengths, recipe), mine.truth)
        return float((error**2 / mine.truth.var(axis=0)).sum())

    return min(product(recipe["penalties"], recipe["narrownesses"]), key=loss)


def _fit(
    rows: _Rows, drawn: _Rows, strengths: tuple[float, float], recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Weights for ``points_of``."""
    penalty, narrowness = strengths
    mean, spread = rows.seen.mean(axis=0), rows.seen.std(axis=0) + 1e-6
    weights = {"mean": mean, "spread": spread, "limit": np.array([recipe["limit"]])}
    weights = {name: array.astype(np.float32) for name, array in weights.items()}
    seen = np.concatenate([rows.seen, drawn.seen])
    limit = recipe["limit"]
    known = np.clip((seen - weights["mean"]) / weights["spread"], -limit, limit).astype(np.float16)
    offset = rows.truth.mean(axis=0)
    truth = np.concatenate([rows.truth, drawn.truth]) - offset
    weights |= {
        "known": known.astype(np.float32),
        "narrowness": np.array([narrowness], np.float32),
        "offset": offset.astype(np.float32),
    }
    # The kernel among the known pictures comes from the same function that reads new ones.
    alike = points_of(seen, {**weights, "pull": np.eye(len(seen)), "offset": np.zeros(len(seen))})
    slack = penalty / np.concatenate([rows.weights, drawn.weights])
    weights["pull"] = np.linalg.solve(alike + np.diag(slack), truth).astype(np.float32)
    return {**weights, "known": known}


def _folds(rows: _Rows, drawn: _Rows, strengths: tuple[float, float], recipe: dict[str, Any]) -> np.ndarray:
    """Points of all rows, each read by weights that knew none of its theme."""

    def read(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
        return points_of(rows.seen[unknown], _fit(rows.at(known), drawn, strengths, recipe))

    return out_of_fold(read, rows.themes, recipe["folds"])


def _plain(
    photographs: _Rows, drawn: _Rows, strengths: tuple[float, float], recipe: dict[str, Any]
) -> dict[str, float]:
    """Correlations by folds if only colour, light, texture and composition are seen."""
    few = len(FEATURES)
    rows, lines = (
        _Rows(r.seen[:, :few], r.truth, r.themes, r.weights)
        for r in (photographs, drawn.at(np.zeros(0, int)))
    )
    return correlations(_folds(rows, lines, strengths, recipe), rows.truth)


def _abstract(
    pictures: Sequence[RatedPicture],
    eyes: PictureEyes,
    recipe: dict[str, Any],
    progress: Callable[[int, int, str], None],
) -> tuple[np.ndarray, np.ndarray]:
    """What is seen of pictures without a subject ``(m, features)``, and the theme of each one's photograph ``(m,)``."""
    draw = np.random.default_rng(recipe["seed"])
    seen, sources = [], []
    chosen = pictures[:: recipe["abstract"]["every"]]
    for number, picture in enumerate(chosen):
        progress(number, len(chosen), "looking at abstract pictures")
        photograph = picture.pixels()
        for make in KINDS.values():
            seen.append(eyes.see(make(photograph, draw)))
            sources.append(picture.theme)
    return np.stack(seen), np.array(sources)


def _shown(
    photographs: np.ndarray, abstract: np.ndarray, weights: Mapping[str, np.ndarray], recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Weights for ``shares_of``."""
    from sklearn.linear_model import LogisticRegression

    limit = recipe["limit"]
    seen = np.concatenate([photographs, abstract])
    standard = np.clip((seen - weights["mean"]) / weights["spread"], -limit, limit)
    shown = np.arange(len(seen)) < len(photographs)
    strength = recipe["abstract"]["strength"]
    model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced").fit(standard, shown)
    return {
        "shown_slope": model.coef_[0].astype(np.float32),
        "shown_offset": model.intercept_.astype(np.float32),
    }


def _tests(
    photographs: _Rows,
    silhouettes: _Rows,
    abstract: np.ndarray,
    weights: Mapping[str, np.ndarray],
    sd: np.ndarray,
) -> dict[str, Any]:
    """Figures of the shipped weights on pictures that they do not know."""
    return {
        "held_out": _held_out(photographs, weights, sd),
        "held_out_silhouettes": correlations(points_of(silhouettes.seen, weights), silhouettes.truth),
        "shows_something": _shown_facts(photographs.seen, abstract, weights),
    }


def _shown_facts(
    photographs: np.ndarray, abstract: np.ndarray, weights: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """How well pictures with and without a subject are told apart on unseen themes."""
    yes, no = shares_of(photographs, weights), shares_of(abstract, weights)
    return {
        "photographs above one half": float((yes >= 0.5).mean()),
        "abstract pictures below one half": float((no < 0.5).mean()),
    }


def _held_out(rows: _Rows, weights: Mapping[str, np.ndarray], sd: np.ndarray) -> dict[str, float]:
    """Figures of the shipped weights on the photographs that are for tuning."""
    read = points_of(rows.seen, weights)
    probabilities, quadrants = quadrant_probabilities(read, sd), quadrant_of(rows.truth)
    return {
        **correlations(read, rows.truth),
        "calibration_error": expected_calibration_error(probabilities, quadrants),
        "calibration_error_by_chance": calibration_error_by_chance(probabilities),
        "accuracy": balanced_accuracy(probabilities.argmax(axis=1), quadrants, QUADRANTS),
        "pictures": len(read),
    }


def _card(probabilities: np.ndarray, quadrants: np.ndarray) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="picture",
        labels=QUADRANTS,
        data="OASIS (Kurdi et al. 2017), three quarters of the themes of 668 photographs; BASS (Kawai et al. 2021), half of "
        "583 silhouettes; features of EfficientNet-Lite0 (ImageNet)",
        licence="free for research (OASIS); CC BY 4.0 (BASS); Apache-2.0 (EfficientNet-Lite0)",
        split=f"10 folds by theme over {len(quadrants)} photographs; accuracy is of quadrants about the scale's middle; "
        "held_out: the shipped weights on photographs of themes that they never saw",
        accuracy=balanced_accuracy(predicted, quadrants, QUADRANTS),
        chance=1 / len(QUADRANTS),
        recall=recalls(predicted, quadrants, QUADRANTS),
        calibration_error=expected_calibration_error(probabilities, quadrants),
        command="affect train judge-picture",
    )
