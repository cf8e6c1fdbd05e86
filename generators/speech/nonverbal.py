"""Sounds of a speaker that are no words, made by the same decoder as the words: laugh, sigh, gasp, sob and others.

The network holds one vowel or nasal. Over it go planned courses of F0, of level, and of voicelessness, which leaves breath in the
shape of that vowel: so a laugh is bursts of breath and voice, and a breath or gasp is the vowel without any voice. Recipes and
their sources are assets/voices/sounds.toml; character, style and emotion move them as they move speech.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.faders import fader_set
from generators.speech.network import FRAME, HOP, SAMPLE_RATE, Network
from generators.speech.prosody import Controls
from generators.speech.rendering import limited, render, resampled

__all__ = ["SOUNDING", "Part", "Recipe", "makeable", "nonverbal_sound", "recipes"]

SOUNDING = 0.05  # seconds over which the level of a sound is taken
_WARM = 6  # frames before and after a part, so that the decoder and the windows have settled
_UNLIKE = (
    0.1  # standard deviation by which bursts differ in length; in pitch five times that, in level ten times
)
_PACE = 0.5  # share (as an exponent) of the speaking rate that a sound follows: breath is slower to change than articulation


@dataclass(frozen=True)
class Part:
    """One or more bursts of the same shape; fields as in assets/voices/sounds.toml."""

    held: str
    bursts: tuple[int, int]
    seconds: tuple[float, float]
    gap: float
    pitch: tuple[float, float]
    glide: float
    fade: tuple[float, float]
    shape: tuple[tuple[float, float], ...]
    hush: tuple[tuple[float, float], ...]
    faders: Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """How a sound is made.

    Args:
        parts: one after another.
        level: of its loudest 50 ms, dB of full scale, with the fader loudness at rest.
    """

    parts: tuple[Part, ...]
    level: float


@dataclass(frozen=True)
class _Plan:
    """A part with what chance decides of it: seconds, pitch (st) and level (dB) of each burst."""

    part: Part
    seconds: np.ndarray
    pitch: np.ndarray
    level: np.ndarray


@cache
def recipes() -> Mapping[str, Recipe]:
    """The shipped recipes by the sound's name."""
    table = asset_table("voices", "sounds.toml")
    return {
        name: Recipe(tuple(Part(**part) for part in row["part"]), float(row["level"]))
        for name, row in table["sound"].items()
    }


def makeable(name: str) -> bool:
    """Whether the voice can make a sound of this name."""
    return name in recipes()


def nonverbal_sound(
    network: Network,
    name: str,
    controls: Controls,
    rng: np.random.Generator,
    *,
    depth: float = 1.0,
    gain_db: float = 0.0,
) -> np.ndarray:
    """A sound of the speaker, float32 ``(n,)``.

    Args:
        network: of the voice.
        name: one of ``recipes()``.
        controls: with one entry: the speaker's faders as they are at this place.
        rng: of this sound.
        depth: factor on its length.
        gain_db: on its level.
    """
    recipe = recipes()[name]
    pace = float(controls["rate"][0]) ** _PACE / depth
    pieces = []
    for part in recipe.parts:
        pieces.append(_made(network, _planned(part, pace, rng), controls, rng))
        pieces.append(np.zeros(round(part.gap / pace * SAMPLE_RATE), np.float32))
    whole = np.concatenate(pieces)
    moved = float(controls["loudness"][0]) + _table("effort_db") * float(controls["effort"][0])
    return limited((whole * 10 ** ((recipe.level + gain_db + moved) / 20)).astype(np.float32))


def _planned(part: Part, pace: float, rng: np.random.Generator) -> _Plan:
    count = int(rng.integers(part.bursts[0], part.bursts[1] + 1))
    course = np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1)
    unlike = np.clip(rng.standard_normal((3, count)), -2, 2) * _UNLIKE * min(count - 1, 1)
    seconds = rng.uniform(*part.seconds) / pace * np.exp(unlike[0])
    pitch = part.pitch[0] + (part.pitch[1] - part.pitch[0]) * course + 5 * unlike[1]
    level = part.fade[0] + (part.fade[1] - part.fade[0]) * course + 10 * unlike[2]
    return _Plan(part, seconds, pitch, level)


