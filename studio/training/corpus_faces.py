"""FER2013 faces with FER+ votes, read from the mosaics of ``../shared/data/faces``.

The corpus holds 48 × 48 grey faces found on the web. Each has the label of the search that found it and, for nearly all,
the votes of ten people, who agree with that label on two faces of three. Both say something of what people see, so both
are read. Pictures that repeat one of the training split are left out everywhere.

The training split is dealt once between the judge that scores and the judge that generators are tuned on, so that no face
taught both.

Source: Goodfellow et al. 2013 (pictures and labels, research use only); Barsoum et al. 2016, FER+ (votes, MIT).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from conditioning.assets import asset_table
from conditioning.errors import InputFileError

__all__ = ["CONTEMPT", "LABELS", "TILE", "UNDECIDED", "Faces", "read_faces"]

LABELS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
TILE = 48

CONTEMPT = len(LABELS)
"""Majority of a face in which most voters saw contempt, which no judge of ours reads."""

UNDECIDED = -1
"""Majority of a face without votes, on which two labels tie, or which most voters took for no face or could not tell."""

# How the corpus's table names the labels, in our order, and the columns of their votes; then of the other votes.
_OWN_NAMES = ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise")
_VOTES = (
    "v_neutral",
    "v_happiness",
    "v_sadness",
    "v_anger",
    "v_fear",
    "v_disgust",
    "v_surprise",
    "v_contempt",
)
_OTHER_VOTES = ("v_unknown", "v_NF")


@dataclass(frozen=True)
class Faces:
    """Faces of one split.

    Args:
        tiles: uint8 grey ``(n, 48, 48)``.
        labels: index of the corpus's own label ``(n,)``.
        targets: share of the votes of each of ``LABELS``, float32 ``(n, 7)``; rows sum to 1, or to 0 where most voters
            saw none of them.
        majority: index of the label with most votes ``(n,)``, or ``CONTEMPT``, or ``UNDECIDED``.
    """

    tiles: np.ndarray
    labels: np.ndarray
    targets: np.ndarray
    majority: np.ndarray

    def only(self, rows: np.ndarray) -> Faces:
        """Those of the given row numbers or mask ``(n,)``."""
        return Faces(self.tiles[rows], self.labels[rows], self.targets[rows], self.majority[rows])

    def decided_mask(self) -> np.ndarray:
        """Whether one of ``LABELS`` has most votes, of each face ``(n,)``."""
        mask: np.ndarray = (self.majority >= 0) & (self.majority < CONTEMPT)
        return mask

    def decided(self) -> Faces:
        """The faces on which one of ``LABELS`` has most votes."""
        return self.only(self.decided_mask())


def read_faces(folder: Path, split: str) -> Faces:
    """The faces of a split.

    Args:
        folder: holds ``fer2013.csv`` and the mosaics.
        split: ``"scoring"`` or ``"tuning"``, the two parts of the training split, each face once and only those whose
            votes belong to the picture for certain; or ``"public_test"`` or ``"private_test"``, all that repeat no
            picture of the training split.

    Raises:
        InputFileError: the folder holds no corpus, or the corpus no such split.
    """
    table = folder / "fer2013.csv"
    if not table.exists():
        raise InputFileError(f"{table} is missing.", "Give the folder that holds fer2013.csv.")
    with table.open(newline="", encoding="utf-8") as stream:
        every = list(csv.DictReader(stream))
    rows = [every[number] for number in _members(every, split)]
    if not rows:
        raise InputFileError(f"{table} has no usable row of split {split!r}.", "Give the whole corpus.")
    votes = np.array([[int(row[name] or 0) for name in _VOTES] for row in rows], np.float32)
    others = np.array([[int(row[name] or 0) for name in _OTHER_VOTES] for row in rows], np.float32)
    labels = np.array([_OWN_NAMES.index(row["label"]) for row in rows])
    return Faces(_tiles(folder, rows), labels, _targets(votes, others), _majority(votes, others))


def _members(every: list[dict[str, str]], split: str) -> list[int]:
    """Numbers of the rows of a split or part."""
    if split not in ("scoring", "tuning"):
        # A face without a sure join keeps its label; its empty votes leave it undecided.
        return [
            number
            for number, row in enumerate(every)
            if row["split"] == split and not (row["dup_of"] and every[int(row["dup_of"])]["split"] == "train")
        ]
    deal = asset_table("judges", "face", "partition.toml")
    # One number for each row of the corpus, used or not, so that a row's part does not hang on the others.
    tunes = np.random.default_rng(deal["seed"]).random(len(every)) < deal["tuning_share"]
    return [
        number
        for number, row in enumerate(every)
        if row["split"] == "train"
        and row["joined"] == "1"
        and not row["dup_of"]
        and tunes[number] == (split == "tuning")
    ]


def _targets(votes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Shares of votes ``(n, 7)``, a label's lone vote being dropped as an outlier as the authors of FER+ do."""
    seen = votes[:, :CONTEMPT]
    kept = np.where(seen > 1, seen, 0.0)
    kept = np.where(kept.sum(axis=1, keepdims=True) > 0, kept, seen)
    shares = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1.0)
    elsewhere = np.maximum(votes[:, CONTEMPT], others.max(axis=1))
    clear: np.ndarray = shares * (seen.max(axis=1) > elsewhere)[:, None]
    return clear.astype(np.float32)


def _majority(votes: np.ndarray, others: np.ndarray) -> np.ndarray:
    second, most = np.sort(votes, axis=1)[:, -2:].T
    alone = (most > second) & (most > others.max(axis=1))
    winner: np.ndarray = np.where(alone, votes.argmax(axis=1), UNDECIDED)
    return winner


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
