"""Emotion for models that know nothing of it: words in the prompt, what is felt in a stretch of time, what came of it.

The other way in, directions in the space that conditions a model, is ``generators.hub.directions``. Where nothing is felt there
are no words and no direction: the caller then makes the library's bare call, and gets its bits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion, mix
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from conditioning.vocabulary import Vocabulary, lexicon
from generators.base import Aspect, Fulfilment

__all__ = [
    "FELT",
    "NEUTRAL",
    "Phrasing",
    "adjective",
    "fader_aspect",
    "felt_aspects",
    "is_constant",
    "mean_emotion",
    "nearest_labels",
    "phrasing",
    "prompt_words",
]

NEUTRAL = "neutral"
_SAMPLES = 9  # of a stretch of timeline, for its mean


@dataclass(frozen=True)
class Phrasing:
    """How a medium's prompts speak of emotion.

    Args:
        plain: prompt where the user gives none.
        words: pattern with ``{text}``, ``{feeling}`` and ``{traits}``.
        felt: sentences with ``{word}``.
        neutral: the same sentences without it, in the same order.
        strength: length of a direction at intensity 1, as a multiple of the mean difference.
        traits: words for a sign and axis, such as ``"+arousal"``.
    """

    plain: str
    words: str
    felt: tuple[str, ...]
    neutral: tuple[str, ...]
    strength: float
    traits: Mapping[str, str]


def phrasing(medium: str) -> Phrasing:
    """The phrasing of ``"music"`` or ``"video"``."""
    row = _words()[medium]
    felt, neutral = tuple(row["felt"]), tuple(row["neutral"])
    return Phrasing(row["plain"], row["words"], felt, neutral, float(row["strength"]), row["traits"])


def adjective(label: str) -> str:
    """The adjective of a lexicon emotion.

    Example:
        >>> adjective("joy")
        'joyful'
    """
    return str(_words()["adjectives"].get(label, f"full of {label}"))


def prompt_words(text: str, emotion: Emotion, medium: str) -> str:
    """The prompt of a text in an emotion; the text alone where the emotion is too faint for words.

    Args:
        text: the user's prompt, "" for the medium's plain one.
        emotion: what is felt.
        medium: ``"music"`` or ``"video"``.

    Example:
        >>> prompt_words("solo piano", Emotion.of("sadness"), "music")
        'solo piano, very sad, slow and quiet, in a minor key'
    """
    rule, limits = phrasing(medium), _words()["thresholds"]
    text = text.strip() or rule.plain
    shares = sorted(emotion.mixture.items(), key=lambda pair: (-pair[1], pair[0]))
    shares = [(label, share) for label, share in shares if label != NEUTRAL]
    if emotion.intensity < limits["intensity"] or not shares:
        return text
    named = [adjective(label) for label, share in shares if share >= limits["share"]] or [
        adjective(shares[0][0])
    ]
    degree = next(row["word"] for row in _words()["degree"] if emotion.intensity < row["below"])
    traits, felt = "", emotion.felt
    for axis, value in (("arousal", felt.arousal), ("valence", felt.valence)):
        if abs(value) >= limits["trait"]:
            traits += ", " + rule.traits[("+" if value > 0 else "-") + axis]
    return rule.words.format(text=text.rstrip("."), feeling=degree + " and ".join(named), traits=traits)


def is_constant(timeline: Timeline, start: float, end: float) -> bool:
    """Whether one emotion holds from ``start`` to ``end``, seconds."""
    emotions = _emotions_of(timeline, start, end)
    return all(emotion == emotions[0] for emotion in emotions)


def mean_emotion(timeline: Timeline, start: float, end: float) -> Emotion:
    """The mean of what is felt from ``start`` to ``end``, seconds."""
    if is_constant(timeline, start, end):
        return _emotions_of(timeline, start, end)[0]
    edges = np.linspace(start, end, _SAMPLES + 1)
    return mix((timeline.at(float(t)), 1.0) for t in (edges[:-1] + edges[1:]) / 2)


def _emotions_of(timeline: Timeline, start: float, end: float) -> list[Emotion]:
    """The emotions of all keyframes that have a part in a stretch; those without intensity as neutral.

    Keyframes are compared and not samples between them, which differ by rounding even where nothing changes.
    """
    keys = timeline.keyframes
    first = max(bisect_right(keys, start, key=lambda key: key.time) - 1, 0)
    last = bisect_left(keys, end, key=lambda key: key.time)
    emotions = [key.emotion for key in keys[first : max(last, first) + 1]]
    return [emotion if emotion.intensity > 0 else Emotion.neutral() for emotion in emotions]


def nearest_labels(label: str, known: Sequence[str]) -> dict[str, float]:
    """How an emotion is shared among the known ones: itself if known, else by its place in VAD space.

    Neutral takes its share of every membership, so the shares of a faint emotion sum to less than 1.

    Args:
        label: lexicon name.
        known: lexicon names, without neutral.
    """
    if label in known:
        return {label: 1.0}
    if label == NEUTRAL or not known:
        return {}
    words = lexicon()
    base = Vocabulary("known", "", tuple(words[name] for name in (*known, NEUTRAL)))
    shares = base.memberships(words[label].vad.array())
    return {name: float(share) for name, share in zip(known, shares, strict=False)}


FELT = ("emotion", "intensity", "mixture")
"""The aspects that an engine follows by being steered."""


def felt_aspects(emotions: Iterable[Emotion], how: str, over_time: Aspect) -> Fulfilment:
    """The fulfilment of an engine that is steered.

    Args:
        emotions: all that is asked for.
        how: how emotion gets in, a clause; what this has no effect on is not claimed.
        over_time: what became of the timeline.
    """
    asked = list(emotions)
    if all(emotion.intensity == 0 for emotion in asked):
        return (Aspect("emotion", "honoured"), Aspect("intensity", "honoured"), over_time)
    unheard = "how far these weights follow has not been measured"
    aspects = [
        Aspect("emotion", "approximated", f"Put in by {how}; {unheard}."),
        Aspect("intensity", "approximated", f"Scales the steering; {unheard}."),
    ]
    if any(len([name for name in emotion.mixture if name != NEUTRAL]) > 1 for emotion in asked):
        aspects.append(
            Aspect("mixture", "approximated", f"The parts' steering is added by weight; {unheard}.")
        )
    return (*aspects, over_time)


def fader_aspect(adjustments: Iterable[Adjustment], medium: str, honoured: Sequence[str] = ()) -> Fulfilment:
    """What becomes of the user's locks and shifts of a fader set; empty where there are none.

    Args:
        adjustments: all of the request.
        medium: fader set, such as ``"music"``.
        honoured: the names in it that the engine can follow.
    """
    asked = {a.fader.partition(".")[2] for a in adjustments if a.fader.partition(".")[0] == medium}
    ignored = sorted(asked - set(honoured))
    if not ignored:
        return (Aspect("adjustments", "honoured"),) if asked else ()
    names = ", ".join(f"{medium}.{name}" for name in ignored)
    return (Aspect("adjustments", "ignored", f"The engine has no control for {names}."),)


@cache
def _words() -> dict[str, Any]:
    return asset_table("steering", "words.toml")
