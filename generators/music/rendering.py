"""From the score to sound: stems from the bank, balance, room, tilt, loudness and limit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conditioning.assets import asset
from generators.music.form import Form
from generators.music.mastering import limit, loudness_gain, tilt, tilt_gain
from generators.music.orchestration import instruments
from generators.music.performance import Clock
from generators.music.room import impulse_response, reverberate
from generators.music.soundfont.bank import Bank
from generators.music.soundfont.player import play

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["render", "shipped_bank"]

HOP = 256  # frames between the points of a curve
_FADE = 0.35  # seconds of fade at the end, at most an eighth of the piece
_ROOM_LEVEL = 0.7


@cache
def shipped_bank() -> Bank:
    """The bank in ``assets/music``; its samples are decoded as they are needed and kept for the process."""
    return Bank(asset("music", "FluidR3Mono_GM.sf3"))


def render(
    form: Form,
    score: PrettyMIDI,
    clock: Clock,
    frames: int,
    rate: int,
    bank: Bank,
    rng: np.random.Generator,
    step: Callable[[float, str], None],
) -> np.ndarray:
    """The sound of a score.

    Its loudness follows the dynamics fader (-18 LUFS at neutral, 0.13 dB for each step of velocity), so that soft
    emotions stay softer than loud ones; peaks are held under 0.84.

    Args:
        form: bars with their faders.
        score: the notes.
        clock: the tempo map.
        frames: exact length of the sound.
        rate: hertz.
        bank: the sounds.
        rng: chance of the room.
        step: told how much is done, 0..1, and what; may raise to stop.

    Returns:
        float32 ``(frames, 2)``.

    Raises:
        InputFileError: the bank is damaged.
    """
    mix = instruments()["mix"]
    dry = np.zeros((frames, 2), np.float32)
    sent = np.zeros((frames, 2), np.float32)
    wet = _curve(form, clock, "reverb", frames, rate)
    for k, part in enumerate(score.instruments):
        what = f"playing the {part.name}"
        done = k / len(score.instruments)
        stem = play(part, bank, frames, rate, mix["soft_cutoff_cents"], lambda d=done, w=what: step(d, w))  # type: ignore[misc]
        stem *= _balance(part, stem, mix)
        dry += stem
        sent += stem * np.float32(instruments()["part"][part.name]["room"]) * wet[:, None]
    step(1.0, "mixing")
    share = float(np.mean([bar.moment["reverb"] for bar in form.bars]))
    total = dry + _ROOM_LEVEL * reverberate(sent, impulse_response(0.9 + 2.4 * share, rate, rng))
    step(1.0, "mixing")
    return _mastered(form, clock, total, rate, mix)


def _curve(form: Form, clock: Clock, fader: str, frames: int, rate: int) -> np.ndarray:
    """A fader over the frames, float32, smooth from bar to bar."""
    times = [clock.at(bar.start + bar.beats / 2) for bar in form.bars]
    values = [bar.moment[fader] for bar in form.bars]
    points = np.interp(np.arange(0, frames + HOP, HOP) / rate, times, values)
    return points.repeat(HOP)[:frames].astype(np.float32)


def _balance(part: Instrument, stem: np.ndarray, mix: dict[str, float]) -> np.float32:
    """Gain of a stem: its loud half brought to the part's level, less where it is played softly."""
    size = 2048
    if len(stem) < size:
        stem = np.pad(stem, ((0, size - len(stem)), (0, 0)))
    power = (stem[: len(stem) // size * size] ** 2).sum(axis=1).reshape(-1, size).mean(axis=1)
    power = power[power > 1e-10]
    if not len(power):
        return np.float32(0)
    loud = np.sqrt(power[power >= np.quantile(power, 0.6)].mean())
    velocity = np.mean([note.velocity for note in part.notes])
    level = instruments()["part"][part.name]["level"] + mix["velocity_db_per_decade"] * np.log10(
        velocity / 75
    )
    return np.float32(0.1 * 10 ** (level / 20) / loud)


def _mastered(form: Form, clock: Clock, sound: np.ndarray, rate: int, mix: dict[str, float]) -> np.ndarray:
    from scipy import signal

    frames = len(sound)
    rumble = signal.butter(2, 32, "highpass", fs=rate, output="sos")
    sound = signal.sosfilt(rumble, sound, axis=0).astype(np.float32)
    sound = tilt(sound, _tilts(form, clock, sound, rate, mix), rate, mix["tilt_corner_hz"])
    fade = min(int(_FADE * rate), frames // 8)
    if fade:
        sound[-fade:] *= (np.cos(np.linspace(0, np.pi / 2, fade)) ** 2)[:, None].astype(np.float32)
    weights = [bar.seconds for bar in form.bars]
    dynamics = float(np.average([bar.moment["dynamics"] for bar in form.bars], weights=weights))
    wanted = mix["loudness_lufs"] + mix["loudness_per_velocity"] * (dynamics - 68)
    return limit(sound * loudness_gain(sound, rate, wanted), mix["ceiling"], rate)


def _tilts(form: Form, clock: Clock, sound: np.ndarray, rate: int, mix: dict[str, float]) -> np.ndarray:
    """Gain of the highs over the frames: each stretch between jumps is brought to its own brightness."""
    middles: list[float] = []
    gains: list[float] = []
    for section in range(form.bars[-1].section + 1):
        bars = [bar for bar in form.bars if bar.section == section]
        start, end = clock.at(bars[0].start), clock.at(bars[-1].end)
        part = sound[int(start * rate) : max(int(end * rate), int(start * rate) + 1)]
        base = np.mean([bar.moment["brightness"] for bar in bars])
        for bar in bars:
            wanted = mix["centroid_hz"] * 2 ** (bar.moment["brightness"] / mix["brightness_octave"])
            near = bar is bars[0] or abs(bar.moment["brightness"] - base) > 0.02
            if near or not gains:
                gains.append(tilt_gain(part, rate, wanted, mix["tilt_corner_hz"], mix["tilt_db"]))
            else:
                gains.append(gains[-1])
            middles.append(clock.at(bar.start + bar.beats / 2))
    points = np.interp(np.arange(0, len(sound) + HOP, HOP) / rate, middles, gains)
    smooth = np.interp(np.arange(len(sound)), np.arange(len(points)) * HOP, points)
    return smooth.astype(np.float32)
