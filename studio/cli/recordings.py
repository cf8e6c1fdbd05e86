"""``affect anonymise``, and what ``affect speak`` does with recordings."""

from __future__ import annotations

import json as json_format
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conditioning.errors import RequestError
from studio.cli import options as o
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.recordings.likeness import Liking
    from studio.request import FilmRequest

__all__ = [
    "Like", "LikeNeutral", "ProsodyFrom", "SpokenBy", "Strength", "VoiceFrom", "anonymise", "check_recording_options",
    "liked", "speak_recorded", "with_recording",
]  # fmt: skip

VoiceFrom = Annotated[
    Path | None,
    typer.Option("--voice-from", help="A recording to be given the emotion: same words, same speaker."),
]
SpokenBy = Annotated[
    Path | None,
    typer.Option(
        "--voice-from",
        help="A recording that the face speaks, sound or film; with --text its words are aligned, without they are heard. "
        "--emotion auto reads the emotion in the voice.",
    ),
]
ProsodyFrom = Annotated[
    Path | None,
    typer.Option(
        "--prosody-from", help="Another recording of the same words: its prosody is laid over --voice-from."
    ),
]
Strength = Annotated[
    float, typer.Option(help="With --voice-from: on the intensity, -1 to 1; below 0 the opposite way.")
]
Like = Annotated[Path | None, typer.Option("--like", help="A clip: its emotion is read and used.")]
LikeNeutral = Annotated[
    Path | None,
    typer.Option(
        "--like-neutral",
        help="The voice of --like without emotion: its prosody is measured against it and used too.",
    ),
]
Recording = Annotated[Path, typer.Argument(help="Sound or film in which somebody speaks.")]
Sound = Annotated[
    Path,
    typer.Option(
        "--out", "-o", help="The sound: .wav, .flac, .mp3, .ogg or .opus; its record takes its name."
    ),
]


def anonymise(
    recording: Recording,
    out: Sound = Path("out/anonymous.wav"),
    seed: o.Seed = 0,
    json: o.Json = False,
) -> None:
    """Change who speaks in a recording and keep the emotion; both judges' readings and the likeness are told."""
    from studio.encode import check_ending
    from studio.recordings.anonymising import anonymise as change
    from studio.sound_files import SOUND_ENDINGS

    check_ending(out, *SOUND_ENDINGS)
    with working() as (progress, cancel):
        found = change(recording, out, seed, progress=progress, cancel=cancel)
    if json:
        print(json_format.dumps(found.record, ensure_ascii=False))
        return
    print(f"{found.path}  {found.audio.duration:.1f} s")
    print("\n".join(found.rows))


def liked(
    like: Path | None, neutral: Path | None, values: Mapping[str, Any]
) -> tuple[dict[str, Any], Liking | None]:
    """The values of a request with the emotion and prosody of a clip, and what was read in it.

    Raises:
        RequestError: an emotion is given beside the clip, or a neutral voice without one.
    """
    if like is None:
        if neutral is not None:
            raise RequestError(
                "--like-neutral is given without --like.", "Give the clip with the emotion too."
            )
        return dict(values), None
    if values["emotion"] != "neutral":
        raise RequestError(
            "An emotion and a clip to take it from are both given.", "Give --emotion or --like."
        )
    from studio.recordings.likeness import liking

    found = liking(like, neutral)
    typer.echo(found.sentence, err=True)
    return {**values, "emotion": str(found.emotion)}, found


def with_recording(
    voice_from: Path | None, values: Mapping[str, Any], engine: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """The values and engines of a request whose speech is a recording; both as they are without one.

    Raises:
        RequestError: a speech engine is asked for as well.
        InputFileError: the recording cannot be used.
    """
    if voice_from is None:
        return dict(values), list(engine)
    if any(text.startswith("speech=") for text in engine):
        raise RequestError("A speech engine and --voice-from are both given.", "Give one of them.")
    from studio.recordings.voice import UNKNOWN_LANGUAGE, UNKNOWN_TEXT

    changed = dict(values)
    if changed["emotion"].strip().casefold() == "auto":
        from studio.recordings.likeness import liking_if_read

        read = liking_if_read(voice_from)
        unread = f"No emotion is surely read in {voice_from.name}, so the face stays neutral; name one with --emotion."
        typer.echo(read.sentence if read else unread, err=True)
        changed["emotion"] = str(read.emotion) if read else "neutral"
    if not changed["script"].strip():
        changed |= {"script": UNKNOWN_TEXT, "language": UNKNOWN_LANGUAGE}
    return changed, [*engine, f"speech=recording:{voice_from}"]


def speak_recorded(
    request: FilmRequest, voice_from: Path, prosody_from: Path | None, strength: float, like: Liking | None,
    out: Path, as_json: bool,
) -> None:  # fmt: skip
    """Give a recording another emotion and say what became of it.

    Raises:
        RequestError: the emotion leads along a way, or the output is no sound.
    """
    from conditioning.emotion import Emotion
    from conditioning.parsing import parse_emotion
    from studio.encode import check_ending
    from studio.recordings.speaking import RecordingRequest, speak_recording
    from studio.script_source import script_of
    from studio.sound_files import SOUND_ENDINGS
    from studio.text_emotion import emotion_of_text

    check_ending(out, *SOUND_ENDINGS)
    script = script_of(request) if request.script.strip() else None
    plain = script is None or request.emotion.strip().casefold() != "auto"
    emotion = parse_emotion(request.emotion, reader=emotion_of_text) if plain else Emotion.neutral()
    wanted = RecordingRequest(
        voice_from, emotion, strength, script, prosody_from, request.adjustments, like, request.seed
    )
    with working() as (progress, cancel):
        said = speak_recording(wanted, out, progress=progress, cancel=cancel)
    if as_json:
        print(json_format.dumps(said.record, ensure_ascii=False))
        return
    print(f"{out}  {said.track.audio.duration:.1f} s  of the same speaker: {said.likeness.after:.2f} alike "
          f"(one person {said.likeness.same:.2f}, two people {said.likeness.different:.2f})")  # fmt: skip


def check_recording_options(voice_from: Path | None, prosody_from: Path | None, strength: float) -> None:
    """Refuse what only makes sense with a recording.

    Raises:
        RequestError: there is none.
    """
    if voice_from is None and (prosody_from is not None or strength != 1.0):
        name = "--prosody-from" if prosody_from is not None else "--strength"
        raise RequestError(
            f"{name} is given without --voice-from.", "Give the recording that is to be moved."
        )
