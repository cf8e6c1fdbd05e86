"""The corpora of acted speech that the speech judge learns from: RAVDESS (English), nEMO (Polish), EMO-DB (German).

``../shared/data/speech/speech.csv`` lists the clips; no speaker is in two of its splits.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from conditioning.errors import InputFileError
from studio.judges.acoustics import measure_tracks
from studio.judges.functionals import functionals, is_speech
from studio.judges.media import Waveform, mono

__all__ = ["LABELS", "Clip", "clips", "load_clip", "measure_clips"]

LABELS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
_AS = {"happiness": "joy"}  # the corpora's word for it; calm and boredom have no place among the labels


@dataclass(frozen=True)
class Clip:
    """A clip of the index.

    Args:
        path: of the sound.
        corpus: ``"ravdess"``, ``"nemo"`` or ``"emodb"``.
        speaker: name, unique over the corpora.
        sex: ``"female"`` or ``"male"``.
        text: what is said; "" where it is not known.
        emotion: one of ``LABELS``, or ``"calm"`` or ``"boredom"``.
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


def load_clip(clip: Clip) -> Waveform:
    """The sound of a clip, mono."""
    samples, rate = soundfile.read(clip.path, dtype="float32")
    return Waveform(samples, rate)


def measure_clips(
    chosen: Sequence[Clip], progress: Callable[[float, float, str], None]
) -> tuple[np.ndarray, tuple[str, ...], np.ndarray]:
    """The functionals of clips.

    Args:
        chosen: at least one.
        progress: called as ``progress(done, total, what)``.

    Returns:
        Rows ``(n, F)``, the names of the columns, and which clips hold enough speech to be read ``(n,)`` bool; the rows
        of the others are zero.
    """
    from studio.judges.acoustics import SAMPLE_RATE

    rows: list[dict[str, float] | None] = []
    for number, clip in enumerate(chosen):
        tracks = measure_tracks(mono(load_clip(clip), SAMPLE_RATE))
        rows.append(functionals(tracks) if is_speech(tracks) else None)
        if number % 20 == 0:
            progress(number, len(chosen), "measuring voices")
    names = tuple(next(row for row in rows if row))
    table = np.array([[row[name] for name in names] if row else np.zeros(len(names)) for row in rows])
    return table, names, np.array([row is not None for row in rows])
