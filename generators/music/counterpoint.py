"""A second voice under the melody: slower, consonant with it, and moving the other way."""

from __future__ import annotations

import numpy as np

from generators.music.form import Bar, Form, Phrase
from generators.music.line_search import NOISE, Slot, best_line, grid_pitches
from generators.music.melody import Tone, home_index
from generators.music.theory import grammar

__all__ = ["write_counter"]

_FROM_LEVEL = 0.6  # fullness from which the second voice joins
# Cost of each interval under the tune in semitones within the octave: thirds and sixths are free.
_INTERVALS = (0.8, 3.0, 2.0, 0.0, 0.0, 1.0, 2.0, 0.6, 0.0, 0.0, 2.0, 2.5)


def write_counter(form: Form, melody: list[Tone], rng: np.random.Generator) -> list[Tone]:
    """The second voice of the fuller phrases."""
    tones: list[Tone] = []
    starts = np.array([tone.beat for tone in melody])
    for number, phrase in enumerate(form.phrases):
        if phrase.level < _FROM_LEVEL or phrase.kind == "intro" or not len(starts):
            continue
        slots: list[Slot] = []
        tune: list[int] = []
        for bar in phrase.bars:
            cuts = _cuts(phrase, bar)
            for cut, end in zip(cuts, [*cuts[1:], bar.beats], strict=True):
                beat = bar.start + cut
                over = melody[max(int(np.searchsorted(starts, beat + 1e-6)) - 1, 0)].pitch
                home = home_index(min(60 + 0.6 * bar.moment["register"], over - 8), phrase.tonic)
                strong = 1.0 if cut in (0, bar.beats / 2) else 0.4
                chord, pull = phrase.chord_at(beat), grammar()["melody"]["target"]
                slots.append(Slot(beat, end - cut, strong, chord, home, pull, taste=rng.random(NOISE)))
                tune.append(over)
        low = int(min(slot.target for slot in slots)) - 5
        unary, pairs = _against(np.array(tune), grid_pitches(slots, low, low + 12))
        line = best_line(slots, low, low + 12, phrase.moment, unary, pairs)
        tones += [Tone(s.beat, s.length, pitch, number) for s, pitch in zip(slots, line, strict=True)]
    return tones


def _cuts(phrase: Phrase, bar: Bar) -> list[float]:
    if bar is phrase.bars[-1]:
        return [float(k) for k in range(min(bar.beats, 3))] if phrase.cadence == "HC" else [0.0]
    if phrase.moment["density"] > 1.2 and phrase.level > 0.75:
        return [float(k) for k in range(bar.beats)]
    return [0.0, 2.0] if bar.beats >= 3 else [0.0]


def _against(tune: np.ndarray, pitches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Costs of dissonance and of crossing ``(slots, places)``, and of moving along and of parallels."""
    gap = tune[:, None] - pitches
    unary = 0.7 * np.array(_INTERVALS)[gap % 12] + 4.0 * (gap < 3)
    pairs = np.zeros((len(tune), pitches.shape[1], pitches.shape[1]))
    for k in range(1, len(tune)):
        tune_move = np.sign(tune[k] - tune[k - 1])
        move = np.sign(pitches[k][None] - pitches[k - 1][:, None])
        before, here = gap[k - 1][:, None] % 12, gap[k][None] % 12
        parallel = (before == here) & np.isin(before, (0, 7)) & (move != 0) & (tune_move != 0)
        pairs[k] = 0.5 * (tune_move * move > 0) + 4.0 * parallel
    return unary, pairs
