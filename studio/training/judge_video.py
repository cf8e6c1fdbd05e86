"""Trains the judge of moving pictures: ``affect train judge-video``, after ``judge-picture``.

Colour is learned from forty scales of colour; the figures of the card are on 37 plain colours that other people rated in another
study. How far colour says anything of photographs is tried on OASIS, from whose ratings it learned nothing. What a photograph is
learned from OASIS against abstract and painted pictures made of it. The effect of motion is not trained: see ``training.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.calibration import balanced_accuracy, expected_calibration_error, recalls
from studio.judges.picture_features import shrunk
from studio.judges.quadrants import QUADRANTS, quadrant_of, quadrant_probabilities
from studio.judges.scoring.picture import PictureEyes, shares_of
from studio.judges.scoring.video import VideoJudge
from studio.judges.scoring.video_colour import colour_means, felt_colour
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_pictures import RatedPicture, is_for_tuning, read_pictures
from studio.training.judge_picture_abstract import KINDS
from studio.training.judge_picture_figures import (
    agreement,
    by_group,
    calibration_error_by_chance,
    correlations,
    rms,
)
from studio.training.judge_video_colours import RatedColours, colour_scales, plain_colours
from studio.training.judge_video_paintings import BRUSHES

__all__ = ["train"]

_LIMITS = (
    "The stated error of colour is that on the plain colours, so that the calibration error there is not an independent figure.",
    "No film with ratings was at hand: the figures are on colours and on photographs, the error on films is unknown.",
    "Drawn skies and seas are often taken for photographs, which people rated pleasant and calm: say photographic=0 for them.",
    "Motion: that it raises arousal is published, how much is set by us; its share of a reading is not measured.",
    "What is shown is read by the picture judge, with the limits of its card, and weighs as much as the picture surely is a "
    "photograph; paintings of other kinds than those made here, and smoothed films, may be taken for either.",
    "Colour without a subject is read from the average of photographs: the reading says how a background differs from that.",
    "Of arousal in photographs the colour part tells next to nothing, and of valence little: see the figures on OASIS.",
    "Shape, texture, direction of motion and cuts are not read; dominance is always 0.",
)


@dataclass(frozen=True)
class _Painted:
    """Painted and abstract pictures made out of photographs.

    Args:
        seen: by kind, rows of ``PictureEyes.see`` ``(m, features)``.
        sources: number of the photograph behind each row ``(m,)``, the same for all kinds.
    """

    seen: dict[str, np.ndarray]
    sources: np.ndarray

    def of(self, chosen: np.ndarray) -> np.ndarray:
        """All kinds, of those photographs that a mask ``(n,)`` chooses."""
        rows = chosen[self.sources]
        return np.concatenate([seen[rows] for seen in self.seen.values()])


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "video", "training.toml")
    scales, plain = colour_scales(), plain_colours()
    pictures = read_pictures(data / "pictures" / "oasis")
    seen = np.stack([colour_means(shrunk(picture.pixels())) for picture in pictures])
    own = ~is_for_tuning(pictures)
    eyes = PictureEyes()
    photographs = _look(pictures, eyes, progress)
    others = _painted(pictures, eyes, recipe, progress)
    penalty = min(recipe["penalties"], key=partial(_loss, scales))
    weights = {
        "colour_slope": _slope(scales.means(), scales.points, penalty).astype(np.float32),
        "colour_centre": seen[own].mean(axis=0).astype(np.float32),
        **_photographic(photographs[own], others.of(own), recipe),
    }
    left_out = _left_out(scales, penalty)
    read = felt_colour(plain.means(), {**weights, "colour_centre": plain.means().mean(axis=0)})
    # The error on other people's ratings of other colours, twice that on left-out scales: films are further away still.
    sd = rms(read, plain.points)
    probabilities = quadrant_probabilities(read, sd)
    card = _card(probabilities, quadrant_of(plain.points), scales)
    facts = agreement(read, plain.points)
    facts |= {
        "colour_sd": [float(sd[0]), float(sd[1])],
        "left_out_scales": _left_out_facts(left_out, scales.points, sd),
        "photographs_by_colour_alone": _photographs(felt_colour(seen, weights), pictures),
        "photographs_told_apart": _told_apart(photographs[~own], others, ~own, weights),
        "penalty": penalty,
        **recipe["reading"],
        "motion": recipe["motion"],
        "limits": list(_LIMITS),
    }
    save_judge(out, card, weights, facts)
    facts["photographs_held_out_as_stills"] = _stills(VideoJudge(out), pictures, ~own)
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(len(pictures), len(pictures), "done")
    return card


def _look(
    pictures: Sequence[RatedPicture], eyes: PictureEyes, progress: Callable[[int, int, str], None]
) -> np.ndarray:
    """What is seen of each photograph ``(n, features)``."""
    rows = []
    for number, picture in enumerate(pictures):
        progress(number, len(pictures), "looking at OASIS")
        rows.append(eyes.see(picture.pixels()))
    return np.stack(rows)


def _painted(
    pictures: Sequence[RatedPicture],
    eyes: PictureEyes,
    recipe: dict[str, Any],
    progress: Callable[[int, int, str], None],
) -> _Painted:
    draw = np.random.default_rng(recipe["seed"])
    chosen = np.arange(len(pictures))[:: recipe["every"]]
    makers: dict[str, Callable[[np.ndarray], np.ndarray]] = dict(BRUSHES)
    makers |= {name: partial(_drawn, make, draw) for name, make in KINDS.items()}
    seen: dict[str, list[np.ndarray]] = {name: [] for name in makers}
    for number, index in enumerate(chosen):
        progress(number, len(chosen), "looking at paintings")
        photograph = pictures[index].pixels()
        for name, make in makers.items():
            seen[name].append(eyes.see(make(photograph)))
    return _Painted({name: np.stack(rows) for name, rows in seen.items()}, chosen)


def _drawn(
    make: Callable[[np.ndarray, np.random.Generator], np.ndarray],
    draw: np.random.Generator,
    photograph: np.ndarray,
) -> np.ndarray:
    return make(photograph, draw)


def _photographic(
    photographs: np.ndarray, others: np.ndarray, recipe: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Weights for ``shares_of``: photographs against painted and abstract pictures."""
    from sklearn.linear_model import LogisticRegression

    mean, spread, limit = photographs.mean(axis=0), photographs.std(axis=0) + 1e-6, recipe["limit"]
    seen = np.concatenate([photographs, others])
    standard = np.clip((seen - mean) / spread, -limit, limit)
    labels = np.arange(len(seen)) < len(photographs)
    model = LogisticRegression(C=recipe["strength"], max_iter=2000, class_weight="balanced").fit(
        standard, labels
    )
    weights = {"mean": mean, "spread": spread, "limit": np.array([limit])}
    weights |= {"shown_slope": model.coef_[0], "shown_offset": model.intercept_}
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _told_apart(
    photographs: np.ndarray,
    others: _Painted,
    chosen: np.ndarray,
    weights: dict[str, np.ndarray],
) -> dict[str, float]:
    """Shares of unseen pictures on the right side of one half."""
    rows = chosen[others.sources]
    return {
        "photographs": float((shares_of(photographs, weights) >= 0.5).mean()),
        **{name: float((shares_of(seen[rows], weights) < 0.5).mean()) for name, seen in others.seen.items()},
    }


