"""Movement of a stretch of music: rhythm, dynamics, articulation under the pedal, the two hands, the line on top.

Rates, shares and means only. Hands are told apart at each onset by middle C, which is rough but needs no training.
Variability of neighbouring durations (nPVI): Grabe & Low 2002, "Durational variability in speech".
"""

from __future__ import annotations

import numpy as np

from studio.judges.music_features import Notes, onset_groups

__all__ = ["MOTION_FEATURES", "motion"]

_GAPS = (0.0, 0.09, 0.13, 0.18, 0.26, 0.37, 0.52, 0.74, 1.05, 1e9)  # seconds, half-octaves
_LENGTHS = (0.0, 0.12, 0.24, 0.48, 0.96, 1.92, 1e9)  # seconds
_STEPS = (0.5, 2.5, 4.5, 7.5, 12.5)  # semitones: same, step, third, fourth or fifth, up to an octave, more
_MIDDLE = 60
_GRID = 0.02  # seconds of the grid on which the beat is sought

MOTION_FEATURES = (
    *(f"gap over {low} s" for low in _GAPS[:-1]),
    "gaps, entropy", "gaps, variability", "gaps, equal neighbours", "onsets, spread over time", "onsets, drift",
    "beat, strength", "beat, seconds", "half beat, strength",
    *(f"length over {low} s" for low in _LENGTHS[:-1]),
    "length of keys, median log", "length with pedal, median log", "length over gap", "share of short touch", "pedal, lengthening",
    *(f"velocity, {part} %" for part in (5, 25, 50, 75, 95)),
    "velocity, drift", "velocity, spread in onset", "velocity, spread over time", "velocity, neighbour", "top louder",
    "velocity of left", "velocity of right", "velocity with pitch", "velocity with beat",
    "left share", "left pitch", "right pitch", "between hands", "left onsets a second", "right onsets a second",
    "left notes an onset", "right notes an onset", "left spread", "right spread",
    *(f"octave {n}" for n in range(1, 8)),
    *(f"onsets of {n}" for n in ("one", "two", "three", "four and more")),
    *(f"top moves {n}" for n in ("none", "step", "third", "fifth", "octave", "far")),
    "top, range", "top, turns", "top, drift", "top, entropy", "top, spread", "top onsets a second", "top sings",
    "repeated onsets", "sounding, mean", "sounding, spread",
)  # fmt: skip


def motion(notes: Notes, pedalled: Notes) -> np.ndarray:
    """The numbers named by ``MOTION_FEATURES``, float64.

    Args:
        notes: as the keys are held, at least two.
        pedalled: the same notes as they sound under the pedal.
    """
    onsets, groups = onset_groups(notes)
    span = max(notes.end - float(notes.starts[0]), 0.25)
    return np.array(
        [
            *_rhythm(onsets, span),
            *_touch(notes, pedalled, onsets),
            *_dynamics(notes, groups, span),
            *_hands(notes, span),
            *_registers(notes, groups),
            *_top(notes, groups, onsets, span),
            *_texture(pedalled),
        ],
        float,
    )


