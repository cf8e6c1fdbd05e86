"""``affect create`` and ``affect animate``: films out of scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conditioning.errors import RequestError
from studio.cli import options as o
from studio.cli import recordings as r
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.request import FilmRequest
    from studio.studio import Film

__all__ = ["animate", "create"]

Out = Annotated[
    Path, typer.Option("--out", "-o", help="The film, .mp4; its record and tracks take its name.")
]
FaceOut = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        help="A film .mp4, a transparent .gif, .webp, .png (moving) or NAME%04d.png, curves .csv (Live Link) or .json, "
        "a head .glb or .gltf, a VRM animation .vrma, or a folder .wan for neural renderers.",
    ),
]
Track = Annotated[
    str, typer.Option("--track", help="A face track to play: .csv of Live Link Face, or .json.")
]
Driving = Annotated[
    str,
    typer.Option("--driving", help="A film whose face is followed; --emotion changes it, its speech stays."),
]
Keeps = Annotated[
    str,
    typer.Option(
        "--keep",
        help="What of the track is kept: all, or speech under the emotion; all where no emotion is asked.",
    ),
]
Layout = Annotated[
    str, typer.Option(help="How the head stands in the picture: portrait, circle, lower third or full.")
]
Faces = Annotated[
    str,
    typer.Option(help="auto shows all speakers of a script that has two to six; one shows a single head."),
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
    plan: o.Plan = "",
    head_style: o.HeadMotion = "",
    camera: o.Camera = "",
    scene: o.Scene = "",
    language: o.Language = "en",
    engine: o.Engine = [],  # noqa: B006 - typer needs the list itself
    fader: o.Fader = [],  # noqa: B006
    shape: o.Shape = [],  # noqa: B006
    lexicon: o.Lexicon = "",
    prosody: o.Prosody = "actors",
    captions: Captions = True,
    layout: Layout = "portrait",
    faces: Faces = "auto",
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
        "seconds": seconds, "judge": judge, "lexicon": o.lexicon_text(lexicon), "layout": layout, "faces": faces,
        "plan": o.plan_text(plan), "head_style": head_style, "camera": camera,
    }  # fmt: skip
    _film(o.request_of(values, engine, fader, shape, prosody), out, json)


def animate(
    script: o.ScriptFile = "",
    text: o.Text = "",
    out: FaceOut = Path("out/head.mp4"),
    emotion: o.Mood = "neutral",
    voice_from: r.SpokenBy = None,
    track: Track = "",
    driving: Driving = "",
    keep: Keeps = "",
    seed: o.Seed = 0,
    voice: o.Voice = "",
    style: o.Style = "",
    character: o.Character = "",
    plan: o.Plan = "",
    write_plan: o.PlanOut = None,
    head_style: o.HeadMotion = "",
    camera: o.Camera = "",
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
    """Make a talking head alone, over plain grey; or give its movement and its pictures to other programs."""
    from studio.cli.faces import one_take, write_face

    take = one_take(track, driving)
    if take and voice_from is not None:
        raise RequestError(
            "A take is followed, and a recording is to be spoken by the face.",
            "Give --track or --driving, or --voice-from.",
        )
    if write_plan is not None and (take or out.suffix.casefold() != ".mp4"):
        raise RequestError(
            "A plan is written for a film of the studio's own movement.", "Leave out --write-plan."
        )
    media = ("face",) if take and not (script or text) else ("speech", "face")
    values = {
        "script": o.read_script(script, text, needed=not take and voice_from is None),
        "emotion": emotion, "media": media, "seed": seed, "take": take, "keeps": keep, "voice": voice, "style": style,
        "character": character, "language": language, "captions": False, "format": format, "height": height,
        "judge": judge, "plan": o.plan_text(plan), "head_style": head_style, "camera": camera,
    }  # fmt: skip
    values, engine = r.with_recording(voice_from, values, engine)
    if out.suffix.casefold() == ".mp4":
        _film(o.request_of(values, engine, fader, shape, prosody), out, json, write_plan)
        return
    small = {**values, "height": max(height, 144)}  # films have a smallest height, stickers are smaller
    write_face(o.request_of(small, engine, fader, shape, prosody), height, out, json)


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
