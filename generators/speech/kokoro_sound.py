"""A voice's quality set on finished sound whose F0 is known: effort, tilt, tension, breath, tremor, whisper, jitter, creak.

The sound's spectra stand in the form of hibari's with all of it in the free part, so that one set of laws colours both
(``generators.speech.rendering``). What acts there on the pulses, jitter and creak, acts here on the sound's time and level.
"""

from __future__ import annotations

import numpy as np

from generators.speech.keeping import phase, wobble
from generators.speech.kokoro_weights import kokoro_table
from generators.speech.network import HOP, VOICED
from generators.speech.prosody import QUALITY, Controls
from generators.speech.rendering import levelled, render

__all__ = ["coloured", "spectra_of"]

_WINDOW = 4 * HOP
_NOTHING = -60.0  # natural logarithm of a magnitude that cannot be heard
_LEAST = 1e-12
_BIN_HZ = 20.0


def spectra_of(sound: np.ndarray) -> tuple[np.ndarray, ...]:
    """Five spectra ``(601, F)`` of a sound as ``Network.decode`` gives them, all but the free part silent.

    Args:
        sound: ``(F * HOP,)``.
    """
    from hibari import dsp

    frames = len(sound) // HOP
    spectrum = dsp.stft(sound.astype(np.float32), frames) * (_WINDOW / 4)
    size = np.abs(spectrum)
    silent = np.full(size.shape, _NOTHING, np.float32)
    free = np.log(np.maximum(size, _LEAST)).astype(np.float32)
    return silent, np.zeros_like(silent), silent.copy(), free, np.angle(spectrum).astype(np.float32)


def coloured(sound: np.ndarray, f0: np.ndarray, controls: Controls, rng: np.random.Generator) -> np.ndarray:
    """The sound after all faders of quality, float32 ``(F * HOP,)``; the same array where none asks for anything.

    Args:
        sound: ``(F * HOP,)``.
        f0: hertz ``(F,)`` as the decoder heard it.
        controls: along the frames.
        rng: for noise and jitter.
    """
    if controls.neutral((*QUALITY, "formant", "effort")):
        return sound
    effort = kokoro_table("effort")
    tilt = controls["tilt"] + effort["tilt"] * controls["effort"]
    along = Controls({**controls.values, "tilt": tilt})
    if not along.neutral(QUALITY):
        spectra = spectra_of(sound)
        sound = render(spectra, f0.astype(np.float32), along, rng, envelope=_envelope(spectra[3], f0))
    made = levelled(sound, Controls({"loudness": effort["db"] * controls["effort"]}))
    if np.any(controls["jitter"] > 0):
        made = _jittered(made, f0, controls, rng.spawn(1)[0])
    if np.any(controls["creak"] > 0):
        made = _creaked(made, f0, controls)
    return made


def _envelope(free: np.ndarray, f0: np.ndarray) -> np.ndarray:
    """Smooth log magnitude ``(601, F)`` over the harmonics of a sound.

    Args:
        free: log magnitude of its spectra ``(601, F)``.
        f0: hertz ``(F,)``.
    """
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d

    voiced = f0 > VOICED
    apart = float(np.median(f0[voiced])) / _BIN_HZ if voiced.any() else 1.0
    top = maximum_filter1d(free, max(round(apart) | 1, 3), axis=0)
    return np.asarray(gaussian_filter1d(np.where(voiced[None], top, free), 4.0, axis=0))


def _jittered(sound: np.ndarray, f0: np.ndarray, controls: Controls, rng: np.random.Generator) -> np.ndarray:
    """The sound with its time unsteady where it is voiced, which makes its cycles unlike."""
    semitones = np.repeat(controls["jitter"] * (f0 > VOICED), HOP)
    pace = 2 ** (wobble(rng, len(sound)) * semitones / 12)
    places = np.cumsum(pace) - pace[0]
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def _creaked(sound: np.ndarray, f0: np.ndarray, controls: Controls) -> np.ndarray:
    """The sound with every other cycle weakened where the voice sinks, as the pulses of the built-in voice are."""
    voiced = f0 > VOICED
    if not voiced.any():
        return sound
    sunk = np.clip((1.0 - f0 / np.median(f0[voiced])) / 0.2, 0, 1) * voiced
    at = (np.arange(len(sound)) + 0.5) / HOP - 0.5
    depth = np.interp(at, np.arange(len(f0)), sunk * controls["creak"])
    return (sound * (1 - depth * 0.5 * (1 - np.cos(np.pi * phase(f0))))).astype(np.float32)
