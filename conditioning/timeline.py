"""An emotion as a function of time, and its samples as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from conditioning.emotion import Emotion, mix
from conditioning.errors import EmotionError
from conditioning.vocabulary import lexicon

__all__ = ["EmotionTrack", "Keyframe", "Timeline"]


@dataclass(frozen=True)
class Keyframe:
    """An emotion at a time.

    Args:
        time: seconds, 0 or more.
        emotion: what is felt then.
    """

    time: float
    emotion: Emotion


@dataclass(frozen=True)
class EmotionTrack:
    """A timeline sampled at times.

    Args:
        times: seconds ``(T,)``.
        vad: felt points ``(T, 3)``: valence, arousal, dominance with the intensity already in them.
        intensity: ``(T,)``, 0..1.
        labels: lexicon names of the columns of ``weights``, length L.
        weights: ``(T, L)``, each row sums to 1; at intensity 0 the row is all neutral.
    """

    times: np.ndarray
    vad: np.ndarray
    intensity: np.ndarray
    labels: tuple[str, ...]
    weights: np.ndarray

    @property
    def strengths(self) -> np.ndarray:
        """Weights times intensity, ``(T, L)``: how strongly each label is present."""
        return self.weights * self.intensity[:, None]


@dataclass(frozen=True)
class Timeline:
    """Keyframes in order of time; between two of them the felt emotion moves evenly, outside it holds.

    Args:
        keyframes: at least one, with times that do not fall.

    Raises:
        EmotionError: there is no keyframe, or their times fall or are negative.

    Example:
        >>> line = Timeline.of([(0, Emotion.of("joy")), (2, Emotion.neutral())])
        >>> line.at(1.0).intensity
        0.5
    """

    keyframes: tuple[Keyframe, ...]

    def __post_init__(self) -> None:
        times = [k.time for k in self.keyframes]
        if not times:
            raise EmotionError("A timeline has no keyframe.", "Give at least one emotion.")
        if not np.isfinite(times).all() or times[0] < 0 or any(b < a for a, b in pairwise(times)):
            raise EmotionError("The times of a timeline fall or are negative.", "Sort them, starting at 0.")

    @classmethod
    def of(cls, keyframes: Iterable[tuple[float, Emotion]]) -> Timeline:
        """The timeline of ``(seconds, emotion)`` pairs."""
        return cls(tuple(Keyframe(float(time), emotion) for time, emotion in keyframes))

    @classmethod
    def constant(cls, emotion: Emotion) -> Timeline:
        """One emotion at all times."""
        return cls.of([(0.0, emotion)])

    @classmethod
    def of_sections(cls, sections: Iterable[tuple[float, float, Emotion]], blend: float = 0.6) -> Timeline:
        """The timeline of stretches that each hold an emotion and pass into the next around their border.

        Args:
            sections: ``(start, end, emotion)`` in seconds, in order; gaps belong to both neighbours.
            blend: seconds that a passage takes, at most half of each neighbour's length.

        Raises:
            EmotionError: there is no section, or one ends before it starts.
        """
        rows = list(sections)
        keys: list[tuple[float, Emotion]] = []
        for i, (start, end, emotion) in enumerate(rows):
            if end < start:
                raise EmotionError(
                    f"A section goes from {start:g} to {end:g} s.", "Let it end after its start."
                )
            half = min(blend, end - start) / 2
            keys.append((0.0 if i == 0 else max(start + half, keys[-1][0]), emotion))
            keys.append((max(end - half if i + 1 < len(rows) else end, keys[-1][0]), emotion))
        return cls.of(keys)

    def at(self, time: float) -> Emotion:
        """The emotion at a time in seconds."""
        times = [k.time for k in self.keyframes]
        after = int(np.searchsorted(times, time, side="right"))
        if after == 0:
            return self.keyframes[0].emotion
        left = self.keyframes[after - 1]
        if after == len(times) or left.time == time:
            return left.emotion
        right = self.keyframes[after]
        share = (time - left.time) / (right.time - left.time)
        return mix([(left.emotion, 1 - share), (right.emotion, share)])

    def sample(self, times: np.ndarray) -> EmotionTrack:
        """The timeline at times.

        Args:
            times: seconds ``(T,)``, any order.

        Returns:
            A track whose columns are all lexicon emotions in the lexicon's order.
        """
        labels = lexicon().names
        key_times = np.array([k.time for k in self.keyframes])
        key_vad = np.array([k.emotion.felt.array() for k in self.keyframes])
        key_intensity = np.array([k.emotion.intensity for k in self.keyframes])
        key_strength = np.zeros((len(key_times), len(labels)))
        for row, key in zip(key_strength, self.keyframes, strict=True):
            for name, weight in key.emotion.mixture.items():
                row[labels.index(name)] = weight * key.emotion.intensity
        times = np.asarray(times, float)
        after = np.searchsorted(key_times, times, side="right")
        left = np.clip(after - 1, 0, len(key_times) - 1)
        right = np.clip(after, 0, len(key_times) - 1)
        gap = key_times[right] - key_times[left]
        share = np.where(gap > 0, (times - key_times[left]) / np.where(gap > 0, gap, 1.0), 0.0)
        share = np.clip(share, 0.0, 1.0)[:, None]
        vad = key_vad[left] * (1 - share) + key_vad[right] * share
        strength = key_strength[left] * (1 - share) + key_strength[right] * share
        intensity = key_intensity[left] * (1 - share[:, 0]) + key_intensity[right] * share[:, 0]
        total = strength.sum(axis=1, keepdims=True)
        neutral = np.zeros(len(labels))
        neutral[labels.index("neutral")] = 1.0
        weights = np.where(total > 1e-9, strength / np.where(total > 1e-9, total, 1.0), neutral)
        return EmotionTrack(times, vad, intensity, labels, weights)
