"""Sound, and what is heard in speech and when: phones, words, stretches; and what may fall on single phones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.faders import Adjustment

__all__ = ["Audio", "Phone", "Stretch", "Touch", "Word"]


@dataclass(frozen=True)
class Audio:
    """Sound.

    Args:
        samples: float32 ``(n,)`` or ``(n, channels)``, full scale -1..1.
        sample_rate: hertz.
    """

    samples: np.ndarray
    sample_rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class Phone:
    """A speech sound: IPA symbol (with length mark, without stress), start and end in seconds, stress 0, 1 or 2."""

    symbol: str
    start: float
    end: float
    stress: int = 0


@dataclass(frozen=True)
class Word:
    """A word as written, start and end in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Stretch:
    """Where a span of the script sounds: its index, start and end in seconds.

    A laugh or another sound that is no word stands by itself, under its name in ``sound``, and parts its span.
    """

    span: int
    start: float
    end: float
    sound: str = ""


@dataclass(frozen=True)
class Touch:
    """An emotion or faders on some phones, within what the script's marks ask.

    Args:
        first: number of the first phone, counted along the track's phones from 0.
        last: number after the last.
        emotion: in place of the script's there; None leaves it.
        adjustments: of prosody faders, after those of the request.

    Raises:
        RequestError: it begins below 0, or ends where it begins or before.
    """

    first: int
    last: int
    emotion: Emotion | None = None
    adjustments: tuple[Adjustment, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.last:
            raise RequestError(
                f"A touch cannot be on the phones {self.first} to {self.last}.",
                "Count from 0, and name the phone after the last.",
            )
