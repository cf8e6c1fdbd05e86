"""Faces of two emotions felt at once, where people show units of their own rather than the sum of both faces.

A mixture of two basic emotions in equal parts shows the compound's units, each as strongly as the stronger of the two faces
has it; the more one part prevails, or the more is felt besides, the more of the plain mixture remains.
Source: Du, Tao & Martinez 2014, "Compound facial expressions of emotion", Table 1 (``assets/heads/compounds.toml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.faders import fader_set
from conditioning.timeline import EmotionTrack
from generators.face.tables import action_units

__all__ = ["Compound", "compounds", "with_compounds"]

_LEAST = 0.4  # of a unit that a compound shows and neither of its parts shows as much of


@dataclass(frozen=True)
class Compound:
    """What people show who feel two emotions at once.

    Args:
        of: the two emotions.
        units: strength of each unit in its whole expression, 0..1, by name.
        share: of people who show the unit, 0..1, by name.
    """

    of: tuple[str, str]
    units: Mapping[str, float]
    share: Mapping[str, float]


@cache
def compounds() -> tuple[Compound, ...]:
    """The compounds of the table."""
    known = fader_set("face").faders
    found = []
    for row in asset_table("heads", "compounds.toml")["compound"]:
        share = {**dict.fromkeys(row["units"], 1.0), **row["some"]}
        units = {
            unit: max(_LEAST, *(known[unit].labels.get(part, 0.0) for part in row["of"])) for unit in share
        }
        found.append(Compound((row["of"][0], row["of"][1]), units, share))
    return tuple(found)


def with_compounds(
    faders: Mapping[str, np.ndarray], track: EmotionTrack, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """The faders of a face, the units of compounds in place of sums where two basic emotions are felt at once.

    Args:
        faders: the fader set "face" at the track's times, each ``(T,)``.
        track: what is felt.
        rng: draws which of the units that only some people show are shown.
    """
    shown = dict(faders)
    drawn = {compound.of: _drawn(compound, rng) for compound in compounds()}
    force = np.where(track.intensity > 0, np.maximum(track.intensity, 1e-9) ** fader_set("face").concavity, 0)
    nearness = {compound.of: _nearness(compound, track) for compound in compounds()}
    total = np.maximum(1.0, sum(nearness.values(), np.zeros(len(track.times))))
    if not any(near.any() for near in nearness.values()):
        return shown
    for unit in (each.name for each in action_units()):
        for of, near in nearness.items():
            share = near / total
            shown[unit] = shown[unit] + share * (drawn[of].get(unit, 0.0) * force - faders[unit])
        shown[unit] = np.clip(shown[unit], 0, 1)
    return shown


def _drawn(compound: Compound, rng: np.random.Generator) -> dict[str, float]:
    """Strengths of the units that one person shows; a unit that only some show is whole or, on others, a quarter."""
    return {
        unit: strength * (1.0 if rng.random() < compound.share[unit] else 0.25)
        for unit, strength in compound.units.items()
    }


def _nearness(compound: Compound, track: EmotionTrack) -> np.ndarray:
    """How far the mixture is this compound, ``(T,)``: 1 for equal parts of its two emotions and nothing else."""
    if not set(compound.of) <= set(track.labels):
        return np.zeros(len(track.times))
    one, other = (track.weights[:, track.labels.index(part)] for part in compound.of)
    near: np.ndarray = 2 * np.minimum(one, other)
    return near
