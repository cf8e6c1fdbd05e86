"""When each phone and each word of a sentence sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generators.speech.contours import PAUSES, VOWELS
from generators.speech.heard_borders import Segment, band_levels, heard_borders, is_stop, kind_of
from generators.speech.network import SAMPLE_RATE

__all__ = ["IPA", "PAUSE", "Placed", "fitted", "may_part", "moved_to_sound", "placed"]

_STRESSES = {"ˈ": 1, "ˌ": 2}
_LENGTH = "ː"
_EDGES = frozenset("^$")
_SILENT = frozenset(' "()“”') | PAUSES | _EDGES
_PHONE_FRAME = 0.025
PAUSE = 0.14
"""Seconds between two phones from which they belong to two phrases."""

# The model's letters (those of misaki, Apache-2.0) that are not IPA.
IPA = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ",
    "ʤ": "dʒ", "ʧ": "tʃ", "T": "ɾ", "S": "s", "ᵊ": "ə", "ᵻ": "ɨ",
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A symbol of a sentence with its time.

    Args:
        symbol: of the model's alphabet, with a length mark.
        start: seconds.
        end: seconds.
        place: index among the sentence's symbols.
        stress: 0, 1 or 2.
    """

    symbol: str
    start: float
    end: float
    place: int
    stress: int = 0

    @property
    def silent(self) -> bool:
        """Whether it is a blank, punctuation or an edge."""
        return self.symbol[0] in _SILENT


def may_part(symbol: str) -> bool:
    """Whether a silence may be heard at a symbol: at all signs that do not sound but the blank between words."""
    return symbol in _SILENT and symbol != " "


def placed(symbols: Sequence[str], frames: np.ndarray, when: Callable[[float], float]) -> list[Placed]:
    """The symbols with nominal times; stress marks are merged into the next vowel, length marks into the last sound.

    Args:
        symbols: of the sentence with its two edges.
        frames: of 25 ms for each.
        when: turns decoder seconds into seconds of the sound.
    """
    ends = np.cumsum(frames) * _PHONE_FRAME
    found: list[Placed] = []
    stress = 0
    begun: float | None = None
    for place, (symbol, end) in enumerate(zip(symbols, ends, strict=True)):
        start = float(ends[place - 1]) if place else 0.0
        if symbol in _STRESSES:
            stress, begun = _STRESSES[symbol], start if begun is None else begun
        elif symbol == _LENGTH and found:
            found[-1] = replace(found[-1], symbol=found[-1].symbol + symbol, end=when(float(end)))
        else:
            start, begun = start if begun is None else begun, None
            own = stress if symbol in VOWELS else 0
            stress = 0 if own else stress
            found.append(Placed(symbol, when(start), when(float(end)), place, own))
    return found


def fitted(phones: Sequence[Placed], sound: np.ndarray, steady: np.ndarray | None = None) -> list[Placed]:
    """Phones fitted to what sounds.

    Nominal durations run late towards a phrase's end, by up to .2 s, and a phrase's last phone also holds the silence
    after it. Each phrase is stretched between the first and the last sounding frame about it; measured on voicing, the
    lag falls to nothing. No phone begins before the one before it ends.

    Args:
        phones: of a sentence, with nominal times.
        sound: of the sentence as it is heard ``(n,)``.
        steady: samples of which the loudest is the measure of what sounds ``(n,)``; None for all. A word that is said
            louder must not move the borders of others.
    """
    sounding = _sounding(sound, steady)
    found = list(phones)
    phrases = _phrases(found)
    free = 0.0  # seconds at which the phrase before has ended
    for number, spoken in enumerate(phrases):
        following = found[phrases[number + 1][0]].start if number + 1 < len(phrases) else found[-1].end
        free = _fit_phrase(found, spoken, free, following, sounding)
    return found


