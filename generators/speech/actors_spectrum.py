"""What actors' mouths do to the spectrum in an emotion, sound by sound: an affine map of the voice's own envelope.

A change that is the same for all sounds (a filter, a tilt) is hardly heard as anger; what is heard is how each vowel changes. So
the change is learned from actors who said the same sentence neutrally and with the emotion: their frames are brought
together in time, and the change of the mel cepstrum is a linear function of the neutral frame's cepstrum, its level and
whether it is voiced. Two neutral readings differ by such a function too, because frames are never brought together
perfectly; that function is taken off (tools/build_actors_spectrum.py).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from conditioning.assets import asset
from generators.speech.prosody import SPECTRA, Controls

__all__ = ["cepstrum", "mel_weights", "own_voice", "spoken_gains"]

_LOWEST, _HIGHEST = 50.0, 8000.0  # hertz, of the mel bands
_SMOOTH = 1.0  # frames, standard deviation in time
_MOST = 12.0 * np.log(10) / 20  # greatest gain, natural logarithm of a magnitude
_FLOOR, _CEILING = -8.0, 2.0  # of the level against the speaker's loud frames, natural logarithm of a power


@cache
def mel_weights(step: float, count: int, bands: int) -> np.ndarray:
    """Triangular bands along the mel scale (Slaney's) that sum to 1 each, ``(bands, count)``.

    Args:
        step: hertz from one bin to the next.
        count: of bins, from 0 Hz.
        bands: of the scale.
    """
    edges = _hertz(np.linspace(_mel(_LOWEST), _mel(_HIGHEST), bands + 2))
    at = np.arange(count)[None] * step
    rise = (at - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - at) / np.diff(edges)[1:, None]
    weights = np.maximum(0.0, np.minimum(rise, fall)) + 1e-9 * (at > _LOWEST)
    found: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return found


def cepstrum(bands: np.ndarray, count: int) -> np.ndarray:
    """Cosine coefficients 1 to ``count`` of log bands ``(F, B)``: ``(F, count)``."""
    from scipy.fft import dct

    found: np.ndarray = dct(bands, norm="ortho", axis=1)[:, 1 : count + 1]
    return found


def own_voice(hertz: np.ndarray, envelope: np.ndarray, voiced: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean shape ``(48,)`` and level of another voice than the built-in one, as the maps want them; log powers.

    Args:
        hertz: frequencies ``(K,)``, evenly spaced from 0.
        envelope: smooth log magnitude of its sound ``(K, F)``.
        voiced: which frames are ``(F,)``, at least one.
    """
    weights = mel_weights(float(hertz[1] - hertz[0]), len(hertz), len(_table()["mean"]))
    power = np.log(weights @ np.exp(2 * envelope[:, voiced]) + 1e-14).T
    level = np.percentile(np.log(np.exp(power).mean(axis=1)), 90)
    return (power - power.mean(axis=1, keepdims=True)).mean(axis=0), float(level)


def spoken_gains(
    hertz: np.ndarray,
    envelope: np.ndarray,
    voiced: np.ndarray,
    controls: Controls,
    own: tuple[np.ndarray, float] | None = None,
) -> np.ndarray | None:
    """Gains that bring the spectrum where the emotions asked for would bring it; natural logarithm, frames keep their power.

    Args:
        hertz: frequencies ``(K,)``, evenly spaced from 0.
        envelope: smooth log magnitude of the sound ``(K, F)``.
        voiced: which frames are ``(F,)``.
        controls: along the frames.
        own: of ``own_voice``; None for the built-in speaker's.

    Returns:
        ``(K, F)``; None where nothing is asked for.
    """
    asked = [name for name in SPECTRA if np.any(controls[name])]
    if not asked:
        return None
    from scipy.fft import idct
    from scipy.ndimage import gaussian_filter1d

    table = _table()
    mean, level = own or (table["mean"], float(table["level"]))
    weights = mel_weights(float(hertz[1] - hertz[0]), len(hertz), len(mean))
    power = np.log(weights @ np.exp(2 * np.minimum(envelope, 20.0)) + 1e-14).T
    loudness = np.log(np.exp(power).mean(axis=1))
    count = table[asked[0]].shape[1]
    heard = np.clip(loudness - level, _FLOOR, _CEILING)
    inputs = np.column_stack(
        [cepstrum(power - mean, count), heard, np.where(voiced, 1.0, -1.0), np.ones(len(heard))]
    )
    change = sum(controls[name][:, None] * (inputs @ table[name]) for name in asked)
    gains = idct(np.pad(change, ((0, 0), (1, len(mean) - count - 1))), norm="ortho", axis=1)
    gains = gaussian_filter1d(gains, _SMOOTH, axis=0)
    gains = gains - (np.log(np.exp(power + gains).mean(axis=1)) - loudness)[:, None]
    gains = _MOST * np.tanh(gains / 2 / _MOST)
    centres = _hertz(np.linspace(_mel(_LOWEST), _mel(_HIGHEST), len(mean) + 2))[1:-1]
    return np.asarray(_spread(centres, hertz) @ gains.T, np.float32)


def _spread(centres: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    """Straight lines from band to band ``(K, B)``; what lies beyond the bands has the nearest one's gain."""
    return np.stack([np.interp(hertz, centres, row) for row in np.eye(len(centres))], axis=1)


def _mel(hertz: float | np.ndarray) -> np.ndarray:
    linear = np.asarray(hertz) / (200.0 / 3)
    return np.where(linear < 15, linear, 15 + np.log(np.maximum(hertz, 1.0) / 1000) / (np.log(6.4) / 27))


def _hertz(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < 15, mel * 200.0 / 3, 1000 * np.exp((np.log(6.4) / 27) * (mel - 15)))


@cache
def _table() -> dict[str, np.ndarray]:
    with np.load(asset("voices", "actors_spectrum.npz")) as stored:
        return {name: stored[name].astype(float) for name in stored.files}
