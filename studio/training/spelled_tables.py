"""Trains tables of spelling: one logistic regression a label over the grams of a text, few of them kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.judges.eight_bit import pack
from studio.judges.letter_groups import checksums, known_values

__all__ = ["Counted", "SpelledRecipe", "count_grams", "packed_table", "spelled_table", "table_logits"]

Counted = tuple[np.ndarray, np.ndarray]
"""Checksums of a text's grams and how often each occurs, as ``letter_groups.checksums`` gives them."""


@dataclass(frozen=True)
class SpelledRecipe:
    """How a table is trained.

    Args:
        longest: letters in a group.
        least: texts that must have a gram.
        kept: grams at most, those that move the logits most.
        strength: inverse of the regularisation (scikit-learn's ``C``).
    """

    longest: int
    least: int
    kept: int
    strength: float


def count_grams(texts: Sequence[str], longest: int) -> list[Counted]:
    """The grams of each text."""
    return [checksums(text, longest) for text in texts]


def spelled_table(
    texts: Sequence[Counted], targets: np.ndarray, recipe: SpelledRecipe
) -> dict[str, np.ndarray]:
    """Checksums that the table knows, their rarity, weights and bias.

    All grams are weighed first; those with the largest weight on any label, times how much of them the texts hold, are
    kept and weighed anew.

    Args:
        texts: ``n`` training texts.
        targets: their labels ``(n, L)`` of 0 and 1; a column with nan is not learned and keeps weights of 0.
        recipe: of the training.

    Returns:
        ``known`` uint32 ``(B,)``, rising, ``rarity`` ``(B,)``, ``weight`` ``(B, L)`` and ``bias`` ``(L,)``.
    """
    each, having = np.unique(np.concatenate([own for own, _ in texts]), return_counts=True)
    known = each[having >= recipe.least]
    rarity, inputs = _weighed(texts, known)
    weight, _ = _regressions(inputs, targets, recipe.strength)
    moved = np.abs(weight).max(axis=1) * np.sqrt(np.asarray(inputs.power(2).sum(axis=0)).ravel())
    known = known[np.sort(np.argsort(-moved, kind="stable")[: recipe.kept])]
    rarity, inputs = _weighed(texts, known)
    weight, bias = _regressions(inputs, targets, recipe.strength)
    return {"known": known, "rarity": rarity, "weight": weight, "bias": bias}


def packed_table(table: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """A table under ``{name}.known`` and so on, its weights in eight bits with a scale for each label."""
    return {
        f"{name}.known": table["known"],
        f"{name}.rarity": table["rarity"].astype(np.float16),
        f"{name}.bias": table["bias"],
    } | pack(f"{name}.weight", table["weight"], axis=0)


def table_logits(table: dict[str, np.ndarray], texts: Sequence[Counted]) -> np.ndarray:
    """What a table says of texts ``(n, L)``."""
    inputs = _matrix(texts, table["known"], table["rarity"])
    logits: np.ndarray = inputs @ table["weight"] + table["bias"]
    return logits


def _weighed(texts: Sequence[Counted], known: np.ndarray) -> tuple[np.ndarray, Any]:
    """How much each known gram counts, the rarer the more, and the texts' values ``(n, B)``."""
    everything = np.concatenate([own for own, _ in texts])
    having = np.bincount(np.searchsorted(known, everything[np.isin(everything, known)]), minlength=len(known))
    rarity = (np.log((1 + len(texts)) / (1 + having)) + 1).astype(np.float32)
    return rarity, _matrix(texts, known, rarity)


def _matrix(texts: Sequence[Counted], known: np.ndarray, rarity: np.ndarray) -> Any:
    from scipy.sparse import csr_array

    rows = [known_values(each, counts, known, rarity) for each, counts in texts]
    ends = np.cumsum([0] + [len(places) for places, _ in rows]).astype(np.int32)
    values = np.concatenate([v for _, v in rows]).astype(np.float32)
    places = np.concatenate([p for p, _ in rows]).astype(np.int32)  # liblinear takes no longer whole numbers
    return csr_array((values, places, ends), shape=(len(rows), len(known)))


def _regressions(inputs: Any, targets: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    weight = np.zeros((inputs.shape[1], targets.shape[1]), np.float32)
    bias = np.zeros(targets.shape[1], np.float32)
    for label in np.flatnonzero(~np.isnan(targets).any(axis=0)):
        model = LogisticRegression(C=strength, solver="liblinear", tol=0.02, max_iter=30, random_state=0)
        model.fit(inputs, targets[:, label])
        weight[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    return weight, bias
