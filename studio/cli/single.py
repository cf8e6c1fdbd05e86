"""``affect speak``, ``affect compose`` and ``affect paint``: one medium alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli import options as o
from studio.cli import recordings as r
from studio.cli import weights_options as w
from studio.cli.progress import working

if TYPE_CHECKING:
    from generators.base import Audio, Fulfilment
    from studio.request import FilmRequest
    from studio.studio import Tracks

__all__ = ["compose", "paint", "speak"]

Sound = Annotated[Path, typer.Option("--out", "-o", help="The sound: .wav, .flac, .mp3, .ogg or .opus.")]
Stream = Annotated[
    str, typer.Option(help="Write the sound to standard output as it is spoken: wav, or raw (16 bit, mono).")
]
Mp4 = Annotated[Path, typer.Option("--out", "-o", help="The film, .mp4.")]


def speak(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Sound = Path("out/speech.wav"),
    emotion: o.Mood = "neutral",
    seed: o.Seed = 0,
    voice: o.Voice = "",
    style: o.Style = "",
    language: o.Language = "en",
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    prosody: o.Prosody = "actors",
    stream: Stream = "",
    lexicon: o.Lexicon = "",
    loudness: o.Loudness = None,
    times: o.Times = [],  # noqa: B006
    voice_from: r.VoiceFrom = None,
    strength: r.Strength = 1.0,
    prosody_from: r.ProsodyFrom = None,
    like: r.Like = None,
    like_neutral: r.LikeNeutral = None,
    json: o.Json = False,
) -> None:
    """Say a script (text with marks, subtitles, SSML or EmotionML), or give a recording another emotion."""
    from studio.encode import check_ending
    from studio.sound_files import SOUND_ENDINGS, peak_for, write_sound
    from studio.speech_times import TIMES_ENDINGS, write_times

    check_ending(out, *SOUND_ENDINGS)
    for path in times:
        check_ending(path, *TIMES_ENDINGS)
    values = {
        "script": o.read_script(script, text, needed=voice_from is None), "emotion": emotion, "media": ("speech",),
        "seed": seed, "voice": voice, "style": style, "language": language, "lexicon": o.lexicon_text(lexicon),
    }  # fmt: skip
    values, liking = r.liked(like, like_neutral, values)
    request = o.request_of(values, engine, fader, shape, prosody)
    if liking is not None:
        request = request.model_copy(update={"faders": {**liking.prosody, **request.faders}})
    r.check_recording_options(voice_from, prosody_from, strength)
    if voice_from is not None:
        r.speak_recorded(request, voice_from, prosody_from, strength, liking, out, json)
        return
    if stream:
        _streamed(request, stream)
        return
    if out.suffix.lower() == ".wav" and loudness is None and not times:
        _written_as_it_comes(request, out, json)
        return
    audio = _at_loudness(loudness)
    tracks = _tracks(request, out, *SOUND_ENDINGS)
    assert tracks.speech is not None, "speech was asked for"
    write_sound(out, audio(tracks.speech.audio, peak_for(out)))
    for path in times:
        write_times(path, tracks.speech, tracks.script)
    _told(out, request, tracks, json)


def _streamed(request: FilmRequest, form: str) -> None:
    """Speech to standard output while it is spoken."""
    from studio.spoken import spoken, stream_to
    from studio.stages import Stages

    with working() as (progress, cancel):
        sound = spoken(request, Stages({"speech": 1.0}, progress, cancel), at_once=True)
        stream_to(sys.stdout.buffer, sound, form)


def _written_as_it_comes(request: FilmRequest, out: Path, as_json: bool) -> None:
    """Speech to a file while it is spoken, so that memory stays flat however long it is."""
    from studio.encode import check_writable
    from studio.spoken import spoken, write_wav_as_it_comes
    from studio.stages import Stages

    check_writable(out)
    with working() as (progress, cancel):
        sound = spoken(request, Stages({"speech": 1.0}, progress, cancel))
        seconds = write_wav_as_it_comes(out, sound)
    _said(out, seconds, sound.fulfilment, as_json)


def compose(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Sound = Path("out/music.wav"),
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
    from studio.sound_files import SOUND_ENDINGS
    from studio.tracks import write_music

    tracks = _tracks(request, out, *SOUND_ENDINGS)
    assert tracks.music is not None, "music was asked for"
    write_music(out, tracks.music)
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
    adapter: w.Adapter = "",
    lora: w.LoraFile = "",
    steer_schedule: w.Schedule = "",
    json: o.Json = False,
) -> None:
    """Paint moving pictures for an emotion, or along the marks of a script."""
    values = {
        "script": o.read_script(script, text, needed=False), "emotion": emotion, "media": ("video",), "seed": seed,
        "scene": scene, "format": format, "height": height, "seconds": seconds or (0.0 if script or text else 10.0),
    }  # fmt: skip
    engine = w.with_weights_options(engine, "video", adapter=adapter, lora=lora, schedule=steer_schedule)
    request = o.request_of(values, engine, fader, shape)
    from studio.encode import write_film

    with working() as (progress, cancel):
        tracks = _made(request, out, (".mp4",), progress, cancel)
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


def _at_loudness(loudness: float | None) -> Callable[[Audio, float], Audio]:
    """What brings sound to a loudness under a true peak; without one it stays as it is. A wrong one is told at once."""
    if loudness is None:
        return lambda audio, peak: audio
    from studio.loudness import check_loudness, to_loudness

    check_loudness(loudness)
    return lambda audio, peak: to_loudness(audio, loudness, peak)


def _tracks(request: FilmRequest, out: Path, *endings: str) -> Tracks:
    with working() as (progress, cancel):
        return _made(request, out, endings, progress, cancel)


def _made(request: FilmRequest, out: Path, endings: Sequence[str], progress: Any, cancel: Any) -> Tracks:
    from studio.encode import check_ending, check_writable
    from studio.stages import Stages
    from studio.studio import Studio

    check_ending(out, *endings)
    check_writable(out)
    return Studio().tracks(request, Stages(dict.fromkeys(request.media, 1.0), progress, cancel))


def _told(out: Path, request: FilmRequest, tracks: Tracks, as_json: bool) -> None:
    """Say what was made."""
    _said(out, tracks.duration, getattr(tracks, request.media[0]).fulfilment, as_json)


def _said(out: Path, seconds: float, aspects: Fulfilment, as_json: bool) -> None:
    fulfilment: Mapping[str, Any] = {a.name: a.status for a in aspects}
    ignored = [a.why for a in aspects if a.status == "ignored"]
    if as_json:
        values = {"out": str(out), "seconds": round(seconds, 3), "fulfilment": fulfilment, "ignored": ignored}
        print(json.dumps(values, ensure_ascii=False))
        return
    print(f"{out}  {seconds:.1f} s  " + ", ".join(f"{k} {v}" for k, v in fulfilment.items()))
    for why in ignored:
        print(f"  ignored: {why}")
