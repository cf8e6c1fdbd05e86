"""What can be measured of a voice every ten milliseconds: pitch, level, timbre, voice quality, formants.

Conventions: sound is mono float at 16 kHz, tracks have one value for each frame of 10 ms, pitch is in semitones above
100 Hz, levels are in decibels of full scale. Unvoiced frames carry NaN where a value needs voicing.

The set follows eGeMAPS (Eyben et al. 2016, IEEE Transactions on Affective Computing 7) where it can be computed fast:
alpha ratio, Hammarberg index, spectral slopes, flux, cepstra, formants, harmonic differences, harmonicity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from external.world import world

__all__ = ["HOP", "SAMPLE_RATE", "Tracks", "measure_tracks", "pitch_track"]

SAMPLE_RATE = 16_000
HOP = 0.010
_STEP = 160
_WINDOW = 480  # 30 ms: two periods of the lowest voice
_FFT = 1024
_LOWEST, _HIGHEST = 65.0, 650.0  # hertz, from a low male voice to a child's or a frightened woman's
_QUIET = 1e-10  # power that stands for silence: 100 dB below full scale, or below the loud frames
_SILENT_BELOW = 35.0  # decibels below the loud frames at which speech ends
_SILENCE = -70.0  # dB of full scale below which nothing counts as speech
_CEPSTRA = 13
_BANDS = ((0, 500), (500, 1000), (1000, 2000), (2000, 4000), (4000, 8000))


@dataclass(frozen=True)
class Tracks:
    """The measures of a sound over its ``T`` frames.

    Args:
        level: dB of full scale ``(T,)``.
        active: where there is speech ``(T,)`` bool.
        pitch: semitones above 100 Hz ``(T,)``, NaN where unvoiced.
        cepstra: mel cepstra 1 to 12 ``(T, 12)``.
        timbre: measures that need no voicing, by name, each ``(T,)``.
        quality: measures of voiced frames, by name, each ``(T,)``, NaN where unvoiced.
    """

    level: np.ndarray
    active: np.ndarray
    pitch: np.ndarray
    cepstra: np.ndarray
    timbre: dict[str, np.ndarray]
    quality: dict[str, np.ndarray]

    @property
    def voiced(self) -> np.ndarray:
        """Where there is speech with a pitch ``(T,)`` bool."""
        return np.isfinite(self.pitch) & self.active


def measure_tracks(wave: np.ndarray) -> Tracks:
    """Tracks of a sound.

    Args:
        wave: mono ``(n,)`` at 16 kHz, at least one frame long.
    """
    wave = np.asarray(wave, np.float64)
    level = 10 * np.log10((_frames(wave) ** 2).mean(axis=1) + _QUIET)
    loud = float(np.percentile(level, 95))
    active = level > max(loud - _SILENT_BELOW, _SILENCE)
    wave = wave * 10 ** (-max(loud, _SILENCE) / 20)  # so that floors below mean the same at any level
    frames = _frames(wave)
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), _FFT)) ** 2 / (_WINDOW / 2)
    hertz = _match(pitch_track(wave), len(frames))
    with np.errstate(invalid="ignore", divide="ignore"):
        pitch = np.where(hertz > 0, 12 * np.log2(np.maximum(hertz, 1.0) / 100.0), np.nan)
    cepstra = _mel_cepstra(power)
    return Tracks(
        level=level,
        active=active,
        pitch=pitch,
        cepstra=cepstra[:, 1:],
        timbre=_timbre(power),
        quality=_quality(frames, power, hertz),
    )


def pitch_track(wave: np.ndarray, sample_rate: int = SAMPLE_RATE) -> np.ndarray:
    """F0 in hertz every 10 ms, 0 where unvoiced.

    Args:
        wave: mono ``(n,)``.
        sample_rate: hertz.

    Source: DIO and StoneMask of the WORLD vocoder (Morise et al. 2016).
    """
    samples = np.ascontiguousarray(wave, np.float64)
    period = 1000 * HOP
    coarse, times = world().dio(
        samples, sample_rate, f0_floor=_LOWEST, f0_ceil=_HIGHEST, frame_period=period, speed=2
    )
    track: np.ndarray = world().stonemask(samples, coarse, times, sample_rate)
    return track


def _frames(wave: np.ndarray) -> np.ndarray:
    """Frames of 30 ms centred every 10 ms, ``(T, 480)``."""
    padded = np.pad(wave, (_WINDOW // 2, _WINDOW))
    count = 1 + len(wave) // _STEP
    return np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * _STEP : _STEP]


def _match(track: np.ndarray, count: int) -> np.ndarray:
    """A track cut or padded with zeros to a number of frames."""
    return np.pad(track[:count], (0, max(0, count - len(track))))


@cache
def _mel_bank() -> np.ndarray:
    """Triangles on the mel scale from 50 Hz to 7.6 kHz, ``(26, bins)``."""
    mels = np.linspace(1127 * np.log1p(50 / 700), 1127 * np.log1p(7600 / 700), 28)
    edges = 700 * np.expm1(mels / 1127)
    bins = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0.0, np.minimum(rise, fall))


def _mel_cepstra(power: np.ndarray) -> np.ndarray:
    from scipy.fft import dct

    cepstra: np.ndarray = dct(np.log(power @ _mel_bank().T + _QUIET), axis=1, norm="ortho")
    return cepstra[:, :_CEPSTRA]


def _timbre(power: np.ndarray) -> dict[str, np.ndarray]:
    """Shape of the spectrum, independent of level."""
    bins = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
    decibels = 10 * np.log10(power + _QUIET)
    share = power / (power.sum(axis=1, keepdims=True) + _QUIET)
    root = np.sqrt(share)
    centroid = share @ bins
    measures = {
        f"band_{low}_{high}": 10 * np.log10(share[:, (bins >= low) & (bins < high)].sum(axis=1) + 1e-7)
        for low, high in _BANDS
    }
    low, high = (bins >= 50) & (bins < 1000), (bins >= 1000) & (bins < 5000)
    measures["alpha"] = 10 * np.log10(
        (share[:, high].sum(axis=1) + 1e-7) / (share[:, low].sum(axis=1) + 1e-7)
    )
    lower, upper = (bins > 50) & (bins < 2000), (bins >= 2000) & (bins < 5000)
    measures["hammarberg"] = decibels[:, lower].max(axis=1) - decibels[:, upper].max(axis=1)
    measures["slope_low"] = _slope(decibels, bins, 50, 500)
    measures["slope_high"] = _slope(decibels, bins, 500, 1500)
    measures["slope_wide"] = _slope(decibels, bins, 1000, 6000)
    measures["centroid"] = np.log2(centroid + 50.0)
    measures["spread"] = np.log2(np.sqrt(np.maximum(share @ bins**2 - centroid**2, 0)) + 50.0)
    measures["entropy"] = -(share * np.log(share + 1e-9)).sum(axis=1)
    measures["flux"] = np.r_[0.0, np.linalg.norm(np.diff(root, axis=0), axis=1)]
    return measures


def _slope(decibels: np.ndarray, bins: np.ndarray, low: float, high: float) -> np.ndarray:
    """Decibels per kilohertz between two frequencies, ``(T,)``."""
    chosen = (bins >= low) & (bins <= high)
    x = bins[chosen] / 1000 - bins[chosen].mean() / 1000
    return decibels[:, chosen] @ x / (x @ x)


def _quality(frames: np.ndarray, power: np.ndarray, hertz: np.ndarray) -> dict[str, np.ndarray]:
    """Harmonicity, harmonic differences, cepstral peak and formants of the voiced frames."""
    count = len(hertz)
    measures = {
        name: np.full(count, np.nan) for name in ("harmonicity", "h1_h2", "h1_a3", "peak", "f1", "f2", "f3")
    }
    voiced = np.flatnonzero(hertz > 0)
    if not len(voiced):
        return measures
    pitch, spectrum = hertz[voiced], power[voiced]
    decibels = 10 * np.log10(spectrum + _QUIET)
    formants = _formants(frames[voiced])
    first, second = _near(decibels, pitch), _near(decibels, 2 * pitch)
    measures["harmonicity"][voiced] = _harmonicity(spectrum, pitch)
    measures["h1_h2"][voiced] = first - second
    measures["h1_a3"][voiced] = first - _near(decibels, np.nan_to_num(formants[:, 2], nan=2700.0), reach=0.15)
    measures["peak"][voiced] = _cepstral_peak(decibels, pitch)
    for number in range(3):
        measures[f"f{number + 1}"][voiced] = formants[:, number] / 1000
    return measures


def _near(decibels: np.ndarray, hertz: np.ndarray, reach: float = 0.2) -> np.ndarray:
    """The highest level within ``reach`` (a share of the frequency) of a frequency in each frame."""
    bins = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
    near = np.abs(bins - hertz[:, None]) <= reach * hertz[:, None]
    return np.where(near, decibels, -200.0).max(axis=1)


def _harmonicity(spectrum: np.ndarray, pitch: np.ndarray) -> np.ndarray:
    """Harmonics-to-noise ratio in dB, from the autocorrelation at the period (Boersma 1993)."""
    correlation = np.fft.irfft(spectrum)
    taper = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_WINDOW), _FFT)) ** 2)
    lag = np.clip(np.round(SAMPLE_RATE / pitch).astype(int), 20, _WINDOW - 160)
    around = lag[:, None] + np.arange(-2, 3)
    rows = np.arange(len(lag))[:, None]
    normal = correlation[rows, around] / (correlation[:, :1] + _QUIET) / (taper[around] / taper[0])
    strength = np.clip(normal.max(axis=1), 0.01, 0.999)
    return 10 * np.log10(strength / (1 - strength))


def _cepstral_peak(decibels: np.ndarray, pitch: np.ndarray) -> np.ndarray:
    """Height of the cepstrum's peak at the period over its mean (after Hillenbrand 1994)."""
    cepstrum = np.abs(np.fft.irfft(decibels))[:, 20:260]
    lag = np.clip(np.round(SAMPLE_RATE / pitch).astype(int) - 20, 2, 237)
    rows = np.arange(len(lag))[:, None]
    return cepstrum[rows, lag[:, None] + np.arange(-2, 3)].max(axis=1) - cepstrum.mean(axis=1)


