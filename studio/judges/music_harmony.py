"""Harmony of a stretch of music: keys, chords and where they stand in the key, tension, dissonance.

Pitch classes count from the likeliest tonic, so that transposing a piece changes nothing. Chords are heard every half second
in what sounds then. Key profiles: Krumhansl & Kessler 1982; Temperley 2007, "Music and Probability" (Kostka-Payne corpus);
Albrecht & Shanahan 2013, "The use of large corpora to train a new type of key-finding algorithm", Music Perception 31. Tension
after Harte, Sandler & Gasser 2006 (tonal centroid and its movement).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from conditioning.assets import asset_table
from studio.judges.music_features import CHORDS, Notes

__all__ = ["HARMONY_FEATURES", "harmony"]

_STEP = 0.5  # seconds between two looks at what sounds
_KEY_WINDOW = 16  # looks (8 s) over which a local key is sought
_CHORD_WINDOW = 2  # looks (1 s) over which a chord is sought
_CHORDS = {
    **CHORDS,
    "half diminished": (0, 3, 6, 10),
    "power": (0, 7),
}
_PROFILES = ("krumhansl", "temperley", "albrecht")

HARMONY_FEATURES = (
    *(f"{profile}: {what}" for profile in _PROFILES for what in ("major less minor", "local mean", "local spread", "share of major")),
    "surest key", "surest local key", "keys a minute",
    *(f"degree {n}" for n in range(12)),
    *(f"bass degree {n}" for n in range(12)),
    *(f"top degree {n}" for n in range(12)),
    *(f"{name} chords" for name in _CHORDS),
    *(f"major-like chord on {n}" for n in range(12)),
    *(f"minor-like chord on {n}" for n in range(12)),
    "chord changes a second", "chord fit", *(f"root moves by {n}" for n in range(1, 7)),
    *(f"interval {n} together" for n in range(12)),
    "pitch classes together", "entropy of pitch classes", "movement of centroid", "movement of centroid, spread",
    "distance from centre of key", "thirds: major less minor", "sixths: major less minor", "sevenths: major less minor",
)  # fmt: skip


@cache
def _profiles() -> dict[str, np.ndarray]:
    """Of each name 24 rows of 12: major on every tonic, then minor."""
    table = asset_table("judges", "music", "keys.toml")
    found = {}
    for name in _PROFILES:
        rows = [np.roll(table[name][mode], tonic) for mode in ("major", "minor") for tonic in range(12)]
        found[name] = _standard(np.array(rows, float))
    return found


@cache
def _patterns() -> np.ndarray:
    """Unit rows of each chord on each root ``(chords * 12, 12)``."""
    rows = np.zeros((len(_CHORDS), 12, 12))
    for kind, steps in enumerate(_CHORDS.values()):
        for root in range(12):
            rows[kind, root, [(root + step) % 12 for step in steps]] = 1 / np.sqrt(len(steps))
    return rows.reshape(-1, 12)


@cache
def _torus() -> np.ndarray:
    """Where each pitch class lies on the circles of fifths, minor thirds and major thirds, ``(12, 6)``."""
    places = []
    for turn, radius in ((7, 1.0), (3, 1.0), (4, 0.5)):
        angle = 2 * np.pi * turn * np.arange(12) / 12
        places += [radius * np.sin(angle), radius * np.cos(angle)]
    return np.array(places).T


def harmony(notes: Notes) -> np.ndarray:
    """The numbers named by ``HARMONY_FEATURES``, float64.

    Args:
        notes: at least two.
    """
    looks, bass, top = _looks(notes)
    chroma = looks.sum(axis=0)
    tonic, keys = _keys(looks, chroma)
    degrees = np.roll(chroma, -tonic) / max(chroma.sum(), 1e-9)
    sounding = looks[looks.sum(axis=1) > 0.05]
    return np.array(
        [
            *keys,
            *degrees,
            *_shares((bass - tonic)[bass >= 0] % 12, 12),
            *_shares((top - tonic)[top >= 0] % 12, 12),
            *_chords(looks, tonic),
            *_together(notes),
            (sounding > 0.05).sum(axis=1).mean() if len(sounding) else 0.0,
            -(degrees * np.log(degrees + 1e-9)).sum(),
            *_tension(looks, tonic),
            degrees[4] - degrees[3],
            degrees[9] - degrees[8],
            degrees[11] - degrees[10],
        ],
        float,
    )


def _looks(notes: Notes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds of each pitch class in each half second ``(n, 12)``; the lowest and highest pitch there, -1 without notes."""
    begin = float(notes.starts[0])
    edges = np.arange(begin, max(notes.end, begin + _STEP), _STEP)
    reach = np.minimum(notes.ends, edges[:, None] + _STEP) - np.maximum(notes.starts, edges[:, None])
    reach = np.clip(reach, 0, None)
    looks = reach @ np.eye(12)[notes.pitches.astype(int) % 12]
    heard = reach > 0.03
    bass = np.where(heard, notes.pitches, np.inf).min(axis=1)
    top = np.where(heard, notes.pitches, -np.inf).max(axis=1)
    bass, top = (np.where(np.isfinite(line), line, -1).astype(int) for line in (bass, top))
    return looks, bass, top


