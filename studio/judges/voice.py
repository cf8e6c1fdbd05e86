"""What the judges of voices have in common; they differ in what they measure and in whose voices taught them.

A judge measures a voice as one row of numbers and has three small networks over it. One tells speech from what is none:
noise, hum, tones, speech turned round. One reads the emotion of a voice alone; it does not know how the person usually
sounds, so a high voice looks excited. The third reads it beside a neutral recording of the same voice and is right more
often; give it a ``reference`` where there is one, of several sentences if possible, since the words of one sentence
colour it.

The point in valence, arousal and dominance is the labels' mean place in the lexicon under the probabilities; ``vad_sd`` is
how far it was off, in root mean square, on people held out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.dense import ensemble_output
from studio.judges.eight_bit import unpack
from studio.judges.media import Sound, cut, mono, windows
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights, verdict

__all__ = [
    "ALONE",
    "BESIDE",
    "SAMPLE_RATE",
    "SPEECH",
    "VoiceJudge",
    "network_inputs",
    "speech_inputs",
    "speech_share",
]

ALONE, BESIDE, SPEECH = "alone", "beside", "speech"
SAMPLE_RATE = 16_000
WINDOW, HOP = 2.5, 1.0  # seconds; the clips that taught the judges last 2.4 on average
LONGEST = 5.0  # seconds; no clip that taught them lasts longer, so a longer sound is read in parts
_FARTHEST = 5.0  # standard deviations at which an input is cut off


def network_inputs(
    weights: Mapping[str, np.ndarray], voices: np.ndarray, references: np.ndarray | None = None
) -> np.ndarray:
    """What a network is given of voices.

    Args:
        weights: with ``mean`` and ``sd`` of the measures over people, ``within`` their spread within one person,
            ``absolute`` that is 0 for measures which count beside a reference only, and perhaps ``basis``
            ``(F, components)`` on which the measures are projected, and ``difference`` where a reading beside a reference
            hears differences alone.
        voices: measures ``(n, F)``.
        references: the measures of the same voices when neutral ``(n, F)``, or None.

    Returns:
        ``(n, F)``, or as many columns as ``basis`` has, without references; twice as many with, or as many where
        differences alone are heard; float32.
    """
    parts = [_absolute(weights, voices)]
    if references is not None:
        parts.append(_cut_off((voices - references) / weights["within"]))
        parts = parts[1:] if "difference" in weights else parts
    return np.hstack([part @ weights["basis"] if "basis" in weights else part for part in parts])


def speech_inputs(weights: Mapping[str, np.ndarray], voices: np.ndarray) -> np.ndarray:
    """What the network that tells speech from other sounds is given: all measures, on ``speech_basis`` where there is one.

    Args:
        weights: of a judge.
        voices: measures of sounds ``(n, F)``.
    """
    if "speech_basis" not in weights:
        return network_inputs(weights, voices)
    found: np.ndarray = _absolute(weights, voices) @ weights["speech_basis"]
    return found


def speech_share(weights: Mapping[str, np.ndarray], voices: np.ndarray) -> np.ndarray:
    """How sure it is that sounds are speech ``(n,)``, 0..1.

    Args:
        weights: of a judge.
        voices: measures of sounds ``(n, F)``.
    """
    outputs = ensemble_output(weights, SPEECH, speech_inputs(weights, voices))
    return softmax(outputs)[:, 1]


def _absolute(weights: Mapping[str, np.ndarray], voices: np.ndarray) -> np.ndarray:
    """Measures in standard deviations from the mean of people, 0 for those that count beside a reference only."""
    return _cut_off((voices - weights["mean"]) / weights["sd"] * weights["absolute"])


def _cut_off(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -_FARTHEST, _FARTHEST).astype(np.float32)


class VoiceJudge:
    """Reads the emotion of a voice from how it sounds and not from what it says.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.
    """

    home = ""
    """Name of the folder of the shipped card and weights."""
    level_column = -1
    """The measure that is the level of the recording; it counts beside a reference only."""
    passed_over: tuple[slice, ...] = ()
    """Measures that tell speech from other sounds but are not heard for the emotion."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def describe(self, wave: np.ndarray) -> np.ndarray | None:
        """The measures of a sound ``(F,)``; None if it is too short or too quiet to hold speech.

        Args:
            wave: mono ``(n,)`` at 16 kHz, finite and not empty.
        """
        raise NotImplementedError

    @cached_property
    def card(self) -> Card:
        """How far a reading without a reference can be trusted."""
        return load_card(self.place)

    @cached_property
    def card_beside(self) -> Card:
        """How far a reading beside a neutral reference can be trusted."""
        return load_card(self.place / BESIDE)

    def read(self, media: Sound, reference: Sound | None = None) -> Reading:
        """What emotion a voice carries.

        Args:
            media: at least 0.4 seconds of speech, or the reading is empty ("no reading"); so it is where the sound is
                no speech. More than five seconds are read in parts, whose probabilities are averaged.
            reference: the same voice saying anything neutrally, recorded at the same gain; None if there is none.
        """
        neutral = None if reference is None else self._neutral(reference)
        return self.reading_of(self.heard(media), neutral)

    def read_over_time(self, media: Sound, reference: Sound | None = None) -> list[TimedReading]:
        """What windows of 2.5 seconds, one each second, are read as."""
        neutral = None if reference is None else self._neutral(reference)
        return [
            TimedReading(start, end, self.reading_of(self.heard(cut(media, start, end)), neutral))
            for start, end in windows(len(media.samples) / media.sample_rate, WINDOW, HOP)
        ]

    def read_stretch(
        self, media: Sound, start: float, end: float, reference: Sound | None = None
    ) -> TimedReading:
        """What the stretch from ``start`` to ``end`` seconds is read as."""
        return TimedReading(start, end, self.read(cut(media, start, end), reference))

    @property
    def place(self) -> Path:
        """The folder of its card and weights."""
        return self._folder or judge_folder(self.home)

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        return unpack(load_weights(self.place))

    @cached_property
    def _facts(self) -> dict[str, dict[str, Any]]:
        return {ALONE: load_facts(self.place), BESIDE: load_facts(self.place / BESIDE)}

    def heard(self, sound: Sound) -> np.ndarray:
        """The measures of those parts of a sound that hold speech ``(n, F)``; ``n`` may be 0.

        With ``reading_of`` it serves who reads many sounds beside one reference, which is then measured once.
        """
        wave = mono(sound, SAMPLE_RATE)
        if not len(wave) or not np.isfinite(wave).all():
            return np.zeros((0, 0))
        count = int(np.ceil(len(wave) / (LONGEST * SAMPLE_RATE)))
        described = [self.describe(part) for part in np.array_split(wave, count)]
        voices = np.array([voice for voice in described if voice is not None])
        if not len(voices):
            return voices
        return voices[speech_share(self._weights, voices) >= self._facts[ALONE]["speech_floor"]]

    def _neutral(self, reference: Sound) -> np.ndarray | None:
        voices = self.heard(reference)
        return voices.mean(axis=0) if len(voices) else None

    def reading_of(self, voices: np.ndarray, neutral: np.ndarray | None = None) -> Reading:
        """The reading of one sound's parts; empty where there are none.

        Args:
            voices: of ``heard``.
            neutral: mean measures of the same voice without emotion ``(F,)``; None if they are not known.
        """
        if not len(voices):
            return Reading({})
        way = ALONE if neutral is None else BESIDE
        beside = None if neutral is None else np.repeat(neutral[None], len(voices), axis=0)
        outputs = ensemble_output(self._weights, way, network_inputs(self._weights, voices, beside))
        facts = self._facts[way]
        shares = softmax(outputs, facts["temperature"]).mean(axis=0)
        named = {name: float(share) for name, share in zip(facts["labels"], shares, strict=True)}
        return verdict(named, floor=facts["floor"], vad_sd=tuple(facts["vad_sd"]))
