"""Directions of emotions between vectors that stand for voices, for models whose speaker is one vector.

The vectors are told apart by labels: those of recordings named after the emotion that is heard, or of a checkpoint's own speakers
that are named so. A label's direction is the mean of its vectors minus that of the neutral ones, kept as a vector of length 1 and
its length (``generators.hub.directions``); a strength *s* moves a voice by exactly *s* times the unit vector.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, InputFileError
from conditioning.parsing import parse_emotion
from generators.base import Fulfilment
from generators.hub.directions import Direction, Encoded, direction_between
from generators.speech.references import NEUTRAL, borrowed_aspect, direction_shares

if TYPE_CHECKING:
    import torch

__all__ = ["VoiceDirections", "emotional_speakers", "read_vector"]


@dataclass(frozen=True)
class VoiceDirections:
    """Directions of emotions in a space of voices.

    Args:
        directions: by lexicon name.
        source: what they were taken from, for people, such as ``"recordings"``.
    """

    directions: Mapping[str, Direction]
    source: str

    @classmethod
    def between(cls, vectors: Mapping[str, Sequence[torch.Tensor]], source: str) -> VoiceDirections | None:
        """The directions from neutral vectors to those of each other label; None without both.

        Args:
            vectors: ``(d,)`` each, by lexicon name.
            source: what they were taken from.
        """
        if not vectors.get(NEUTRAL) or len(vectors) < 2:
            return None
        neutral = _encoded(vectors[NEUTRAL])
        felt = {label: rows for label, rows in vectors.items() if label != NEUTRAL}
        return cls(
            {label: direction_between(_encoded(rows), neutral) for label, rows in sorted(felt.items())},
            source,
        )

    def of(self, emotion: Emotion) -> torch.Tensor | None:
        """How far an emotion moves a voice ``(d,)``; None where nothing is felt."""
        shares = direction_shares(emotion, tuple(self.directions))
        moves = [self.directions[label].times(share).rows for label, share in shares.items()]
        return sum(moves[1:], moves[0]) if moves else None

    def fingerprint(self) -> str:
        """A hash of the directions, which stands for what they were learned from."""
        told = hashlib.sha256()
        for label, direction in sorted(self.directions.items()):
            told.update(f"{label} {direction.length!r} ".encode() + direction.unit.numpy().tobytes())
        return told.hexdigest()

    def aspects(self, emotions: Iterable[Emotion]) -> Fulfilment:
        """What is said of labels that have no vector of their own."""
        return borrowed_aspect(emotions, self.directions, self.source)


def emotional_speakers(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Speakers that are one person in several emotions: by person, the speaker of each lexicon name.

    Only persons who have a neutral speaker and another are found: many names of people are also words of feeling.

    Args:
        names: such as ``"angry"``, ``"Ana-neutral"``, ``"Ana_happy"``.

    Example:
        >>> emotional_speakers(["neutral", "angry", "Joy", "Ana-neutral", "Ana-happy"])
        {'': {'neutral': 'neutral', 'anger': 'angry', 'joy': 'Joy'}, 'Ana': {'neutral': 'Ana-neutral', 'joy': 'Ana-happy'}}
        >>> emotional_speakers(["Joy", "Ben"])
        {}
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        person, word = _parted(name)
        label = _label(word)
        if label:
            found.setdefault(person, {}).setdefault(label, name)
    return {person: known for person, known in found.items() if NEUTRAL in known and len(known) > 1}


def read_vector(path: Path, width: int, listen: Callable[[Path], torch.Tensor] | None) -> torch.Tensor:
    """The vector of a voice in a file: an array that numpy saved, or a recording.

    Args:
        path: ``.npy`` of ``width`` numbers, or a sound.
        width: of the vectors.
        listen: gives the vector ``(width,)`` of a recording; None where the model cannot.

    Raises:
        InputFileError: it is neither, has another width, or recordings cannot be listened to.
    """
    import torch

    if path.suffix.casefold() == ".npy":
        try:
            numbers = np.load(path, allow_pickle=False).astype(np.float32).reshape(-1)
        except (OSError, ValueError, TypeError) as error:
            raise InputFileError(
                f"{path} is no array of numbers: {error}.", "Save a voice with numpy.save."
            ) from error
        if len(numbers) != width or not np.isfinite(numbers).all():
            raise InputFileError(
                f"{path} holds {len(numbers)} numbers, and these weights know voices by {width}.",
                "Give an embedding of the kind that they were trained with.",
            )
        return torch.from_numpy(numbers)
    if listen is None:
        raise InputFileError(
            f"{path} is a recording, which these weights cannot listen to.",
            "Give an embedding as .npy, or put a speaker encoder beside the weights.",
        )
    return listen(path)


def _parted(name: str) -> tuple[str, str]:
    """The person and the word of a speaker's name."""
    person, _, word = re.sub(r"[\s_.]+", "-", name.strip()).rpartition("-")
    return person, word


def _label(word: str) -> str:
    """The lexicon name of a word for a feeling; "" for any other word."""
    if not word.isalpha():
        return ""
    try:
        felt = parse_emotion(word)
    except AffectError:
        return ""
    return next(iter(felt.mixture)) if len(felt.mixture) == 1 else ""


def _encoded(rows: Sequence[torch.Tensor]) -> Encoded:
    """Vectors as states of one word each."""
    import torch

    states = torch.stack([row.reshape(-1).float().cpu() for row in rows])[:, None]
    return Encoded(states, torch.ones(states.shape[:2]))
