"""A set of labelled pieces: the asked label of each against the label read.

Aim: to say how well a set of pieces is told apart, each emotion counting the same however often it was asked.

Conventions: ``asked`` and ``read`` are as many names; ``read`` may hold ``"no reading"``, which is always a miss and
counts against no other label. K is the number of labels that could be read. Labels that were never asked are left out
of the means.

Metrics:
    * ``accuracy``: share read as asked.
    * ``uar``: unweighted average recall (Schuller et al. 2009, Interspeech Emotion Challenge), the field's usual
      figure.
    * ``skill``: the same, with chance at 0.
    * ``macro_f1``: mean F1 of the labels (scikit-learn).
    * ``per_label``: recall, precision and F1 of each.
    * ``confusion``: counts.
    * ``coverage``: share of pieces with a reading at all.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from studio.fidelity.measures.asking import NO_READING
from studio.judges.calibration import balanced_accuracy

__all__ = [
    "accuracy",
    "confusion",
    "coverage",
    "evaluate",
    "macro_f1",
    "per_label",
    "skill",
    "uar",
    "validate",
]


def validate(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> None:
    """Check names and lengths; warns about an empty set, which scores 0 everywhere.

    Raises:
        ValueError: lengths differ, an asked name is no label, or a read one is neither a label nor ``"no reading"``.
    """
    if len(asked) != len(read):
        raise ValueError(f"{len(asked)} labels were asked and {len(read)} read; give one reading for each.")
    for name in asked:
        if name not in labels:
            raise ValueError(
                f"{name!r} was asked, which is none of {list(labels)}; ask in the judge's own labels."
            )
    for name in read:
        if name not in labels and name != NO_READING:
            raise ValueError(
                f"{name!r} was read, which is none of {list(labels)}; give {NO_READING!r} for silence."
            )
    if not asked:
        warnings.warn("The set is empty and scores 0.", stacklevel=2)


def accuracy(asked: Sequence[str], read: Sequence[str]) -> float:
    """Share of pieces read as asked.

    Range 0..1, higher is better; chance 1/K for even guessing, more for always saying the commonest label; silence
    scores 0.
    """
    return float(np.mean([a == r for a, r in zip(asked, read, strict=True)])) if asked else 0.0


def uar(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> float:
    """Mean recall of the labels that were asked.

    Range 0..1, higher is better; chance 1/K whatever the labels' shares; silence scores 0.
    """
    if not asked:
        return 0.0
    return balanced_accuracy(_numbers(read, labels), _numbers(asked, labels), labels)


def skill(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> float:
    """The unweighted average recall with chance at 0 and perfection at 1.

    Range -1/(K - 1)..1, higher is better; chance 0; silence scores -1/(K - 1), as being always wrong does.
    """
    chance = 1.0 / len(labels)
    if chance == 1.0 or not asked:
        return 0.0
    return (uar(asked, read, labels) - chance) / (1.0 - chance)


def macro_f1(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> float:
    """Mean F1 of the labels that were asked.

    Range 0..1, higher is better; chance about 1/K where all are asked alike; silence scores 0.
    """
    if not asked:
        return 0.0
    from sklearn.metrics import f1_score

    present = [name for name in labels if name in set(asked)]
    return float(f1_score(list(asked), list(read), labels=present, average="macro", zero_division=0))


def per_label(
    asked: Sequence[str], read: Sequence[str], labels: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Recall, precision, F1 (each 0..1, higher is better, chance 1/K, silence 0) and count of every label asked."""
    if not asked:
        return {}
    from sklearn.metrics import precision_recall_fscore_support

    present = [name for name in labels if name in set(asked)]
    figures = precision_recall_fscore_support(list(asked), list(read), labels=present, zero_division=0)
    rows = zip(present, *figures, strict=True)
    return {
        name: {"recall": float(r), "precision": float(p), "f1": float(f), "count": float(n)}
        for name, p, r, f, n in rows
    }


def confusion(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """Counts ``(K, K + 1)``: the row is the asked label, the column the read one, the last column ``"no reading"``."""
    table = np.zeros((len(labels), len(labels) + 1), int)
    np.add.at(table, (_numbers(asked, labels), _numbers(read, labels)), 1)
    return table


def coverage(read: Sequence[str]) -> float:
    """Share of pieces with a reading.

    Range 0..1; neither direction is better by itself and there is no chance level: see it beside the others. Silence
    scores 0.
    """
    return float(np.mean([name != NO_READING for name in read])) if read else 0.0


def evaluate(asked: Sequence[str], read: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """All measures of the set by name.

    Raises:
        ValueError: names or lengths are wrong.
    """
    validate(asked, read, labels)
    return {
        "accuracy": accuracy(asked, read),
        "uar": uar(asked, read, labels),
        "skill": skill(asked, read, labels),
        "macro_f1": macro_f1(asked, read, labels),
        "coverage": coverage(read),
    }


def _numbers(names: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """Class numbers ``(n,)``; silence is K."""
    places = {name: place for place, name in enumerate(labels)}
    return np.array([places.get(name, len(labels)) for name in names], int)
