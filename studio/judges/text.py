"""The text judge: which of 28 emotions a sentence says, and its place in valence, arousal and dominance.

A frozen sentence encoder (``minilm``) gives a vector; a linear and a deep network give each label a probability of its
own, since a sentence may say several things or none (GoEmotions, Demszky et al. 2020). A third network gives the point
(EmoBank, Buechel & Hahn 2017). It reads English.

In a ``Reading``, ``probabilities`` are the labels' own probabilities divided by their sum, and ``confidence`` is the
likeliest label's own probability. The point shrinks towards neutral, as regression does; ``vad_sd`` is its error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.sentences import sentences
from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.dense import ensemble_output
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights

__all__ = ["TextJudge", "axis_values", "label_probabilities", "standardise"]

_FARTHEST = 6.0  # standard deviations at which an input is cut off


def standardise(weights: dict[str, np.ndarray], vectors: np.ndarray) -> np.ndarray:
    """What the networks are given of sentence vectors ``(n, W)``, float32."""
    return np.clip((vectors - weights["mean"]) / weights["sd"], -_FARTHEST, _FARTHEST).astype(np.float32)


def label_probabilities(
    weights: dict[str, np.ndarray], inputs: np.ndarray, temperature: float = 1.0
) -> np.ndarray:
    """The probability of each label by itself ``(n, 28)``; a row may sum to anything.

    Args:
        weights: of the networks.
        inputs: from ``standardise``.
        temperature: divides the logits.
    """
    logits = ensemble_output(weights, "linear", inputs) + ensemble_output(weights, "deep", inputs)
    return 1 / (1 + np.exp(-np.clip(logits / 2 / temperature, -30, 30)))


def axis_values(weights: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Valence, arousal and dominance ``(n, 3)``, -1..1."""
    spread = ensemble_output(weights, "axes", inputs) * weights["axes_sd"] + weights["axes_mean"]
    return np.clip(spread, -1.0, 1.0)


class TextJudge:
    """Reads the emotion of a text.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.

    Example:
        ``TextJudge().read("I miss her so much.").top``
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def card(self) -> Card:
        """How far it can be trusted: figures on sentences with one label; macro-F1 stands in ``card.json``."""
        return load_card(self._place)

    @cached_property
    def thresholds(self) -> dict[str, float]:
        """The probability from which each label counts as said."""
        return dict(self._facts["thresholds"])

    def read(self, media: str) -> Reading:
        """What a text says as one piece; a text without a word has no reading."""
        return self.read_many([media])[0]

    def read_over_time(self, media: str) -> list[TimedReading]:
        """What each sentence says; ``start`` and ``end`` are its first and last character, not seconds."""
        spans = sentences(media)
        readings = self.read_many([media[start:end] for start, end in spans])
        return [
            TimedReading(float(start), float(end), reading)
            for (start, end), reading in zip(spans, readings, strict=True)
        ]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        """What texts say, each as one piece; faster than one by one."""
        found = [Reading({}) for _ in texts]
        chosen = [number for number, text in enumerate(texts) if re.search(r"\w", text)]
        if not chosen:
            return found
        shares, points = self._measure([texts[number] for number in chosen])
        for number, share, point in zip(chosen, shares, points, strict=True):
            found[number] = self._reading(share, point)
        return found

    def scores(self, text: str) -> dict[str, float]:
        """Each label's own probability, 0..1, likeliest first; compare with ``thresholds``."""
        shares, _ = self._measure([text])
        named = {name: float(share) for name, share in zip(self.card.labels, shares[0], strict=True)}
        return dict(sorted(named.items(), key=lambda item: -item[1]))

    @property
    def _place(self) -> Path:
        return self._folder or judge_folder("text")

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        return load_weights(self._place)

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return load_facts(self._place)

    def _measure(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        from studio.judges.minilm import sentence_vectors

        inputs = standardise(self._weights, sentence_vectors(texts))
        shares = label_probabilities(self._weights, inputs, self._facts["temperature"])
        return shares, axis_values(self._weights, inputs)

    def _reading(self, share: np.ndarray, point: np.ndarray) -> Reading:
        even = share / share.sum()
        valence, arousal, dominance = self._facts["vad_sd"]
        return Reading(
            probabilities={name: float(p) for name, p in zip(self.card.labels, even, strict=True)},
            vad=VAD.from_array(point),
            vad_sd=(valence, arousal, dominance),
            confidence=float(share.max()),
            floor=self._facts["floor"],
        )
