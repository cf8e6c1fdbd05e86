"""Changes to recordings, so that a judge hears the voice and not the studio: speed, timbre, room, noise, codec.

And sounds that are no speech, from which a judge learns to say nothing. Sound is mono float ``(n,)`` at 16 kHz; every draw
comes from the generator that is passed in.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
import soundfile
from scipy.signal import butter, fftconvolve, sosfilt

__all__ = ["NO_SPEECH", "changed", "no_speech"]

SAMPLE_RATE = 16_000


def changed(wave: np.ndarray, shares: Mapping[str, float], draw: np.random.Generator) -> np.ndarray:
    """A recording as another machine might have made it, float32.

    Args:
        wave: of speech.
        shares: how often each of ``speed``, ``timbre``, ``room``, ``noise``, ``codec`` happens, 0..1.
        draw: source of all chance.
    """
    for name, change in _CHANGES.items():
        if draw.random() < shares[name]:
            wave = change(wave, draw)
    return np.asarray(wave, np.float32)


def no_speech(wave: np.ndarray, kind: str, draw: np.random.Generator) -> np.ndarray:
    """A sound that is no speech, at least one second long, float32.

    Args:
        wave: of speech, which is turned round or torn apart for some kinds; it gives the length.
        kind: one of ``NO_SPEECH``.
        draw: source of all chance.
    """
    if len(wave) < SAMPLE_RATE:
        wave = np.pad(wave, (0, SAMPLE_RATE - len(wave)), mode="wrap")
    return np.asarray(_SOUNDS[kind](wave, draw), np.float32)


def _speed(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Faster and higher or slower and lower, within an eighth: a smaller or larger person."""
    import soxr

    resampled: np.ndarray = soxr.resample(
        np.asarray(wave, np.float32), SAMPLE_RATE * draw.uniform(0.88, 1.14), SAMPLE_RATE
    )
    return resampled


