"""``affect score``: what the judges read in a file, beside what was asked of it."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from studio.cli import options as o
from studio.cli.progress import working

__all__ = ["Judges", "score"]

Media = Annotated[Path, typer.Argument(help="Sound, picture, film or MIDI file, whoever made it.")]
Asked = Annotated[str, typer.Option("--asked", help="The emotion that was asked for.")]
Html = Annotated[
    Path | None, typer.Option("--html", help="Where a report is written, one file with charts, .html.")
]
Judges = Annotated[
    list[str],
    typer.Option(
        "--judge",
        help="Another judge of a medium: speech=hub:audeering:FOLDER, video=picture … (repeatable)",
    ),
]
Quality = Annotated[
    bool | None,
    typer.Option(
        "--quality/--no-quality",
        help="Measure loudness, clipping, flicker and the like; by default where a report is written.",
        show_default=False,
    ),
]
Text = Annotated[str, typer.Option("--text", "-t", help="What is said in it; its word errors are measured.")]
Neutral = Annotated[
    Path | None, typer.Option(help="The same voice without emotion, sound or film; its likeness is measured.")
]


def score(
    file: Media,
    asked: Asked = "",
    html: Html = None,
    judge: Judges = [],  # noqa: B006
    quality: Quality = None,
    text: Text = "",
    neutral: Neutral = None,
    language: o.Language = "en",
    json: o.Json = False,
) -> None:
    """Let the judges read a file: a sound as voice and music, mid as music, a picture as face and scene, a film as all."""
    from conditioning.parsing import parse_emotion
    from generators.base import Job
    from studio.file_judges import FileJudges, read_choices
    from studio.file_score import file_record, score_file

    wanted = parse_emotion(asked) if asked else None
    judges = FileJudges(read_choices(judge))
    if html is not None:
        _check_report(html, file)
    measured = bool(html or text or neutral) if quality is None else quality
    with working() as (progress, cancel):
        job = Job(progress=progress, cancel=cancel)
        found = score_file(
            file, wanted, judges=judges, quality=measured, pictures=html is not None, text=text,
            language=language, neutral=neutral, step=job.step,
        )  # fmt: skip
    if html is not None:
        from studio.report.score import write_score

        write_score(html, found)
    if json:
        print(json_format.dumps(file_record(found), ensure_ascii=False))
        return
    from studio.cli.report import print_file_score

    print_file_score(found)
    if html is not None:
        print(html)


def _check_report(html: Path, file: Path) -> None:
    """Refuse a place where no report can be written, before work is spent on it."""
    from studio.encode import check_ending, check_writable
    from studio.media_files import kind_of

    check_ending(html, ".html", ".htm")
    kind_of(file)
    check_writable(html)
