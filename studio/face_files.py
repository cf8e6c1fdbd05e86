"""The face's track as a file of its own: curves, a head for other programs, or transparent pictures.

.csv            Live Link Face: a line a frame, 52 shapes and angles
.json           everything, with names and units
.glb, .gltf     the built-in head with 52 morph targets and the track as its animation
.vrma           expressions, look and head for a VRM 1.0 character
.gif, .webp, .png   moving pictures with a transparent background (.png moves too: APNG)
NAME%04d.png    a picture a frame with alpha
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import RequestError
from generators.base import FaceTrack, Job
from studio.encode import written
from studio.moving_gif import write_gif

__all__ = ["FACE_ENDINGS", "face_ending", "write_face_file", "write_moving_picture"]

FACE_ENDINGS: tuple[str, ...] = (".csv", ".json", ".glb", ".gltf", ".vrma", ".gif", ".webp", ".png", ".wan")
"""Endings of files that hold a face's track alone."""

_PATTERN = re.compile(r"%0?(\d*)d")
_GIF_RATE = (
    50.0  # a frame of a GIF lasts whole hundredths of a second, and browsers slow down what is below two
)


@dataclass(frozen=True)
class _Stream:
    """How a moving picture is coded by FFmpeg: container, coder, layout of its pixels, options of both."""

    form: str
    codec: str
    pixels: str
    container: dict[str, str]
    options: dict[str, str]


_STREAMS = {
    ".png": _Stream("apng", "apng", "rgba", {"plays": "0"}, {}),
    ".webp": _Stream("webp", "libwebp_anim", "bgra", {"loop": "0"}, {"lossless": "1"}),
}


def face_ending(path: Path) -> str:
    """Which of ``FACE_ENDINGS`` a name has, ``"%d.png"`` for a picture a frame, "" for none."""
    ending = path.suffix.casefold()
    if ending == ".png" and _PATTERN.search(path.name):
        return "%d.png"
    return ending if ending in FACE_ENDINGS else ""


def write_face_file(path: Path, track: FaceTrack, fps: float, character: str, job: Job) -> list[Path]:
    """Write a track in the form that the name asks for; gives the files written.

    Args:
        path: its ending is one of ``FACE_ENDINGS``.
        track: of any face engine.
        fps: frames a second.
        character: of the built-in head, whose mesh a glTF holds; "" where another engine made the track.
        job: progress and cancel.

    Raises:
        RequestError: a glTF is asked of an engine that has no mesh, or the name has no such ending.
        OutputError: the file cannot be written.
        Cancelled: the user stopped.
    """
    from generators.face.exchange.live_link import live_link_text
    from generators.face.exchange.track_json import track_json

    ending = face_ending(path)
    if ending == "%d.png":
        return _write_frames(path, track, job)
    if ending in (".gif", ".webp", ".png"):
        write_moving_picture(path, track, fps, job)
        return [path]
    if ending == ".wan":
        from studio.neural_handover import write_handover

        return write_handover(path, track, fps, job)
    if ending in (".csv", ".json"):
        text = live_link_text if ending == ".csv" else track_json
        data = text(track.times, track.arkit, track.pose, fps).encode()
    elif ending in (".glb", ".gltf", ".vrma"):
        data = _gltf(ending, track, fps, character, job)
    else:
        raise RequestError(
            f"{path.name!r} is no file for a face.", f"End it in one of {', '.join(FACE_ENDINGS)}."
        )
    with written(path) as part:
        part.write_bytes(data)
    return [path]


def _gltf(ending: str, track: FaceTrack, fps: float, character: str, job: Job) -> bytes:
    """The bytes of a glTF file or of a VRM animation."""
    if ending == ".vrma":
        from generators.face.exchange.vrm import vrm_animation

        return vrm_animation(track, fps).glb()
    if not character:
        raise RequestError("Only the built-in head has a mesh to write as glTF.", "Use --engine face=head.")
    from generators.face.exchange.head_gltf import head_gltf
    from generators.face.render.model import build_model

    job.step(0, 1, f"painting {character}")
    file = head_gltf(build_model(character), track)
    return file.glb() if ending == ".glb" else file.gltf().encode()


def _pictures(track: FaceTrack, job: Job) -> Iterator[np.ndarray]:
    for i, picture in enumerate(track.frames()):
        job.step(i, len(track.times), f"drawing frame {i + 1} of {len(track.times)}")
        yield picture


def _write_frames(path: Path, track: FaceTrack, job: Job) -> list[Path]:
    """A PNG with alpha for each frame, counted from 0."""
    from PIL import Image

    files = []
    for i, picture in enumerate(_pictures(track, job)):
        name = _PATTERN.sub(lambda found: f"{i:0{int(found.group(1) or 1)}d}", path.name, count=1)  # noqa: B023
        files.append(path.with_name(name))
        with written(files[-1]) as part:
            Image.fromarray(picture).save(part, "PNG", compress_level=4)
    return files


def write_moving_picture(path: Path, track: FaceTrack, fps: float, job: Job) -> None:
    """Write a face as a moving picture that repeats, with a transparent background; no more than a few frames are held.

    WebP and PNG keep colours and alpha as they are; a GIF has 255 colours a frame, and pixels are either there or not.

    Args:
        path: ``.gif``, ``.webp`` or ``.png``.
        track: its frames have alpha.
        fps: frames a second; a GIF keeps every so many-th of them that it stays at 50 or below.
        job: progress and cancel.
    """
    ending = path.suffix.casefold()
    pictures = _pictures(track, job)
    with written(path) as part:
        if ending == ".gif":
            every = int(-(-fps // _GIF_RATE))
            with part.open("wb") as file:
                write_gif(file, (p for i, p in enumerate(pictures) if i % every == 0), fps / every)
        else:
            _stream(part, pictures, track.size, fps, _STREAMS[ending])


def _stream(
    part: Path, pictures: Iterator[np.ndarray], size: tuple[int, int], fps: float, stream: _Stream
) -> None:
    """Code pictures with alpha as they come."""
    import av

    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(part), "w", format=stream.form, options=stream.container) as container:
        coder: Any = container.add_stream(stream.codec, rate=rate, options=stream.options)
        coder.width, coder.height, coder.pix_fmt = *size, stream.pixels
        for i, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format=stream.pixels)
            frame.pts, frame.time_base = i, 1 / rate
            container.mux(coder.encode(frame))
        container.mux(coder.encode(None))
