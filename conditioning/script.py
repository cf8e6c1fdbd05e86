"""A script: text in spans, each with the emotion in which it is said.

Marks stand in square brackets and hold until the next one: ``[joy] She is here! [sadness:0.8] And gone again.``
``[pause 0.6]`` is silence in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from conditioning.emotion import Emotion

__all__ = ["Script", "Span"]


@dataclass(frozen=True)
class Span:
    """A stretch of text said in one emotion.

    Args:
        text: what is said; may be empty where only a pause is meant.
        emotion: how it is said.
        pause: seconds of silence before it, 0 or more.
        speaker: who says it, "" for the request's voice.
        line: 1-based line of the script where it starts.
        column: 1-based column where it starts.
    """

    text: str
    emotion: Emotion
    pause: float = 0.0
    speaker: str = ""
    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Script:
    """Spans in the order in which they are said."""

    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """All that is said, without marks."""
        return " ".join(span.text for span in self.spans if span.text)
