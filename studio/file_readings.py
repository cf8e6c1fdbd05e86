"""What judges read in a file: as a whole and over its time, one pass through it, whatever its length."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from conditioning.errors import RequestError
from studio.file_judges import FileJudges, NamedJudge
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.gathering import gathered
from studio.media_files import (
    Kind,
    Picture,
    film_pictures,
    film_seconds,
    kind_of,
    picture_in,
    score_in,
    sound_parts,
)

__all__ = ["FileReadings", "Step", "Thumbnail", "read_media"]

SEES_MOTION = "video"  # the judge that takes a film as a stream; all others see stills
_BETWEEN = 1.0  # seconds between the pictures of a film that are read
_PICTURES_SHARE = 0.7  # of the time that a film takes; the rest goes to its sound
_STRIP = 12  # small pictures that are kept of a film
_SMALL = 200  # pixels along their longer side
_PICTURE = 480  # the same of a single picture

Step = Callable[[float, float, str], None]
"""Called as ``step(done, total, what)``; may raise to stop."""


@dataclass(frozen=True)
class Thumbnail:
    """A small picture out of a film.

    Args:
        time: seconds; None of a single picture.
        jpeg: its bytes.
    """

    time: float | None
    jpeg: bytes


@dataclass(frozen=True)
class FileReadings:
    """The readings of one file.

    Args:
        path: of the file.
        kind: what it holds.
        seconds: its length; None of a picture.
        judges: by medium, who read it.
        whole: by medium, the reading of the whole; None where there was nothing to read.
        curves: by medium, readings over time.
        pictures: small ones, if asked for.
    """

    path: Path
    kind: Kind
    seconds: float | None
    judges: Mapping[str, NamedJudge]
    whole: Mapping[str, Reading | None]
    curves: Mapping[str, tuple[TimedReading, ...]]
    pictures: tuple[Thumbnail, ...] = ()

    @property
    def cards(self) -> dict[str, Card]:
        """By medium, the card of its judge."""
        return {medium: named.judge.card for medium, named in self.judges.items()}


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def read_media(
    path: Path, judges: FileJudges | None = None, *, step: Step = _silent, pictures: bool = False
) -> FileReadings:
    """What the judges read in a file.

    A sound is read as voice and as music, a picture as face and as scene, a film as all four: each judge says itself
    where it finds nothing of its kind. Pictures of films are read once a second.

    Args:
        path: sound, picture, MIDI file or film.
        judges: who reads; the studio's own if None.
        step: progress.
        pictures: whether to keep small pictures.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
        UnknownNameError, EngineError: a judge does not exist or is not complete.
    """
    kind = kind_of(path)
    named = (judges or FileJudges()).of(kind)
    reader = {Kind.SOUND: _sound, Kind.PICTURE: _picture, Kind.SCORE: _score, Kind.FILM: _film}[kind]
    found = _Found(_STRIP if pictures else 0)
    seconds = reader(path, named, found, step)
    whole = {one.medium: found.whole_of(one.medium) for one in named}
    curves = {one.medium: tuple(found.curves.get(one.medium, ())) for one in named}
    return FileReadings(
        path, kind, seconds, {one.medium: one for one in named}, whole, curves, tuple(found.kept)
    )


@dataclass
class _Found:
    """Readings as they come.

    Args:
        strip: how many small pictures are kept.
        curves: over time, by medium.
        parts: of long parts of a sound, or of a whole piece, by medium; the whole is their mean.
        kept: small pictures.
    """

    strip: int
    curves: dict[str, list[TimedReading]] = field(default_factory=dict)
    parts: dict[str, list[TimedReading]] = field(default_factory=dict)
    kept: list[Thumbnail] = field(default_factory=list)

    def whole_of(self, medium: str) -> Reading | None:
        """The reading of the whole: of its parts where those were read, else of the moments."""
        readings = self.parts.get(medium) or self.curves.get(medium) or []
        end = max((one.end for one in readings), default=0.0)
        return gathered(readings, 0.0, end)

    def add(self, medium: str, curve: Sequence[TimedReading], offset: float = 0.0) -> None:
        """Readings over time that start ``offset`` seconds later than they say."""
        moved = [replace(one, start=one.start + offset, end=one.end + offset) for one in curve]
        self.curves.setdefault(medium, []).extend(moved)


def _picture(path: Path, named: Sequence[NamedJudge], found: _Found, step: Step) -> float | None:
    pixels = picture_in(path)
    for index, one in enumerate(named):
        step(index, len(named), one.medium)
        found.add(one.medium, [TimedReading(0.0, 1.0, one.judge.read(pixels))])
    if found.strip:
        found.kept.append(Thumbnail(None, _jpeg(pixels, _PICTURE)))
    return None


def _score(path: Path, named: Sequence[NamedJudge], found: _Found, step: Step) -> float:
    notes = score_in(path)
    seconds = float(notes.get_end_time())
    for one in named:
        if ":" in one.name:
            raise RequestError(
                f"The judge {one.name} reads no score.", "Choose it for recorded music, music=…"
            )
        step(0, 1, one.medium)
        found.parts[one.medium] = [TimedReading(0.0, max(seconds, 1e-3), one.judge.read(notes))]
        found.add(one.medium, one.judge.read_over_time(notes))
    return seconds


def _sound(path: Path, named: Sequence[NamedJudge], found: _Found, step: Step) -> float:
    end = 0.0
    for start, part in sound_parts(path):
        seconds = len(part.samples) / part.sample_rate
        for one in named:
            step(start, start + seconds, f"{one.medium} from {start:.0f} s")
            whole = TimedReading(start, start + seconds, one.judge.read(part))
            found.parts.setdefault(one.medium, []).append(whole)
            found.add(one.medium, one.judge.read_over_time(part), start)
        end = start + seconds
    return end


def _film(path: Path, named: Sequence[NamedJudge], found: _Found, step: Step) -> float:
    seconds = film_seconds(path)
    seen = [one for one in named if one.role in ("face", "video")]
    heard = [one for one in named if one not in seen]
    last = _film_pictures(path, seen, found, seconds, _part_of(step, 0.0, _PICTURES_SHARE))
    sounding = _sound(path, heard, found, _part_of(step, _PICTURES_SHARE, 1.0)) if heard else 0.0
    return seconds or max(last, sounding)


def _part_of(step: Step, low: float, high: float) -> Step:
    """The progress of a piece of work that goes from ``low`` to ``high`` of the whole."""

    def report(done: float, total: float, what: str) -> None:
        step(low + (high - low) * min(done / total, 1.0), 1.0, what)

    return report


def _film_pictures(
    path: Path, seen: Sequence[NamedJudge], found: _Found, seconds: float, step: Step
) -> float:
    """Read the pictures, each decoded once and none held; how long they last."""
    moving = [one for one in seen if one.name == SEES_MOTION]
    stills = [one for one in seen if one not in moving]
    last = 0.0

    def passing() -> Iterator[tuple[float, np.ndarray]]:
        nonlocal last
        for picture in film_pictures(path, _BETWEEN):
            if not picture.follows:
                step(picture.time, max(seconds, picture.time + 1), f"pictures, {picture.time:.0f} s")
                _look(picture, stills, found, seconds)
                last = picture.time + _BETWEEN
            yield picture.time, picture.pixels

    stream = passing()
    for one in moving:  # there is at most one, since each role has one judge
        found.add(one.medium, one.judge.read_over_time(stream))
    for _ in stream:
        pass  # where nobody wants the motion, the pictures pass all the same
    return last


def _look(picture: Picture, stills: Sequence[NamedJudge], found: _Found, seconds: float) -> None:
    for one in stills:
        reading = one.judge.read(picture.pixels)
        found.add(one.medium, [TimedReading(picture.time, picture.time + _BETWEEN, reading)])
    if found.strip and picture.time >= len(found.kept) * seconds / found.strip - 1e-6:
        found.kept.append(Thumbnail(picture.time, _jpeg(picture.pixels, _SMALL)))


def _jpeg(pixels: np.ndarray, longest: int) -> bytes:
    from PIL import Image

    image, out = Image.fromarray(pixels), io.BytesIO()
    image.thumbnail((longest, longest))
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
