"""Trains the speech judge that generators are tuned on: other voices and other measures than the one that scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.tuning.speech import TuningSpeechJudge
from studio.training.judge_speech import Plan, train_judge

__all__ = ["train"]


def train(data: Path, out: Path, progress: Callable[[float, float, str], None]) -> Card:
    """Train the judge and write it.

    Args:
        data: folder of the corpora, which holds ``speech/speech.csv``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Returns:
        The card of readings without a reference.

    Raises:
        InputFileError: there is no index of clips.
    """
    plan = Plan(
        name="speech for tuning",
        family="tuning",
        judge=TuningSpeechJudge(),
        recipe=asset_table("judges", "tuning", "speech", "training.toml"),
        command="affect train tuning-judge-speech --data ../shared/data",
    )
    return train_judge(plan, data, out, progress)
