"""``affect sense``: one emotion out of files and words."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conditioning.errors import RequestError, UnknownNameError
from studio.cli import options as o

if TYPE_CHECKING:
    from studio.fusion import Fused, Source
    from studio.fusion import Weight as AxisWeight
    from studio.story import StoryLine

__all__ = ["sense"]

_SOURCES = ("text", "speech", "face", "music", "video")

Files = Annotated[list[Path] | None, typer.Argument(help="Sounds, pictures, MIDI files, films.")]
Text = Annotated[str, typer.Option("--text", "-t", help="Words or emoji.")]
StoryFile = Annotated[
    str, typer.Option("--story", help="A text file, read sentence by sentence; '-' is standard input.")
]
Marked = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Where a story is written as a script with its emotions, .txt."),
]
Weight = Annotated[
    list[str],
    typer.Option("--weight", help="How much a source counts: face=2, text.arousal=0.5 … (repeatable)"),
]


def sense(
    files: Files = None,
    text: Text = "",
    story: StoryFile = "",
    out: Marked = None,
    weight: Weight = [],  # noqa: B006
    json: o.Json = False,
) -> None:
    """Read one emotion out of voices, faces, music, pictures and words together; give it to --emotion.

    With --story the course of a text is read, sentence by sentence; with -o it is written down as a script.
    """
    if story:
        if files or text:
            raise RequestError("A story and other sources are both given.", "Read them one after the other.")
        _read_story(story, out, json)
        return
    if out is not None:
        raise RequestError("There is no story to be written down.", "Give one with --story.")
    from studio.fusion import fuse
    from studio.sense import source_in_text, sources_in

    if not files and not text.strip():
        raise RequestError("Nothing is given to be read.", "Give files, or words with --text.")
    weights = _weights(weight)
    sources: dict[str, Source | None] = {}
    for file in files or []:
        sources |= sources_in(file, weights)
    if text.strip():
        sources["text"] = source_in_text(text, weights.get("text", (1.0, 1.0, 1.0)))
    found = fuse(sources)
    if json:
        values = {
            "emotion": _written(found), "mixture": dict(found.emotion.mixture), "vad": asdict(found.emotion.felt),
            "error": found.error, "shares": found.shares, "missing": found.missing,
        }  # fmt: skip
        print(json_format.dumps(values, ensure_ascii=False))
    else:
        _print(found)


def _read_story(file: str, out: Path | None, as_json: bool) -> None:
    from conditioning.script import write_script
    from studio.encode import written
    from studio.story import read_story

    read = read_story(o.read_script(file, ""))
    if out is not None:
        with written(out) as part:
            part.write_text(write_script(read.script) + "\n", encoding="utf-8")
    if as_json:
        print(json_format.dumps([_line_values(line) for line in read.lines], ensure_ascii=False))
    else:
        _print_story(read.lines)
        if out is not None:
            print(out)


def _line_values(line: StoryLine) -> dict[str, Any]:
    from conditioning.parsing import write_emotion

    guess = line.guess
    return {
        "text": line.text, "start": round(line.start, 3), "end": round(line.end, 3),
        "emotion": write_emotion(guess.emotion), "vad": asdict(guess.emotion.felt), "certainty": guess.certainty,
        "why": guess.why,
    }  # fmt: skip


def _print_story(lines: Sequence[StoryLine]) -> None:
    from rich.console import Console
    from rich.table import Table

    from conditioning.parsing import describe_emotion

    table = Table("seconds", "sentence", "emotion", "valence", "arousal", "sure", "why")
    for line in lines:
        guess, felt = line.guess, line.guess.emotion.felt
        table.add_row(
            f"{line.start:.1f}", line.text, describe_emotion(guess.emotion), f"{felt.valence:+.2f}",
            f"{felt.arousal:+.2f}", f"{guess.certainty:.2f}", guess.why or "marked by the author",
        )  # fmt: skip
    Console().print(table)


def _weights(settings: Sequence[str]) -> dict[str, AxisWeight]:
    """How much each source counts on each axis, of settings such as ``face=2`` and ``text.arousal=0.5``."""
    from conditioning.vad import AXES

    found: dict[str, AxisWeight] = {}
    for text in settings:
        place, _, value = text.partition("=")
        name, _, axis = place.partition(".")
        if name not in _SOURCES:
            raise UnknownNameError("source", name, _SOURCES, "Write for instance face=2.")
        if axis and axis not in AXES:
            raise UnknownNameError("axis", axis, AXES, "Write for instance text.arousal=0.5.")
        try:
            number = float(value)
        except ValueError:
            raise RequestError(f"The weight {text!r} cannot be read.", "Write for instance face=2.") from None
        before = found.get(name, (1.0, 1.0, 1.0))
        valence, arousal, dominance = (
            number if axis in ("", own) else old for own, old in zip(AXES, before, strict=True)
        )
        found[name] = (valence, arousal, dominance)
    return found


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
