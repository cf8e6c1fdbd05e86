"""EMOPIA: piano clips and the quadrant that listeners heard in each, read from ``../shared/data/music/emopia``.

Source: Hung et al. 2021, "EMOPIA", ISMIR; CC BY-NC-SA 4.0. The corpus's own split keeps every song on one side.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from conditioning.errors import InputFileError
from studio.judges.music_features import Notes, notes_of

__all__ = ["Clip", "read_clips"]


@dataclass(frozen=True)
class Clip:
    """One clip.

    Args:
        notes: of the clip.
        quadrant: 0..3 for Q1..Q4.
        song: the song it was cut from.
    """

    notes: Notes
    quadrant: int
    song: str


def read_clips(folder: Path, split: str) -> list[Clip]:
    """The clips of a split, in the order of the table.

    Args:
        folder: holds ``emopia.csv`` and the MIDI files.
        split: ``"train"`` or ``"val"``.

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
    return [
        Clip(
            notes_of(pretty_midi.PrettyMIDI(str(folder / row["file"]))),
            int(row["quadrant"][1]) - 1,
            row["song_id"],
        )
        for row in rows
    ]
