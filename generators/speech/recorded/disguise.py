"""Somebody else: formants, register and timbre of a recording changed, its melody, loudness and timing kept.

After the signal-based baseline of the VoicePrivacy challenges (Patino et al. 2021, McAdams coefficient), done here on the
spectral envelope of WORLD so that emotion's cues, which lie in the course of F0 and level, stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import RequestError
from generators.base import Audio, Job
from generators.speech.recorded.anatomy import Anatomy, taken_apart
from generators.speech.recorded.bending import shifted_formants
from generators.speech.recorded.phrases import phrases
from generators.speech.rendering import limited

__all__ = ["Disguise", "disguise_of", "disguised"]


@dataclass(frozen=True)
class Disguise:
    """How a speaker is changed.

    Args:
        formant: factor on all formants.
        bend: exponent on frequencies about 1 kHz, which moves high formants against low ones; 1 leaves them.
        pitch: semitones.
        tilt: dB an octave about 800 Hz.
        colour: decibels at the frequencies of assets/voices/disguise.toml ``(B,)``.
    """

    formant: float
    bend: float
    pitch: float
    tilt: float
    colour: tuple[float, ...]

    def times(self, factor: float) -> Disguise:
        """The same disguise so many times as strong."""
        return Disguise(
            self.formant**factor,
            1 + (self.bend - 1) * factor,
            self.pitch * factor,
            self.tilt * factor,
            tuple(decibel * factor for decibel in self.colour),
        )


def disguise_of(seed: int, median_hertz: float, *, turned: bool = False) -> Disguise:
    """A disguise drawn by chance, always far from the speaker; voices that are low or high are led towards the middle.

    Args:
        seed: the same one gives the same disguise.
        median_hertz: of the speaker's F0.
        turned: whether to go the other way, for a speaker who is still known after the first.
    """
    table = asset_table("voices", "disguise.toml")
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    up = median_hertz < table["low_hertz"] or (median_hertz < table["high_hertz"] and rng.random() < 0.5)
    sign = 1.0 if up != turned else -1.0

    def between(name: str) -> float:
        low, high = table[name]
        return float(rng.uniform(low, high))

    return Disguise(
        formant=float(np.exp(sign * between("formant"))),
        bend=1 + sign * between("bend"),
        pitch=sign * between("pitch_st"),
        tilt=float(rng.choice([-1.0, 1.0])) * between("tilt"),
        colour=tuple(float(x) for x in table["colour_db"] * rng.standard_normal(len(table["colour_hertz"]))),
    )


def disguised(recording: Audio, disguise: Disguise, job: Job | None = None) -> Audio:
    """The recording said by somebody else, of the same length.

    Raises:
        RequestError: it is empty.
        Cancelled: the user stopped it.
    """
    job = job or Job()
    sound, rate = recording.samples, recording.sample_rate
    if not len(sound):
        raise RequestError("The recording is empty.", "Give one that holds speech.")
    out = np.zeros(len(sound), np.float32)
    for begin, end in phrases(sound, rate):
        job.step(begin, len(sound), "changing the voice")
        made = _changed(taken_apart(sound[begin:end], rate), disguise).sound()
        used = min(len(made), end - begin)
        out[begin : begin + used] = made[:used]
    return Audio(limited(out), rate)


def _changed(anatomy: Anatomy, disguise: Disguise) -> Anatomy:
    hertz = anatomy.hertz
    factors = np.full(anatomy.frames, disguise.formant)
    bent = 1000.0 * (np.maximum(hertz, 1.0) / 1000.0) ** (1 / disguise.bend)
    logarithm = np.log(anatomy.envelope + 1e-20)
    envelope = np.exp(np.array([np.interp(bent, hertz, row) for row in logarithm]))
    envelope = shifted_formants(envelope, hertz, factors)
    table = asset_table("voices", "disguise.toml")
    colour = np.interp(np.log2(np.maximum(hertz, 1.0)), np.log2(table["colour_hertz"]), disguise.colour)
    change = disguise.tilt * np.log2(np.maximum(hertz, 250.0) / 800.0) + colour
    louder = 10 * np.log10((envelope * 10 ** (change / 10)).sum() / max(float(anatomy.envelope.sum()), 1e-20))
    f0 = anatomy.f0 * 2 ** (disguise.pitch / 12)
    return replace(anatomy, f0=f0, envelope=envelope * 10 ** ((change - louder) / 10))
