"""Motion over time: phases that speed drives, a beat that jerk brings in, and a hand-held camera."""

from __future__ import annotations

import math

from generators.video.look import Look

__all__ = ["Motion"]

BEATS = 1.35  # pulses a second of a stuttering motion; below 3, so that no pulse can flash
_MEAN_PULSE = 0.2122  # mean of max(0, sin)³, so that a beat does not change the mean speed


class Motion:
    """Where the motion of a scene has got to. Phases are integrated, so speed may change at any time.

    Attributes:
        clock: seconds.
        phase: grows with speed, always forwards.
        lift: grows with speed times rise, so it may run backwards.
        advance: what the last step added to ``phase``.
        beat: 0..1, height of the pulse.
        camera: offset of the camera in shares of the picture.
    """

    def __init__(self) -> None:
        self.clock = 0.0
        self.phase = 0.0
        self.lift = 0.0
        self.advance = 0.0
        self.beat = 0.0
        self.camera = (0.0, 0.0)

    def step(self, look: Look, seconds: float) -> None:
        """Go on by some seconds at a look's speed, direction and jerk."""
        self.clock += seconds
        t = self.clock
        wave = math.sin(2.0 * math.pi * BEATS * t + 1.7 * math.sin(0.9 * t))
        self.beat = max(0.0, wave) ** 3
        jerk = 0.6 * look.jerk
        pulse = 1.0 - jerk + jerk * self.beat / _MEAN_PULSE
        self.advance = seconds * (0.06 + 1.5 * look.speed**1.4) * pulse
        self.phase += self.advance
        self.lift += self.advance * look.rise
        shake = look.jerk * look.speed * 0.006
        self.camera = (
            shake * (math.sin(7.1 * t) + math.sin(11.3 * t + 1.0)),
            shake * (math.sin(8.3 * t + 2.0) + math.sin(12.7 * t)),
        )
