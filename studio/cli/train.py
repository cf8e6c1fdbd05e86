"""``affect train``: rebuild a judge, the actors' prosody or the encoder; or train something on top of an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli import options as o
from studio.cli import train_on_top as t
from studio.cli.progress import working

__all__ = ["shipped_folder", "train"]

Name = Annotated[
    str,
    typer.Argument(
        help="What to train: judge-speech, judge-text …, prosody, encoder; or adapter, lora on top of --model."
    ),
]
Data = Annotated[
    Path,
    typer.Option(
        help="Folder of the corpora, for adapter and lora of your pictures; the encoder needs none."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder of the weights and the card, the shipped one if not given; for adapter and lora the file.",
    ),
]


def train(
    name: Name,
    data: Data = Path("../shared/data"),
    out: Out = None,
    model: t.Model = "",
    labels: t.Labels = None,
    steps: t.Steps = 0,
    seed: o.Seed = 0,
    side: t.Side = 0,
    emotion: t.Only = "",
) -> None:
    """Train a judge, the prosody of actors, the encoder, or an adapter or LoRA for an engine on your labelled pictures.

    For instance: affect train adapter --model video=sd:FOLDER --data PICTURES -o mine.safetensors
    """
    from importlib import import_module

    from conditioning.errors import InputFileError, RequestError, UnknownNameError
    from studio.training import RECIPES

    if name in t.ON_TOP:
        t.train_on_top(name, model, data, labels, out, steps=steps, seed=seed, side=side, emotion=emotion)
        return
    if name not in RECIPES:
        raise UnknownNameError("recipe", name, (*RECIPES, *t.ON_TOP))
    if model or labels:
        raise RequestError(
            f"{name} takes no --model and no --labels.", f"They are for {' and '.join(t.ON_TOP)}."
        )
    if name != "encoder" and not data.is_dir():
        raise InputFileError(
            f"The folder {data} does not exist.", "Give the folder of the corpora with --data."
        )
    module, _, function = RECIPES[name].partition(":")
    folder = out or shipped_folder(name)
    with working() as (progress, _):
        card = getattr(import_module(module), function)(data, folder, progress)
    print(f"{folder}: {card.summary}")


def shipped_folder(name: str) -> Path:
    """Where what a recipe makes is shipped: the tuning judges below ``judges/tuning``, the others in ``judges``; prosody by the voices."""
    from conditioning.assets import asset

    if name == "prosody":
        return asset("voices")
    family, found, medium = name.rpartition("judge-")
    if not found:
        return asset(name)
    return asset("judges") / ("tuning" if family else "") / medium.replace("-", "_")
