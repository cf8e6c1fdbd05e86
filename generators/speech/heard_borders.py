"""Where one phone ends and the next begins in a sound that was spoken: nominal borders moved to where they are heard.

The network's durations say for how long it meant each phone, but its decoder looks to both sides, so that a closure or a hiss may
sound some 60 ms beside its own frames. Each kind of sound has a level of its own in three bands (``assets/voices/borders.toml``);
the borders of a phrase are chosen together so that all its phones sound as their kinds do, each border at some price for its
distance from the nominal one (Viterbi 1967; segmentation by such levels: Leung & Zue 1984).

Conventions: seconds from the sound's start; levels in decibels below the band's loud level (its 95th percentile).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table

__all__ = ["STEP", "Segment", "band_levels", "heard_borders", "is_stop", "kind_of"]

STEP = 0.005
"""Seconds from one frame of ``band_levels`` to the next, and of borders' places."""

_GAP = "gap"
_IMPOSSIBLE = 1e6


@dataclass(frozen=True)
class Segment:
    """A stretch of a phrase, which ends where the next begins.

    Args:
        kind: of sound, see ``kind_of``; "gap" for what lies between words.
        end: nominal, seconds.
    """

    kind: str
    end: float


def kind_of(symbol: str) -> str:
    """The kind of sound that a letter of the model's alphabet stands for; a vowel if none is named."""
    return _kinds_by_letter().get(symbol[:1], "vowel")


def is_stop(symbol: str) -> bool:
    """Whether a letter of the model's alphabet stands for a sound that begins with a closure of the mouth."""
    return kind_of(symbol).endswith("_stop")


def band_levels(sound: np.ndarray, rate: int) -> np.ndarray:
    """Levels of a sound in the bands, decibels ``(T, 3)``, one row for each ``STEP``, the first about the first sample.

    Args:
        sound: ``(n,)``.
        rate: hertz.
    """
    law = _law()
    hop, width = round(STEP * rate), round(law["window"] * rate)
    padded = np.pad(np.asarray(sound, np.float32), (width // 2, width))
    count = max(len(sound) // hop, 1)
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[: count * hop : hop]
    power = np.abs(np.fft.rfft(frames * np.hanning(width).astype(np.float32))) ** 2
    hertz = np.arange(power.shape[1]) * rate / width
    levels = np.stack(
        [
            10 * np.log10(power[:, (hertz >= low) & (hertz < high)].sum(axis=1) + 1e-9)
            for low, high in law["bands"]
        ],
        axis=1,
    )
    loud = np.percentile(levels, 95, axis=0)
    return np.maximum(levels - loud, -law["range"])


def heard_borders(levels: np.ndarray, start: float, segments: Sequence[Segment]) -> list[float]:
    """The ends of a phrase's segments as they are heard; its beginning and its end stay. The nominal ones if none fit.

    Args:
        levels: of ``band_levels``.
        start: of the first segment, seconds.
        segments: in order.
    """
    law = _law()
    nominal = [segment.end for segment in segments]
    places = np.round(np.array([start, *nominal]) / STEP).astype(int)
    first, last = places[0], min(places[-1], len(levels))
    reach = round(law["reach"] / STEP)
    misfit = _misfits(levels)
    before, price = np.array([first]), np.zeros(1)
    chosen: list[tuple[np.ndarray, np.ndarray]] = []
    for k, segment in enumerate(segments):
        at, ends = places[k + 1], k + 1 == len(segments)
        open_to = np.array([last]) if ends else np.arange(max(at - reach, first), min(at + reach, last) + 1)
        length = open_to[:, None] - before[None]
        total = price[None] + misfit[segment.kind][open_to][:, None] - misfit[segment.kind][before][None]
        total = np.where(length < _least(segment, at - places[k]), _IMPOSSIBLE, total)
        if not ends:
            total = total + 0.5 * ((open_to - at)[:, None] * STEP / law["spread"]) ** 2
        best = total.argmin(axis=1) if total.size else np.zeros(0, int)
        chosen.append((open_to, best))
        before, price = open_to, total.min(axis=1) if total.size else np.zeros(0)
    if not len(price) or price[0] >= _IMPOSSIBLE:
        return nominal
    return [*_traced(chosen)[:-1], nominal[-1]]


def _traced(chosen: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """The borders that led to the last one, seconds."""
    found: list[float] = []
    place = 0
    for open_to, best in reversed(chosen):
        found.append(float(open_to[place]) * STEP)
        place = int(best[place])
    return found[::-1]


def _least(segment: Segment, nominal: int) -> int:
    """Frames that a segment lasts at least: gaps may vanish."""
    if segment.kind == _GAP:
        return 0
    return min(max(nominal, 1), round(_law()["shortest"] / STEP))


def _misfits(levels: np.ndarray) -> dict[str, np.ndarray]:
    """How badly all frames before each fit each kind of sound, ``(T + 1,)``."""
    law, found = _law(), {}
    for kind, table in law["kind"].items():
        spread = np.array(table["spread"])
        own = 0.5 * ((levels - np.array(table["level"])) / spread) ** 2 + np.log(spread)
        worst = np.minimum(own, law["worst"]).sum(axis=1)
        found[kind] = np.concatenate([[0.0], np.cumsum(law["weight"] * worst)])
    return found


@cache
def _kinds_by_letter() -> dict[str, str]:
    return {letter: kind for kind, table in _law()["kind"].items() for letter in table["letters"].split()}


@cache
def _law() -> dict[str, Any]:
    return asset_table("voices", "borders.toml")
