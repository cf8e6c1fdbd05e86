"""Finished speech moved by the faders of prosody: taken apart, changed frame by frame, put together again.

One way for anybody's recording and for engines that give nothing but sound. Less free than a change before a decoder: the
timbre that belongs to another pitch is not made anew, it is only filtered.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.speech.actors_spectrum import own_voice, spoken_gains
from generators.speech.articulation import band_gains, moved_resonances
from generators.speech.contours import course, pitches
from generators.speech.prosody import SPECTRA, Controls
from generators.speech.recorded.anatomy import FRAME, Anatomy, taken_apart
from generators.speech.recorded.timing import old_places, stressed_frames

__all__ = ["APPROXIMATED", "bent", "shifted_formants"]

APPROXIMATED = (
    "accent", "vowel", "effort", "loudness_range", "breathiness", "tension", "jitter", "creak", "formant", "whisper",
    "first_formant", "second_formant", "articulation", "consonants",
)  # fmt: skip
"""Faders that finished sound follows only roughly."""

_VOICED = 40.0
_EFFORT_DB, _EFFORT_TILT = 3.0, 0.9  # a unit of effort; effort brightens (Traunmüller & Eriksson 2000)
_SWING = 8.0  # semitones about the median; what lies further is a slip of the octave
_MOVEMENT = (0.5, 2.0)  # factors on the movement about the fall
_GLIDE = 0.03  # seconds, standard deviation of the passage between speech and pause in level


def bent(
    sound: np.ndarray,
    rate: int,
    controls: Controls,
    rng: np.random.Generator,
    edges: tuple[bool, bool] = (True, True),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sound with its prosody moved, float32, of another length; then old seconds, rising, and the new ones of them.

    Args:
        sound: mono ``(n,)``.
        rate: hertz.
        controls: along the F frames of 5 ms that cover it.
        rng: for jitter.
        edges: whether the sound begins and ends with silence that is no pause between phrases.
    """
    anatomy = taken_apart(sound, rate)
    along = controls.at(np.clip(np.arange(anatomy.frames), 0, len(controls["rate"]) - 1))
    stressed = stressed_frames(anatomy)
    places = old_places(anatomy, along, stressed, edges)
    nearest = np.clip(np.rint(places).astype(int), 0, anatomy.frames - 1)
    loud = _levels(anatomy, along)[nearest]
    along, stressed = along.at(nearest), stressed[nearest]
    new = anatomy.at(places)
    new = replace(new, f0=_melody(new.f0, stressed, along, rng))
    made = _coloured(new, along, loud).sound()
    return _creaked(made, new.f0, rate, along), places * FRAME, np.arange(len(places)) * FRAME