def _slope(means: np.ndarray, points: np.ndarray, penalty: float) -> np.ndarray:
    """Of a ridge regression on standardised means, for plain means ``(9, 2)``."""
    spread = means.std(axis=0)
    standard = (means - means.mean(axis=0)) / spread
    gram = standard.T @ standard + penalty * np.eye(len(spread))
    slope: np.ndarray = np.linalg.solve(gram, standard.T @ (points - points.mean(axis=0))) / spread[:, None]
    return slope


def _left_out(colours: RatedColours, penalty: float) -> np.ndarray:
    """Each colour's point as read by weights that did not know it ``(n, 2)``."""
    means = colours.means()
    read = np.empty_like(colours.points)
    for one in range(len(means)):
        others = np.arange(len(means)) != one
        known, points = means[others], colours.points[others]
        read[one] = points.mean(axis=0) + (means[one] - known.mean(axis=0)) @ _slope(known, points, penalty)
    return read


def _loss(colours: RatedColours, penalty: float) -> float:
    return float((rms(_left_out(colours, penalty), colours.points) ** 2).sum())


def _left_out_facts(read: np.ndarray, truth: np.ndarray, sd: np.ndarray) -> dict[str, float]:
    probabilities, quadrants = quadrant_probabilities(read, sd), quadrant_of(truth)
    return {
        **correlations(read, truth),
        "accuracy": balanced_accuracy(probabilities.argmax(axis=1), quadrants, QUADRANTS),
        "calibration_error": expected_calibration_error(probabilities, quadrants),
    }


