"""What can be measured of the tracks of a film, by medium: the physical side of fidelity, without any model of emotion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from generators.base import Audio
from studio.fidelity import face, music, picture, speech

if TYPE_CHECKING:
    from generators.base import FaceTrack, MusicTrack, SpeechTrack, VideoTrack
    from studio.studio import Tracks

__all__ = ["Measures", "measure_tracks"]

Measures = Mapping[str, Mapping[str, float]]
"""By medium and name of the measure."""

_LOOKS_PER_SECOND = 2.0  # faces that are looked at


def measure_tracks(tracks: Tracks) -> Measures:
    """Measure what was made; pictures are drawn for it once.

    Args:
        tracks: of ``Studio.tracks``.

    Returns:
        For each medium that was made: of speech F0, rate and level (``studio.fidelity.speech``), of the face the medians of its
        lengths over the film, which no blink moves (``face``), of music its tempo, mode, velocity and more (``music``), of the
        pictures lightness, chroma, warmth and motion (``picture``).
    """
    found: dict[str, Mapping[str, float]] = {}
    if tracks.speech:
        found["speech"] = _speech(tracks.speech)
    if tracks.face:
        found["face"] = _face(tracks.face)
    if tracks.music:
        found["music"] = _music(tracks.music)
    if tracks.video:
        found["video"] = _video(tracks.video)
    return found


def _speech(track: SpeechTrack) -> dict[str, float]:
    start, end = track.stretches[0].start, track.stretches[-1].end
    rate = track.audio.sample_rate
    samples = track.audio.samples[round(start * rate) : round(end * rate)]
    measured = speech.measure(Audio(samples, rate))
    return {
        "F0, median Hz": measured.pitch.median_hz,
        "F0, range st": measured.pitch.range_st,
        "F0, spread st": measured.pitch.sd_st,
        "syllables per second": measured.syllable_rate,
        "level dB": measured.level_db,
        "spectral tilt dB": measured.spectral_tilt_db,
    }


def _face(track: FaceTrack) -> dict[str, float]:
    from studio.compose import over_grey
    from studio.judges.landmarks import LandmarkFinder

    finder = LandmarkFinder()
    fps = len(track.times) / (track.times[-1] - track.times[0] + 1e-9)
    step = max(round(fps / _LOOKS_PER_SECOND), 1)
    seen = [finder.find(over_grey(frame)) for i, frame in enumerate(track.frames()) if i % step == 0]
    shapes = [face.shape(marks.points) for marks in seen if marks is not None]
    return {
        field.name.replace("_", " "): float(np.median([getattr(shape, field.name) for shape in shapes]))
        for field in fields(face.FaceShape)
    }


def _music(track: MusicTrack) -> dict[str, float]:
    if track.score is None:
        return {}
    measured = music.measure(track.score)
    return {
        "tempo bpm": measured.tempo_bpm,
        "major less minor": measured.major - measured.minor,
        "velocity": measured.velocity,
        "notes per second": measured.notes_per_second,
        "register": measured.register,
        "legato": measured.legato,
    }


def _video(track: VideoTrack) -> dict[str, float]:
    """Two neighbouring frames of each second, so that motion is that between frames."""
    pairs = list(_neighbours(track))
    looks = [picture.look(first) for first, _ in pairs]
    speeds = [picture.motion(first, second, 1 / track.fps).speed for first, second in pairs]
    return {
        "lightness": float(np.mean([one.lightness for one in looks])),
        "chroma": float(np.mean([one.chroma for one in looks])),
        "colourfulness": float(np.mean([one.colourfulness for one in looks])),
        "warmth": float(np.mean([one.warmth for one in looks])),
        "contrast": float(np.mean([one.contrast for one in looks])),
        "flow, heights per second": float(np.mean(speeds)),
    }


def _neighbours(track: VideoTrack) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    step = max(round(track.fps), 2)
    frames = (frame.copy() for frame in track.frames())
    for i, pair in enumerate(pairwise(frames)):
        if i % step == step // 2:
            yield pair