def shifted_formants(envelope: np.ndarray, hertz: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Envelopes ``(G, bins)`` with all formants moved.

    Args:
        envelope: power ``(G, bins)``.
        hertz: of the bins.
        factors: on the formants' frequencies ``(G,)``.
    """
    logarithm = np.log(envelope + 1e-20)
    moved = [np.interp(hertz / k, hertz, row) for k, row in zip(factors, logarithm, strict=True)]
    return np.exp(np.array(moved))


def _melody(f0: np.ndarray, stressed: np.ndarray, along: Controls, rng: np.random.Generator) -> np.ndarray:
    if not (f0 > _VOICED).any():
        return f0
    f0 = np.where(f0 > 0, pitches(_balanced(f0, along), stressed, along, FRAME), 0.0)
    return np.where(f0 > _VOICED, f0 * 2 ** (along["jitter"] * rng.standard_normal(len(f0)) / 12), 0.0)


def _balanced(f0: np.ndarray, along: Controls) -> np.ndarray:
    """F0 whose straight fall and whose movement about it are weighted so that slope and range both come out as asked.

    A wider range alone would make the phrase's own fall steeper, against a slope that is to rise: most of a short phrase's
    spread is its fall. The fall is left to the slope, the movement about it takes what the whole then lacks.

    Args:
        f0: hertz ``(G,)``, 0 where unvoiced.
        along: of which ``pitch_range``, which acts afterwards on all of it, and ``declination`` are regarded.
    """
    voiced = np.flatnonzero(f0 > 0)
    size = np.abs(np.log(along["pitch_range"]))
    if len(voiced) < 20 or size[voiced].max() < 1e-6:
        return f0
    weight = size / size.max()
    own = voiced[weight[voiced] >= 0.5]
    wide, rise = (float(along[name][own].mean()) for name in ("pitch_range", "declination"))
    semitones = np.clip(12 * np.log2(f0[voiced] / np.median(f0[voiced])), -_SWING, _SWING)
    slope, height = np.polyfit(voiced, semitones, 1)
    fall = slope * (voiced - voiced.mean())
    movement = semitones - slope * voiced - height
    new_fall = fall + rise * (voiced - voiced.mean()) / max(np.ptp(voiced), 1)
    lacking = (wide * semitones.std()) ** 2 - new_fall.var()
    gain = np.sqrt(max(lacking, 0.0)) / max(float(movement.std()), 0.1)
    gain = float(np.clip(gain, *_MOVEMENT))
    change = fall * (1 / wide - 1) + movement * (gain / wide - 1)
    out = f0.copy()
    out[voiced] = f0[voiced] * 2 ** (weight[voiced] * change / 12)
    return out


def _levels(anatomy: Anatomy, along: Controls) -> np.ndarray:
    """Decibels added to each frame: speech gets louder or softer, the room behind it stays as it is."""
    from scipy.ndimage import gaussian_filter1d

    change = along["loudness"] + _EFFORT_DB * along["effort"]
    spoken = ~anatomy.silent
    if spoken.any():
        level = anatomy.level
        swing = np.clip(level - np.median(level[spoken]), -12.0, 12.0)
        change = change + (along["loudness_range"] - 1) * swing + along["loudness_slope"] * course(spoken)
    change = np.where(spoken, change, np.minimum(change, 0.0))
    return np.asarray(gaussian_filter1d(change, _GLIDE / FRAME, mode="nearest"))


def _gained(envelope: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Decibels by which a change of colour makes each frame louder; taken off, so that level is for its own faders."""
    before, after = envelope.sum(axis=1), (envelope * 10 ** (colour / 10)).sum(axis=1)
    return np.asarray(10 * np.log10(np.maximum(after, 1e-20) / np.maximum(before, 1e-20)))


def _coloured(anatomy: Anatomy, along: Controls, loud: np.ndarray) -> Anatomy:
    """The anatomy after formants, level, tilt, tension, breath and whisper."""
    hertz, envelope = anatomy.hertz, anatomy.envelope
    if not along.neutral(("formant",)):
        envelope = shifted_formants(envelope, hertz, along["formant"])
    octave = np.log2(np.maximum(hertz, 250.0) / 800.0)  # below 250 hertz a tilt would only raise rumble
    tilt = along["tilt"] + _EFFORT_TILT * along["effort"]
    colour = np.clip(tilt[:, None] * octave, -24.0, 24.0)
    if np.any(along["tension"]):
        colour = colour + along["tension"][:, None] * _pressed(hertz, anatomy.f0)
    colour = colour + _articulated(hertz, envelope, anatomy.f0, along)
    change = colour + (loud - _gained(envelope, colour))[:, None]
    change = change + np.where(anatomy.f0 > 0, 0.0, along["consonants"])[:, None]
    breath = np.clip(along["breathiness"], -1.0, 1.0)[:, None]
    more = 0.7 * np.maximum(breath, 0.0) / (1 + np.exp(-(hertz - 500) / 200))
    noise = anatomy.aperiodicity * (1 + 0.5 * np.minimum(breath, 0.0))
    share = np.maximum(more, np.clip(along["whisper"], 0.0, 1.0)[:, None])
    noise = np.clip(noise + (1 - noise) * share, 0.0, 1.0)
    return replace(anatomy, envelope=envelope * 10 ** (change / 10), aperiodicity=noise)


def _articulated(hertz: np.ndarray, envelope: np.ndarray, f0: np.ndarray, along: Controls) -> np.ndarray:
    """Decibels of bands, single formants and articulation ``(G, bins)``; the voice's own mean is what it moves from."""
    bands = band_gains(hertz, along)
    found = np.zeros_like(envelope) if bands is None else bands.T
    voiced = f0 > 0
    size = 0.5 * np.log(np.maximum(envelope, 1e-20)).T
    if voiced.any() and not along.neutral(SPECTRA):
        spoken = spoken_gains(hertz, size, voiced, along, own_voice(hertz, size, voiced))
        found = found if spoken is None else found + spoken.T * 20 / np.log(10)
    if not voiced.any() or along.neutral(("first_formant", "second_formant", "articulation")):
        return found
    inside = (hertz >= 100.0) & (hertz <= 5000.0)
    usual = (size - size[inside].mean(axis=0))[:, voiced].mean(axis=1)
    moved = moved_resonances(hertz, size, along, usual)
    return found if moved is None else found + np.where(voiced, moved, 0.0).T * 20 / np.log(10)


def _pressed(hertz: np.ndarray, f0: np.ndarray) -> np.ndarray:
    """Decibels of a pressed voice ``(G, bins)``: the first harmonic sinks, 2 to 4 kHz ring."""
    ring = 4 * np.exp(-(((hertz - 3000) / 1000) ** 2))
    first = np.exp(-((hertz / np.maximum(1.4 * f0, 1.0)[:, None]) ** 4))
    return np.asarray(ring - 4 * np.where(f0[:, None] > 0, first, 0.0))


def _creaked(sound: np.ndarray, f0: np.ndarray, rate: int, along: Controls) -> np.ndarray:
    """The sound with every other cycle weakened where the voice sinks and creaks."""
    voiced = f0 > _VOICED
    if not np.any(along["creak"] > 0) or not voiced.any():
        return sound
    frames = np.arange(len(sound)) / rate / FRAME
    sunk = np.clip((1.0 - f0 / np.median(f0[voiced])) / 0.2, 0, 1) * voiced
    depth = np.interp(frames, np.arange(len(f0)), sunk * np.clip(along["creak"], 0, 1))
    cycles = np.cumsum(np.interp(frames, np.arange(len(f0)), f0)) / rate
    return (sound * (1 - depth * 0.5 * (1 - np.cos(np.pi * cycles)))).astype(np.float32)
