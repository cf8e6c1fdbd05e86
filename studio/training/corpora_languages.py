"""The corpora of several languages that the text judge learns from: BRIGHTER, and XED for telling languages apart."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from conditioning.errors import InputFileError

__all__ = ["BRIGHTER_LABELS", "BRIGHTER_LANGUAGES", "XED_FILES", "Annotated", "brighter", "xed"]

BRIGHTER_LABELS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
BRIGHTER_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "afrikaans": "afr",
        "chinese": "chn",
        "english": "eng",
        "german": "deu",
        "hausa": "hau",
        "hindi": "hin",
        "portuguese": "ptbr",
        "romanian": "ron",
        "russian": "rus",
        "spanish": "esp",
        "swedish": "swe",
        "ukrainian": "ukr",
    }
)
"""The corpus' name of each language that is packed."""
XED_FILES: Mapping[str, str] = MappingProxyType(
    {
        "english": "en-annotated",
        "finnish": "fi-annotated",
        "french": "fr-projections",
        "german": "de-projections",
        "italian": "it-projections",
        "polish": "pl-projections",
        "portuguese": "pt-projections",
        "russian": "ru-projections",
        "spanish": "es-projections",
    }
)


@dataclass(frozen=True)
class Annotated:
    """Sentences with the emotions that people found in them.

    Args:
        texts: ``n`` sentences.
        targets: ``(n, 6)`` of 0 and 1 in the order of ``BRIGHTER_LABELS``; nan where nobody was asked.
        intensity: ``(n, 6)`` of 0 to 3; nan likewise.
    """

    texts: list[str]
    targets: np.ndarray
    intensity: np.ndarray

    @property
    def asked(self) -> np.ndarray:
        """Labels that every sentence was annotated for ``(6,)`` bool."""
        return ~np.isnan(self.targets).any(axis=0)


def brighter(folder: Path, language: str, split: str) -> Annotated:
    """A split of BRIGHTER in one language.

    Args:
        folder: that holds ``brighter``.
        language: one of ``BRIGHTER_LANGUAGES``.
        split: ``"train"``, ``"dev"`` or ``"test"``.

    Raises:
        InputFileError: the corpus is not there.
    """
    rows = _rows(folder / "brighter" / f"{BRIGHTER_LANGUAGES[language]}.tsv.gz")
    chosen = [row for row in rows if row[0] == split]
    numbers = np.array([[float(value or "nan") for value in row[3:15]] for row in chosen]).reshape(-1, 12)
    return Annotated([row[2] for row in chosen], numbers[:, :6], numbers[:, 6:])


def xed(folder: Path, language: str) -> list[str]:
    """The lines of film subtitles in one language, each once, in the order of the alphabet.

    Args:
        folder: that holds ``xed``.
        language: one of ``XED_FILES``.

    Raises:
        InputFileError: the corpus is not there.
    """
    rows = _rows(folder / "xed" / f"{XED_FILES[language]}.tsv.gz")
    return sorted({row[0] for row in rows if row[0]})


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        raise InputFileError(
            f"There is no {path}.", "Give the folder of the corpora, such as ../shared/data."
        )
    # Split on tabs by hand: the texts hold unbalanced quotation marks, which csv would read over line ends.
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]
