"""Who plays: palettes on the VAD plane, instruments with their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table

__all__ = ["PARTS", "Orchestra", "choose_palette", "fit", "instruments", "make_orchestras", "programs"]

PARTS = ("melody", "counter", "arp", "chords", "bass", "drums")
_STICKY = 0.12  # a palette stays while another is nearer by less than this
_CHANCE = 0.03  # spread of the seed's own taste, in VAD distance
_ANY_RANGE = (28, 96)


@dataclass(frozen=True)
class Orchestra:
    """A palette with the seed's choices made.

    Args:
        name: of the palette.
        programs: General MIDI program from 0 of each pitched part.
        style: how chords are struck.
        figure: order of the arpeggio.
        walk: manner of the bass.
        feel: ``"straight"``, ``"swing"`` or ``"triplet"``.
        kit: key of the kits, or ``"none"``.
    """

    name: str
    programs: Mapping[str, int]
    style: str
    figure: str
    walk: str
    feel: str
    kit: str


@cache
def instruments() -> Mapping[str, Any]:
    """The tables of ``assets/music/instruments.toml``."""
    return asset_table("music", "instruments.toml")


@cache
def programs(kind: str) -> frozenset[int]:
    """Programs that are ``"sustained"``, ``"ringing"`` or play ``"vibrato"``."""
    return frozenset(instruments()["programs"][kind])


@cache
def _palettes() -> Mapping[str, Mapping[str, Any]]:
    table = asset_table("music", "palettes.toml")
    found: Mapping[str, Mapping[str, Any]] = table["palette"]
    return found


def make_orchestras(rng: np.random.Generator) -> dict[str, Orchestra]:
    """Every palette with one choice made from each of its lists, by name."""

    def pick(row: Mapping[str, Any], key: str) -> Any:
        return row[key][int(rng.integers(len(row[key])))]

    return {
        name: Orchestra(
            name,
            programs={part: int(pick(row, part)) for part in PARTS[:-1]},
            style=pick(row, "style"),
            figure=pick(row, "figure"),
            walk=pick(row, "walk"),
            feel=pick(row, "feel"),
            kit=row["kit"],
        )
        for name, row in _palettes().items()
    }


def choose_palette(vad: np.ndarray, current: str, rng: np.random.Generator) -> str:
    """The palette nearest to a felt point; the current one stays unless another is clearly nearer."""
    names = list(_palettes())
    offsets = np.array([_palettes()[name]["vad"] for name in names]) - vad
    distance = np.linalg.norm(offsets * (1, 1, 0.6), axis=1)  # dominance speaks least of an orchestra
    taste = rng.normal(0, _CHANCE, len(names))
    if current and distance[names.index(current)] < distance.min() + _STICKY:
        return current
    return names[int(np.argmin(distance + taste))]


def fit(pitch: int, program: int) -> int:
    """The pitch moved by octaves into the instrument's range."""
    low, high = instruments()["ranges"].get(str(program), _ANY_RANGE)
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return int(pitch)
