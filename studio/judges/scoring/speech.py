"""The speech judge: which of seven emotions a voice carries, from how it sounds and not from what it says.

It hears 135 measures of the sound (``functionals``) and has two networks. One reads a voice alone; it does not know how
the person usually sounds, so a high voice looks excited. The other reads it beside a neutral recording of the same voice
and is right more often; give it a ``reference`` where there is one. Both learned from people alone.

The point in valence, arousal and dominance is the labels' mean place in the lexicon under the probabilities, so it lies
nearer to neutral than what was felt; ``vad_sd`` is how far it was off, in root mean square, on people held out.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.acoustics import SAMPLE_RATE, measure_tracks
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.dense import ensemble_output
from studio.judges.functionals import functionals, is_speech
from studio.judges.media import Sound, cut, mono, windows
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights, verdict

__all__ = ["ALONE", "BESIDE", "SpeechJudge", "describe_voice", "network_inputs"]

ALONE, BESIDE = "alone", "beside"
WINDOW, HOP = 2.5, 1.0  # seconds; the clips it learned from last 2.4 on average
_FARTHEST = 5.0  # standard deviations at which an input is cut off


def describe_voice(sound: Sound) -> np.ndarray | None:
    """The measures of a sound ``(F,)`` in the order of ``functionals``; None if it holds too little speech."""
    wave = mono(sound, SAMPLE_RATE)
    if not len(wave) or not np.isfinite(wave).all():
        return None
    tracks = measure_tracks(wave)
    return np.array(list(functionals(tracks).values())) if is_speech(tracks) else None


def network_inputs(
    weights: dict[str, np.ndarray], voices: np.ndarray, references: np.ndarray | None = None
) -> np.ndarray:
    """What a network is given of voices.

    Args:
        weights: with ``mean`` and ``sd`` of the measures over people, ``within`` their spread within one person, and
            ``absolute`` that is 0 for measures which count beside a reference only.
        voices: measures ``(n, F)``.
        references: the measures of the same voices when neutral ``(n, F)``, or None.

    Returns:
        ``(n, F)`` without references, ``(n, 2F)`` with.
    """
    own = (voices - weights["mean"]) / weights["sd"] * weights["absolute"]
    parts = [own] if references is None else [own, (voices - references) / weights["within"]]
    return np.clip(np.hstack(parts), -_FARTHEST, _FARTHEST).astype(np.float32)


class SpeechJudge:
    """Reads the emotion of a voice.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.

    Example:
        ``SpeechJudge().read(track.audio).top``
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def card(self) -> Card:
        """How far a reading without a reference can be trusted."""
        return load_card(self._place)

    @cached_property
    def card_beside(self) -> Card:
        """How far a reading beside a neutral reference can be trusted."""
        return load_card(self._place / BESIDE)

    def read(self, media: Sound, reference: Sound | None = None) -> Reading:
        """What emotion a voice carries.

        Args:
            media: at least 0.4 seconds of speech, or the reading is empty ("no reading").
            reference: the same voice saying anything neutrally, recorded at the same gain; None if there is none.
        """
        voice = describe_voice(media)
        neutral = None if reference is None else describe_voice(reference)
        return Reading({}) if voice is None else self._judge(voice, neutral)

    def read_over_time(self, media: Sound, reference: Sound | None = None) -> list[TimedReading]:
        """What windows of 2.5 seconds, one each second, are read as."""
        neutral = None if reference is None else describe_voice(reference)
        readings = []
        for start, end in windows(len(media.samples) / media.sample_rate, WINDOW, HOP):
            voice = describe_voice(cut(media, start, end))
            readings.append(
                TimedReading(start, end, Reading({}) if voice is None else self._judge(voice, neutral))
            )
        return readings

    def read_stretch(
        self, media: Sound, start: float, end: float, reference: Sound | None = None
    ) -> TimedReading:
        """What the stretch from ``start`` to ``end`` seconds is read as."""
        return TimedReading(start, end, self.read(cut(media, start, end), reference))

    @property
    def _place(self) -> Path:
        return self._folder or judge_folder("speech")

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        return load_weights(self._place)

    @cached_property
    def _facts(self) -> dict[str, dict[str, Any]]:
        return {ALONE: load_facts(self._place), BESIDE: load_facts(self._place / BESIDE)}

    def _judge(self, voice: np.ndarray, neutral: np.ndarray | None) -> Reading:
        way = ALONE if neutral is None else BESIDE
        inputs = network_inputs(self._weights, voice[None], None if neutral is None else neutral[None])
        facts = self._facts[way]
        shares = softmax(ensemble_output(self._weights, way, inputs)[0], facts["temperature"])
        named = {name: float(share) for name, share in zip(facts["labels"], shares, strict=True)}
        return verdict(named, floor=facts["floor"], vad_sd=tuple(facts["vad_sd"]))
