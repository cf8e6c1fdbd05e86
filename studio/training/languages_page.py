"""The page ``CARD.md`` of the text judge's part for other languages: the common page, and tables by language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.judges.weights import load_facts
from studio.training.card_page import page

__all__ = ["languages_page", "write_languages_page"]

_TABLED = {"languages", "english", "guess"}
_COLUMNS = {
    "macro_f1": "macro-F1",
    "baseline_f1": "TF-IDF of letters",
    "majority_f1": "commonest label",
    "calibration_error": "ECE of the likeliest",
    "calibration_error_of_labels": "ECE of the labels",
    "intensity_r": "r with intensity",
}


def write_languages_page(folder: Path) -> None:
    """Write ``CARD.md`` beside the ``card.json`` of a folder.

    Raises:
        EngineError: there is no card.
    """
    (folder / "CARD.md").write_text(languages_page(load_facts(folder)), encoding="utf-8")


def languages_page(facts: dict[str, Any]) -> str:
    """The page as Markdown.

    Args:
        facts: the content of the part's ``card.json``.
    """
    whole = page({key: value for key, value in facts.items() if key not in _TABLED})
    head, _, limits = whole.partition("## Limits")
    return f"{head}{_figures(facts)}\n{_labels(facts)}\n{_guess(facts['guess'])}\n## Limits{limits}"


def _figures(facts: dict[str, Any]) -> str:
    lines = [
        "## Languages",
        "",
        "Macro-F1 on BRIGHTER's test split, with its 95 % interval, beside TF-IDF of groups of 1 to 5 letters with a",
        "logistic regression, and always naming the commonest label. ECE is the expected calibration error; r is the",
        "mean correlation of a label's probability with its rated intensity. The row of English is the judge of English,",
        "its labels weighed for BRIGHTER's five.",
        "",
        f"| language | test sentences | {' | '.join(_COLUMNS.values())} |",
        "| --- |" + " --- |" * (len(_COLUMNS) + 1),
    ]
    rows = dict(sorted({**facts["languages"], "english": facts["english"]}.items()))
    for language, row in rows.items():
        shown = [_number(row.get(key)) for key in _COLUMNS]
        if "macro_f1_interval" in row:
            low, high = row["macro_f1_interval"]
            shown[0] += f" ({low:.3f}-{high:.3f})"
        lines.append(f"| {language} | {row['sentences']['test']} | {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def _labels(facts: dict[str, Any]) -> str:
    labels = [name for name in facts["labels"] if name != "neutral"]
    lines = [
        "F1 of each label and, in brackets, the probability from which it counts as said:",
        "",
        f"| language | {' | '.join(labels)} |",
        "| --- |" + " --- |" * len(labels),
    ]
    for language, row in facts["languages"].items():
        cells = [
            f"{row['f1'][name]:.2f} ({row['thresholds'][name]:.2f})" if name in row["f1"] else ""
            for name in labels
        ]
        lines.append(f"| {language} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _guess(guess: dict[str, Any]) -> str:
    recalls = ", ".join(f"{name} {value:.3f}" for name, value in guess["recall"].items())
    return "\n".join(
        [
            "## Telling languages apart",
            "",
            f"- Right on test texts in Latin and Cyrillic letters: {guess['accuracy']:.4f}; of up to four words "
            f"{guess['accuracy_up_to_four_words']:.4f}; expected calibration error {guess['calibration_error']:.3f}",
            f"- English taken for another language: {guess['english_taken_for_another']:.4f} of test texts",
            f"- Of French, Italian, Polish and Finnish texts, {guess['unseen_believed']:.3f} are believed to be in a "
            "language that is read by a guess that never saw these four; other unseen languages may fare so",
            f"- Another language is believed from a certainty of {guess['least_certainty']:.3f}; below, the text counts "
            "as English with lowered confidence",
            f"- Recall: {recalls}",
            "",
        ]
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
