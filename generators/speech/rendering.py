"""Spectra to sound, with the voice's quality: tilt, tension, breath, tremor, jitter, creak, whisper, formants.

All controls are arrays over frames, so a voice may change within a sentence. What acts on the spectra acts on all
three parts, since the free part carries much of the voice.
"""

from __future__ import annotations

import numpy as np

from generators.speech.actors_spectrum import spoken_gains
from generators.speech.articulation import band_gains, moved_resonances
from generators.speech.characters import cast
from generators.speech.keeping import Kept, bare_grain, grain, wobble
from generators.speech.network import FRAME, HOP, SAMPLE_RATE, VOICED
from generators.speech.prosody import QUALITY, SPECTRA, TIMBRE, Controls

__all__ = ["levelled", "limited", "render", "resampled", "sounding"]

_BINS = (np.arange(601) * 20.0)[:, None]  # hertz
_OCTAVES = np.log2(np.maximum(_BINS, 250.0) / 800.0)  # below 250 hertz a tilt would only raise rumble
_DB = np.log(10) / 20  # decibel to natural logarithm of a magnitude
_LOUDEST = 7.0  # ceiling of log magnitudes, the model's own
_HIGHEST = 11_000.0  # hertz, of harmonics
_ON_ENVELOPE = ("breathiness", "whisper", "first_formant", "second_formant", "articulation", *SPECTRA)
_FILTERED = 11_600.0  # hertz kept below the Nyquist frequency after resampling


def render(
    spectra: tuple[np.ndarray, ...],
    f0: np.ndarray,
    controls: Controls,
    rng: np.random.Generator,
    kept: Kept | None = None,
    envelope: np.ndarray | None = None,
) -> np.ndarray:
    """Sound ``(n * HOP,)`` float32 of a sentence or of its first n of F frames, before loudness and formants.

    Args:
        spectra: five of ``(601, n)`` as ``Network.decode`` gives them.
        f0: hertz ``(F,)`` as the decoder heard it.
        controls: along the frames.
        rng: for noise and jitter.
        kept: where the sentence is as it would be without a change of some words.
        envelope: log magnitude of the voiced sound ``(601, F)`` where the spectra do not show it; breath and whisper follow it.
    """
    from hibari import dsp

    harmonic, theta, noise, free, phi = spectra
    count = harmonic.shape[1]
    bare = kept is None and controls.neutral((*QUALITY, "formant"))
    if bare and count == len(f0):
        sound: np.ndarray = dsp.synth(harmonic, theta, noise, free, phi, f0.astype(np.float32), rng)
        return sound
    first = np.arange(count)
    harmonic, noise, free = _shaped(harmonic, noise, free, f0[first], controls.at(first), envelope)
    if kept:
        drawn = kept.noise(rng, len(_BINS), count)
    else:
        drawn = (bare_grain if bare else grain)(rng, len(_BINS), len(f0))[:, :count]
    spectrum = dsp.stft(_pulses(f0, controls, rng, kept, count), count)
    spectrum = spectrum * np.exp(np.minimum(harmonic, _LOUDEST) + 1j * np.pi * np.tanh(theta))
    spectrum += np.exp(np.minimum(noise, _LOUDEST)) * drawn
    spectrum += np.exp(np.minimum(free, _LOUDEST) + 1j * phi)
    return np.asarray(dsp.ola(spectrum.astype(np.complex64)))


def levelled(sound: np.ndarray, controls: Controls) -> np.ndarray:
    """Sound at its loudness fader, float32 ``(n,)``.

    Args:
        sound: ``(F * HOP,)``.
        controls: along F frames.
    """
    if controls.neutral(("loudness",)):
        return sound
    return (sound * _per_sample(10 ** (controls["loudness"] / 20))).astype(np.float32)


def limited(sound: np.ndarray, ceiling: float = 0.98, reach: float = 0.006) -> np.ndarray:
    """Sound whose peaks are held below the ceiling by turning it down around them; untouched where none is above.

    Args:
        sound: ``(n,)``.
        ceiling: of the absolute value.
        reach: seconds over which it is turned down before and after a peak.
    """
    size = np.abs(sound)
    if len(sound) == 0 or size.max() <= ceiling:
        return sound
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    width = 2 * int(reach * SAMPLE_RATE) + 1
    gain = minimum_filter1d(np.minimum(1.0, ceiling / np.maximum(size, 1e-9)), width)
    return (sound * uniform_filter1d(gain, width)).astype(np.float32)


