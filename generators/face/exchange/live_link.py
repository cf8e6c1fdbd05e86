"""The CSV of Apple's and Epic's Live Link Face app: a line a frame, 52 shapes, rotations of head and eyes.

Columns, their order and the number 61 are those of the app's files (52 shapes and 9 angles; ``FaceBlendShape`` of
PyLiveLinkFace). A timecode is ``HH:MM:SS:FF.mmm``: whole frames, and thousandths of a frame. Angles are radians; the app
documents no signs, so they are those of ``FaceTrack.pose``: yaw to the picture's right, chin up, crown to the picture's right.
The layout has no place for the head's translation, which is lost in it. The layout that the studio wrote before
(``seconds``, ARKit's names, six numbers of pose) is read too.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence

import numpy as np

from conditioning.errors import InputFileError
from generators.base import ARKIT, Take
from generators.face.tables import motion

__all__ = [
    "LIVE_LINK_ANGLES",
    "LIVE_LINK_SHAPES",
    "eye_angles",
    "live_link_text",
    "read_live_link",
    "timecode",
]

_SWAPPED = {
    "jawLeft": "jawRight",
    "jawRight": "jawLeft",
    "mouthLeft": "mouthRight",
    "mouthRight": "mouthLeft",
}
LIVE_LINK_SHAPES: tuple[str, ...] = tuple(_SWAPPED.get(name, name) for name in ARKIT)
"""ARKit's names in the order of the app's columns: it has the right before the left of jaw and mouth."""
LIVE_LINK_ANGLES: tuple[str, ...] = (
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
)  # fmt: skip
_COLUMNS = [name[0].upper() + name[1:] for name in LIVE_LINK_SHAPES]
_COUNT = len(LIVE_LINK_SHAPES) + len(LIVE_LINK_ANGLES)
_HEAD = ("headyaw", "headpitch", "headroll")
_PLACE = ("headx", "heady", "headz")
_TIMECODE = re.compile(r"(\d+):(\d+):(\d+)[:;](\d+(?:\.\d+)?)$")
_RATES, _OWN_RATE = (24.0, 25.0, 30.0, 50.0, 60.0, 120.0), 25.0
_SLACK = 0.02  # by which a weight may leave 0..1 and is taken for its end


def live_link_text(times: np.ndarray, arkit: np.ndarray, pose: np.ndarray, fps: float) -> str:
    """The whole text of a CSV file.

    Args:
        times: seconds ``(T,)``.
        arkit: ``(T, 52)`` in the order of ``ARKIT``.
        pose: ``(T, 6)`` as in ``FaceTrack``; its translation is left out.
        fps: frames a second, which timecodes count in.
    """
    order = [ARKIT.index(name) for name in LIVE_LINK_SHAPES]
    angles = np.concatenate([pose[:, [4, 3, 5]], eye_angles(arkit)], axis=1)
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("Timecode", "BlendshapeCount", *_COLUMNS, *LIVE_LINK_ANGLES))
    for time, weights, turned in zip(times, arkit[:, order], angles, strict=True):
        values = (f"{value:.7f}" for value in (*weights, *turned))
        rows.writerow((timecode(float(time), fps), _COUNT, *values))
    return out.getvalue()


def timecode(seconds: float, fps: float) -> str:
    """A time as ``HH:MM:SS:FF.mmm``.

    Args:
        seconds: 0 or more.
        fps: frames a second.

    Example:
        >>> timecode(61.5, 25)
        '00:01:01:12.500'
    """
    whole = int(seconds + 1e-9)
    frames = round((seconds - whole) * fps * 1000)
    if frames >= round(fps * 1000):
        whole, frames = whole + 1, 0
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}:{max(frames, 0) // 1000:02d}.{max(frames, 0) % 1000:03d}"


def eye_angles(arkit: np.ndarray) -> np.ndarray:
    """Yaw, pitch and roll of the left and the right eye in radians ``(T, 6)``, from the eyeLook shapes ``(T, 52)``."""
    law = motion("gaze")
    wide, high = math.radians(law["full_horizontal"]), math.radians(law["full_vertical"])

    def of(name: str) -> np.ndarray:
        return arkit[:, ARKIT.index(f"eyeLook{name}")]

    still = np.zeros(len(arkit))
    left = (wide * (of("OutLeft") - of("InLeft")), high * (of("UpLeft") - of("DownLeft")), still)
    right = (wide * (of("InRight") - of("OutRight")), high * (of("UpRight") - of("DownRight")), still)
    return np.stack([*left, *right], axis=1)


def read_live_link(text: str, name: str, fps: float = 0.0) -> Take:
    """The take of a CSV file.

    Args:
        text: of the file.
        name: of the file, for errors.
        fps: frames a second of its timecodes; 0 takes the usual rate that its largest frame number fits.

    Raises:
        InputFileError: a column is missing, or a line cannot be read; names the line.
    """
    lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    rows = [(number, row) for number, row in enumerate(lines, 1) if any(cell.strip() for cell in row)]
    if not rows:
        raise InputFileError(f"The track {name} is empty.", _REMEDY)
    head = [cell.strip().casefold() for cell in rows[0][1]]
    where = {column: k for k, column in enumerate(head)}
    missing = [shape for shape in ARKIT if shape.casefold() not in where]
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        raise InputFileError(f"Line 1 of {name} has no column {shown}.", _REMEDY)
    if "timecode" not in where and "seconds" not in where:
        raise InputFileError(f"Line 1 of {name} has neither Timecode nor seconds.", _REMEDY)
    table = _numbers(rows[1:], len(head), where, name)
    times = _times(rows[1:], where, name, fps)
    arkit = np.clip(table[:, [where[shape.casefold()] for shape in ARKIT]], 0.0, 1.0)
    pose = np.zeros((len(table), 6))
    for at, column in (
        (0, _PLACE[0]),
        (1, _PLACE[1]),
        (2, _PLACE[2]),
        (4, _HEAD[0]),
        (3, _HEAD[1]),
        (5, _HEAD[2]),
    ):
        if column in where:
            pose[:, at] = table[:, where[column]]
    return Take(times, arkit, pose)


_REMEDY = "Give a CSV file of Live Link Face, or one that the studio wrote."


def _numbers(
    rows: Sequence[tuple[int, list[str]]], width: int, where: dict[str, int], name: str
) -> np.ndarray:
    """All numbers of the lines ``(T, columns)``; 0 in the column of timecodes."""
    if not rows:
        raise InputFileError(f"The track {name} has no line below its first.", _REMEDY)
    shapes = {where[shape.casefold()]: shape for shape in ARKIT}
    table = np.zeros((len(rows), width))
    for i, (number, row) in enumerate(rows):
        if len(row) != width:
            raise InputFileError(
                f"Line {number} of {name} has {len(row)} columns, the first has {width}.",
                "Mend or drop the line.",
            )
        for k, cell in enumerate(row):
            if k == where.get("timecode"):
                continue
            table[i, k] = value = _number(cell, number, name)
            if k in shapes and not -_SLACK <= value <= 1 + _SLACK:
                raise InputFileError(
                    f"Line {number} of {name}: {shapes[k]} is {value:g}.", "Weights of shapes lie in 0..1."
                )
    return table


def _number(cell: str, number: int, name: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputFileError(
            f"Line {number} of {name}: {cell.strip()!r} is no number.", "Mend or drop the line."
        )
    return value


def _times(rows: Sequence[tuple[int, list[str]]], where: dict[str, int], name: str, fps: float) -> np.ndarray:
    """Seconds of the lines from the first one's ``(T,)``."""
    column = where.get("seconds", where.get("timecode", 0))
    if "seconds" in where:
        times = np.array([_number(row[column], number, name) for number, row in rows])
    else:
        read = [_timecode(row[column], number, name) for number, row in rows]
        rate = fps or _rate(read)
        times = np.array([whole + frames / rate for whole, frames in read])
    falls = np.flatnonzero(np.diff(times) <= 0)
    if len(falls):
        number = rows[int(falls[0]) + 1][0]
        raise InputFileError(
            f"Line {number} of {name} is not later than the line before.", "Sort the lines by time."
        )
    return np.asarray(times - times[0])


def _timecode(cell: str, number: int, name: str) -> tuple[int, float]:
    found = _TIMECODE.match(cell.strip())
    if not found:
        raise InputFileError(
            f"Line {number} of {name}: {cell.strip()!r} is no timecode.", "Write it as HH:MM:SS:FF.mmm."
        )
    hours, minutes, seconds, frames = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds), float(frames)


def _rate(read: Sequence[tuple[int, float]]) -> float:
    """The rate of timecodes: the first usual one that all their frame numbers fit.

    Within a single second nothing tells where the next one would begin; the studio's own rate is taken where it fits.
    """
    largest = max(frames for _, frames in read)
    crossed = read[0][0] != read[-1][0]
    rates = _RATES if crossed else (_OWN_RATE, *_RATES)
    return next((rate for rate in rates if largest < rate), largest + 1)
