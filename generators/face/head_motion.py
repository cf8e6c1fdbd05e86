"""The head over time: offsets and energy from the emotion, nods on stressed vowels, sway, and breathing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from generators.face.articulation import Articulation
from generators.face.expression import ease
from generators.face.eyes import Gaze
from generators.face.head_style import HeadStyle
from generators.face.tables import motion

__all__ = ["HeadMotion", "move_head"]


@dataclass(frozen=True)
class HeadMotion:
    """The head's pose and the breath.

    Args:
        pose: ``(T, 6)``: x, y, z in metres (the picture's right, up, towards the viewer), then pitch (chin up is
            positive), yaw (turn to the picture's right) and roll (crown to the picture's right) in radians.
        breath: ``(T,)``, 0 empty to 1 full.
    """

    pose: np.ndarray
    breath: np.ndarray


def move_head(
    faders: Mapping[str, np.ndarray],
    speech: Articulation,
    gaze: Gaze,
    times: np.ndarray,
    rng: np.random.Generator,
    style: HeadStyle | None = None,
) -> HeadMotion:
    """The head of an emotion and of what is said.

    Args:
        faders: the fader set "face" at ``times``.
        speech: whose accents the head nods to.
        gaze: which the head follows in part.
        times: seconds ``(T,)``, evenly spaced.
        rng: of the sway.
        style: of the movement, whose posture and energy are in the faders already; None is the natural one.
    """
    law, style = motion("head"), style or HeadStyle()
    fps = 1 / (times[1] - times[0]) if len(times) > 1 else 25.0
    offsets = np.stack([faders[f"head_{axis}"] for axis in ("pitch", "yaw", "roll")], axis=1)
    angles = ease(offsets, fps, 0.35, 0.45)
    energy = ease(faders["head_energy"][:, None], fps, 0.3, 0.5)[:, 0]
    alive = law["sway_idle"] + (1 - law["sway_idle"]) * gaussian_filter1d(
        speech.talking, 0.25 * fps, mode="nearest"
    )
    sway = _noise(len(times), 3, style.period * law["sway_period"] * fps, rng) * np.array(law["sway_angle"])
    angles = angles + style.sway * sway * (energy * alive)[:, None]
    angles[:, 0] += style.nod * _nods(speech, energy, times, rng)
    angles[:, :2] += _follow(gaze, fps)
    breath = _breath(faders["breath_rate"], times, rng)
    angles[:, 0] += law["breath_pitch"] * (breath - 0.5)
    limit = np.array(law["limit"])
    angles = limit * np.tanh(angles / limit)
    shift = _noise(len(times), 3, 1.4 * style.period * law["sway_period"] * fps, rng) * np.array(law["shift"])
    shift = style.shift * shift * (energy * alive)[:, None]
    shift[:, 1] += law["breath_lift"] * (breath - 0.5)
    return HeadMotion(np.concatenate([shift, np.radians(angles)], axis=1), breath)


def _nods(
    speech: Articulation, energy: np.ndarray, times: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Pitch of the nods on accents in degrees, ``(T,)``; chin down, each of its own size."""
    law = motion("head")
    down, _ = law["nod_time"]
    fps = 1 / (times[1] - times[0]) if len(times) > 1 else 25.0
    peaks = np.flatnonzero((np.diff(speech.accent, prepend=0) > 0) & (np.diff(speech.accent, append=0) <= 0))
    pulses = np.zeros(len(times))
    pulses[peaks] = rng.uniform(0.35, 1.0, len(peaks)) * speech.accent[peaks]
    width = down * fps * 0.8
    nods = gaussian_filter1d(pulses, width, mode="constant") * width * np.sqrt(2 * np.pi)
    return -law["nod_angle"] * energy * np.clip(nods, 0, 1.4)


def _follow(gaze: Gaze, fps: float) -> np.ndarray:
    """Share of an averted look that the head takes, pitch and yaw in degrees, ``(T, 2)``, slower than the eyes."""
    share = motion("gaze")["head_share"]
    aim = np.stack([gaze.pitch, gaze.yaw], axis=1) * gaze.averted[:, None] * share
    return ease(aim, fps, 0.25, 0.25)


def _breath(rate: np.ndarray, times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Breath ``(T,)``, 0..1, at a rate in breaths a minute; in takes less time than out."""
    step = np.diff(times, prepend=times[0] if len(times) else 0.0)
    phase = (rng.uniform() + np.cumsum(rate / 60.0 * step)) % 1.0
    inward = 0.5 - 0.5 * np.cos(np.pi * phase / 0.4)
    outward = 0.5 + 0.5 * np.cos(np.pi * (phase - 0.4) / 0.6)
    return np.where(phase < 0.4, inward, outward)


def _noise(count: int, columns: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise of about unit deviation, ``(count, columns)``; ``period`` in frames."""
    width = max(period / 4, 1.0)
    noise = gaussian_filter1d(rng.normal(size=(count, columns)), width, axis=0, mode="reflect")
    return np.clip(noise * np.sqrt(2 * np.sqrt(np.pi) * width), -2.2, 2.2)
