"""``affect train``: rebuild a judge from its corpora."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.progress import working

__all__ = ["train"]

Name = Annotated[str, typer.Argument(help="What to train, such as judge-speech.")]
Data = Annotated[Path, typer.Option(help="Folder of the corpora.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder of the weights and the card; the shipped one if not given."),
]


def train(name: Name, data: Data = Path("../shared/data"), out: Out = None) -> None:
    """Train a judge on people and write its weights and its card."""
    from importlib import import_module

    from conditioning.assets import asset
    from conditioning.errors import InputFileError, UnknownNameError
    from studio.training import RECIPES

    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
    if not data.is_dir():
        raise InputFileError(
            f"The folder {data} does not exist.", "Give the folder of the corpora with --data."
        )
    module, _, function = RECIPES[name].partition(":")
    folder = out or asset("judges") / name.removeprefix("judge-")
    with working() as (progress, _):
        card = getattr(import_module(module), function)(data, folder, progress)
    print(f"{folder}: balanced accuracy {card.accuracy:.3f} on held-out people, chance {card.chance:.3f}")
