"""Voice and music in one stereo mix: music ducks under the voice, the whole is brought to a programme loudness."""

from __future__ import annotations

import numpy as np

from generators.base import Audio
from studio.loudness import gain_to, limited

__all__ = ["LOUDNESS", "PEAK", "mix"]

LOUDNESS = -16.0  # LUFS, the target that streaming services use for speech with music (AES TD1004, 2015)
PEAK = 10 ** (-1.8 / 20)
"""Largest sample: between samples and after AAC the peaks then lie below the -1 dBTP that lossy coding needs."""

_MUSIC_UNDER_VOICE = -15.0  # dB of the music against the voice while somebody speaks
_MUSIC_ALONE = -3.0  # dB of the music against the voice's level in pauses
_ATTACK, _RELEASE = 0.15, 0.7  # seconds in which the music goes down and comes back
_FADE = 0.02  # seconds of fade at both ends, so that a cut never clicks


def mix(voice: Audio | None, music: Audio | None, duration: float, sample_rate: int = 48000) -> Audio:
    """The sound of a film.

    Args:
        voice: mono, or None.
        music: stereo or mono, or None.
        duration: seconds; longer tracks are cut, shorter ones filled with silence.
        sample_rate: hertz of the result.

    Returns:
        Stereo float32 of ``round(duration * sample_rate)`` samples at ``LOUDNESS`` with no sample above ``PEAK``, not to be
        written to; silence where there is neither voice nor music.
    """
    count = round(duration * sample_rate)
    layers = []
    if voice is not None:
        speech = _fitted(voice, count, sample_rate)
        speech *= gain_to(_stereo(speech), sample_rate, LOUDNESS)
        layers.append(speech)
    if music is not None:
        tune = _fitted(music, count, sample_rate)
        tune *= gain_to(_stereo(tune), sample_rate, LOUDNESS)
        if layers:
            tune *= _duck(layers[0], sample_rate)[:, None]
        layers.append(tune)
    layers.sort(key=lambda layer: -layer.shape[1])
    # Changed in place, since an hour of one channel takes .7 GB.
    out = layers[0] if layers else np.zeros((count, 1), np.float32)
    for layer in layers[1:]:
        out += layer
    ramp = np.linspace(0.0, 1.0, min(round(_FADE * sample_rate), count // 2), dtype=np.float32)[:, None]
    out[: len(ramp)] *= ramp
    out[count - len(ramp) :] *= ramp[::-1]
    out *= gain_to(_stereo(out), sample_rate, LOUDNESS)
    return Audio(_stereo(limited(out, sample_rate, PEAK, out=out)), sample_rate)


def _fitted(audio: Audio, count: int, sample_rate: int) -> np.ndarray:
    """One or two channels ``(count, channels)`` float32 at the sample rate, an array of their own."""
    import soxr

    samples = audio.samples if audio.samples.ndim == 2 else audio.samples[:, None]
    if audio.sample_rate != sample_rate:
        samples = soxr.resample(samples, audio.sample_rate, sample_rate)
    out = np.zeros((count, min(samples.shape[1], 2)), np.float32)
    used = min(count, len(samples))
    out[:used] = samples[:used, :2]
    return out


def _stereo(samples: np.ndarray) -> np.ndarray:
    """Two channels ``(n, 2)`` that share their memory where the sound has one."""
    return np.broadcast_to(samples, (len(samples), 2))


def _duck(speech: np.ndarray, sample_rate: int) -> np.ndarray:
    """Gain of the music ``(n,)``: low while there is speech, rising in pauses."""
    step = sample_rate // 100
    blocks = np.abs(speech[:, 0][: len(speech) // step * step]).reshape(-1, step).max(axis=1)
    talking = blocks > 0.02
    ahead = int(_ATTACK * 100)
    talking = np.array([talking[max(i - 20, 0) : i + ahead].any() for i in range(len(talking))])
    low, high = 10 ** (_MUSIC_UNDER_VOICE / 20), 10 ** (_MUSIC_ALONE / 20)
    gain = np.empty(len(talking) + 1)
    value = low if len(talking) and talking[0] else high
    fall, rise = np.exp(-1 / (_ATTACK * 40)), np.exp(-1 / (_RELEASE * 40))
    for i, active in enumerate(talking):
        goal, keep = (low, fall) if active else (high, rise)
        value = goal + (value - goal) * keep
        gain[i] = value
    gain[-1] = value
    at = np.arange(len(speech)) / step
    return np.interp(at, np.arange(len(gain)), gain).astype(np.float32)
