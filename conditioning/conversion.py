"""An emotion as the vector of someone else's list of labels, in that list's order, with what was lost said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vocabulary import Vocabulary, lexicon, vocabulary

__all__ = ["EngineVector", "engine_vector"]


@dataclass(frozen=True)
class EngineVector:
    """How strongly each label of a list is meant.

    Args:
        names: labels in their source's order.
        values: strength of each, 0..1; in a list with ``neutral`` they sum to 1, otherwise to the intensity, and to no
            more than the list's own limit.
        loss: distance in VAD, 0..2√3, between what is felt and what the vector says.
        merged: for each emotion that the list has no label for, the label that took most of it.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    loss: float
    merged: dict[str, str]


def engine_vector(emotion: Emotion, name: str) -> EngineVector:
    """The emotion in the labels of a vocabulary.

    An emotion for which the vocabulary has a label counts as that label; any other is spread over the labels near it.

    Args:
        emotion: the emotion.
        name: vocabulary, such as ``"indextts"``.

    Raises:
        UnknownNameError: there is no such vocabulary.

    Example:
        >>> vector = engine_vector(Emotion.of({"joy": 3, "fear": 1}, 0.4), "indextts")
        >>> {name: round(value, 2) for name, value in zip(vector.names, vector.values) if value}
        {'happy': 0.3, 'afraid': 0.1}
    """
    words = vocabulary(name)
    usable = _with_a_place(words)
    own = {label.emotion: label.name for label in words.labels if label.emotion is not None}
    strengths = dict.fromkeys(words.names, 0.0)
    merged: dict[str, str] = {}
    for feeling, weight in emotion.mixture.items():
        amount = weight * emotion.intensity
        if feeling in own:
            strengths[own[feeling]] += amount
            continue
        shares = usable.nearness(lexicon()[feeling].vad.array())
        for label, share in zip(usable.names, shares, strict=True):
            strengths[label] += amount * float(share)
        merged[feeling] = usable.names[int(shares.argmax())]
    if "neutral" in own:
        strengths[own["neutral"]] += 1.0 - emotion.intensity
    values = np.array(list(strengths.values()))
    said = values @ words.means()
    if values.sum() > words.sum_at_most:
        values *= words.sum_at_most / values.sum()
    loss = float(np.linalg.norm(said - emotion.felt.array()))
    return EngineVector(words.names, tuple(float(value) for value in values), loss, merged)


def _with_a_place(words: Vocabulary) -> Vocabulary:
    """The vocabulary without labels that stand for no feeling, such as ``other``."""
    labels = tuple(label for label in words.labels if label.emotion is not None or any(label.vad.array()))
    return Vocabulary(words.name, words.title, labels)
