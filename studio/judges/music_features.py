"""What can be measured of the notes of a piece: pace, loudness, register, articulation, mode, harmony, line.

Everything is a rate, a share or a mean, so that a piano clip of forty seconds and a window of eight seconds of a full
score speak of the same things. Drums are left out. Times are seconds, pitches MIDI numbers, velocities 1..127.

Source: key profiles from Krumhansl & Kessler 1982; the roughness of intervals is our own ranking.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np

__all__ = [
    "CHORDS",
    "FEATURES",
    "Note",
    "Notes",
    "Part",
    "Score",
    "key_fit",
    "measure",
    "notes_in",
    "notes_of",
    "onset_groups",
    "pedalled_notes_of",
]

_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_ROUGHNESS = np.array([0, 1.0, 0.6, 0.25, 0.15, 0.1, 0.75, 0.02, 0.3, 0.2, 0.45, 0.8])
CHORDS = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "augmented": (0, 4, 8),
    "suspended": (0, 5, 7),
    "major seventh": (0, 4, 7, 11),
    "minor seventh": (0, 3, 7, 10),
    "dominant seventh": (0, 4, 7, 10),
}
"""Kinds of chords, as semitones above the root."""
_SHORTEST = 0.02  # seconds that every note lasts at least
_SAME_ONSET = 0.045  # seconds within which notes sound as one chord
_PEDAL, _PEDAL_DOWN = 64, 64  # MIDI's number of the sustain pedal, and the value from which it is down
_LONGEST_RING = 4.0  # seconds for which a note rings on under a pedal that is never lifted
_LONGEST_WEIGHT = 2.0  # seconds from which a longer note counts no more for the harmony


class Note(Protocol):
    """What is used of a ``pretty_midi.Note``."""

    start: float
    end: float
    pitch: int
    velocity: int


class Part(Protocol):
    """What is used of a ``pretty_midi.Instrument``."""

    is_drum: bool
    notes: list[Note]


class Score(Protocol):
    """What is used of a ``pretty_midi.PrettyMIDI``."""

    @property
    def instruments(self) -> Sequence[Part]:
        """Its parts."""
        ...


@dataclass(frozen=True)
class Notes:
    """Pitched notes in the order of their starts; every array ``(n,)`` float64.

    Args:
        starts: seconds.
        ends: seconds, after ``starts``.
        pitches: MIDI numbers.
        velocities: 1..127.
    """

    starts: np.ndarray
    ends: np.ndarray
    pitches: np.ndarray
    velocities: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def end(self) -> float:
        """When the last note stops, seconds; 0 without notes."""
        return float(self.ends.max()) if len(self) else 0.0

    def between(self, start: float, end: float) -> Notes:
        """The notes that begin in a stretch of time, cut at its end."""
        inside = (self.starts >= start) & (self.starts < end)
        return Notes(
            self.starts[inside],
            np.minimum(self.ends[inside], end),
            self.pitches[inside],
            self.velocities[inside],
        )

    def earlier(self, seconds: float) -> Notes:
        """The same notes, that much earlier."""
        return Notes(self.starts - seconds, self.ends - seconds, self.pitches, self.velocities)


def notes_of(score: Score) -> Notes:
    """The pitched notes of a score."""
    return notes_in(score.instruments)


def notes_in(parts: Iterable[Part]) -> Notes:
    """The pitched notes of some parts; drums are left out."""
    notes = [note for part in parts if not part.is_drum for note in part.notes]
    table = np.array([(n.start, max(n.end, n.start + _SHORTEST), n.pitch, n.velocity) for n in notes], float)
    table = table.reshape(-1, 4)
    order = np.lexsort((table[:, 2], table[:, 0]))
    starts, ends, pitches, velocities = table[order].T
    return Notes(starts, ends, pitches, velocities)


def pedalled_notes_of(score: Score) -> Notes:
    """The pitched notes of a score as long as they sound: the sustain pedal holds them until it or their key moves again.

    Parts without controllers are taken as they are.
    """
    rows = [row for part in score.instruments if not part.is_drum for row in _rung(part)]
    table = np.array(rows, float).reshape(-1, 4)
    return Notes(*table[np.lexsort((table[:, 2], table[:, 0]))].T)


def _rung(part: Part) -> list[tuple[float, float, int, int]]:
    """Start, end, pitch and velocity of a part's notes under its pedal."""
    changes = [c for c in getattr(part, "control_changes", ()) if c.number == _PEDAL]
    changes.sort(key=lambda change: change.time)
    times = [change.time for change in changes]
    down = [change.value >= _PEDAL_DOWN for change in changes]
    struck: dict[int, float] = {}
    rows = []
    for note in sorted(part.notes, key=lambda n: (n.start, n.pitch), reverse=True):
        place = bisect_right(times, note.end)
        end = note.end
        if place and down[place - 1]:
            later = zip(times[place:], down[place:], strict=True)
            end = next((time for time, held in later if not held), note.end + _LONGEST_RING)
        end = max(note.end, min(end, struck.get(note.pitch, np.inf)), note.start + _SHORTEST)
        rows.append((note.start, end, note.pitch, note.velocity))
        struck[note.pitch] = note.start
    return rows


