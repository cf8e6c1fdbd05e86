"""Which language a text is written in, from its script and its letters.

The script alone decides for Chinese and Hindi, and for what no part of the text judge reads (Arabic, Greek, kana …).
Latin and Cyrillic letters are told apart by groups of one to four letters: each language's share is a logistic
regression on them, and the shares of the languages of the script sum to 1. One or two words in Latin letters say too
little and count as English.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.judges.calibration import softmax
from studio.judges.letter_groups import checksums, known_values

__all__ = ["ENGLISH", "LATIN", "UNKNOWN", "LanguageGuess", "guess_languages", "language_logits", "script_of"]

ENGLISH, UNKNOWN, LATIN = "english", "unknown", "LATIN"
_ALONE: Mapping[str, str] = {"CJK": "chinese", "DEVANAGARI": "hindi"}
"""Scripts, as Unicode names them, that are taken for one language. Marathi and Nepali count as Hindi."""
_JAPANESE = ("HIRAGANA", "KATAKANA")
_FEW = 2  # words


@dataclass(frozen=True)
class LanguageGuess:
    """A language and how sure it is.

    Args:
        language: in English and lower case, such as ``"german"``; ``"unknown"`` for a script that no language here has.
        certainty: 0..1.
        english: the share of English, 0..1.
        unsure: whether another language is likelier, but not certain enough to be believed.
    """

    language: str
    certainty: float
    english: float
    unsure: bool = False


def script_of(text: str) -> str:
    """The script of most of a text's letters, as Unicode names it (``"LATIN"``, ``"CJK"`` …); empty without letters.

    Chinese characters beside kana count with them: Japanese sentences may hold more of the former.
    """
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    found = Counter(name for name in names if name)
    kana, syllables = _JAPANESE
    found[kana] += found.pop(syllables, 0)
    if found[kana]:
        found[kana] += found.pop("CJK", 0)
    return max(found, key=lambda name: found[name]) if found.total() else ""


def language_logits(weights: Mapping[str, np.ndarray], texts: Sequence[str], longest: int) -> np.ndarray:
    """What the letters say of each language ``(n, L)``, as logits.

    Args:
        weights: ``guess.known`` and ``guess.rarity`` ``(B,)``, ``guess.weight`` ``(B, L)`` and ``guess.bias`` ``(L,)``.
        texts: to be read.
        longest: letters in a group.
    """
    rows = []
    for text in texts:
        places, values = known_values(
            *checksums(text, longest), weights["guess.known"], weights["guess.rarity"]
        )
        rows.append(values @ weights["guess.weight"][places])
    return np.array(rows) + weights["guess.bias"]


def guess_languages(
    weights: Mapping[str, np.ndarray],
    languages: Mapping[str, str],
    texts: Sequence[str],
    *,
    longest: int,
    temperature: float,
) -> list[LanguageGuess]:
    """The likeliest language of each text.

    Args:
        weights: as ``language_logits`` wants them.
        languages: the script of each of the ``L`` languages, by name.
        texts: any; one without letters counts as English.
        longest: letters in a group.
        temperature: that the logits are divided by.
    """
    names = list(languages)
    found = []
    for text in texts:
        script = script_of(text)
        if not script or (script == LATIN and len(text.split()) <= _FEW):
            found.append(LanguageGuess(ENGLISH, 1.0, 1.0))
        elif script in _ALONE:
            found.append(LanguageGuess(_ALONE[script], 1.0, 0.0))
        elif script not in languages.values():
            found.append(LanguageGuess(UNKNOWN, 1.0, 0.0))
        else:
            own = np.array([languages[name] == script for name in names])
            logits = language_logits(weights, [text], longest)[0]
            shares = softmax(np.where(own, logits, -np.inf), temperature)
            best = int(shares.argmax())
            english = float(shares[names.index(ENGLISH)])
            found.append(LanguageGuess(names[best], float(shares[best]), english))
    return found
