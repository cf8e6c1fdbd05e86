"""Does the mouth move with the voice: the delay between the opening of a mouth and the strength of what is heard.

Method: the mouth's opening and the level of the sound from 700 Hz to 2.5 kHz (decibels, where there is speech) are brought to 100
values a second, freed of slow drift (longer than 1.5 s, so that a smile says nothing) and correlated at every delay within reach.
The delay with the highest correlation is the offset. That band, because an open mouth lifts the first formant above 700 Hz, while
closed vowels, nasals and most of the music lie below. The confidence is an answer to chance: the same mouth is laid over every
other place of the sound, and counted is how often it fits worse there, within the same reach, than where it belongs.

How far to trust it: even a mouth in perfect step correlates by 0.2 to 0.5 with so plain a measure of sound. Twenty seconds of
speech give a safe answer, five do not; see docs/quality.md.

Conventions: seconds. A positive offset means that the mouth is late, a negative one that it leads. Mouths of people lead a
little, since lips begin to open before there is sound. ITU-R BT.1359-1: a mouth that is 0.045 s late or leads by 0.125 s is
noticed; up to 0.09 s late and 0.185 s early is acceptable.

Metrics:
    * ``lip_sync``: offset, correlation, confidence; NaN, NaN and 0 where mouth or sound does not move or there are less than
      3 s of both.
    * ``mouth_openings``: of pictures, by face landmarks, in distances between the eyes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from studio.judges.media import Sound, mono

if TYPE_CHECKING:
    from studio.judges.landmarks import LandmarkFinder

__all__ = ["LipSync", "lip_sync", "mouth_openings", "speech_strength"]

_RATE = 100  # values a second
_AUDIO_RATE = 16_000
_BAND = (700.0, 2500.0)  # hertz: the first formant of open vowels and the second one of most
_SPEECH_RANGE_DB, _SILENCE_DB = 35.0, -70.0
_DRIFT = 1.5  # seconds
_LEAST = 3.0  # seconds
_SMOOTHING = 0.04  # seconds, about one frame of a film
_PLACES_APART = 10  # values from one wrong place to the next
_MOUTH_SMOOTHING = 0.10  # seconds: jaws do not follow anything faster


@dataclass(frozen=True)
class LipSync:
    """How a mouth stands to a voice.

    Args:
        offset: seconds; above 0 the mouth is late. NaN where nothing can be said.
        correlation: of mouth and voice at that offset, -1..1; NaN with it.
        confidence: share of wrong places at which the mouth fits worse, 0..1; below 0.95 mouth and voice may be strangers.
    """

    offset: float
    correlation: float
    confidence: float


def lip_sync(mouth: np.ndarray, fps: float, sound: Sound, *, reach: float = 0.5) -> LipSync:
    """The delay of a mouth after a voice that start together.

    Args:
        mouth: opening in any unit ``(T,)``, such as the curve ``jawOpen``; NaN where no face was found.
        fps: values a second.
        sound: the voice; music under it blurs the measure.
        reach: seconds to both sides that are looked at.

    Raises:
        ValueError: ``mouth`` is not one-dimensional, or ``fps`` or ``reach`` is not above 0.
    """
    mouth = np.asarray(mouth, np.float64)
    if mouth.ndim != 1:
        raise ValueError(f"The mouth has shape {mouth.shape}; give one opening for each frame.")
    if not fps > 0 or not reach > 0:
        raise ValueError(f"fps is {fps:g} and reach {reach:g}; both must be above 0.")
    nothing = LipSync(float("nan"), float("nan"), 0.0)
    seen = np.isfinite(mouth)
    strength = speech_strength(sound)
    seconds = min(len(mouth) / fps, len(strength) / _RATE)
    if seconds < _LEAST or seen.mean() < 0.5:
        return nothing
    times = np.arange(int(seconds * _RATE)) / _RATE
    frames = np.flatnonzero(seen)
    opening = np.interp(times, frames / fps, mouth[frames])
    opening, strength = _steady(opening), _steady(strength[: len(times)])
    if min(opening.std(), strength.std()) < 1e-9 or np.ptp(mouth[frames]) < 1e-6:
        return nothing
    return _best(opening, strength, round(reach * _RATE))


def speech_strength(sound: Sound) -> np.ndarray:
    """Level of a sound from 700 Hz to 2.5 kHz in decibels above its pauses, 100 values a second ``(T,)``, 0 in pauses."""
    from scipy.signal import butter, sosfiltfilt

    wave = mono(sound, _AUDIO_RATE).astype(np.float64)
    step = _AUDIO_RATE // _RATE
    count = len(wave) // step
    if count < 2 or not wave.any():
        return np.zeros(count)
    band = sosfiltfilt(butter(2, _BAND, "bandpass", fs=_AUDIO_RATE, output="sos"), wave)
    power = np.square(band[: count * step]).reshape(count, step).mean(axis=1)
    decibels = 10 * np.log10(_smooth(power, round(_SMOOTHING * _RATE)) + 1e-12)
    floor = max(float(np.percentile(decibels, 95)) - _SPEECH_RANGE_DB, _SILENCE_DB)
    return _smooth(np.maximum(decibels - floor, 0.0), round(_MOUTH_SMOOTHING * _RATE))


def mouth_openings(pictures: Iterable[np.ndarray], finder: LandmarkFinder | None = None) -> np.ndarray:
    """How far the inner lips stand apart in each picture, in distances between the eyes ``(T,)``; NaN without a face.

    Args:
        pictures: uint8 RGB ``(height, width, 3)``, looked at one by one.
        finder: of the landmarks; None builds one.
    """
    from studio.fidelity.face import shape
    from studio.judges.landmarks import LandmarkFinder

    finder = finder or LandmarkFinder()
    marks = (finder.find(picture) for picture in pictures)
    return np.array([np.nan if m is None else shape(m.points).mouth_opening for m in marks])


def _best(opening: np.ndarray, strength: np.ndarray, reach: int) -> LipSync:
    delays = np.arange(-reach, reach + 1)
    delays = delays[np.abs(delays) < len(opening) // 2]
    correlations = np.array([_correlation(opening, strength, int(delay)) for delay in delays])
    best = int(correlations.argmax())
    shift = 0.0
    if 0 < best < len(delays) - 1:  # the top of a parabola through the peak and its neighbours
        before, top, after = correlations[best - 1 : best + 2]
        bend = before - 2 * top + after
        shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return LipSync(
        offset=float((delays[best] + shift) / _RATE),
        correlation=float(correlations[best]),
        confidence=_confidence(opening, strength, float(correlations[best]), reach),
    )


def _confidence(opening: np.ndarray, strength: np.ndarray, peak: float, reach: int) -> float:
    """Share of the places out of reach at which the mouth fits worse than by ``peak``; 0 if the sound has no such place."""
    curves = [(curve - curve.mean()) / curve.std() for curve in (opening, strength)]
    spectra = [np.fft.rfft(curve) for curve in curves]
    everywhere = np.fft.irfft(spectra[0] * np.conj(spectra[1]), len(opening)) / len(opening)
    centres = range(2 * reach, len(opening) - 2 * reach, _PLACES_APART)
    chance = [float(everywhere[centre - reach : centre + reach + 1].max()) for centre in centres]
    return float(np.mean(np.array(chance) < peak)) if chance else 0.0


def _correlation(opening: np.ndarray, strength: np.ndarray, delay: int) -> float:
    """Of the mouth with the voice ``delay`` values earlier, over what both cover."""
    late = opening[max(0, delay) : len(opening) + min(0, delay)]
    early = strength[max(0, -delay) : len(strength) - max(0, delay)]
    spread = late.std() * early.std()
    return float(((late - late.mean()) * (early - early.mean())).mean() / spread) if spread > 1e-12 else 0.0


def _steady(curve: np.ndarray) -> np.ndarray:
    """A curve without its drift."""
    return curve - _smooth(curve, round(_DRIFT * _RATE))


def _smooth(curve: np.ndarray, width: int) -> np.ndarray:
    """Mean over a window with soft edges, borders repeated."""
    window = np.hanning(2 * (width // 2) + 3)[1:-1]
    padded = np.pad(curve, len(window) // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), "valid")
