"""Reading a bank: its chunks, presets, zones and samples, every offset checked against the file."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.errors import InputFileError
from generators.music.soundfont import layout
from generators.music.soundfont.layout import Gen
from generators.music.soundfont.zones import Zone, ZoneTables, build_zones

__all__ = ["Bank", "Sample"]

REMEDY = "Give a whole SF2 or SF3 file."
LEAD, TRAIL = 1, 4  # zeros before and after a sample, read by the interpolation


@dataclass(frozen=True)
class Sample:
    """A recorded sound.

    Args:
        data: float32 ``(LEAD + frames + TRAIL,)``.
        loop: first and last frame of the loop, counted from the sample's first.
        rate: hertz.
        key: MIDI key at which it sounds as recorded.
        cents: correction of its tuning.
    """

    data: np.ndarray
    loop: tuple[int, int]
    rate: int
    key: int
    cents: int

    @property
    def frames(self) -> int:
        """Its length."""
        return len(self.data) - LEAD - TRAIL


class Bank:
    """An SF2 or SF3 bank. The file is mapped; zones and samples are read when first asked for and kept.

    Args:
        path: the file.

    Raises:
        InputFileError: there is no such file, or it is not a bank, or it ends early.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._file = np.memmap(self.path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise InputFileError(f"The sound bank {self.path} cannot be read: {error}.", REMEDY) from error
        chunks = self._chunks()
        self._wave, self._wave_size = chunks[b"smpl"]
        self._presets = self._table(chunks, b"phdr", layout.PRESET_HEADER)
        self._instruments = self._table(chunks, b"inst", layout.INSTRUMENT_HEADER)
        self._samples = self._table(chunks, b"shdr", layout.SAMPLE_HEADER)
        self._tables = {
            level: ZoneTables(
                headers,
                self._table(chunks, level + b"bag", layout.BAG),
                self._table(chunks, level + b"gen", layout.GENERATOR_RECORD),
                self._table(chunks, level + b"mod", layout.MODULATOR_RECORD),
            )
            for level, headers in ((b"p", self._presets), (b"i", self._instruments))
        }
        if len(self._presets) < 2 or len(self._samples) < 2:
            raise self._fault("it has no presets or no samples")
        self._index = {(int(p["bank"]), int(p["program"])): i for i, p in enumerate(self._presets[:-1])}
        self._zones: dict[int, list[Zone]] = {}
        self._cache: dict[int, Sample] = {}

    @property
    def presets(self) -> dict[tuple[int, int], str]:
        """Names by (bank, program); drum kits are in bank 128."""
        names = self._presets["name"]
        return {key: names[i].split(b"\0")[0].decode("latin-1") for key, i in self._index.items()}

    def zones(self, bank: int, program: int) -> list[Zone]:
        """Zones of a preset. A missing one falls back to bank 0 (drums: kit 0), then to the first preset.

        Raises:
            InputFileError: the preset points outside the file's tables.
        """
        keys = (bank, program), (128, 0) if bank == 128 else (0, program)
        index = next((self._index[k] for k in keys if k in self._index), 0)
        if index not in self._zones:
            try:
                self._zones[index] = build_zones(self._tables[b"p"], self._tables[b"i"], index)
            except ValueError as error:
                raise self._fault(str(error)) from error
        return self._zones[index]

    def sample(self, index: int) -> Sample:
        """A sample, decoded at the first call.

        Raises:
            InputFileError: there is no such sample, it lies outside the file or cannot be decoded.
        """
        if index not in self._cache:
            if not 0 <= index < len(self._samples) - 1:
                raise self._fault(f"it names sample {index} of {len(self._samples) - 1}")
            self._cache[index] = self._decode(index)
        return self._cache[index]

    def _decode(self, index: int) -> Sample:
        head = self._samples[index]
        start, end = int(head["start"]), int(head["end"])
        loop = int(head["loop_start"]), int(head["loop_end"])
        packed = bool(head["type"] & layout.VORBIS)
        width = 1 if packed else 2  # offsets count bytes in SF3 and 16-bit frames in SF2
        if not 0 <= start < end or end * width > self._wave_size:
            raise self._fault(f"sample {index} lies outside its sample data")
        raw = self._file[self._wave + width * start : self._wave + width * end].tobytes()
        if packed:
            wave = self._vorbis(raw, index)
        else:
            wave = np.frombuffer(raw, "<i2").astype(np.float32) / 32768
            loop = loop[0] - start, loop[1] - start
        rate = int(head["rate"]) or 44100
        key = int(head["key"]) if head["key"] < 128 else 60
        return Sample(np.pad(wave, (LEAD, TRAIL)), loop, min(rate, 192000), key, int(head["cents"]))

    def _vorbis(self, raw: bytes, index: int) -> np.ndarray:
        import soundfile

        try:
            wave = soundfile.read(io.BytesIO(raw), dtype="float32", always_2d=True)[0][:, 0]
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise self._fault(f"sample {index} cannot be decoded") from error
        if not len(wave) or not np.isfinite(wave).all():
            raise self._fault(f"sample {index} has no sound")
        return np.ascontiguousarray(wave)

    def _chunks(self) -> dict[bytes, tuple[int, int]]:
        """First byte and size of every chunk by name."""
        data = self._file
        if data[:4].tobytes() != b"RIFF" or data[8:12].tobytes() != b"sfbk":
            raise self._fault("it is not a SoundFont file")
        found: dict[bytes, tuple[int, int]] = {}
        at = 12
        while at + 8 <= len(data):
            name, size = struct.unpack("<4sI", data[at : at + 8].tobytes())
            if at + 8 + size > len(data):
                raise self._fault("it ends before its contents do")
            found[name] = at + 8, size
            at += 12 if name == b"LIST" else 8 + size + size % 2
        needed = {b"smpl", b"phdr", b"pbag", b"pgen", b"pmod", b"inst", b"ibag", b"igen", b"imod", b"shdr"}
        if missing := sorted(needed - set(found)):
            raise self._fault(f"its part {missing[0].decode()!r} is missing")
        return found

    def _table(self, chunks: dict[bytes, tuple[int, int]], name: bytes, kind: np.dtype) -> np.ndarray:
        at, size = chunks[name]
        return np.frombuffer(self._file[at : at + size // kind.itemsize * kind.itemsize].tobytes(), kind)

    def _fault(self, what: str) -> InputFileError:
        return InputFileError(f"The sound bank {self.path} is damaged: {what}.", REMEDY)


def loop_of(sample: Sample, generators: np.ndarray) -> tuple[int, int, int, int, int]:
    """Where a zone reads a sample, in places of ``Sample.data``: first, last, loop start, loop end, loop mode.

    Args:
        sample: the sample.
        generators: a zone's ``(61,)``.

    Returns:
        Places inside the data whatever the bank says; mode 0 plays once, 1 loops, 3 loops until note-off.
    """
    pairs = ((Gen.START, Gen.START_COARSE), (Gen.END, Gen.END_COARSE))
    loops = ((Gen.LOOP_START, Gen.LOOP_START_COARSE), (Gen.LOOP_END, Gen.LOOP_END_COARSE))
    start, end, loop_start, loop_end = (
        int(generators[a] + 32768 * generators[b]) for a, b in (*pairs, *loops)
    )
    size = sample.frames
    first = LEAD + min(max(start, 0), size)
    last = LEAD + size + max(min(end, 0), -size)
    begin = LEAD + min(max(sample.loop[0] + loop_start, 0), size)
    finish = LEAD + min(max(sample.loop[1] + loop_end, 0), size)
    mode = int(generators[Gen.LOOP_MODE]) & 3
    return first, last, begin, finish, mode if mode & 1 and finish - begin >= 4 else 0