def key_fit(chroma: np.ndarray) -> tuple[float, float, int, int]:
    """How well a chroma fits major and minor: best correlations -1..1, and the tonics 0..11 where they are reached.

    Args:
        chroma: weight of each pitch class ``(12,)``.
    """
    major, minor = (_correlations(rows, chroma) for rows in _profiles())
    return float(major.max()), float(minor.max()), int(major.argmax()), int(minor.argmax())


def measure(notes: Notes) -> np.ndarray:
    """The numbers named by ``FEATURES``, float64 ``(len(FEATURES),)``.

    Args:
        notes: of a piece or a stretch of it, at least two.

    Raises:
        ValueError: there are fewer than two notes.
    """
    if len(notes) < 2:
        raise ValueError(f"{len(notes)} note given; two are needed to measure music.")
    onsets, groups = onset_groups(notes)
    values = [
        *_pace(notes, onsets),
        *_loudness(notes),
        *_register(notes),
        *_articulation(notes, onsets),
        *_tonality(notes),
        *_sonority(notes),
        *_line(notes, groups, len(onsets)),
    ]
    return np.array(values, float)


FEATURES = (
    "notes per second",
    "onsets per second",
    "interval between onsets, mean",
    "interval between onsets, median",
    "interval between onsets, variation",
    "velocity, mean",
    "velocity, spread",
    "velocity, tenth",
    "velocity, ninetieth",
    "velocity, drift",
    "pitch, mean",
    "pitch, spread",
    "pitch, fifth",
    "pitch, ninety-fifth",
    "share below C3",
    "share above E5",
    "duration, mean",
    "duration, median",
    "duration, variation",
    "legato",
    "fit to major",
    "fit to minor",
    "major minus minor",
    "major minus minor, local",
    "fit to key, local",
    "wandering of key",
    "entropy of pitch classes",
    *(f"degree {degree}" for degree in range(12)),
    "voices",
    "roughness",
    "roughness, spread",
    *(f"share of {name} chords" for name in CHORDS),
    "major third over bass",
    "minor third over bass",
    "tritone over bass",
    "top, mean",
    "bass, mean",
    "top step, mean",
    "top leaps",
    "top repeats",
    "top rises",
    "bass step, mean",
    "notes to an onset",
)


@cache
def _profiles() -> tuple[np.ndarray, np.ndarray]:
    """The profile of major and that of minor on every tonic, ``(12, 12)`` each."""
    major, minor = (np.stack([np.roll(row, tonic) for tonic in range(12)]) for row in (_MAJOR, _MINOR))
    return major, minor


