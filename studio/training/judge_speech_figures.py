"""How well a judge of voices does on people it has never heard: the figures of its card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from conditioning.vocabulary import lexicon
from studio.judges import calibration
from studio.training.corpora_speech import LABELS
from studio.training.judge_speech_voices import Voices

__all__ = ["axis_agreement", "group_figures", "point_error", "speaker_figures"]

_AXES = ("valence", "arousal", "dominance")


def point_error(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """How far the labels' expected place lies from the asked label's, root mean square on each axis.

    Args:
        probabilities: ``(n, K)`` of ``LABELS``.
        labels: asked ``(n,)``.
    """
    places = _places()
    valence, arousal, dominance = np.sqrt(((probabilities @ places - places[labels]) ** 2).mean(axis=0))
    return float(valence), float(arousal), float(dominance)


def axis_agreement(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Concordance of the expected place with the asked label's on each axis, -1..1, 1 is best (Lin 1989).

    Args:
        probabilities: ``(n, K)`` of ``LABELS``.
        labels: asked ``(n,)``.
    """
    read, asked = probabilities @ _places(), _places()[labels]
    shared = ((read - read.mean(0)) * (asked - asked.mean(0))).mean(0)
    values = 2 * shared / (read.var(0) + asked.var(0) + (read.mean(0) - asked.mean(0)) ** 2)
    return {axis: float(value) for axis, value in zip(_AXES, values, strict=True)}


def group_figures(voices: Voices, rows: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    """Balanced accuracy with its 95 % interval by corpus, sex and intensity.

    Args:
        voices: measured clips.
        rows: of those that were read.
        predicted: class numbers ``(len(rows),)``.
    """
    true = voices.labels[rows]
    corpus, sex, strong = (voices.said(what)[rows] for what in ("corpus", "sex", "strong"))
    acted = corpus == "ravdess"  # the others do not say how strongly they speak

    def figures(groups: dict[str, np.ndarray]) -> dict[str, list[float]]:
        return {name: _with_interval(predicted[m], true[m]) for name, m in groups.items() if m.any()}

    return {
        "by_corpus": figures({name: corpus == name for name in np.unique(corpus)}),
        "by_sex": figures({name: sex == name for name in np.unique(sex)}),
        "by_intensity": figures({"normal": acted & ~strong, "strong": acted & strong}),
    }


def speaker_figures(voices: Voices, rows: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    """Balanced accuracy of each speaker alone: mean, spread and number of speakers by corpus.

    Args:
        voices: measured clips.
        rows: of those that were read.
        predicted: class numbers ``(len(rows),)``.
    """
    speakers, corpora = voices.said("speaker")[rows], voices.said("corpus")[rows]
    true = voices.labels[rows]
    found = {}
    for corpus in np.unique(corpora):
        each = [
            calibration.balanced_accuracy(predicted[speakers == name], true[speakers == name], LABELS)
            for name in np.unique(speakers[corpora == corpus])
        ]
        found[str(corpus)] = {
            "mean": float(np.mean(each)),
            "spread": float(np.std(each)),
            "speakers": len(each),
        }
    return found


def _with_interval(predicted: np.ndarray, true: np.ndarray) -> list[float]:
    """Balanced accuracy, and the lower and upper end of its 95 % interval."""

    def accuracy(rows: np.ndarray) -> float:
        return calibration.balanced_accuracy(predicted[rows], true[rows], LABELS)

    measure: Callable[[np.ndarray], float] = accuracy
    low, high = calibration.bootstrap_interval(measure, true)
    return [accuracy(np.arange(len(true))), low, high]


def _places() -> np.ndarray:
    """Where the labels lie in valence, arousal and dominance, ``(8, 3)``."""
    return np.array([lexicon()[name].vad.array() for name in LABELS])
