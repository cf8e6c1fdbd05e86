"""Rhythms of the melody, and motifs: a rhythm with steps up and down, and the ways to vary it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generators.music.guide import Moment
from generators.music.theory import grammar

__all__ = ["Motif", "make_motif", "to_triplets"]

_DRAFTS = 12  # random bars of which the one nearest to the density is kept
_FILL = 1.12  # onsets asked for over density times beats, since the last bar of a phrase is held


@dataclass(frozen=True)
class Motif:
    """A bar of melody without its pitches.

    Args:
        onsets: beats within the bar, rising from 0.
        steps: diatonic steps from the note before, one for each onset; the first is not used.
        beats: length of the bar.
    """

    onsets: tuple[float, ...]
    steps: tuple[int, ...]
    beats: int

    def inverted(self) -> Motif:
        """Rises become falls."""
        return replace(self, steps=tuple(-s for s in self.steps))

    def reversed(self) -> Motif:
        """The steps from last to first, in the same rhythm."""
        return replace(self, steps=(self.steps[0], *(-s for s in self.steps[:0:-1])))

    def augmented(self) -> Motif:
        """The first half at half speed."""
        kept = [(2 * o, s) for o, s in zip(self.onsets, self.steps, strict=True) if o < self.beats / 2]
        return self._of(kept)

    def fragmented(self) -> Motif:
        """The first half twice."""
        half = [(o, s) for o, s in zip(self.onsets, self.steps, strict=True) if o < self.beats / 2]
        again = [(o + self.beats / 2, s) for o, s in half if o + self.beats / 2 < self.beats]
        return self._of(half + again)

    def ornamented(self, rng: np.random.Generator) -> Motif:
        """A neighbour note in its longest gap."""
        side = int(rng.choice([-1, 1]))
        gaps = np.diff([*self.onsets, self.beats])
        i = int(np.argmax(gaps))
        if gaps[i] < 1:
            return self
        pairs = list(zip(self.onsets, self.steps, strict=True))
        pairs.insert(i + 1, (self.onsets[i] + max(0.5, gaps[i] // 1 / 2), side))
        return self._of(pairs)

    def fitted(self, beats: int) -> Motif:
        """The motif in a bar of another length: cut, or its last note held."""
        if beats == self.beats:
            return self
        kept = [(o, s) for o, s in zip(self.onsets, self.steps, strict=True) if o < beats]
        return replace(self._of(kept), beats=beats)

    def _of(self, pairs: list[tuple[float, int]]) -> Motif:
        pairs = pairs or [(0.0, 0)]
        return replace(self, onsets=tuple(o for o, _ in pairs), steps=tuple(s for _, s in pairs))


def make_motif(beats: int, moment: Moment, rng: np.random.Generator) -> Motif:
    """A motif of the density, syncopation, leaps and contour that are asked for."""
    wanted = _FILL * moment["density"] * beats
    drafts = [_random_bar(beats, moment, rng) for _ in range(_DRAFTS)]
    onsets = min(drafts, key=lambda bar: abs(len(bar) - wanted))
    steps: list[int] = []
    last = 0
    for _ in onsets:
        leap = rng.random() < 0.06 + 0.5 * moment["leap"] and abs(last) < 2
        up = rng.random() < 0.5 + 0.25 * moment["contour"]
        rises = up if abs(last) < 2 else last < 0  # a leap is answered from the other side
        size = (
            rng.choice([2, 2, 3, 4], p=[0.45, 0.20, 0.20, 0.15])
            if leap
            else rng.choice([0, 1, 2], p=[0.10, 0.84, 0.06])
        )
        last = int(size) * (1 if rises else -1)
        steps.append(last)
    return Motif(tuple(onsets), tuple(steps), beats)


def to_triplets(onset: float) -> float:
    """A binary place in the beat as the nearest place of a triplet beat: a half comes late, on the third third."""
    beat, share = int(onset), onset - int(onset)
    third = 0 if share < 0.125 else 1 if share < 0.4 else 2
    return beat + third / 3


def _random_bar(beats: int, moment: Moment, rng: np.random.Generator) -> list[float]:
    """Onsets made of up to three kinds of beats in an order, so that the bar has a figure of its own."""
    tables = grammar()["rhythm"]
    density, syncopation = moment["density"], moment["syncopation"]

    def cell(mean: float) -> list[float]:
        pool = tables["cells"][int(np.clip(round(mean + rng.normal(0, 0.45)), 0, 4))]
        weights = np.array([_evenness(onsets, syncopation) for onsets in pool])
        chosen: list[float] = pool[int(rng.choice(len(pool), p=weights / weights.sum()))]
        return chosen

    kinds = dict(zip("abc", (cell(density * 1.3), cell(density), cell(density * 0.6)), strict=True))
    order = str(rng.choice(tables["bars"][beats - 1]))
    onsets = sorted({beat + o for beat, kind in enumerate(order) for o in kinds[kind]})
    if rng.random() > syncopation * 0.6 and 0.0 not in onsets:
        onsets = [0.0, *(o for o in onsets if o > 0.25)]
    if rng.random() < syncopation * 0.5 and 2.0 in onsets and len(onsets) > 2:
        onsets.remove(2.0)  # a tie over the middle of the bar
    return onsets or [0.0]


def _evenness(onsets: list[float], syncopation: float) -> float:
    on_beat = bool(onsets) and onsets[0] == 0 and 0.75 not in onsets[:2]
    return 1.0 if on_beat else 0.3 + 1.6 * syncopation
