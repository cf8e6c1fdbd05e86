"""The command ``affect``: parses, calls the studio, presents. Heavy packages are imported inside the commands."""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys

import typer

from conditioning.errors import AffectError
from studio.cli.batch import batch
from studio.cli.bench import bench
from studio.cli.create import animate, create
from studio.cli.dub import dub
from studio.cli.emotions import emotions
from studio.cli.engines import engines
from studio.cli.label import label
from studio.cli.recordings import anonymise
from studio.cli.score import score
from studio.cli.sense import sense
from studio.cli.single import compose, paint, speak
from studio.cli.steer import steer
from studio.cli.studio import studio
from studio.cli.train import train

__all__ = ["app", "run"]

app = typer.Typer(
    name="affect",
    help="Say an emotion once: a voice, a face, music and moving pictures carry it together, and judges measure it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    create,
    speak,
    animate,
    compose,
    paint,
    anonymise,
    dub,
    score,
    label,
    sense,
    emotions,
    engines,
    batch,
    studio,
    train,
):
    app.command()(command)
app.add_typer(bench)
app.add_typer(steer)


def run() -> None:
    """Run the command line; every wrong input ends with one sentence and its exit code."""
    atexit.register(
        gc.freeze
    )  # the memory goes back as a whole: to look for cycles in it first takes half a second
    try:
        app()
    except AffectError as error:
        if "--json" in sys.argv:
            fault = {"error": error.message, "remedy": error.remedy, "exit_code": error.exit_code}
            print(json.dumps(fault, ensure_ascii=False))
        print(f"affect: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # a fault of ours: one sentence for people, the trace for who asks for it
        if os.environ.get("AFFECT_TRACE"):
            raise
        print(f"affect: {type(error).__name__}: {error} This is a fault of the studio.", file=sys.stderr)
        print("Run it again with AFFECT_TRACE=1 for the trace, and report it.", file=sys.stderr)
        sys.exit(1)
