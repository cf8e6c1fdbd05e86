"""The music faders over the whole timeline, and where the emotion jumps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.vocabulary import lexicon

__all__ = ["Guide", "Moment"]

STEP = 0.1  # seconds between samples of the timeline
_REACH = 0.6  # seconds to each side over which a jump is measured; spans of a script blend over 0.6 s
_JUMP = 0.40  # distance in VAD space within twice the reach that starts a new phrase at once
_APART = 1.0  # seconds between two jumps at least
_AMBIVALENCE_TO_BORROW = 0.7  # borrowed chords for each unit of spread in valence of a mixture


@dataclass(frozen=True)
class Moment:
    """What is asked at a time, or on the mean of a stretch.

    Args:
        faders: value by name, in the fader's unit.
        vad: felt valence, arousal, dominance.
    """

    faders: Mapping[str, float]
    vad: np.ndarray

    def __getitem__(self, name: str) -> float:
        return self.faders[name]

    def distance(self, other: Moment) -> float:
        """Euclidean distance of what is felt."""
        return float(np.linalg.norm(self.vad - other.vad))


@dataclass(frozen=True)
class Guide:
    """A request's timeline as the composer follows it.

    Args:
        times: seconds ``(T,)``, evenly spaced from 0 past the end.
        faders: ``(T,)`` by name.
        vad: felt ``(T, 3)``.
        jumps: seconds at which the emotion changes at once.
    """

    times: np.ndarray
    faders: Mapping[str, np.ndarray]
    vad: np.ndarray
    jumps: tuple[float, ...]

    @classmethod
    def of(cls, conditioning: Conditioning, seconds: float) -> Guide:
        """The guide of a conditioning over a length in seconds."""
        times = np.arange(0.0, seconds + STEP, STEP)
        track = conditioning.timeline.sample(times)
        faders = dict(conditioning.faders("music", times))
        locked = {a.fader for a in conditioning.adjustments if a.kind == "lock"}
        if "music.borrow" not in locked:
            valences = lexicon().means()[:, 0]
            mean = track.weights @ valences
            spread = np.sqrt(np.maximum(track.weights @ valences**2 - mean**2, 0.0)) * track.intensity
            faders["borrow"] = np.minimum(faders["borrow"] + _AMBIVALENCE_TO_BORROW * spread, 0.9)
        return cls(times, faders, track.vad, _jumps(times, track.vad, seconds))

    def between(self, start: float, end: float) -> Moment:
        """The mean over a stretch of seconds."""
        first = int(np.clip(np.searchsorted(self.times, start - 1e-9), 0, len(self.times) - 1))
        last = max(int(np.searchsorted(self.times, end - 1e-9)), first + 1)
        faders = {name: float(values[first:last].mean()) for name, values in self.faders.items()}
        return Moment(faders, self.vad[first:last].mean(axis=0))


def _jumps(times: np.ndarray, vad: np.ndarray, seconds: float) -> tuple[float, ...]:
    """Middles of the passages in which the felt point moves far in a short time."""
    reach = round(_REACH / STEP)
    if len(times) <= 2 * reach:
        return ()
    moved = np.zeros(len(times))
    moved[reach:-reach] = np.linalg.norm(vad[2 * reach :] - vad[: -2 * reach], axis=1)
    found: list[float] = []
    for i in np.argsort(-moved, kind="stable"):
        if moved[i] < _JUMP:
            break
        plateau = np.flatnonzero(np.abs(moved - moved[i]) < 1e-9)
        near = plateau[np.abs(plateau - i) <= 2 * reach]
        time = float(times[near].mean())
        if min(time, seconds - time) >= 1.0 and all(abs(time - other) >= _APART for other in found):
            found.append(time)
    return tuple(sorted(found))
