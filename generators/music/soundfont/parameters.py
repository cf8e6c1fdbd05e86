"""A zone's generators and modulators at one note, as the numbers that the kernel wants."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from generators.music.soundfont.bank import Sample
from generators.music.soundfont.layout import GENERATORS, Gen
from generators.music.soundfont.voice import RANGE_DB
from generators.music.soundfont.zones import CHANNEL_SOURCES, WHEEL_TO_VIBRATO, Zone

__all__ = ["voice_parameters"]

ATTENUATION_SHARE = (
    0.4  # a bank's initialAttenuation counts for 0.4 of its written centibels, as on EMU hardware
)
SHORTEST_RELEASE = 0.03  # seconds for RANGE_DB; shorter ones click


def voice_parameters(
    zone: Zone,
    sample: Sample,
    key: int,
    velocity: int,
    controllers: Mapping[int, float],
    rate: int,
    softness: float,
) -> np.ndarray:
    """Parameters of a voice.

    Args:
        zone: what sounds.
        sample: its sample.
        key: MIDI key struck, 0..127.
        velocity: 1..127.
        controllers: values of the part's controllers at note-on, by number.
        rate: hertz of the output.
        softness: cents by which the low-pass of velocity 0 lies below that of 127, on top of the bank's own.

    Returns:
        float64 ``(28,)``: step, loss in dB, pan; volume envelope and modulation envelope, each delay, attack, hold,
        decay, sustain, release (seconds; sustain in dB and as a share); envelope to pitch and cutoff; oscillator
        delay, rate, to pitch, cutoff, volume; vibrato delay, rate, pitch; wheel to vibrato; cutoff; resonance.
    """
    g = zone.generators.astype(np.float64)
    key = int(g[Gen.FIXED_KEY]) if g[Gen.FIXED_KEY] >= 0 else key
    velocity = int(g[Gen.FIXED_VELOCITY]) if g[Gen.FIXED_VELOCITY] >= 0 else velocity
    key, velocity = min(key, 127), min(velocity, 127)
    g[Gen.ATTENUATION] *= ATTENUATION_SHARE
    for (source, target, scale), amount in zone.modulators.items():
        if source & 255 not in CHANNEL_SOURCES and target < GENERATORS and amount:
            change = _source(source, key, velocity, controllers) * _source(scale, key, velocity, controllers)
            g[target] += amount * change
    g[Gen.CUTOFF] -= softness * (1 - velocity / 127)
    root = g[Gen.ROOT_KEY] if g[Gen.ROOT_KEY] >= 0 else sample.key
    cents = (key - root) * g[Gen.SCALE_TUNING] + 100 * g[Gen.COARSE_TUNE] + g[Gen.FINE_TUNE] + sample.cents
    step = sample.rate / rate * 2 ** (min(max(cents, -12000.0), 12000.0) / 1200)
    volume, modulation = Gen.VOLUME_ENVELOPE, Gen.MODULATION_ENVELOPE
    volume_sustain = min(max(g[volume + 4] / 10, 0), RANGE_DB)
    modulation_sustain = 1 - min(max(g[modulation + 4] / 1000, 0), 1)
    return np.array(
        [
            *(step, max(g[Gen.ATTENUATION], 0) / 10, g[Gen.PAN]),
            *_envelope(g, volume, volume_sustain, key),
            *_envelope(g, modulation, modulation_sustain, key),
            *(g[Gen.ENVELOPE_PITCH], g[Gen.ENVELOPE_CUTOFF]),
            *(_seconds(g[Gen.LFO_DELAY]), _hertz(g[Gen.LFO_RATE]), g[Gen.LFO_PITCH], g[Gen.LFO_CUTOFF]),
            min(max(g[Gen.LFO_VOLUME], -960), 960) / 10,
            *(_seconds(g[Gen.VIBRATO_DELAY]), _hertz(g[Gen.VIBRATO_RATE]), g[Gen.VIBRATO_PITCH]),
            zone.modulators[WHEEL_TO_VIBRATO],
            *(g[Gen.CUTOFF], min(max(g[Gen.RESONANCE], 0), 960) / 10),
        ]
    )


def _envelope(g: np.ndarray, at: int, sustain: float, key: int) -> tuple[float, ...]:
    hold, decay = (_seconds(g[at + stage] + (60 - key) * g[at + stage + 4]) for stage in (2, 3))
    attack, release = max(_seconds(g[at + 1]), 0.001), max(_seconds(g[at + 5]), SHORTEST_RELEASE)
    return _seconds(g[at]), attack, hold, max(decay, 0.001), sustain, release


def _seconds(timecents: float) -> float:
    """Time of an envelope's stage, at most 100 s; the lowest value means at once."""
    return float(2 ** (min(timecents, 7973) / 1200)) if timecents > -12000 else 0.0


def _hertz(cents: float) -> float:
    """Rate of an oscillator, 0.001 to 110 Hz."""
    return float(8.176 * 2 ** (min(max(cents, -16000), 4500) / 1200))


def _source(op: int, key: int, velocity: int, controllers: Mapping[int, float]) -> float:
    """Value of a modulator's source at note-on: 0..1, or -1..1 if bipolar (section 8.2)."""
    if op & 255 == 0:
        return 1.0
    value = controllers.get(op & 127, 0) if op & 128 else {2: velocity, 3: key}.get(op & 127, 0)
    x, sign = value / 127, 1.0
    if op & 256:
        x = 1 - x
    if op & 512:
        x, sign = abs(2 * x - 1), math.copysign(1.0, 2 * x - 1)
    concave, convex = (min(1.0, -40 / 96 * math.log10(max(y, 1e-9))) for y in (1 - x, x))
    return sign * (x, concave, 1 - convex, float(x >= 0.5))[op >> 10 & 3]