@cache
def _patterns() -> np.ndarray:
    """Unit rows of each chord on each root ``(chords * 12, 12)``."""
    rows = np.array([np.roll(_pattern(steps), root) for steps in CHORDS.values() for root in range(12)])
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _correlations(rows: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Pearson's r of each row with a vector; 0 where either has no spread."""
    a = rows - rows.mean(axis=1, keepdims=True)
    b = column - column.mean()
    size = np.linalg.norm(a, axis=1) * np.linalg.norm(b)
    r: np.ndarray = np.divide(a @ b, size, out=np.zeros(len(rows)), where=size > 1e-12)
    return r


def _span(notes: Notes) -> float:
    return max(notes.end - float(notes.starts[0]), 0.25)


def onset_groups(notes: Notes) -> tuple[np.ndarray, np.ndarray]:
    """Times at which something begins ``(m,)``, and for each note the number of its onset ``(n,)``."""
    groups = np.zeros(len(notes), int)
    first = float(notes.starts[0])
    onsets = [first]
    for index, start in enumerate(notes.starts):
        if start - onsets[-1] > _SAME_ONSET:
            onsets.append(float(start))
        groups[index] = len(onsets) - 1
    return np.array(onsets), groups


def _pace(notes: Notes, onsets: np.ndarray) -> Iterable[float]:
    gaps = np.diff(onsets) if len(onsets) > 1 else np.array([_span(notes)])
    span = _span(notes)
    return (
        len(notes) / span,
        len(onsets) / span,
        gaps.mean(),
        float(np.median(gaps)),
        gaps.std() / gaps.mean(),
    )


def _loudness(notes: Notes) -> Iterable[float]:
    velocity = notes.velocities
    places = ((notes.starts - notes.starts[0]) // 2.0).astype(int)
    counts = np.bincount(places)
    means = np.bincount(places, velocity)[counts > 0] / counts[counts > 0]
    low, high = np.percentile(velocity, [10, 90])
    return velocity.mean(), velocity.std(), low, high, means.std()


def _register(notes: Notes) -> Iterable[float]:
    pitch = notes.pitches
    low, high = np.percentile(pitch, [5, 95])
    return pitch.mean(), pitch.std(), low, high, (pitch < 48).mean(), (pitch > 76).mean()


def _articulation(notes: Notes, onsets: np.ndarray) -> Iterable[float]:
    durations = notes.ends - notes.starts
    gap = float(np.median(np.diff(onsets))) if len(onsets) > 1 else _span(notes)
    middle = float(np.median(durations))
    return durations.mean(), middle, durations.std() / durations.mean(), min(middle / gap, 8.0)


def _chroma(notes: Notes) -> np.ndarray:
    weights = np.minimum(notes.ends - notes.starts, _LONGEST_WEIGHT)
    return np.bincount(notes.pitches.astype(int) % 12, weights, 12)


def _tonality(notes: Notes) -> Iterable[float]:
    chroma = _chroma(notes)
    major, minor, major_tonic, minor_tonic = key_fit(chroma)
    degrees = np.roll(chroma, -(major_tonic if major > minor else minor_tonic)) / chroma.sum()
    entropy = -(degrees * np.log(degrees + 1e-9)).sum()
    begin, end = float(notes.starts[0]), notes.end
    stretches = [notes.between(t, t + 4.0) for t in np.arange(begin, max(end - 2.0, begin + 0.1), 2.0)]
    local = np.array([key_fit(_chroma(part))[:2] for part in stretches if len(part) > 2] or [(major, minor)])
    gaps = local[:, 0] - local[:, 1]
    return major, minor, major - minor, gaps.mean(), local.max(axis=1).mean(), gaps.std(), entropy, *degrees


def _sonority(notes: Notes) -> Iterable[float]:
    """What sounds together, looked at every half second."""
    times = np.arange(notes.starts[0] + 0.25, max(notes.end, notes.starts[0] + 0.3), 0.5)
    sounding = (notes.starts[None] <= times[:, None]) & (notes.ends[None] > times[:, None])
    rough, over_bass = [], np.zeros(12)
    for row in sounding:
        pitches = np.unique(notes.pitches[row]).astype(int)
        if len(pitches) > 1:
            apart = (pitches[:, None] - pitches[None])[np.tril_indices(len(pitches), -1)] % 12
            rough.append(_ROUGHNESS[apart].mean())
            over_bass += np.bincount(np.unique((pitches[1:] - pitches[0]) % 12), minlength=12) > 0
    count = max(len(rough), 1)
    thirds = over_bass[[4, 3, 6]] / count
    spread = float(np.std(rough)) if rough else 0.0
    mean = float(np.mean(rough)) if rough else 0.0
    return sounding.sum(axis=1).mean(), mean, spread, *_chord_shares(notes), *thirds


def _chord_shares(notes: Notes) -> np.ndarray:
    """Share of one-second stretches that each kind of chord fits best, ``(8,)``."""
    edges = np.arange(notes.starts[0], max(notes.end, notes.starts[0] + 1.0), 1.0)
    reach = np.minimum(notes.ends[None], edges[:, None] + 1) - np.maximum(notes.starts[None], edges[:, None])
    classes = np.eye(12)[notes.pitches.astype(int) % 12]
    chroma = np.clip(reach, 0, None) @ classes
    chroma = chroma[(chroma > 0.05).sum(axis=1) >= 3]
    if not len(chroma):
        return np.zeros(len(CHORDS))
    kinds = (chroma @ _patterns().T).argmax(axis=1) // 12
    return np.bincount(kinds, minlength=len(CHORDS)) / len(chroma)


def _pattern(steps: tuple[int, ...]) -> np.ndarray:
    pattern = np.zeros(12)
    pattern[list(steps)] = 1.0
    return pattern


def _line(notes: Notes, groups: np.ndarray, count: int) -> Iterable[float]:
    """Movement of the highest and the lowest note of each onset."""
    top, bass = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(top, groups, notes.pitches)
    np.minimum.at(bass, groups, notes.pitches)
    steps = np.diff(top) if count > 1 else np.zeros(1)
    size = np.abs(steps)
    bass_size = np.abs(np.diff(bass)) if count > 1 else np.zeros(1)
    return (
        top.mean(),
        bass.mean(),
        size.mean(),
        (size > 4).mean(),
        (size == 0).mean(),
        (steps > 0).mean(),
        bass_size.mean(),
        len(notes) / count,
    )
