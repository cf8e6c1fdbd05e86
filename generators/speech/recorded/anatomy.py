"""Speech taken apart into F0, spectral envelope and aperiodicity, and put together again: the WORLD vocoder.

Source: Morise, Yokomori & Ozawa 2016 (WORLD): DIO, StoneMask, CheapTrick, D4C.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from external.world import world

__all__ = ["FRAME", "Anatomy", "taken_apart"]

FRAME = 0.005  # seconds
_FLOOR, _CEILING = 60.0, 650.0  # hertz: from a low male voice to a child's or a frightened woman's
_BELOW, _ABOVE = (
    0.7,
    1.8,
)  # of the quartiles of a first pass: bounds of the second (after De Looze & Hirst 2008)
_QUIET = 1e-20  # power that stands for none
_SILENCE = 40.0  # dB below the loud frames at which speech ends
_SHORTEST = 8  # frames of a pause; the closure of a stop is shorter
_HOP_SHARE = 0.95  # quantile of the levels that counts as loud


@dataclass(frozen=True)
class Anatomy:
    """Speech in frames of 5 ms.

    Args:
        rate: hertz of the sound.
        f0: hertz ``(F,)``, 0 where unvoiced.
        envelope: power ``(F, bins)``.
        aperiodicity: share of noise ``(F, bins)``, 0..1.
    """

    rate: int
    f0: np.ndarray
    envelope: np.ndarray
    aperiodicity: np.ndarray

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return len(self.f0)

    @property
    def hertz(self) -> np.ndarray:
        """Frequencies of the bins."""
        return np.linspace(0, self.rate / 2, self.envelope.shape[1])

    @property
    def level(self) -> np.ndarray:
        """Decibels of each frame, up to a constant ``(F,)``."""
        return np.asarray(10 * np.log10(self.envelope.mean(axis=1) + _QUIET))

    @property
    def silent(self) -> np.ndarray:
        """Frames of pauses ``(F,)``: unvoiced and far below the loud ones for a while."""
        level = self.level
        quiet = (level < np.quantile(level, _HOP_SHARE) - _SILENCE) | (level < -110.0)
        borders = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
        for begin, end in zip(borders[::2], borders[1::2], strict=True):
            quiet[begin:end] = end - begin >= _SHORTEST
        return quiet

    def at(self, places: np.ndarray) -> Anatomy:
        """The frames that lie at places between the frames.

        Args:
            places: numbers of frames, also between whole ones ``(G,)``. F0 and aperiodicity are those of the nearest frame,
                envelopes pass evenly in decibels.
        """
        nearest = np.clip(np.rint(places).astype(int), 0, self.frames - 1)
        left = np.clip(np.floor(places).astype(int), 0, self.frames - 1)
        right = np.minimum(left + 1, self.frames - 1)
        share = np.clip(places - left, 0.0, 1.0)[:, None]
        logarithm = np.log(self.envelope + _QUIET)
        envelope = np.exp(logarithm[left] * (1 - share) + logarithm[right] * share)
        return Anatomy(self.rate, self.f0[nearest], envelope, self.aperiodicity[nearest])

    def sound(self) -> np.ndarray:
        """All of it as sound, float32 ``(n,)``."""
        made = world().synthesize(
            np.ascontiguousarray(self.f0, float),
            np.ascontiguousarray(self.envelope),
            np.ascontiguousarray(self.aperiodicity),
            self.rate,
            1000 * FRAME,
        )
        return np.asarray(made, np.float32)


def taken_apart(sound: np.ndarray, rate: int) -> Anatomy:
    """The anatomy of a sound.

    Args:
        sound: mono ``(n,)``, full scale -1..1.
        rate: hertz.

    Raises:
        EngineError: the package pyworld is missing.
    """
    tool = world()
    wave = np.ascontiguousarray(sound, float)
    f0, times = _pitches(wave, rate)
    envelope = tool.cheaptrick(wave, f0, times, rate)
    return Anatomy(rate, f0, envelope, tool.d4c(wave, f0, times, rate))


def _pitches(wave: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """F0 and its times; a second pass within the speaker's own range keeps octave slips out."""
    tool = world()

    def found(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        coarse, times = tool.dio(wave, rate, f0_floor=low, f0_ceil=high, frame_period=1000 * FRAME)
        return tool.stonemask(wave, coarse, times, rate), times

    f0, times = found(_FLOOR, _CEILING)
    voiced = f0[f0 > 0]
    if len(voiced) < 10:
        return f0, times
    low, high = np.quantile(voiced, [0.25, 0.75])
    return found(max(_FLOOR, _BELOW * low), min(_CEILING, _ABOVE * high))
