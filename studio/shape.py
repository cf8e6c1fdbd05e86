"""How a film's emotions are shaped before a medium follows them: the request's ``shape``, applied to script and course."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from conditioning.emotion import Emotion
from conditioning.parsing import parse_emotion
from conditioning.script import Script
from conditioning.shaping import Shaping, enveloped, shaped, smoothed
from conditioning.timeline import Timeline
from studio.text_emotion import emotion_of_text

__all__ = ["Shape", "shape_course", "shape_script"]

_RATE = 25.0  # samples a second of a course that is enveloped or smoothed


class Shape(BaseModel):
    """How strong, how decided, how crowded and how quick the emotions of a film are; as given it changes nothing.

    Args:
        strength: factor on every intensity, 0..10; the result is at most 1.
        contrast: exponent on the weights of mixtures, 0..10; above 1 the heavier labels gain.
        prefer: an emotion that is mixed into all others, "" for none.
        prefer_share: how much of it, 0..1.
        most: at most so many labels at once, 0 for any number.
        attack: seconds until nine tenths of a rise are felt.
        release: seconds until nine tenths of a fall are.
        smoothing: seconds; swings faster than this period keep less than half their power.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: float = Field(default=1.0, ge=0, le=10)
    contrast: float = Field(default=1.0, ge=0, le=10)
    prefer: str = ""
    prefer_share: float = Field(default=0.3, ge=0, le=1)
    most: int = Field(default=0, ge=0, le=100)
    attack: float = Field(default=0.0, ge=0, le=60)
    release: float = Field(default=0.0, ge=0, le=60)
    smoothing: float = Field(default=0.0, ge=0, le=60)

    @property
    def shaping(self) -> Shaping:
        """What is done to each emotion by itself.

        Raises:
            EmotionError: the preferred emotion cannot be read.
            UnknownNameError: it is not known.
        """
        preferred = parse_emotion(self.prefer, reader=emotion_of_text) if self.prefer.strip() else None
        share = self.prefer_share if preferred else 0.0
        return Shaping(self.strength, self.contrast, preferred, share, self.most)

    @property
    def is_course(self) -> bool:
        """Whether the course over time is changed as well."""
        return self.attack > 0 or self.release > 0 or self.smoothing > 0


def shape_script(script: Script, shape: Shape) -> Script:
    """The script with its emotions shaped, those of single media too.

    Raises:
        RequestError: the preferred emotion cannot be read.
    """
    shaping = shape.shaping
    if shaping == Shaping():
        return script

    def one(emotion: Emotion) -> Emotion:
        return Timeline.of_track(shaped(Timeline.constant(emotion).sample(np.zeros(1)), shaping)).at(0.0)

    spans = tuple(
        replace(
            span,
            emotion=one(span.emotion),
            overrides={medium: one(emotion) for medium, emotion in span.overrides.items()},
        )
        for span in script.spans
    )
    return replace(script, spans=spans)


def shape_course(course: Timeline, shape: Shape, duration: float) -> Timeline:
    """A film's course with attack, release and smoothing.

    Args:
        course: emotion over seconds.
        shape: as asked.
        duration: of the film, seconds.
    """
    if not shape.is_course:
        return course
    track = enveloped(course.sampled(_RATE, duration), shape.attack, shape.release)
    if shape.smoothing:
        track = smoothed(track, seconds=shape.smoothing)
    return Timeline.of_track(track)
