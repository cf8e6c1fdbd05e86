"""The emotion that a text speaks of: for free text, ``[auto]`` and ``--emotion auto``. It reads English."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from conditioning.words import fold_word, words

if TYPE_CHECKING:
    from studio.judges.text import TextJudge

__all__ = ["AUTO", "emotion_of_text"]

AUTO = "auto"
"""Asks for the emotion to be read from the words."""

_FAINT = 0.15  # a point nearer to neutral than this is within the judge's error


def emotion_of_text(text: str) -> Emotion:
    """What a text says of feelings.

    Asked in turn: what the text judge finds said, each label above its own threshold, with as much intensity as it
    leaves beside ``neutral``; emotions that the text names, in equal parts; the point that the judge reads.

    Args:
        text: a sentence or a description, such as ``"the relief after a long wait, with some pride"``.

    Returns:
        Neutral where none of these says anything.
    """
    scores, thresholds = _judge().scores(text), _judge().thresholds
    said = {name: score for name, score in scores.items() if name != "neutral" and score >= thresholds[name]}
    if said:
        total = sum(said.values())
        return Emotion.of(said, total / (total + scores.get("neutral", 0.0)))
    named = _named(text)
    if named:
        return Emotion.of(dict.fromkeys(named, 1.0))
    point = _judge().read(text).vad
    if point is None or point.distance(VAD()) < _FAINT:
        return Emotion.neutral()
    return Emotion.at(point)


def _named(text: str) -> list[str]:
    """Lexicon emotions that single words of a text name; none where a word such as ``not`` turns them."""
    known = words()
    found = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", fold_word(text))
    if any(word in known.negations for word in found):
        return []
    named = [next(iter(known.emotions[word].mixture)) for word in found if word in known.emotions]
    return list(dict.fromkeys(name for name in named if name != "neutral"))


@cache
def _judge() -> TextJudge:
    from studio.judges.text import TextJudge

    return TextJudge()
