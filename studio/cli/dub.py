"""``affect dub``: a film that speaks another script."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli import options as o
from studio.cli.progress import working

if TYPE_CHECKING:
    from studio.dubbing.dub import Dubbed

__all__ = ["dub"]

Film = Annotated[Path, typer.Argument(help="The film whose pictures stay.")]
Script = Annotated[
    str,
    typer.Option(
        "--script", help="What is said: text with marks, or subtitles (.srt); '-' is standard input."
    ),
]
Mp4 = Annotated[Path, typer.Option("--out", "-o", help="The film, .mp4; subtitles and record take its name.")]
Mood = Annotated[
    str,
    typer.Option(
        "--emotion",
        "-e",
        help="Emotion where none is marked; 'picture' reads it in the face, 'auto' in the words.",
    ),
]
Times = Annotated[
    str,
    typer.Option(
        help="When is spoken: srt, silence (where the sound pauses), mouth (where it moves), or auto."
    ),
]
Keep = Annotated[float, typer.Option("--keep-background", help="Share of the old sound that stays, 0 to 1.")]
Slowest = Annotated[float, typer.Option(help="Least speaking rate.")]
Fastest = Annotated[float, typer.Option(help="Greatest speaking rate; what does not fit at it is told.")]


def dub(
    film: Film,
    script: Script = "",
    text: o.Text = "",
    out: Mp4 = Path("out/dubbed.mp4"),
    emotion: Mood = "neutral",
    times: Times = "auto",
    keep_background: Keep = 0.0,
    slowest: Slowest = 0.6,
    fastest: Fastest = 1.4,
    voice: o.Voice = "",
    language: o.Language = "en",
    seed: o.Seed = 0,
    engine: o.Engine = [],  # noqa: B006
    fader: o.Fader = [],  # noqa: B006
    json: o.Json = False,
) -> None:
    """Speak a script over a film: fitted to its times by the speaking rate, the pictures untouched."""
    from studio.dubbing.dub import Dubbing
    from studio.dubbing.dub import dub as make
    from studio.dubbing.fitting import Limits
    from studio.encode import check_ending

    check_ending(out, ".mp4")
    values = {
        "script": o.read_script(script, text), "emotion": emotion, "media": ("speech",), "seed": seed, "voice": voice,
        "language": language,
    }  # fmt: skip
    request = o.request_of(values, engine, fader)
    wanted = Dubbing(film, request, times, Limits(slowest, fastest), keep_background)
    with working() as (progress, cancel):
        found = make(wanted, out, progress=progress, cancel=cancel)
    if json:
        print(json_format.dumps(found.record, ensure_ascii=False))
        return
    _told(found)


def _told(found: Dubbed) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("cue s", "spoken s", "off", "rate", "emotion", "text", "notes")
    for row in found.record["lines"]:
        asked, spoken = ("–".join(f"{x:.2f}" for x in row[key]) for key in ("asked", "spoken"))
        table.add_row(
            asked, spoken, f"{row['error']:+.1%}", f"{row['rate']:.2f}", " ".join(row["emotion"]), row["text"],
            "; ".join(row["notes"]),
        )  # fmt: skip
    Console().print(table)
    print(found.path)
