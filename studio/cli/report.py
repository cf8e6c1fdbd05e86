"""Tables for people: the scorecard, what was honoured, what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from studio.file_score import FileScore
    from studio.judges.base import Reading
    from studio.scorecard import Row, Scorecard
    from studio.studio import Film

__all__ = ["print_file_score", "print_film", "print_scorecard"]


def print_film(film: Film) -> None:
    """Show where a film lies, what was not honoured, and its scorecard."""
    console = Console()
    console.print(f"[bold]{film.path}[/bold]  {film.tracks.duration:.1f} s, record in {film.record_path}")
    for medium, aspects in film.record["fulfilment"].items():
        for aspect in aspects:
            if aspect["status"] != "honoured":
                console.print(
                    f"  {medium}: {aspect['name']} {aspect['status']}. {aspect['why']}", style="dim"
                )
    for row in film.record["read_from_the_words"]:
        console.print(f"  {row['emotion']}: {row['text']!r}, for {row['why']}", style="dim", markup=False)
    if film.scorecard:
        print_scorecard(film.scorecard, console)


def print_file_score(found: FileScore) -> None:
    """Show what was read in a file, its scorecard if anything was asked, and its quality if it was measured."""
    console = Console()
    if found.scorecard is not None and found.scorecard.rows:
        print_scorecard(found.scorecard, console)
    table = Table(title=f"Read in {escape(found.readings.path.name)}", title_justify="left")
    for name in ("medium", "read", "valence", "arousal", "dominance"):
        table.add_column(name, overflow="fold")
    for medium, read in found.readings.whole.items():
        judge = found.readings.judges[medium].name
        title = medium if judge == medium else f"{medium} by {judge}"
        table.add_row(escape(title), *_reading_cells(read))
    console.print(table)
    if found.quality is not None:
        from studio.file_score import quality_value

        rows = Table("quality", "here", "good", title_justify="left")
        for row in found.quality:
            colour = {True: "green", False: "yellow", None: ""}[row.fine]
            rows.add_row(row.name, Text(quality_value(row), style=colour), row.good)
        console.print(rows)


def _reading_cells(read: Reading | None) -> list[str]:
    if read is None:
        return ["no reading", "–", "–", "–"]
    likeliest = sorted(read.probabilities.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {share:.0%}" for name, share in likeliest)
    if read.probabilities and read.top == "no reading":
        named = f"no reading ({named})"
    if read.disagreement is not None:
        named += f"; the judges disagree by {read.disagreement:.0%}"
    errors: Sequence[float | None] = read.vad_sd or (None,) * 3
    axes = read.vad.array() if read.vad else (None,) * 3
    places = [
        "–" if value is None else f"{value:+.2f}" + (f" ± {error:.2f}" if error is not None else "")
        for value, error in zip(axes, errors, strict=True)
    ]
    return [named or "a point", *places]


def print_scorecard(scorecard: Scorecard, console: Console | None = None) -> None:
    """Show asked against read by section and medium, beside people and chance."""
    console = console or Console()
    media = [summary.medium for summary in scorecard.summaries]
    table = Table(title="Scorecard: what the judges read", title_justify="left", caption_justify="left")
    table.add_column("seconds", justify="right")
    table.add_column("asked")
    for medium in media:
        table.add_column(medium)
    for i, section in enumerate(scorecard.sections):
        cells = [
            _cell(next((r for r in scorecard.rows if r.medium == m and r.section == i), None)) for m in media
        ]
        table.add_row(f"{section.start:.1f}–{section.end:.1f}", str(section.emotion), *cells)
    table.add_section()
    table.add_row("", "read as asked", *(f"[bold]{s.right:.0%}[/bold]" for s in scorecard.summaries))
    table.add_row("", "same judge on people", *(_share(s.people) for s in scorecard.summaries))
    table.add_row("", "chance", *(f"{s.chance:.0%}" for s in scorecard.summaries))
    console.print(table)
    console.print("Judges were trained on people only; Q1 pleasant excited, Q2 unpleasant excited, Q3 unpleasant calm, "
                  "Q4 pleasant calm.", style="dim")  # fmt: skip


def _share(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.0%}"


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    share = f" {row.share:.0%}" if row.share is not None else ""
    if row.read == row.asked:
        return f"[green]{row.read}[/green]{share}"
    if row.read == "no reading":
        return f"[dim]no reading ({row.asked}{share})[/dim]"
    return f"[yellow]{row.read}[/yellow] ({row.asked}{share})"
