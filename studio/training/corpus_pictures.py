"""OASIS and BASS: pictures with the valence and arousal that viewers gave them, read from ``../shared/data/pictures``.

Sources: Kurdi, Lozano & Banaji 2017, "Introducing the Open Affective Standardized Image Set", free for research; Kawai, Lukács &
Ansorge 2021, "A new type of pictorial database: the Bicolor Affective Silhouettes and Shapes", CC BY 4.0.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from conditioning.assets import asset_table
from conditioning.errors import InputFileError
from conditioning.vad import from_convention

__all__ = ["RatedPicture", "is_for_tuning", "read_pictures", "read_silhouettes"]

_SCALES = {"oasis": "oasis", "bass": "sam9"}


@dataclass(frozen=True)
class RatedPicture:
    """One picture and what viewers said.

    Args:
        path: of the file.
        corpus: ``"oasis"`` or ``"bass"``.
        theme: what it shows, without number, so that pictures of one theme can be kept together.
        category: ``"Animal"``, ``"Object"``, ``"Person"``, ``"Scenery"`` or ``"Silhouette"``.
        point: mean valence and arousal ``(2,)`` in -1..1.
    """

    path: Path
    corpus: str
    theme: str
    category: str
    point: np.ndarray

    def pixels(self) -> np.ndarray:
        """Uint8 RGB ``(height, width, 3)``."""
        return np.asarray(Image.open(self.path).convert("RGB"))


def read_pictures(folder: Path) -> list[RatedPicture]:
    """All photographs of OASIS, in the order of the table.

    Args:
        folder: holds ``oasis.csv`` and the pictures.

    Raises:
        InputFileError: the folder holds no corpus.
    """
    return [
        RatedPicture(
            folder / row["file"], "oasis", _bare(row["theme"]), row["category"], _point(row, "oasis")
        )
        for row in _rows(folder / "oasis.csv")
    ]


def read_silhouettes(folder: Path) -> list[RatedPicture]:
    """All black silhouettes of BASS, in the order of the table, as rated in the United States.

    Args:
        folder: holds ``bass.csv`` and the pictures.

    Raises:
        InputFileError: the folder holds no corpus.
    """
    return [
        RatedPicture(
            folder / row["file"], "bass", _bare(Path(row["file"]).stem), "Silhouette", _point(row, "bass")
        )
        for row in _rows(folder / "bass.csv")
    ]


def is_for_tuning(pictures: Sequence[RatedPicture]) -> np.ndarray:
    """Which pictures are for judges that generators are tuned on, bool ``(n,)``; the others are for judges that score."""
    table = asset_table("judges", "picture", "partition.toml")["tuning"]
    chosen = {"oasis": set(table["oasis_themes"]), "bass": set(table["bass_stems"])}
    return np.array([picture.theme in chosen[picture.corpus] for picture in pictures], bool)


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.exists():
        raise InputFileError(f"{table} is missing.", f"Give the folder that holds {table.name}.")
    with table.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _bare(theme: str) -> str:
    return re.sub(r"\s*\d+$", "", theme).strip().casefold()


def _point(row: dict[str, str], corpus: str) -> np.ndarray:
    means = {"valence": float(row["valence_mean"]), "arousal": float(row["arousal_mean"])}
    return from_convention(means, _SCALES[corpus]).array()[:2]
