"""``affect create`` and ``affect animate``: films out of scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conditioning.errors import RequestError
from studio.cli import options as o
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.request import FilmRequest
    from studio.studio import Film

__all__ = ["animate", "create"]

Out = Annotated[
    Path, typer.Option("--out", "-o", help="The film, .mp4; its record and tracks take its name.")
]
Media = Annotated[str, typer.Option(help="What is made: speech,face,music,video or fewer.")]
Captions = Annotated[bool, typer.Option("--captions/--no-captions", help="Write the words into the picture.")]
JudgeIt = Annotated[bool, typer.Option("--judge/--no-judge", help="Let the judges read the result.")]
Fps = Annotated[float, typer.Option(help="Frames a second.")]


def create(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Out = Path("out/film.mp4"),
    emotion: o.Mood = "neutral",
    media: Media = "speech,face,music,video",
    seed: o.Seed = 0,
    voice: o.Voice = "",
    style: o.Style = "",
    character: o.Character = "",
    scene: o.Scene = "",
    language: o.Language = "en",
    engine: o.Engine = [],  # noqa: B006 - typer needs the list itself
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    lexicon: o.Lexicon = "",
    prosody: o.Prosody = "actors",
    captions: Captions = True,
    format: o.Format = "16:9",
    height: o.Height = 720,
    fps: Fps = 25.0,
    seconds: o.Seconds = 0.0,
    judge: JudgeIt = True,
    json: o.Json = False,
) -> None:
    """Make a film: voice, talking head, music and background from one script."""
    wanted = tuple(name.strip() for name in media.split(",") if name.strip())
    values = {
        "script": o.read_script(script, text, needed="speech" in wanted),
        "emotion": emotion, "media": wanted, "seed": seed, "voice": voice, "style": style,
        "character": character, "scene": scene,
        "language": language, "captions": captions, "format": format, "height": height, "fps": fps,
        "seconds": seconds, "judge": judge, "lexicon": o.lexicon_text(lexicon),
    }  # fmt: skip
    _film(o.request_of(values, engine, fader, shape, prosody), out, json)


def animate(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: Out = Path("out/head.mp4"),
    emotion: o.Mood = "neutral",
    seed: o.Seed = 0,
    voice: o.Voice = "",
    style: o.Style = "",
    character: o.Character = "",
    plan: o.Plan = "",
    write_plan: o.PlanOut = None,
    head_style: o.HeadMotion = "",
    language: o.Language = "en",
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    prosody: o.Prosody = "actors",
    format: o.Format = "1:1",
    height: o.Height = 720,
    judge: JudgeIt = True,
    json: o.Json = False,
) -> None:
    """Make a talking head alone, over plain grey."""
    values = {
        "script": o.read_script(script, text), "emotion": emotion, "media": ("speech", "face"), "seed": seed,
        "voice": voice, "style": style, "character": character, "language": language, "captions": False,
        "format": format, "height": height, "judge": judge, "plan": o.plan_text(plan), "head_style": head_style,
    }  # fmt: skip
    _film(o.request_of(values, engine, fader, shape, prosody), out, json, write_plan)


def _film(request: FilmRequest, out: Path, as_json: bool, plan: Path | None = None) -> None:
    from studio.encode import check_writable
    from studio.studio import Studio

    if plan is not None:
        check_writable(plan)
    with working() as (progress, cancel):
        film = Studio().create(request, out, progress=progress, cancel=cancel)
    if plan is not None:
        _write_plan(film, plan)
    if as_json:
        print(json.dumps(film.record, ensure_ascii=False))
        return
    from studio.cli.report import print_film

    print_film(film)


def _write_plan(film: Film, path: Path) -> None:
    """Write the plan that a film's face followed.

    Raises:
        RequestError: the face engine gives none.
        OutputError: the file cannot be written.
    """
    from studio.encode import written

    face = film.tracks.face
    if face is None or face.plan is None:
        raise RequestError("This face engine gives no plan.", "Leave --write-plan out, or take face=head.")
    with written(path) as part:
        part.write_text(face.plan(), encoding="utf-8")
