"""How an item of each medium is made: small, cheap settings, the same for every engine.

What is made is held as the judge wants it, with a way to keep a sample of it. Pictures are drawn as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import (
    FaceRequest,
    FaceTrack,
    Generator,
    Job,
    MusicRequest,
    MusicTrack,
    SpeechRequest,
    SpeechTrack,
    VideoRequest,
    VideoTrack,
)
from studio.benchmark.items import Item, plan

__all__ = ["FORMS", "Form", "Frames", "spoken"]

Frames = Callable[[], Iterator[tuple[float, np.ndarray]]]
"""Call it for a fresh iterator of time in seconds and picture ``(height, width, 3)``."""


@dataclass(frozen=True)
class Form:
    """How items of a medium are made and kept.

    Args:
        make: the track of an item, by an engine.
        keep: writes a sample of a track to a path without ending, and says which files it wrote.
    """

    make: Callable[[Generator, Item, Job], Any]
    keep: Callable[[Any, Path], list[Path]]


def spoken(engine: Generator, text: str, emotion: Emotion, job: Job) -> SpeechTrack:
    """A text said in one emotion by the engine's default voice."""
    track: SpeechTrack = engine.generate(SpeechRequest(Script((Span(text, emotion),)), job=job))
    return track


def _speak(engine: Generator, item: Item, job: Job) -> SpeechTrack:
    return spoken(engine, item.text, item.emotion, job)


def _pose(engine: Generator, item: Item, job: Job) -> FaceTrack:
    """A silent face, so that the mouth shows the emotion and not the words."""
    form = _settings("face")
    track: FaceTrack = engine.generate(
        FaceRequest(
            Conditioning.of(item.emotion), form["seconds"], fps=form["fps"], size=tuple(form["size"]), job=job
        )
    )
    return track


def _compose(engine: Generator, item: Item, job: Job) -> MusicTrack:
    form = _settings("music")
    track: MusicTrack = engine.generate(
        MusicRequest(Conditioning.of(item.emotion), form["seconds"], sample_rate=form["sample_rate"], job=job)
    )
    return track


def _paint(engine: Generator, item: Item, job: Job) -> VideoTrack:
    form = _settings("video")
    track: VideoTrack = engine.generate(
        VideoRequest(
            Conditioning.of(item.emotion),
            form["seconds"],
            form["fps"],
            tuple(form["size"]),
            text=item.text,
            job=job,
        )
    )
    return track


def _keep_sound(track: SpeechTrack, place: Path) -> list[Path]:
    from studio.sound_files import write_sound

    path = place.with_name(place.name + ".wav")
    write_sound(path, track.audio)
    return [path]


def _keep_music(track: MusicTrack, place: Path) -> list[Path]:
    from studio.sound_files import write_sound
    from studio.tracks import write_midi

    paths = [place.with_name(place.name + ".wav")]
    write_sound(paths[0], track.audio)
    if track.score is not None:
        paths.append(place.with_name(place.name + ".mid"))
        write_midi(paths[1], track)
    return paths


def _keep_picture(track: FaceTrack | VideoTrack, place: Path) -> list[Path]:
    """The picture in the middle."""
    import cv2

    from studio.compose import over_grey
    from studio.encode import written

    count = len(track.times) if isinstance(track, FaceTrack) else round(track.duration * track.fps)
    picture = next(p.copy() for i, p in enumerate(track.frames()) if i == count // 2)
    shown = over_grey(picture) if picture.shape[2] == 4 else picture
    path = place.with_name(place.name + ".png")
    with written(path) as part:
        part.write_bytes(cv2.imencode(".png", shown[:, :, ::-1])[1].tobytes())
    return [path]


def _settings(medium: str) -> Mapping[str, Any]:
    form: Mapping[str, Any] = plan()["media"][medium]
    return form


FORMS: Mapping[str, Form] = {
    "speech": Form(_speak, _keep_sound),
    "face": Form(_pose, _keep_picture),
    "music": Form(_compose, _keep_music),
    "video": Form(_paint, _keep_picture),
}
"""By medium."""
