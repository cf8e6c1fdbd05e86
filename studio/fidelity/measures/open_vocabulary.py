"""Free words against free words: sets of emotion words of any number, as large language models and people give them.

Aim: to compare what was asked with words that keep to no list. Follows OV-MER and AffectGPT (Lian et al. 2024, arXiv
2410.01495; 2025, arXiv 2501.16566): words are first grouped, synonyms together, then compared as sets, and the mean
over pieces is taken.

Conventions: words are grouped by the studio's own word lists (names, aliases, other languages:
``conditioning.words``). Level ``"name"`` groups synonyms under a lexicon name; level ``"root"`` goes on to the
innermost emotions that it is a kind of, as their emotion wheels do. Their code drops words that it does not know;
here a strange word is a group of its own, so that it cannot raise the precision.

Metrics:
    * ``precision``: share of the read groups that were asked.
    * ``recall``: share of the asked groups that were read.
    * ``f1``: their harmonic mean.
    * ``found``: whether one asked emotion is among the words (AffectGPT's hit rate).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Sequence
from functools import cache

import numpy as np

from conditioning.vocabulary import lexicon
from conditioning.words import all_words, fold_word
from studio.fidelity.measures.wheel import ancestors

__all__ = ["LEVELS", "evaluate", "f1", "found", "groups", "precision", "recall", "validate"]

LEVELS = ("name", "root")


def validate(asked: Sequence[Collection[str]], read: Sequence[Collection[str]]) -> None:
    """Check lengths; warns about an empty set of pieces, which scores 0.

    Raises:
        ValueError: lengths differ, or a text stands where a set of words should.
    """
    if len(asked) != len(read):
        raise ValueError(
            f"{len(asked)} pieces were asked and {len(read)} read; give one set of words for each."
        )
    if any(isinstance(words, str) for words in (*asked, *read)):
        raise ValueError("A text stands for a set of words; give a list, such as ['joyful', 'calm'].")
    if not asked:
        warnings.warn("There are no pieces; the words score 0.", stacklevel=2)


def groups(words: Collection[str], level: str = "name") -> frozenset[str]:
    """The groups that words belong to; blank ones belong to none.

    Args:
        words: in any spelling and order.
        level: ``"name"`` or ``"root"``.

    Raises:
        ValueError: there is no such level.

    Example:
        >>> sorted(groups(["Joyful", "happy", "furious"]))
        ['joy', 'rage']
        >>> sorted(groups(["furious", "tender"], "root"))
        ['anger', 'joy', 'trust']
    """
    if level not in LEVELS:
        raise ValueError(f"The level is {level!r}; give 'name' or 'root'.")
    names = {_name(fold_word(word)) for word in words if word.strip()}
    if level == "name":
        return frozenset(names)
    return frozenset(root for name in names for root in _roots(name))


def precision(asked: Collection[str], read: Collection[str], level: str = "name") -> float:
    """Share of what was read that was asked.

    Range 0..1, higher is better; chance for one random word of G groups is the asked groups over G; no words score 0.
    """
    wanted, got = groups(asked, level), groups(read, level)
    return len(wanted & got) / len(got) if got else 0.0


def recall(asked: Collection[str], read: Collection[str], level: str = "name") -> float:
    """Share of what was asked that was read.

    Range 0..1, higher is better; chance for n random words of G groups is n/G, so reading every word scores 1: see
    the precision. No words score 0.
    """
    wanted, got = groups(asked, level), groups(read, level)
    return len(wanted & got) / len(wanted) if wanted else 0.0


def f1(asked: Collection[str], read: Collection[str], level: str = "name") -> float:
    """Harmonic mean of precision and recall.

    Range 0..1, higher is better; 1 only for the same groups; for single words of G groups chance is 1/G; no words
    score 0.
    """
    exact, full = precision(asked, read, level), recall(asked, read, level)
    return 2 * exact * full / (exact + full) if exact + full else 0.0


def found(asked: str, read: Collection[str], level: str = "name") -> float:
    """1 if all groups of one asked word are among those read, else 0.

    Range 0 or 1, higher is better; chance for n random words of G groups is n/G; no words score 0.
    """
    wanted = groups([asked], level)
    return float(bool(wanted) and wanted <= groups(read, level))


def evaluate(asked: Sequence[Collection[str]], read: Sequence[Collection[str]]) -> dict[str, float]:
    """Means over pieces at both levels, named as ``precision_name``.

    Raises:
        ValueError: lengths or types are wrong.
    """
    validate(asked, read)
    measures: tuple[Callable[..., float], ...] = (precision, recall, f1)
    pairs = list(zip(asked, read, strict=True))
    return {
        f"{measure.__name__}_{level}": float(np.mean([measure(a, r, level) for a, r in pairs]))
        if pairs
        else 0.0
        for measure in measures
        for level in LEVELS
    }


def _name(word: str) -> str:
    """The lexicon name that a folded word means, or the word itself."""
    meant = all_words().emotions.get(word)
    return word if meant is None else meant.label


@cache
def _roots(name: str) -> frozenset[str]:
    if name not in lexicon():
        return frozenset({name})
    return frozenset(one for one in ancestors(name) if not lexicon()[one].parents)
