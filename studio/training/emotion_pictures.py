"""A user's labelled pictures, for training something on top of a model: a folder, and a table that says what each is felt as.

The table is CSV. ``path`` (or ``file``) names a picture below the folder. What is felt stands in ``emotion``, as on the command line
(``joy:0.7+fear:0.3``), or in ``label`` with an ``intensity``, or in ``valence``, ``arousal`` and ``dominance`` (-1..1); tables of ``affect label`` are
of this kind. ``caption`` says what is seen, "" for the medium's plain prompt; ``split`` is ``train`` or ``held-out``, without it a fifth is
held out by the hash of the names. The same table gives the same split for ever.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, InputFileError
from conditioning.vad import VAD

if TYPE_CHECKING:
    import torch

__all__ = ["EmotionPicture", "pictures_key", "read_emotion_pictures", "split_of", "tensor_of"]

_AXES = ("valence", "arousal", "dominance")
_LEAST = 4


@dataclass(frozen=True)
class EmotionPicture:
    """A picture and what it is felt as.

    Args:
        path: of the file.
        emotion: felt.
        caption: what is seen, "" for nothing in particular.
        split: ``"train"``, ``"held-out"`` or "" for by the hash.
    """

    path: Path
    emotion: Emotion
    caption: str = ""
    split: str = ""


def read_emotion_pictures(folder: Path, table: Path) -> list[EmotionPicture]:
    """The pictures of a table, in its order.

    Raises:
        InputFileError: the table or a picture is missing, a row cannot be read, or there are fewer than four.
    """
    if not table.is_file():
        raise InputFileError(
            f"There is no table {table}.", "Give a CSV file with columns path and emotion by --labels."
        )
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for number, row in enumerate(rows, 2):
        name = (row.get("path") or row.get("file") or "").strip()
        if not name:
            raise InputFileError(f"{table}, line {number}, names no picture.", "Fill its column path.")
        if not (folder / name).is_file():
            raise InputFileError(
                f"{table}, line {number}: there is no {folder / name}.", "Give its folder by --data."
            )
        try:
            emotion = _felt(row)
        except (AffectError, ValueError) as error:
            raise InputFileError(
                f"{table}, line {number}: {error}", "Write for instance joy:0.7 in its column emotion."
            ) from None
        found.append(
            EmotionPicture(
                folder / name, emotion, (row.get("caption") or "").strip(), _split(row, table, number)
            )
        )
    if len(found) < _LEAST:
        raise InputFileError(
            f"{table} has {len(found)} pictures.", f"Give at least {_LEAST}, better some hundreds."
        )
    return found


def split_of(pictures: Sequence[EmotionPicture], share: float) -> tuple[list[int], list[int]]:
    """Indices of the pictures to train on, and of those held out; at least one of each.

    Args:
        pictures: of a table.
        share: of those held out where the table does not say.
    """
    order = sorted(
        range(len(pictures)), key=lambda i: hashlib.sha256(pictures[i].path.name.encode()).hexdigest()
    )
    free = [i for i in order if not pictures[i].split]
    held = {i for i in order if pictures[i].split == "held-out"} | set(free[: round(share * len(free))])
    held = held or {order[0]}
    train = [i for i in range(len(pictures)) if i not in held]
    if not train:
        raise InputFileError("Every picture is held out.", "Let some rows of the table have the split train.")
    return train, sorted(held)


def tensor_of(picture: EmotionPicture, side: int) -> torch.Tensor:
    """A picture's middle square as ``(3, side, side)`` in -1..1.

    Raises:
        InputFileError: it is no picture.
    """
    import numpy as np
    import torch
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(picture.path) as opened:
            square = ImageOps.fit(opened.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError) as error:
        raise InputFileError(
            f"{picture.path} is no picture: {error}.", "Leave it out of the table."
        ) from None
    return torch.from_numpy(np.asarray(square, np.float32) / 127.5 - 1).permute(2, 0, 1).contiguous()


def pictures_key(pictures: Sequence[EmotionPicture]) -> str:
    """A hash over pictures, what they are felt as, and captions."""
    digest = hashlib.sha256()
    for one in pictures:
        felt = f"{sorted(one.emotion.mixture.items())} {one.emotion.felt.array().tolist()} {one.emotion.intensity}"
        digest.update(f"{one.path.name} {felt} {one.caption} {one.split}\n".encode() + one.path.read_bytes())
    return digest.hexdigest()


def _felt(row: Mapping[str, str]) -> Emotion:
    """The emotion of a row.

    Raises:
        ValueError: nothing in it says what is felt, or a number is none.
        AffectError: a label is not known, or a number is out of its range.
    """
    from conditioning.parsing import parse_emotion

    if written := (row.get("emotion") or "").strip():
        return parse_emotion(written)
    if label := (row.get("label") or "").strip():
        return Emotion.of(label, *_numbers(row, ("intensity",)))
    point = list(_numbers(row, _AXES))
    if len(point) != len(_AXES):
        raise ValueError("nothing says what is felt.")
    return Emotion.at(VAD(*point))


def _numbers(row: Mapping[str, str], names: Sequence[str]) -> Iterator[float]:
    return (float(row[name]) for name in names if (row.get(name) or "").strip())


def _split(row: Mapping[str, str], table: Path, number: int) -> str:
    told = (row.get("split") or "").strip()
    if told not in ("", "train", "held-out"):
        raise InputFileError(f"{table}, line {number}: the split is {told!r}.", "Write train or held-out.")
    return told
