"""What the picture's faders say at one instant, and how fast that may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from conditioning.conditioning import Conditioning

__all__ = ["Look", "looks"]

_CHUNK = 256  # frames whose faders are computed at once, so that a long film takes no more memory


@dataclass(frozen=True)
class Look:
    """The picture's faders at one instant; 0..1 unless said otherwise.

    Args:
        lightness: dark to light.
        chroma: grey to vivid.
        hue: centre of the palette, OKLCH degrees.
        spread: of hues over the palette, degrees.
        contrast: flat to hard.
        warmth: -1 cool .. 1 warm.
        speed: of motion.
        rise: -1 sinks .. 1 rises.
        jerk: smooth to stuttering.
        roundness: shards to blobs.
        density: sparse to crowded.
        grain: of the film.
        depth_of_field: all sharp to shallow focus.
    """

    lightness: float = 0.5
    chroma: float = 0.4
    hue: float = 240.0
    spread: float = 40.0
    contrast: float = 0.5
    warmth: float = 0.0
    speed: float = 0.3
    rise: float = 0.0
    jerk: float = 0.1
    roundness: float = 0.7
    density: float = 0.5
    grain: float = 0.3
    depth_of_field: float = 0.4

    @property
    def night(self) -> float:
        """1 in the dark, 0 by day."""
        return float(np.clip((0.46 - self.lightness) / 0.2, 0.0, 1.0))

    @property
    def storm(self) -> float:
        """0 calm .. 1 wild: jerk, sharp shapes and crowding together."""
        wild = 0.75 * self.jerk + 0.45 * (1.0 - self.roundness) + 0.5 * self.density - 0.35
        return float(np.clip(wild, 0.0, 1.0))

    def towards(self, goal: Look, seconds: float) -> Look:
        """The look on the way to another after some seconds, each fader no faster than ``_FASTEST`` lets it.

        A sudden change of emotion thereby never becomes a flash.
        """
        moved = {}
        for name in NAMES:
            now, then = getattr(self, name), getattr(goal, name)
            most = _FASTEST.get(name, 1.6) * seconds
            if name == "hue":
                apart = (then - now + 180.0) % 360.0 - 180.0
                moved[name] = (now + min(max(apart, -most), most)) % 360.0
            else:
                moved[name] = now + min(max(then - now, -most), most)
        return Look(**moved)


NAMES = tuple(f.name for f in fields(Look))
# Change a second; the rest may cross its range in 0.6 s. A whole swing of lightness takes about a second.
_FASTEST = {"hue": 150.0, "spread": 120.0, "warmth": 2.0, "rise": 2.0, "lightness": 0.9}


def looks(conditioning: Conditioning, fps: float, count: int) -> Iterator[Look]:
    """The look of each frame.

    Args:
        conditioning: emotion over time.
        fps: frames a second.
        count: frames.

    Yields:
        ``count`` looks, one a frame, free of sudden steps.
    """
    last: Look | None = None
    for start in range(0, count, _CHUNK):
        times = np.arange(start, min(start + _CHUNK, count)) / fps
        values = conditioning.faders("visual", times)
        for k in range(len(times)):
            goal = Look(**{name: float(values[name][k]) for name in NAMES})
            last = goal if last is None else last.towards(goal, 1.0 / fps)
            yield last
