"""``affect bench engines``: the fidelity set with every model that lies in a folder."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli import options as o

if TYPE_CHECKING:
    from studio.benchmark.local_engines import Measured

__all__ = ["engines"]

Models = Annotated[
    Path, typer.Option("--models", help="Folder of your models; every folder below it is looked at.")
]
Size = Annotated[str, typer.Option("--size", help="'quick' for a first look, 'full' for figures to quote.")]
Most = Annotated[
    int, typer.Option("--most", help="Pieces of each engine at most; 0 for all of the set.", min=0)
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the results, a folder for each engine.")]
Portrait = Annotated[str, typer.Option("--portrait", help="The portrait that face=wan-animate moves.")]

_COLUMNS = ("engine", "pieces", "read as asked", "chance", "intensity", "s a piece", "s to load", "MB")


def engines(
    models: Models,
    size: Size = "quick",
    most: Most = 0,
    out: Out = Path("out/engines"),
    portrait: Portrait = "",
    json: o.Json = False,
) -> None:
    """Measure every engine whose weights lie in a folder: what judges read in its pieces, time, and memory."""
    from generators.base import Job
    from studio.benchmark.local_engines import find_engines, measure
    from studio.cli.progress import working

    found = find_engines(models)
    if not found:
        print("[]" if json else f"There are no weights of any engine below {models}; nothing was measured.")
        return
    rows = []
    with working() as (progress, cancel):
        for engine in found:
            options = f"portrait={portrait}" if portrait and engine.engine == "face=wan-animate" else ""
            rows.append(measure(engine, size, out, Job(0, progress, cancel), most, options))
    if json:
        print(json_format.dumps([_values(row) for row in rows], ensure_ascii=False))
        return
    _print_table(rows)
    print(f"\n{out}")


def _values(row: Measured) -> dict[str, Any]:
    figures = {} if row.result is None else {figure.name: figure.value for figure in row.result.figures}
    return {
        "engine": row.engine.name, "pieces": row.pieces, "figures": figures, "seconds": row.seconds,
        "loading": row.loading, "megabytes": row.megabytes, "fault": row.fault,
    }  # fmt: skip


def _print_table(rows: Sequence[Measured]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in _COLUMNS:
        table.add_column(name, overflow="fold", no_wrap=name == "engine")
    for row in rows:
        uar = row.result.figure("uar") if row.result else None
        rank = row.result.figure("spearman") if row.result else None
        table.add_row(
            f"{row.engine.engine} {row.engine.folder.name}", str(row.pieces), _n(uar.value if uar else None, "{:.0%}"),
            _n(uar.chance if uar else None, "{:.0%}"), _n(rank.value if rank else None, "{:.2f}"), _n(row.seconds, "{:.1f}"),
            _n(row.loading if row.pieces > 1 else None, "{:.1f}"), _n(row.megabytes, "{:.0f}"),
        )  # fmt: skip
    console = Console()
    console.print(table)
    if any(row.pieces == 1 for row in rows):
        console.print("Where one piece was made, its seconds hold the loading.")
    for row in rows:
        if row.fault:
            console.print(
                f"{row.engine.engine} {row.engine.folder.name}: {row.fault}", style="yellow", markup=False
            )


def _n(value: float | None, form: str) -> str:
    return "–" if value is None or value != value else form.format(value)
