"""The face's track as JSON: everything that there is of it, with names and units, for programs of one's own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from conditioning.errors import InputFileError
from generators.base import ARKIT, Take

__all__ = ["POSE", "read_track_json", "track_json"]

POSE: tuple[str, ...] = ("x", "y", "z", "pitch", "yaw", "roll")
"""What a row of the pose holds: metres, then radians."""

_FORMAT, _VERSION = "affect-face-track", 1
_REMEDY = "Give a JSON track that the studio wrote."


def track_json(times: np.ndarray, arkit: np.ndarray, pose: np.ndarray, fps: float) -> str:
    """The text of a JSON file; a line a frame, so that it can be read by eye and compared by line.

    Args:
        times: seconds ``(T,)``.
        arkit: ``(T, 52)`` in the order of ``ARKIT``.
        pose: ``(T, 6)`` as in ``FaceTrack``.
        fps: frames a second.
    """
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "fps": fps,
        "frames": len(times),
        "shapes": list(ARKIT),
        "pose": list(POSE),
        "units": "seconds; weights 0..1; metres (picture's right, up, to the viewer); radians (chin up, to the picture's "
        "right, crown to the picture's right)",
    }
    rows = [
        json.dumps({"time": round(float(t), 6), "weights": _rounded(w), "pose": _rounded(p)})
        for t, w, p in zip(times, arkit, pose, strict=True)
    ]
    return json.dumps(head, indent=1)[:-2] + ',\n "track": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 7) for value in values]


def read_track_json(text: str, name: str) -> Take:
    """The take of a JSON file.

    Args:
        text: of the file.
        name: of the file, for errors.

    Raises:
        InputFileError: it is no JSON (names the line) or no such track (names the frame).
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputFileError(f"Line {error.lineno} of {name} is no JSON: {error.msg}.", _REMEDY) from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise InputFileError(f"{name} is no face track: its format is not {_FORMAT!r}.", _REMEDY)
    if data.get("version") != _VERSION:
        raise InputFileError(f"{name} has the version {data.get('version')!r}, not {_VERSION}.", _REMEDY)
    frames = data.get("track")
    if not isinstance(frames, list) or not frames:
        raise InputFileError(f"{name} has no frames under 'track'.", _REMEDY)
    order = _order(data.get("shapes"), name)
    times = np.array([_row(frame, "time", 1, k, name)[0] for k, frame in enumerate(frames)])
    weights = np.array([_row(frame, "weights", len(ARKIT), k, name) for k, frame in enumerate(frames)])
    pose = np.array([_row(frame, "pose", len(POSE), k, name) for k, frame in enumerate(frames)])
    falls = np.flatnonzero(np.diff(times) <= 0)
    if len(falls):
        raise InputFileError(
            f"Frame {int(falls[0]) + 2} of {name} is not later than the one before.", "Sort them by time."
        )
    return Take(times - times[0], np.clip(weights[:, order], 0, 1), pose)


def _order(shapes: Any, name: str) -> list[int]:
    """Where each of ARKit's shapes stands in the file's rows."""
    if not isinstance(shapes, list) or sorted(map(str, shapes)) != sorted(ARKIT):
        raise InputFileError(f"{name} does not list ARKit's {len(ARKIT)} shapes under 'shapes'.", _REMEDY)
    return [shapes.index(shape) for shape in ARKIT]


def _row(frame: Any, key: str, count: int, k: int, name: str) -> np.ndarray:
    """The finite numbers of a frame under a key."""
    try:
        values = np.array(frame[key], float).reshape(-1)
    except (KeyError, TypeError, ValueError):
        values = np.array([])
    if len(values) != count or not np.isfinite(values).all():
        raise InputFileError(f"Frame {k + 1} of {name} has no {count} numbers under {key!r}.", _REMEDY)
    return values
