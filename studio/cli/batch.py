"""``affect batch``: films from a manifest."""

from __future__ import annotations

import json as json_lines
import sys
from pathlib import Path
from typing import Annotated

import typer

from studio.cli import options as o
from studio.cli.progress import working

__all__ = ["batch"]

Manifest = Annotated[Path, typer.Argument(help="One JSON object a line: script, emotion, seed, voice …")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the films and of results.jsonl.")]
Resume = Annotated[bool, typer.Option("--resume", help="Keep films that are done and unchanged.")]


def batch(
    manifest: Manifest, out: Out = Path("out/batch"), resume: Resume = False, json: o.Json = False
) -> None:
    """Make one film for each line of a manifest; a bad line never stops the others."""
    from conditioning.errors import BatchIncomplete
    from generators.base import Progress
    from studio.batch import Line, read_manifest, run_batch

    lines = read_manifest(manifest)
    counts = {"done": 0, "failed": 0, "kept": 0}
    with working() as (progress, cancel):
        finished = 0

        def watcher(line: Line) -> Progress:
            def report(done: float, total: float, what: str) -> None:
                progress((finished + done / total) / len(lines), 1.0, f"{line.name}: {what}")

            return report

        for outcome in run_batch(lines, out, resume=resume, progress=watcher, cancel=cancel):
            finished += 1
            counts[outcome.status] += 1
            if outcome.status == "failed":
                print(
                    f"{outcome.line.name}: {outcome.record['error']} {outcome.record['remedy']}",
                    file=sys.stderr,
                )
    if json:
        print(json_lines.dumps({**counts, "results": str(out / "results.jsonl")}))
    else:
        print(
            f"{counts['done']} done, {counts['kept']} kept, {counts['failed']} failed; see {out / 'results.jsonl'}"
        )
    if counts["failed"]:
        raise BatchIncomplete(
            f"{counts['failed']} of {len(lines)} lines failed.", "Mend them and run again with --resume."
        )
