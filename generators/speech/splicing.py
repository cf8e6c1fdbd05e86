"""A spoken sentence cut open, with other sounds put between its parts, all times kept right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.speech.network import SAMPLE_RATE
from generators.speech.speaking import Heard, Utterance

__all__ = ["EDGE", "Splice", "edges"]

EDGE = 0.02  # seconds of its own fading that a sound keeps at an end that is cut
_STEP = SAMPLE_RATE // 200  # samples of the steps in which silence is looked for
_FLOOR = 38.0  # dB under the loudest 10 ms that count as silence, as where phones are placed (timing.py)
_FADE = 0.02  # seconds of rise and fall at a cut


class Splice:
    """Puts an utterance together anew from parts of it and other sounds.

    Args:
        utterance: that is cut.
    """

    def __init__(self, utterance: Utterance) -> None:
        self._utterance = utterance
        self._pieces: list[np.ndarray] = []
        self._kept: list[tuple[int, int, int]] = []  # first and last sample, and where they now begin
        self._heard: list[Heard] = []
        self._length = 0

    def samples(self, seconds: float) -> int:
        """Seconds as samples."""
        return round(seconds * SAMPLE_RATE)

    def keep(self, first: int, last: int) -> None:
        """Put a part of the utterance behind what is there."""
        whole = self._utterance.sound
        part = whole[first:last].copy()
        if first > 0:
            _fade(part)
        if last < len(whole):
            _fade(part[::-1])
        self._kept.append((first, last, self._length))
        self._append(part)

    def add(self, sound: np.ndarray, name: str, span: int) -> None:
        """Put another sound there, which is heard as a sound of that name."""
        begin = self._length / SAMPLE_RATE
        self._append(sound)
        self._heard.append(Heard(name, span, begin, self._length / SAMPLE_RATE))

    def breathe(self, sound: np.ndarray) -> None:
        """Put a sound there that nobody asked for by name."""
        self._append(sound)

    def silence(self, seconds: float) -> None:
        """Put silence there."""
        self._append(np.zeros(self.samples(seconds), np.float32))

    def done(self) -> Utterance:
        """All of it, with the times of phones and of what was heard before."""
        phones = tuple(
            replace(phone, start=self._moved(phone.start), end=self._moved(phone.end, ending=True))
            for phone in self._utterance.phones
        )
        known = tuple(
            replace(heard, start=self._moved(heard.start), end=self._moved(heard.end, ending=True))
            for heard in self._utterance.heard
        )
        sound = np.concatenate([*self._pieces, np.zeros(0, np.float32)])
        heard = tuple(sorted((*known, *self._heard), key=lambda each: each.start))
        return replace(self._utterance, sound=sound, phones=phones, heard=heard)

    def _moved(self, seconds: float, *, ending: bool = False) -> float:
        """Where a moment of the utterance now lies; one that was cut away lies at the cut."""
        at = seconds * SAMPLE_RATE
        best = 0.0
        for first, last, now in self._kept:
            if at > first or (at == first and not ending):
                best = now + min(at, last) - first
        return best / SAMPLE_RATE

    def _append(self, sound: np.ndarray) -> None:
        self._pieces.append(sound.astype(np.float32, copy=False))
        self._length += len(sound)


def edges(sound: np.ndarray) -> tuple[int, int]:
    """The samples between which it sounds, with ``EDGE`` seconds more at each end."""
    sounding = np.flatnonzero(~_quiet(sound))
    if not len(sounding):
        return 0, len(sound)
    edge = round(EDGE * SAMPLE_RATE)
    return max(int(sounding[0]) * _STEP - edge, 0), min((int(sounding[-1]) + 1) * _STEP + edge, len(sound))


def _power(sound: np.ndarray) -> np.ndarray:
    """Mean square of 10 ms about each step of 5 ms."""
    if not len(sound):
        return np.zeros(0)
    width = 2 * _STEP
    return np.asarray(
        np.convolve(sound.astype(float) ** 2, np.ones(width) / width, "same")[_STEP // 2 :: _STEP]
    )


def _quiet(sound: np.ndarray) -> np.ndarray:
    power = _power(sound)
    return power < power.max() * 10 ** (-_FLOOR / 10) if len(power) else np.zeros(0, bool)


def _fade(sound: np.ndarray) -> None:
    """Let a sound rise from nothing, in place."""
    length = min(round(_FADE * SAMPLE_RATE), len(sound))
    sound[:length] *= (np.arange(length) / max(length, 1)).astype(np.float32)
