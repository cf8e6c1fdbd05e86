"""What a judge needs of the media it reads, so that no judge has to know who made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

__all__ = ["Sound", "Waveform", "cut", "mono", "windows"]


class Sound(Protocol):
    """Any sound: float ``samples`` of shape ``(n,)`` or ``(n, channels)``, full scale -1..1, and their ``sample_rate``."""

    @property
    def samples(self) -> np.ndarray:
        """The wave."""
        ...

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        ...


@dataclass(frozen=True)
class Waveform:
    """The plainest ``Sound``.

    Args:
        samples: float32 ``(n,)`` or ``(n, channels)``, full scale -1..1.
        sample_rate: hertz.
    """

    samples: np.ndarray
    sample_rate: int


def mono(sound: Sound, sample_rate: int) -> np.ndarray:
    """The mean of a sound's channels at another rate, float32 ``(n,)``.

    Args:
        sound: of any rate and number of channels.
        sample_rate: wanted, in hertz.
    """
    wave = np.asarray(sound.samples, np.float32)
    if wave.ndim == 2:
        wave = wave.mean(axis=1)
    if sound.sample_rate != sample_rate:
        import soxr

        wave = soxr.resample(wave, sound.sample_rate, sample_rate)
    return np.ascontiguousarray(wave, np.float32)


def cut(sound: Sound, start: float, end: float) -> Waveform:
    """A sound's stretch from ``start`` to ``end`` seconds; what lies outside the sound is left out."""
    first = max(0, round(start * sound.sample_rate))
    last = max(first, round(end * sound.sample_rate))
    return Waveform(np.asarray(sound.samples)[first:last], sound.sample_rate)


def windows(duration: float, length: float, hop: float) -> list[tuple[float, float]]:
    """Overlapping stretches that cover a duration, ``(start, end)`` in seconds; the last one ends with it.

    Args:
        duration: seconds, above 0 or there are no stretches.
        length: of a stretch in seconds; a shorter duration gives one shorter stretch.
        hop: from one start to the next, in seconds.
    """
    if duration <= 0:
        return []
    count = 1 + max(0, int(np.ceil(round((duration - length) / hop, 6))))
    starts = [min(number * hop, max(0.0, duration - length)) for number in range(count)]
    return [(start, min(start + length, duration)) for start in starts]
