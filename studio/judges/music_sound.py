"""What can be measured of a recording of music beside its notes: level, colour, change, roughness, beat.

First come tracks, one row a frame; then ``describe`` sums up a stretch of them. The sound is brought to one loudness before,
so that gain counts for nothing. Source of the cues: Eerola, Lartillot & Toiviainen 2009, "Prediction of multidimensional
emotional ratings in music from audio using multivariate regression models", ISMIR; roughness of partials after Sethares 1993,
"Local consonance and the relationship between timbre and scale", JASA 94.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from studio.judges.transcription import SAMPLE_RATE

__all__ = ["SOUND_FEATURES", "TRACK_RATE", "SoundTracks", "describe", "level_to", "sound_tracks"]

_SIZE, _HOP = 2048, 512  # samples of a frame, and from one to the next
TRACK_RATE = SAMPLE_RATE / _HOP  # 43.07 a second
_LEVEL = 0.08  # root mean square that sounds are brought to
_BANDS = (27.5, 110.0, 220.0, 440.0, 880.0, 1760.0, 3520.0, 7040.0, 11025.0)  # hertz, edges
_QUIET = 1e-7  # power under which there is nothing
_PARTIALS = 12  # loudest ones of a frame that can be rough with each other
_ROUGH_EVERY = 4  # frames
_BLOCK = 1024  # frames worked through at a time

_COLUMNS = (
    "level", "centre", "spread", "edge", "flatness", "change", "crossings", "roughness",
    *(f"band {low:.0f} Hz" for low in _BANDS[:-1]),
)  # fmt: skip


@dataclass(frozen=True)
class SoundTracks:
    """Rows of measures, ``TRACK_RATE`` a second.

    Args:
        rows: float32 ``(frames, 16)``: level in dB, spectral centre, spread and edge (85 % of power) in octaves over
            27.5 Hz, flatness in dB, change (spectral flux in dB a frame), zero crossings a sample, roughness 0..1, then
            the level of eight bands in dB under the whole.
    """

    rows: np.ndarray

    def between(self, start: float, end: float) -> SoundTracks:
        """The rows of a stretch of time, seconds."""
        return SoundTracks(self.rows[round(start * TRACK_RATE) : max(round(end * TRACK_RATE), 0)])


def level_to(wave: np.ndarray) -> np.ndarray:
    """A wave ``(n,)`` at the loudness that the measures expect; one of next to no power stays as it is."""
    size = float(np.sqrt(np.mean(np.square(wave)))) if len(wave) else 0.0
    return (wave * (_LEVEL / size)).astype(np.float32) if size > 1e-5 else np.asarray(wave, np.float32)


def sound_tracks(wave: np.ndarray) -> SoundTracks:
    """The tracks of a wave, float32 ``(n,)`` at ``SAMPLE_RATE``, brought to its loudness by ``level_to``."""
    padded = np.pad(np.asarray(wave, np.float32), (_SIZE // 2, _SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP][: len(wave) // _HOP]
    parts, before = [], None
    for first in range(0, len(frames), _BLOCK):
        part, before = _measure(frames[first : first + _BLOCK], before)
        parts.append(part)
    return SoundTracks(np.concatenate(parts) if parts else np.zeros((0, len(_COLUMNS)), np.float32))


def _measure(frames: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows of some frames, and the last of their spectra in bands, which the next rows' change starts from."""
    window = np.hanning(_SIZE).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) * (2 / window.sum())
    power = spectrum**2 / 2
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(hertz, 27.5) / 27.5)
    whole = power.sum(axis=1) + _QUIET
    centre = power @ octaves / whole
    spread = np.sqrt(np.maximum(power @ octaves**2 / whole - centre**2, 0))
    edge = octaves[np.argmax(np.cumsum(power, axis=1) >= 0.85 * whole[:, None] - _QUIET, axis=1)]
    audible = power[:, 3:] + _QUIET / 1000
    flatness = 10 * (np.log10(audible).mean(axis=1) - np.log10(audible.mean(axis=1)))
    mel = 10 * np.log10(power @ _bank() + _QUIET)
    earlier = np.concatenate([mel[:1] if before is None else before[None], mel[:-1]])
    change = np.maximum(mel - earlier, 0).mean(axis=1)
    crossings = (np.diff(np.signbit(frames), axis=1)).mean(axis=1)
    edges = np.searchsorted(hertz, _BANDS)
    bands = np.stack([power[:, a:b].sum(axis=1) for a, b in itertools.pairwise(edges)], axis=1)
    relative = 10 * np.log10((bands + _QUIET / 10) / whole[:, None])
    level = 10 * np.log10(whole)
    rough = np.repeat(_roughness(spectrum[::_ROUGH_EVERY], hertz), _ROUGH_EVERY)[: len(frames)]
    table = np.column_stack([level, centre, spread, edge, flatness, change, crossings, rough, relative])
    return table.astype(np.float32), mel[-1]


