"""The search for a melodic line: the least-cost path over the diatonic grid, with two notes of memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from generators.music.guide import Moment
from generators.music.theory import Chord, grammar

__all__ = ["Slot", "best_line", "grid_pitches"]

NOISE = 40  # random tastes of a slot, one for each place of the grid; more than any grid has


@dataclass(frozen=True)
class Slot:
    """A note that waits for its pitch.

    Args:
        beat: from the piece's start.
        length: beats.
        strong: weight of its place in the bar, 0..1.
        chord: what sounds under it.
        target: wanted place on the diatonic grid.
        pull: cost of each squared step from the target.
        move: wanted steps from the note before, or None.
        must: pitch classes that a cadence asks for.
        taste: ``(NOISE,)`` random costs 0..1.
        key: its place in its theme, by which it is recalled; () for none.
    """

    beat: float
    length: float
    strong: float
    chord: Chord
    target: float
    pull: float
    move: int | None = None
    must: tuple[int, ...] = ()
    taste: np.ndarray = field(default_factory=lambda: np.zeros(NOISE))
    key: tuple[str, int, float] | tuple[()] = ()


def grid_pitches(slots: list[Slot], low: int, high: int) -> np.ndarray:
    """MIDI pitches ``(slots, high - low + 1)`` of the grid's places under each slot's chord."""
    return np.array([[slot.chord.pitch(i) for i in range(low, high + 1)] for slot in slots])


def best_line(
    slots: list[Slot],
    low: int,
    high: int,
    moment: Moment,
    unary: np.ndarray | None = None,
    pairs: np.ndarray | None = None,
) -> list[int]:
    """Pitches of the line.

    A Viterbi search over pairs of notes, so that leaps and notes outside the chord can be answered by what follows.

    Args:
        slots: the notes, at least one.
        low: lowest place of the grid.
        high: highest place.
        moment: its consonance, tension and leap steer the costs.
        unary: extra costs ``(slots, places)``.
        pairs: extra costs ``(slots, places, places)`` of going from one place to another.

    Returns:
        MIDI pitches.
    """
    pitches = grid_pitches(slots, low, high)
    outside = _outside(slots, pitches)
    cost = _own_costs(slots, pitches, outside, np.arange(low, high + 1), moment)
    cost = cost if unary is None else cost + unary
    if len(slots) == 1:
        return [int(pitches[0][np.argmin(cost[0])])]
    places = np.arange(high - low + 1)
    steps = places[None] - places[:, None]  # [from, to]
    moves = [_move_costs(slots[k], pitches[k - 1], pitches[k], steps, moment) for k in range(1, len(slots))]
    moves = moves if pairs is None else [move + pairs[k + 1] for k, move in enumerate(moves)]
    path = _walk(cost, moves, outside, steps)
    return [int(pitches[k][place]) for k, place in enumerate(path)]


def _walk(cost: np.ndarray, moves: list[np.ndarray], outside: np.ndarray, steps: np.ndarray) -> list[int]:
    """Places of the cheapest path."""
    words = grammar()["melody"]
    before, after = steps[:, :, None], steps[None]  # [one before, here, next]
    onward = words["leap_onward"] * (before * after > 0) + words["leap_twice"] * (abs(after) > 2)
    triple = (abs(before) >= 3) * onward + words["stand_still"] * ((before == 0) & (after == 0))
    triple = triple + words["turn_back"] * (before == -after) * (abs(before) == 1)
    stray = words["nonchord_leap"] * (((abs(before) > 1) | (abs(after) > 1)) + 1.2 * (abs(after) > 1))
    total = cost[0][:, None] + cost[1][None] + moves[0]
    back = []
    for k in range(2, len(cost)):
        through = total[:, :, None] + triple + stray * outside[k - 1][None, :, None]
        back.append(through.argmin(axis=0))
        total = through.min(axis=0) + moves[k - 1] + cost[k][None]
    here, last = np.unravel_index(int(np.argmin(total)), total.shape)
    path = [int(last), int(here)]
    for table in reversed(back):
        path.append(int(table[path[-1], path[-2]]))
    return path[::-1]


def _outside(slots: list[Slot], pitches: np.ndarray) -> np.ndarray:
    """1 where a place is not a note of the slot's chord."""
    return np.array(
        [~np.isin(row % 12, slot.chord.classes) for slot, row in zip(slots, pitches, strict=True)], float
    )


def _own_costs(
    slots: list[Slot], pitches: np.ndarray, outside: np.ndarray, places: np.ndarray, moment: Moment
) -> np.ndarray:
    words = grammar()["melody"]
    cost = np.zeros(pitches.shape)
    for k, slot in enumerate(slots):
        rub = 0.35 + (1.2 + 2.6 * moment["consonance"]) * slot.strong + 0.4 * (slot.length >= 2)
        cost[k] = outside[k] * rub + slot.pull * (places - slot.target) ** 2
        if slot.must:
            cost[k] += words["must"] * ~np.isin(pitches[k] % 12, slot.must)
        cost[k] += words["variety"] * slot.taste[: len(places)]
    return cost


def _move_costs(
    slot: Slot, before: np.ndarray, here: np.ndarray, steps: np.ndarray, moment: Moment
) -> np.ndarray:
    """Costs ``(places, places)`` of the interval from the note before."""
    words = grammar()["melody"]
    size = np.interp(abs(steps), words["interval_steps"], words["interval_costs"])
    semitones = abs(here[None] - before[:, None])
    cost: np.ndarray = size * (1.35 - 0.8 * moment["leap"])
    cost = cost + words["augmented_second"] * ((abs(steps) == 1) & (semitones == 3))
    cost = cost + words["tritone"] * (1 - moment["tension"]) * (semitones == 6)
    cost = cost + 3.0 * ((semitones == 0) & (steps != 0))
    cost = cost + words["seventh"] * ((semitones == 10) | (semitones == 11))
    if slot.move is not None:
        cost = cost + words["motif"] * np.minimum(abs(steps - slot.move), 3)
    return cost
