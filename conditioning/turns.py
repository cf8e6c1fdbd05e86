"""How a character's mood goes from turn to turn of a conversation, by what happens and by who the character is.

The next mood is the one before, which has returned a little towards the character's usual mood, plus a change that follows
from the event and the personality. The usual mood follows from the Big Five by Mehrabian's (1996) regression; return, pull
and push are those of ALMA (Gebhard 2005). All numbers, and which of them are ours, stand in ``assets/arcs/personality.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon

__all__ = ["Personality", "Turn", "change", "conversation", "decayed", "next_mood", "temperament"]

_CORNER = float(np.sqrt(3.0))  # distance of a corner of the space from its middle


@dataclass(frozen=True)
class Personality:
    """The Big Five of a character, each -1..1 with 0 as the average person.

    Args:
        openness: to experience, Mehrabian's sophistication.
        conscientiousness: order and duty.
        extraversion: sociability and drive.
        agreeableness: friendliness and trust.
        stability: emotional stability, the opposite of neuroticism.

    Raises:
        EmotionError: a trait is out of its range.
    """

    openness: float = 0.0
    conscientiousness: float = 0.0
    extraversion: float = 0.0
    agreeableness: float = 0.0
    stability: float = 0.0

    def __post_init__(self) -> None:
        for trait in fields(self):
            value = getattr(self, trait.name)
            if not -1.0 <= value <= 1.0:
                raise EmotionError(f"{trait.name.capitalize()} is {value:g}.", "Give a number from -1 to 1.")


@dataclass(frozen=True)
class Turn:
    """What happens at a time.

    Args:
        time: seconds.
        event: the emotion that it calls for.
    """

    time: float
    event: Emotion


def temperament(personality: Personality) -> VAD:
    """The usual mood of a personality.

    Example:
        >>> temperament(Personality(agreeableness=1.0))
        VAD(valence=0.59, arousal=0.3, dominance=-0.32)
    """
    weights = _numbers()["temperament"]
    return VAD.clipped(
        *(sum(w * getattr(personality, trait) for trait, w in weights[axis].items()) for axis in AXES)
    )


def decayed(mood: VAD, usual: VAD, seconds: float) -> VAD:
    """The mood after some time without an event: nearer to the usual one, at a constant speed, and never beyond it.

    Args:
        mood: before.
        usual: where it returns to.
        seconds: 0 or more.

    Raises:
        EmotionError: the time is negative.
    """
    if not seconds >= 0:
        raise EmotionError(f"A mood cannot decay for {seconds:g} s.", "Give 0 seconds or more.")
    distance = mood.distance(usual)
    gone = _CORNER * seconds / _numbers()["decay"]["return_seconds"]
    if gone >= distance:
        return usual
    return VAD.from_array(mood.array() + (usual.array() - mood.array()) * (gone / distance))


def change(mood: VAD, event: Emotion, personality: Personality) -> np.ndarray:
    """How far an event moves a mood, ``(3,)`` along valence, arousal, dominance.

    A mood that is not yet where the event is felt is pulled there; one that is beyond is pushed on in the event's direction.
    Without intensity an event changes nothing.

    Args:
        mood: before.
        event: the emotion that it calls for.
        personality: extraverts follow pleasant events further, unstable people unpleasant ones.
    """
    felt = event.felt.array()
    length = float(np.linalg.norm(felt))
    if length == 0:
        return np.zeros(3)
    numbers = _numbers()
    along = float(mood.array() @ felt) / length
    if along > length:
        moved = numbers["change"]["push"] * event.intensity * felt / length
    else:
        moved = numbers["change"]["pull"] * event.intensity * (felt - mood.array())
    response = numbers["response"]
    if felt[0] >= 0:
        gain = 1.0 + response["extraversion_pleasant"] * personality.extraversion
    else:
        gain = 1.0 + response["stability_unpleasant"] * personality.stability
    return np.asarray(moved * gain)


def next_mood(mood: VAD, event: Emotion, personality: Personality, seconds: float = 0.0) -> VAD:
    """The mood after a turn: the one before, decayed over the time since then, plus the change.

    Args:
        mood: after the turn before.
        event: the emotion that this turn calls for.
        personality: of the one who feels.
        seconds: since the turn before, 0 or more.
    """
    rested = decayed(mood, temperament(personality), seconds)
    return VAD.from_array(rested.array() + change(rested, event, personality))


def conversation(
    turns: Iterable[Turn], personality: Personality | None = None, start: VAD | None = None
) -> Timeline:
    """The moods of a whole conversation.

    Between turns the mood decays; a keyframe stands before and after each turn, and where a decay ends.

    Args:
        turns: in order of time.
        personality: of the one who feels; average if None.
        start: mood at 0 seconds; the usual one if None.

    Raises:
        EmotionError: there is no turn, or their times fall or are negative.
    """
    who = personality or Personality()
    usual = temperament(who)
    mood, now = start or usual, 0.0
    keys: list[tuple[float, Emotion]] = [(0.0, _felt_as(mood))]
    for turn in turns:
        if not turn.time >= now:
            raise EmotionError(
                f"A turn comes at {turn.time:g} s, after {now:g} s.", "Sort the turns by time."
            )
        rests = now + mood.distance(usual) / _CORNER * _numbers()["decay"]["return_seconds"]
        if now < rests < turn.time:
            keys.append((rests, _felt_as(usual)))
        keys.append((turn.time, _felt_as(decayed(mood, usual, turn.time - now))))
        mood = next_mood(mood, turn.event, who, turn.time - now)
        keys.append((turn.time, _felt_as(mood)))
        now = turn.time
    if len(keys) == 1:
        raise EmotionError("A conversation has no turn.", "Give at least one.")
    return Timeline.of(keys)


def _felt_as(mood: VAD) -> Emotion:
    """The emotion whose felt point is a mood; a mood as far from the middle as emotions are on average is one in full."""
    distance = mood.distance(VAD())
    if distance < 1e-9:
        return Emotion.neutral()
    axis = float(np.abs(mood.array()).max())
    intensity = min(
        max(distance / _usual_distance(), axis), 1.0
    )  # the point at full intensity stays in the cube
    return Emotion.at(VAD.from_array(mood.array() / intensity), intensity)


@cache
def _usual_distance() -> float:
    """Median distance of the lexicon's emotions from the middle of the space."""
    points = [label.vad for label in map(lexicon().__getitem__, lexicon().names) if label.name != "neutral"]
    return float(np.median([point.distance(VAD()) for point in points]))


@cache
def _numbers() -> Mapping[str, Mapping[str, Any]]:
    return asset_table("arcs", "personality.toml")
