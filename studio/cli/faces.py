"""What ``affect animate`` does besides films: tracks in, and files of the face alone out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from conditioning.errors import RequestError
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.request import FilmRequest
    from studio.studio import Tracks

__all__ = ["one_take", "write_face"]


def one_take(track: str, driving: str) -> str:
    """The path of the one take that is given, "" for none.

    Raises:
        RequestError: a track and a driving film are both given.
    """
    if track and driving:
        raise RequestError("A --track and a --driving film are both given.", "Give one of them.")
    return track or driving


def write_face(request: FilmRequest, height: int, out: Path, as_json: bool) -> None:
    """Write the face of a request in the form that the file's ending asks for, and say what was made.

    Args:
        request: of the film that the face would be in.
        height: of the pictures' shorter side in pixels.
        out: the file.
        as_json: print the record as JSON.

    Raises:
        RequestError: the name has none of the endings.
    """
    from studio.encode import check_ending, check_writable
    from studio.face_files import FACE_ENDINGS, face_ending, write_face_file
    from studio.face_stage import head_shown
    from studio.stages import Stages
    from studio.studio import Studio

    if not face_ending(out):
        check_ending(out, ".mp4", *FACE_ENDINGS)
    check_writable(out / "face.mp4" if face_ending(out) == ".wan" else out)
    with working() as (progress, cancel):
        stages = Stages({**dict.fromkeys(request.media, 0.2), "film": 1.0}, progress, cancel)
        tracks = Studio().tracks(request, stages, face_size=_size(request, height))
        assert tracks.face is not None, "a face was asked for"
        files = write_face_file(out, tracks.face, request.fps, head_shown(request), stages.job("film"))
    _told(files, tracks, as_json)


def _size(request: FilmRequest, height: int) -> tuple[int, int]:
    """Width and height of pictures in the request's format."""
    width, tall = (round(side * height / min(request.size)) for side in request.size)
    return width, tall


def _told(files: list[Path], tracks: Tracks, as_json: bool) -> None:
    face = tracks.face
    assert face is not None, "a face was asked for"
    fulfilment = {aspect.name: aspect.status for aspect in face.fulfilment}
    ignored = [aspect.why for aspect in face.fulfilment if aspect.status == "ignored"]
    if as_json:
        values = {
            "out": str(files[0]),
            "files": len(files),
            "seconds": round(tracks.duration, 3),
            "frames": len(face.times),
            "fulfilment": fulfilment,
            "ignored": ignored,
        }
        print(json.dumps(values, ensure_ascii=False))
        return
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    print(
        f"{files[0]}{more}  {tracks.duration:.1f} s  " + ", ".join(f"{k} {v}" for k, v in fulfilment.items())
    )
    for why in ignored:
        print(f"  ignored: {why}")
