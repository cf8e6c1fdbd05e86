"""``affect sense``: one emotion out of files and words."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conditioning.errors import RequestError, UnknownNameError
from studio.cli import options as o

if TYPE_CHECKING:
    from studio.fusion import Fused, Source

__all__ = ["sense"]

_SOURCES = ("text", "speech", "face", "music", "video")

Files = Annotated[list[Path] | None, typer.Argument(help="Sounds, pictures, MIDI files, films.")]
Text = Annotated[str, typer.Option("--text", "-t", help="Words or emoji.")]
Weight = Annotated[
    list[str], typer.Option("--weight", help="How much a source counts: face=2, text=0.5 … (repeatable)")
]


def sense(files: Files = None, text: Text = "", weight: Weight = [], json: o.Json = False) -> None:  # noqa: B006
    """Read one emotion out of voices, faces, music, pictures and words together; give it to --emotion."""
    from studio.fusion import fuse
    from studio.sense import source_in_text, sources_in

    if not files and not text.strip():
        raise RequestError("Nothing is given to be read.", "Give files, or words with --text.")
    weights = dict(_weight(each) for each in weight)
    sources: dict[str, Source | None] = {}
    for file in files or []:
        sources |= sources_in(file, weights)
    if text.strip():
        sources["text"] = source_in_text(text, weights.get("text", 1.0))
    found = fuse(sources)
    if json:
        values = {
            "emotion": _written(found), "mixture": dict(found.emotion.mixture), "vad": asdict(found.emotion.felt),
            "error": found.error, "shares": found.shares, "missing": found.missing,
        }  # fmt: skip
        print(json_format.dumps(values, ensure_ascii=False))
    else:
        _print(found)


def _weight(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    if name not in _SOURCES:
        raise UnknownNameError("source", name, _SOURCES, "Write for instance face=2.")
    try:
        return name, float(value)
    except ValueError:
        raise RequestError(f"The weight {text!r} cannot be read.", "Write for instance face=2.") from None


def _written(found: Fused) -> str:
    from conditioning.parsing import write_emotion

    return write_emotion(found.emotion)


def _print(found: Fused) -> None:
    from rich.console import Console
    from rich.table import Table

    console, felt = Console(), found.emotion.felt
    console.print(f"[bold]{_written(found)}[/bold]")
    axes = zip(("valence", "arousal", "dominance"), felt.array(), found.error, strict=True)
    console.print("  ".join(f"{name} {value:+.2f} ± {error:.2f}" for name, value, error in axes))
    table = Table("source", "counts in valence", "arousal", "dominance")
    for name, shares in found.shares.items():
        table.add_row(name, *(f"{share:.0%}" for share in shares))
    for name in found.missing:
        table.add_row(name, "nothing read", "", "")
    console.print(table)
