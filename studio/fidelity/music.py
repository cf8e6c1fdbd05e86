"""Physical measures of a score: tempo, mode, loudness, density, register, articulation.

Aim: to check what was asked of music against its notes, without any model of emotion. All functions are pure.

Conventions: a score is a ``pretty_midi.PrettyMIDI`` or anything alike. Drums count for nothing but the tempo. Pitches are MIDI
numbers, velocities 1..127, times seconds. Where there is nothing to measure, measures are NaN and density is 0.

Metrics:
    * ``tempo_bpm``: of the written tempo map, weighted by how long each tempo lasts.
    * ``measure``: everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from studio.judges.music_features import Notes, Score, key_fit, notes_in, notes_of, onset_groups

__all__ = ["MusicMeasures", "TimedScore", "measure", "tempo_bpm"]

_NAN = float("nan")


class TimedScore(Score, Protocol):
    """What is used of a ``pretty_midi.PrettyMIDI`` beside its notes."""

    def get_tempo_changes(self) -> tuple[np.ndarray, np.ndarray]:
        """Times in seconds and the tempo in beats a minute from each on."""
        ...

    def get_end_time(self) -> float:
        """Seconds."""
        ...


@dataclass(frozen=True)
class MusicMeasures:
    """Of a score.

    Args:
        tempo_bpm: beats a minute.
        major: fit of its pitch classes to the best major key, -1..1.
        minor: fit to the best minor key.
        velocity: mean, 1..127.
        velocity_spread: standard deviation.
        notes_per_second: of all parts together.
        register: mean pitch, weighted by duration.
        lowest: pitch of the lowest note.
        highest: pitch of the highest note.
        legato: median duration of a note in median intervals between onsets of its part; staccato is below .5.
        seconds: from the first start to the last end.
    """

    tempo_bpm: float
    major: float
    minor: float
    velocity: float
    velocity_spread: float
    notes_per_second: float
    register: float
    lowest: float
    highest: float
    legato: float
    seconds: float

    @property
    def mode(self) -> float:
        """Fit to major less fit to minor: above 0 is major."""
        return self.major - self.minor


def tempo_bpm(score: TimedScore) -> float:
    """The tempo of the written map in beats a minute, weighted by how long each lasts; NaN for an empty score."""
    times, tempi = score.get_tempo_changes()
    end = score.get_end_time()
    lengths = np.diff(np.append(np.minimum(times, end), end))
    if lengths.sum() <= 0:
        return _NAN
    return float((tempi * lengths).sum() / lengths.sum())


def measure(score: TimedScore) -> MusicMeasures:
    """Everything at once."""
    notes = notes_of(score)
    if len(notes) == 0:
        return MusicMeasures(
            tempo_bpm=tempo_bpm(score),
            major=_NAN,
            minor=_NAN,
            velocity=_NAN,
            velocity_spread=_NAN,
            notes_per_second=0.0,
            register=_NAN,
            lowest=_NAN,
            highest=_NAN,
            legato=_NAN,
            seconds=0.0,
        )
    durations = notes.ends - notes.starts
    seconds = notes.end - float(notes.starts[0])
    chroma = np.bincount(notes.pitches.astype(int) % 12, durations, 12)
    major, minor, _, _ = key_fit(chroma)
    return MusicMeasures(
        tempo_bpm=tempo_bpm(score),
        major=major,
        minor=minor,
        velocity=float(notes.velocities.mean()),
        velocity_spread=float(notes.velocities.std()),
        notes_per_second=len(notes) / seconds,
        register=float(np.average(notes.pitches, weights=durations)),
        lowest=float(notes.pitches.min()),
        highest=float(notes.pitches.max()),
        legato=_legato(score),
        seconds=seconds,
    )


def _legato(score: Score) -> float:
    """The mean over parts, weighted by their notes; NaN if no part has two onsets."""
    shares, weights = [], []
    for part in score.instruments:
        notes = notes_in([part])
        gaps = np.diff(onset_groups(notes)[0]) if len(notes) else ()
        if len(gaps):
            shares.append(_median_duration(notes) / float(np.median(gaps)))
            weights.append(len(notes))
    return float(np.average(shares, weights=weights)) if shares else _NAN


def _median_duration(notes: Notes) -> float:
    return float(np.median(notes.ends - notes.starts))
