"""The part of the text judge for other languages: six emotions in eleven languages, by spelling alone.

For each language a logistic regression a label on the text's words, pairs of words and groups of letters gives anger,
disgust, fear, joy, sadness and surprise a probability of their own (BRIGHTER, Muhammad et al. 2025). ``neutral`` is the
probability that none of them is there, from what it were if they were independent. numpy alone reads it. Nobody rated valence, arousal and
dominance in these languages for us, so a point is the mean of the labels' places in the lexicon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from studio.judges.base import Card, Reading
from studio.judges.eight_bit import unpack
from studio.judges.language_guess import ENGLISH, LanguageGuess, guess_languages
from studio.judges.letter_groups import checksums, known_values
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights

__all__ = [
    "NEUTRAL",
    "LanguagesPart",
    "expected_places",
    "log_odds",
    "scaled_shares",
    "spelled_logits",
    "with_neutral",
]

NEUTRAL = "neutral"


def spelled_logits(
    weights: Mapping[str, np.ndarray], language: str, texts: Sequence[str], longest: int
) -> np.ndarray:
    """What the spelling says of each label in a language, as logits ``(n, 6)``.

    Args:
        weights: ``{language}.known`` and ``….rarity`` ``(B,)``, ``….weight`` ``(B, 6)`` and ``….bias`` ``(6,)``.
        language: of the texts.
        texts: to be read.
        longest: letters in a group.
    """
    known, rarity = weights[f"{language}.known"], weights[f"{language}.rarity"]
    rows = []
    for text in texts:
        places, values = known_values(*checksums(text, longest), known, rarity)
        rows.append(values @ weights[f"{language}.weight"][places])
    return np.array(rows) + weights[f"{language}.bias"]


def scaled_shares(logits: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """Probabilities of logits that are multiplied by a slope and moved by an offset."""
    slope, offset = scale
    shares: np.ndarray = 1 / (1 + np.exp(-np.clip(slope * logits + offset, -30, 30)))
    return shares


def log_odds(shares: np.ndarray) -> np.ndarray:
    """Logits of probabilities, from -9.2 to 9.2."""
    kept = np.clip(shares, 1e-4, 1 - 1e-4)
    odds: np.ndarray = np.log(kept / (1 - kept))
    return odds


def with_neutral(shares: np.ndarray, scale: tuple[float, float] = (1.0, 0.0)) -> np.ndarray:
    """Probabilities of labels ``(n, L)`` and, as one column more, of none of them ``(n, L + 1)``.

    Args:
        shares: of the labels.
        scale: slope and offset of none's log odds, since labels are not independent.
    """
    none = scaled_shares(log_odds(np.prod(1 - shares, axis=1, keepdims=True)), scale)
    return np.concatenate([shares, none], axis=1)


def expected_places(shares: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """The mean of the labels' places in the lexicon, weighted by their probabilities ``(n, 3)``, -1..1.

    Args:
        shares: ``(n, L)``.
        labels: lexicon names.
    """
    places = np.array([lexicon()[name].vad.array() for name in labels])
    mean: np.ndarray = (shares[:, :, None] * places).sum(axis=1) / shares.sum(axis=1, keepdims=True)
    return np.clip(mean, -1.0, 1.0)


class LanguagesPart:
    """Tells the language of a text and reads the emotion of those that are not English.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def card(self) -> Card:
        """How far it can be trusted; the figures of each language stand in ``card.json``."""
        return load_card(self._place)

    @property
    def languages(self) -> tuple[str, ...]:
        """Names of the languages that it reads, such as ``"german"``."""
        return tuple(self._facts["languages"])

    def guess(self, texts: Sequence[str]) -> list[LanguageGuess]:
        """The language of each text; where it is not sure of another one, English with the share that is left to it.

        A language that it knows but does not read (French …) comes back under its name.
        """
        told = self._facts["guess"]
        guesses = guess_languages(
            self._weights,
            told["scripts"],
            texts,
            longest=told["longest"],
            temperature=told["temperature"],
        )
        return [
            LanguageGuess(ENGLISH, guess.english, guess.english, unsure=True)
            if guess.language != ENGLISH and guess.english > 0 and guess.certainty < told["least_certainty"]
            else guess
            for guess in guesses
        ]

    def shares(self, texts: Sequence[str], language: str) -> np.ndarray:
        """Each label's own probability in the card's order, ``neutral`` last ``(n, 7)``.

        Args:
            texts: at least one, all in one language.
            language: one of ``languages``.
        """
        told = self._facts["languages"][language]
        logits = spelled_logits(self._weights, language, texts, self._facts["longest"])
        shares = scaled_shares(logits, told["label_scale"])
        shares[:, [name not in told["thresholds"] for name in self.card.labels[:-1]]] = 0.0
        return with_neutral(shares, told["neutral_scale"])

    def thresholds(self, language: str) -> dict[str, float]:
        """The probability from which each label counts as said in a language; without those nobody annotated there."""
        return dict(self._facts["languages"][language]["thresholds"])

    def readings(self, texts: Sequence[str], language: str) -> list[Reading]:
        """What texts of one language say.

        Args:
            texts: at least one.
            language: one of ``languages``.
        """
        shares = self.shares(texts, language)
        points = expected_places(shares, self.card.labels)
        valence, arousal, dominance = self._facts["vad_sd"]
        return [
            Reading(
                probabilities=dict(zip(self.card.labels, (share / share.sum()).tolist(), strict=True)),
                vad=VAD.from_array(point),
                vad_sd=(valence, arousal, dominance),
                confidence=float(share.max()),
                floor=self._facts["languages"][language]["floor"],
            )
            for share, point in zip(shares, points, strict=True)
        ]

    @property
    def _place(self) -> Path:
        return self._folder or judge_folder("text_languages")

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        return unpack(load_weights(self._place))

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return load_facts(self._place)
