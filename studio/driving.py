"""Takes for the face out of files: a recorded track, or a film of somebody whose face the landmarker follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from conditioning.errors import InputFileError
from generators.base import ARKIT, Audio, Job, Take
from studio.judges.landmarks import BLENDSHAPES, FaceMarks, LandmarkFinder
from studio.media_files import ENDINGS, Kind, film_frames, film_rate, film_seconds, sound_in

__all__ = ["TAKE_ENDINGS", "captured", "head_turn", "read_take", "take_sound"]

TAKE_ENDINGS: tuple[str, ...] = (".csv", ".json", *ENDINGS[Kind.FILM])
"""Endings of files that a take can be read from."""

_SHAPES = [BLENDSHAPES.index(name) if name in BLENDSHAPES else -1 for name in ARKIT]  # no tongue is seen
_SMOOTHING = 0.6  # frames: the landmarker trembles by about so much
_FEWEST = 0.5  # share of frames with a face, below which a film is refused

# Points of MediaPipe's face that no muscle moves, in pairs across the face from its right to its left side: outer corners of
# the eyes, temples, cheek bones at the ears; then the foot of the nose and the top of the forehead, one above the other on a
# level head as the landmarker sees it (within 2 degrees on rendered heads).
_ACROSS = ((33, 263), (127, 356), (234, 454))
_UPWARDS = (2, 10)


def read_take(path: Path, job: Job, keeps: str = "all") -> Take:
    """The take in a file: Live Link CSV, the studio's JSON, or a film with a face.

    Args:
        path: of the file.
        job: progress and cancel.
        keeps: what of it is played, see ``Take``.

    Raises:
        InputFileError: it is missing, of no known kind, broken (with the line), or shows no face.
        Cancelled: the user stopped.
    """
    ending = path.suffix.casefold()
    if not path.is_file():
        state = "is a folder" if path.is_dir() else "does not exist"
        raise InputFileError(
            f"The track {path} {state}.", "Give the path of a CSV or JSON track, or of a film."
        )
    if ending not in TAKE_ENDINGS:
        raise InputFileError(
            f"{path.name!r} is no face track.", f"Give a file that ends in {', '.join(TAKE_ENDINGS)}."
        )
    take = _recorded(path, ending) if ending in (".csv", ".json") else captured(path, job)
    return replace(take, keeps=keeps)


def _recorded(path: Path, ending: str) -> Take:
    from generators.face.exchange.live_link import read_live_link
    from generators.face.exchange.track_json import read_track_json

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError(f"The track {path} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        raise InputFileError(
            f"The track {path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from None
    return (read_live_link if ending == ".csv" else read_track_json)(text, path.name)


def captured(path: Path, job: Job) -> Take:
    """The movement of the face in a film: 52 shapes and the head's turn and place, by MediaPipe's landmarker.

    Frames without a face are bridged by straight lines. The head's place is against its mean over the film.

    Args:
        path: of the film.
        job: progress and cancel.

    Raises:
        InputFileError: the film is broken, or shows a face in less than half of its frames.
    """
    fps = film_rate(path)
    expected = max(film_seconds(path) * fps, 1)
    finder = LandmarkFinder()
    marks: list[FaceMarks | None] = []
    for picture in film_frames(path):
        job.step(min(len(marks), expected), expected, f"following the face, frame {len(marks) + 1}")
        marks.append(finder.find(picture))
    seen = [i for i, found in enumerate(marks) if found is not None]
    if len(seen) < max(_FEWEST * len(marks), 1):
        raise InputFileError(
            f"A face is seen in {len(seen)} of {len(marks)} frames of {path.name}.",
            "Give a film of one person who faces the camera.",
        )
    rows = _bridged([m for m in marks if m is not None], seen, len(marks))
    return Take(np.arange(len(marks)) / fps, np.clip(rows[:, : len(ARKIT)], 0, 1), rows[:, len(ARKIT) :])


def _bridged(marks: Sequence[FaceMarks], seen: Sequence[int], count: int) -> np.ndarray:
    """Shapes and pose of all frames ``(count, 58)``, smoothed."""
    from scipy.ndimage import gaussian_filter1d

    shapes = np.array([[m.blendshapes[k] if k >= 0 else 0.0 for k in _SHAPES] for m in marks])
    turns = np.array([head_turn(m.points) for m in marks])
    rows = np.concatenate([shapes, _places(marks), turns], axis=1)
    whole = np.stack([np.interp(np.arange(count), seen, column) for column in rows.T], axis=1)
    return np.asarray(gaussian_filter1d(whole, _SMOOTHING, axis=0, mode="nearest"))


def _places(marks: Sequence[FaceMarks]) -> np.ndarray:
    """Place of the head in metres ``(n, 3)`` against its mean: right, up, towards the viewer."""
    middles = np.array([m.points[[a for pair in _ACROSS for a in pair], :2].mean(axis=0) for m in marks])
    widths = np.array([np.linalg.norm(m.points[_ACROSS[0][1]] - m.points[_ACROSS[0][0]]) for m in marks])
    metre = np.median(widths) / 0.09  # the outer corners of people's eyes are about 9 cm apart
    moved = (middles - middles.mean(axis=0)) / metre
    return np.stack([moved[:, 0], -moved[:, 1], np.zeros(len(marks))], axis=1)


def head_turn(points: np.ndarray) -> np.ndarray:
    """Pitch, yaw and roll of a head in radians ``(3,)``, signs as in ``FaceTrack``.

    Args:
        points: the landmarker's ``(478, 3)``: x to the right, y down, depth away from the viewer.
    """
    upright = points * np.array([1.0, -1.0, -1.0])
    right = np.sum([upright[b] - upright[a] for a, b in _ACROSS], axis=0)
    up = upright[_UPWARDS[1]] - upright[_UPWARDS[0]]
    x = right / np.linalg.norm(right)
    ahead = np.cross(x, up)
    ahead /= np.linalg.norm(ahead)
    upward = np.cross(ahead, x)
    yaw = np.arctan2(ahead[0], ahead[2])
    pitch = np.arcsin(np.clip(ahead[1], -1, 1))
    level = np.cross([0.0, 1.0, 0.0], ahead)
    level /= np.linalg.norm(level)
    roll = np.arctan2(upward @ level, upward @ np.cross(ahead, level))
    return np.array([pitch, yaw, roll])


def take_sound(path: Path) -> Audio | None:
    """The sound of a driving film; None for tracks, and films without sound.

    Raises:
        InputFileError: the film is broken.
    """
    if path.suffix.casefold() not in ENDINGS[Kind.FILM]:
        return None
    wave = sound_in(path)
    if wave is None:
        return None
    samples = wave.samples if wave.samples.ndim == 1 else wave.samples.mean(axis=1)
    return Audio(np.asarray(samples, np.float32), wave.sample_rate)
