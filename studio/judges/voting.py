"""The arithmetic of a vote among judges: what each is worth on a label, and how quiet labels are raised. Pure functions.

Everything follows from figures on held-out people, never from what a generator made.

Conventions: a *confusion* is ``(K, K)``, row the true label, column the likeliest read, rows sum to 1: so it is that
of an even set, however rare a label was in the test. A frame is the F labels that the vote is about.

* ``confusion_of_recall``: the confusion of a judge whose card states recalls alone, its errors spread evenly.
* ``skill``: F1 on the even set, with chance at 0.
* ``said_over_true`` and ``correction``: prior correction of the logits (Saerens, Latinne & Decaestecker 2002, Neural
  Computation 14:21; Menon et al. 2021, "Long-tail learning via logit adjustment", ICLR): a label that gets half the
  probability due to it counts twice.
* ``reach``: share of the frame's information that a list of labels can carry at all; quadrants cannot tell anger from
  fear.
* ``pooled``: the linear opinion pool (Stone 1961) with a weight for each label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["confusion_of_recall", "correction", "pooled", "reach", "said_over_true", "skill"]


def confusion_of_recall(recall: Mapping[str, float], labels: Sequence[str], otherwise: float) -> np.ndarray:
    """The confusion ``(K, K)`` that recalls imply if errors are spread evenly over the other labels.

    Args:
        recall: of each label, 0..1.
        labels: K names.
        otherwise: recall of labels that have none stated, such as the balanced accuracy.
    """
    found = np.array([recall.get(name, otherwise) for name in labels], float)
    if len(labels) == 1:
        return np.ones((1, 1))
    confusion = np.repeat((1.0 - found)[:, None] / (len(labels) - 1), len(labels), axis=1)
    np.fill_diagonal(confusion, found)
    return confusion


def skill(confusion: np.ndarray, least: float) -> np.ndarray:
    """How well each label is told ``(K,)``: F1 of recall and precision, chance at 0, at least ``least``."""
    recall = np.diag(confusion)
    precision = recall / np.maximum(confusion.sum(axis=0), 1e-12)
    f1 = 2 * recall * precision / np.maximum(recall + precision, 1e-12)
    chance = 1.0 / len(confusion)
    if chance == 1.0:
        return np.ones(1)
    return np.maximum((f1 - chance) / (1.0 - chance), least)


def said_over_true(
    probabilities: np.ndarray, labels: np.ndarray, people: Sequence[object] | None = None
) -> np.ndarray:
    """How much probability a judge gives to each label, over how much is due to it, ``(K,)``; 1 is just right.

    Every person counts alike, and every label of a person, however many clips there are of it: a correction that
    follows the one who spoke most does harm to all others. Labels that never occur get 1.

    Args:
        probabilities: of people the judge was not trained on ``(n, K)``, rows summing to 1.
        labels: class numbers ``(n,)``.
        people: who each row is of; one and the same if None.

    Raises:
        ValueError: rows, labels and people are not as many.

    Example:
        >>> said_over_true(np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([0, 1])).round(2).tolist()
        [1.4, 0.6]
    """
    count = len(labels)
    who = (
        np.zeros(count, int)
        if people is None
        else np.unique([str(one) for one in people], return_inverse=True)[1]
    )
    if len(probabilities) != count or len(who) != count:
        raise ValueError(f"{len(probabilities)} rows, {count} labels, {len(who)} people; give one of each.")
    given, due = np.zeros(probabilities.shape[1]), np.zeros(probabilities.shape[1])
    for person in np.unique(who):
        present = np.unique(labels[who == person])
        means = [probabilities[(who == person) & (labels == label)].mean(axis=0) for label in present]
        given += np.mean(means, axis=0)
        due[present] += 1.0 / len(present)
    return np.where(due > 0, given / np.maximum(due, 1e-12), 1.0)


def correction(said: np.ndarray, most: float) -> np.ndarray:
    """Factors ``(K,)`` by which to multiply probabilities, so that each label is said as much as it is true.

    Args:
        said: how much it is said over how much it is true, above 0 (``said_over_true``).
        most: no factor is above this or below 1 over it.

    Example:
        >>> correction(np.array([0.5, 1.0, 1.6]), 4.0).tolist()
        [2.0, 1.0, 0.625]
    """
    return np.clip(1.0 / np.maximum(said, 1e-12), 1.0 / most, most)


def reach(shares: np.ndarray) -> float:
    """Share 0..1 of what the frame could tell that labels can tell: their mutual information over log F.

    Args:
        shares: ``(F, K)``, how each emotion of the frame is said in the labels (``joining.label_shares``).
    """
    from scipy.stats import entropy

    if len(shares) < 2:
        return 1.0
    told = float(entropy(shares.mean(axis=0)) - entropy(shares, axis=1).mean())
    return float(np.clip(told / np.log(len(shares)), 0.0, 1.0))


def pooled(readers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The vote ``(F,)``: of each label the mean of the readers, weighted by what each is worth on it; sums to 1.

    Weights are brought to sum 1 for each label, so a label in which nobody is skilled is not voted down for it.

    Args:
        readers: distributions ``(m, F)``.
        weights: above 0, ``(m, F)``.
    """
    shares = (weights * readers).sum(axis=0) / weights.sum(axis=0)
    return np.asarray(shares / shares.sum())
