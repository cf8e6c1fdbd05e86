"""``affect score``: what the judges read in a file."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from studio.cli import options as o

__all__ = ["score"]

Media = Annotated[Path, typer.Argument(help="Sound, picture, film or MIDI file.")]
Asked = Annotated[str, typer.Option("--asked", help="The emotion that was asked for.")]


def score(file: Media, asked: Asked = "", json: o.Json = False) -> None:
    """Let the judges read a file: wav and flac as voice, mid as music, png and jpg as face and picture, mp4 as all."""
    from conditioning.parsing import parse_emotion
    from studio.sense import read_file

    wanted = parse_emotion(asked) if asked else None
    scorecard = read_file(file, wanted)
    if json:
        from studio.provenance import scorecard_record

        print(json_format.dumps(scorecard_record(scorecard), ensure_ascii=False))
        return
    from studio.cli.report import print_scorecard

    print_scorecard(scorecard)
