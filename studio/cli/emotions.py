"""``affect emotions``: which emotions can be said, and how one is understood."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli import options as o

__all__ = ["emotions"]

What = Annotated[str, typer.Argument(help="An emotion to be understood, such as 'joy:0.7+fear:0.3'.")]
List = Annotated[str, typer.Option("--vocabulary", help="Show this list of labels.")]
Faders = Annotated[
    bool,
    typer.Option(
        "--faders", help="Show every fader with range and neutral value, or its value for the emotion."
    ),
]


def emotions(
    emotion: What = "", vocabulary: List = "lexicon", faders: Faders = False, json: o.Json = False
) -> None:
    """List the emotions of a vocabulary, or show how an emotion is understood."""
    from conditioning.parsing import understand
    from conditioning.vocabulary import vocabulary as load
    from studio.text_emotion import emotion_of_text

    if json:
        _print_json(emotion, vocabulary)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if faders:
        console.print(_fader_table(emotion))
        return
    if emotion:
        read = understand(emotion, reader=emotion_of_text)
        felt = read.emotion.felt
        console.print(f"[bold]{read.emotion}[/bold]  intensity {read.emotion.intensity:.2f}")
        console.print(
            f"valence {felt.valence:+.2f}  arousal {felt.arousal:+.2f}  dominance {felt.dominance:+.2f}"
        )
        if read.certainty < 1:
            console.print(f"Understood as {read.understood}, with certainty {read.certainty:.1f}.")
        return
    words = load(vocabulary)
    table = Table(
        "emotion", "valence", "arousal", "dominance", "meaning", title=f"{words.title}: {words.source}"
    )
    for label in words.labels:
        numbers = (f"{x:+.2f}" for x in label.vad.array())
        table.add_row(label.name, *numbers, label.definition)
    console.print(table)
    from conditioning.vocabulary import vocabulary_names

    console.print(f"Other lists, with --vocabulary: {', '.join(vocabulary_names())}", style="dim")


def _fader_table(emotion: str) -> object:
    import numpy as np
    from rich.table import Table

    from conditioning.conditioning import Conditioning
    from conditioning.faders import fader_set, fader_set_names
    from conditioning.parsing import parse_emotion

    table = Table("fader", "value" if emotion else "neutral", "range", "unit", "meaning")
    for name in fader_set_names():
        values = None
        if emotion:
            values = Conditioning.of(parse_emotion(emotion)).faders(name, np.zeros(1))
        for fader in fader_set(name).faders.values():
            value = float(values[fader.name][0]) if values else fader.neutral
            table.add_row(
                f"{name}.{fader.name}",
                f"{value:.3g}",
                f"{fader.low:g} to {fader.high:g}",
                fader.unit,
                fader.meaning,
            )
    return table


def _print_json(emotion: str, vocabulary: str) -> None:
    import json
    from dataclasses import asdict

    from conditioning.parsing import understand
    from conditioning.vocabulary import vocabulary as load
    from studio.text_emotion import emotion_of_text

    if emotion:
        read = understand(emotion, reader=emotion_of_text)
        e = read.emotion
        values: object = {
            "emotion": str(e), "mixture": dict(e.mixture), "vad": asdict(e.vad), "intensity": e.intensity,
            "felt": asdict(e.felt), "understood": read.understood, "certainty": read.certainty,
        }  # fmt: skip
    else:
        values = [
            {"name": label.name, "vad": asdict(label.vad), "definition": label.definition}
            for label in load(vocabulary).labels
        ]
    print(json.dumps(values, ensure_ascii=False))
