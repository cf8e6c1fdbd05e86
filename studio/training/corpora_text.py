"""The corpora of written English that the text judge learns from: GoEmotions and EmoBank, in their official splits."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.errors import InputFileError
from conditioning.vad import from_convention

__all__ = ["Rated", "emobank", "goemotions", "goemotions_labels"]


@dataclass(frozen=True)
class Rated:
    """Sentences with what people said of them.

    Args:
        texts: ``n`` sentences.
        targets: ``(n, 28)`` of 0 and 1, or ``(n, 3)`` valence, arousal, dominance in -1..1.
    """

    texts: list[str]
    targets: np.ndarray


def goemotions_labels(folder: Path) -> tuple[str, ...]:
    """The 28 labels in the corpus's order.

    Raises:
        InputFileError: the corpus is not there.
    """
    return tuple(_existing(folder / "goemotions" / "labels.txt").read_text(encoding="utf-8").split())


def goemotions(folder: Path, split: str) -> Rated:
    """A split of GoEmotions.

    Args:
        folder: that holds ``goemotions``.
        split: ``"train"``, ``"dev"`` or ``"test"``.
    """
    path = _existing(folder / "goemotions" / f"{split}.tsv.gz")
    # Split on tabs by hand: the texts hold unbalanced quotation marks, which csv would read over line ends.
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    targets = np.zeros((len(rows), len(goemotions_labels(folder))))
    for number, row in enumerate(rows):
        targets[number, [int(label) for label in row[1].split(",")]] = 1.0
    return Rated([row[0] for row in rows], targets)


def emobank(folder: Path, split: str) -> Rated:
    """A split of EmoBank.

    Args:
        folder: that holds ``emobank``.
        split: ``"train"``, ``"dev"`` or ``"test"``.
    """
    path = _existing(folder / "emobank" / "emobank.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["split"] == split]
    points = [from_convention([float(row[axis]) for axis in "VAD"], "emobank").array() for row in rows]
    return Rated([row["text"] for row in rows], np.array(points))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InputFileError(
            f"There is no {path}.", "Give the folder of the corpora, such as ../shared/data."
        )
    return path
