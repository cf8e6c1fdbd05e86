"""``affect bench``: figures of the studio's own parts, measured while you wait."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli import options as o
from studio.cli.bench_engines import engines
from studio.cli.bench_fidelity import fidelity

if TYPE_CHECKING:
    from conditioning.conversion import RoundTrip
    from studio.training.judge_text_figures import TextFigures
    from studio.training.judge_text_languages_figures import LanguageFigures

__all__ = ["bench"]

bench = typer.Typer(name="bench", help="Measure parts of the studio.", no_args_is_help=True)
bench.command()(fidelity)
bench.command()(engines)

Of = Annotated[str, typer.Option("--of", help="Send this list's labels alone, and show every list in turn.")]
Data = Annotated[Path, typer.Option("--data", help="Folder of the corpora, which holds text/goemotions.")]
Most = Annotated[int, typer.Option("--most", help="Sentences of each test split; 0 for all.", min=0)]


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


@bench.command()
def text(data: Data = Path("../shared/data"), most: Most = 0, json: o.Json = False) -> None:
    """How well the text judge reads: the official tests of GoEmotions, EmoBank and BRIGHTER, and time a sentence."""
    from studio.cli.progress import working
    from studio.training.judge_text_figures import literature, majority_figures, text_figures
    from studio.training.judge_text_languages_figures import language_figures

    majority = majority_figures(data, most or None)
    with working() as (progress, _):
        shipped, times = text_figures(data, progress, most or None)
        languages = language_figures(data, progress, most or None)
    rows = [shipped, majority, *literature()]
    if json:
        told = {"figures": [asdict(row) for row in rows], "languages": [asdict(row) for row in languages]}
        print(json_format.dumps({**told, "times": asdict(times)}))
        return
    print("| text judge | macro-F1 | micro-F1 | r valence | r arousal | r dominance | source |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(_figures_line(row))
    print("\n| one core, weights loaded | ms a sentence |\n| --- | --- |")
    print(
        f"| one at a time, median | {times.single_ms:.1f} |\n| in batches of 64, mean | {times.batched_ms:.1f} |"
    )
    _print_languages(languages)


def _print_languages(rows: list[LanguageFigures]) -> None:
    print("\n| BRIGHTER | sentences | macro-F1 | TF-IDF of letters | commonest label alone | language told |")
    print("| --- | --- | --- | --- | --- | --- |")
    figures = [(row.macro_f1, row.baseline_f1, row.majority_f1, row.told) for row in rows]
    for row, values in zip(rows, figures, strict=True):
        print(f"| {row.language} | {row.sentences} | {' | '.join(f'{value:.3f}' for value in values)} |")
    means = (sum(column) / len(rows) for column in zip(*figures, strict=True))
    print(f"| mean | {sum(row.sentences for row in rows)} | {' | '.join(f'{mean:.3f}' for mean in means)} |")


def _figures_line(row: TextFigures) -> str:
    values = [row.macro_f1, row.micro_f1, *(row.r or (None, None, None))]
    shown = " | ".join("" if value is None else f"{value:.3f}" for value in values)
    return f"| {row.name} | {shown} | {row.source or 'measured now'} |"


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