def _made(network: Network, plan: _Plan, controls: Controls, rng: np.random.Generator) -> np.ndarray:
    """The sound of a part, its loudest burst near 0 dB."""
    part = plan.part
    formant = float(controls["formant"][0]) * part.faders.get("formant", 1.0)
    frames = max(round(float(plan.seconds.sum()) * formant / FRAME / 2), 1) * 2 + 2 * _WARM
    seconds = (np.arange(frames) - _WARM + 0.5) * FRAME / formant
    along = _along(controls, part, formant, frames, _course(plan, part.hush, seconds))
    f0 = _f0(plan, along, seconds, network.natural_hz) / formant
    energy = np.full(frames, _table("energy") + min(float(controls["effort"][0]), 1.0))
    text, _, _ = network.encode(_held(part)[0])
    hidden = np.repeat(text[:, :, [_held(part)[1]]], frames, axis=2)
    sound = render(network.decode(hidden, f0, energy), f0.astype(np.float32), along, rng)
    even, _ = resampled(sound, along["formant"])
    first = round(_WARM * HOP / formant)
    length = round(float(plan.seconds.sum()) * SAMPLE_RATE)
    return _levelled(plan, even[first : first + length])


def _along(controls: Controls, part: Part, formant: float, frames: int, hush: np.ndarray) -> Controls:
    """The speaker's faders with those of the part, along frames."""
    faders = fader_set("prosody").faders
    values = {}
    for name, value in controls.values.items():
        if name not in faders:  # a character's timbre, which no recipe moves
            values[name] = np.full(frames, value[0])
            continue
        own = part.faders.get(name, 0.0)
        low, high = faders[name].low, faders[name].high  # a recipe may go further than an emotion
        values[name] = np.full(frames, np.clip(value[0] + own, min(low, value[0]), max(high, value[0], own)))
    values["formant"] = np.full(frames, formant)
    values["whisper"] = np.maximum(values["whisper"], hush)
    return Controls(values)


def _f0(plan: _Plan, along: Controls, seconds: np.ndarray, natural_hz: float) -> np.ndarray:
    """F0 as it is to sound, hertz, along frames, in the voice of a speaker with that mean F0."""
    burst, place = _places(plan, seconds)
    change = plan.pitch[burst] + plan.part.glide * (place - 0.5) + along["pitch"]
    change = change + along["tremor"] * np.sin(2 * np.pi * along["tremor_rate"] * seconds)
    change = np.clip(change, _table("lowest_st"), _table("highest_st"))
    return np.asarray(natural_hz * 2 ** (change / 12))


def _places(plan: _Plan, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which burst a moment belongs to, and its place in it, 0..1."""
    ends = np.cumsum(plan.seconds)
    burst = np.clip(np.searchsorted(ends, seconds, side="right"), 0, len(ends) - 1)
    place = (seconds - (ends[burst] - plan.seconds[burst])) / plan.seconds[burst]
    return burst, np.clip(place, 0.0, 1.0)


def _course(plan: _Plan, knots: tuple[tuple[float, float], ...], seconds: np.ndarray) -> np.ndarray:
    _, place = _places(plan, seconds)
    return np.interp(place, [k[0] for k in knots], [k[1] for k in knots])


def _levelled(plan: _Plan, sound: np.ndarray) -> np.ndarray:
    """The sound with its bursts in their shape, each at its level; 2 ms of rise and fall, so that nothing clicks.

    The decoder's own level depends on F0 and on voicing; levels here are those that were planned.
    """
    seconds = np.arange(len(sound)) / SAMPLE_RATE
    burst, _ = _places(plan, seconds)
    edge = np.minimum(np.minimum(seconds, seconds[::-1]) / 0.002, 1.0)
    shaped = sound * edge * 10 ** (_course(plan, plan.part.shape, seconds) / 20)
    for number, level in enumerate(plan.level):
        own = burst == number
        shaped[own] *= 10 ** (level / 20) / max(_loudest(shaped[own]), 1e-9)
    return shaped.astype(np.float32)


def _loudest(sound: np.ndarray) -> float:
    """Root mean square of the loudest ``SOUNDING`` seconds."""
    width = round(SOUNDING * SAMPLE_RATE)
    power = np.convolve(sound.astype(float) ** 2, np.ones(width) / width, "same")
    return float(np.sqrt(power.max()))


@cache
def _table(name: str) -> float:
    return float(asset_table("voices", "sounds.toml")[name])


def _held(part: Part) -> tuple[str, int]:
    """The word that the network reads, and the place of the held phoneme among its features."""
    word, phoneme = asset_table("voices", "sounds.toml")["held"][part.held]
    return word, word.index(phoneme) + 1
