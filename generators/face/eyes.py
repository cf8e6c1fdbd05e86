"""Eyes over time: blinks at natural moments, looks at the viewer and away, and the lids that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generators.base import ARKIT, Phone
from generators.face.tables import motion

__all__ = ["Gaze", "blink_times", "blink_weight", "gaze_shapes", "look"]


@dataclass(frozen=True)
class Gaze:
    """Where the eyes look, degrees.

    Args:
        yaw: ``(T,)``, the picture's right is positive.
        pitch: ``(T,)``, up is positive.
        averted: how far the look is off the viewer, ``(T,)``, 0 or 1 with quick passages.
        shifts: seconds at which the look jumps.
    """

    yaw: np.ndarray
    pitch: np.ndarray
    averted: np.ndarray
    shifts: tuple[float, ...]


def look(faders: Mapping[str, np.ndarray], times: np.ndarray, rng: np.random.Generator) -> Gaze:
    """Looks at the viewer and away, in the shares that ``gaze_aversion`` asks.

    Args:
        faders: the fader set "face" at ``times``.
        times: seconds ``(T,)``, evenly spaced.
        rng: of the looks.
    """
    law = motion("gaze")
    yaw, pitch = np.zeros(len(times)), np.zeros(len(times))
    averted = np.zeros(len(times))
    shifts: list[float] = []
    now, away = 0.0, False
    while now < times[-1] + 1e-9 and len(times):
        at = min(int(np.searchsorted(times, now)), len(times) - 1)
        share = float(faders["gaze_aversion"][at])
        mean = law["contact_mean"] * (share / max(1 - share, 0.1) if away else 1.0)
        length = max(0.35, mean * (0.5 + rng.exponential(0.5)))
        end = int(np.searchsorted(times, now + length))
        if away:
            side = rng.choice([-1.0, 1.0])
            angle = rng.uniform(*law["averted_angle"])
            yaw[at:end] += side * angle
            pitch[at:end] += rng.normal(-2.0, 3.0)
            averted[at:end] = 1.0
        _wander(yaw, pitch, times, (at, end), rng)
        shifts.append(now)
        now += length
        away = not away and bool(share > 0.01)
    return _settle(faders, Gaze(yaw, pitch, averted, tuple(shifts[1:])), times)


def _wander(
    yaw: np.ndarray, pitch: np.ndarray, times: np.ndarray, span: tuple[int, int], rng: np.random.Generator
) -> None:
    """Small jumps within one look; changes the arrays in place."""
    law = motion("gaze")
    start, end = span
    while start < end:
        stop = min(
            end, int(np.searchsorted(times, times[start] + 0.2 + rng.exponential(law["micro_interval"])))
        )
        stop = max(stop, start + 1)
        yaw[start:stop] += rng.normal(0, law["micro_angle"])
        pitch[start:stop] += rng.normal(0, law["micro_angle"] * 0.6)
        start = stop


def _settle(faders: Mapping[str, np.ndarray], aimed: Gaze, times: np.ndarray) -> Gaze:
    """The aimed look as the eyes reach it: jumps take a saccade's time."""
    if len(times) < 2:
        return Gaze(aimed.yaw, aimed.pitch + faders["gaze_pitch"], aimed.averted, aimed.shifts)
    rate = 1 - np.exp(-(times[1] - times[0]) / motion("gaze")["saccade"])
    track = np.stack([aimed.yaw, aimed.pitch, aimed.averted], axis=1)
    for i in range(1, len(track)):
        track[i] = track[i - 1] + rate * (track[i] - track[i - 1])
    return Gaze(track[:, 0], track[:, 1] + faders["gaze_pitch"], track[:, 2], aimed.shifts)


def gaze_shapes(gaze: Gaze, head: np.ndarray) -> np.ndarray:
    """ARKit's eyeLook shapes of a look, and lids that follow it down, ``(T, 52)``, 0..1.

    Args:
        gaze: relative to the viewer.
        head: pitch and yaw of the head in degrees, ``(T, 2)``; the eyes make up for them.
    """
    law = motion("gaze")
    yaw = (gaze.yaw - head[:, 1]) / law["full_horizontal"]
    pitch = (gaze.pitch - head[:, 0]) / law["full_vertical"]
    weights = np.zeros((len(yaw), len(ARKIT)))
    # The face's own left eye is on the picture's right: looking there turns it outwards.
    moves = {"OutLeft": yaw, "InRight": yaw, "InLeft": -yaw, "OutRight": -yaw}
    moves |= {
        f"{way}{side}": sign * pitch for way, sign in (("Up", 1), ("Down", -1)) for side in ("Left", "Right")
    }
    for name, value in moves.items():
        weights[:, ARKIT.index(f"eyeLook{name}")] = np.clip(value, 0, 1)
    for side in ("Left", "Right"):
        weights[:, ARKIT.index(f"eyeBlink{side}")] = law["lid_follow"] * np.clip(-pitch, 0, 1)
    return weights


def blink_times(
    rate: np.ndarray,
    times: np.ndarray,
    phones: Sequence[Phone],
    shifts: Sequence[float],
    rng: np.random.Generator,
) -> tuple[float, ...]:
    """Seconds at which blinks begin: random at the asked rate, drawn to pauses, ends of phrases and gaze shifts.

    Args:
        rate: blinks a minute ``(T,)``.
        times: seconds ``(T,)``.
        phones: what is said.
        shifts: seconds of gaze shifts.
        rng: of the blinks.
    """
    law = motion("blink")
    moments = np.array(sorted([*_pauses(phones), *shifts]))
    found: list[float] = []
    mean = 60.0 / float(rate[0]) if len(rate) else 1.0
    now = rng.uniform(0, mean)
    while len(times) and now < times[-1]:
        at = now
        if len(moments):
            nearest = moments[np.abs(moments - now).argmin()]
            at = float(nearest) if abs(nearest - now) <= law["attraction"] else now
        if at >= 0 and (not found or at - found[-1] >= law["refractory"]):
            found.append(at)
        index = min(int(np.searchsorted(times, now)), len(rate) - 1)
        mean = 60.0 / float(rate[index])
        refractory = min(law["refractory"], 0.5 * mean)
        now += refractory + rng.exponential(mean - refractory)
    return tuple(found)


def blink_weight(begins: Sequence[float], times: np.ndarray) -> np.ndarray:
    """How far blinks close the eyes, ``(T,)``, 0..1: quick down, slower up.

    Args:
        begins: seconds.
        times: seconds ``(T,)``.
    """
    law = motion("blink")
    closed = np.zeros(len(times))
    for begin in begins:
        since = times - begin
        down = np.clip(since / law["close"], 0, 1)
        up = np.clip((since - law["close"] - law["hold"]) / law["open"], 0, 1)
        closed = np.maximum(closed, np.sin(down * np.pi / 2) * (1 - up * up * (3 - 2 * up)))
    return closed * law["depth"]


def _pauses(phones: Sequence[Phone]) -> list[float]:
    """Moments just after speech stops for a while."""
    gap = motion("speech")["rest_gap"]
    following = [*(phone.start for phone in phones[1:]), float("inf")]
    return [p.end for p, start in zip(phones, following, strict=False) if start - p.end >= gap]
