"""Speech sounds heard in a recording without knowing its text or language: enough for the mouth, not for reading.

Frames are told apart by level, by where their energy lies, and by the first two formants (linear prediction: Markel & Gray 1976,
"Linear prediction of speech"). Vowels are placed within the speaker's own range of formants, so that men, women and children are
treated alike (Lobanov 1971). Of consonants only what a mouth shows is guessed: hissing, humming with closed or open lips, and
the silence of a stop with the colour of its burst (Stevens & Blumstein 1978: low for lips, high for the tongue's tip). It is a
guess: which vowel, roughly, and where the mouth closes, in any language.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from generators.base import Audio, Phone
from generators.speech.recorded.phrases import sounding

__all__ = ["heard_sounds"]

_RATE, _HOP = 16_000, 160  # hertz, samples
_WINDOW = 400
_ORDER = 14  # of the linear prediction: two poles for each of the formants below 7 kHz
_SHORTEST = 0.045  # seconds of a sound; shorter ones fall to their neighbours
_STOP = (0.03, 0.14)  # seconds of silence inside speech that are a stop and no pause
_VOICED = 0.45  # of the autocorrelation's peak
_HISS = 0.55  # share of energy above 2.8 kHz
_HUM = 0.88  # share of energy below 600 Hz, in voiced frames softer than their neighbourhood
_SOFTER = 5.0  # dB below the level of a quarter second around
_BURST = (
    1500.0,
    3200.0,
)  # hertz: the centre of a burst below the first is of the lips, above the second of the tongue's tip


def heard_sounds(audio: Audio) -> tuple[Phone, ...]:
    """The sounds of a recording, in order; silence is left out.

    Args:
        audio: mono speech.
    """
    wave = _at_rate(audio)
    frames = _frames(wave)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    speech = sounding(level) & (level > np.quantile(level, 0.95) - 32)
    if not speech.any():
        return ()
    spectra = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), 512)) ** 2
    labels = _labelled(frames, spectra, level, speech)
    return _stressed(_joined(_with_stops(labels, spectra)), level)


def _at_rate(audio: Audio) -> np.ndarray:
    mono = audio.samples if audio.samples.ndim == 1 else audio.samples.mean(axis=1)
    if audio.sample_rate == _RATE:
        return np.asarray(mono, float)
    import soxr

    return np.asarray(soxr.resample(np.asarray(mono, float), audio.sample_rate, _RATE))


def _frames(wave: np.ndarray) -> np.ndarray:
    """Frames of 25 ms every 10 ms, centred, ``(T, 400)``."""
    padded = np.pad(wave, (_WINDOW // 2, _WINDOW))
    return np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: len(wave) + 1 : _HOP].copy()


def _labelled(frames: np.ndarray, spectra: np.ndarray, level: np.ndarray, speech: np.ndarray) -> list[str]:
    """A symbol for each frame, "" for silence."""
    from scipy.ndimage import median_filter, uniform_filter1d

    hertz = np.fft.rfftfreq(512, 1 / _RATE)
    energy = spectra.sum(axis=1) + 1e-12
    high = spectra[:, hertz > 2800].sum(axis=1) / energy
    low = spectra[:, hertz < 600].sum(axis=1) / energy
    voiced = _periodicity(frames) > _VOICED
    soft = uniform_filter1d(np.where(speech, level, level[speech].mean()), 25) - level
    formants = median_filter(_formants(frames, speech), (5, 1))
    height, front = _within(formants, speech & voiced & (high < _HISS))
    labels = []
    for i in range(len(frames)):
        if not speech[i]:
            labels.append("")
        elif high[i] > _HISS:
            centre = (spectra[i] * hertz).sum() / energy[i]
            labels.append("s" if centre > 4500 else "ʃ")
        elif voiced[i] and low[i] > _HUM and soft[i] > _SOFTER:
            labels.append("m" if front[i] < 0.5 else "n")
        elif not voiced[i]:
            labels.append("f" if soft[i] > 12 else "h")
        else:
            labels.append(_vowel(height[i], front[i]))
    return labels


def _vowel(height: float, front: float) -> str:
    """The vowel of a place in the speaker's range: how open and how far in front, each 0..1."""
    if height > 0.66:
        return "æ" if front > 0.62 else "ɑ"
    if height > 0.33:
        return "ɛ" if front > 0.55 else "ə" if front > 0.3 else "ɔ"
    return "i" if front > 0.58 else "ɪ" if front > 0.36 else "u"


