"""The text judge's figures on the official tests of GoEmotions and EmoBank, measured on the shipped weights.

Metrics:
    * macro-F1: mean over the 28 labels of F1, 0..1, higher is better. A label that is never found scores 0.
    * micro-F1: F1 over all label decisions together.
    * r: Pearson's correlation of what is read and what was rated, on valence, arousal and dominance; 0 for a constant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.assets import asset_table
from studio.judges.text import TextJudge
from studio.training.corpora_text import Rated, emobank, goemotions, goemotions_labels
from studio.training.judge_text import f1_scores

__all__ = ["TextFigures", "TextTimes", "literature", "majority_figures", "text_figures"]

_SINGLE = 100  # sentences read one at a time


@dataclass(frozen=True)
class TextFigures:
    """A row of the table.

    Args:
        name: of what was measured.
        macro_f1: 0..1.
        micro_f1: 0..1; None where it is not known.
        r: on valence, arousal, dominance; None where it is not known.
        source: of a figure from the literature; empty for one's own.
    """

    name: str
    macro_f1: float
    micro_f1: float | None = None
    r: tuple[float, float, float] | None = None
    source: str = ""


@dataclass(frozen=True)
class TextTimes:
    """Milliseconds a sentence on one core, weights loaded: one at a time (median), and in batches (mean)."""

    single_ms: float
    batched_ms: float


def text_figures(
    data: Path, progress: Callable[[float, float, str], None], most: int | None = None
) -> tuple[TextFigures, TextTimes]:
    """The shipped judge on the test splits, and its time on one thread.

    Args:
        data: folder of the corpora, which holds ``text/goemotions`` and ``text/emobank``.
        progress: called as ``progress(done, total, what)``.
        most: sentences of each split; None for all.

    Raises:
        InputFileError: a corpus is missing.
        EngineError: the sentence encoder is missing.
    """
    from threadpoolctl import threadpool_limits

    said, placed = _test(data, most)
    judge = TextJudge()
    with threadpool_limits(1):
        progress(0, 3, "reading one at a time")
        single = _single_ms(judge, said.texts[:_SINGLE])
        progress(1, 3, "reading GoEmotions")
        start = time.perf_counter()
        shares, _ = judge.measure(said.texts)
        batched = (time.perf_counter() - start) * 1000 / len(said.texts)
        progress(2, 3, "reading EmoBank")
        _, points = judge.measure(placed.texts)
        progress(3, 3, "reading EmoBank")
    found = shares >= np.array([judge.thresholds[name] for name in judge.card.labels])
    valence, arousal, dominance = (
        float(np.corrcoef(points[:, axis], placed.targets[:, axis])[0, 1]) for axis in range(3)
    )
    row = TextFigures(
        "shipped judge",
        *_f1s(found, said.targets),
        (round(valence, 3), round(arousal, 3), round(dominance, 3)),
    )
    return row, TextTimes(single, batched)


def majority_figures(data: Path, most: int | None = None) -> TextFigures:
    """Of always saying the commonest training label, and the training sentences' mean point.

    Raises:
        InputFileError: a corpus is missing.
    """
    said, _ = _test(data, most)
    commonest = int(goemotions(data / "text", "train").targets.sum(axis=0).argmax())
    found = np.zeros(said.targets.shape, bool)
    found[:, commonest] = True
    name = goemotions_labels(data / "text")[commonest]
    return TextFigures(f"always {name}, mean point", *_f1s(found, said.targets), (0.0, 0.0, 0.0))


def literature() -> list[TextFigures]:
    """Published figures on the same test split, each with its source."""
    rows = asset_table("judges", "text", "literature.toml")
    return [TextFigures(**row) for row in rows["figures"]]


def _test(data: Path, most: int | None) -> tuple[Rated, Rated]:
    said, placed = goemotions(data / "text", "test"), emobank(data / "text", "test")
    return Rated(said.texts[:most], said.targets[:most]), Rated(placed.texts[:most], placed.targets[:most])


def _single_ms(judge: TextJudge, texts: list[str]) -> float:
    judge.read(texts[0])  # loads
    spent = []
    for text in texts:
        start = time.perf_counter()
        judge.read(text)
        spent.append((time.perf_counter() - start) * 1000)
    return float(np.median(spent))


def _f1s(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    hits = (found & (wanted > 0)).sum()
    return float(f1_scores(found, wanted).mean()), float(2 * hits / (found.sum() + wanted.sum()))
