"""The judge of scores that generators are tuned on: twelve plain cues and a linear model.

It knows other songs than the judge that scores (``assets/judges/tuning/music/songs.toml``) and other measures, so that what is
tuned to please it is not tuned to please the other. The cues are those that reviews of the literature name: Gabrielsson &
Lindström 2010, "The role of structure in the musical expression of emotions"; Livingstone et al. 2010, "Changing musical
emotion", Computer Music Journal 34.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.media import windows
from studio.judges.music_features import Notes, Score, notes_of
from studio.judges.music_model import quadrant_logits, quadrant_reading
from studio.judges.weights import load_trained

__all__ = ["CUES", "TuningMusicJudge", "cues"]

CUES = (
    "beginnings a second", "loudness", "loudness, range", "height", "height, range", "low share", "touch", "length, log",
    "mode", "thirds over bass, major less minor", "harsh share", "leaps of the top",
)  # fmt: skip
_TOGETHER = 0.03  # seconds within which notes begin together
_LOW = 45  # MIDI number (A2) under which a note counts as low


def cues(notes: Notes) -> np.ndarray:
    """The twelve numbers named by ``CUES``, float64.

    Args:
        notes: at least two.
    """
    fresh = np.concatenate([[True], np.diff(notes.starts) > _TOGETHER])
    beginnings = notes.starts[fresh]
    span = max(notes.end - float(notes.starts[0]), 0.5)
    lengths = notes.ends - notes.starts
    gaps = np.diff(beginnings) if len(beginnings) > 1 else np.array([span])
    tops = np.maximum.reduceat(notes.pitches, np.flatnonzero(fresh))
    third, harsh = _intervals(notes)
    return np.array(
        [
            len(beginnings) / span,
            notes.velocities.mean(),
            np.subtract(*np.percentile(notes.velocities, [90, 10])),
            notes.pitches.mean(),
            np.subtract(*np.percentile(notes.pitches, [90, 10])),
            (notes.pitches < _LOW).mean(),
            min(float(np.median(lengths) / np.median(gaps)), 6.0),
            np.log(lengths.mean()),
            _mode(notes, lengths),
            third,
            harsh,
            np.abs(np.diff(tops)).mean() if len(tops) > 1 else 0.0,
        ],
        float,
    )


def _mode(notes: Notes, lengths: np.ndarray) -> float:
    """How much better the best major key fits than the best minor one, -2..2."""
    profiles = asset_table("judges", "tuning", "music", "keys.toml")["bellman_budge"]
    weight = np.bincount(notes.pitches.astype(int) % 12, np.minimum(lengths, 1.5), 12)
    fits = {
        mode: max(_r(np.roll(profiles[mode], tonic), weight) for tonic in range(12))
        for mode in ("major", "minor")
    }
    return fits["major"] - fits["minor"]


def _intervals(notes: Notes) -> tuple[float, float]:
    """Of the notes that begin over a sounding bass: share of major less minor thirds, and of seconds and tritones."""
    thirds, harsh, count = 0, 0, 0
    for index in range(1, len(notes)):
        first = max(index - 16, 0)
        sounding = notes.ends[first:index] > notes.starts[index] + 0.02
        below = notes.pitches[first:index][sounding]
        if len(below) and below.min() < notes.pitches[index]:
            apart = int(notes.pitches[index] - below.min()) % 12
            thirds += (apart == 4) - (apart == 3)
            harsh += bool(np.isin(np.abs(notes.pitches[index] - below) % 12, (1, 6, 11)).any())
            count += 1
    return thirds / max(count, 1), harsh / max(count, 1)


def _r(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's r; 0 where either has no spread."""
    return float(np.corrcoef(a, b)[0, 1]) if np.std(a) > 0 and np.std(b) > 0 else 0.0


class TuningMusicJudge:
    """Reads scores for whoever tunes a generator.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("tuning/music", folder)
        self.card: Card = trained.card
        self._facts: dict[str, Any] = trained.facts
        self._weights = trained.weights

    def read(self, media: Score) -> Reading:
        """The reading of a whole ``pretty_midi.PrettyMIDI``; "no reading" if it holds next to no pitched notes."""
        return self.read_notes(notes_of(media))

    def read_over_time(self, media: Score) -> list[TimedReading]:
        """The readings of overlapping windows of ten seconds, from 0 to the end of the last note."""
        notes = notes_of(media)
        stretches = windows(notes.end, self._facts["window_seconds"], self._facts["hop_seconds"])
        return [TimedReading(a, b, self.read_notes(notes.between(a, b))) for a, b in stretches]

    def read_stretch(self, media: Score, start: float, end: float) -> TimedReading:
        """The reading of the notes that begin in a stretch of time, seconds."""
        return TimedReading(start, end, self.read_notes(notes_of(media).between(start, end)))

    def read_notes(self, notes: Notes) -> Reading:
        """The reading of notes that are at hand already."""
        if len(notes) < self._facts["least_notes"]:
            return Reading({}, confidence=0.0, floor=self._facts["floor"])
        return quadrant_reading(quadrant_logits(cues(notes)[None], self._weights)[0], self._facts)
