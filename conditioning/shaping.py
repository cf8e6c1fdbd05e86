"""What may be done to an emotion's course before a medium follows it: attack and release, smoothing, strength.

All functions take a track and give a track; ``Timeline.of_track`` makes a timeline of it again. The controls of
``Shaping`` are those of Audio2Face-3D (NVIDIA, parameter tuning guide: emotion strength, contrast, preferred emotion,
maximal count), carried over from ten labels of a face to mixtures of any length and to the point in the space. They work in
this order: contrast, preferred emotion, count, strength.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.timeline import EmotionTrack, Timeline
from conditioning.vocabulary import lexicon

__all__ = ["Shaping", "enveloped", "half_power_hz", "shaped", "smoothed"]

_REACHED = 0.1  # part of a step that is still missing after the attack or release
_REACH = 4.0  # standard deviations at which the kernel is cut: 1 - erf(4 / √2) = 6e-5 of it is beyond
_INSTANT = 1e-9  # seconds below which an attack or release is none


@dataclass(frozen=True)
class Shaping:
    """How strong, how decided and how crowded an emotion may be; as given it changes nothing.

    Args:
        strength: factor on the intensity, 0..10; the result is at most 1.
        contrast: exponent on the weights of a mixture, 0..10; above 1 the heavier labels gain, below 1 all come nearer.
        preferred: an emotion that is mixed into all others.
        preferred_share: how much of it, 0..1.
        most: at most so many labels at once, the heaviest; the others give their share to them. 0 is no limit.

    Raises:
        EmotionError: a number is out of its range, or a share is given without an emotion.
    """

    strength: float = 1.0
    contrast: float = 1.0
    preferred: Emotion | None = None
    preferred_share: float = 0.0
    most: int = 0

    def __post_init__(self) -> None:
        for name, value, high in (
            ("strength", self.strength, 10.0),
            ("contrast", self.contrast, 10.0),
            ("preferred_share", self.preferred_share, 1.0),
        ):
            if not 0.0 <= value <= high:
                raise EmotionError(f"The {name} is {value:g}.", f"Give a number from 0 to {high:g}.")
        if self.most < 0:
            raise EmotionError(
                f"At most {self.most} emotions cannot be active.", "Give 1 or more, or 0 for all."
            )
        if self.preferred_share and self.preferred is None:
            raise EmotionError("A share of a preferred emotion is given without it.", "Name the emotion.")


def shaped(track: EmotionTrack, shaping: Shaping) -> EmotionTrack:
    """The track with its mixture and intensity changed as asked; the point moves with the mixture.

    Args:
        track: T samples.
        shaping: what to change.
    """
    if shaping == Shaping():
        return track
    strengths, vad = track.strengths, track.vad
    if shaping.contrast != 1.0:
        strengths, vad = _moved(track, vad, strengths, _contrasted(track.weights, shaping.contrast))
    if shaping.preferred is not None and shaping.preferred_share:
        other = Timeline.constant(shaping.preferred).sample(track.times)
        share = shaping.preferred_share
        strengths = (1 - share) * strengths + share * other.strengths
        vad = (1 - share) * vad + share * other.vad
    if shaping.most:
        strengths, vad = _moved(track, vad, strengths, _heaviest(strengths, shaping.most))
    intensity = strengths.sum(axis=1, keepdims=True)
    factor = np.minimum(shaping.strength, 1.0 / np.maximum(intensity, 1e-9))
    vad = vad * factor
    return EmotionTrack.of_strengths(track.times, vad, strengths * factor, track.labels)


def enveloped(track: EmotionTrack, attack: float, release: float) -> EmotionTrack:
    """The track as one who needs time to warm up and to cool down would follow it.

    What is felt follows what is asked exponentially: nine tenths of a step are reached after ``attack`` seconds where
    the intensity asked is above the one felt, after ``release`` where it is below. With both 0 it is the track itself.

    Args:
        track: T samples, times that do not fall.
        attack: seconds, 0 or more.
        release: seconds, 0 or more.

    Raises:
        EmotionError: a time is negative, or those of the track fall.
    """
    for name, value in (("attack", attack), ("release", release)):
        if not value >= 0 or not np.isfinite(value):
            raise EmotionError(f"The {name} is {value:g} s.", "Give 0 seconds or more.")
    steps = _steps(track)
    if attack == 0 and release == 0:
        return track
    asked = np.concatenate([track.strengths, track.vad], axis=1)
    felt = asked.copy()
    labels = len(track.labels)
    for row in range(1, len(asked)):
        before = felt[row - 1]
        rises = track.intensity[row] >= before[:labels].sum()
        seconds = attack if rises else release
        missing = _REACHED ** (steps[row - 1] / seconds) if seconds > _INSTANT else 0.0
        felt[row] = asked[row] + missing * (before - asked[row])
    return EmotionTrack.of_strengths(track.times, felt[:, labels:], felt[:, :labels], track.labels)


def smoothed(track: EmotionTrack, *, hz: float = 0.0, seconds: float = 0.0) -> EmotionTrack:
    """The track without its fast changes: a Gaussian filter without delay, the ends held.

    Args:
        track: T samples at an even rate.
        hz: half-power frequency: a swing so fast keeps half its power (0.71 of its height), faster ones less.
        seconds: the same said as the period of that swing; give one of the two.

    Raises:
        EmotionError: none or both are given, one is not above 0, or the samples are not at an even rate.
    """
    if (hz > 0) == (seconds > 0) or hz < 0 or seconds < 0:
        raise EmotionError("A smoothing needs one bandwidth.", "Give hz or seconds, above 0.")
    steps = _steps(track)
    if len(steps) == 0:
        return track
    if steps.min() <= 0 or np.ptp(steps) > 1e-6 * steps.mean() + 1e-9:
        raise EmotionError("The samples of a track are not at an even rate.", "Resample it at one.")
    sd = half_power_hz(1.0) / (hz or 1.0 / seconds) / float(steps.mean())  # samples
    reach = min(int(np.ceil(_REACH * sd)), 4 * len(track.times))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sd, 1e-9)) ** 2)
    kernel /= kernel.sum()
    values = np.concatenate([track.strengths, track.vad], axis=1)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    for column in np.flatnonzero(np.ptp(values, axis=0) > 0):
        values[:, column] = np.convolve(padded[:, column], kernel, "valid")
    labels = len(track.labels)
    return EmotionTrack.of_strengths(track.times, values[:, labels:], values[:, :labels], track.labels)


def half_power_hz(sd: float) -> float:
    """The frequency at which a Gaussian of so many seconds' standard deviation halves the power.

    Its response is exp(-2 π² sd² f²), of which the square is one half at f = √(ln 2) / (2 π sd). The same formula gives the
    standard deviation of a frequency.

    Args:
        sd: seconds, above 0.

    Example:
        >>> round(half_power_hz(0.1), 3)
        1.325
    """
    return float(np.sqrt(np.log(2.0)) / (2.0 * np.pi * sd))


def _steps(track: EmotionTrack) -> np.ndarray:
    """Seconds between the samples ``(T - 1,)``."""
    steps = np.diff(track.times)
    if len(steps) and steps.min() < 0:
        raise EmotionError("The times of a track fall.", "Sample it at rising times.")
    return steps


def _contrasted(weights: np.ndarray, exponent: float) -> np.ndarray:
    """Weights ``(T, L)`` raised to an exponent; what was absent stays absent."""
    return np.where(weights > 0, np.maximum(weights, 1e-12) ** exponent, 0.0)


def _heaviest(strengths: np.ndarray, most: int) -> np.ndarray:
    """Strengths ``(T, L)`` of which at most so many a row are left, on equal terms the first."""
    if most >= strengths.shape[1]:
        return strengths
    order = np.argsort(-strengths, axis=1, kind="stable")[:, :most]
    kept = np.zeros_like(strengths)
    np.put_along_axis(kept, order, np.take_along_axis(strengths, order, axis=1), axis=1)
    return kept


def _moved(
    track: EmotionTrack, vad: np.ndarray, strengths: np.ndarray, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Strengths of the same sum in other shares, and the points moved as the labels' means move.

    Args:
        track: gives the labels.
        vad: ``(T, 3)``.
        strengths: ``(T, L)``.
        shares: ``(T, L)``, in any proportion.
    """
    total = shares.sum(axis=1, keepdims=True)
    changed = np.where(total > 0, shares / np.where(total > 0, total, 1.0), 0.0)
    changed = changed * strengths.sum(axis=1, keepdims=True)
    means = np.array([lexicon()[name].vad.array() for name in track.labels])
    return changed, np.clip(vad + (changed - strengths) @ means, -1.0, 1.0)
