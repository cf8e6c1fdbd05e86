"""The words in which people write emotions: names, aliases, other languages, emoji, and words of degree.

Everything here is read from ``assets/vocabularies``; ``conditioning.parsing`` holds the grammar that uses it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset
from conditioning.emotion import Emotion
from conditioning.vocabulary import lexicon, vocabulary, vocabulary_names

__all__ = ["Degree", "Words", "fold_emoji", "fold_word", "words"]

_INVISIBLE = {0xFE0E: None, 0xFE0F: None} | dict.fromkeys(range(0x1F3FB, 0x1F400))
_FAINTEST_SHARE = 1 / 3  # of an emoji's greatest score; what is fainter is left out of its mixture
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-_‐‑](?=[^\W\d_])")


@dataclass(frozen=True)
class Degree:
    """A word of degree, such as ``very``.

    Args:
        name: the word that stands for its class.
        intensity: 0..1 that it gives.
        lean: share 0..1 of the mixture that goes to the stronger kin.
    """

    name: str
    intensity: float
    lean: float = 0.0


@dataclass(frozen=True)
class Words:
    """All known words, each folded by ``fold_word``.

    Args:
        emotions: what each word means at full intensity.
        degrees: words of degree.
        negations: words that turn an emotion into its opposite.
        joints: words between the parts of a mixture.
        fillers: words without a meaning for the emotion.
        emoji: sign, folded by ``fold_emoji``, to the emotion that people see in it.
        english: names and aliases in English, unfolded, for suggestions.
        negated_degree: intensity 0..1 of an opposite with a degree, as in "not very happy".
        same_direction: cosine in VAD above which a stronger kin is the same emotion, only stronger.
        longest: greatest number of words in a phrase.
    """

    emotions: Mapping[str, Emotion]
    degrees: Mapping[str, Degree]
    negations: frozenset[str]
    joints: frozenset[str]
    fillers: frozenset[str]
    emoji: Mapping[str, Emotion]
    english: tuple[str, ...]
    negated_degree: float
    same_direction: float
    longest: int


def fold_word(text: str) -> str:
    """Text as it is looked up: compatibility forms unified, lower case, hyphens within words as spaces.

    Example:
        >>> fold_word("Grief-Stricken")
        'grief stricken'
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(_HYPHEN.sub(" ", folded).split())


def fold_emoji(text: str) -> str:
    """Text without variation selectors and skin tones, which do not change what an emoji means."""
    return text.translate(_INVISIBLE)


@cache
def words() -> Words:
    """The shipped words."""
    table = _table("degrees")
    grammar = table["grammar"]
    emotions = _emotions()
    degrees = {
        key: Degree(row["name"], float(row["intensity"]), float(row.get("lean", 0.0)))
        for row in table["degree"]
        for word in row["words"]
        for key in _spellings(word)
    }
    negations, joints, fillers = (_keys(grammar[name]) for name in ("negations", "joints", "fillers"))
    phrases = [*emotions, *degrees, *negations, *joints, *fillers]
    english = [word for label in lexicon().labels for word in (label.name, *label.aliases)]
    return Words(
        emotions=emotions,
        degrees=degrees,
        negations=negations,
        joints=joints,
        fillers=fillers,
        emoji=_emoji(),
        english=tuple(english),
        negated_degree=float(grammar["negated_degree"]),
        same_direction=float(table["same_direction"]),
        longest=max(phrase.count(" ") + 1 for phrase in phrases),
    )


def _emotions() -> dict[str, Emotion]:
    """Lexicon names first, then their aliases, other languages, and the labels of all other vocabularies."""
    found: dict[str, Emotion] = {}

    def add(text: str, emotion: Emotion) -> None:
        for key in _spellings(text):
            found.setdefault(key, emotion)

    for label in lexicon().labels:
        add(label.name, Emotion.of(label.name))
    for label in lexicon().labels:
        for alias in label.aliases:
            add(alias, Emotion.of(label.name))
    for language in _table("languages").values():
        for name, aliases in language.items():
            for alias in aliases:
                add(alias, Emotion.of(name))
    for name in vocabulary_names():
        for label in vocabulary(name).labels:
            if label.emotion is not None:
                add(label.name, Emotion.of(label.emotion))
            elif any(label.vad.array()):
                for text in (label.name, *label.aliases):
                    add(text, Emotion.at(label.vad))
    return found


def _emoji() -> dict[str, Emotion]:
    rated, ours = _table("emoji"), _table("newer_emoji")
    scores = {sign: dict(zip(rated["order"], row, strict=True)) for sign, row in rated["emoji"].items()}
    return {fold_emoji(sign): _seen(row) for sign, row in (ours["emoji"] | scores).items()}


def _seen(scores: Mapping[str, float]) -> Emotion:
    """The emotion of scores 0..1: their clear ones as a mixture, as intense as the greatest of them."""
    greatest = max(scores.values())
    if greatest <= 0:
        return Emotion.neutral()
    return Emotion.of({n: s for n, s in scores.items() if s >= greatest * _FAINTEST_SHARE}, greatest)


def _spellings(text: str) -> Iterable[str]:
    """The folded text, and the same without the accents that a keyboard may lack."""
    folded = fold_word(text)
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not "\u0300" <= c <= "\u036f")
    return dict.fromkeys((folded, unicodedata.normalize("NFC", bare)))


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(key for text in texts for key in _spellings(text))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(asset("vocabularies", "words", f"{name}.toml").read_text(encoding="utf-8"))