def _bank(count: int = 40) -> np.ndarray:
    """Triangles on the mel scale, ``(bins, count)``."""
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)
    places = 700 * (10 ** (np.linspace(0, top, count + 2) / 2595) - 1)
    rising = (hertz[:, None] - places[:-2]) / np.diff(places)[:-1]
    falling = (places[2:] - hertz[:, None]) / np.diff(places)[1:]
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


def _roughness(spectrum: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    """Mean dissonance of the loudest partials of each frame, weighted by their strength, about 0..1, ``(frames,)``."""
    inner = spectrum[:, 1:-1]
    peaks = np.where((inner > spectrum[:, :-2]) & (inner >= spectrum[:, 2:]), inner, 0)[:, :500]
    order = np.argpartition(-peaks, _PARTIALS, axis=1)[:, :_PARTIALS]
    strength = np.take_along_axis(peaks, order, axis=1)
    pitch = hertz[1 + order]
    low = np.minimum(pitch[:, :, None], pitch[:, None])
    apart = np.abs(pitch[:, :, None] - pitch[:, None]) * 0.24 / (0.021 * low + 19)
    pairs = np.minimum(strength[:, :, None], strength[:, None])
    dissonance = 5.0 * (np.exp(-3.51 * apart) - np.exp(-5.75 * apart))
    total: np.ndarray = (pairs * dissonance).sum(axis=(1, 2)) / (pairs.sum(axis=(1, 2)) + 1e-6)
    return total


_STEADY = ("centre", "spread", "edge", "flatness", "crossings", "roughness")
SOUND_FEATURES = (
    "level, spread", "level, range", "level, low share", "level, drift", "silent share",
    *(f"{name}, {what}" for name in _STEADY for what in ("mean", "spread")),
    "change, mean", "change, spread", "change, ninetieth", "change peaks per second", "change peaks, height",
    "beat, strength", "beat, seconds", "level at change",
    *(f"{name}, mean" for name in _COLUMNS[8:]),
    *(f"{name}, spread" for name in _COLUMNS[8:]),
)  # fmt: skip


def describe(tracks: SoundTracks) -> np.ndarray:
    """The numbers named by ``SOUND_FEATURES`` of a stretch, float64.

    Raises:
        ValueError: it is shorter than half a second.
    """
    rows = tracks.rows.astype(float)
    if len(rows) < TRACK_RATE / 2:
        raise ValueError(f"{len(rows)} frames of sound given; half a second is needed.")
    level, change = rows[:, 0], rows[:, 5]
    loud = np.percentile(level, 95)
    heard = rows[level > loud - 40]
    smooth = np.convolve(level, np.ones(43) / 43, "valid") if len(level) > 43 else level
    low, high = np.percentile(np.maximum(level, loud - 60), [10, 90])
    values = [
        np.maximum(level, loud - 60).std(),
        high - low,
        (level < loud - 10).mean(),
        smooth.std(),
        (level < loud - 40).mean(),
    ]
    for name in _STEADY:
        column = heard[:, _COLUMNS.index(name)]
        values += [column.mean(), column.std()]
    values += [change.mean(), change.std(), np.percentile(change, 90), *_beats(change)]
    values += [float(np.corrcoef(level, change)[0, 1]) if level.std() > 1e-9 and change.std() > 1e-9 else 0.0]
    return np.concatenate([values, heard[:, 8:].mean(axis=0), heard[:, 8:].std(axis=0)])


def _beats(change: np.ndarray) -> list[float]:
    """Peaks of change a second and their height, and the strength and seconds of the clearest period of 0.25..1.2 s."""
    inner = change[1:-1]
    mark = change.mean() + 0.5 * change.std()
    peaks = inner[(inner > change[:-2]) & (inner >= change[2:]) & (inner > mark)]
    centred = change - change.mean()
    size = 1 << int(2 * len(centred) - 1).bit_length()
    own = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: len(centred)]
    first, last = int(0.25 * TRACK_RATE), min(int(1.2 * TRACK_RATE), len(own) - 1)
    best = first + int(np.argmax(own[first : last + 1])) if last > first else first
    strength = float(own[min(best, len(own) - 1)] / own[0]) if own[0] > 1e-9 else 0.0
    height = float(peaks.mean() / (change.std() + 1e-9)) if len(peaks) else 0.0
    return [len(peaks) / (len(change) / TRACK_RATE), height, strength, best / TRACK_RATE]
