"""What a preset plays: the zones of its instruments with all generators and modulators summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.music.soundfont.layout import DEFAULTS, GENERATORS, INSTRUMENT_ONLY, Gen

__all__ = ["CHANNEL_SOURCES", "WHEEL_TO_VIBRATO", "Modulators", "Zone", "ZoneTables", "build_zones"]

# By source, destination and amount source, as the file writes them.
Modulators = dict[tuple[int, int, int], int]

VELOCITY_TO_CUTOFF = (0x0102, Gen.CUTOFF, 0)
WHEEL_TO_VIBRATO = (0x0081, Gen.VIBRATO_PITCH, 0)
# Defaults of section 8.4 that are worked out at note-on; volume, pan, expression and bend are curves of the channel.
_MODULATORS: Modulators = {(0x0502, Gen.ATTENUATION, 0): 960, VELOCITY_TO_CUTOFF: -2400, WHEEL_TO_VIBRATO: 50}
CHANNEL_SOURCES = frozenset({0x0E, 0x10, 0x81, 0x87, 0x8A, 0x8B})  # bend, its range, CC1, CC7, CC10, CC11
_MOST_ZONES = 4096  # more than any bank needs; a damaged one can claim billions
_FULL_RANGE = 127 << 8


@dataclass(frozen=True)
class Zone:
    """One sample of a preset over a range of keys and velocities.

    Args:
        keys: lowest and highest MIDI key.
        velocities: least and greatest velocity.
        generators: int64 ``(61,)`` in the file's units.
        modulators: amounts.
    """

    keys: tuple[int, int]
    velocities: tuple[int, int]
    generators: np.ndarray
    modulators: Modulators

    def sounds(self, key: int, velocity: int) -> bool:
        """Whether a note plays this zone."""
        return self.keys[0] <= key <= self.keys[1] and self.velocities[0] <= velocity <= self.velocities[1]


@dataclass(frozen=True)
class ZoneTables:
    """The four tables of presets or of instruments: headers, bags, generators and modulators."""

    headers: np.ndarray
    bags: np.ndarray
    generators: np.ndarray
    modulators: np.ndarray

    def zones(self, index: int, last: int) -> list[tuple[dict[int, int], Modulators]]:
        """Generators and modulators of each zone of one header, its global zone merged in.

        Args:
            index: of the header.
            last: the generator that ends a zone; a first zone without it is the global one.

        Raises:
            ValueError: an index lies outside the tables.
        """
        if not 0 <= index < len(self.headers) - 1:
            raise ValueError(f"it names instrument {index} of {len(self.headers) - 1}")
        first, end = (int(row["bag"]) for row in self.headers[index : index + 2])
        if not 0 <= first <= end < len(self.bags):
            raise ValueError("its table of zones is out of order")
        if end - first > _MOST_ZONES:
            raise ValueError(f"one preset claims {end - first} zones")
        zones: list[tuple[dict[int, int], Modulators]] = []
        common: tuple[dict[int, int], Modulators] = ({}, {})
        for bag, after in zip(self.bags[first:end], self.bags[first + 1 : end + 1], strict=True):
            generators = {
                int(g["op"]): int(g["value"])
                for g in self.generators[int(bag["gen"]) : int(after["gen"])]
                if g["op"] < GENERATORS
            }
            modulators = self._modulators(int(bag["mod"]), int(after["mod"]))
            if last in generators:
                zones.append((common[0] | generators, common[1] | modulators))
            elif not zones:
                common = generators, modulators
        return zones

    def _modulators(self, first: int, end: int) -> Modulators:
        found: Modulators = {}
        for row in self.modulators[first:end]:
            key = int(row["src"]), int(row["dst"]), int(row["scale"])
            # Specification 2.01 wrote velocity to cutoff with a switch as amount source; banks still do.
            found[VELOCITY_TO_CUTOFF if key == (0x0102, Gen.CUTOFF, 0x0D02) else key] = int(row["amount"])
        return found


def build_zones(presets: ZoneTables, instruments: ZoneTables, index: int) -> list[Zone]:
    """All zones of a preset.

    Args:
        presets: the preset tables.
        instruments: the instrument tables.
        index: of the preset.

    Raises:
        ValueError: an index lies outside the tables; the message says which.
    """
    built: list[Zone] = []
    for outer, outer_modulators in presets.zones(index, Gen.INSTRUMENT):
        for inner, inner_modulators in instruments.zones(outer[Gen.INSTRUMENT] & 0xFFFF, Gen.SAMPLE):
            generators = DEFAULTS.copy()
            generators[list(inner)] = list(inner.values())
            for op in sorted(outer.keys() - INSTRUMENT_ONLY):
                generators[op] += outer[op]
            modulators = _MODULATORS | inner_modulators
            modulators |= {key: modulators.get(key, 0) + amount for key, amount in outer_modulators.items()}
            keys = _overlap(outer, inner, Gen.KEY_RANGE)
            built.append(Zone(keys, _overlap(outer, inner, Gen.VELOCITY_RANGE), generators, modulators))
            if len(built) > _MOST_ZONES:
                raise ValueError(f"one preset claims more than {_MOST_ZONES} zones")
    return built


def _overlap(outer: dict[int, int], inner: dict[int, int], op: int) -> tuple[int, int]:
    """The range that preset and instrument share: low end in the low byte, high end in the high byte."""
    words = outer.get(op, _FULL_RANGE), inner.get(op, _FULL_RANGE)
    return max(word & 255 for word in words), min(word >> 8 & 255 for word in words)
