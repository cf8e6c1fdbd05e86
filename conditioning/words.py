"""The words in which people write emotions: names, aliases, other languages, emoji, and words of degree.

Everything here is read from ``assets/vocabularies``; ``conditioning.parsing`` holds the grammar that uses it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.vocabulary import lexicon, vocabulary, vocabulary_names

__all__ = ["LABEL_SIGNS", "Degree", "Words", "all_words", "fold_emoji", "fold_word", "words"]

LABEL_SIGNS = "/&(|"
"""Signs in labels such as ``hope/enthusiasm/optimism``, which the grammar would take apart."""

_INVISIBLE = {0xFE0E: None, 0xFE0F: None} | dict.fromkeys(range(0x1F3FB, 0x1F400))
_FAINTEST_SHARE = 1 / 3  # of an emoji's greatest score; what is fainter is left out of its mixture
_JOINED = re.compile(
    r"[+,;]|\b(?:and|but|or|with)\b"
)  # "proud and lonely" is read as a mixture, not as a label
_DOUBLE_MARKS = re.compile("([‼⁉])")
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
        wholes: what labels such as ``hope/enthusiasm/optimism`` mean, whose names the grammar would take apart.
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
    wholes: Mapping[str, Emotion]
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
    # Unified, the emoji for two marks would become the marks themselves.
    parts = _DOUBLE_MARKS.split(text)
    folded = "".join(part if part in "‼⁉" else unicodedata.normalize("NFKC", part) for part in parts)
    folded = folded.casefold().replace("’", "'")
    return " ".join(_HYPHEN.sub(" ", folded).split())


def fold_emoji(text: str) -> str:
    """Text without variation selectors and skin tones, which do not change what an emoji means."""
    return text.translate(_INVISIBLE)


@cache
def words() -> Words:
    """The words of the lexicon in all languages, words of degree and of grammar, and emoji."""
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
        wholes={},
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


@cache
def all_words() -> Words:
    """The shipped words with the labels of all vocabularies, which take some time to read.

    A phrase whose every word is known without it keeps the meaning that the grammar gives it: ``mildly annoyed`` is a
    mild annoyance and ``proud and lonely`` a mixture, although both are labels of a list.
    """
    known = words()
    emotions = dict(known.emotions)
    wholes: dict[str, Emotion] = {}
    for name in vocabulary_names():
        for label in vocabulary(name).labels:
            if not label.has_feeling:
                continue
            meaning = Emotion.of_label(label)
            for text in (label.name, *label.aliases):
                if any(sign in text for sign in LABEL_SIGNS):
                    wholes.setdefault(fold_word(text), meaning)
                elif not _JOINED.search(text) and not _is_known(fold_word(text), known):
                    for key in _spellings(text):
                        emotions.setdefault(key, meaning)
    longest = max(known.longest, *(phrase.count(" ") + 1 for phrase in emotions))
    return replace(known, emotions=emotions, wholes=wholes, longest=longest)


def _is_known(phrase: str, known: Words) -> bool:
    """Whether the grammar reads every word of a folded phrase."""
    groups = (known.emotions, known.degrees, known.negations, known.joints, known.fillers)
    return all(any(word in group for group in groups) for word in phrase.split())


def _emotions() -> dict[str, Emotion]:
    """What words mean: the lexicon's names first, then their aliases, then other languages."""
    found: dict[str, Emotion] = {}
    named = {label.name: Emotion.of(label.name) for label in lexicon().labels}
    rows = [(label.name, label.aliases) for label in lexicon().labels]
    for language in _table("languages").values():
        rows.extend(language.items())
    for text, name in [
        *((name, name) for name in named),
        *((w, name) for name, aliases in rows for w in aliases),
    ]:
        for key in _spellings(text):
            found.setdefault(key, named[name])
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
    return asset_table("vocabularies", "words", f"{name}.toml")
