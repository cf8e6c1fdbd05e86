"""What the mouth does to a voice's spectrum with an emotion: bands, single formants, movement, consonants.

Pitch, level and the glottis have controls of their own; these are the tract's. A mouth that opens raises what lies about the
first formant, spread or rounded lips move the second, a face that works harder moves the spectrum further from its mean,
and breath that is pushed makes consonants louder. All act as smooth gains over frequency, so that phases stay whole.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from generators.speech.prosody import BANDS, Controls

__all__ = ["band_gains", "moved_resonances"]

_DB = np.log(10) / 20  # decibel to natural logarithm of a magnitude
_RESONANCES = ("first_formant", "second_formant")


def band_gains(hertz: np.ndarray, controls: Controls) -> np.ndarray | None:
    """Gains of the bands that an emotion lifts or lowers, in decibels; None where none is asked for.

    Args:
        hertz: frequencies ``(K,)``.
        controls: along ``F`` frames.

    Returns:
        ``(K, F)``.
    """
    if not any(np.any(controls[name]) for name in BANDS):
        return None
    octaves = np.log2(np.maximum(hertz, 50.0))
    shapes = [np.exp(-0.5 * ((octaves - np.log2(row["hertz"])) / row["octaves"]) ** 2) for row in _rows()]
    found: np.ndarray = np.stack(shapes, axis=1) @ np.stack([controls[name] for name in BANDS])
    return found


def moved_resonances(
    hertz: np.ndarray, envelope: np.ndarray, controls: Controls, usual: np.ndarray | None = None
) -> np.ndarray | None:
    """Gains that move formants by themselves and the spectrum further from its mean, or nearer; natural logarithm.

    Args:
        hertz: frequencies ``(K,)``, evenly spaced from 0.
        envelope: smooth log magnitude of the voiced sound ``(K, F)``.
        controls: along the frames.
        usual: the voice's mean log magnitude against that of the whole band ``(K,)``; None for the built-in speaker's.

    Returns:
        ``(K, F)``; None where nothing is asked for.
    """
    shifted = any(np.any(controls[name] != 1.0) for name in _RESONANCES)
    if not shifted and np.all(controls["articulation"] == 1.0):
        return None
    table = _table()
    gain = np.zeros_like(envelope)
    if shifted:
        gain = _warped(hertz, envelope, controls) - envelope
    inside = slice(*np.searchsorted(hertz, table["movement"]["within"]))
    level = envelope[inside].mean(axis=0)
    if usual is None:
        usual = np.interp(hertz, table["movement"]["hertz"], table["movement"]["decibels"]) * _DB
    gain = gain + (controls["articulation"] - 1) * (envelope - level - usual[:, None])
    most = table["movement"]["most"] * _DB
    return np.asarray(most * np.tanh(gain / most), np.float32)


def _warped(hertz: np.ndarray, envelope: np.ndarray, controls: Controls) -> np.ndarray:
    """The envelope whose formants lie higher by their factors ``(K, F)``."""
    knots = _table()["formants"]
    at = np.log(np.maximum(hertz, 50.0))
    places = np.log(np.array(knots["hertz"]))
    shares = np.stack([np.interp(at, places, knots[name]) for name in _RESONANCES], axis=1)
    factor = np.exp(shares @ np.stack([np.log(controls[name]) for name in _RESONANCES]))
    source = np.clip(hertz[:, None] / factor / (hertz[1] - hertz[0]), 0, len(hertz) - 1.001)
    below = source.astype(int)
    part = source - below
    lower = np.take_along_axis(envelope, below, axis=0)
    found: np.ndarray = lower + part * (np.take_along_axis(envelope, below + 1, axis=0) - lower)
    return found


def _rows() -> list[dict[str, float]]:
    return [_table()["band"][name] for name in BANDS]


@cache
def _table() -> dict[str, Any]:
    return asset_table("voices", "articulation.toml")