def _periodicity(frames: np.ndarray) -> np.ndarray:
    """Highest autocorrelation at lags of 75 to 400 Hz, ``(T,)``, about 1 in voiced frames."""
    centred = frames - frames.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, 1024)) ** 2
    found = np.fft.irfft(spectrum)
    lags = np.arange(_RATE // 400, _RATE // 75)
    # A window holds fewer pairs at longer lags.
    fair = found[:, lags] / (1 - lags / _WINDOW)
    return np.asarray(fair.max(axis=1) / (found[:, 0] + 1e-9))


def _formants(frames: np.ndarray, speech: np.ndarray) -> np.ndarray:
    """First and second formant in hertz ``(T, 2)``; in silence the last ones before it."""
    from scipy.linalg import solve_toeplitz

    found = np.zeros((len(frames), 2))
    last = np.array([500.0, 1500.0])
    bright = np.concatenate([frames[:, :1], frames[:, 1:] - 0.95 * frames[:, :-1]], axis=1) * np.hamming(
        _WINDOW
    )
    correlation = np.fft.irfft(np.abs(np.fft.rfft(bright, 1024)) ** 2)[:, : _ORDER + 1]
    for i in np.flatnonzero(speech):
        r = correlation[i].copy()
        r[0] = r[0] * 1.0001 + 1e-9
        roots = np.roots(np.concatenate([[1.0], -solve_toeplitz(r[:-1], r[1:])]))
        roots = roots[roots.imag > 0]
        hertz = np.angle(roots) * _RATE / (2 * np.pi)
        width = -np.log(np.abs(roots) + 1e-9) * _RATE / np.pi
        sharp = np.sort(hertz[(hertz > 180) & (hertz < 3400) & (width < 500)])
        if len(sharp) >= 2:
            last = sharp[:2]
        found[i] = last
    return found


def _within(formants: np.ndarray, vowels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in the speaker's own range, 0..1: how open by the first formant, how far in front by the second."""
    places = []
    for column, least in ((0, 250.0), (1, 700.0)):
        values = formants[:, column]
        inside = values[vowels] if vowels.any() else values
        low, high = np.quantile(inside, (0.08, 0.92))
        missing = max(least - (high - low), 0) / 2
        low, high = low - missing, high + missing
        places.append(np.clip((values - low) / (high - low), 0, 1))
    return places[0], places[1]


def _with_stops(labels: list[str], spectra: np.ndarray) -> list[str]:
    """Labels with short silences inside speech told as stops."""
    hertz = np.fft.rfftfreq(512, 1 / _RATE)
    seconds = _HOP / _RATE
    out, begin = list(labels), 0
    for label, run in groupby(labels):
        length = len(list(run))
        end = begin + length
        if not label and begin and end < len(labels) and _STOP[0] <= length * seconds <= _STOP[1]:
            burst = spectra[end : end + 2].mean(axis=0)
            centre = (burst * hertz).sum() / (burst.sum() + 1e-12)
            stop = "p" if centre < _BURST[0] else "t" if centre > _BURST[1] else "k"
            out[begin:end] = [stop] * length
        begin = end
    return out


def _joined(labels: list[str]) -> list[tuple[str, int, int]]:
    """Runs of the same label: label, first frame, frame after the last; runs too short are joined to those before."""
    runs: list[tuple[str, int, int]] = []
    begin = 0
    for label, run in groupby(labels):
        end = begin + len(list(run))
        short = (end - begin) * _HOP / _RATE < _SHORTEST
        if runs and runs[-1][2] == begin and label and (runs[-1][0] == label or (short and runs[-1][0])):
            runs[-1] = (runs[-1][0], runs[-1][1], end)
        else:
            runs.append((label, begin, end))
        begin = end
    return [run for run in runs if run[0] and (run[2] - run[1]) * _HOP / _RATE >= 0.02]


def _stressed(runs: list[tuple[str, int, int]], level: np.ndarray) -> tuple[Phone, ...]:
    """Phones of runs; vowels louder than three quarters of them carry stress."""
    seconds = _HOP / _RATE
    loud = [level[a:b].max() for label, a, b in runs if label in "æɑɛəɔiɪu"]
    bound = float(np.quantile(loud, 0.75)) if loud else np.inf
    return tuple(
        Phone(label, a * seconds, b * seconds, int(label in "æɑɛəɔiɪu" and level[a:b].max() >= bound))
        for label, a, b in runs
    )
