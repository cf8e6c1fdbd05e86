"""Notes that are no music, for judges to learn to keep silent about: random notes, scrambled pieces, one key struck again.

Each kind takes a real clip's length and number of notes, so that only order tells the two apart. Two kinds are never learned
from; they show whether the check knows randomness that it has not met.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.judges.music_features import Notes, onset_groups
from studio.judges.music_measures import Performance

__all__ = ["LEARNED", "UNMET", "foreign_performance", "plain_tune"]


def foreign_performance(kind: str, like: Notes, rng: np.random.Generator) -> Performance:
    """Notes of a kind of ``LEARNED`` or ``UNMET``.

    Args:
        kind: such as ``"random notes"``.
        like: a clip whose length, number of notes and, for some kinds, times or pitches are taken over.
        rng: draws.
    """
    starts, ends, pitches, velocities = _KINDS[kind](like, rng)
    order = np.lexsort((pitches, starts))
    notes = Notes(
        np.asarray(starts, float)[order],
        np.maximum(ends, starts + 0.02)[order],
        np.clip(np.rint(pitches), 21, 108)[order],
        np.clip(np.rint(velocities), 1, 127)[order],
    )
    return Performance(notes, notes)


def plain_tune(like: Notes, rng: np.random.Generator) -> Performance:
    """The highest notes of a clip alone, half the time as evenly loud as a machine plays them: music still, if plain music."""
    groups = onset_groups(like)[1]
    top = np.zeros(groups.max() + 1)
    np.maximum.at(top, groups, like.pitches)
    rows = np.flatnonzero(like.pitches == top[groups])
    rows = rows[np.concatenate([[True], np.diff(groups[rows]) > 0])]
    velocities = like.velocities[rows]
    if rng.random() < 0.5:
        velocities = np.full(len(rows), float(np.rint(velocities.mean())))
    starts = like.starts[rows]
    ends = np.minimum(like.ends[rows], np.append(starts[1:], np.inf))
    notes = Notes(starts, np.maximum(ends, starts + 0.02), like.pitches[rows], velocities)
    return Performance(notes, notes)


Table = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _random_times(like: Notes, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    starts = rng.uniform(0, like.end, len(like))
    return starts, starts + rng.exponential(rng.uniform(0.1, 1.0), len(like))


def _random_notes(like: Notes, rng: np.random.Generator) -> Table:
    low = rng.integers(21, 60)
    pitches = rng.integers(low, low + rng.integers(24, 48), len(like))
    return *_random_times(like, rng), pitches, rng.integers(1, 128, len(like))


def _random_pitches(like: Notes, rng: np.random.Generator) -> Table:
    low, high = like.pitches.min(), like.pitches.max()
    return like.starts, like.ends, rng.integers(low, high + 1, len(like)), like.velocities


def _moved_pitches(like: Notes, rng: np.random.Generator) -> Table:
    return like.starts, like.ends, like.pitches + rng.integers(-6, 7, len(like)), like.velocities


def _one_key(like: Notes, rng: np.random.Generator) -> Table:
    even = np.linspace(0, like.end, len(like), endpoint=False)
    starts = even if rng.random() < 0.5 else like.starts
    pitches = np.full(len(like), rng.integers(30, 96))
    return starts, starts + rng.uniform(0.05, 0.5), pitches, like.velocities


def _few_keys(like: Notes, rng: np.random.Generator) -> Table:
    """Two or three keys, one after the other or at random."""
    count = int(rng.integers(2, 4))
    keys = rng.integers(36, 90, count)
    order = np.arange(len(like)) % count if rng.random() < 0.5 else rng.integers(0, count, len(like))
    starts = np.linspace(0, like.end, len(like), endpoint=False)
    return starts, starts + rng.uniform(0.1, 0.5), keys[order], np.full(len(like), rng.integers(40, 110))


def _run(like: Notes, rng: np.random.Generator) -> Table:
    starts = np.linspace(0, like.end, len(like), endpoint=False)
    pitches = rng.integers(30, 50) + (np.arange(len(like)) % rng.integers(12, 48))
    return starts, starts + 0.2, pitches, np.full(len(like), rng.integers(30, 110))


def _clusters(like: Notes, rng: np.random.Generator) -> Table:
    count = max(len(like) // 5, 1)
    starts = np.repeat(np.sort(rng.uniform(0, like.end, count)), 5)
    pitches = np.repeat(rng.integers(30, 90, count), 5) + np.tile(np.arange(5), count)
    return starts, starts + 0.4, pitches, np.full(len(starts), 80)


def _bell_notes(like: Notes, rng: np.random.Generator) -> Table:
    starts = np.cumsum(rng.exponential(like.end / len(like), len(like)))
    pitches = rng.normal(60, rng.uniform(6, 16), len(like))
    return starts, starts + rng.uniform(0.1, 0.8, len(like)), pitches, rng.normal(70, 20, len(like))


def _on_a_grid(like: Notes, rng: np.random.Generator) -> Table:
    starts = np.sort(rng.integers(0, max(int(like.end / 0.25), 1), len(like))) * 0.25
    return starts, starts + 0.25, rng.integers(40, 85, len(like)), np.full(len(like), 80)


_KINDS: dict[str, Callable[[Notes, np.random.Generator], Table]] = {
    "random notes": _random_notes,
    "random pitches": _random_pitches,
    "moved pitches": _moved_pitches,
    "one key": _one_key,
    "few keys": _few_keys,
    "run": _run,
    "clusters": _clusters,
    "bell notes": _bell_notes,
    "random on a grid": _on_a_grid,
}
UNMET = ("bell notes", "random on a grid")
LEARNED = tuple(kind for kind in _KINDS if kind not in UNMET)
