"""Distances between distributions over labels: of an asked mixture from what was read, and of readers from each other.

Aim: to compare mixtures as wholes; a hit says nothing of a blend whose parts are both there.

Conventions: distributions are ``(K,)``, shares of 0 or more that sum to 1. One of zeros is silence: it counts as even
over the labels, the distribution of one who knows nothing, so a confidently wrong reading scores worse than silence.

Metrics:
    * ``kl``: Kullback-Leibler divergence (1951) of the read from the asked one, in nats.
    * ``js``: Jensen-Shannon divergence (Lin 1991, IEEE Trans. Inf. Theory 37:145), in bits.
    * ``total_variation``: half the sum of differences.
    * ``vagueness``: how even one distribution is.
    * ``disagreement``: the Jensen-Shannon divergence of several readers, weighted.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from conditioning.assets import asset_table

__all__ = ["disagreement", "evaluate", "js", "kl", "total_variation", "vagueness", "validate"]


def validate(asked: np.ndarray, read: np.ndarray) -> None:
    """Check that both are distributions over the same labels.

    Raises:
        ValueError: shapes differ, a share is negative, or shares sum neither to 1 nor, for silence, to 0.
    """
    if asked.ndim != 1 or asked.shape != read.shape or not len(asked):
        raise ValueError(
            f"Distributions have shapes {asked.shape} and {read.shape}; give both over the same labels."
        )
    for shares in (asked, read):
        total = float(shares.sum())
        if not (shares >= 0).all() or min(abs(total - 1), abs(total)) > 1e-3:
            raise ValueError(f"The shares sum to {total:g}; give shares of 0 or more that sum to 1.")


def kl(asked: np.ndarray, read: np.ndarray) -> float:
    """Nats lost when what was read stands for what was asked; a small even share is mixed into the read one first.

    Range 0 to about 9 for 7 labels, lower is better, 0 for the same distribution but for that share. An even reading,
    and so silence, scores log K less the asked entropy: 1.95 for one label of 7.
    """
    from scipy.special import rel_entr

    floor = _floor()
    found = (1 - floor) * _known(read) + floor / len(read)
    return float(max(rel_entr(_known(asked), found).sum(), 0.0))


def js(one: np.ndarray, other: np.ndarray) -> float:
    """Jensen-Shannon divergence in bits.

    Range 0..1, lower is better, 0 only for the same, 1 for no label in common; the same both ways round. An even
    reading, and so silence, scores .689 where one label of 7 is asked.
    """
    return disagreement(np.stack([one, other]))


def total_variation(one: np.ndarray, other: np.ndarray) -> float:
    """Share that would have to move to make one distribution the other.

    Range 0..1, lower is better, symmetric; an even reading, and so silence, scores 1 - 1/K where one label is asked.
    """
    return float(np.clip(np.abs(_known(one) - _known(other)).sum() / 2, 0.0, 1.0))


def vagueness(shares: np.ndarray) -> float:
    """Entropy of a distribution over the greatest it could have.

    Range 0..1: 0 names one label, 1 is even; neither is better by itself, so there is no chance level. Silence scores
    1, a list of one label 0.
    """
    from scipy.stats import entropy

    if len(shares) < 2:
        return 0.0
    return float(np.clip(entropy(_known(shares)) / np.log(len(shares)), 0.0, 1.0))


def disagreement(readers: np.ndarray, weights: np.ndarray | None = None) -> float:
    """How far several readers contradict each other: their Jensen-Shannon divergence over the greatest it could be.

    It is the information, as a share, that a reading gives about who made it. Range 0..1: 0 where all say the same, 1
    where no two have a label in common. A single reader, or one with all the weight, scores 0; silent readers count
    as even.

    Args:
        readers: distributions ``(m, K)``.
        weights: ``(m,)`` of 0 or more, not all 0; even if None.

    Raises:
        ValueError: weights are negative or all 0.
    """
    from scipy.stats import entropy

    share = np.full(len(readers), 1.0) if weights is None else np.asarray(weights, float)
    if (share < 0).any() or share.sum() <= 0:
        raise ValueError(f"The weights are {share.tolist()}; give 0 or more, not all 0.")
    share = share / share.sum()
    most = float(entropy(share))
    if most < 1e-9:
        return 0.0
    known = np.stack([_known(reader) for reader in readers])
    spread = float(entropy(share @ known)) - float(share @ entropy(known, axis=1))
    return float(np.clip(spread / most, 0.0, 1.0))


def evaluate(asked: np.ndarray, read: np.ndarray) -> dict[str, float]:
    """All measures of one pair by name.

    Raises:
        ValueError: these are no distributions over the same labels.
    """
    validate(asked, read)
    return {
        "kl": kl(asked, read),
        "js": js(asked, read),
        "total_variation": total_variation(asked, read),
        "vagueness": vagueness(read),
    }


@cache
def _floor() -> float:
    return float(asset_table("fidelity", "measures.toml")["distributions"]["kl_floor"])


def _known(shares: np.ndarray) -> np.ndarray:
    """The distribution, or an even one for silence."""
    total = float(np.sum(shares))
    return np.asarray(shares, float) / total if total > 1e-12 else np.full(len(shares), 1.0 / len(shares))
