"""How words are said beyond their emotion: what is read in their place, and the prosody that a script asks for itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEGREES", "KINDS", "PLAIN", "Change", "Prosody", "Reading"]

KINDS = ("cardinal", "ordinal", "characters", "date", "time", "telephone")
"""What written signs can be said to be, in the words of SSML's ``interpret-as``."""

DEGREES = {"reduced": -0.6, "plain": 0.0, "moderate": 1.0, "strong": 1.6}
"""Words for degrees of emphasis in a script's marks; as SSML's in assets/ssml/labels.toml, whose "none" is "plain" here."""


@dataclass(frozen=True)
class Reading:
    """How some words of a span are read, where their letters do not tell.

    Args:
        at: how many words of the span stand before them.
        count: how many words they are, 1 or more.
        said: other words that are said in their place; "" for none.
        ipa: their sounds in the International Phonetic Alphabet, without slashes; "" for none.
        kind: one of ``KINDS``; "" where nothing is told.
        form: of a date, such as ``"dmy"``; "" where nothing is told.
        emphasis: -1 (reduced) to 2; None where nothing is told, 0 where none is wanted.
    """

    at: int
    count: int = 1
    said: str = ""
    ipa: str = ""
    kind: str = ""
    form: str = ""
    emphasis: float | None = None


@dataclass(frozen=True)
class Change:
    """A change of something that a voice has by nature: ``gain * natural + offset``, in the unit of the natural value.

    Changes of changes are of the same form, so that relative values may be nested; a gain of 0 makes it absolute.

    Example:
        >>> Change().times(1.1).plus(20.0).of(200.0)
        240.0
    """

    gain: float = 1.0
    offset: float = 0.0

    def of(self, natural: float) -> float:
        """The value that a natural one becomes."""
        return round(self.gain * natural + self.offset, 9)

    def times(self, factor: float) -> Change:
        """The same, and then a multiple of what comes out."""
        return Change(self.gain * factor, self.offset * factor)

    def plus(self, amount: float) -> Change:
        """The same, and then a sum."""
        return Change(self.gain, self.offset + amount)


@dataclass(frozen=True)
class Prosody:
    """What a script asks of a stretch of speech, on top of character and emotion.

    Args:
        rate: multiple of the speaking rate, above 0.
        volume: dB.
        pitch: of the voice's mean F0 in hertz.
        range: of the width in hertz over which its F0 goes.
    """

    rate: float = 1.0
    volume: float = 0.0
    pitch: Change = Change()
    range: Change = Change()

    @property
    def plain(self) -> bool:
        """Whether nothing is asked."""
        return self == PLAIN


PLAIN = Prosody()
"""Nothing is asked."""
