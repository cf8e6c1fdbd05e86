"""The text judge: which of 28 emotions a sentence says, and its place in valence, arousal and dominance.

A sentence encoder (``minilm``), its two upper layers tuned to emotion, gives a vector. A linear network on it and the
text's n-grams give each label a probability of its own, since a sentence may say several things or none (GoEmotions,
Demszky et al. 2020). A second network gives the point (EmoBank, Buechel & Hahn 2017). This reads English; a text in one of
eleven other languages is told by its letters and goes to ``text_languages``, which knows six emotions. A text in a
language that nobody taught it has no reading; one that may or may not be English is read with less confidence.

In a ``Reading``, ``probabilities`` are the labels' own probabilities divided by their sum, and ``confidence`` is the
likeliest label's own probability. The point shrinks towards neutral, as regression does; ``vad_sd`` is its error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.sentences import sentences
from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.dense import ensemble_output
from studio.judges.eight_bit import unpack
from studio.judges.language_guess import ENGLISH, LanguageGuess
from studio.judges.ngrams import ngram_logits
from studio.judges.text_languages import LanguagesPart
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
        languages: the part for other languages; None for the shipped one.

    Example:
        ``TextJudge().read("I miss her so much.").top``
    """

    def __init__(self, folder: Path | None = None, languages: LanguagesPart | None = None) -> None:
        self._folder = folder
        self._languages = languages or LanguagesPart()

    @cached_property
    def card(self) -> Card:
        """How far English is read: figures on sentences with one label; macro-F1 stands in ``card.json``."""
        return load_card(self._place)

    @cached_property
    def thresholds(self) -> dict[str, float]:
        """The probability from which each label counts as said in English."""
        return dict(self._facts["thresholds"])

    def language(self, text: str) -> str:
        """The language that a text is taken for, such as ``"german"``; ``"unknown"`` for a foreign script."""
        return self._languages.guess([text])[0].language

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
        """What texts say, each as one piece and in its own language; faster than one by one."""
        found = [Reading({}) for _ in texts]
        chosen = [number for number, text in enumerate(texts) if re.search(r"\w", text)]
        guesses = dict(zip(chosen, self._languages.guess([texts[n] for n in chosen]), strict=True))
        for language in dict.fromkeys(guess.language for guess in guesses.values()):
            own = [number for number in chosen if guesses[number].language == language]
            readings = self._readings([texts[n] for n in own], [guesses[n] for n in own])
            for number, reading in zip(own, readings, strict=True):
                found[number] = reading
        return found

    def scores(self, text: str) -> dict[str, float]:
        """Each label's own probability, 0..1, likeliest first; compare with ``thresholds_for``.

        The labels are those of the text's language: 28 in English, six and ``neutral`` in the others, none in a language
        that is not read.
        """
        language = self.language(text)
        if language == ENGLISH:
            labels, shares = self.card.labels, self.measure([text])[0]
        elif language in self._languages.languages:
            labels, shares = self._languages.card.labels, self._languages.shares([text], language)
        else:
            return {}
        named = dict(zip(labels, shares[0].tolist(), strict=True))
        return dict(sorted(named.items(), key=lambda item: -item[1]))

    def thresholds_for(self, text: str) -> dict[str, float]:
        """The probability from which each label counts as said in a text's language; empty if it is not read."""
        language = self.language(text)
        if language == ENGLISH:
            return self.thresholds
        return self._languages.thresholds(language) if language in self._languages.languages else {}

    def said(self, text: str) -> dict[str, float]:
        """The labels that reach their own thresholds in a text, with their probabilities, likeliest first.

        ``neutral`` is among them where it reaches its own.
        """
        least = self.thresholds_for(text)
        return {name: share for name, share in self.scores(text).items() if share >= least.get(name, 2.0)}

    def measure(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Each label's own probability ``(n, 28)``, in the card's order, and the points ``(n, 3)``, -1..1.

        Args:
            texts: at least one, all taken for English.
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

    def _readings(self, texts: list[str], guesses: list[LanguageGuess]) -> list[Reading]:
        """Readings of texts in one language."""
        language = guesses[0].language
        if language in self._languages.languages:
            return self._languages.readings(texts, language)
        if language != ENGLISH:
            return [Reading({}) for _ in texts]
        readings = [self._reading(*row) for row in zip(*self.measure(texts), strict=True)]
        return [
            replace(reading, confidence=reading.confidence * guess.certainty) if guess.unsure else reading
            for reading, guess in zip(readings, guesses, strict=True)
        ]

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
