"""Learns from actors how an emotion changes the spectrum of each sound of speech (``generators.speech.actors_spectrum``).

RAVDESS' actors of the tuning family said two sentences twice neutrally and twice with strong emotion. The two readings are brought
together by dynamic time warping over mel cepstra of WORLD's envelope; ridge regression gives the change of the cepstrum
of a frame as an affine function of the neutral frame. Between two neutral readings of an actor there is such a function too: frames that
were brought together wrongly pull everything towards the mean. It is learned in the same way and taken off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from external.world import world
from generators.speech.actors_spectrum import cepstrum, mel_weights
from studio.judges.media import mono
from studio.training.corpora_speech import Clip, clips, family_of, load_clip

__all__ = ["BANDS", "CEPSTRA", "EMOTIONS", "Voiced", "bands_of", "loud", "spectral_maps"]

EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
CEPSTRA, BANDS = 23, 48
_RATE, _FRAME = 16_000, 5.0  # hertz, milliseconds
_RIDGE = (
    1000.0  # strength of regularisation, of about 2,400 frames; best for an actor left out, in 100 to 30,000
)
_LOUD = 3.5 * np.log(10)  # below the loud frames, natural logarithm of a power: what is softer is silence
_CLIPPED = (-8.0, 2.0)
_Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Voiced:
    """A clip as WORLD hears it.

    Args:
        voiced: frames of 5 ms with F0 ``(F,)``.
        bands: log power of mel bands ``(F, 48)``.
    """

    voiced: np.ndarray
    bands: np.ndarray

    @property
    def shape(self) -> np.ndarray:
        """Bands against their mean in the frame ``(F, 48)``."""
        found: np.ndarray = self.bands - self.bands.mean(axis=1, keepdims=True)
        return found

    @property
    def loudness(self) -> np.ndarray:
        """Log power of frames ``(F,)``."""
        found: np.ndarray = np.log(np.exp(self.bands).mean(axis=1))
        return found


def bands_of(wave: np.ndarray) -> Voiced:
    """WORLD's envelope of a wave at 16 kHz in mel bands, without the silence at its ends."""
    lib = world()
    wave = np.asarray(wave, np.float64)
    f0, times = lib.dio(wave, _RATE, f0_floor=60.0, f0_ceil=700.0, frame_period=_FRAME)
    f0 = lib.stonemask(wave, f0, times, _RATE)
    envelope = lib.cheaptrick(wave, f0, times, _RATE)
    level = 10 * np.log10(envelope.mean(axis=1) + 1e-12)
    heard = np.flatnonzero(level > np.percentile(level, 95) - 40)
    kept = slice(max(heard[0] - 10, 0), heard[-1] + 10)
    weights = mel_weights(_RATE / (2 * (envelope.shape[1] - 1)), envelope.shape[1], BANDS)
    return Voiced(f0[kept] > 0, np.log(envelope[kept] @ weights.T + 1e-14))


def loud(loudness: np.ndarray) -> np.ndarray:
    """Which frames hold sound ``(F,)``."""
    found: np.ndarray = loudness > np.percentile(loudness, 95) - _LOUD
    return found


def spectral_maps(folder: Path) -> dict[str, np.ndarray]:
    """The map of each emotion ``(26, 23)``: cepstrum, level, voicing and 1 of a neutral frame to the change of its cepstrum.

    Args:
        folder: of the corpora's clips, with ``speech.csv``.
    """
    actors = defaultdict(list)
    for clip in clips(folder):
        wanted = clip.emotion == "neutral" or (clip.strong and clip.emotion in EMOTIONS)
        if clip.corpus == "ravdess" and family_of(clip) == "tuning" and wanted:
            actors[clip.speaker].append((clip, bands_of(mono(load_clip(clip), _RATE))))
    pairs: dict[str, list[_Pair]] = defaultdict(list)
    for takes in actors.values():
        for emotion, pair in _pairs(takes):
            pairs[emotion].append(pair)
    usual = _regression(pairs["neutral"])
    return {emotion: _regression(pairs[emotion]) - usual for emotion in EMOTIONS}


def _pairs(takes: Sequence[tuple[Clip, Voiced]]) -> Iterable[tuple[str, _Pair]]:
    """An actor's neutral frames with how they change, by emotion; "neutral" for two neutral readings."""
    neutral = defaultdict(list)
    for clip, take in takes:
        if clip.emotion == "neutral":
            neutral[clip.text].append(take)
    every = [take for group in neutral.values() for take in group]
    mean = np.concatenate([take.shape[loud(take.loudness)] for take in every]).mean(axis=0)
    level = float(np.mean([np.percentile(take.loudness, 90) for take in every]))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for clip, take in takes:
        number = counts[clip.emotion, clip.text]
        counts[clip.emotion, clip.text] += 1
        shift = 1 if clip.emotion == "neutral" else 0
        group = neutral[clip.text]
        if group and (len(group) > 1 or not shift):
            yield clip.emotion, _pair(group[(number + shift) % len(group)], take, mean, level)


def _pair(first: Voiced, other: Voiced, mean: np.ndarray, level: float) -> _Pair:
    """Inputs ``(n, 25)`` and changes ``(n, 23)`` of every second loud frame of a neutral reading and another one."""
    to = _brought_together(first, other)
    change = cepstrum(other.shape[to] - first.shape, CEPSTRA)
    inputs = np.column_stack(
        [
            cepstrum(first.shape - mean, CEPSTRA),
            np.clip(first.loudness - level, *_CLIPPED),
            np.where(first.voiced, 1.0, -1.0),
        ]
    )
    kept = np.flatnonzero(loud(first.loudness) & loud(other.loudness)[to])[::2]
    return inputs[kept], change[kept]


def _brought_together(first: Voiced, other: Voiced) -> np.ndarray:
    """For each frame of the first the frame of the other in which the same is said ``(F,)``."""
    import librosa

    ratio = len(other.bands) / len(first.bands)
    steps = np.array([[1, 1], [1, 2], [2, 1]]) if 0.55 < ratio < 1.8 else None
    path = librosa.sequence.dtw(_compared(first), _compared(other), step_sizes_sigma=steps)[1][::-1]
    found = np.interp(np.arange(len(first.bands)), path[:, 0], path[:, 1])
    return np.rint(found).astype(int)


def _compared(take: Voiced) -> np.ndarray:
    """Cepstra in which readings are compared ``(14, F)``; level counts little."""
    from scipy.fft import dct

    found = dct(take.bands, norm="ortho", axis=1)[:, :14].copy()
    found[:, 0] *= 0.3
    found -= found.mean(axis=0)
    return np.asarray(found.T / (found.std() + 1e-9))


def _regression(pairs: Sequence[_Pair]) -> np.ndarray:
    """Affine map ``(26, 23)`` by ridge regression; the constant is not held back."""
    inputs, changes = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    ridge = _RIDGE * np.eye(inputs.shape[1])
    ridge[-1, -1] = 0.0
    return np.asarray(np.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ changes))
