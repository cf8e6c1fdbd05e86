"""From the score to sound: stems from the bank, balance, room, tilt, loudness and limit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conditioning.assets import asset
from generators.music.form import Form
from generators.music.mastering import BLOCK, limit, loudness_gain, shape, tilt_gain
from generators.music.orchestration import instruments
from generators.music.performance import Clock
from generators.music.room import impulse_response, reverberate
from generators.music.soundfont.bank import Bank
from generators.music.soundfont.player import play

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["render", "shipped_bank"]

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
    wet = _curve(form, clock, "reverb")
    for k, part in enumerate(score.instruments):
        what = f"playing the {part.name}"
        done = k / len(score.instruments)
        stem = play(part, bank, frames, rate, mix["soft_cutoff_cents"], lambda d=done, w=what: step(d, w))  # type: ignore[misc]
        stem *= _balance(part, stem, mix)
        dry += stem
        stem *= np.float32(instruments()["part"][part.name]["room"])
        sent += stem
        del stem
    step(1.0, "mixing")
    share = float(np.mean([bar.moment["reverb"] for bar in form.bars]))
    for start in range(0, frames, BLOCK):
        block = sent[start : start + BLOCK]
        block *= np.interp((start + np.arange(len(block))) / rate, *wet)[:, None].astype(np.float32)
    reverberate(sent, impulse_response(0.9 + 2.4 * share, rate, rng))
    step(1.0, "mixing")
    sent *= np.float32(_ROOM_LEVEL)
    dry += sent
    del sent
    _master(form, clock, dry, rate, mix)
    return dry


def _curve(form: Form, clock: Clock, fader: str) -> tuple[list[float], list[float]]:
    """Seconds of the bars' middles, and a fader at them."""
    times = [clock.at(bar.start + bar.beats / 2) for bar in form.bars]
    return times, [bar.moment[fader] for bar in form.bars]


def _balance(part: Instrument, stem: np.ndarray, mix: dict[str, float]) -> np.float32:
    """Gain of a stem: its loud half brought to the part's level, less where it is played softly."""
    size = 2048
    if len(stem) < size:
        stem = np.pad(stem, ((0, size - len(stem)), (0, 0)))
    frames = stem[: len(stem) // size * size].reshape(-1, 2 * size)
    power = 2 * np.einsum("ij,ij->i", frames, frames) / frames.shape[1]
    power = power[power > 1e-10]
    if not len(power):
        return np.float32(0)
    loud = np.sqrt(power[power >= np.quantile(power, 0.6)].mean())
    velocity = np.mean([note.velocity for note in part.notes])
    level = instruments()["part"][part.name]["level"] + mix["velocity_db_per_decade"] * np.log10(
        velocity / 75
    )
    return np.float32(0.1 * 10 ** (level / 20) / loud)


def _master(form: Form, clock: Clock, sound: np.ndarray, rate: int, mix: dict[str, float]) -> None:
    """Brightness, the fade at the end, loudness and peaks, in place."""
    times, gains = _tilts(form, clock, sound, rate, mix)
    shape(sound, times, gains, rate, mix["tilt_corner_hz"])
    fade = min(int(_FADE * rate), len(sound) // 8)
    if fade:
        sound[-fade:] *= (np.cos(np.linspace(0, np.pi / 2, fade)) ** 2)[:, None].astype(np.float32)
    weights = [bar.seconds for bar in form.bars]
    dynamics = float(np.average([bar.moment["dynamics"] for bar in form.bars], weights=weights))
    wanted = mix["loudness_lufs"] + mix["loudness_per_velocity"] * (dynamics - 68)
    limit(sound, loudness_gain(sound, rate, wanted), mix["ceiling"], rate)


def _tilts(
    form: Form, clock: Clock, sound: np.ndarray, rate: int, mix: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the bars' middles and the gain of the highs at them.

    The spectrum is that of the stretch between two jumps, whose orchestra is one; the aim is each bar's own.
    """
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
    return np.array(middles), np.array(gains)
