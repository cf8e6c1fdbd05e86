"""The text judge: which of 28 emotions a sentence says, and its place in valence, arousal and dominance.

A sentence encoder (``minilm``), its two upper layers tuned to emotion, gives a vector. A linear network on it and the
text's n-grams give each label a probability of its own, since a sentence may say several things or none (GoEmotions,
Demszky et al. 2020). A second network gives the point (EmoBank, Buechel & Hahn 2017). It reads English.

In a ``Reading``, ``probabilities`` are the labels' own probabilities divided by their sum, and ``confidence`` is the
likeliest label's own probability. The point shrinks towards neutral, as regression does; ``vad_sd`` is its error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.sentences import sentences
from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.dense import ensemble_output
from studio.judges.eight_bit import unpack
from studio.judges.ngrams import ngram_logits
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights

if TYPE_CHECKING:
    from studio.judges.minilm import SentenceEncoder

__all__ = ["TextJudge", "axis_values", "encoder_of", "label_logits", "label_probabilities", "standardise"]

_FARTHEST = 6.0  # standard deviations at which an input is cut off


def standardise(weights: dict[str, np.ndarray], vectors: np.ndarray) -> np.ndarray:
    """What the networks are given of sentence vectors ``(n, W)``, float32."""
    return np.clip((vectors - weights["mean"]) / weights["sd"], -_FARTHEST, _FARTHEST).astype(np.float32)


def label_logits(weights: dict[str, np.ndarray], inputs: np.ndarray, spelled: np.ndarray) -> np.ndarray:
    """What encoder and n-grams say together of each label, as logits ``(n, 28)``.

    Args:
        weights: of the networks; ``ngrams_share`` is the part of the n-grams, 0..1.
        inputs: from ``standardise``.
        spelled: from ``ngram_logits``, ``(n, 28)``.
    """
    share = weights["ngrams_share"].item()
    return (1 - share) * ensemble_output(weights, "linear", inputs) + share * spelled


def label_probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """The probability of each label by itself ``(n, 28)``; a row may sum to anything.

    Args:
        logits: from ``label_logits``.
        temperature: divides the logits.
    """
    return 1 / (1 + np.exp(-np.clip(logits / temperature, -30, 30)))


def axis_values(weights: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Valence, arousal and dominance ``(n, 3)``, -1..1."""
    spread = ensemble_output(weights, "axes", inputs) * weights["axes_sd"] + weights["axes_mean"]
    return np.clip(spread, -1.0, 1.0)


def encoder_of(weights: dict[str, np.ndarray]) -> SentenceEncoder:
    """The sentence encoder with the tuned layers of weights, ``tuned.{layer}.{parameter}``."""
    from studio.judges.minilm import SentenceEncoder

    head = "tuned."
    return SentenceEncoder({k.removeprefix(head): v for k, v in weights.items() if k.startswith(head)})


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
        shares, points = self.measure([texts[number] for number in chosen])
        for number, share, point in zip(chosen, shares, points, strict=True):
            found[number] = self._reading(share, point)
        return found

    def scores(self, text: str) -> dict[str, float]:
        """Each label's own probability, 0..1, likeliest first; compare with ``thresholds``."""
        shares, _ = self.measure([text])
        named = {name: float(share) for name, share in zip(self.card.labels, shares[0], strict=True)}
        return dict(sorted(named.items(), key=lambda item: -item[1]))

    def measure(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Each label's own probability ``(n, 28)``, in the card's order, and the points ``(n, 3)``, -1..1.

        Args:
            texts: at least one.
        """
        inputs = standardise(self._weights, self._encoder.vectors(texts))
        logits = label_logits(self._weights, inputs, ngram_logits(self._weights, texts))
        return label_probabilities(logits, self._facts["temperature"]), axis_values(self._weights, inputs)

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """What the judge's encoder makes of texts, float32 ``(n, width)``; texts alike in meaning point alike."""
        return self._encoder.vectors(texts)

    @property
    def _place(self) -> Path:
        return self._folder or judge_folder("text")

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        return unpack(load_weights(self._place))

    @cached_property
    def _encoder(self) -> SentenceEncoder:
        return encoder_of(self._weights)

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return load_facts(self._place)

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
