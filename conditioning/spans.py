"""What a script is when it has been read: spans of text with their emotions, sounds and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conditioning.delivery import PLAIN, Prosody, Reading
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.marks import MEDIA_WORDS

__all__ = ["MEDIA", "Script", "Sound", "Span"]

MEDIA: tuple[str, ...] = tuple(dict.fromkeys(MEDIA_WORDS.values()))
"""The media that an emotion can be given to: speech, face, music, video."""


@dataclass(frozen=True)
class Sound:
    """A sound of the speaker that is no word.

    Args:
        name: one of ``conditioning.marks.SOUNDS``.
        at: how many words of its span are said before it.
    """

    name: str
    at: int = 0


@dataclass(frozen=True)
class Span:
    """A stretch of text said in one emotion.

    Args:
        text: what is said; may be empty where only a pause or a sound is meant.
        emotion: how it is said.
        pause: seconds of silence before it, 0 or more.
        speaker: who says it, "" for the request's voice.
        line: 1-based line of the script where it starts.
        column: 1-based column where it starts.
        overrides: emotion of a medium that is to feel something else, by ``"speech"``, ``"face"``, ``"music"``, ``"video"``.
        sounds: laughs, sighs and the like in it, in their order.
        start: seconds at which it is to begin; None where the voice gives the time.
        end: seconds at which it is to end; None where the voice gives the time.
        why: what its emotion rests on, where that was read from the words; "" where it was named.
        style: way of speaking besides the emotion, such as ``"whisper"`` or ``"shout:0.5+smile"``; "" for the request's own.
        readings: how single words of it are read, where their letters do not tell; may overlap.
        prosody: what is asked of it beside its emotion.
    """

    text: str
    emotion: Emotion
    pause: float = 0.0
    speaker: str = ""
    line: int = 1
    column: int = 1
    overrides: Mapping[str, Emotion] = field(default_factory=dict)
    sounds: tuple[Sound, ...] = ()
    start: float | None = None
    end: float | None = None
    why: str = ""
    style: str = ""
    readings: tuple[Reading, ...] = ()
    prosody: Prosody = PLAIN

    def emotion_of(self, medium: str) -> Emotion:
        """What a medium is to show: its own emotion if it has one, else the span's."""
        return self.overrides.get(medium, self.emotion)


@dataclass(frozen=True)
class Script:
    """Spans in the order in which they are said.

    Args:
        spans: in order.
        ignored: a sentence for each thing that the written script asks for and that nothing here follows.
    """

    spans: tuple[Span, ...]
    ignored: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All that is said, without marks."""
        return " ".join(span.text for span in self.spans if span.text)

    @property
    def overridden(self) -> tuple[str, ...]:
        """The media that somewhere feel something else than the others, in the order speech, face, music, video."""
        found = {medium for span in self.spans for medium in span.overrides}
        return tuple(medium for medium in MEDIA if medium in found)

    @property
    def sounds(self) -> tuple[str, ...]:
        """The names of the sounds in it, each once, in the order of their first place."""
        return tuple(dict.fromkeys(sound.name for span in self.spans for sound in span.sounds))

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles asked for in it, as written, each once, in the order of their first place."""
        return tuple(dict.fromkeys(span.style for span in self.spans if span.style))

    @property
    def is_timed(self) -> bool:
        """Whether every span has its times."""
        return all(span.start is not None and span.end is not None for span in self.spans)

    def for_medium(self, medium: str) -> Script:
        """The script as one medium is to show it: its own emotions in the place of the others'.

        Args:
            medium: ``"speech"``, ``"face"``, ``"music"`` or ``"video"``.

        Raises:
            UnknownNameError: there is no such medium.
        """
        if medium not in MEDIA:
            raise UnknownNameError("medium", medium, MEDIA)
        if medium not in self.overridden:
            return self
        own = tuple(replace(s, emotion=s.emotion_of(medium), overrides={}) for s in self.spans)
        return replace(self, spans=own)
