"""Trains the judge of pictures that generators are tuned on: ``affect train tuning-judge-picture``.

Learned from 37 plain colours, and beyond that from the pictures that ``partition.toml`` sets apart for it; all others are its
test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.calibration import balanced_accuracy, expected_calibration_error, recalls
from studio.judges.picture_features import FEATURES
from studio.judges.quadrants import QUADRANTS, quadrant_of, quadrant_probabilities
from studio.judges.tuning.picture import measures, tuned_points
from studio.judges.tuning.picture_shapes import SHAPES
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_pictures import RatedPicture, is_for_tuning, read_pictures, read_silhouettes
from studio.training.judge_picture_figures import agreement, by_group, correlations, out_of_fold, rms
from studio.training.judge_video_colours import RatedColours, colour_scales, plain_colours

__all__ = ["train"]

_LIMITS = (
    "It does not know what a picture shows, and so reads photographs weakly; the point stays near the mean of all pictures.",
    "Colours without a subject are read far better than photographs; of the valence of silhouettes their shape tells nothing.",
    "Motion is not read, dominance is always 0.",
    "OASIS is free for research; its pictures are not shipped.",
)


@dataclass(frozen=True)
class _Lessons:
    """What is learned from, photographs first.

    Args:
        seen: rows of ``measures`` ``(n, 50)``.
        truth: what viewers said ``(n, 2)``, silhouettes moved to the mean of the photographs.
        themes: of each row ``(n,)``.
        weights: of each row in the fit ``(n,)``.
        photographs: how many rows are photographs.
    """

    seen: np.ndarray
    truth: np.ndarray
    themes: np.ndarray
    weights: np.ndarray
    photographs: int


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "tuning", "picture", "training.toml")
    pictures = [*read_pictures(data / "pictures" / "oasis"), *read_silhouettes(data / "pictures" / "bass")]
    seen = _look(pictures, progress)
    truth = np.stack([picture.point for picture in pictures])
    drawn = np.array([picture.corpus == "bass" for picture in pictures])
    own = is_for_tuning(pictures)
    lessons = _lessons(pictures, seen, own, drawn, recipe)
    colour = _colour_slope(recipe)

    def loss(penalty: float) -> float:
        return float((_error(lessons, colour, penalty, recipe) ** 2 / truth.var(axis=0)).sum())

    penalty = min(recipe["penalties"], key=loss)
    weights = _fit(lessons, np.arange(len(lessons.seen)), colour, penalty, recipe)
    sd = _error(lessons, colour, penalty, recipe)
    test = ~own & ~drawn
    read = tuned_points(seen, weights)
    probabilities = quadrant_probabilities(read[test], sd)
    card = _card(probabilities, quadrant_of(truth[test]))
    categories = np.array([picture.category for picture in pictures])
    facts = agreement(read[test], truth[test])
    facts |= {
        "vad_sd": [float(sd[0]), float(sd[1]), float(1 / np.sqrt(3))],
        "by_category": by_group(read[test], truth[test], categories[test]),
        "silhouettes": correlations(read[~own & drawn], truth[~own & drawn]),
        "scales_of_colour": _scales(colour_scales(), weights),
        "penalty": penalty,
        **recipe["reading"],
        "limits": list(_LIMITS),
    }
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(len(pictures), len(pictures), "done")
    return card


def _look(pictures: Sequence[RatedPicture], progress: Callable[[int, int, str], None]) -> np.ndarray:
    rows = []
    for number, picture in enumerate(pictures):
        progress(number, len(pictures), "looking at OASIS and BASS")
        rows.append(measures(picture.pixels()))
    return np.stack(rows)


def _lessons(
    pictures: Sequence[RatedPicture],
    seen: np.ndarray,
    own: np.ndarray,
    drawn: np.ndarray,
    recipe: dict[str, Any],
) -> _Lessons:
    truth = np.stack([picture.point for picture in pictures])
    themes = np.array([f"{picture.corpus} {picture.theme}" for picture in pictures])
    photographs, silhouettes = own & ~drawn, own & drawn
    lines = truth[silhouettes] - truth[silhouettes].mean(axis=0) + truth[photographs].mean(axis=0)
    count = int(photographs.sum())
    return _Lessons(
        np.concatenate([seen[photographs], seen[silhouettes]]),
        np.concatenate([truth[photographs], lines]),
        np.concatenate([themes[photographs], themes[silhouettes]]),
        np.repeat([1.0, recipe["silhouette_weight"]], [count, len(lines)]),
        count,
    )


def _colour_slope(recipe: dict[str, Any]) -> np.ndarray:
    """What plain colours teach: slopes of the measures ``(50, 2)``, 0 but for the means of light and colour."""
    columns = [FEATURES.index(name) for name in recipe["colour_measures"]]
    colours = plain_colours()
    seen = np.stack([measures(_patch(pixels)) for pixels in colours.pixels])[:, columns]
    spread = seen.std(axis=0)
    standard = (seen - seen.mean(axis=0)) / spread
    gram = standard.T @ standard + recipe["colour_penalty"] * np.eye(len(columns))
    slope = np.zeros((len(FEATURES) + len(SHAPES), 2))
    slope[columns] = np.linalg.solve(gram, standard.T @ colours.points) / spread[:, None]
    return slope


def _fit(
    lessons: _Lessons, rows: np.ndarray, colour: np.ndarray, penalty: float, recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Weights for ``tuned_points``: what plain colours teach, and what pictures teach beyond it.

    Args:
        lessons: of which ``rows`` are learned from.
        rows: numbers; photographs come first.
        colour: of ``_colour_slope``.
        penalty: of what pictures teach.
        recipe: see ``training.toml``.
    """
    from sklearn.linear_model import Ridge

    limit = recipe["limit"]
    few = rows[rows < lessons.photographs]
    mean, spread = lessons.seen[few].mean(axis=0), lessons.seen[few].std(axis=0) + 1e-6
    offset = lessons.truth[few].mean(axis=0)
    standard = np.clip((lessons.seen[rows] - mean) / spread, -limit, limit)
    plain = colour * spread[:, None]
    # Silhouettes have no colour, so what plain colours teach is asked of photographs alone.
    known = np.where((rows < lessons.photographs)[:, None], standard @ plain, 0.0)
    rest = lessons.truth[rows] - offset - known
    model = Ridge(alpha=penalty, fit_intercept=False).fit(standard, rest, sample_weight=lessons.weights[rows])
    weights = {"mean": mean, "spread": spread, "limit": np.array([limit]), "offset": offset}
    weights["slope"] = plain + model.coef_.T
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _error(lessons: _Lessons, colour: np.ndarray, penalty: float, recipe: dict[str, Any]) -> np.ndarray:
    """Root mean square error ``(2,)`` on its own photographs, each read by weights that knew none of its theme."""

    def read(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
        return tuned_points(lessons.seen[unknown], _fit(lessons, known, colour, penalty, recipe))

    points = out_of_fold(read, lessons.themes, recipe["folds"])
    some = slice(0, lessons.photographs)
    return rms(points[some], lessons.truth[some])


def _patch(pixels: np.ndarray) -> np.ndarray:
    """A picture of stripes of the given colours, uint8 RGB ``(72, 96 or so, 3)``."""
    return np.repeat(np.broadcast_to(pixels, (72, *pixels.shape)), -(-96 // len(pixels)), axis=1)


def _scales(scales: RatedColours, weights: dict[str, np.ndarray]) -> dict[str, float]:
    """Correlations on scales of colour, which it does not know."""
    seen = np.stack([measures(_patch(pixels)) for pixels in scales.pixels])
    return correlations(tuned_points(seen, weights), scales.points)


def _card(probabilities: np.ndarray, quadrants: np.ndarray) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="tuning/picture",
        labels=QUADRANTS,
        data="OASIS (Kurdi et al. 2017), a quarter of the themes of 668 photographs; BASS (Kawai et al. 2021), half of 583 "
        "silhouettes; 37 plain colours (Palmer et al. 2013)",
        licence="free for research (OASIS); CC BY 4.0 (BASS); means of published ratings",
        split=f"by theme: figures on {len(quadrants)} photographs of the other themes; accuracy is of quadrants about the "
        "scale's middle",
        accuracy=balanced_accuracy(predicted, quadrants, QUADRANTS),
        chance=1 / len(QUADRANTS),
        recall=recalls(predicted, quadrants, QUADRANTS),
        calibration_error=expected_calibration_error(probabilities, quadrants),
        command="affect train tuning-judge-picture",
    )
