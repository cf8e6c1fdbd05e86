"""The colours of one instant, chosen in OKLCH from the faders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.video.colour import colour, ramp, turn_towards
from generators.video.look import Look

__all__ = ["Palette", "palette"]

YELLOW, BLUE = 85.0, 270.0  # OKLCH degrees to which lights and shadows lean outdoors
RELATED = 16


@dataclass(frozen=True)
class Palette:
    """Linear sRGB colours, float32.

    Args:
        main: dark to light ``(256, 3)``.
        sky: zenith to horizon ``(256, 3)``.
        light: of the sun, moon or lamp ``(3,)``.
        dark: of what lies in shade ``(3,)``.
        accent: the one colour that stands out ``(3,)``.
        hues: related colours for many small things ``(16, 3)``.
    """

    main: np.ndarray
    sky: np.ndarray
    light: np.ndarray
    dark: np.ndarray
    accent: np.ndarray
    hues: np.ndarray


def palette(look: Look) -> Palette:
    """The colours of a look.

    Shadows lean towards blue and lights towards yellow, as outdoors, by no more than the spread allows. A
    palette of one hue would read as a tinted photograph: so even a narrow spread keeps its shadows cooler,
    the more spread there is the more its light is that of a plain warm lamp, and its accent stands to the side.
    """
    chroma = 0.03 + 0.20 * look.chroma
    lit = look.hue + turn_towards(look.hue, YELLOW, look.spread * 0.45 + 12.0 * max(look.warmth, 0.0))
    dark = look.hue + turn_towards(look.hue, BLUE, max(look.spread, 24.0) * 0.75)
    accent = lit + turn_towards(lit, YELLOW, look.spread * 0.5)
    steps = np.linspace(0.0, 1.0, RELATED)
    hues = [colour(0.62 + 0.20 * x, chroma * 1.15, dark + (lit - dark) * (1.25 * x - 0.1)) for x in steps]
    lamp = colour(0.94, 0.4 * chroma + 0.02, lit)
    warm = colour(0.95, 0.02 + 0.2 * chroma, YELLOW)
    white = min(look.spread / 120.0, 0.7)
    return Palette(
        main=ramp(0.10, 0.92, dark, lit, chroma, 256),
        sky=ramp(0.34, 0.87, dark, lit, chroma, 256),
        light=(lamp + (warm - lamp) * white).astype(np.float32),
        dark=colour(0.16, chroma * 0.5, dark),
        accent=colour(0.84, chroma * 1.1 + 0.02, accent),
        hues=np.stack(hues),
    )