def _keys(looks: np.ndarray, chroma: np.ndarray) -> tuple[int, list[float]]:
    """The likeliest tonic over all profiles, and the features of keys."""
    half = _KEY_WINDOW // 2
    sums = np.cumsum(np.vstack([np.zeros((1, 12)), looks]), axis=0)
    starts = np.arange(0, max(len(looks) - half, 1), half // 2)
    local = sums[np.minimum(starts + _KEY_WINDOW, len(looks))] - sums[starts]
    local = local[local.sum(axis=1) > 0.5]
    local = local if len(local) else chroma[None]
    values: list[float] = []
    whole_fit, local_fit = np.zeros(24), np.zeros((len(local), 24))
    for rows in _profiles().values():
        whole, parts = _standard(chroma[None])[0] @ rows.T, _standard(local) @ rows.T
        gaps = parts[:, :12].max(axis=1) - parts[:, 12:].max(axis=1)
        values += [whole[:12].max() - whole[12:].max(), gaps.mean(), gaps.std(), (gaps > 0).mean()]
        whole_fit += whole / len(_PROFILES)
        local_fit += parts / len(_PROFILES)
    found = local_fit.argmax(axis=1)
    moves = np.count_nonzero(np.diff(found)) / max(len(looks) * _STEP, 1.0) * 60
    return int(whole_fit.argmax() % 12), [*values, whole_fit.max(), local_fit.max(axis=1).mean(), moves]


def _chords(looks: np.ndarray, tonic: int) -> list[float]:
    """Shares of kinds of chord and of chords on each degree, pace of change, and root movement."""
    sums = np.cumsum(np.vstack([np.zeros((1, 12)), looks]), axis=0)
    starts = np.arange(len(looks))
    chroma = sums[np.minimum(starts + _CHORD_WINDOW, len(looks))] - sums[starts]
    chroma = chroma[(chroma > 0.05).sum(axis=1) >= 2]
    if not len(chroma):
        return [0.0] * (len(_CHORDS) + 24 + 2 + 6)
    fits = chroma @ _patterns().T / np.linalg.norm(chroma, axis=1, keepdims=True)
    best = fits.argmax(axis=1)
    kinds, roots = best // 12, best % 12
    degrees = (roots - tonic) % 12
    major = np.isin(kinds, [0, 3, 5, 7])
    minor = np.isin(kinds, [1, 2, 6, 8])
    changed = np.flatnonzero(np.diff(best))
    moves = (roots[changed + 1] - roots[changed]) % 12
    moves = np.minimum(moves, 12 - moves)
    return [
        *_shares(kinds, len(_CHORDS)),
        *(np.bincount(degrees[major], minlength=12) / len(chroma)),
        *(np.bincount(degrees[minor], minlength=12) / len(chroma)),
        len(changed) / (len(chroma) * _STEP),
        fits.max(axis=1).mean(),
        *_shares(moves, 7)[1:],
    ]


def _together(notes: Notes) -> np.ndarray:
    """Share of each interval class 0..11 among notes that sound at the same time, weighted by how long, ``(12,)``."""
    total = np.zeros(12)
    block = 256
    for first in range(0, len(notes), block):
        rows = slice(first, first + block)
        later = slice(first, first + 2 * block)
        reach = np.minimum(notes.ends[rows, None], notes.ends[None, later]) - np.maximum(
            notes.starts[rows, None], notes.starts[None, later]
        )
        order = np.arange(reach.shape[1])[None] > np.arange(reach.shape[0])[:, None]
        weight = np.clip(reach, 0, 2.0) * order
        apart = np.abs(notes.pitches[rows, None] - notes.pitches[None, later]).astype(int) % 12
        total += np.bincount(apart.ravel(), weight.ravel(), 12)
    return total / max(total.sum(), 1e-9)


def _tension(looks: np.ndarray, tonic: int) -> list[float]:
    """How far the tonal centroid moves from one second to the next, and how far it lies from the tonic's triad."""
    size = len(looks) // 2 * 2
    seconds = looks[:size].reshape(-1, 2, 12).sum(axis=1) if size else looks
    seconds = seconds[seconds.sum(axis=1) > 0.05]
    if not len(seconds):
        return [0.0, 0.0, 0.0]
    places = seconds / seconds.sum(axis=1, keepdims=True) @ _torus()
    moves = np.linalg.norm(np.diff(places, axis=0), axis=1) if len(places) > 1 else np.zeros(1)
    home = np.roll(np.eye(12)[0] + np.eye(12)[7], tonic) / 2 @ _torus()
    return [moves.mean(), moves.std(), np.linalg.norm(places - home, axis=1).mean()]


def _shares(numbers: np.ndarray, count: int) -> np.ndarray:
    """How often each of 0..count-1 occurs, summing to 1, or to 0 where there are none."""
    return np.bincount(numbers, minlength=count)[:count] / max(len(numbers), 1)


def _standard(rows: np.ndarray) -> np.ndarray:
    """Rows of mean 0 and length 1, so that products of two are correlations."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    standard: np.ndarray = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    return standard
