"""A judge of sounds around any network: brings a sound to the network's rate, cuts it, and reads what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.media import Sound, cut, mono, windows

__all__ = ["Hearing", "SoundJudge", "hearing"]


@dataclass(frozen=True)
class Hearing:
    """How sounds are cut; see ``assets/judges/hub/hearing.toml``.

    Args:
        window: seconds of a stretch read over time.
        hop: seconds from one stretch to the next.
        longest: seconds given to the network at once.
        shortest: seconds below which there is no reading.
        quietest: root mean square in dB of full scale below which there is no reading.
    """

    window: float
    hop: float
    longest: float
    shortest: float
    quietest: float


@cache
def hearing(medium: str) -> Hearing:
    """How sounds of a medium are cut, ``"speech"`` or ``"music"``."""
    return Hearing(**asset_table("judges", "hub", "hearing.toml")[medium])


class SoundJudge:
    """Reads sounds of any rate and number of channels.

    Args:
        card: of the network.
        sample_rate: hertz that the network takes.
        network: outputs ``(K,)`` of a mono wave, float32 ``(n,)``.
        interpret: the reading of outputs ``(K,)``.
        cuts: how sounds are cut.
    """

    def __init__(
        self,
        card: Card,
        sample_rate: int,
        network: Callable[[np.ndarray], np.ndarray],
        interpret: Callable[[np.ndarray], Reading],
        cuts: Hearing,
    ) -> None:
        self.card = card
        self.sample_rate = sample_rate
        self._network = network
        self._interpret = interpret
        self._cuts = cuts

    def read(self, media: Sound) -> Reading:
        """What a sound is read as; one that is too short, silent or not finite has no reading.

        A sound longer than the network takes is read in equal parts, and their outputs are averaged.
        """
        wave = mono(media, self.sample_rate)
        if not self._is_heard(wave):
            return Reading({})
        parts = np.array_split(wave, int(np.ceil(len(wave) / (self._cuts.longest * self.sample_rate))))
        outputs = [self._network(part) for part in parts if self._is_heard(part)]
        return self._interpret(np.mean(outputs, axis=0)) if outputs else Reading({})

    def read_over_time(self, media: Sound) -> list[TimedReading]:
        """What overlapping stretches of a sound are read as."""
        duration = len(media.samples) / media.sample_rate
        stretches = windows(duration, self._cuts.window, self._cuts.hop)
        return [self.read_stretch(media, start, end) for start, end in stretches]

    def read_stretch(self, media: Sound, start: float, end: float) -> TimedReading:
        """What the stretch from ``start`` to ``end`` seconds is read as."""
        return TimedReading(start, end, self.read(cut(media, start, end)))

    def _is_heard(self, wave: np.ndarray) -> bool:
        if len(wave) < self._cuts.shortest * self.sample_rate or not np.isfinite(wave).all():
            return False
        power = float(np.mean(np.square(wave, dtype=np.float64)))
        return 10 * np.log10(power + 1e-12) >= self._cuts.quietest
