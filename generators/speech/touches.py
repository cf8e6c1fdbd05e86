"""Emotions and faders along phones: a touch on some of a track's phones is what a mark is on words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from conditioning.script import Span
from generators.base import Aspect, Fulfilment, SpeechRequest, Touch
from generators.speech.characters import Character
from generators.speech.prosody import Controls, span_controls
from generators.speech.timing import placed

__all__ = ["Touching", "phone_numbers", "touches_left_out"]


@dataclass(frozen=True)
class Touching:
    """What of a request's touches falls into one sentence.

    Args:
        request: with the touches.
        characters: who says each span.
        begun: phones of the track before this sentence.
    """

    request: SpeechRequest
    characters: Sequence[Character]
    begun: int

    def __call__(self, along: Controls, symbols: Sequence[str], spans: np.ndarray) -> Controls:
        """Controls of the sentence with its touches.

        Args:
            along: controls along L symbols.
            symbols: of the sentence with its two edges.
            spans: of the script, of each symbol ``(L,)``.
        """
        numbers = phone_numbers(symbols)
        values = {name: value.copy() for name, value in along.values.items()}
        for touch in self.request.touches:
            first, last = touch.first - self.begun, touch.last - self.begun
            inside = (numbers >= first) & (numbers < last)
            for span in np.unique(spans[inside]).tolist():
                own = self._controls(touch, self.request.script.spans[span], self.characters[span])
                for name, value in own.values.items():
                    values[name][inside & (spans == span)] = value[0]
        return replace(along, values=values)

    def _controls(self, touch: Touch, span: Span, character: Character) -> Controls:
        """Controls of a touched place, without the chance that a whole sentence has."""
        adjustments = (*self.request.adjustments, *touch.adjustments)
        return span_controls([touch.emotion or span.emotion], [character], adjustments)


def touches_left_out(request: SpeechRequest) -> Fulfilment:
    """The aspect of an engine that cannot move single phones; nothing where none is touched."""
    if not request.touches:
        return ()
    return (Aspect("touches", "ignored", "It cannot move single phones; mark whole words in the script."),)


def phone_numbers(symbols: Sequence[str]) -> np.ndarray:
    """Which of a sentence's phones each symbol belongs to ``(L,)``; -1 for silence.

    Args:
        symbols: of the sentence with its two edges; marks of stress belong to the next phone, of length to the last.
    """
    found = np.full(len(symbols), -1)
    begun, number = 0, 0
    sounds = placed(symbols, np.ones(len(symbols), int), lambda second: second)
    for sound, following in zip(sounds, [*sounds[1:], None], strict=True):
        end = begun + round((sound.end - sound.start) / 0.025) if following else len(symbols)
        if not sound.silent:
            found[begun:end] = number
            number += 1
        begun = end
    return found
