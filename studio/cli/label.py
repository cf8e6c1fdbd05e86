"""``affect label``: labels for a whole collection."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli import options as o
from studio.cli.progress import working
from studio.cli.score import Judges

if TYPE_CHECKING:
    from generators.base import Progress
    from studio.file_readings import Step
    from studio.labelling import MediaFile

__all__ = ["label"]

Folder = Annotated[Path, typer.Argument(help="Folder with sounds, pictures, MIDI files, films.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Where the labels are written, .csv.")]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Keep the labels of files that an earlier run read and that are unchanged."
    ),
]
Recursive = Annotated[bool, typer.Option("--recursive/--no-recursive", help="Look in folders below it too.")]


def label(
    folder: Folder,
    out: Out = Path("labels.csv"),
    judge: Judges = [],  # noqa: B006
    resume: Resume = False,
    recursive: Recursive = True,
    json: o.Json = False,
) -> None:
    """Let the judges read all media files below a folder: a CSV with a row for each file and medium."""
    from conditioning.errors import BatchIncomplete, Cancelled
    from generators.base import Job
    from studio.encode import check_ending
    from studio.file_judges import FileJudges, read_choices
    from studio.labelling import label_files, media_files_in

    check_ending(out, ".csv")
    judges = FileJudges(read_choices(judge))
    files = media_files_in(folder, recursive=recursive)
    for kind in {file.kind for file in files}:
        judges.of(kind)  # a judge that is missing is told before work is spent
    counts = {"done": 0, "failed": 0, "kept": 0}
    with working() as (progress, cancel):

        def watcher(file: MediaFile) -> Step:
            shown = _share_of(progress, sum(counts.values()), len(files), file.name)
            return Job(progress=shown, cancel=cancel).step

        try:
            for found in label_files(files, out, judges=judges, resume=resume, step=watcher):
                counts[found.status] += 1
                if found.status == "failed":
                    print(f"{found.file.name}: {found.error}", file=sys.stderr)
        except Cancelled:
            done = sum(counts.values())
            print(f"{done} of {len(files)} files are in {out}; go on with --resume.", file=sys.stderr)
            raise
    if json:
        print(json_format.dumps({**counts, "labels": str(out)}, ensure_ascii=False))
    else:
        print(f"{counts['done']} read, {counts['kept']} kept, {counts['failed']} failed; see {out}")
    if counts["failed"]:
        raise BatchIncomplete(
            f"{counts['failed']} of {len(files)} files could not be read.",
            "See the column 'error'; mend them and run again with --resume.",
        )


def _share_of(progress: Progress, before: int, count: int, name: str) -> Progress:
    """The progress of one file among others."""

    def report(done: float, total: float, what: str) -> None:
        progress((before + min(done / total, 1.0)) / count, 1.0, f"{name}: {what}")

    return report
