"""``affect bench fidelity``: what judges read in what engines make of a fixed set, beside people and chance."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conditioning.errors import RequestError, UnknownNameError
from studio.cli import options as o

if TYPE_CHECKING:
    from studio.benchmark.comparison import Comparison
    from studio.benchmark.results import MediumResult
    from studio.benchmark.running import Task

__all__ = ["fidelity"]

_MEDIA = "speech,face,music,video"

Media = Annotated[str, typer.Option("--media", help="Which media, with commas between.")]
Size = Annotated[str, typer.Option("--size", help="'quick' for a first look, 'full' for figures to quote.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the results.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what the folder holds.")]
JudgeName = Annotated[
    list[str], typer.Option("--judge", help="Another judge of a medium: music=music_audio (repeatable)")
]
Compare = Annotated[
    tuple[Path, Path] | None,
    typer.Option("--compare", help="Make nothing; hold two folders of results against each other."),
]


def fidelity(
    media: Media = _MEDIA,
    engine: o.Engine = [],  # noqa: B006
    judge: JudgeName = [],  # noqa: B006
    size: Size = "quick",
    out: Out = Path("out/fidelity"),
    resume: Resume = False,
    compare: Compare = None,
    json: o.Json = False,
) -> None:
    """How far what was asked is read: a fixed set made, judged, and reported beside people, shuffled requests and chance."""
    if compare is not None:
        _compare(compare, out, json)
        return
    tasks = _tasks(media, engine, judge, size)
    results = _run(tasks, size, out, resume)
    if json:
        print((out / "results.json").read_text(encoding="utf-8"))
    else:
        _print_results(results, out)


def _tasks(media: str, engine: Sequence[str], judge: Sequence[str], size: str) -> list[Task]:
    """Engines and judges by their names; a wrong one is refused before any work."""
    from generators.registry import DEFAULTS, parse_engine
    from studio.benchmark.bench import open_bench
    from studio.benchmark.items import MEDIA, items
    from studio.benchmark.running import Task

    wanted = list(dict.fromkeys(name.strip() for name in media.split(",") if name.strip()))
    for name in wanted:
        if name not in MEDIA:
            raise UnknownNameError("medium", name, MEDIA)
    if not wanted:
        raise RequestError("No medium is asked for.", f"Name one or more of {', '.join(MEDIA)}.")
    engines = {name: f"{name}={DEFAULTS[name]}" for name in wanted}
    for text in engine:
        parsed = parse_engine(text)
        if parsed.medium in engines:
            engines[parsed.medium] = str(parsed)
    judges = {}
    for text in judge:
        name, equals, value = text.partition("=")
        if not equals or name not in MEDIA:
            raise RequestError(f"The judge {text!r} cannot be read.", "Write for instance music=music_audio.")
        judges[name] = value
    return [Task(open_bench(engines[name], judges.get(name, "")), items(name, size)) for name in wanted]


def _run(tasks: Sequence[Task], size: str, out: Path, resume: bool) -> list[MediumResult]:
    """Make and read the set, write everything."""
    from importlib.metadata import version

    from rich.console import Console

    from conditioning.errors import Cancelled
    from studio.benchmark.records import by_medium
    from studio.benchmark.report import report_page, write_page
    from studio.benchmark.results import medium_result, write_results
    from studio.benchmark.running import estimate_seconds, run
    from studio.cli.progress import working

    counts = {task.bench.medium: len(task.items) for task in tasks}
    minutes = estimate_seconds(counts) / 60
    told = Console(stderr=True)
    told.print(
        f"{sum(counts.values())} pieces; about {max(minutes, 1):.0f} min with the built-in engines on a quiet core. "
        "Ctrl-C keeps what is finished.",
        style="dim",
    )
    try:
        with working() as (progress, cancel):
            outcomes = by_medium(run(tasks, out, resume=resume, progress=progress, cancel=cancel))
    except Cancelled:
        told.print(f"Finished pieces are in {out}; add --resume to go on.")
        raise
    results = [medium_result(task.bench, outcomes.get(task.bench.medium, [])) for task in tasks]
    write_results(out, results, size)
    write_page(out / "report.html", report_page(results, size, version("affect-studio")))
    return results


def _compare(folders: tuple[Path, Path], out: Path, json: bool) -> None:
    from dataclasses import asdict

    from studio.benchmark.comparison import compare
    from studio.benchmark.report import comparison_page, write_page
    from studio.benchmark.results import load_results

    found = compare(load_results(folders[0]), load_results(folders[1]))
    if not found:
        raise RequestError(f"{folders[0]} and {folders[1]} share no medium.", "Give runs of the same media.")
    names = (str(folders[0]), str(folders[1]))
    write_page(out / "compare.html", comparison_page(found, names))
    if json:
        print(json_format.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    _print_comparison(found, names)
    print(f"\n{out / 'compare.html'}")


def _print_results(results: Sequence[MediumResult], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from studio.benchmark.figures import TITLES
    from studio.benchmark.report import overview_rows

    console = Console()
    table = Table("mean recall", *(result.medium for result in results), title_justify="left")
    for name, values in overview_rows(results):
        table.add_row(name, *("–" if value is None else f"{value:.1%}" for value in values))
    console.print(table)
    for result in results:
        rows = Table(
            result.medium, "achieved", "95 %", "real data", "shuffled", "chance", "p",
            title=f"{result.engine['name']} {result.engine['version']}, judge {result.judge['name']}",
            title_justify="left",
        )  # fmt: skip
        for one in result.figures:
            rows.add_row(
                TITLES[one.name], _n(one.value), f"{_n(one.low)} to {_n(one.high)}", _n(one.people), _n(one.shuffled),
                _n(one.chance), _n(one.p),
            )  # fmt: skip
        console.print(rows)
        for name, value in result.quality().items():
            console.print(f"  {name}: {value:.3g}", style="dim")
        for why, count in result.failures.most_common(3):
            console.print(f"  {count} failed: {why}", style="yellow", markup=False)
    print(f"{out / 'report.html'}")


def _print_comparison(found: Sequence[Comparison], names: tuple[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from studio.benchmark.figures import TITLES

    for one in found:
        table = Table(
            one.medium, "first", "second", "difference", "95 %", "second is",
            title=f"{one.first} in {names[0]} → {one.second} in {names[1]}, {one.shared} shared pieces",
            title_justify="left",
        )  # fmt: skip
        for change in one.changes:
            gain = change.difference
            verdict = "" if change.verdict == "no difference shown" else change.verdict
            table.add_row(
                TITLES[change.name], _n(change.first), _n(change.second), f"{gain.mean:+.3f}",
                f"{gain.low:+.3f} to {gain.high:+.3f}", verdict,
            )  # fmt: skip
        Console().print(table)
        if not one.same_judge:
            Console().print("  Different judges: a difference may be theirs.", style="yellow")


def _n(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.3f}"
