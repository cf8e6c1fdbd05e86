"""When somebody speaks in a film: by its sound, or by the mouth that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from conditioning.errors import RequestError
from studio.judges.media import Waveform, mono
from studio.media_files import film_pictures

__all__ = ["MouthStep", "mouth_stretches", "sound_stretches", "stretches_of"]

MouthStep = Callable[[float], None]
"""Called with the seconds of the film that were seen; may raise to stop."""

_RATE, _STEP = 16_000, 0.01  # hertz, seconds
_FLOOR, _SILENCE = 32.0, -60.0  # dB below the loud steps, dB of full scale
_GAP, _SHORTEST = 0.35, 0.25  # seconds: a shorter silence lies within a line, a shorter sound is none
_PICTURES_APART = 0.08  # seconds between pictures that are looked at
_STILL = 0.12  # eye distances a second; lips that move less are at rest
_SHARE = 0.35  # of the liveliest movement; a mouth that is slowly smiling does not speak
_SWAY = 0.12  # seconds, standard deviation, over which movement is gathered


def sound_stretches(sound: Waveform) -> list[tuple[float, float]]:
    """Stretches of sound between silences, ``(start, end)`` in seconds.

    Args:
        sound: of the film.

    Raises:
        RequestError: it is silent.
    """
    wave = mono(sound, _RATE)
    step = int(_STEP * _RATE)
    steps = wave[: len(wave) // step * step].reshape(-1, step).astype(float)
    level = 10 * np.log10((steps**2).mean(axis=1) + 1e-12)
    loud = (
        level > max(float(np.quantile(level, 0.95)) - _FLOOR, _SILENCE) if len(level) else np.zeros(0, bool)
    )
    found = stretches_of(loud, _STEP)
    if not found:
        raise RequestError(
            "The film's sound is silent, so it does not tell when to speak.",
            "Give subtitles, or --times mouth where somebody is seen to speak.",
        )
    return found


def mouth_stretches(path: Path, step: MouthStep) -> list[tuple[float, float]]:
    """Stretches in which the mouth of the surest face moves, ``(start, end)`` in seconds.

    Args:
        path: of the film.
        step: progress.

    Raises:
        RequestError: no face is found in it, or its mouth does not move.
    """
    from studio.quality.lip_sync import mouth_openings

    times: list[float] = []

    def passing() -> Iterator[np.ndarray]:
        for picture in film_pictures(path, _PICTURES_APART):
            if not picture.follows:
                step(picture.time)
                times.append(picture.time)
                yield picture.pixels

    openings = mouth_openings(passing())
    seen = np.isfinite(openings)
    if not len(seen) or seen.mean() < 0.1:
        raise RequestError(
            f"No face is found in {path.name}, so no mouth tells when to speak.",
            "Give subtitles, or --times silence.",
        )
    found = stretches_of(_moving(np.array(times), openings), _PICTURES_APART)
    if not found:
        raise RequestError(f"No mouth moves in {path.name}.", "Give subtitles, or --times silence.")
    return found


def stretches_of(active: np.ndarray, step: float) -> list[tuple[float, float]]:
    """Runs of activity, short gaps closed and short runs left out, ``(start, end)`` in seconds.

    Args:
        active: ``(T,)`` bool.
        step: seconds from one value to the next.
    """
    borders = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(int)))
    found: list[tuple[float, float]] = []
    for begin, end in zip(borders[::2] * step, borders[1::2] * step, strict=True):
        if found and begin - found[-1][1] < _GAP:
            found[-1] = (found[-1][0], float(end))
        else:
            found.append((float(begin), float(end)))
    return [(begin, end) for begin, end in found if end - begin >= _SHORTEST]


def _moving(times: np.ndarray, openings: np.ndarray) -> np.ndarray:
    """Whether the lips move at each step of ``_PICTURES_APART`` seconds."""
    from scipy.ndimage import gaussian_filter1d

    seen = np.isfinite(openings)
    grid = np.arange(0.0, times[-1] + _PICTURES_APART / 2, _PICTURES_APART)
    line = np.interp(grid, times[seen], openings[seen])
    speed = np.abs(np.diff(line, prepend=line[:1])) / _PICTURES_APART
    speed = np.where(np.interp(grid, times, seen.astype(float)) > 0.5, speed, 0.0)
    smooth = gaussian_filter1d(speed, _SWAY / _PICTURES_APART)
    return np.asarray(smooth > max(_STILL, _SHARE * float(np.quantile(smooth, 0.95))))
