"""The web page of the studio."""

from __future__ import annotations

import os
import signal
import sys
import threading

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr
import httpx

from conditioning.errors import OutputError
from generators.registry import MEDIA
from studio.page.engines import registered
from studio.page.layout import lay_out
from studio.page.sessions import Sessions
from studio.page.theme import static, studio_theme
from studio.page.views import stages
from studio.page.wiring import Wiring
from studio.studio import STAGE_SHARES, Studio

__all__ = ["launch", "page"]

# A tab keeps the name of its visit; only a reload gives it back, so that a copied tab is a visit of its own.
_LAST_VISIT = (
    "() => performance.getEntriesByType('navigation')[0]?.type === 'reload'"
    " ? sessionStorage.getItem('affect-visit') || '' : ''"
)
_KEEP_VISIT = "visit => { sessionStorage.setItem('affect-visit', visit); }"


def page(sessions: Sessions | None = None) -> gr.Blocks:
    """The page, ready to be launched.

    Args:
        sessions: keeps the films; its root must be among the paths that the server may serve.
    """
    sessions = sessions or Sessions()
    total = sum(STAGE_SHARES.values())
    shares = {stage: share / total for stage, share in STAGE_SHARES.items()}
    engines = registered()
    with gr.Blocks(title="Affect Studio", fill_width=True, analytics_enabled=False) as blocks:
        parts = lay_out(engines, stages(None, shares, MEDIA, "Ready when you are."))
        wiring = Wiring(parts, engines, Studio(), sessions, shares)
        results = [
            parts.visit,
            parts.film,
            parts.chart,
            parts.score,
            parts.honoured,
            parts.tracks,
            parts.shelf,
        ]
        opened = blocks.load(
            wiring.reopened,
            parts.visit,
            results,
            js=_LAST_VISIT,
            show_progress="hidden",
            api_visibility="private",
        )
        opened.then(None, parts.visit, None, js=_KEEP_VISIT)

        def closed(request: gr.Request) -> None:
            sessions.close(str(request.session_hash))

        blocks.unload(closed)
    return blocks


def launch(host: str = "127.0.0.1", port: int = 7860, open_browser: bool = True) -> None:
    """Serve the page until it is interrupted.

    Args:
        host: address to listen on.
        port: of the server.
        open_browser: whether a browser is opened on it.

    Raises:
        OutputError: the port is taken, the address is not this machine's, or it cannot reach itself.
    """
    sessions = Sessions()
    os.environ["GRADIO_TEMP_DIR"] = str(sessions.root / "uploads")  # so that uploads go with the page, too
    _end_when_told()
    try:
        page(sessions).queue(default_concurrency_limit=4).launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            theme=studio_theme(),
            css=static("page.css"),
            footer_links=[],
            allowed_paths=[str(sessions.root)],
        )
    except OSError as error:
        raise OutputError(
            f"The page cannot listen on {host}:{port}: it is taken, or no address of this machine.",
            "Choose another with --port or --host.",
        ) from error
    except httpx.ConnectError as error:  # gradio asks its own server whether it is there
        raise OutputError(
            f"The page listens on {host}:{port}, but this machine cannot reach itself.",
            "Bring up its loopback network.",
        ) from error
    finally:
        sessions.end()


def _end_when_told() -> None:
    """Let a plain kill end the page as the keyboard does, so that nothing is left behind."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