def _photographs(read: np.ndarray, pictures: Sequence[RatedPicture]) -> dict[str, Any]:
    """Correlations with ratings of photographs: over all, among those of one category, among those of one theme."""
    truth = np.stack([picture.point for picture in pictures])
    categories = np.array([picture.category for picture in pictures])
    themes = np.array([picture.theme for picture in pictures])
    return {
        "over all": correlations(read, truth),
        "less the mean of the category": correlations(_apart(read, categories), _apart(truth, categories)),
        "less the mean of the theme": correlations(_apart(read, themes), _apart(truth, themes)),
        "by category": by_group(read, truth, categories),
    }


def _apart(points: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Points less the mean of their group, where a group has two or more."""
    names, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.stack([points[index == number].mean(axis=0) for number in range(len(names))])
    apart: np.ndarray = (points - means[index])[counts[index] > 1]
    return apart


def _stills(judge: VideoJudge, pictures: Sequence[RatedPicture], chosen: np.ndarray) -> dict[str, float]:
    """Correlations of the whole judge, without motion, on photographs whose themes no part of it has learned from."""
    some = [picture for picture, mine in zip(pictures, chosen, strict=True) if mine]
    readings = [judge.read(picture.pixels()) for picture in some]
    read = np.array([reading.vad.array()[:2] for reading in readings if reading.vad is not None])
    probabilities = np.array([[reading.probabilities[name] for name in QUADRANTS] for reading in readings])
    truth = np.stack([picture.point for picture in some])
    return {
        **correlations(read, truth),
        "calibration_error": expected_calibration_error(probabilities, quadrant_of(truth)),
        "calibration_error_by_chance": calibration_error_by_chance(probabilities),
        "pictures": len(some),
    }


def _card(probabilities: np.ndarray, quadrants: np.ndarray, scales: RatedColours) -> Card:
    predicted = probabilities.argmax(axis=1)
    return Card(
        name="video",
        labels=QUADRANTS,
        data=f"colour: ratings of {len(scales.names)} scales of colour (Schloss et al.); motion: published direction, size set; "
        "what is shown: the picture judge (OASIS, BASS)",
        licence="free for research (OASIS); CC BY 4.0 (BASS); means of published ratings",
        split=f"figures of the colour part on {len(quadrants)} plain colours that other people rated in another study (Palmer et "
        "al. 2013), quadrants about that study's mean; on films nothing could be measured",
        accuracy=balanced_accuracy(predicted, quadrants, QUADRANTS),
        chance=1 / len(QUADRANTS),
        recall=recalls(predicted, quadrants, QUADRANTS),
        calibration_error=expected_calibration_error(probabilities, quadrants),
        command="affect train judge-video",
    )
