"""A plain judge of voices made on the spot from the actors of the prosody table, to fit and to check the built-in voice.

It hears each utterance beside the same speaker's mean neutral voice, in units of the spread within one speaker, and asks a
logistic regression and a support vector machine. Its weights are not shipped; it is one more opinion besides the trained
judges and shares no speaker with those that score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from studio.training.prosody import Heard
from studio.training.prosody_measures import MEASURES

__all__ = ["CLASSES", "OWN", "PeopleJudge", "recall"]

CLASSES = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
_FARTHEST = 4.0  # standard deviations at which a difference is cut off
OWN = ("seconds", "jitter", "shimmer")
"""Measures that are no functionals; the judge hears functionals alone."""
_REGRESSION, _MACHINE = 0.01, 3.0  # strength of regularisation, C


class PeopleJudge:
    """Reads one of seven emotions.

    Args:
        heard: clips of people; each speaker has neutral ones.
    """

    def __init__(self, heard: Sequence[Heard]) -> None:
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC

        self.names = tuple(name for name in heard[0].numbers if name not in OWN)
        speakers = np.array([item.clip.speaker for item in heard])
        labels = np.array([item.clip.emotion for item in heard])
        voices = self.rows([item.numbers for item in heard])
        spreads = [voices[speakers == speaker].var(axis=0) for speaker in np.unique(speakers)]
        self.within = np.sqrt(np.mean(spreads, axis=0)) + 1e-6
        neutral = {
            s: voices[(speakers == s) & (labels == "neutral")].mean(axis=0) for s in np.unique(speakers)
        }
        inputs = self.beside(voices, np.array([neutral[s] for s in speakers]))
        known = np.isin(labels, CLASSES)
        weight = _fair([f"{item.clip.corpus} {item.clip.emotion}" for item in heard])[known]
        self._scale: Any = StandardScaler().fit(inputs[known])
        scaled = self._scale.transform(inputs[known])
        self._models: dict[str, Any] = {
            "regression": LogisticRegression(C=_REGRESSION, max_iter=1000).fit(scaled, labels[known], weight),
            "machine": SVC(C=_MACHINE, class_weight="balanced").fit(scaled, labels[known], weight),
        }

    def rows(self, numbers: Sequence[Mapping[str, float]]) -> np.ndarray:
        """What is heard of utterances ``(n, F)``, from what ``described`` gives."""
        return np.array([[row[name] for name in self.names] for row in numbers])

    def beside(self, voices: np.ndarray, neutral: np.ndarray) -> np.ndarray:
        """Differences ``(n, F)`` of voices from neutral ones in spreads within a speaker, cut off at four."""
        return np.clip((voices - neutral) / self.within, -_FARTHEST, _FARTHEST)

    def read(self, inputs: np.ndarray, model: str) -> np.ndarray:
        """Names of the emotions heard ``(n,)``.

        Args:
            inputs: of ``beside``.
            model: ``"regression"`` or ``"machine"``.
        """
        found: np.ndarray = self._models[model].predict(self._scaled(inputs))
        return found

    def doubt(self, inputs: np.ndarray, emotion: str) -> np.ndarray:
        """How far from sure both models are of an emotion ``(n,)``: the mean of two cross-entropies, 0 at best."""
        scaled = self._scaled(inputs)
        places = [list(model.classes_).index(emotion) for model in self._models.values()]
        regression = self._models["regression"].predict_log_proba(scaled)[:, places[0]]
        votes = 2.0 * self._models["machine"].decision_function(scaled)
        shares = votes - np.log(np.exp(votes - votes.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
        shares = shares - votes.max(axis=1, keepdims=True)
        return np.asarray(-(regression + shares[:, places[1]]) / 2)

    def _scaled(self, inputs: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = np.clip(self._scale.transform(inputs), -5, 5)
        return scaled


def recall(read: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Share of each emotion that was read as such."""
    return {name: float(np.mean(read[true == name] == name)) for name in CLASSES if np.any(true == name)}


def measure_columns(names: Sequence[str]) -> dict[str, int]:
    """Column of each measure of the table among the numbers of these names."""
    return {measure: list(names).index(key) for measure, (key, _) in MEASURES.items()}


def _fair(groups: Sequence[str]) -> np.ndarray:
    """Weights by which each group counts by the root of its size ``(n,)``, 1 on average."""
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(counts)[index]
    return np.asarray(weight / weight.mean())
