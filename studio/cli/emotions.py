"""``affect emotions``: which emotions can be said, and how one is understood."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli import options as o

__all__ = ["emotions"]

What = Annotated[
    list[str] | None,
    typer.Argument(
        help="An emotion to be understood, such as 'joy:0.7+fear:0.3' or 'show very angry'; 'wheel' draws the list."
    ),
]
List = Annotated[str, typer.Option("--vocabulary", help="The list of labels.")]
Faders = Annotated[
    bool,
    typer.Option(
        "--faders", help="Show every fader with range and neutral value, or its value for the emotion."
    ),
]
Picture = Annotated[Path, typer.Option("--out", "-o", help="Where 'wheel' draws the list, .png.")]


def emotions(
    words: What = None,
    vocabulary: List = "lexicon",
    faders: Faders = False,
    out: Picture = Path("out/wheel.png"),
    json: o.Json = False,
) -> None:
    """List the emotions of a vocabulary, show how one is understood, or draw them in valence and arousal."""
    named = words or []
    if named == ["wheel"]:
        from conditioning.vocabulary import vocabulary as load
        from studio.wheel import draw_wheel

        draw_wheel(load(vocabulary), out)
        print(out)
        return
    emotion = " ".join(named[1:] if named[:1] == ["show"] else named)
    if json:
        values = _understood(emotion) if emotion else _labels(vocabulary)
        print(json_format.dumps(values, ensure_ascii=False))
    elif faders:
        _print_faders(emotion)
    elif emotion:
        _print_understood(emotion)
    else:
        _print_list(vocabulary)


def _print_understood(emotion: str) -> None:
    from rich.console import Console

    console, values = Console(), _understood(emotion)
    console.print(f"[bold]{values['in_words']}[/bold]")
    console.print("  ".join(f"{axis} {value:+.2f}" for axis, value in values["felt"].items()))
    if values["certainty"] < 1:
        console.print(
            f"This is a guess with certainty {values['certainty']:.2f}: {values['why']}", markup=False
        )
    for warning in values["warnings"]:
        console.print(warning)


def _understood(emotion: str) -> dict[str, Any]:
    """How an emotion is understood, as plain values."""
    from dataclasses import asdict

    from conditioning.parsing import understand
    from studio.text_emotion import emotion_of_text

    read = understand(emotion, reader=emotion_of_text)
    e = read.emotion
    return {
        "emotion": str(e), "understood": read.understood, "in_words": read.in_words, "certainty": read.certainty,
        "why": read.why, "warnings": list(read.warnings),
        "mixture": dict(e.mixture), "vad": asdict(e.vad), "intensity": e.intensity, "felt": asdict(e.felt),
    }  # fmt: skip


def _print_list(name: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from conditioning.vocabulary import vocabulary, vocabulary_names

    words, console = vocabulary(name), Console()
    table = Table(
        "emotion", "valence", "arousal", "dominance", "meaning", title=f"{words.title}: {words.source}"
    )
    for label in words.labels:
        table.add_row(label.name, *(f"{x:+.2f}" for x in label.vad.array()), label.definition)
    console.print(table)
    if words.note:
        console.print(words.note)
    console.print(f"Other lists, with --vocabulary: {', '.join(vocabulary_names())}", style="dim")


def _labels(name: str) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from conditioning.vocabulary import vocabulary

    return [
        {"name": label.name, "vad": asdict(label.vad), "definition": label.definition}
        for label in vocabulary(name).labels
    ]


def _print_faders(emotion: str) -> None:
    import numpy as np
    from rich.console import Console
    from rich.table import Table

    from conditioning.conditioning import Conditioning
    from conditioning.faders import fader_set, fader_set_names
    from conditioning.parsing import parse_emotion
    from studio.text_emotion import emotion_of_text

    felt = Conditioning.of(parse_emotion(emotion, reader=emotion_of_text)) if emotion else None
    table = Table("fader", "value" if emotion else "neutral", "range", "unit", "meaning", "source")
    for name in fader_set_names():
        values = felt.faders(name, np.zeros(1)) if felt else {}
        for fader in fader_set(name).faders.values():
            value = float(values[fader.name][0]) if felt else fader.neutral
            span = f"{fader.low:g} to {fader.high:g}"
            table.add_row(
                f"{name}.{fader.name}", f"{value:.3g}", span, fader.unit, fader.meaning, fader.source
            )
    Console().print(table)
