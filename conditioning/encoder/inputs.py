"""What the encoder is told of an emotion, as rows of numbers.

A row holds the strength of every name that the encoder knows, the felt point, and how strongly names are stated beside
a point:

    strength of each name (L) · valence, arousal, dominance (3) · strength of the names if there is also a point (1)

So names, a point, or both can be given: what is absent is zero, and the last entry tells "joy, and nothing is known
of the point" from "joy, at the neutral point". Every entry grows with the intensity, and without emotion all are zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from conditioning.emotion import Emotion
from conditioning.timeline import EmotionTrack
from conditioning.vad import VAD
from conditioning.vocabulary import Label, lexicon, vocabulary

__all__ = ["InputRows"]

_NEUTRAL = "neutral"  # the absence of feeling: it has no strength

_Part = tuple[str | None, np.ndarray, float]  # lexicon name or None, place at full intensity, strength


@dataclass(frozen=True)
class InputRows:
    """Makes rows for an encoder that knows certain names.

    A name that the encoder has not learned, such as one of a vocabulary added later, enters as its place in VAD space.

    Args:
        names: lexicon emotions in the order of the columns, without ``neutral``.
    """

    names: tuple[str, ...]

    @property
    def width(self) -> int:
        """Length of a row."""
        return len(self.names) + 4

    def point(self, felt: VAD) -> np.ndarray:
        """A row that knows what is felt but no name.

        Args:
            felt: the point with the intensity already in it.

        Returns:
            Float32 ``(width,)``.
        """
        return self._row((), felt.array())

    def mixture(self, weights: Mapping[str, float], intensity: float = 1.0) -> np.ndarray:
        """A row that knows names but no point.

        Args:
            weights: of lexicon names, each 0 or more; ``neutral`` weakens the others.
            intensity: 0..1.

        Returns:
            Float32 ``(width,)``.

        Raises:
            UnknownNameError: a name is not in the lexicon.
            EmotionError: no weight is positive, or one is negative.
        """
        emotion = Emotion.of(weights, intensity)
        return self._row(_named(emotion.mixture, emotion.intensity))

    def emotion(self, emotion: Emotion) -> np.ndarray:
        """A row that knows the names and the point of an emotion, float32 ``(width,)``."""
        return self._row(_named(emotion.mixture, emotion.intensity), emotion.felt.array())

    def label(self, label: Label, intensity: float = 1.0) -> np.ndarray:
        """A row that knows a vocabulary's label.

        A label that stands at its lexicon emotion's place is known by that name alone; one that has a place of its own
        by name and place; one that stands for no word of the lexicon by its place.

        Args:
            label: of any vocabulary.
            intensity: 0..1.

        Returns:
            Float32 ``(width,)``.
        """
        at_home = label.emotion is not None and lexicon()[label.emotion].vad == label.vad
        part: _Part = (label.emotion, label.vad.array(), intensity)
        return self._row([part], None if at_home else part[1] * intensity)

    def distribution(
        self, probabilities: Mapping[str, float], name: str = "lexicon", felt: VAD | None = None
    ) -> np.ndarray:
        """A row that knows what a reader of a text found likely.

        Args:
            probabilities: of labels of a vocabulary, each 0 or more; a sum above 1 is brought to 1, what is missing
                to 1 counts as no feeling.
            name: of the vocabulary.
            felt: the point that the reader also found, if it did.

        Returns:
            Float32 ``(width,)``.

        Raises:
            UnknownNameError: the vocabulary or a label does not exist.
        """
        words = vocabulary(name)
        total = max(sum(probabilities.values()), 1.0)
        parts = [
            (words[label].emotion, words[label].vad.array(), share / total)
            for label, share in probabilities.items()
        ]
        return self._row(parts, None if felt is None else felt.array())

    def track(self, track: EmotionTrack) -> np.ndarray:
        """Rows that know names and points of a sampled timeline, float32 ``(T, width)``."""
        rows = np.zeros((len(track.times), self.width), np.float32)
        columns, places = self._columns(track.labels)
        rows[:, columns] = track.strengths[:, places]
        rows[:, -4:-1] = track.vad
        rows[:, -1] = rows[:, :-4].sum(axis=1)
        return rows

    def _columns(self, labels: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """The columns of a row and of a track that hold the same name."""
        place = {label: index for index, label in enumerate(labels)}
        pairs = [(column, place[name]) for column, name in enumerate(self.names) if name in place]
        return [column for column, _ in pairs], [index for _, index in pairs]

    def _row(self, parts: Iterable[_Part], felt: np.ndarray | None = None) -> np.ndarray:
        row = np.zeros(self.width, np.float32)
        mean, strange = np.zeros(3), False
        for name, place, strength in parts:
            mean += strength * place
            if name in self._index:
                row[self._index[name]] += strength
            elif name != _NEUTRAL and strength > 0:
                strange = True
        if felt is None and strange:
            felt = mean
        if felt is not None:
            row[-4:-1] = felt
            row[-1] = row[:-4].sum()
        return row

    @cached_property
    def _index(self) -> dict[str | None, int]:
        return {name: column for column, name in enumerate(self.names)}


def _named(mixture: Mapping[str, float], intensity: float) -> list[_Part]:
    places = lexicon()
    return [(name, places[name].vad.array(), weight * intensity) for name, weight in mixture.items()]
