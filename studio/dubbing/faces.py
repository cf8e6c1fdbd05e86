"""The emotion of each cue as it is seen in the face: read by the judge of the tuning family, cue by cue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from studio.dubbing.cues import Cue
from studio.fusion import fuse, source_of
from studio.judges.base import Judge, TimedReading
from studio.judges.gathering import gathered
from studio.media_files import film_pictures

__all__ = ["Seen", "emotions_seen"]

_APART = 0.4  # seconds between the pictures that are read
_FAINTEST = 0.15  # an intensity below this is no emotion


@dataclass(frozen=True)
class Seen:
    """What the face shows during a cue.

    Args:
        emotion: neutral where nothing was read.
        read: whether a face was read.
        why: a sentence.
    """

    emotion: Emotion
    read: bool
    why: str


def emotions_seen(
    path: Path, cues: Sequence[Cue], step: Callable[[float], None], judge: Judge | None = None
) -> list[Seen]:
    """The emotion in the face during each cue.

    Args:
        path: of the film.
        cues: whose time is looked at.
        step: called with the seconds of the film that were seen; may raise to stop.
        judge: of pictures; the tuning family's if None, so that the judge that scores has not chosen what was asked.

    Raises:
        RequestError: in none of the cues a face is read.
    """
    judge = judge or _judge()
    found: list[TimedReading] = []
    for picture in film_pictures(path, _APART):
        if picture.follows:
            continue
        step(picture.time)
        end = picture.time + _APART
        if any(cue.start < end and picture.time < cue.end for cue in cues):
            found.append(TimedReading(picture.time, end, judge.read(picture.pixels)))
    seen = [_seen(found, cue) for cue in cues]
    if not any(one.read for one in seen):
        raise RequestError(
            f"No face is read in {path.name} while somebody is to speak.",
            "Give the emotion with --emotion, or mark it in the script.",
        )
    return seen


def _seen(found: Sequence[TimedReading], cue: Cue) -> Seen:
    sure = [one for one in found if one.reading.confidence >= one.reading.floor]
    reading = gathered(sure, cue.start, cue.end)
    source = source_of("face", reading)
    if source is None or reading is None:
        return Seen(Emotion.neutral(), False, "no face is read")
    emotion = fuse({"face": source}).emotion
    if emotion.intensity < _FAINTEST:
        emotion = Emotion.neutral()
    return Seen(emotion, True, f"the face is read as {reading.top}")


def _judge() -> Judge:
    from studio.judges.tuning.face import FaceJudge

    return FaceJudge()