def moved_to_sound(phones: Sequence[Placed], sound: np.ndarray, rate: int) -> list[Placed]:
    """Phones with the borders within each phrase where they are heard; where phrases begin and end stays.

    For what must keep step with the sound, such as a mouth. Words keep their nominal times, which do not depend on how loud
    other words are.

    Args:
        phones: of an utterance, without silence.
        sound: of the utterance ``(n,)``.
        rate: hertz.
    """
    found = list(phones)
    if not found:
        return found
    levels = band_levels(sound, rate)
    first = 0
    for k in range(1, len(found) + 1):
        if k == len(found) or found[k].start - found[k - 1].end >= PAUSE:
            found[first:k] = _moved_phrase(found[first:k], levels)
            first = k
    return found


def _moved_phrase(phones: Sequence[Placed], levels: np.ndarray) -> list[Placed]:
    """The phones of one phrase at their heard borders."""
    segments: list[Segment] = []
    owners: list[Placed | None] = []
    end = phones[0].start
    for phone in phones:
        # A stop begins with its closure, which is as silent as what lies between words.
        if phone.start > end + 1e-6 and not is_stop(phone.symbol):
            segments.append(Segment("gap", phone.start))
            owners.append(None)
        end = phone.end
        segments.append(Segment(kind_of(phone.symbol), end))
        owners.append(phone)
    begin, moved = phones[0].start, []
    for owner, border in zip(owners, heard_borders(levels, begin, segments), strict=True):
        if owner is not None:
            moved.append(replace(owner, start=begin, end=border))
        begin = border
    return moved


def _phrases(phones: Sequence[Placed]) -> list[list[int]]:
    """Places of the sounding phones between pauses."""
    found: list[list[int]] = [[]]
    for k, phone in enumerate(phones):
        if not phone.silent:
            found[-1].append(k)
        elif phone.symbol != " " and found[-1]:
            found.append([])
    return [phrase for phrase in found if phrase]


def _sounding(sound: np.ndarray, steady: np.ndarray | None, floor: float = 38.0) -> np.ndarray:
    """Seconds of the 5 ms steps whose power is within ``floor`` dB of the loudest."""
    width, step = SAMPLE_RATE // 100, SAMPLE_RATE // 200
    power = np.convolve(sound.astype(float) ** 2, np.ones(width) / width, "same")[::step]
    loudest = power[steady[::step]].max() if steady is not None and steady[::step].any() else power.max()
    return np.flatnonzero(power > loudest * 10 ** (-floor / 10)) * step / SAMPLE_RATE


def _fit_phrase(
    found: list[Placed], spoken: list[int], free: float, following: float, sounding: np.ndarray
) -> float:
    """Move the phones of one phrase in place.

    Args:
        found: all phones.
        spoken: places of the phrase's.
        free: seconds before which nothing of it may sound.
        following: seconds at which the next phrase begins.
        sounding: seconds of the steps that sound.

    Returns:
        Seconds at which it ends.
    """
    longest = 0.12  # seconds that a phrase's last phone may keep of its nominal duration
    start, last = found[spoken[0]].start, found[spoken[-1]].start
    close = max(min(last + longest, found[spoken[-1]].end), start + 0.02)
    near = sounding[(sounding >= max(start - 0.12, free)) & (sounding < following)]
    first = float(near[0]) if len(near) else max(start, free)
    gaps = np.flatnonzero(
        np.diff(near) > 0.03
    )  # the phrase ends where the last silence begins that can be its pause
    ends = [float(near[gap]) for gap in gaps if near[gap] > last - 0.3][-1:] or [float(x) for x in near[-1:]]
    final = ends[0] if ends and near[-1] > following - 0.08 else (float(near[-1]) if len(near) else close)
    final = max(final, first + 0.02 * len(spoken))
    scale = (final - first) / (close - start)
    for k in spoken:
        phone = found[k]
        begin, end = phone.start - start, min(phone.end, close) - start
        found[k] = replace(phone, start=float(first + scale * begin), end=float(first + scale * end))
    return found[spoken[-1]].end
