"""What an emotion on some words leaves alone: the rest of the sentence stays as it would be without it.

The network hears a whole sentence, and its free part sounds with or against the pulses by their phase. So a word that is said
otherwise would move F0 by some per cent and the level by one or two decibels in words far from it. Here the sentence is also
planned as if all of it were said as most of it is: the *home* take. Frames that are not near a change take its F0, its energy, its
spectra, its noise and the phase of its pulses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generators.speech.network import HOP, SAMPLE_RATE, VOICED
from generators.speech.prosody import QUALITY, Controls

__all__ = ["Kept", "Take", "bare_grain", "grain", "home_of", "keep", "phase", "wobble"]

_NEAR = 0.1  # share of a change by which a frame is still touched; below, it passes over to the home take


@dataclass(frozen=True)
class Take:
    """A sentence planned, before the decoder.

    Args:
        frames: of 25 ms for each symbol ``(L,)``.
        along: controls along F frames of 12.5 ms.
        f0: hertz ``(F,)`` as the decoder hears it.
        energy: ``(F,)``.
    """

    frames: np.ndarray
    along: Controls
    f0: np.ndarray
    energy: np.ndarray


@dataclass(frozen=True)
class Kept:
    """Where a take is its home take again.

    Args:
        home: the take that the sentence would be without the changes.
        places: the frame of the home take that each frame stands for ``(F,)``.
        weight: how much each frame is that of the home take ``(F,)``, 0..1.
    """

    home: Take
    places: np.ndarray
    weight: np.ndarray

    def same(self, own: tuple[np.ndarray, ...], home: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        """Spectra ``(601, F)`` of a take that are those of the home take where it is kept.

        Args:
            own: of the take, or of its first frames.
            home: of the home take, ``(601, H)``, as far as these frames have their places there.
        """
        first = slice(own[0].shape[1])
        kept, places = self.weight[first] == 1.0, self.places[first]
        return tuple(np.where(kept, b[:, places], a) for a, b in zip(own, home, strict=True))

    def shift(self, cycles: np.ndarray) -> np.ndarray:
        """What is added to the phase of the pulses so that kept frames sound as they do in the home take.

        Args:
            cycles: phase at each sample ``(F * HOP,)``.

        Returns:
            Cycles ``(F * HOP,)``; it passes evenly from one kept stretch to the next, by half a cycle at most.
        """
        frames = np.flatnonzero(self.weight == 1.0)
        if not len(frames):
            return np.zeros(len(cycles))
        at, at_home = frames * HOP + HOP // 2, self.places[frames] * HOP + HOP // 2
        lag = np.unwrap(phase(self.home.f0)[at_home] - cycles[at], period=1.0)
        return np.interp(np.arange(len(cycles)), at, lag - np.rint(lag[0]))

    def noise(self, rng: np.random.Generator, bins: int, frames: int) -> np.ndarray:
        """Noise ``(bins, frames)`` of the first frames, complex, that of the home take where it is kept.

        Args:
            rng: of this sentence, used as for a sentence without changes.
            bins: of the spectrum.
            frames: how many are wanted.
        """
        count = len(self.home.f0)
        if self.home.along.neutral((*QUALITY, "formant")):  # the bare model's own order
            same = bare_grain(rng, bins, count)
        else:
            same = grain(rng, bins, count)
        own = grain(rng.spawn(1)[0], bins, len(self.places))
        weight, places = self.weight[:frames], self.places[:frames]
        return np.where(weight > 0.5, same[:, places], own[:, :frames])

    def wobble(self, rng: np.random.Generator) -> np.ndarray:
        """Irregularity of the pulses at each sample ``(F * HOP,)``, that of the home take where it is kept."""
        same = wobble(rng, len(self.home.f0) * HOP).reshape(-1, HOP)
        own = wobble(rng.spawn(1)[0], len(self.places) * HOP).reshape(-1, HOP)
        return np.where(self.weight[:, None] > 0.5, same[self.places], own).reshape(-1)


def home_of(controls: Controls) -> int | None:
    """A place with the controls that most places have; None if all have the same.

    Args:
        controls: along the symbols of a sentence.
    """
    values = np.array(list(controls.values.values()))
    _, first, counts = np.unique(values, axis=1, return_index=True, return_counts=True)
    return int(first[np.argmax(counts)]) if len(counts) > 1 else None


def keep(take: Take, home: Take, changed: np.ndarray, deviation: float) -> tuple[Take, Kept]:
    """A take that is its home take where nothing changed.

    Args:
        take: of the sentence with the changes.
        home: of the sentence without them.
        changed: whether the controls of a symbol are others than at home ``(L,)``.
        deviation: standard deviation of the controls' glide over borders, in frames of 12.5 ms.
    """
    from scipy.ndimage import gaussian_filter1d

    symbol = np.repeat(np.arange(len(changed)), 2 * take.frames)
    begins, begins_home = (2 * (np.cumsum(t.frames) - t.frames) for t in (take, home))
    into = np.arange(len(symbol)) - begins[symbol]
    places = begins_home[symbol] + np.minimum(into, np.maximum(2 * home.frames[symbol] - 1, 0))
    moved = changed | (take.frames != home.frames)
    near = gaussian_filter1d(moved[symbol].astype(float), deviation, mode="nearest")
    weight = np.where(moved[symbol], 0.0, np.clip(1 - near / _NEAR, 0, 1))
    kept = Kept(home, np.minimum(places, len(home.f0) - 1), weight)
    f0 = _passed(take.f0, home.f0[kept.places], weight)
    energy = weight * home.energy[kept.places] + (1 - weight) * take.energy
    return replace(take, f0=f0, energy=energy), kept


def phase(f0: np.ndarray) -> np.ndarray:
    """Cycles of the pulses at each sample ``(F * HOP,)`` of a contour in hertz ``(F,)``."""
    at = (np.arange(len(f0) * HOP) + 0.5) / HOP - 0.5
    return np.asarray(np.cumsum(np.maximum(np.interp(at, np.arange(len(f0)), f0), VOICED)) / SAMPLE_RATE)


def _passed(own: np.ndarray, home: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """F0 between two contours; where one of them is unvoiced, the weightier decides."""
    both = (own > VOICED) & (home > VOICED)
    between = np.exp((1 - weight) * np.log(np.maximum(own, 1)) + weight * np.log(np.maximum(home, 1)))
    chosen = np.where(weight > 0.5, home, own)
    return np.where(weight == 1.0, home, np.where(both & (weight > 0), between, chosen))


def grain(rng: np.random.Generator, bins: int, count: int) -> np.ndarray:
    """Noise ``(bins, count)``, complex, of variance 1 in each part."""
    drawn = rng.standard_normal((2, bins, count), dtype=np.float32)
    return np.asarray(drawn[0] + 1j * drawn[1], np.complex64)


def bare_grain(rng: np.random.Generator, bins: int, count: int) -> np.ndarray:
    """The same in the order in which the bare model draws it."""
    return rng.standard_normal((bins, 2 * count), dtype=np.float32).view(np.complex64)


def wobble(rng: np.random.Generator, count: int) -> np.ndarray:
    """Irregularity of pulses at ``count`` samples: a normal number every 100, straight lines between."""
    knots = rng.standard_normal(count // 100 + 2)
    return np.interp(np.arange(count) / 100, np.arange(len(knots)), knots)
