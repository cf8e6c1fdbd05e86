"""FER2013 faces with FER+ votes, read from the mosaics of ``../shared/data/faces``.

The corpus holds 48 × 48 grey faces found on the web. Its own labels are noisy, so the ten votes of FER+ are used as soft
targets. Left out: rows whose picture repeats an earlier one (some of them stand in two splits), rows whose votes could
not be joined to a picture for certain, and rows that most voters found to be no face, unknown or contempt.

Source: Goodfellow et al. 2013 (pictures, research use only); Barsoum et al. 2016, FER+ (votes, MIT).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from conditioning.errors import InputFileError

__all__ = ["LABELS", "TILE", "Faces", "read_faces"]

LABELS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
TILE = 48

# The columns of fer2013.csv that hold the votes of each label, and those that hold other votes.
_VOTES = ("v_neutral", "v_happiness", "v_sadness", "v_anger", "v_fear", "v_disgust", "v_surprise")
_OTHER_VOTES = ("v_contempt", "v_unknown", "v_NF")


@dataclass(frozen=True)
class Faces:
    """Faces of one split.

    Args:
        tiles: uint8 grey ``(n, 48, 48)``.
        targets: share of the votes of each of ``LABELS``, float32 ``(n, 7)``, rows sum to 1.
        majority: index of the label with most votes ``(n,)``, -1 where two labels tie.
    """

    tiles: np.ndarray
    targets: np.ndarray
    majority: np.ndarray

    def decided(self) -> Faces:
        """The faces on which one label has most votes."""
        keep = self.majority >= 0
        return Faces(self.tiles[keep], self.targets[keep], self.majority[keep])


def read_faces(folder: Path, split: str) -> Faces:
    """The usable faces of a split.

    Args:
        folder: holds ``fer2013.csv`` and the mosaics.
        split: ``"train"``, ``"public_test"`` or ``"private_test"``.

    Raises:
        InputFileError: the folder holds no corpus, or the corpus no such split.
    """
    table = folder / "fer2013.csv"
    if not table.exists():
        raise InputFileError(f"{table} is missing.", "Give the folder that holds fer2013.csv.")
    with table.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == split and _usable(row)]
    if not rows:
        raise InputFileError(f"{table} has no usable row of split {split!r}.", "Give the whole corpus.")
    votes = np.array([[int(row[name]) for name in _VOTES] for row in rows], np.float32)
    targets = _targets(votes)
    top_two = np.sort(votes, axis=1)[:, -2:]
    majority = np.where(top_two[:, 1] > top_two[:, 0], votes.argmax(axis=1), -1)
    return Faces(_tiles(folder, rows), targets, majority)


def _usable(row: dict[str, str]) -> bool:
    if row["joined"] != "1" or row["dup_of"]:
        return False
    return max(int(row[name]) for name in _VOTES) > max(int(row[name]) for name in _OTHER_VOTES)


def _targets(votes: np.ndarray) -> np.ndarray:
    """Shares of votes, a label's lone vote being dropped as an outlier as the authors of FER+ do."""
    kept = np.where(votes > 1, votes, 0.0)
    kept = np.where(kept.sum(axis=1, keepdims=True) > 0, kept, votes)
    shares: np.ndarray = kept / kept.sum(axis=1, keepdims=True)
    return shares.astype(np.float32)


def _tiles(folder: Path, rows: list[dict[str, str]]) -> np.ndarray:
    """Cut the tiles of the rows out of their mosaics: uint8 ``(n, 48, 48)``."""
    sheets = {
        name: np.asarray(Image.open(folder / name).convert("L"))
        for name in sorted({row["sheet"] for row in rows})
    }
    tiles = np.empty((len(rows), TILE, TILE), np.uint8)
    for index, row in enumerate(rows):
        top, left = int(row["row"]) * TILE, int(row["col"]) * TILE
        tiles[index] = sheets[row["sheet"]][top : top + TILE, left : left + TILE]
    return tiles
