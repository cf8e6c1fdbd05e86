"""Files that a user gives to the page: kept with the visit, and checked before any film is begun."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, RequestError
from conditioning.parsing import parse_emotion, rounded
from studio.page.previews import portrait_picture
from studio.page.views import note
from studio.request import FilmRequest
from studio.script_source import script_of

__all__ = ["emotion_of_clip", "felt_recording", "keep_file", "portrait_note", "recording_note"]

_FELT, _FROM = (
    "felt-",
    "made-from",
)  # folder of a recording with emotions, and the file beside it that names the first


def keep_file(given: str, folder: Path) -> Path:
    """The path of a copy of a file in a visit's folder; two files of one name lie apart, and equal ones are one.

    Args:
        given: path of the uploaded file, or of one that is kept already.
        folder: of the visit.

    Raises:
        InputFileError: there is no such file.
    """
    source = Path(given)
    if source.is_relative_to(folder / "given"):
        return source
    if not source.is_file():
        raise InputFileError(f"{source} does not exist.", "Give the file again.")
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


def felt_recording(request: FilmRequest, folder: Path) -> tuple[Path, str]:
    """The recording that speaks in a request, given the emotions of its script: same words, same speaker.

    Args:
        request: whose script says the recording's words.
        folder: of the visit.

    Returns:
        The path of the new recording, and what is told of it. A new one is made of the first recording again.

    Raises:
        RequestError: no recording speaks, or the request is wrong.
        InputFileError: the recording cannot be used.
    """
    from studio.recordings.speaking import RecordingRequest, speak_recording

    name = request.engine("speech")
    if name.engine != "recording" or not name.model:
        raise RequestError("No recording speaks in this film.", "Give one first.")
    original = _original(keep_file(str(Path(name.model).expanduser()), folder))
    out = original.parent / f"{_FELT}{request.key[:8]}" / f"{original.stem}.wav"
    out.parent.mkdir(parents=True, exist_ok=True)
    plain = request.emotion.strip().casefold() != "auto"
    emotion = parse_emotion(request.emotion) if plain else Emotion.neutral()
    wanted = RecordingRequest(
        original, emotion, 1.0, script_of(request), adjustments=request.adjustments, seed=request.seed
    )
    said = speak_recording(wanted, out)
    (out.parent / _FROM).write_text(str(original), encoding="utf-8")
    alike = said.likeness
    return out, note(
        f"{original.name} now says it with the script’s emotions; {alike.after:.2f} alike to the speaker"
        f" (one person {alike.same:.2f}, two people {alike.different:.2f}). Change the script, and do it again."
    )


def _original(path: Path) -> Path:
    """The recording that one with emotions was made of, or the one itself."""
    source = path.parent / _FROM
    return Path(source.read_text(encoding="utf-8")) if source.exists() else path


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
