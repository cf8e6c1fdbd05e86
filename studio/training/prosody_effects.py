"""What emotions do to voices in the space of an ear: the mean of actors' differences from neutral, and how far actors spread about it.

A judge that only tells classes apart is content with any sound on the right side of its borders, and such sounds need not be like
people's. Here an emotion is a place with a spread, so that a voice can be asked to come there: neither less than people
do nor beyond it, nor aside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conditioning.vocabulary import lexicon
from studio.training.prosody_beside import Beside, own_neutral
from studio.training.prosody_judge import CLASSES

__all__ = ["EffectSpace"]

_COMPONENTS, _SHRUNK = 60, 0.6  # kept of people's differences; share of the spread that is taken as round
_HEAT = 0.4  # by which distances count less than a normal distribution has it, for ears hear people's words as well


class EffectSpace:
    """Means of classes and their common spread, in principal components of people's differences from their neutral voices.

    Args:
        labels: of n clips, some of them "neutral" for each speaker.
        speakers: of the clips.
        kinds: of the clips, such as corpus and label; each counts by the root of its size.
        groups: what an ear hears of them, groups of ``(n, F)``; each group counts alike.
        classes: emotions to tell apart.

    Attributes:
        beside: makes the differences that the methods take.
    """

    def __init__(
        self,
        labels: np.ndarray,
        speakers: np.ndarray,
        kinds: np.ndarray,
        groups: Sequence[np.ndarray],
        classes: Sequence[str] = CLASSES,
    ) -> None:
        self.classes = tuple(classes)
        self.beside = Beside(groups, speakers)
        own = [own_neutral(group, labels, speakers) for group in groups]
        known = np.isin(labels, self.classes)
        inputs, labels = self.beside(groups, own)[known], labels[known]
        _, place, sizes = np.unique(kinds[known], return_inverse=True, return_counts=True)
        weight = 1 / np.sqrt(sizes[place])
        self._basis = np.linalg.eigh(inputs.T @ inputs)[1][:, ::-1][:, :_COMPONENTS]
        parts = inputs @ self._basis
        self._means = np.array(
            [np.average(parts[labels == c], axis=0, weights=weight[labels == c]) for c in self.classes]
        )
        away = parts - self._means[[self.classes.index(label) for label in labels]]
        spread = (away * weight[:, None]).T @ away / weight.sum()
        round_part = np.trace(spread) / len(spread) * np.eye(len(spread))
        self._inverse = np.linalg.inv((1 - _SHRUNK) * spread + _SHRUNK * round_part)

    def placed(self, inputs: np.ndarray) -> np.ndarray:
        """Where differences lie among people's ``(n, components)``; linear, so that a plane's changes can be placed too.

        Args:
            inputs: of ``beside``.
        """
        return np.asarray(inputs @ self._basis)

    def distances_at(self, places: np.ndarray) -> np.ndarray:
        """Squared distances from the classes' means in units of their spread ``(n, C)``.

        Args:
            places: of ``placed``.
        """
        apart = places[:, None] - self._means
        return np.asarray(np.einsum("nci,ij,ncj->nc", apart, self._inverse, apart))

    def read(self, inputs: np.ndarray) -> np.ndarray:
        """The nearest classes ``(n,)``."""
        return np.array(self.classes)[self.distances_at(self.placed(inputs)).argmin(axis=1)]

    def doubt_at(self, places: np.ndarray, emotion: str) -> np.ndarray:
        """How far from sure of an emotion places are, as of ``placed`` ``(n,)``: the cross-entropy, 0 at best."""
        return -_log_shares(self.distances_at(places))[:, self.classes.index(emotion)]

    def way(self, moves: np.ndarray, emotion: str) -> np.ndarray:
        """What share of people's way from neutral to an emotion moves go along it ``(n,)``.

        Args:
            moves: differences of places, as of ``placed``, from those without emotion ``(n, components)``.
            emotion: asked.
        """
        towards = self._means[self.classes.index(emotion)] - self._means[self.classes.index("neutral")]
        return np.asarray(moves @ self._inverse @ towards / (towards @ self._inverse @ towards))

    def points_at(self, places: np.ndarray) -> np.ndarray:
        """Valence, arousal and dominance of places ``(n, 3)``: the mean of the classes' own in the lexicon."""
        points = np.array([lexicon()[name].vad.array() for name in self.classes])
        return np.asarray(np.exp(_log_shares(self.distances_at(places))) @ points)


def _log_shares(distances: np.ndarray) -> np.ndarray:
    """Logarithms of how likely classes are, from squared distances ``(n, C)``."""
    votes = -0.5 * _HEAT * distances
    votes -= votes.max(axis=1, keepdims=True)
    return np.asarray(votes - np.log(np.exp(votes).sum(axis=1, keepdims=True)))
