"""``affect studio``: the web page."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["studio"]

Port = Annotated[int, typer.Option(help="Port of the page.")]
Host = Annotated[str, typer.Option(help="Address it listens on; 0.0.0.0 lets others in.")]
Open = Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")]


def studio(port: Port = 7860, host: Host = "127.0.0.1", open: Open = True) -> None:
    """Open the studio's web page."""
    from studio.page.app import launch

    launch(host=host, port=port, open_browser=open)
