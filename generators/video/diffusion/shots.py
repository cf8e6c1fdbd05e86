"""The shots of a film: stretches that one call makes, each with the mean emotion of its own time."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from conditioning.emotion import Emotion
from generators.base import VideoRequest
from generators.steering import mean_emotion, prompt_words

__all__ = ["Shot", "plan_shots"]


@dataclass(frozen=True)
class Shot:
    """A stretch of film made in one call.

    Args:
        start: seconds.
        end: seconds; the last of them are crossfaded with the next shot.
        prompt: words.
        emotion: mean of its time.
    """

    start: float
    end: float
    prompt: str
    emotion: Emotion


def plan_shots(request: VideoRequest, most: float, join: float, *, words: bool = True) -> list[Shot]:
    """The shots of a film: each section is cut into equal ones, short enough for one call with its crossfade.

    Args:
        request: duration, sections, words and emotion.
        most: seconds that one call makes.
        join: seconds of a crossfade.
        words: whether the prompt says what is felt; an adapter was trained on prompts that do not.
    """
    timeline = request.conditioning.timeline
    text = ", ".join(part for part in (request.scene, request.text.strip()) if part)
    borders = [0.0]
    for border in (*request.sections, request.duration):
        # A section too short for a crossfade at either end goes to its neighbour.
        last = border == request.duration
        if last or borders[-1] + 2 * join <= border <= request.duration - 2 * join:
            borders.append(border)
    shots = []
    for start, end in itertools.pairwise(borders):
        room = most if end == request.duration else most - join
        count = 1 if end - start <= room else math.ceil((end - start) / (most - join))
        edges = [start + (end - start) * part / count for part in range(count)] + [end]
        for a, b in itertools.pairwise(edges):
            emotion = mean_emotion(timeline, a, b)
            until = b if b >= request.duration else b + join
            told = emotion if words else Emotion.neutral()
            shots.append(Shot(a, until, prompt_words(text, told, "video"), emotion))
    return shots
