"""How a list of labels says each emotion of the lexicon: by its own label, by neighbours, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.vocabulary import Label, Vocabulary, lexicon, vocabulary

__all__ = ["LabelTable", "label_table"]

_NEUTRAL = "neutral"
_HERE = 1e-6  # distance below which a point is a label's place


@dataclass(frozen=True)
class LabelTable:
    """A vocabulary, prepared to say emotions. N is the number of lexicon emotions, L that of labels.

    Args:
        words: the vocabulary.
        own: place of the label that stands for a lexicon emotion; of several the one of the same name, else the first.
        neutral: place of the label for neutral, if there is one.
        felt: the labels that stand for a feeling, neutral among them.
        felt_places: their places among all labels.
        shares: ``(N, L)``: how much of each lexicon emotion goes to each label; a row sums to 1, or to 0 if the list
            cannot say the emotion.
        merged: for each emotion without a label of its own, the label that takes most of it.
        dropped: emotions that lie nearer to neutral than to any label.
        compounds: labels that stand for mixtures: place, and weight of each lexicon emotion ``(N,)``.
    """

    words: Vocabulary
    own: dict[str, int]
    neutral: int | None
    felt: Vocabulary
    felt_places: np.ndarray
    shares: np.ndarray
    merged: dict[str, str]
    dropped: frozenset[str]
    compounds: tuple[tuple[int, np.ndarray], ...]

    @property
    def lexicon_neutral(self) -> int:
        """Place of neutral in the lexicon."""
        return lexicon().names.index(_NEUTRAL)

    def take_compounds(self, left: np.ndarray) -> np.ndarray:
        """Values ``(L,)`` of the compounds; the one that the strengths hold most of comes first.

        Args:
            left: strengths of the lexicon emotions ``(N,)``; what a compound takes is taken off.
        """
        values = np.zeros(len(self.words.names))
        for _ in self.compounds:
            amounts = [float((left[w > 0] / w[w > 0]).min()) for _, w in self.compounds]
            most = int(np.argmax(amounts))
            if amounts[most] <= _HERE:
                break
            place, weights = self.compounds[most]
            values[place] += amounts[most]
            left -= amounts[most] * weights
        np.maximum(left, 0.0, out=left)
        return values

    def shares_at(self, point: np.ndarray) -> np.ndarray | None:
        """How much of a feeling at a point ``(3,)`` goes to each label ``(L,)``, or None if neutral lies nearer."""
        return _shares_at(point, self.felt, self.felt_places, len(self.words.names))


@cache
def label_table(name: str) -> LabelTable:
    """The table of a shipped vocabulary.

    Raises:
        UnknownNameError: there is no such vocabulary.
    """
    words = vocabulary(name)
    places = np.array([index for index, label in enumerate(words.labels) if label.has_feeling])
    felt = Vocabulary(words.name, words.title, tuple(words.labels[index] for index in places))
    own = _own(words.labels)
    shares = np.zeros((len(lexicon().labels), len(words.labels)))
    merged: dict[str, str] = {}
    dropped: set[str] = set()
    for row, emotion in zip(shares, lexicon().labels, strict=True):
        if emotion.name in own:
            row[own[emotion.name]] = 1.0
            continue
        found = _shares_at(emotion.vad.array(), felt, places, len(words.labels))
        if emotion.name == _NEUTRAL or found is None:
            dropped.add(emotion.name)
        else:
            row[:] = found
            merged[emotion.name] = words.names[int(found.argmax())]
    compounds = _compounds(words.labels)
    return LabelTable(
        words, own, own.get(_NEUTRAL), felt, places, shares, merged, frozenset(dropped), compounds
    )


def _own(labels: tuple[Label, ...]) -> dict[str, int]:
    own: dict[str, int] = {}
    for index, label in enumerate(labels):
        if label.emotion is not None and (label.emotion not in own or label.name == label.emotion):
            own[label.emotion] = index
    return own


def _compounds(labels: tuple[Label, ...]) -> tuple[tuple[int, np.ndarray], ...]:
    names = lexicon().names
    return tuple(
        (index, np.array([label.mixture.get(name, 0.0) for name in names]))
        for index, label in enumerate(labels)
        if label.mixture
    )


def _shares_at(point: np.ndarray, felt: Vocabulary, places: np.ndarray, count: int) -> np.ndarray | None:
    """Shares ``(count,)`` of the labels at a point, or None if neutral lies nearer than all of them."""
    apart = np.linalg.norm(felt.means() - point, axis=1)
    is_neutral = np.array([label.emotion == _NEUTRAL for label in felt.labels])
    apart[is_neutral] = np.inf
    nearest = int(apart.argmin())
    if apart[nearest] >= np.linalg.norm(point):
        return None
    shares = np.zeros(count)
    if apart[nearest] < _HERE:
        shares[places[nearest]] = 1.0
    else:
        near = felt.nearness(point)
        near[is_neutral] = 0.0
        shares[places] = near / near.sum()
    return shares
