"""An emotion as a function of time, and its samples as arrays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from conditioning.emotion import Emotion, mix
from conditioning.errors import EmotionError
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon

__all__ = ["EASES", "EmotionTrack", "Keyframe", "Timeline"]

EASES = ("linear", "smooth", "hold")
"""How the way from a keyframe to the next goes: evenly, slow at both ends (3s² − 2s³), or not before the next one."""

_SAME_TIME = 1e-9  # seconds within which a grid point is the keyframe beside it
_FAINTEST = 1e-9  # strength below which a label is absent


@dataclass(frozen=True)
class Keyframe:
    """An emotion at a time.

    Args:
        time: seconds, 0 or more.
        emotion: what is felt then.
        ease: one of ``EASES``: how the way to the next keyframe goes.

    Raises:
        EmotionError: there is no such ease.
    """

    time: float
    emotion: Emotion
    ease: str = "linear"

    def __post_init__(self) -> None:
        if self.ease not in EASES:
            raise EmotionError(f"A keyframe cannot ease {self.ease!r}.", f"It is one of {', '.join(EASES)}.")


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

    @classmethod
    def of_strengths(
        cls, times: np.ndarray, vad: np.ndarray, strengths: np.ndarray, labels: tuple[str, ...]
    ) -> EmotionTrack:
        """The track whose labels are present so strongly; its intensity is their sum. What rounding carries out of range is put back.

        Args:
            times: seconds ``(T,)``.
            vad: felt points ``(T, 3)``.
            strengths: ``(T, L)``, 0 or more, each row sums to at most 1.
            labels: lexicon names of the columns.
        """
        intensity = np.clip(strengths.sum(axis=1), 0.0, 1.0)
        return cls(times, np.clip(vad, -1.0, 1.0), intensity, labels, _weights(strengths, labels))

    @property
    def strengths(self) -> np.ndarray:
        """Weights times intensity, ``(T, L)``: how strongly each label is present."""
        return self.weights * self.intensity[:, None]

    def resampled(self, times: np.ndarray) -> EmotionTrack:
        """The track at other times: even ways between its samples, the nearest sample outside them.

        Args:
            times: seconds ``(N,)``, any order.
        """
        times = np.asarray(times, float)
        vad = np.stack([np.interp(times, self.times, column) for column in self.vad.T], axis=1)
        columns = [np.interp(times, self.times, column) for column in self.strengths.T]
        return EmotionTrack.of_strengths(times, vad, np.stack(columns, axis=1), self.labels)


@dataclass(frozen=True)
class Timeline:
    """Keyframes in order of time; between two the felt emotion moves as the first one's ease says, outside it holds.

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
    def of(cls, keyframes: Iterable[tuple[float, Emotion]], ease: str = "linear") -> Timeline:
        """The timeline of ``(seconds, emotion)`` pairs, all with the same ease."""
        return cls(tuple(Keyframe(float(time), emotion, ease) for time, emotion in keyframes))

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

    @classmethod
    def of_track(cls, track: EmotionTrack) -> Timeline:
        """The timeline with a keyframe at each sample of a track, for what takes timelines alone.

        Args:
            track: with times that do not fall, the first 0 or more.
        """
        present = track.strengths > _FAINTEST
        return cls.of(
            (float(time), _emotion(track, row, np.flatnonzero(present[row])))
            for row, time in enumerate(track.times)
        )

    @property
    def end(self) -> float:
        """Seconds of the last keyframe."""
        return self.keyframes[-1].time

    def shifted(self, seconds: float) -> Timeline:
        """The same course, so much later; its first keyframe may not come before 0."""
        return Timeline(tuple(replace(k, time=k.time + seconds) for k in self.keyframes))

    def stretched(self, seconds: float) -> Timeline:
        """The same course with its last keyframe at so many seconds.

        Raises:
            EmotionError: the timeline has no length, or ``seconds`` is not above 0.
        """
        if self.end == 0 or not seconds > 0 or not np.isfinite(seconds):
            raise EmotionError(
                f"A timeline of {self.end:g} s cannot be stretched to {seconds:g} s.",
                "Both lengths must be above 0.",
            )
        return Timeline(tuple(replace(k, time=k.time / self.end * seconds) for k in self.keyframes))

    def resampled(self, rate: float) -> Timeline:
        """The same course with keyframes at an even rate besides its own, which keep their times and emotions.

        Args:
            rate: keyframes a second, above 0.

        Raises:
            EmotionError: the rate is not above 0.
        """
        keys: list[Keyframe] = []
        for left, right in pairwise(self.keyframes):
            ease = "hold" if left.ease == "hold" else "linear"
            keys.append(replace(left, ease=ease))
            first, last = left.time + _SAME_TIME, right.time - _SAME_TIME
            keys += [Keyframe(float(t), self.at(float(t)), ease) for t in _grid(first, last, rate)]
        return Timeline((*keys, self.keyframes[-1]))

    def sampled(self, rate: float, duration: float) -> EmotionTrack:
        """The timeline at ``0, 1 / rate, 2 / rate …`` seconds, before ``duration``.

        Args:
            rate: samples a second, above 0, such as the frame rate.
            duration: seconds.

        Raises:
            EmotionError: the rate is not above 0.
        """
        return self.sample(_grid(0.0, duration - _SAME_TIME, rate))

    def at(self, time: float) -> Emotion:
        """The emotion at a time in seconds."""
        after = bisect_right(self.keyframes, time, key=lambda k: k.time)
        if after == 0:
            return self.keyframes[0].emotion
        left = self.keyframes[after - 1]
        if after == len(self.keyframes) or left.time == time:
            return left.emotion
        right = self.keyframes[after]
        share = float(
            _eased(np.array([(time - left.time) / (right.time - left.time)]), np.array([left.ease]))[0]
        )
        if share in (0.0, 1.0):
            return right.emotion if share else left.emotion
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
        eases = np.array([k.ease for k in self.keyframes])
        share = _eased(np.clip(share, 0.0, 1.0), eases[left])[:, None]
        vad = key_vad[left] * (1 - share) + key_vad[right] * share
        strength = key_strength[left] * (1 - share) + key_strength[right] * share
        intensity = key_intensity[left] * (1 - share[:, 0]) + key_intensity[right] * share[:, 0]
        return EmotionTrack(times, vad, intensity, labels, _weights(strength, labels))


