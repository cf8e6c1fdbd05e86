"""Which notes sound in a recording: a small network says how likely each key is struck and held, and peaks become notes.

The network is Spotify's basic-pitch (Bittner et al. 2022, "A lightweight instrument-agnostic model for polyphonic note
transcription and multipitch estimation", ICASSP), unchanged. It takes two seconds of mono sound at 22,050 Hz at a time, makes its
own constant-Q transform, and evens out the level, so that gain changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from external.onnx import open_network
from studio.judges.music_features import Notes
from studio.judges.weights import judge_folder

__all__ = ["FRAME_RATE", "KEYS", "LOWEST_KEY", "SAMPLE_RATE", "KeyFrames", "notes_from", "strike_frames"]

SAMPLE_RATE = 22050
_FRAME = 256  # samples
FRAME_RATE = SAMPLE_RATE / _FRAME  # 86.13 a second
KEYS, LOWEST_KEY = 88, 21
_WINDOW = 2 * SAMPLE_RATE - _FRAME  # samples that the network takes at once
_CUT = 15  # frames left out at the beginning of a window, and no fewer at its end: the network sees too little there
_KEPT = (
    141  # frames used of each window; a whole number of frames apart, windows cannot drift against the sound
)
_INPUT = "serving_default_input_2:0"
_STRUCK, _HELD = "StatefulPartitionedCall:2", "StatefulPartitionedCall:1"

# Decoding after Bittner et al. 2022, with the package's default of _HELD_FROM and _SILENT_FOR. Over played clips of EMOPIA's
# training songs a strike from 0.6 gives an F1 of notes of .77, the package's 0.5 gives .73.
_STRUCK_FROM, _HELD_FROM = 0.6, 0.3
_LATE = 0.02  # seconds by which strikes are seen late, measured on the same clips
_SHORTEST = 5  # frames, 58 ms; the package takes 11, which loses fast notes
_SILENT_FOR = 11  # frames under the threshold after which a note is over
_SOFTEST, _LOUDEST = 20.0, 127.0  # velocities that the strengths 0 and 1 are written as


@dataclass(frozen=True)
class KeyFrames:
    """What the network says of a recording, ``FRAME_RATE`` frames a second.

    Args:
        struck: likelihood 0..1 that a key is struck, float32 ``(frames, KEYS)``.
        held: likelihood 0..1 that a key sounds, of the same shape.
    """

    struck: np.ndarray
    held: np.ndarray


def strike_frames(wave: np.ndarray) -> KeyFrames:
    """What the network hears in a wave.

    Args:
        wave: float32 ``(n,)`` at ``SAMPLE_RATE``.

    Raises:
        EngineError: the network's file is missing.
    """
    count = len(wave) // _FRAME
    padded = np.concatenate([np.zeros(_CUT * _FRAME, np.float32), np.asarray(wave, np.float32)])
    struck, held = [], []
    for start in range(0, max(len(padded), 1), _KEPT * _FRAME):
        part = padded[start : start + _WINDOW]
        part = np.pad(part, (0, _WINDOW - len(part)))
        on, sounding = _network().run([_STRUCK, _HELD], {_INPUT: part[None, :, None]})
        struck.append(on[0, _CUT : _CUT + _KEPT])
        held.append(sounding[0, _CUT : _CUT + _KEPT])
    return KeyFrames(np.concatenate(struck)[:count], np.concatenate(held)[:count])


def notes_from(frames: KeyFrames) -> Notes:
    """The notes in what the network heard; velocities 20..127 follow the strength of each strike.

    A note begins at a peak of ``struck`` and lasts until its key has been silent for 0.13 s.
    """
    struck = np.maximum(frames.struck, _rises(frames))
    rows: list[tuple[float, float, float, float]] = []
    left = frames.held.copy()
    peaks, keys = _peaks(struck)
    for begin, key in zip(peaks[::-1], keys[::-1], strict=True):
        end = _end(left[:, key], begin)
        if end - begin <= _SHORTEST:
            continue
        left[begin:end, max(key - 1, 0) : key + 2] = 0
        strength = float(frames.held[begin:end, key].mean())
        velocity = _SOFTEST + (_LOUDEST - _SOFTEST) * strength
        start = max(begin / FRAME_RATE - _LATE, 0.0)
        rows.append((start, end / FRAME_RATE, LOWEST_KEY + key, velocity))
    table = np.array(rows, float).reshape(-1, 4)
    table = table[np.lexsort((table[:, 2], table[:, 0]))]
    return Notes(*table.T)


@cache
def _network() -> Any:
    return open_network(
        judge_folder("music_audio") / "transcription.onnx",
        "Run 'python tools/fetch_network.py transcription'.",
    )


def _rises(frames: KeyFrames) -> np.ndarray:
    """How suddenly each key begins to sound, scaled so that the greatest rise equals the surest strike."""
    held = frames.held
    rise = np.zeros_like(held)
    if len(held) > 2:
        rise[2:] = np.maximum(np.minimum(held[2:] - held[1:-1], held[2:] - held[:-2]), 0)
    greatest = rise.max(initial=0.0)
    scaled: np.ndarray = rise * (frames.struck.max(initial=0.0) / greatest) if greatest > 0 else rise
    return scaled


def _peaks(struck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames and keys of the strikes, in order of time."""
    inner = struck[1:-1]
    peak = (inner > struck[:-2]) & (inner > struck[2:]) & (inner >= _STRUCK_FROM)
    times, keys = np.nonzero(peak)
    return times + 1, keys


def _end(held: np.ndarray, begin: int) -> int:
    """The frame in which a note that begins at ``begin`` is over."""
    sounding = np.flatnonzero(held[begin + 1 :] >= _HELD_FROM)
    if not len(sounding) or sounding[0] >= _SILENT_FOR:
        return begin + 1
    gaps = np.flatnonzero(np.diff(sounding) > _SILENT_FOR)
    last = sounding[gaps[0]] if len(gaps) else sounding[-1]
    return int(begin + 2 + last)
