"""What a reader of free text says: an emotion, how surely, and why.

The space itself reads names, numbers and emoji alone; what a sentence says is for a trained judge. ``studio.text_emotion``
is the studio's reader; a caller may bring another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from conditioning.emotion import Emotion

__all__ = ["Guess", "Reader"]


@dataclass(frozen=True)
class Guess:
    """What a reader takes a text to say.

    Args:
        emotion: neutral where the text says nothing of feelings.
        certainty: 0..1, how surely.
        why: in a few words, to show to who wrote the text.
    """

    emotion: Emotion
    certainty: float = 0.5
    why: str = ""


class Reader(Protocol):
    """Reads the emotion out of free text."""

    def __call__(self, text: str, before: str = "") -> Guess:
        """What a text says.

        Args:
            text: a sentence or a description.
            before: the words said just before it, "" if there are none or they do not matter.
        """
        ...
