"""When words and sounds are said, estimated from letters and silences, for engines that do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generators.base import Phone, Word
from generators.speech.letters import sounds, weight
from generators.speech.normalisation import is_word

__all__ = ["Estimate", "estimated", "sounding_parts"]

_BREAKS = ",;:.!?…—"
_PAUSE = 0.06  # seconds of silence that can be a pause between phrases


@dataclass(frozen=True)
class Estimate:
    """Times of a sentence.

    Args:
        words: with a sound, in order.
        owners: which written word each of them is.
        phones: in order.
    """

    words: tuple[Word, ...]
    owners: tuple[int, ...]
    phones: tuple[Phone, ...]

    def moved(self, old: np.ndarray, new: np.ndarray) -> Estimate:
        """The same after a change of tempo.

        Args:
            old: seconds ``(n,)``, rising.
            new: seconds at which those now sound.
        """

        def when(second: float) -> float:
            return float(np.interp(second, old, new))

        words = tuple(replace(w, start=when(w.start), end=when(w.end)) for w in self.words)
        phones = tuple(replace(p, start=when(p.start), end=when(p.end)) for p in self.phones)
        return Estimate(words, self.owners, phones)


def estimated(
    texts: Sequence[str], sound: np.ndarray, rate: int, language: str, heard: Sequence[str] | None = None
) -> Estimate:
    """Words and sounds shared out over what sounds, phrase by phrase.

    Args:
        texts: written words of a sentence.
        sound: of the sentence ``(n,)``.
        rate: hertz.
        language: such as ``"de"``.
        heard: letters that stand for each word's sounds, where those of the word do not.
    """
    phrases = _phrases(texts)
    parts = sounding_parts(sound, rate, len(phrases))
    words: list[Word] = []
    owners: list[int] = []
    phones: list[Phone] = []
    for phrase, (begin, end) in zip(phrases, parts, strict=True):
        said = [(index, sounds((heard or texts)[index], language)) for index in phrase]
        total = sum(weight(sound) for _, found in said for sound in found)
        at = begin
        for index, found in said:
            start = at
            for symbol in found:
                length = weight(symbol) / max(total, 1e-9) * (end - begin)
                phones.append(Phone(symbol, at, at + length))
                at += length
            words.append(Word(texts[index], start, at))
            owners.append(index)
    return Estimate(tuple(words), tuple(owners), tuple(phones))


def sounding_parts(sound: np.ndarray, rate: int, count: int) -> list[tuple[float, float]]:
    """The sound cut at its longest silences into so many parts, in seconds.

    Where it has fewer silences than needed, the longest parts are halved.
    """
    step = rate // 200
    frames = sound[: len(sound) // step * step].reshape(-1, step).astype(float)
    if not len(frames):
        return [(0.0, len(sound) / rate)] * count
    power = np.convolve((frames**2).mean(axis=1), np.ones(3) / 3, "same")
    loud = (
        np.flatnonzero(power > power.max() * 10**-4.0)
        if len(power) and power.max() > 0
        else np.array([], int)
    )
    if not len(loud):
        return [(0.0, len(sound) / rate)] * count
    gaps = np.diff(loud)
    longest = sorted(np.argsort(-gaps, kind="stable")[: count - 1].tolist())
    cuts = [gap for gap in longest if gaps[gap] * step / rate > _PAUSE]
    starts = [int(loud[0]), *(int(loud[gap + 1]) for gap in cuts)]
    ends = [*(int(loud[gap]) for gap in cuts), int(loud[-1])]
    parts = [(a * step / rate, (b + 1) * step / rate) for a, b in zip(starts, ends, strict=True)]
    while len(parts) < count:
        widest = max(range(len(parts)), key=lambda i: parts[i][1] - parts[i][0])
        start, end = parts[widest]
        parts[widest : widest + 1] = [(start, (start + end) / 2), ((start + end) / 2, end)]
    return parts


def _phrases(texts: Sequence[str]) -> list[list[int]]:
    """Places of the words between marks of punctuation."""
    found: list[list[int]] = [[]]
    for index, text in enumerate(texts):
        if is_word(text):
            found[-1].append(index)
        if text.rstrip("\"”’')»")[-1:] in _BREAKS and found[-1]:
            found.append([])
    return [phrase for phrase in found if phrase]
