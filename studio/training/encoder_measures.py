"""What must hold of the encoder, as figures.

Measured on what training has not shown: points in cells of the cube that are held out (``encoder_draws.held_out``),
sweeps along fresh lines, and each label's own place, which training shows only with scatter and, where it lies in a cell
that is held out, not at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from conditioning.encoder.inputs import InputRows
from conditioning.encoder.quick import QuickEncoder
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon
from studio.training.encoder_draws import all_labels, held_out

__all__ = [
    "NEAR",
    "blends_found",
    "held_out_points",
    "labels_met",
    "measure",
    "order_kept",
    "point_rows",
    "read_out",
    "sweeps_read",
]

NEAR = 0.15  # VAD distance within which another label's place counts as a label's own
_SEED = 77  # of the points measured on; training draws from another


def measure(encoder: QuickEncoder) -> dict[str, Any]:
    """Every figure of the card, by name."""
    met, chance, labels = labels_met(encoder)
    by_name, _, names = labels_met(encoder, by_name_only=True)
    r2, lowest = sweeps_read(encoder)
    beside, _ = sweeps_read(encoder, name="joy")
    return {
        "labels": labels,
        "labels_met": met,
        "labels_told_by_name": names,
        "labels_met_by_name": by_name,
        "labels_met_by_chance": chance,
        "order_kept": order_kept(encoder),
        "order_kept_of_points": order_kept(encoder, labels=False),
        "sweeps_r2": dict(zip(AXES, r2, strict=True)),
        "sweeps_r2_lowest_line": lowest,
        "sweeps_r2_beside_joy": dict(zip(AXES, beside, strict=True)),
        "blends_error": blends_found(encoder),
    }


def labels_met(encoder: QuickEncoder, *, by_name_only: bool = False) -> tuple[float, float, int]:
    """Share of labels whose embedding has its nearest neighbour, among the embeddings of all labels' places, in place.

    Args:
        encoder: the encoder.
        by_name_only: count those labels alone that the encoder is told by a name and no point. The others have a place
            of their own beside their lexicon emotion, or stand for none, and so are told where they lie.

    Returns:
        The share for which that neighbour is the label's own place or one within ``NEAR`` of it; the same share for a
        neighbour picked at random; and how many labels were counted.
    """
    labels = [label for _, label in all_labels()]
    rows = np.stack([encoder.inputs.label(label) for label in labels])
    places = np.array([label.vad.array() for label in labels])
    by_place = encoder.embedding(point_rows(encoder.inputs, places))
    counted = ~rows[:, -4:].any(axis=1) if by_name_only else np.ones(len(rows), bool)
    nearest = _apart(encoder.embedding(rows[counted]), by_place).argmin(axis=1)
    near = (_apart(places, places) <= NEAR)[counted]
    met = near[np.arange(len(nearest)), nearest]
    return float(met.mean()), float(near.mean()), len(met)


def order_kept(encoder: QuickEncoder, points: int = 400, *, labels: bool = True) -> float:
    """Spearman correlation of embedding distance and VAD distance over all pairs.

    Args:
        encoder: the encoder.
        points: random points in cells that are held out.
        labels: with all labels of all vocabularies, by label, among the points.
    """
    from scipy.stats import spearmanr

    places = held_out_points(points)
    rows = point_rows(encoder.inputs, places)
    if labels:
        every = [label for _, label in all_labels()]
        places = np.concatenate([places, [label.vad.array() for label in every]])
        rows = np.concatenate([rows, [encoder.inputs.label(label) for label in every]])
    pairs = np.triu_indices(len(rows), 1)
    apart = _apart(encoder.embedding(rows), encoder.embedding(rows))[pairs]
    return float(spearmanr(apart, _apart(places, places)[pairs]).statistic)


def sweeps_read(
    encoder: QuickEncoder, lines: int = 40, name: str | None = None
) -> tuple[tuple[float, float, float], float]:
    """How well a linear read-out follows each axis swept from -1 to 1 while the others rest.

    The read-out is fitted on other points, which lie in cells that training has shown; it knows nothing of the sweeps.

    Args:
        encoder: the encoder.
        lines: sweeps of each axis, the other two at random values.
        name: lexicon emotion that is named beside the point; none if not given.

    Returns:
        R² of valence, arousal and dominance over all their sweeps, and the lowest R² of a single sweep.
    """
    draw = np.random.default_rng([_SEED, 1])
    fitted = draw.uniform(-1, 1, (2000, 3))
    fitted = fitted[~held_out(fitted)]
    read = read_out(encoder.embedding(point_rows(encoder.inputs, fitted, name)), fitted)
    whole, single = [], []
    for axis in range(3):
        points = np.repeat(draw.uniform(-1, 1, (lines, 1, 3)), 41, axis=1)
        points[..., axis] = np.linspace(-1, 1, 41)
        told = encoder.embedding(point_rows(encoder.inputs, points.reshape(-1, 3), name)) @ read
        told, wanted = told.reshape(points.shape)[..., axis], points[..., axis]
        whole.append(_r2(told, wanted))
        single += [_r2(*line) for line in zip(told, wanted, strict=True)]
    return (whole[0], whole[1], whole[2]), min(single)


def blends_found(encoder: QuickEncoder, blends: int = 300) -> float:
    """Mean VAD distance between a blend of two names, given by names alone, and where a read-out finds it.

    Args:
        encoder: the encoder.
        blends: random pairs with random shares.
    """
    draw = np.random.default_rng([_SEED, 2])
    fitted = held_out_points(1500)
    read = read_out(encoder.embedding(point_rows(encoder.inputs, fitted)), fitted)
    rows, wanted = [], []
    for _ in range(blends):
        first, second = draw.choice(len(encoder.inputs.names), 2, replace=False)
        share = draw.random()
        weights = {encoder.inputs.names[first]: share, encoder.inputs.names[second]: 1 - share}
        rows.append(encoder.inputs.mixture(weights))
        wanted.append(sum(weight * lexicon()[name].vad.array() for name, weight in weights.items()))
    told = encoder.embedding(np.stack(rows)) @ read
    return float(np.linalg.norm(told - np.array(wanted), axis=1).mean())


def read_out(embeddings: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The matrix ``(256, 3)`` that reads points off embeddings, by least squares.

    Args:
        embeddings: ``(n, 256)``.
        points: ``(n, 3)``.
    """
    # Directions with less than a hundredth of the greatest spread are left out: they hold no more than the bends of
    # the network, and a read-out that leaned on them would fall over names.
    read, *_ = np.linalg.lstsq(embeddings, points, rcond=1e-2)
    return read


def held_out_points(count: int) -> np.ndarray:
    """Random points in cells that training has not shown, ``(count, 3)``."""
    points = np.random.default_rng(_SEED).uniform(-1, 1, (20 * count, 3))
    return points[held_out(points)][:count]


def point_rows(inputs: InputRows, points: np.ndarray, name: str | None = None) -> np.ndarray:
    """Rows that know a point, and beside it one name at full strength if there is one, ``(n, width)``."""
    rows = np.stack([inputs.point(VAD.from_array(point)) for point in points])
    if name is not None:
        rows[:, inputs.names.index(name)] = 1.0
        rows[:, -1] = 1.0
    return rows


def _apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Euclidean distances ``(n, m)``."""
    # By the squares and the product: all differences of a thousand embeddings would take a gigabyte.
    first, second = first.astype(float), second.astype(float)
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None]
    apart: np.ndarray = np.sqrt(np.maximum(squares - 2 * first @ second.T, 0.0))
    return apart


def _r2(told: np.ndarray, wanted: np.ndarray) -> float:
    return float(1 - ((told - wanted) ** 2).sum() / ((wanted - wanted.mean()) ** 2).sum())
