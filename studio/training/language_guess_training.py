"""Trains what tells languages apart, and measures it on the corpora's test splits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from studio.judges.calibration import expected_calibration_error, negative_log_likelihood, softmax
from studio.judges.language_guess import ENGLISH, script_of
from studio.training.corpora_languages import BRIGHTER_LANGUAGES, XED_FILES, brighter, xed
from studio.training.corpora_text import emobank, goemotions
from studio.training.spelled_tables import (
    Counted,
    SpelledRecipe,
    count_grams,
    packed_table,
    spelled_table,
    table_logits,
)

__all__ = ["guess_figures", "language_texts", "train_guess"]

Progress = Callable[[float, float, str], None]
Named = tuple[list[str], list[str]]
"""Texts, and the language of each."""

SCRIPTS = {"russian": "CYRILLIC", "ukrainian": "CYRILLIC"}
UNREAD = ("finnish", "french", "italian", "polish")
_BY_SCRIPT = ("chinese", "hindi")  # the script tells
_FEW = 4  # words of a short text


def language_texts(folder: Path, split: str, sentences: int, aside: int) -> Named:
    """Texts of a split with the language of each: BRIGHTER and XED, and for English GoEmotions and EmoBank too.

    XED has no splits; its lines are drawn once and divided.

    Args:
        folder: that holds ``brighter``, ``xed``, ``goemotions`` and ``emobank``.
        split: ``"train"``, ``"dev"`` or ``"test"``.
        sentences: of a language and a corpus in ``train``.
        aside: lines of XED in each of the other splits.

    Raises:
        InputFileError: a corpus is missing.
    """
    texts: list[str] = []
    languages: list[str] = []
    for language in BRIGHTER_LANGUAGES:
        if language not in _BY_SCRIPT:
            own = brighter(folder, language, split).texts
            texts, languages = texts + own, languages + [language] * len(own)
    for own in (goemotions(folder, split).texts, emobank(folder, split).texts):
        taken = own[: 2 * sentences] if split == "train" else own
        texts, languages = texts + taken, languages + [ENGLISH] * len(taken)
    first = {"dev": 0, "test": aside, "train": 2 * aside}[split]
    count = sentences if split == "train" else aside
    for language in XED_FILES:
        lines = xed(folder, language)
        order = np.random.default_rng(0).permutation(len(lines))[first : first + count]
        texts, languages = texts + [lines[at] for at in order], languages + [language] * len(order)
    return texts, languages


def train_guess(
    folder: Path, recipe: dict[str, Any], progress: Progress
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The table ``guess.…``, packed, and the facts that ``LanguagesPart`` reads, with the figures of the test splits.

    Args:
        folder: of the corpora of text.
        recipe: the table ``guess`` of ``training.toml``.
        progress: called as ``progress(done, total, what)``.
    """
    splits = {
        split: language_texts(folder, split, recipe["sentences"], recipe["aside"])
        for split in ("train", "dev", "test")
    }
    names = sorted(set(splits["train"][1]))
    table_recipe = SpelledRecipe(recipe["longest"], recipe["least"], recipe["kept"], recipe["strength"])
    progress(0, 3, "counting letters")
    counted = {split: count_grams(texts, recipe["longest"]) for split, (texts, _) in splits.items()}
    progress(1, 3, "telling languages apart")
    wanted = np.array([[name == own for name in names] for own in splits["train"][1]], float)
    table = spelled_table(counted["train"], wanted, table_recipe)
    scripts = {name: SCRIPTS.get(name, "LATIN") for name in names}
    logits = {
        s: _within_script(table_logits(table, counted[s]), splits[s][0], scripts) for s in ("dev", "test")
    }
    true = {s: np.array([names.index(own) for own in splits[s][1]]) for s in logits}
    heat = _temperature(logits["dev"], true["dev"])
    shares = {split: softmax(logits[split], heat) for split in logits}
    least = _least_certainty(shares["dev"], true["dev"], names.index(ENGLISH), recipe)
    facts = {
        "scripts": scripts,
        "longest": recipe["longest"],
        "temperature": heat,
        "least_certainty": least,
        "unseen_believed": _unseen_believed(
            counted, {split: own for split, (_, own) in splits.items()}, table_recipe, least
        ),
        **guess_figures(shares["test"], true["test"], names, splits["test"][0], least),
    }
    progress(3, 3, "telling languages apart")
    return packed_table(table, "guess"), facts


