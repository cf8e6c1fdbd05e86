"""``affect train adapter`` and ``affect train lora``: what a user's labelled pictures teach, on top of an engine's weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conditioning.errors import Cancelled, RequestError
from studio.cli.progress import working

__all__ = ["ON_TOP", "Labels", "Model", "Only", "Side", "Steps", "train_on_top"]

ON_TOP = ("adapter", "lora")

Model = Annotated[
    str, typer.Option("--model", help="adapter, lora: the engine with its weights, video=sd:FOLDER.")
]
Labels = Annotated[
    Path | None,
    typer.Option(
        "--labels", help="adapter, lora: table with columns path and emotion; labels.csv in --data."
    ),
]
Steps = Annotated[
    int, typer.Option("--steps", help="adapter, lora: steps of training; 0 for the usual.", min=0)
]
Side = Annotated[
    int, typer.Option("--side", help="adapter, lora: pixels of a picture's side; 0 for the model's.", min=0)
]
Only = Annotated[
    str, typer.Option("--emotion", "-e", help="lora: the one emotion that it stands for; all if not given.")
]


def train_on_top(
    name: str,
    model: str,
    data: Path,
    labels: Path | None,
    out: Path | None,
    *,
    steps: int,
    seed: int,
    side: int,
    emotion: str,
) -> None:
    """Train one of ``ON_TOP`` and say what it brings.

    Raises:
        RequestError: an option is missing, or does not go with the others.
    """
    import sys

    from generators.base import Job
    from studio.encode import check_ending
    from studio.training.on_top import TrainingRequest

    if not model:
        raise RequestError(f"No model is named for the {name}.", "Name one: --model video=sd:FOLDER.")
    if emotion and name != "lora":
        raise RequestError("An adapter serves all emotions.", "Leave --emotion out, or train a lora.")
    file = out or Path("out") / f"{name}.safetensors"
    check_ending(file, ".safetensors")
    table = labels or data / "labels.csv"
    request = TrainingRequest(model, data, table, file, steps, seed, side, emotion)
    try:
        with working() as (progress, cancel):
            told = _recipe(name)(request, Job(seed, progress, cancel))
    except Cancelled:
        print(
            f"Stopped; {file}.state holds what was learned. The same command goes on from there.",
            file=sys.stderr,
        )
        raise
    gain = 1 - told.held_out_after / told.held_out_before if told.held_out_before else 0.0
    print(
        f"{file}: held-out loss {told.held_out_before:.4f} before, {told.held_out_after:.4f} after {told.steps} steps "
        f"({gain:.0%} less). Use it by --engine '{told.engine}:FOLDER?{name}={file}'."
    )


def _recipe(name: str):  # type: ignore[no-untyped-def]
    if name == "adapter":
        from studio.training.adapter import train_adapter

        return train_adapter
    from studio.training.lora import train_lora

    return train_lora