def _formants(frames: np.ndarray, order: int = 12) -> np.ndarray:
    """First three formants in hertz ``(T, 3)``, NaN where not found, from the roots of a linear prediction."""
    emphasised = np.diff(frames, axis=1, prepend=0) + 0.03 * frames
    spectrum = np.abs(np.fft.rfft(emphasised * np.hamming(_WINDOW), _FFT)) ** 2
    lags = np.fft.irfft(spectrum)[:, : order + 1]
    lags[:, 0] = lags[:, 0] * 1.0001 + 1e-9
    places = np.abs(np.arange(order)[:, None] - np.arange(order))
    filters = np.linalg.solve(lags[:, places], lags[:, 1:, None])[..., 0]
    companion = np.zeros((len(frames), order, order))
    companion[:, 0] = filters
    companion[:, np.arange(1, order), np.arange(order - 1)] = 1.0
    roots = np.linalg.eigvals(companion)
    hertz = np.angle(roots) * SAMPLE_RATE / (2 * np.pi)
    width = -np.log(np.maximum(np.abs(roots), 1e-6)) * SAMPLE_RATE / np.pi
    clear = (hertz > 150) & (hertz < 5000) & (width < 700)
    return np.sort(np.where(clear, hertz, np.nan), axis=1)[:, :3]
