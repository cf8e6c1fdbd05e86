"""Tempo of finished speech: which old frame each new one shows, and where syllables have their weight."""

from __future__ import annotations

import numpy as np

from generators.speech.prosody import Controls
from generators.speech.recorded.anatomy import FRAME, Anatomy

__all__ = ["old_places", "stressed_frames"]

# Consonants give less than vowels where the tempo changes: their share of what voiced frames are stretched
# (Gay 1978, JASA 63: with tempo vowels change about twice as much as consonants do).
_UNVOICED_SHARE = 0.45
_SHORTEST, _LONGEST = 0.3, 3.0  # of a frame's own length
_SYLLABLE = 0.16  # seconds between two weighty syllables at the least
_RISE = 3.0  # dB by which a syllable stands out
_HALF = 0.05  # seconds to both sides of its peak


def old_places(
    anatomy: Anatomy, controls: Controls, stressed: np.ndarray, edges: tuple[bool, bool] = (True, True)
) -> np.ndarray:
    """Which old frame each new one shows, rising ``(G,)``.

    Voiced frames take most of a change of rate, unvoiced ones less, so that consonants stay crisp; together they keep exactly
    to the rate. Pauses follow ``pause``, silence before and after all speech stays as it is.

    Args:
        anatomy: F frames.
        controls: along them; ``rate``, ``vowel`` and ``pause`` are followed.
        stressed: whether a frame belongs to a weighty syllable ``(F,)``.
        edges: whether the silence before and after the speech is no pause, because nothing lies beyond it.
    """
    silent = anatomy.silent
    spoken = np.flatnonzero(~silent)
    length = np.ones(anatomy.frames)
    if not len(spoken):
        return np.arange(anatomy.frames, dtype=float)
    change = 1 / controls["rate"] - 1
    give = np.where(anatomy.f0 > 0, 1.0, _UNVOICED_SHARE)
    wanted, given = change[spoken].sum(), (give * change)[spoken].sum()
    even = wanted / given if abs(given) > 1e-9 else 1.0
    length = np.clip(1 + even * give * change, _SHORTEST, _LONGEST)
    length = np.where(stressed, length * controls["vowel"], length)
    numbers = np.arange(len(silent))
    inside = (numbers > (spoken[0] if edges[0] else -1)) & (
        numbers < (spoken[-1] if edges[1] else len(silent))
    )
    length = np.where(silent, np.where(inside, controls["pause"], 1.0), length)
    new = np.concatenate([[0.0], np.cumsum(length)])
    return np.interp(np.arange(max(round(new[-1]), 1)), new, np.arange(len(new)))


def stressed_frames(anatomy: Anatomy) -> np.ndarray:
    """Whether each frame belongs to a weighty syllable ``(F,)``: where the level of voiced speech peaks above its median."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    voiced = anatomy.f0 > 0
    if not voiced.any():
        return voiced
    level = anatomy.level
    floor = float(np.quantile(level[voiced], 0.05))
    curve = gaussian_filter1d(np.where(voiced, np.maximum(level, floor), floor), 0.02 / FRAME)
    peaks, _ = find_peaks(
        curve, distance=int(_SYLLABLE / FRAME), prominence=_RISE, height=float(np.median(level[voiced]))
    )
    found = np.zeros(anatomy.frames, bool)
    half = int(_HALF / FRAME)
    for peak in peaks:
        found[max(peak - half, 0) : peak + half + 1] = True
    return found & voiced
