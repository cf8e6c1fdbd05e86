"""The emotion that a text speaks of: for free text, ``[auto]`` and ``--emotion auto``.

It reads English best, and the eleven languages of the text judge's other part by six emotions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conditioning.emotion import Emotion
from conditioning.guess import Guess
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from conditioning.words import fold_word, words
from studio.judges.language_guess import ENGLISH

if TYPE_CHECKING:
    from studio.judges.text import TextJudge

__all__ = ["AUTO", "emotion_of_text"]

AUTO = "auto"
"""Asks for the emotion to be read from the words."""

_FAINT = 0.15  # a point nearer to neutral than this is within the judge's error
_FADING = 0.7  # how much of an emotion that only the words before explain is left; own choice, no data at hand tells
_ALIKE = 0.72
"""Cosine above which a word means what a name or a definition says. Of 1,500 words of Warriner et al. (2013) that the lexicon
does not know, 55 pass; their valence, arousal and dominance correlate with the norms at .86, .57 and .49."""

_SOFTNESS = 0.05  # in cosine: by so much less likeness a neighbour counts e times less
_NEIGHBOURS = 3
_LONGEST_TERM = 4  # words; what is longer is a sentence and no name of a feeling
_NAMED, _LEAST = 0.7, 0.3  # certainty of a feeling named in the words, and of a mere point (own choice)


def emotion_of_text(text: str, before: str = "") -> Guess:
    """What a text says of feelings.

    Asked in turn, until one says something: what the text judge finds said, each label above its own threshold, with as much
    intensity as it leaves beside ``neutral``; emotions that the text names, in equal parts; the definition that a single
    unknown word comes nearest to; the words before together with these, fainter; the point that the judge reads.

    Args:
        text: a sentence or a description, such as ``"the relief after a long wait, with some pride"``.
        before: the words said just before.

    Returns:
        Neutral where none of these says anything.
    """
    found = _said(text) or _named(text) or _defined(text) or _carried(text, before) or _placed(text)
    return found or Guess(Emotion.neutral(), _LEAST, "nothing in it speaks of a feeling")


def _said(text: str) -> Guess | None:
    """The labels that the judge finds said."""
    scores, thresholds = _judge().scores(text), _judge().thresholds_for(text)
    said = {
        name: score
        for name, score in scores.items()
        if name != "neutral" and score >= thresholds.get(name, 2.0)
    }
    if not said:
        return None
    total = sum(said.values())
    emotion = Emotion.of(said, total / (total + scores.get("neutral", 0.0)))
    return Guess(emotion, max(said.values()), f"the text judge reads {_listed(said)}")


def _named(text: str) -> Guess | None:
    """Lexicon emotions that single words of a text name; none where a word such as ``not`` turns them."""
    known = words()
    found = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", fold_word(text))
    if any(word in known.negations for word in found):
        return None
    named = {word: next(iter(known.emotions[word].mixture)) for word in found if word in known.emotions}
    feelings = dict.fromkeys(name for name in named.values() if name != "neutral")
    if not feelings:
        return None
    spoken = ", ".join(repr(word) for word, name in named.items() if name != "neutral")
    return Guess(Emotion.of(dict.fromkeys(feelings, 1.0)), _NAMED, f"the words name it: {spoken}")


def _defined(text: str) -> Guess | None:
    """The emotions whose names or definitions an unknown word comes nearest to, on the side of the judge's point."""
    if len(text.split()) > _LONGEST_TERM or _judge().language(text) != ENGLISH:
        return None  # names and definitions are English, and so is what compares them
    point = _judge().read(text).vad
    if point is None or point.distance(VAD()) < _FAINT:
        return None
    names, definitions = _definitions()
    likeness = definitions @ _unit(_judge().vectors([text]))[0]
    alike = dict.fromkeys(names, -1.0)
    for name, value in zip(names, likeness, strict=True):
        if (
            lexicon()[name].vad.array() @ point.array() > 0
        ):  # words with one another's opposites stand in the same places
            alike[name] = max(alike[name], float(value))
    nearest = sorted(alike, key=lambda name: -alike[name])[:_NEIGHBOURS]
    best = alike[nearest[0]]
    if best < _ALIKE:
        return None
    shares = {name: float(np.exp((alike[name] - best) / _SOFTNESS)) for name in nearest}
    why = f"it comes nearest to {nearest[0]}: {lexicon()[nearest[0]].definition}"
    return Guess(Emotion.of(shares), best * _NAMED, why)


def _carried(text: str, before: str) -> Guess | None:
    """What the judge finds said by the words before and these together, faded."""
    whole = _said(f"{before} {text}") if before.strip() else None
    if whole is None:
        return None
    return Guess(
        whole.emotion.scaled(_FADING), whole.certainty * _FADING, f"with what was said before, {whole.why}"
    )


def _placed(text: str) -> Guess | None:
    """The point that the judge reads in English, if it is clear of neutral; elsewhere it follows from the labels alone."""
    if _judge().language(text) != ENGLISH:
        return None
    point = _judge().read(text).vad
    if point is None or point.distance(VAD()) < _FAINT:
        return None
    axes = ", ".join(f"{axis} {value:+.2f}" for axis, value in zip("vad", point.array(), strict=True))
    return Guess(Emotion.at(point), _LEAST, f"no feeling is named; the judge reads {axes}")


def _listed(scores: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {score:.2f}" for name, score in scores.items())


@cache
def _definitions() -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the lexicon's feelings, each twice, and unit vectors of name and of definition ``(n, width)``."""
    labels = [label for label in lexicon().labels if label.name != "neutral"]
    names = [label.name for label in labels]
    vectors = _judge().vectors([*names, *(f"{label.name}: {label.definition}" for label in labels)])
    return (*names, *names), _unit(vectors)


def _unit(vectors: np.ndarray) -> np.ndarray:
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@cache
def _judge() -> TextJudge:
    from studio.judges.text import TextJudge

    return TextJudge()
