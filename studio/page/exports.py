"""Files that are made of a take when somebody asks for them: its face and its words for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conditioning.errors import RequestError
from conditioning.script import Script
from generators.base import FaceTrack, Job, SpeechTrack
from studio.encode import written
from studio.face_stage import head_shown
from studio.request import FilmRequest
from studio.studio import Film

__all__ = ["EXPORTS", "Export", "Exportable", "export", "exportable"]


@dataclass(frozen=True)
class Exportable:
    """What files are made of.

    Args:
        request: of the film.
        script: as parsed.
        face: as the engine made it; None without.
        speech: with its lead and tail; None without.
    """

    request: FilmRequest
    script: Script
    face: FaceTrack | None
    speech: SpeechTrack | None


@dataclass(frozen=True)
class Export:
    """A file that can be made.

    Args:
        name: of the file.
        title: on the page.
        what: one line.
        fits: whether it can be made of a take.
        write: writes it to a path.
    """

    name: str
    title: str
    what: str
    fits: Callable[[Exportable], bool]
    write: Callable[[Path, Exportable], None]


def exportable(film: Film) -> Exportable:
    """What is kept of a film for its files; its music and its scene are on disk already."""
    request = FilmRequest.read(film.record["request"])
    return Exportable(request, film.tracks.script, film.tracks.face, film.tracks.speech)


def export(name: str, take: Exportable, folder: Path) -> Path:
    """Make a file of a take; gives its path.

    Args:
        name: a key of ``EXPORTS``.
        take: what it is made of.
        folder: where it will lie.

    Raises:
        RequestError: it cannot be made of this take.
        OutputError: it cannot be written.
    """
    wanted = EXPORTS[name]
    if not wanted.fits(take):
        raise RequestError(f"{wanted.title} cannot be made of this take.", "Make a film with that medium.")
    path = folder / name
    wanted.write(path, take)
    return path


def _face_file(path: Path, take: Exportable) -> None:
    from studio.face_files import write_face_file

    assert take.face is not None, "only takes with a face are asked"
    write_face_file(path, take.face, take.request.fps, head_shown(take.request), Job())


def _times(path: Path, take: Exportable) -> None:
    from studio.speech_times import write_times

    assert take.speech is not None, "only takes with speech are asked"
    write_times(path, take.speech, take.script)


def _plan(path: Path, take: Exportable) -> None:
    assert take.face is not None and take.face.plan is not None, "only takes with a plan are asked"
    with written(path) as part:
        part.write_text(take.face.plan(), encoding="utf-8")


def _has_face(take: Exportable) -> bool:
    return take.face is not None


def _has_head(take: Exportable) -> bool:
    return take.face is not None and bool(head_shown(take.request))


def _has_plan(take: Exportable) -> bool:
    return take.face is not None and take.face.plan is not None


def _has_speech(take: Exportable) -> bool:
    return take.speech is not None


EXPORTS: Mapping[str, Export] = {
    each.name: each
    for each in (
        Export("head.glb", "Head, glTF", "mesh, 52 shapes and the animation", _has_head, _face_file),
        Export("face.vrma", "VRM animation", "expressions, look and head", _has_face, _face_file),
        Export("face.json", "Face curves, JSON", "with names and units", _has_face, _face_file),
        Export("plan.toml", "Plan of the face", "action units over time", _has_plan, _plan),
        Export("words.srt", "Subtitles", "SRT", _has_speech, _times),
        Export("words.TextGrid", "Words and phones", "for Praat", _has_speech, _times),
        Export("words.json", "Words and phones, JSON", "with their times", _has_speech, _times),
    )
}
"""The files by name, in the order in which they are offered."""