def _eased(share: np.ndarray, eases: np.ndarray) -> np.ndarray:
    """Shares of the way ``(T,)``, 0..1, bent as the eases ``(T,)`` say."""
    smooth = share * share * (3.0 - 2.0 * share)
    held = np.where(share >= 1.0, 1.0, 0.0)
    return np.where(eases == "smooth", smooth, np.where(eases == "hold", held, share))


def _grid(first: float, last: float, rate: float) -> np.ndarray:
    """The multiples of ``1 / rate`` from first to last, both included."""
    if not rate > 0 or not np.isfinite(rate):
        raise EmotionError(f"A timeline cannot be read {rate:g} times a second.", "Give a rate above 0.")
    return np.arange(np.ceil(first * rate), np.floor(last * rate) + 1) / rate


def _weights(strengths: np.ndarray, labels: tuple[str, ...]) -> np.ndarray:
    """Strengths ``(T, L)`` as rows that sum to 1; all neutral where there are none."""
    total = strengths.sum(axis=1, keepdims=True)
    neutral = np.array([float(name == "neutral") for name in labels])
    return np.where(total > _FAINTEST, strengths / np.where(total > _FAINTEST, total, 1.0), neutral)


def _emotion(track: EmotionTrack, row: int, strong: np.ndarray) -> Emotion:
    """The emotion of a sample, of the columns that are present in it."""
    intensity = float(track.intensity[row])
    if intensity <= _FAINTEST or not len(strong):
        return Emotion.neutral()
    weights = {track.labels[column]: float(track.weights[row, column]) for column in strong}
    total = sum(weights.values())
    point = VAD.from_array(track.vad[row] / intensity)
    return Emotion({name: value / total for name, value in weights.items()}, point, min(intensity, 1.0))
