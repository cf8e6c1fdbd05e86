"""BRIGHTER's macro-F1 in each of its languages, measured on the shipped text judge.

Metrics:
    * macro-F1: mean over the labels annotated in a language of F1, 0..1, higher is better.
    * baseline: the same of TF-IDF of groups of letters with a logistic regression, from the card.
    * majority: the same of always naming the label that is commonest in training.
    * told: share of a language's sentences that are taken for that language, 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.language_guess import ENGLISH
from studio.judges.text import TextJudge
from studio.judges.text_languages import LanguagesPart
from studio.judges.weights import judge_folder, load_facts
from studio.training.corpora_languages import BRIGHTER_LABELS, BRIGHTER_LANGUAGES, brighter
from studio.training.judge_text_languages import english_shares, f1_by_label, majority_f1

__all__ = ["LanguageFigures", "language_figures"]


@dataclass(frozen=True)
class LanguageFigures:
    """A row of the table: one language of BRIGHTER's test split.

    Args:
        language: its name.
        sentences: that were read.
        macro_f1: of the shipped judge, told the language.
        baseline_f1: of TF-IDF of groups of 1 to 5 letters with a logistic regression, on the whole split.
        majority_f1: of always naming the commonest label.
        told: share of the sentences that the judge takes for this language.
    """

    language: str
    sentences: int
    macro_f1: float
    baseline_f1: float
    majority_f1: float
    told: float


def language_figures(
    data: Path, progress: Callable[[float, float, str], None], most: int | None = None
) -> list[LanguageFigures]:
    """A row for each language of BRIGHTER, in the order of the alphabet.

    Args:
        data: folder of the corpora, which holds ``text/brighter``.
        progress: called as ``progress(done, total, what)``.
        most: sentences of each test split; None for all.

    Raises:
        InputFileError: the corpus is missing.
        EngineError: the sentence encoder is missing, which English needs.
    """
    part, rows = LanguagesPart(), []
    facts = load_facts(judge_folder("text_languages"))
    for number, language in enumerate(BRIGHTER_LANGUAGES):
        progress(number, len(BRIGHTER_LANGUAGES), f"reading {language}")
        known, test = (brighter(data / "text", language, split) for split in ("train", "test"))
        texts, targets = test.texts[:most], test.targets[:most]
        guesses = part.guess(texts)
        rows.append(
            LanguageFigures(
                language=language,
                sentences=len(texts),
                macro_f1=float(f1_by_label(_found(part, facts, language, texts), targets).mean()),
                baseline_f1=facts[ENGLISH]["baseline_f1"]
                if language == ENGLISH
                else facts["languages"][language]["baseline_f1"],
                majority_f1=majority_f1(known.targets, targets),
                told=float(np.mean([guess.language == language for guess in guesses])),
            )
        )
    progress(len(BRIGHTER_LANGUAGES), len(BRIGHTER_LANGUAGES), "reading languages")
    return rows


def _found(part: LanguagesPart, facts: dict[str, Any], language: str, texts: list[str]) -> np.ndarray:
    """Which of BRIGHTER's labels are said ``(n, 6)`` bool."""
    if language == ENGLISH:
        shares = english_shares(TextJudge().measure(texts)[0], facts[ENGLISH]["weights"])
        least = facts[ENGLISH]["thresholds"]
    else:
        shares, least = part.shares(texts, language), part.thresholds(language)
    found: np.ndarray = shares[:, :6] >= np.array([least.get(name, 2.0) for name in BRIGHTER_LABELS])
    return found
