"""What a script tells of single words, for engines that are given text and give nothing but sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.delivery import Reading
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Aspect, Fulfilment
from generators.speech.characters import Character
from generators.speech.directions import directed
from generators.speech.emphasis import emphasised, without_signs, written_emphasis
from generators.speech.estimate import estimated
from generators.speech.prosody import span_controls
from generators.speech.reading import Written
from generators.speech.recorded.anatomy import FRAME
from generators.speech.recorded.bending import bent
from generators.speech.rendering import limited

__all__ = ["ToldWords", "told_sentence", "told_words", "words_aspects"]

_PLAIN = Character("plain", "female", "adult", "Nobody in particular.")
_SPELLED = ("characters", "telephone")
_GLIDE = 0.045  # seconds, standard deviation of the passage from a word to the next


@dataclass(frozen=True)
class ToldWords:
    """The words of a span as an engine is to read them.

    Args:
        text: what is read.
        words: as written, without signs of emphasis.
        heard: letters that stand for each word's sounds.
        degrees: of each word's emphasis.
    """

    text: str
    words: tuple[str, ...]
    heard: tuple[str, ...]
    degrees: tuple[float, ...]

    @property
    def emphatic(self) -> bool:
        """Whether any word has an emphasis."""
        return any(self.degrees)

    def emphasised(self, sound: np.ndarray, rate: int, language: str, rng: np.random.Generator) -> np.ndarray:
        """The span's sound with its emphasis, float32; the very same sound where there is none.

        Args:
            sound: of the span ``(n,)``.
            rate: hertz.
            language: such as ``"de"``.
            rng: of this span.
        """
        if not self.emphatic or not len(sound):
            return sound
        said = estimated(self.words, sound, rate, language, self.heard)
        degrees = np.zeros(int(len(sound) / rate / FRAME) + 1)
        for word, owner in zip(said.words, said.owners, strict=True):
            degrees[int(word.start / FRAME) : int(word.end / FRAME) + 1] = self.degrees[owner]
        rest = span_controls([Emotion.neutral()], [_PLAIN]).at(np.zeros(len(degrees), int))
        along = emphasised(rest, degrees.tolist()).smoothed(_GLIDE / FRAME)
        return limited(bent(sound, rate, along, rng)[0])


def told_words(span: Span) -> ToldWords:
    """The words of a span with what the script tells of them; capitals tell nothing here.

    Example:
        >>> from conditioning.script import parse_script
        >>> told = told_words(parse_script('Ask [say Siobhan as "shivawn"] *now*.').spans[0])
        >>> told.text, told.words, told.degrees
        ('Ask shivawn now.', ('Ask', 'Siobhan', 'now.'), (0.0, 0.0, 1.0))
    """
    return told_sentence(directed([Written(word, 0) for word in span.text.split()], span))


def told_sentence(written: Sequence[Written]) -> ToldWords:
    """Written words with what the script tells of them.

    Args:
        written: with their readings.
    """
    signs = written_emphasis([word.text for word in written], lambda word: False, lambda word: True)
    degrees = [
        own if word.emphasis is None else word.emphasis for word, own in zip(written, signs, strict=True)
    ]
    words = without_signs([word.text for word in written])
    heard = list(words)
    for at, word in enumerate(written):
        reading = word.reading
        if reading is None:
            continue
        if reading.said:
            last = min(at + reading.count, len(heard))
            heard[at:last] = [_in_place(words[last - 1], reading.said)] + [""] * (last - at - 1)
        elif reading.kind in _SPELLED:
            heard[at] = _in_place(words[at], " ".join(sign for sign in words[at] if sign.isalnum()))
    text = " ".join(part for part in heard if part)
    return ToldWords(text, tuple(words), tuple(heard), tuple(degrees))


def words_aspects(script: Script) -> Fulfilment:
    """What becomes of readings and emphasis; nothing where none is asked for."""
    readings = [reading for span in script.spans for reading in span.readings]
    rows = []
    if any(told_words(span).emphatic for span in script.spans):
        why = "The word is bent after the voice has spoken, through WORLD, where it is estimated to sound."
        rows.append(Aspect("emphasis", "approximated", why))
    asked = [reading for reading in readings if reading.said or reading.ipa or reading.kind]
    left = [reading for reading in asked if not _followed(reading)]
    if asked and not left:
        rows.append(Aspect("pronunciation", "honoured"))
    elif asked:
        what = dict.fromkeys(f"/{r.ipa}/" if r.ipa else f"what is a {r.kind}" for r in left)
        why = f"The engine reads letters alone: {', '.join(what)} is left to its own rules."
        rows.append(Aspect("pronunciation", "approximated" if len(left) < len(asked) else "ignored", why))
    return tuple(rows)


def _followed(reading: Reading) -> bool:
    return bool(reading.said) or reading.kind in (*_SPELLED, "cardinal")


def _in_place(word: str, said: str) -> str:
    """What is said for a word, with the punctuation after it."""
    core = word.rstrip(".,;:!?…\"”’')]»—–-")
    return said + word[len(core) :]
