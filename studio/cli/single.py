"""``affect speak``, ``affect compose`` and ``affect paint``: one medium alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conditioning.errors import RequestError
from studio.cli import options as o
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.request import FilmRequest
    from studio.studio import Tracks

__all__ = ["compose", "paint", "speak"]

Wav = Annotated[Path, typer.Option("--out", "-o", help="The sound, .wav.")]
Mp4 = Annotated[Path, typer.Option("--out", "-o", help="The film, .mp4.")]


def speak(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Wav = Path("out/speech.wav"),
    emotion: o.Mood = "neutral",
    seed: o.Seed = 0,
    voice: o.Voice = "",
    language: o.Language = "en",
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    prosody: o.Prosody = "actors",
    json: o.Json = False,
) -> None:
    """Say a script."""
    values = {
        "script": o.read_script(script, text), "emotion": emotion, "media": ("speech",), "seed": seed,
        "voice": voice, "language": language,
    }  # fmt: skip
    request = o.request_of(values, engine, fader, shape, prosody)
    tracks = _tracks(request, out, ".wav")
    assert tracks.speech is not None, "speech was asked for"
    from studio.encode import write_wav

    write_wav(out, tracks.speech.audio)
    _told(out, request, tracks, json)


def compose(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Wav = Path("out/music.wav"),
    emotion: o.Mood = "neutral",
    seconds: o.Seconds = 0.0,
    seed: o.Seed = 0,
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    json: o.Json = False,
) -> None:
    """Compose music for an emotion, or along the marks of a script; MIDI and MusicXML lie beside the sound."""
    values = {
        "script": o.read_script(script, text, needed=False), "emotion": emotion, "media": ("music",), "seed": seed,
        "seconds": seconds or (0.0 if script or text else 20.0),
    }  # fmt: skip
    request = o.request_of(values, engine, fader, shape)
    tracks = _tracks(request, out, ".wav")
    assert tracks.music is not None, "music was asked for"
    from studio.encode import write_wav, written
    from studio.tracks import write_midi

    write_wav(out, tracks.music.audio)
    if tracks.music.score is not None:
        write_midi(out.with_suffix(".mid"), tracks.music)
    if tracks.music.musicxml is not None:
        with written(out.with_suffix(".musicxml")) as part:
            tracks.music.musicxml(part)
    _told(out, request, tracks, json)


def paint(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Mp4 = Path("out/scene.mp4"),
    emotion: o.Mood = "neutral",
    seconds: o.Seconds = 0.0,
    seed: o.Seed = 0,
    scene: o.Scene = "",
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    format: o.Format = "16:9",
    height: o.Height = 720,
    json: o.Json = False,
) -> None:
    """Paint moving pictures for an emotion, or along the marks of a script."""
    values = {
        "script": o.read_script(script, text, needed=False), "emotion": emotion, "media": ("video",), "seed": seed,
        "scene": scene, "format": format, "height": height, "seconds": seconds or (0.0 if script or text else 10.0),
    }  # fmt: skip
    request = o.request_of(values, engine, fader, shape)
    from studio.encode import write_film

    with working() as (progress, cancel):
        tracks = _made(request, out, ".mp4", progress, cancel)
        assert tracks.video is not None, "pictures were asked for"
        count = round(tracks.duration * request.fps)

        def frames() -> Any:
            from generators.base import Job

            job = Job(0, progress, cancel)
            for i, picture in enumerate(tracks.video.frames()):  # type: ignore[union-attr]
                job.step(i, count, f"drawing frame {i + 1} of {count}")
                yield picture

        write_film(out, frames(), request.size, request.fps, None)
    _told(out, request, tracks, json)


def _tracks(request: FilmRequest, out: Path, ending: str) -> Tracks:
    with working() as (progress, cancel):
        return _made(request, out, ending, progress, cancel)


def _made(request: FilmRequest, out: Path, ending: str, progress: Any, cancel: Any) -> Tracks:
    from studio.encode import check_writable
    from studio.stages import Stages
    from studio.studio import Studio

    if out.suffix.lower() != ending:
        raise RequestError(f"{out.name!r} does not end in {ending}.", f"Give a name that ends in {ending}.")
    check_writable(out)
    return Studio().tracks(request, Stages(dict.fromkeys(request.media, 1.0), progress, cancel))


def _told(out: Path, request: FilmRequest, tracks: Tracks, as_json: bool) -> None:
    """Say what was made."""
    medium = request.media[0]
    fulfilment: Mapping[str, Any] = {a.name: a.status for a in getattr(tracks, medium).fulfilment}
    if as_json:
        print(json.dumps({"out": str(out), "seconds": round(tracks.duration, 3), "fulfilment": fulfilment}))
    else:
        print(f"{out}  {tracks.duration:.1f} s  " + ", ".join(f"{k} {v}" for k, v in fulfilment.items()))
