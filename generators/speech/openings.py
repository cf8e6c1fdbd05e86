"""The opening of a long sentence, to be heard while the rest of it is made.

A sentence is decoded as one, which takes a fiftieth of its length. Of a long one that is to be heard at once, the first two
seconds are made first; then all of it is made as it always is, and what follows the opening is taken from that. So only the
opening differs from the sentence made in one piece, by what the decoder's whole numbers do (docs/voice.md has by how much).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.base import Audio
from generators.speech.breaths import unbreathed_pauses
from generators.speech.network import FRAME, SAMPLE_RATE, Network
from generators.speech.parts import SpeechPart
from generators.speech.prosody import Controls
from generators.speech.reading import Sentence
from generators.speech.speaking import Planned, begun
from generators.speech.timing import may_part

__all__ = ["after_opening", "opened", "opening"]

_LONG = 5.0  # seconds; what is shorter is made whole in a tenth of a second
_LENGTH = 2.2  # seconds of the opening; what is left of it must last until the rest is made
_EDGE = 1200  # samples at its end that are not whole: the last window, and what the resampling hears of it
_FADE = 240  # samples over which it passes into the whole sentence
_SOUGHT = 0.6  # seconds at its end in which the quietest place is sought
_LEAST = 0.2  # seconds; a shorter opening would not be worth it
_EARLY = 0.25  # seconds by which a pause may begin before its nominal time (timing.py)


def opening(
    network: Network,
    plan: Planned,
    sentence: Sentence,
    controls: Controls,
    rngs: tuple[np.random.Generator, np.random.Generator],
) -> np.ndarray | None:
    """The opening of a sentence with which a script begins ``(n,)``; None if it is short enough to be made at once.

    Args:
        network: of the voice.
        plan: of the sentence.
        sentence: what is said.
        controls: along the spans of the script.
        rngs: of the sentence and of its breaths, in the state in which they make all of it.

    Returns:
        With ``_FADE`` samples over which the whole sentence takes its place.
    """
    ends = FRAME * np.cumsum(1 / plan.take.along["formant"])
    if ends[-1] < _LONG:
        return None
    breathless = _breathless(plan, ends, unbreathed_pauses(sentence, controls, rngs[1]))
    sound = begun(network, plan, rngs[0], int(np.searchsorted(ends, min(_LENGTH, breathless + 0.1))))
    latest = min(len(sound) - _EDGE, round(breathless * SAMPLE_RATE)) - _FADE
    if latest < _LEAST * SAMPLE_RATE:
        return None
    return sound[: _quietest(sound, latest) + _FADE]


def opened(heard: np.ndarray, sample_rate: int) -> SpeechPart:
    """An opening as the first part of a stream, without the samples of the passage; its words come with what follows.

    Args:
        heard: as ``opening`` gives it.
        sample_rate: hertz.
    """
    return SpeechPart(Audio(heard[:-_FADE], sample_rate), 0.0)


def after_opening(part: SpeechPart, heard: np.ndarray) -> SpeechPart:
    """What follows the opening of a part that has been heard, with all of the part's words.

    Args:
        part: the whole sentence.
        heard: its opening with the samples of the passage, as ``opening`` gives it.
    """
    whole = part.audio.samples
    begin = len(heard) - _FADE
    rest = whole[begin:].copy()
    rise = (np.arange(_FADE, dtype=np.float32) + 0.5) / _FADE
    rest[:_FADE] = heard[begin:] * (1 - rise) + rest[:_FADE] * rise
    rate = part.audio.sample_rate
    return replace(part, audio=Audio(rest, rate), start=part.start + begin / rate)


def _breathless(plan: Planned, ends: np.ndarray, count: int | None) -> float:
    """Seconds of the sentence in which no breath may be taken.

    Args:
        plan: of the sentence.
        ends: of its frames, in seconds ``(F,)``.
        count: of its pauses in which none is taken for sure; None for all.
    """
    pauses = [place for place, symbol in enumerate(plan.symbols) if place and may_part(symbol)]
    if count is None or count >= len(pauses):
        return float(ends[-1])
    before = 2 * int(plan.take.frames[: pauses[count]].sum())
    return float(ends[max(before - 1, 0)]) - _EARLY


def _quietest(sound: np.ndarray, latest: int) -> int:
    """The quietest place of an opening, near its latest end, at which it may pass into the whole sentence."""
    width = _FADE
    first = max(latest - round(_SOUGHT * SAMPLE_RATE), latest // 2)
    power = np.convolve(sound[first : latest + width].astype(float) ** 2, np.ones(width), "valid")
    return first + int(np.argmin(power))
