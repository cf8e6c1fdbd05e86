"""``affect train``: rebuild a judge or the actors' prosody from corpora, or the encoder from the vocabularies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.progress import working

__all__ = ["shipped_folder", "train"]

Name = Annotated[str, typer.Argument(help="What to train: judge-speech, judge-text …, prosody, or encoder.")]
Data = Annotated[Path, typer.Option(help="Folder of the corpora; the encoder needs none.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder of the weights and the card; the shipped one if not given."),
]


def train(name: Name, data: Data = Path("../shared/data"), out: Out = None) -> None:
    """Train a judge on people, measure the prosody of actors, or train the encoder on the vocabularies."""
    from importlib import import_module

    from conditioning.errors import InputFileError, UnknownNameError
    from studio.training import RECIPES

    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
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
