"""The numbers and record layouts of the SoundFont file format.

Source: SoundFont Technical Specification 2.04, sections 7 (records) and 8.1 (generators).
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "BAG",
    "DEFAULTS",
    "GENERATORS",
    "GENERATOR_RECORD",
    "INSTRUMENT_HEADER",
    "INSTRUMENT_ONLY",
    "MODULATOR_RECORD",
    "PRESET_HEADER",
    "SAMPLE_HEADER",
    "VORBIS",
    "Gen",
]

VORBIS = 0x10  # flag in a sample's type: the data is an Ogg Vorbis stream (SF3)


class Gen:
    """Generator numbers (section 8.1.2)."""

    START, END, LOOP_START, LOOP_END, START_COARSE = range(5)
    LFO_PITCH, VIBRATO_PITCH, ENVELOPE_PITCH, CUTOFF, RESONANCE, LFO_CUTOFF, ENVELOPE_CUTOFF = range(5, 12)
    END_COARSE, LFO_VOLUME = 12, 13
    PAN, LFO_DELAY, LFO_RATE, VIBRATO_DELAY, VIBRATO_RATE = 17, 21, 22, 23, 24
    # Eight of each envelope: delay, attack, hold, decay, sustain, release, key to hold, key to decay.
    MODULATION_ENVELOPE, VOLUME_ENVELOPE = 25, 33
    INSTRUMENT, KEY_RANGE, VELOCITY_RANGE, LOOP_START_COARSE, FIXED_KEY, FIXED_VELOCITY = (
        41,
        43,
        44,
        45,
        46,
        47,
    )
    ATTENUATION, LOOP_END_COARSE, COARSE_TUNE, FINE_TUNE, SAMPLE, LOOP_MODE = 48, 50, 51, 52, 53, 54
    SCALE_TUNING, EXCLUSIVE, ROOT_KEY = 56, 57, 58


GENERATORS = 61

# Generators that have no meaning in a preset's zone (section 8.5).
INSTRUMENT_ONLY = frozenset(
    {0, 1, 2, 3, 4, Gen.END_COARSE, Gen.KEY_RANGE, Gen.VELOCITY_RANGE, Gen.LOOP_START_COARSE, Gen.FIXED_KEY}
    | {Gen.FIXED_VELOCITY, Gen.LOOP_END_COARSE, Gen.SAMPLE, Gen.LOOP_MODE, Gen.EXCLUSIVE, Gen.ROOT_KEY}
)


def _defaults() -> np.ndarray:
    values = np.zeros(GENERATORS, np.int64)
    values[[21, 23, 25, 26, 27, 28, 30, 33, 34, 35, 36, 38]] = -12000
    values[Gen.CUTOFF], values[Gen.SCALE_TUNING] = 13500, 100
    values[[Gen.FIXED_KEY, Gen.FIXED_VELOCITY, Gen.ROOT_KEY]] = -1
    values.setflags(write=False)
    return values


DEFAULTS = _defaults()
"""Values of the generators where a bank is silent, int64 ``(61,)``."""

PRESET_HEADER = np.dtype(
    [("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("unused", "V12")]
)
INSTRUMENT_HEADER = np.dtype([("name", "S20"), ("bag", "<u2")])
BAG = np.dtype([("gen", "<u2"), ("mod", "<u2")])
GENERATOR_RECORD = np.dtype([("op", "<u2"), ("value", "<i2")])
MODULATOR_RECORD = np.dtype(
    [("src", "<u2"), ("dst", "<u2"), ("amount", "<i2"), ("scale", "<u2"), ("transform", "<u2")]
)
SAMPLE_HEADER = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("key", "u1"),
        ("cents", "i1"),
        ("link", "<u2"),
        ("type", "<u2"),
    ]
)
