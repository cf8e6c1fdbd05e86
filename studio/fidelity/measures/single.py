"""One asked emotion against one reading.

Aim: to say of a single piece how far it is read as asked, in the judge's own words and in its own point.

Conventions: those of ``asking``. K is the number of the judge's labels. Means over many pieces are what counts: one
piece is one throw. A silent reading never scores better than one that says "neutral" of a piece asked to feel.

Metrics:
    * ``hit``: whether the likeliest label is the asked one.
    * ``rank`` and ``reciprocal_rank``: where the asked label stands.
    * ``share``: the probability of the asked label.
    * ``mixture_cosine``: direction of the whole distribution against the asked mixture.
    * ``vad_distance``: between the points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import AXES
from studio.fidelity.measures.asking import asked_label, asked_shares, point_read, shares_read, silent
from studio.judges.base import Reading

__all__ = [
    "evaluate",
    "hit",
    "mixture_cosine",
    "rank",
    "reciprocal_rank",
    "share",
    "vad_distance",
    "validate",
]


def validate(read: Reading | None, labels: Sequence[str]) -> None:
    """Check that a reading is made of a judge's labels.

    Raises:
        ValueError: there are no labels, one stands twice, the reading names another, or its probabilities are no
            distribution.
    """
    if not labels or len(set(labels)) != len(labels):
        raise ValueError(f"The labels are {list(labels)}; give at least one, each once.")
    if read is None or not read.probabilities:
        return
    strange = [name for name in read.probabilities if name not in labels]
    if strange:
        raise ValueError(
            f"The reading names {strange[0]!r}, which is no label of its judge; give the judge's own labels."
        )
    values = np.array(list(read.probabilities.values()))
    if not (values >= 0).all() or abs(values.sum() - 1) > 1e-3:
        raise ValueError(
            f"The probabilities sum to {values.sum():g}; give shares of 0 or more that sum to 1."
        )


def hit(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> float:
    """1 if the likeliest label is the asked one, else 0.

    Range 0 or 1, higher is better; chance 1/K; silence scores 0. NaN where the labels cannot say what was asked:
    neutral lies in no quadrant. Of two labels equally likely the judge's first counts.
    """
    wanted = asked_label(asked, labels)
    if wanted is None:
        return float("nan")
    return float(read is not None and read.top == wanted)


def rank(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> float:
    """Where the asked label stands among the likeliest, 1 for the first; labels that tie share their mean place.

    Range 1..K, lower is better; chance (K + 1) / 2; silence scores K. NaN as for ``hit``.
    """
    wanted = asked_label(asked, labels)
    if wanted is None:
        return float("nan")
    shares = shares_read(read, labels)
    if not shares.any():
        return float(len(labels))
    own = shares[labels.index(wanted)]
    return float(1 + np.sum(shares > own) + (np.sum(shares == own) - 1) / 2)


def reciprocal_rank(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> float:
    """1 over the rank.

    Range 0..1, higher is better; chance (1 + 1/2 + … + 1/K) / K, .370 for 7 labels; silence scores 0. NaN as for
    ``hit``.
    """
    if silent(read) or not shares_read(read, labels).any():
        return float("nan") if asked_label(asked, labels) is None else 0.0
    return 1.0 / rank(asked, read, labels)


def share(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> float:
    """Probability that the reading gives to the asked label.

    Range 0..1, higher is better; chance 1/K; silence scores 0. NaN as for ``hit``.
    """
    wanted = asked_label(asked, labels)
    if wanted is None:
        return float("nan")
    return float(shares_read(read, labels)[labels.index(wanted)])


def mixture_cosine(asked: Emotion, read: Reading | None, labels: Sequence[str]) -> float:
    """Cosine between the asked mixture and the read distribution.

    Range 0..1, higher is better, 1 only for the same distribution. An even reading, which knows nothing, scores
    1/√K where one label is asked (.378 for 7) and more for mixtures; silence scores 0.
    """
    wanted, found = asked_shares(asked, labels), shares_read(read, labels)
    length = float(np.linalg.norm(wanted) * np.linalg.norm(found))
    return float(np.clip(wanted @ found / length, 0.0, 1.0)) if length > 0 else 0.0


def vad_distance(asked: Emotion, read: Reading | None, axes: Sequence[str] = AXES) -> float:
    """Distance between the asked and the read point on the named axes.

    Range 0..2√n for n axes, lower is better. Two points drawn evenly from the cube lie 1.32 apart on three axes, 1.04
    on two. Silence counts as the neutral point, so it scores the length of what was asked: saying nothing conveys no
    feeling. NaN for a reading of labels alone.

    Args:
        asked: the emotion.
        read: what was read.
        axes: those that the judge reads; a judge of quadrants knows no dominance.
    """
    point = point_read(read)
    if point is None and not silent(read):
        return float("nan")
    return float(
        np.linalg.norm(
            [getattr(asked.felt, axis) - (getattr(point, axis) if point else 0.0) for axis in axes]
        )
    )


def evaluate(
    asked: Emotion, read: Reading | None, labels: Sequence[str], axes: Sequence[str] = AXES
) -> dict[str, float]:
    """All measures of one piece by name.

    Raises:
        ValueError: the reading does not fit the labels.
    """
    validate(read, labels)
    return {
        "hit": hit(asked, read, labels),
        "rank": rank(asked, read, labels),
        "reciprocal_rank": reciprocal_rank(asked, read, labels),
        "share": share(asked, read, labels),
        "mixture_cosine": mixture_cosine(asked, read, labels),
        "vad_distance": vad_distance(asked, read, axes),
    }
