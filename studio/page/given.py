"""Files that a user gives to the page: kept with the visit, and checked before any film is begun."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.parsing import rounded
from studio.page.previews import portrait_picture
from studio.page.views import note

__all__ = ["emotion_of_clip", "keep_file", "portrait_note", "recording_note"]


def keep_file(given: str, folder: Path) -> Path:
    """The path of a copy of a file in a visit's folder; two files of one name lie apart, and equal ones are one.

    Args:
        given: path of the uploaded file.
        folder: of the visit.
    """
    source = Path(given)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    kept = folder / "given" / digest / source.name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, kept)
    return kept


def emotion_of_clip(path: Path) -> tuple[Emotion, str]:
    """The emotion of a clip in which somebody speaks, and what is told of it.

    Raises:
        InputFileError: it cannot be used, or nothing is read in it.
    """
    from studio.recordings.likeness import liking

    found = liking(path)
    return rounded(found.emotion), note(f"{found.sentence}.")


def recording_note(path: Path) -> str:
    """What is told of a recording that takes the voice's place.

    Raises:
        InputFileError: it cannot be used.
    """
    from studio.recordings.sounds import recording_in

    seconds = recording_in(path).duration
    return note(f"{path.name}, {seconds:.1f} s, speaks in place of a voice. Let the script say its words.")


def portrait_note(path: Path) -> str:
    """What is told of a portrait, with its picture.

    Raises:
        InputFileError: it is no picture, or does not show one whole face from the front.
        EngineError: the landmark model is missing.
    """
    picture = portrait_picture(path)
    return (
        f'<div class="seen"><img alt="The portrait as the film cuts it" src="{picture}">'
        f"{note(f'{path.name} can be moved.')}</div>"
    )
