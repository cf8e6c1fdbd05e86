"""``affect bench``: figures of the studio's own parts, measured while you wait."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli import options as o

if TYPE_CHECKING:
    from conditioning.conversion import RoundTrip

__all__ = ["bench"]

bench = typer.Typer(name="bench", help="Measure parts of the studio.", no_args_is_help=True)

Of = Annotated[str, typer.Option("--of", help="Send this list's labels alone, and show every list in turn.")]


@bench.callback()
def _parts() -> None:
    """Measure parts of the studio."""


@bench.command()
def convert(of: Of = "", json: o.Json = False) -> None:
    """What each list of labels keeps of another's: every label is sent through the other list and read back."""
    from conditioning.conversion import round_trip_losses
    from conditioning.vocabulary import vocabulary, vocabulary_names

    if of:
        vocabulary(of)  # a wrong name is refused before any work
    through = (
        vocabulary_names()
        if of or json
        else [n for n in vocabulary_names() if vocabulary(n).kind == "engine"]
    )
    rows = round_trip_losses([of] if of else vocabulary_names(), through)
    if json:
        print(json_format.dumps([asdict(row) for row in rows]))
    elif of:
        _print_list(of, rows)
    else:
        _print_engines(through, rows)


def _print_list(of: str, rows: list[RoundTrip]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "through", "kept", "VAD", "KL", title=f"The {rows[0].labels} labels of {of}, sent and read back"
    )
    for row in sorted(rows, key=lambda row: -row.kept):
        table.add_row(row.through, f"{row.kept:.0%}", f"{row.vad:.2f}", f"{row.kl:.2f}")
    Console().print(table)


def _print_engines(through: list[str], rows: list[RoundTrip]) -> None:
    from rich.console import Console

    found = {(row.of, row.through): row for row in rows}
    print(
        "Share of labels that come back as themselves, and mean distance in VAD, through each engine's list.\n"
    )
    print(f"| list | {' | '.join(through)} |\n| --- |{' --- |' * len(through)}")
    for of in dict.fromkeys(row.of for row in rows):
        pairs = (found.get((of, name)) for name in through)
        print(f"| {of} | {' | '.join(f'{p.kept:.0%} {p.vad:.2f}' if p else '' for p in pairs)} |")
    Console().print("One list in full: affect bench convert --of NAME", style="dim")
