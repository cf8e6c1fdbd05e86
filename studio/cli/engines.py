"""``affect engines``: what can make what, under which licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    defaults = [f"{medium}={engine}" for medium, engine in DEFAULTS.items()]
    for d in found:
        if isinstance(d, Broken):
            _print(f"{d.name}  broken", d.why, {})
        else:
            _print(d.name + ("  (default)" if d.name in defaults else ""), d.title, _rows(d))
        print()
    print("honours: followed as asked; follows: in the engine's own way, which each result tells.")


def _show(name: str, accept: bool, as_json: bool) -> None:
    """One engine with its weights: size, licence, and what is missing before it can work."""
    from dataclasses import asdict

    from conditioning.errors import RequestError
    from external.cache import cache_folder
    from external.hub import is_hub_id
    from generators.hub.licences import accept_licence
    from generators.registry import load, parse_engine

    if not name:
        raise RequestError("No engine is named.", "Write for instance: affect engines show video=wan:FOLDER.")
    wanted = parse_engine(name)
    accepted = ""
    if accept:
        if not is_hub_id(wanted.model):
            raise RequestError(
                f"{name} names no weights of the hub, whose licence could be accepted.",
                "Name a hub id, such as music=musicgen:facebook/musicgen-small.",
            )
        accept_licence(wanted.model)
        accepted = f"by you, kept in {cache_folder()}"
    built = load(wanted)
    described, weights = built.describe(), _weights(wanted.model, hasattr(built, "weights"))
    if as_json:
        import json

        print(json.dumps(asdict(described) | {"weights": weights}, ensure_ascii=False))
        return
    more = {"weights": weights, "accepted": accepted}
    _print(described.name, described.title, _rows(described) | more)


def _print(name: str, title: str, rows: Mapping[str, str]) -> None:
    """A name, what it is, and rows below it; lines too long for a terminal go on under their own column."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:  # who searches or keeps it wants whole lines
        print(f"{name}  {title}")
        for key, value in rows.items():
            if value:
                print(f"  {key:<10}{value}")
        return
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=9)
    for key, value in rows.items():
        if value:
            table.add_row(key, Text(value, overflow="fold"))
    console.print(Text.assemble((name, "bold"), f"  {title}"))
    console.print(Padding(table, (0, 0, 0, 2)))


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


def _weights(model: str, wanted: bool) -> str:
    """Where an engine's weights lie and how large they are; "" for one that has its own, or to which a name means something else.

    Args:
        model: as written behind the engine's name.
        wanted: whether it can mean nothing but weights.
    """
    from pathlib import Path

    from external.hub import ALLOW_DOWNLOAD, hub_size, is_hub_id, may_fetch

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
        return (
            f"{model} does not exist, and is no hub id such as owner/name" if wanted or "/" in model else ""
        )
    size = hub_size(model, ["*.json", "*.txt", "*.model", "*.safetensors", "*.pth"]) if may_fetch() else None
    amount = (
        f"{size / 1e9:.2f} GB"
        if size is not None
        else f"its size is told with {ALLOW_DOWNLOAD}=1, since the network is not asked without"
    )
    return f"{model} of the hub, {amount}"


def _print_json(found: Sequence[object]) -> None:
    import json
    from dataclasses import asdict

    print(json.dumps([asdict(d) for d in found], ensure_ascii=False))  # type: ignore[call-overload]
