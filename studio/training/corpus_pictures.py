"""OASIS: photographs with the valence and arousal that viewers gave them, read from ``../shared/data/pictures/oasis``.

Source: Kurdi, Lozano & Banaji 2017, "Introducing the Open Affective Standardized Image Set"; free for research.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from conditioning.errors import InputFileError
from conditioning.vad import from_convention

__all__ = ["RatedPicture", "read_pictures"]


@dataclass(frozen=True)
class RatedPicture:
    """One picture and what viewers said.

    Args:
        path: of the JPEG.
        theme: what it shows, without number, so that pictures of one theme can be kept together.
        point: mean valence and arousal ``(2,)`` in -1..1.
    """

    path: Path
    theme: str
    point: np.ndarray

    def pixels(self) -> np.ndarray:
        """Uint8 RGB ``(height, width, 3)``."""
        return np.asarray(Image.open(self.path).convert("RGB"))


def read_pictures(folder: Path) -> list[RatedPicture]:
    """All pictures, in the order of the table.

    Args:
        folder: holds ``oasis.csv`` and the pictures.

    Raises:
        InputFileError: the folder holds no corpus.
    """
    table = folder / "oasis.csv"
    if not table.exists():
        raise InputFileError(f"{table} is missing.", "Give the folder that holds oasis.csv.")
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return [
        RatedPicture(
            folder / row["file"],
            re.sub(r"\s*\d+$", "", row["theme"]).strip().casefold(),
            from_convention([float(row["valence_mean"]), float(row["arousal_mean"])], "oasis").array()[:2],
        )
        for row in rows
    ]
