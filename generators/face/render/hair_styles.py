"""Hair styles: how thick, how long and how wavy, and which way of growing. Numbers were set by eye on rendered sheets.

Lengths are in the face's own unit, which is 3.5 times half the distance between the eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["STYLES", "Strands", "Style", "hairline"]

_HAIRLINE_AZIMUTH = (0, 25, 42, 58, 75, 92, 118, 180)  # degrees from the front


@dataclass(frozen=True)
class Style:
    """A hair style.

    Args:
        way: of growing: ``"combed"``, ``"curtain"``, ``"tied"``, ``"curled"`` or ``""`` for no strands.
        cards: how many strips.
        steps: points along a strip.
        half_width: of a strip.
        body: share of a strip that is closed, from the root.
        hairline: elevation in degrees at each of eight azimuths.
        strands: in a strip.
        tips: shortest strand of a strip and how much longer others are, as shares.
        tilt: by which strips stand out of their plane.
        taper: narrowing towards the tip.
        back_share: how densely the back is covered, against the front.
        contrast: by which strips differ in brightness.
        roundness: how far light sees the head's round instead of the strip's plane, 0..1.
        root_fade: over which share of a strip its strands begin.
        root_light: how much light arrives at a strip's root, against its tip.
        scalp: how far hair colours the skin below it, 0..1.
        cut: height of the ends of a curtain above the skull's middle.
        ragged: by which these heights differ.
        wave: amplitude of a curtain's waves.
        parting: of a curtain, to the picture's right.
        volume: thickness of curls above the skull.
    """

    way: str
    cards: int
    steps: int
    half_width: float
    body: float
    hairline: tuple[float, ...]
    strands: int = 11
    tips: tuple[float, float] = (0.84, 0.16)
    tilt: float = 0.22
    taper: float = 0.25
    back_share: float = 0.30
    contrast: float = 0.36
    roundness: float = 0.43
    root_fade: float = 0.07
    root_light: float = 0.50
    scalp: float = 1.0
    cut: float = 0.0
    ragged: float = 0.0
    wave: float = 0.0
    parting: float = 0.0
    volume: float = 0.0

    @property
    def width(self) -> float:
        """Half the width of a strip in decimetres, for a face of the usual unit."""
        return self.half_width * 1.1


@dataclass(frozen=True)
class Strands:
    """Paths of strands.

    Args:
        paths: ``(n, K, 3)``, decimetres; from here the outermost first.
        brightness: ``(n,)``, how much light arrives.
        outward: direction away from the head ``(n, K, 3)``.
        hanging: whether a point hangs free and is seen from inside, ``(n, K)``.
    """

    paths: np.ndarray
    brightness: np.ndarray
    outward: np.ndarray
    hanging: np.ndarray


_SHORT_LINE = (30.0, 30.0, 29.0, 21.0, 1.0, -17.0, -33.0, -38.0)
_CURTAIN_LINE = (31.0, 31.0, 28.0, 17.0, -6.0, -12.0, -30.0, -40.0)
_TIED_LINE = (25.0, 24.5, 22.0, 12.0, -4.0, -16.0, -30.0, -36.0)

STYLES: Mapping[str, Style] = {
    "short": Style("combed", 1150, 5, 0.036, 0.45, _SHORT_LINE, tips=(0.62, 0.38)),
    "bob": Style(
        "curtain",
        420,
        14,
        0.038,
        0.90,
        _CURTAIN_LINE,
        strands=9,
        tips=(0.88, 0.12),
        tilt=0.07,
        contrast=0.10,
        roundness=0.85,
        root_fade=0.065,
        root_light=0.86,
        cut=-1.02,
        ragged=0.10,
        parting=-0.20,
    ),
    "long": Style(
        "curtain",
        350,
        15,
        0.043,
        0.80,
        _CURTAIN_LINE,
        strands=9,
        tips=(0.78, 0.22),
        tilt=0.08,
        contrast=0.12,
        roundness=0.80,
        root_fade=0.05,
        root_light=0.86,
        cut=-1.66,
        ragged=0.30,
        wave=0.030,
        parting=0.06,
    ),
    "wavy": Style(
        "curtain",
        340,
        17,
        0.044,
        0.62,
        _CURTAIN_LINE,
        strands=8,
        tips=(0.66, 0.34),
        tilt=0.22,
        contrast=0.24,
        roundness=0.62,
        root_fade=0.05,
        root_light=0.80,
        cut=-1.42,
        ragged=0.30,
        wave=0.055,
        parting=-0.16,
    ),
    "tied": Style(
        "tied", 900, 9, 0.030, 0.80, _TIED_LINE, tilt=0.10, contrast=0.18, roundness=0.7, root_fade=0.15
    ),
    "curly": Style(
        "curled",
        1050,
        6,
        0.040,
        0.50,
        _SHORT_LINE,
        strands=7,
        tips=(0.60, 0.40),
        tilt=0.35,
        contrast=0.42,
        roundness=0.50,
        volume=0.20,
    ),
    "afro": Style(
        "curled",
        1700,
        5,
        0.046,
        0.55,
        (26.0, 25.5, 23.0, 14.0, -3.0, -15.0, -32.0, -40.0),
        strands=7,
        tips=(0.55, 0.45),
        tilt=0.60,
        contrast=0.46,
        roundness=0.62,
        volume=0.34,
    ),
    "shaved": Style("", 0, 2, 0.03, 0.5, _SHORT_LINE, scalp=0.66),
    "bald": Style("", 0, 2, 0.03, 0.5, (90.0, 90.0, 90.0, 90.0, 40.0, 5.0, -8.0, -10.0), scalp=0.30),
}


def hairline(style: str, azimuth_degrees: np.ndarray) -> np.ndarray:
    """Elevation of the hairline in degrees at azimuths in degrees."""
    return np.interp(np.abs(azimuth_degrees), _HAIRLINE_AZIMUTH, STYLES[style].hairline)