def _timbre(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Bands raised and lowered by up to 12 dB, as microphones do."""
    hertz = np.array([0, 100, 300, 800, 2000, 4000, 8000])
    gain = np.cumsum(draw.normal(0, 3, len(hertz)))
    gain = np.clip(gain - gain[3], -12, 12)
    bins = np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)
    return np.fft.irfft(np.fft.rfft(wave) * 10 ** (np.interp(bins, hertz, gain) / 20), len(wave))


def _room(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A direct sound and a decaying tail up to 12 dB below it (after Moorer 1979)."""
    count = int(draw.uniform(0.15, 0.7) * SAMPLE_RATE)
    tail = draw.normal(size=count) * 10 ** (-3 * np.arange(count) / count)
    tail[: SAMPLE_RATE // 500] = 0
    tail *= 10 ** (-draw.uniform(0, 12) / 20) / np.sqrt((tail**2).sum())
    tail[0] = 1
    return fftconvolve(wave, tail)[: len(wave)]


def _noise(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """White to brown noise 8 to 35 dB below the voice."""
    noise = _coloured(len(wave), draw.uniform(0, 2), draw)
    return wave + noise * np.sqrt(np.mean(wave**2)) * 10 ** (-draw.uniform(8, 35) / 20)


def _codec(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A telephone (µ-law, ITU-T G.711), a dull line, or MP3 at its lowest rate."""
    peak = np.abs(wave).max() + 1e-9
    kind = draw.integers(3)
    if kind == 0:
        line = sosfilt(butter(4, [300, 3400], "band", fs=SAMPLE_RATE, output="sos"), wave) / peak
        steps = np.round(128 * np.sign(line) * np.log1p(255 * np.abs(line)) / np.log(256)) / 128
        return peak * np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255
    if kind == 1:
        return sosfilt(butter(6, draw.uniform(3000, 7000), fs=SAMPLE_RATE, output="sos"), wave)
    file = io.BytesIO()
    whole = (0.9 * wave / peak).astype(np.float32)
    soundfile.write(file, whole, SAMPLE_RATE, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.9)
    file.seek(0)
    heard, _ = soundfile.read(file, dtype="float32")
    return np.pad(heard, (0, max(0, len(wave) - len(heard))))[: len(wave)] * peak / 0.9


def _coloured(count: int, slope: float, draw: np.random.Generator) -> np.ndarray:
    """Noise of mean square 1 whose power falls with the frequency to the power of ``slope``."""
    places = np.maximum(np.arange(count // 2 + 1), 1)
    lines = (draw.normal(size=len(places)) + 1j * draw.normal(size=len(places))) * places ** (-slope / 2)
    noise = np.fft.irfft(lines, count)
    return noise / np.sqrt(np.mean(noise**2) + 1e-12)


def _reversed(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return wave[::-1]


def _steady_noise(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return _coloured(len(wave), draw.uniform(-0.5, 2.5), draw)


def _hum(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Mains hum with up to twenty harmonics over a little noise."""
    times = np.arange(len(wave)) / SAMPLE_RATE
    hertz = draw.choice([50.0, 60.0]) * draw.uniform(0.98, 1.02)
    tone = np.zeros(len(wave))
    for number in range(1, draw.integers(2, 20)):
        tone += draw.random() / number * np.sin(2 * np.pi * hertz * number * times + draw.uniform(0, 6))
    return tone + _coloured(len(wave), 1.0, draw) * 10 ** (-draw.uniform(10, 50) / 20)


def _notes(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """One to four parts of plucked or held notes from 110 to 830 Hz."""
    sound = np.zeros(len(wave))
    darkness = draw.uniform(0.5, 3)
    for _ in range(draw.integers(1, 5)):
        start = 0
        while start < len(wave):
            length = min(int(SAMPLE_RATE * draw.choice([0.15, 0.25, 0.5, 1.0])), len(wave) - start)
            times = np.arange(length) / SAMPLE_RATE
            hertz = 110 * 2 ** (draw.integers(0, 36) / 12)
            fall = np.exp(-times * draw.uniform(0.5, 8)) * np.minimum(1, times / 0.01)
            sound[start : start + length] += fall * sum(
                k**-darkness * np.sin(2 * np.pi * hertz * k * times)
                for k in range(1, 10)
                if hertz * k < SAMPLE_RATE / 2
            )
            start += length
    return sound


def _scrambled(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Noise with the spectrum of the speech, half the time with its loudness over time too."""
    lines = np.abs(np.fft.rfft(wave)) * np.exp(2j * np.pi * draw.random(len(wave) // 2 + 1))
    noise = np.fft.irfft(lines, len(wave))
    if draw.random() < 0.5:
        return noise
    return noise * np.sqrt(np.convolve(np.asarray(wave, float) ** 2, np.full(640, 1 / 640), "same"))


def _siren(wave: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A gliding tone, half the time in pulses."""
    times = np.arange(len(wave)) / SAMPLE_RATE
    glide = draw.uniform(-1, 1) * np.sin(2 * np.pi * draw.uniform(0.1, 3) * times)
    tone = np.sin(2 * np.pi * np.cumsum(draw.uniform(80, 3000) * 2**glide) / SAMPLE_RATE)
    if draw.random() < 0.5:
        return tone
    return tone * np.abs(np.sin(2 * np.pi * draw.uniform(0.5, 6) * times))


_Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]
_CHANGES: Mapping[str, _Change] = {
    "speed": _speed,
    "timbre": _timbre,
    "room": _room,
    "noise": _noise,
    "codec": _codec,
}
_SOUNDS: Mapping[str, _Change] = {
    "reversed": _reversed,
    "noise": _steady_noise,
    "hum": _hum,
    "notes": _notes,
    "scrambled": _scrambled,
    "siren": _siren,
}
NO_SPEECH = tuple(_SOUNDS)
"""Kinds of sound that are no speech."""
