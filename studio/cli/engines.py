"""``affect engines``: what can make what, under which licence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from studio.cli import options as o

__all__ = ["engines"]

Medium = Annotated[str, typer.Argument(help="speech, face, music or video; all if not given.")]


def engines(medium: Medium = "", json: o.Json = False) -> None:
    """List the engines with version, licence, what they honour, need and offer."""
    from conditioning.errors import UnknownNameError
    from generators.registry import DEFAULTS, MEDIA, Broken, describe_all

    if medium and medium not in MEDIA:
        raise UnknownNameError("medium", medium, MEDIA)
    found = [d for d in describe_all() if not medium or d.name.startswith(f"{medium}=")]
    if json:
        _print_json(found)
        return
    from rich.console import Console

    console = Console()
    for d in found:
        if isinstance(d, Broken):
            console.print(f"[bold red]{d.name}[/bold red]  broken: {d.why}\n")
            continue
        default = "  (default)" if d.name in [f"{m}={e}" for m, e in DEFAULTS.items()] else ""
        console.print(f"[bold]{d.name}[/bold]{default}  {d.title}")
        rows = {
            "version": d.version,
            "licence": d.licence,
            "languages": ", ".join(d.languages),
            "honours": ", ".join(d.honours),
            "offers": ", ".join(d.options),
            "needs": "; ".join(d.needs),
        }
        for name, value in rows.items():
            if value:
                console.print(f"  {name:<10}{value}", highlight=False)
        console.print()


def _print_json(found: Sequence[object]) -> None:
    import json
    from dataclasses import asdict

    print(json.dumps([asdict(d) for d in found], ensure_ascii=False))  # type: ignore[call-overload]
