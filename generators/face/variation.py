"""How the same emotion differs from person to person: a seed is a person, with units and sizes of their own.

Which units are shown follows the shares of people who show them; each unit's size and the face's evenness vary a little
besides. A seed shows every emotion in its own way, so that one person stays one person over a whole film.
Source: ``assets/heads/variants.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.timeline import EmotionTrack
from generators.face.tables import action_units

__all__ = ["varied"]


def varied(
    faders: Mapping[str, np.ndarray], track: EmotionTrack, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """The faders of a face as one person shows them.

    Args:
        faders: the fader set "face" at the track's times, each ``(T,)``.
        track: what is felt.
        rng: is the person: the same draws are made whatever is felt.
    """
    table = _table()
    names = [unit.name for unit in action_units()]
    sizes = np.exp(table["spread"] * np.clip(rng.normal(size=len(names)), -1.5, 1.5))
    lopsided = table["lopsided"] * float(np.clip(rng.normal(), -2, 2))
    shown = dict(faders)
    strengths = track.strengths
    for label, ways in table["emotion"].items():
        felt = strengths[:, track.labels.index(label)] if label in track.labels else np.zeros(len(strengths))
        share = track.weights[:, track.labels.index(label)] if label in track.labels else felt
        for way in ways:
            has = bool(rng.random() < way["share"])
            for unit, factor in _factors(way, has).items():
                shown[unit] = shown[unit] * (1 - share * (1 - factor))
            for unit, amount in way.get("adds", {}).items() if has else ():
                shown[unit] = shown[unit] + amount * felt
    for name, size in zip(names, sizes, strict=True):
        shown[name] = np.clip(shown[name] * size, 0, 1)
    # Evenness is told by a face that moves; at rest there is nothing to be uneven.
    shown["asymmetry"] = np.clip(shown["asymmetry"] + lopsided * track.intensity, -1, 1)
    return shown


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "variants.toml")


def _factors(way: Mapping[str, Any], has: bool) -> dict[str, float]:
    """What a way of showing an emotion leaves of units, by name."""
    if "unit" in way:
        return {} if has else {way["unit"]: float(way["without"])}
    return dict(way.get("times", {})) if has else {}
