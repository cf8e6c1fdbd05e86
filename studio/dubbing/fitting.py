"""A line spoken so that it lasts as long as its cue: the voice's rate is asked for anew until it does, nothing is stretched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from conditioning.faders import Adjustment
from conditioning.script import Script
from generators.base import Audio, Generator, Job, SpeechRequest, SpeechTrack, Word
from studio.dubbing.cues import Cue

__all__ = ["Limits", "Line", "fit_line"]

_EXACT = 0.01  # of the cue's length at which no further try is made
_MET = 0.025  # of the cue's length that counts as met
_TRIES = 7
_LEAD, _TAIL = 0.02, 0.10  # seconds kept before the first and after the last sounding step
_STEP, _FLOOR = 0.01, 40.0  # seconds; dB below the loudest step at which a line begins and ends
_RATE_FADER = "prosody.rate"


@dataclass(frozen=True)
class Limits:
    """How fast a line may be spoken.

    Args:
        slowest: least ``prosody.rate``.
        fastest: greatest.
    """

    slowest: float = 0.6
    fastest: float = 1.4


@dataclass(frozen=True)
class Line:
    """A cue that was spoken.

    Args:
        cue: what was asked.
        audio: mono, cut to what sounds.
        lead: seconds of it before the first sound.
        seconds: from the first sound to the last.
        rate: ``prosody.rate`` it was spoken with.
        words: with times from the beginning of ``audio``.
    """

    cue: Cue
    audio: Audio
    lead: float
    seconds: float
    rate: float
    words: tuple[Word, ...]

    @property
    def error(self) -> float:
        """How much longer (above 0) or shorter it is than its cue, as a share."""
        return self.seconds / self.cue.seconds - 1

    @property
    def met(self) -> bool:
        """Whether it lasts as long as its cue within 3 %."""
        return abs(self.error) <= _MET

    @property
    def note(self) -> str:
        """What did not fit; "" if it did."""
        if self.met:
            return ""
        if self.error > 0:
            return f"{self.error:+.0%} too long even at rate {self.rate:.2f}"
        return f"{self.error:+.0%} too short even at rate {self.rate:.2f}"


def fit_line(
    engine: Generator,
    cue: Cue,
    *,
    voice: str = "",
    language: str = "en",
    adjustments: Sequence[Adjustment] = (),
    limits: Limits | None = None,
    job: Job | None = None,
) -> Line:
    """The line of a cue, as near to its length as the limits allow.

    Args:
        engine: of speech, one that follows ``prosody.rate``.
        cue: what and how long.
        voice: character of the engine.
        language: BCP 47 code.
        adjustments: on other faders; those on the rate give way to the cue.
        limits: of the rate.
        job: seed, progress, cancel.

    Raises:
        RequestError: the engine cannot say it.
        Cancelled: the user stopped it.
    """
    limits, job = limits or Limits(), job or Job()
    own = tuple(a for a in adjustments if a.fader != _RATE_FADER)
    script = Script(tuple(replace(span, start=None, end=None) for span in cue.spans))
    tried: list[Line] = []
    rate = 1.0
    for attempt in range(_TRIES):
        job.step(attempt, _TRIES, f"fitting {cue.text[:30]!r}")
        wanted = SpeechRequest(
            script, voice, language, (*own, Adjustment(_RATE_FADER, rate)), Job(job.seed, cancel=job.cancel)
        )
        tried.append(_line(cue, engine.generate(wanted), rate))
        if abs(tried[-1].error) <= _EXACT:
            break
        rate = float(np.clip(_next_rate(tried), limits.slowest, limits.fastest))
        if any(abs(line.rate - rate) < 1e-3 for line in tried):
            break
    job.step(_TRIES, _TRIES, "fitting")
    return min(tried, key=lambda line: abs(line.error))


def _next_rate(tried: Sequence[Line]) -> float:
    """The rate that should meet the cue: along the line through the last two tries in the logarithm, else in proportion."""
    last = tried[-1]
    far = np.log(last.seconds / last.cue.seconds)
    slope = -1.0
    if len(tried) > 1:
        before = tried[-2]
        run = np.log(last.rate / before.rate)
        slope = float(np.log(last.seconds / before.seconds) / run) if abs(run) > 1e-6 else -1.0
        slope = float(np.clip(slope, -1.5, -0.4))
    return float(last.rate * np.exp(-far / slope))


def _line(cue: Cue, track: SpeechTrack, rate: float) -> Line:
    """What was spoken, cut to what sounds."""
    audio = track.audio
    samples, hertz = audio.samples, audio.sample_rate
    step = max(round(_STEP * hertz), 1)
    frames = samples[: len(samples) // step * step].reshape(-1, step).astype(float)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(level > level.max() - _FLOOR)
    first, last = float(loud[0] * step / hertz), float((loud[-1] + 1) * step / hertz)
    begin = max(round((first - _LEAD) * hertz), 0)
    cut = samples[begin : round((last + _TAIL) * hertz)]
    moved = begin / hertz
    words = tuple(replace(w, start=w.start - moved, end=w.end - moved) for w in track.words)
    return Line(cue, Audio(cut, hertz), first - moved, last - first, rate, words)
