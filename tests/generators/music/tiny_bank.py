"""A whole SoundFont bank of a few hundred bytes: one looped sine wave on every key, in SF2 form."""

from __future__ import annotations

import struct

import numpy as np

RATE, FRAMES, PERIOD = 22050, 441, 49  # a sine of 450 Hz


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def tiny_bank() -> bytes:
    wave = (20000 * np.sin(2 * np.pi * np.arange(FRAMES) / PERIOD)).astype("<i2")
    samples = wave.tobytes() + b"\0" * 92  # the format asks for 46 zero frames after each sample
    preset = [
        chunk(b"phdr", _header(b"Sine", 0, 0, 0) + _header(b"EOP", 0, 0, 1)),
        chunk(b"pbag", struct.pack("<HHHH", 0, 0, 1, 0)),
        chunk(b"pmod", bytes(10)),
        chunk(b"pgen", struct.pack("<Hh", 41, 0) + bytes(4)),
        chunk(b"inst", struct.pack("<20sH", b"Sine", 0) + struct.pack("<20sH", b"EOI", 1)),
        chunk(b"ibag", struct.pack("<HHHH", 0, 0, 2, 0)),
        chunk(b"imod", bytes(10)),
        chunk(b"igen", struct.pack("<HhHh", 54, 1, 53, 0) + bytes(4)),
        chunk(b"shdr", _sample(b"Sine", 0, FRAMES, PERIOD, 8 * PERIOD) + _sample(b"EOS", 0, 0, 0, 0)),
    ]
    info = chunk(b"LIST", b"INFO" + chunk(b"ifil", struct.pack("<HH", 2, 4)))
    sound = chunk(b"LIST", b"sdta" + chunk(b"smpl", samples))
    return chunk(b"RIFF", b"sfbk" + info + sound + chunk(b"LIST", b"pdta" + b"".join(preset)))


def _header(name: bytes, program: int, bank: int, bag: int) -> bytes:
    return struct.pack("<20sHHH12s", name, program, bank, bag, b"")


def _sample(name: bytes, start: int, end: int, loop_start: int, loop_end: int) -> bytes:
    key = 69  # 450 Hz is 39 cents over A4
    return struct.pack("<20sIIIIIBbHH", name, start, end, loop_start, loop_end, RATE, key, -39, 0, 1)
