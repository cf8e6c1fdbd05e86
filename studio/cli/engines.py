"""``affect engines``: what can make what, under which licence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli import options as o

if TYPE_CHECKING:
    from generators.base import Description

__all__ = ["engines"]

What = Annotated[str, typer.Argument(help="speech, face, music or video; all if not given. Or: show.")]
Name = Annotated[
    str, typer.Argument(help="After 'show': an engine with its weights, such as video=wan:FOLDER.")
]
Accept = Annotated[
    bool, typer.Option("--accept-licence", help="With 'show': accept the licence of the weights, once.")
]


def engines(what: What = "", name: Name = "", accept_licence: Accept = False, json: o.Json = False) -> None:
    """List the engines with version, licence, what they honour, need and offer; or show one with its weights."""
    from conditioning.errors import RequestError, UnknownNameError
    from generators.registry import DEFAULTS, MEDIA, Broken, describe_all

    if what == "show":
        _show(name, accept_licence, json)
        return
    if name or accept_licence:
        raise RequestError(
            "A name of an engine stands behind 'show'.", "Write: affect engines show video=wan:FOLDER."
        )
    if what and what not in MEDIA:
        raise UnknownNameError("medium", what, MEDIA)
    found = [d for d in describe_all() if not what or d.name.startswith(f"{what}=")]
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
        for key, value in _rows(d).items():
            if value:
                console.print(f"  {key:<10}{value}", highlight=False)
        console.print()


def _show(name: str, accept: bool, as_json: bool) -> None:
    """One engine with its weights: size, licence, and what is missing before it can work."""
    from dataclasses import asdict

    from conditioning.errors import RequestError
    from external.hub import is_hub_id
    from generators.hub.licences import accept_licence
    from generators.registry import load, parse_engine

    if not name:
        raise RequestError("No engine is named.", "Write for instance: affect engines show video=wan:FOLDER.")
    wanted = parse_engine(name)
    if accept:
        if not is_hub_id(wanted.model):
            raise RequestError(
                f"{name} names no weights of the hub, whose licence could be accepted.",
                "Name a hub id, such as music=musicgen:facebook/musicgen-small.",
            )
        accept_licence(wanted.model)
    described = load(wanted).describe()
    if as_json:
        import json

        print(json.dumps(asdict(described) | {"weights": _weights(wanted.model)}, ensure_ascii=False))
        return
    from rich.console import Console

    console = Console()
    console.print(f"[bold]{described.name}[/bold]  {described.title}", soft_wrap=True)
    for key, value in (_rows(described) | {"weights": _weights(wanted.model)}).items():
        if value:
            console.print(f"  {key:<10}{value}", highlight=False, soft_wrap=True)


def _rows(described: Description) -> dict[str, str]:
    return {
        "version": described.version,
        "licence": described.licence,
        "languages": ", ".join(described.languages),
        "honours": ", ".join(described.honours),
        "follows": ", ".join(described.approximates),
        "offers": ", ".join(described.options),
        "needs": "; ".join(described.needs),
    }


def _weights(model: str) -> str:
    """Where an engine's weights lie and how large they are; "" for one that has its own."""
    from pathlib import Path

    from external.hub import hub_size, is_hub_id, may_fetch

    model = (
        model.partition("?")[0] if not Path(model).expanduser().is_dir() else model
    )  # options are no weights
    if not model:
        return ""
    path = Path(model).expanduser()
    if path.exists():
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        return f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {model}"
    if not is_hub_id(model):
        return f"{model} does not exist, and is no hub id such as owner/name"
    size = hub_size(model, ["*.json", "*.txt", "*.model", "*.safetensors", "*.pth"]) if may_fetch() else None
    amount = (
        f"{size / 1e9:.2f} GB" if size is not None else "size not asked, since nothing is fetched unasked"
    )
    return f"{model} of the hub, {amount}"


def _print_json(found: Sequence[object]) -> None:
    import json
    from dataclasses import asdict

    print(json.dumps([asdict(d) for d in found], ensure_ascii=False))  # type: ignore[call-overload]