def _rhythm(onsets: np.ndarray, span: float) -> list[float]:
    gaps = np.diff(onsets) if len(onsets) > 1 else np.array([span])
    shares = np.histogram(gaps, _GAPS)[0] / len(gaps)
    next_gaps = gaps[1:] + gaps[:-1]
    apart = np.abs(np.diff(gaps)) / (next_gaps / 2) if len(gaps) > 1 else np.zeros(1)
    places = ((onsets - onsets[0]) // 2.0).astype(int)
    counts = np.bincount(places).astype(float)
    drift = np.corrcoef(np.arange(len(counts)), counts)[0, 1] if len(counts) > 2 and counts.std() > 0 else 0.0
    return [
        *shares,
        -(shares * np.log(shares + 1e-9)).sum(),
        apart.mean(),
        (apart < 0.15).mean(),
        counts.std() / max(counts.mean(), 1e-9),
        float(drift),
        *_beat(onsets),
    ]


def _beat(onsets: np.ndarray) -> list[float]:
    """Strength 0..1 and seconds of the clearest period of 0.3..1.2 s, and the strength of half of it."""
    grid = np.zeros(int((onsets[-1] - onsets[0]) / _GRID) + 4)
    places = ((onsets - onsets[0]) / _GRID).astype(int) + 1
    for shift, weight in ((-1, 0.5), (0, 1.0), (1, 0.5)):
        np.add.at(grid, places + shift, weight)
    size = 1 << int(2 * len(grid)).bit_length()
    own = np.fft.irfft(np.abs(np.fft.rfft(grid - grid.mean(), size)) ** 2)[: len(grid)]
    first, last = int(0.3 / _GRID), min(int(1.2 / _GRID), len(grid) - 1)
    if last <= first or own[0] <= 1e-9:
        return [0.0, 0.75, 0.0]
    best = first + int(np.argmax(own[first : last + 1]))
    return [float(own[best] / own[0]), best * _GRID, float(own[best // 2] / own[0])]


def _touch(notes: Notes, pedalled: Notes, onsets: np.ndarray) -> list[float]:
    lengths, sounding = notes.ends - notes.starts, pedalled.ends - pedalled.starts
    gap = float(np.median(np.diff(onsets))) if len(onsets) > 1 else 1.0
    return [
        *(np.histogram(lengths, _LENGTHS)[0] / len(notes)),
        float(np.log(np.median(lengths))),
        float(np.log(np.median(sounding))),
        float(np.log(np.median(lengths) / gap)),
        float((lengths < 0.6 * gap).mean()),
        float(np.log(sounding.mean() / lengths.mean())),
    ]


def _dynamics(notes: Notes, groups: np.ndarray, span: float) -> list[float]:
    velocity = notes.velocities
    counts = np.bincount(groups)
    means = np.bincount(groups, velocity) / counts
    inside = np.sqrt(np.maximum(np.bincount(groups, velocity**2) / counts - means**2, 0))
    loudest = np.zeros(len(counts))
    np.maximum.at(loudest, groups, np.where(notes.pitches == _extreme(notes, groups)[0][groups], velocity, 0))
    times = notes.starts - notes.starts[0]
    places = (times // 4.0).astype(int)
    blocks = np.bincount(places, velocity) / np.maximum(np.bincount(places), 1)
    blocks = blocks[np.bincount(places) > 0]
    left = notes.pitches < _MIDDLE
    middle = velocity.mean()
    return [
        *np.percentile(velocity, [5, 25, 50, 75, 95]),
        _r(times / span, velocity),
        inside.mean(),
        blocks.std(),
        np.abs(np.diff(means)).mean() if len(means) > 1 else 0.0,
        (loudest - means).mean(),
        velocity[left].mean() if left.any() else middle,
        velocity[~left].mean() if (~left).any() else middle,
        _r(notes.pitches, velocity),
        _r(counts.astype(float), means),
    ]


def _hands(notes: Notes, span: float) -> list[float]:
    left = notes.pitches < _MIDDLE
    low, high = (_part(notes, rows) for rows in (left, ~left))
    low_onsets, high_onsets = (len(onset_groups(hand)[0]) if len(hand) else 0 for hand in (low, high))
    low_pitch = low.pitches.mean() if len(low) else 48.0
    high_pitch = high.pitches.mean() if len(high) else 66.0
    return [
        left.mean(),
        low_pitch,
        high_pitch,
        high_pitch - low_pitch,
        low_onsets / span,
        high_onsets / span,
        len(low) / max(low_onsets, 1),
        len(high) / max(high_onsets, 1),
        low.pitches.std() if len(low) else 0.0,
        high.pitches.std() if len(high) else 0.0,
    ]


def _registers(notes: Notes, groups: np.ndarray) -> list[float]:
    octaves = np.clip(notes.pitches.astype(int) // 12 - 1, 1, 7)
    sizes = np.minimum(np.bincount(groups), 4)
    return [
        *(np.bincount(octaves, minlength=8)[1:] / len(notes)),
        *(np.bincount(sizes, minlength=5)[1:] / len(sizes)),
    ]


def _top(notes: Notes, groups: np.ndarray, onsets: np.ndarray, span: float) -> list[float]:
    """The highest note of each onset that is not far under the line."""
    line = _extreme(notes, groups)[0]
    running = np.convolve(np.pad(line, 4, mode="edge"), np.ones(9) / 9, "valid")
    kept = line > running - 7
    line, times = line[kept], onsets[kept]
    steps = np.diff(line) if len(line) > 1 else np.zeros(1)
    shares = np.bincount(np.digitize(np.abs(steps), _STEPS), minlength=6) / len(steps)
    signs = np.sign(steps[steps != 0])
    turns = (signs[1:] != signs[:-1]).mean() if len(signs) > 1 else 0.0
    low, high = np.percentile(line, [5, 95]) if len(line) else (0.0, 0.0)
    return [
        *shares,
        high - low,
        turns,
        _r(times, line),
        -(shares * np.log(shares + 1e-9)).sum(),
        line.std() if len(line) else 0.0,
        len(line) / span,
        float(np.log(np.median(np.diff(times)))) if len(times) > 1 else 0.0,
    ]


def _texture(pedalled: Notes) -> list[float]:
    same = np.diff(pedalled.pitches) == 0
    times = np.arange(pedalled.starts[0] + 0.1, max(pedalled.end, pedalled.starts[0] + 0.3), 0.25)
    begun = np.searchsorted(np.sort(pedalled.starts), times, "right")
    count = begun - np.searchsorted(np.sort(pedalled.ends), times, "right")
    return [same.mean(), count.mean(), count.std()]


def _extreme(notes: Notes, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Highest and lowest pitch of each onset."""
    top, bass = np.full(groups.max() + 1, -np.inf), np.full(groups.max() + 1, np.inf)
    np.maximum.at(top, groups, notes.pitches)
    np.minimum.at(bass, groups, notes.pitches)
    return top, bass


def _part(notes: Notes, rows: np.ndarray) -> Notes:
    return Notes(notes.starts[rows], notes.ends[rows], notes.pitches[rows], notes.velocities[rows])


def _r(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's r; 0 where either has no spread."""
    if len(a) < 3 or np.std(a) < 1e-9 or np.std(b) < 1e-9:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
