"""EMOPIA: piano clips and the quadrant that listeners heard in each, read from ``../shared/data/music/emopia``.

Source: Hung et al. 2021, "EMOPIA", ISMIR; CC BY-NC-SA 4.0. The corpus's own split keeps every song on one side. Of its training
songs a fifth is set apart for the judge that generators are tuned on (``assets/judges/tuning/music/songs.toml``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from conditioning.assets import asset_table
from conditioning.errors import InputFileError
from studio.judges.music_measures import Performance, performance_of

__all__ = ["Clip", "read_clips"]


@dataclass(frozen=True)
class Clip:
    """One clip.

    Args:
        performance: its notes.
        quadrant: 0..3 for Q1..Q4.
        song: the song it was cut from.
        path: of its MIDI file.
        number: its place in its split.
    """

    performance: Performance
    quadrant: int
    song: str
    path: Path
    number: int


def read_clips(folder: Path, split: str, family: str | None = None) -> list[Clip]:
    """The clips of a split, in the order of the table.

    Args:
        folder: holds ``emopia.csv`` and the MIDI files.
        split: ``"train"`` or ``"val"``.
        family: ``"scoring"`` or ``"tuning"`` leaves the other family's training songs out; None takes all.

    Raises:
        InputFileError: the folder holds no corpus, or the corpus no such split.
    """
    import pretty_midi

    table = folder / "emopia.csv"
    if not table.exists():
        raise InputFileError(f"{table} is missing.", "Give the folder that holds emopia.csv.")
    with table.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == split]
    if not rows:
        raise InputFileError(f"{table} has no clip of split {split!r}.", "Give the whole corpus.")
    tuning = set(asset_table("judges", "tuning", "music", "songs.toml")["tuning"])
    return [
        Clip(
            performance_of(pretty_midi.PrettyMIDI(str(folder / row["file"]))),
            int(row["quadrant"][1]) - 1,
            row["song_id"],
            folder / row["file"],
            number,
        )
        for number, row in enumerate(rows)
        if family is None or (row["song_id"] in tuning) == (family == "tuning")
    ]