def guess_figures(
    shares: np.ndarray, true: np.ndarray, names: list[str], texts: list[str], least: float
) -> dict[str, Any]:
    """Accuracy of the likeliest language: of all texts, of short ones, of each language.

    Args:
        shares: ``(n, L)``.
        true: numbers of the languages ``(n,)``.
        names: of the ``L`` languages.
        texts: ``n``.
        least: certainty from which a text in Latin letters counts as another language than English.
    """
    right = shares.argmax(axis=1) == true
    short = np.array([len(text.split()) <= _FEW for text in texts])
    english = names.index(ENGLISH)
    taken = (shares.argmax(axis=1) != english) & (shares.max(axis=1) >= least)
    return {
        "accuracy": float(right.mean()),
        "accuracy_up_to_four_words": float(right[short].mean()),
        "calibration_error": expected_calibration_error(shares, true),
        "english_taken_for_another": float(taken[true == english].mean()),
        "recall": {name: float(right[true == number].mean()) for number, name in enumerate(names)},
    }


def _within_script(logits: np.ndarray, texts: list[str], scripts: dict[str, str]) -> np.ndarray:
    """Logits ``(n, L)`` with those of languages of another script at -30; a text in no such script keeps all."""
    own = np.array([[script_of(text) == script for script in scripts.values()] for text in texts])
    return np.where(own | ~own.any(axis=1, keepdims=True), logits, -30.0)


def _temperature(logits: np.ndarray, true: np.ndarray) -> float:
    def loss(log_heat: float) -> float:
        return negative_log_likelihood(softmax(logits, float(np.exp(log_heat))), true)

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def _least_certainty(shares: np.ndarray, true: np.ndarray, english: int, recipe: dict[str, Any]) -> float:
    """The certainty from which another language is believed.

    So high that no more than a share ``lost_english`` of English texts reaches it, and if all but ``lost_others`` of the
    others still do, higher yet: what is in none of these languages seldom gets there.
    """
    own = shares[true == english]
    other = np.where(own.argmax(axis=1) == english, 0.0, own.max(axis=1))
    kept = shares[(true != english) & (shares.argmax(axis=1) == true)].max(axis=1)
    return float(
        max(np.quantile(other, 1 - recipe["lost_english"]), np.quantile(kept, recipe["lost_others"]))
    )


def _unseen_believed(
    counted: dict[str, list[Counted]], languages: dict[str, list[str]], recipe: SpelledRecipe, least: float
) -> float:
    """Share of test texts in the unread languages that a guess without these takes for a language that is read."""
    rows = [n for n, name in enumerate(languages["train"]) if name not in UNREAD]
    names = sorted({languages["train"][n] for n in rows} - set(SCRIPTS))
    wanted = np.array([[name == languages["train"][n] for name in names] for n in rows], float)
    table = spelled_table([counted["train"][n] for n in rows], wanted, recipe)

    def shares(split: str, foreign: bool, heat: float = 1.0) -> np.ndarray:
        chosen = [n for n, name in enumerate(languages[split]) if name in (UNREAD if foreign else names)]
        return softmax(table_logits(table, [counted[split][n] for n in chosen]), heat)

    true = np.array([names.index(name) for name in languages["dev"] if name in names])
    heat = _temperature(np.log(np.maximum(shares("dev", False), 1e-12)), true)
    found = shares("test", True, heat)
    believed = (found.max(axis=1) >= least) & (found.argmax(axis=1) != names.index(ENGLISH))
    return float(believed.mean())
