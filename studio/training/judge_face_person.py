"""Draws the line between people's faces and those of animals, for the face judge.

People are FER2013's faces and OASIS' photographs of people; animals are what the finder takes for a face in OASIS' photographs
of animals, looked at whole and in random cuts. Few animals pass for a face, so the finder is made less strict where it gathers
what must be refused. The line is laid so that a stated share of FER2013's ``public_test`` is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from studio.judges.face_finder import FaceFinder
from studio.judges.face_person import PersonCheck, shape_measures
from studio.judges.landmarks import LandmarkFinder
from studio.training.corpus_pictures import RatedPicture
from studio.training.judge_face_figures import Progress
from studio.training.judge_face_sight import Eye, Seen

__all__ = ["Examples", "draw_line", "folded_figures", "gather"]


@dataclass(frozen=True)
class Examples:
    """What teaches the line.

    Args:
        people: FER2013's faces that teach.
        tuning: its faces that set how many are lost.
        photographed: people in photographs.
        photographs: number of the photograph of each of those.
        animals: what a finder that is not strict takes for faces of animals.
        owners: number of the photograph of each of those.
        strict: whether the judge's own finder takes each of those for a face.
    """

    people: Seen
    tuning: Seen
    photographed: Seen
    photographs: np.ndarray
    animals: Seen
    owners: np.ndarray
    strict: np.ndarray


def gather(
    pictures: Sequence[RatedPicture],
    people: Seen,
    tuning: Seen,
    eye: Eye,
    recipe: dict[str, Any],
    progress: Progress,
) -> Examples:
    """Look at the photographs.

    Args:
        pictures: of OASIS.
        people: FER2013's faces that teach.
        tuning: its faces that set how many are lost.
        eye: of the judge.
        recipe: the table ``person`` of ``training.toml``.
        progress: called with done, total, what.
    """
    draw = np.random.default_rng(recipe["seed"])
    loose = replace(eye, finder=_loose(eye.finder, recipe))
    photographed, photographs = _views(pictures, "Person", recipe["cuts"], draw)
    animals, owners = _views(pictures, "Animal", recipe["animal_cuts"], draw)
    seen = eye.see(photographed, progress, "looking at people")
    held = loose.see(animals, progress, "looking at animals")
    strictly = np.array([eye.finder.find(view) is not None for view in animals])
    return Examples(
        people.only(people.found),
        tuning.only(tuning.found),
        seen.only(seen.found),
        photographs[seen.found],
        held.only(held.found),
        owners[held.found],
        strictly[held.found],
    )


def draw_line(examples: Examples, recipe: dict[str, Any]) -> PersonCheck:
    """The line that leaves people's faces on one side, but for the stated share.

    Args:
        examples: to learn from.
        recipe: the table ``person`` of ``training.toml``.
    """
    from sklearn.linear_model import LogisticRegression

    mean, axes = _space(examples.people.shapes, recipe["axes"])
    people, photographed, animals, tuning = (
        np.hstack([seen.features, shape_measures(seen.shapes, mean, axes)])
        for seen in (examples.people, examples.photographed, examples.animals, examples.tuning)
    )
    rows = np.vstack([people, photographed, animals])
    # Three groups of one weight: so many more faces of FER2013 are there than of photographed people and animals.
    groups = np.repeat([0, 1, 2], [len(people), len(photographed), len(animals)])
    shares = len(rows) / 3 / np.bincount(groups)
    centre, scale = people.mean(axis=0), people.std(axis=0) + 1e-6
    model = LogisticRegression(C=recipe["freedom"], max_iter=2000)
    model.fit((rows - centre) / scale, groups < 2, sample_weight=shares[groups])
    weights = model.coef_[0] / scale
    bias = -np.quantile(tuning @ weights, recipe["lost"])
    return PersonCheck(mean, axes, weights, float(bias))


def folded_figures(examples: Examples, recipe: dict[str, Any]) -> dict[str, float]:
    """How well the line holds for animals and people in photographs that did not draw it, in five folds.

    Args:
        examples: to learn from and to measure.
        recipe: the table ``person`` of ``training.toml``.

    Returns:
        Shares of the animals' views that the judge's finder takes for faces and the line lets pass, of the photographed
        people's views that it refuses, and how many views of animals that are.
    """
    passed, refused = [], []
    for fold in range(recipe["folds"]):
        apart = examples.owners % recipe["folds"] == fold
        away = examples.photographs % recipe["folds"] == fold
        part = replace(
            examples,
            photographed=examples.photographed.only(~away),
            animals=examples.animals.only(~apart),
        )
        line = draw_line(part, recipe)
        passed += _verdicts(line, examples.animals.only(apart & examples.strict))
        refused += _verdicts(line, examples.photographed.only(away))
    return {
        "animals_taken_for_people": float(np.mean(passed)),
        "animal_views": float(len(passed)),
        "people_refused": float(1 - np.mean(refused)),
    }


def _verdicts(line: PersonCheck, seen: Seen) -> list[bool]:
    rows = zip(seen.shapes, seen.features, strict=True)
    return [line.score(shape, features) >= 0 for shape, features in rows]


def _space(shapes: np.ndarray, axes: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean shape ``(1434,)`` and the axes along which shapes differ most ``(axes, 1434)``."""
    mean = shapes.mean(axis=0)
    _, vectors = np.linalg.eigh((shapes - mean).T @ (shapes - mean))
    return mean, vectors[:, ::-1][:, :axes].T.copy()


def _loose(finder: FaceFinder, recipe: dict[str, Any]) -> FaceFinder:
    """The same framing by a finder that takes more for faces."""
    marks = LandmarkFinder(least_score=recipe["loose_score"], least_presence=recipe["loose_presence"])
    return finder.with_marks(marks)


def _views(
    pictures: Sequence[RatedPicture], category: str, cuts: int, draw: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """Photographs of a category, whole and in random square cuts, half of them mirrored; and the photograph of each view."""
    views: list[np.ndarray] = []
    chosen = [picture for picture in pictures if picture.category == category]
    for picture in chosen:
        pixels = picture.pixels()
        views.append(pixels)
        views += [_cut(pixels, draw) for _ in range(cuts)]
    return views, np.repeat(np.arange(len(chosen)), cuts + 1)


def _cut(pixels: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A square of 0.4 to 1 times the shorter side, at every pixel or every second."""
    height, width = pixels.shape[:2]
    side = int(min(height, width) * draw.uniform(0.4, 1.0))
    top, left = draw.integers(0, height - side + 1), draw.integers(0, width - side + 1)
    step, mirror = int(draw.integers(1, 3)), int(draw.choice([-1, 1]))
    return np.ascontiguousarray(pixels[top : top + side : step, left : left + side : step][:, ::mirror])
