"""The corpora of acted speech that the judges of voices learn from: RAVDESS (English), nEMO (Polish), EMO-DB (German).

``../shared/data/speech/speech.csv`` lists the clips; no speaker is in two of its splits. The speakers outside the test split
fall in two families that share nobody: one teaches the judge that scores, one the judge that generators are tuned on.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from conditioning.assets import asset_table
from conditioning.errors import InputFileError
from studio.judges.media import Waveform

__all__ = ["LABELS", "Clip", "Family", "clips", "family_of", "load_clip"]

LABELS = ("neutral", "calm", "joy", "sadness", "anger", "fear", "disgust", "surprise")
_AS = {"happiness": "joy"}  # the corpora's word for it; boredom has no place among the labels

Family = Literal["scoring", "tuning", "test"]


@dataclass(frozen=True)
class Clip:
    """A clip of the index.

    Args:
        path: of the sound.
        corpus: ``"ravdess"``, ``"nemo"`` or ``"emodb"``.
        speaker: name, unique over the corpora.
        sex: ``"female"`` or ``"male"``.
        text: what is said; "" where it is not known.
        emotion: one of ``LABELS``, or ``"boredom"``.
        strong: said with strong intensity (RAVDESS alone says so).
        split: ``"train"``, ``"validation"`` or ``"test"``.
    """

    path: Path
    corpus: str
    speaker: str
    sex: str
    text: str
    emotion: str
    strong: bool
    split: str


def clips(folder: Path) -> list[Clip]:
    """Every clip of the index in its order.

    Args:
        folder: that holds ``speech.csv``.

    Raises:
        InputFileError: there is no index.
    """
    index = folder / "speech.csv"
    if not index.exists():
        raise InputFileError(
            f"There is no {index}.", "Give the folder of the corpora, such as ../shared/data."
        )
    with index.open(encoding="utf-8", newline="") as lines:
        return [_clip(folder, row) for row in csv.DictReader(lines)]


def family_of(clip: Clip) -> Family:
    """Which judge a clip may teach: scoring or tuning; or none, test (``assets/judges/speech/families.toml``)."""
    if clip.split == "test":
        return "test"
    return "tuning" if clip.speaker in _tuning_speakers() else "scoring"


@cache
def _tuning_speakers() -> frozenset[str]:
    return frozenset(asset_table("judges", "speech", "families.toml")["tuning"])


def load_clip(clip: Clip) -> Waveform:
    """The sound of a clip, mono."""
    import soundfile

    samples, rate = soundfile.read(clip.path, dtype="float32")
    return Waveform(samples, rate)


def _clip(folder: Path, row: dict[str, str]) -> Clip:
    emotion = _AS.get(row["emotion"], row["emotion"])
    return Clip(
        path=folder / row["path"],
        corpus=row["corpus"],
        speaker=row["speaker"],
        sex=row["sex"],
        text=row["text"],
        emotion=emotion,
        strong=row["intensity"] == "strong",
        split=row["split"],
    )
