"""Word and character error rate of what was heard against what was written.

Aim: to count words that were misheard, and not ways of writing them. Both sides are brought to one form first: without case,
punctuation, hesitations and brackets; for English also with numbers as digits, contractions written out and British spelling
made American (Whisper's own normaliser, Radford et al. 2022, appendix C; spellings in ``assets/quality/spelling.toml``).

Metrics:
    * ``word_errors``, ``character_errors``: substitutions, deletions and insertions over the reference's length. 0 is right;
      1 is nothing heard; more is possible where words were added. A reference without words gives 0 if nothing was heard
      either, and infinity otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table

__all__ = ["ErrorCount", "character_errors", "edit_distance", "normalised", "word_errors"]


@dataclass(frozen=True)
class ErrorCount:
    """Errors of one or several texts; counts add up, rates do not.

    Args:
        errors: substitutions, deletions and insertions.
        length: words or characters of the reference.
    """

    errors: int
    length: int

    @property
    def rate(self) -> float:
        """Errors over length, 0 and up, lower is better."""
        if self.length:
            return self.errors / self.length
        return float("inf") if self.errors else 0.0

    def __add__(self, other: ErrorCount) -> ErrorCount:
        """The count of both."""
        return ErrorCount(self.errors + other.errors, self.length + other.length)


def word_errors(reference: str, heard: str, language: str = "en") -> ErrorCount:
    """Words that differ.

    Args:
        reference: what was to be said.
        heard: what a recogniser wrote.
        language: BCP 47 code of both.

    Example:
        >>> word_errors("It's 21 apples.", "it is twenty one pears").rate
        0.25
    """
    words, said = (normalised(text, language).split() for text in (reference, heard))
    return ErrorCount(edit_distance(words, said), len(words))


def character_errors(reference: str, heard: str, language: str = "en") -> ErrorCount:
    """Characters that differ, spaces among them; steadier than words on short texts."""
    text, said = normalised(reference, language), normalised(heard, language)
    return ErrorCount(edit_distance(text, said), len(text))


def normalised(text: str, language: str = "en") -> str:
    """A text in the form in which errors are counted.

    Args:
        text: as written.
        language: BCP 47 code; English has numbers, contractions and spelling evened out as well.
    """
    if language.split("-")[0].casefold() == "en":
        typed = re.sub(
            r"\.{2,}|…", " ", text.replace("’", "'")
        )  # the normaliser knows typewriters' marks alone
        return str(_english()(typed)).strip()
    bare = re.sub(r"[<\[(][^>\])]*[>\])]", " ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"[^\W_]+", bare))


def edit_distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Least number of substitutions, deletions and insertions that make one sequence the other (Levenshtein)."""
    row = np.arange(len(second) + 1)
    for item in first:
        changed = row[:-1] + np.array([item != other for other in second], int)
        best = np.minimum(changed, row[1:] + 1) if len(second) else changed
        start = row[0] + 1
        # An insertion costs one a step, so the best way along the row is a running minimum of cost less place.
        places = np.arange(len(second) + 1)
        row = np.minimum.accumulate(np.append(start, best) - places) + places
    return int(row[-1])


@cache
def _english() -> Any:
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    return EnglishTextNormalizer(asset_table("quality", "spelling.toml")["american"])