def resampled(sound: np.ndarray, formant: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sound played faster by the formant factor, which moves formants and F0 up, and when each sample now sounds.

    Args:
        sound: ``(F * HOP,)``, spoken slower and lower by the same factor.
        formant: factor ``(F,)``.

    Returns:
        Sound ``(m,)`` float32, and seconds ``(F * HOP,)`` in it at which each old sample sounds.
    """
    if np.all(formant == 1.0):
        return sound, np.arange(len(sound)) / SAMPLE_RATE
    import soxr
    from scipy.ndimage import map_coordinates

    step = 1 / _per_sample(formant)
    new_place = np.cumsum(step) - step
    places = np.interp(np.arange(int(new_place[-1])), new_place, np.arange(len(sound)))
    # A cubic through twice the samples is clean up to the Nyquist frequency.
    doubled = soxr.resample(sound, 1, 2)
    return map_coordinates(doubled, [2 * places], order=3).astype(np.float32), new_place / SAMPLE_RATE


def _per_sample(values: np.ndarray) -> np.ndarray:
    """Values at frames ``(F,)`` as values at samples ``(F * HOP,)``."""
    if np.all(values == values[0]):
        return np.full(len(values) * HOP, values[0])
    at = (np.arange(len(values) * HOP) + 0.5) / HOP - 0.5
    return np.interp(at, np.arange(len(values)), values)


def _shaped(
    harmonic: np.ndarray,
    noise: np.ndarray,
    free: np.ndarray,
    f0: np.ndarray,
    controls: Controls,
    envelope: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log magnitudes of the three parts after all that acts on them."""
    voiced = (f0 > VOICED)[None]
    if envelope is None and not controls.neutral(_ON_ENVELOPE):
        envelope = _envelope(harmonic, free)
    periodic = _periodic(f0, controls)
    moved = None if envelope is None else moved_resonances(_BINS[:, 0], envelope, controls)
    if moved is not None:
        periodic = periodic + moved
    shape = _tilted(controls)
    if envelope is not None and not controls.neutral(SPECTRA):
        spoken = spoken_gains(
            _BINS[:, 0], sounding(harmonic, noise, free, voiced[0], envelope), voiced[0], controls
        )
        shape = shape if spoken is None else shape + spoken
    pushed = (controls["consonants"] * _DB).astype(np.float32)
    if np.any(controls["breathiness"]) and envelope is not None:
        amount = controls["breathiness"][None]
        level = (-38 + 24 * amount + 3 * np.clip(_OCTAVES, -2, 2)) * _DB
        breath = np.where(amount > 0, envelope + level, -30.0)
        noise = np.where(voiced, np.logaddexp(noise, breath), noise)
    harmonic = harmonic + periodic + shape
    free = free + np.where(voiced, periodic, pushed) + shape
    noise = noise + np.where(voiced, 0.5, 1.0) * pushed + shape
    if np.any(controls["whisper"]) and envelope is not None:
        share = np.maximum(controls["whisper"], 1e-6)[None]
        hush = np.where(voiced, envelope - 14 * _DB + 3 * np.clip(_OCTAVES, -3, 3) * _DB, noise)
        noise = np.logaddexp(noise, hush + np.log(share))
        harmonic = harmonic - 60 * _DB * share
        free = free - np.where(voiced, 40 * _DB * share, 0)
    return harmonic, noise, free


def sounding(
    harmonic: np.ndarray,
    noise: np.ndarray,
    free: np.ndarray,
    voiced: np.ndarray,
    envelope: np.ndarray | None = None,
) -> np.ndarray:
    """Smooth log magnitude of all that sounds ``(601, F)``: of the voice, and where there is none with the noise.

    Args:
        harmonic: log magnitude of the decoder's harmonics ``(601, F)``.
        noise: of its noise.
        free: of its free part.
        voiced: which frames are ``(F,)``.
        envelope: of the voiced sound, if it is known.
    """
    smooth = _envelope(harmonic, free) if envelope is None else envelope
    return np.where(voiced[None], smooth, np.logaddexp(smooth, noise))


def _envelope(harmonic: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Smooth log magnitude of the voiced sound ``(601, F)``."""
    from scipy.ndimage import gaussian_filter1d

    found: np.ndarray = gaussian_filter1d(np.logaddexp(harmonic, free - 1.0), 4.0, axis=0)
    return found


def _periodic(f0: np.ndarray, controls: Controls) -> np.ndarray:
    """What tension, breath and tremor change on the periodic parts, natural logarithm, ``(601, F)`` or broadcast."""
    change = np.zeros((1, len(f0)), np.float32)
    if np.any(controls["tension"]):  # pressed: the first harmonic sinks, 2 to 4 kHz ring
        first = np.exp(-((_BINS / np.maximum(1.4 * f0, 100)[None]) ** 4))
        ring = np.exp(-(((_BINS - 3000) / 1000) ** 2))
        change = change + controls["tension"] * _DB * (-6 * first + 5 * ring)
    if np.any(controls["breathiness"]):
        change = change - controls["breathiness"] * _DB * 6 / (1 + np.exp(-(_BINS - 2000) / 500))
    if np.any(controls["tremor"]):
        phase = 2 * np.pi * np.cumsum(controls["tremor_rate"] / controls["formant"]) * FRAME
        change = change + 1.5 * controls["tremor"] * _DB * np.sin(phase)
    return change.astype(np.float32)


def _tilted(controls: Controls) -> np.ndarray:
    """Tilt, and the cut below the Nyquist frequency that resampling needs; natural logarithm."""
    shape = np.clip(controls["tilt"][None] * _OCTAVES, -24, 24) * _DB
    bands = band_gains(_BINS[:, 0], controls)
    if bands is not None:
        shape = shape + bands * _DB
    if TIMBRE[0] in controls.values:
        shape = shape + _timbre(controls)
    beyond = _BINS * controls["formant"][None] > _FILTERED
    return np.asarray(shape - np.where(beyond, 70 * _DB, 0.0), np.float32)


def _timbre(controls: Controls) -> np.ndarray:
    """A character's own spectrum, natural logarithm ``(601, F)``; straight lines over the logarithm of the frequency."""
    at = np.log(np.maximum(_BINS[:, 0], 50.0))
    knots = np.log(np.array(cast().timbre_hertz))
    weights = np.stack([np.interp(at, knots, row) for row in np.eye(len(knots))], axis=1)
    return np.asarray(weights @ np.stack([controls[name] for name in TIMBRE]) * _DB, np.float32)


def _pulses(
    f0: np.ndarray, controls: Controls, rng: np.random.Generator, kept: Kept | None, frames: int
) -> np.ndarray:
    """Source ``(frames * HOP,)`` of the first frames: unit harmonics, with jitter, every other cycle weak where it creaks."""
    pitch = _per_sample(f0)
    creaks = np.any(controls["creak"]) and np.any(pitch > VOICED)
    # What is kept has its phase from all of the sentence, and creak its depth.
    needed = slice(len(pitch) if kept or creaks else frames * HOP)
    voiced = pitch[needed] > VOICED
    pitch = np.maximum(pitch[needed], VOICED)
    if np.any(controls["jitter"]):
        moved = kept.wobble(rng) if kept else wobble(rng, len(f0) * HOP)
        pitch = pitch * 2 ** (moved[needed] * _per_sample(controls["jitter"])[needed] / 12)
    cycles = np.cumsum(pitch) / SAMPLE_RATE
    if kept is not None:
        cycles += kept.shift(cycles)
    middle = np.median(pitch[voiced]) if creaks else 1.0
    wanted = slice(frames * HOP)
    pitch, voiced, cycles = pitch[wanted], voiced[wanted], cycles[wanted]
    phase = 2 * np.pi * np.mod(cycles, 1.0)
    count = np.floor(_HIGHEST / pitch)
    low = 2 * np.sin(phase / 2)
    near = np.abs(low) < 2e-3
    wave = np.where(near, count + 0.5, np.sin((count + 0.5) * phase) / np.where(near, 1, low)) - 0.5
    if creaks:  # deepest where the voice sinks: low words, ends of phrases
        sunk = np.clip((1.0 - pitch / middle) / 0.2, 0, 1)
        creak = _per_sample(controls["creak"])[wanted]
        wave *= 1 - creak * sunk * 0.5 * (1 - np.cos(np.pi * cycles))
    return np.where(voiced, wave, 0).astype(np.float32)
