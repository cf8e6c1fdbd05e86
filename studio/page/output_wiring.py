"""What happens in the tabs below the film: more files of a take, and the settings for use elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from conditioning.errors import AffectError, RequestError
from studio.page.exports import EXPORTS, export
from studio.page.fields import field_list, settings_of
from studio.page.layout import Parts
from studio.page.repeating import command_of, files_of, manifest_line
from studio.page.sessions import Sessions
from studio.page.takes import find, with_file
from studio.page.views import fault_note, note, repeated, tracks
from studio.page.voice_wiring import QUIET
from studio.request import FilmRequest

__all__ = ["OutputWiring"]


class OutputWiring:
    """Connects the tabs below the film, inside an open ``gr.Blocks``.

    Args:
        parts: of the page.
        sessions: keep takes and files.
        base: state of the emotion before the first mark.
    """

    def __init__(self, parts: Parts, sessions: Sessions, base: gr.State) -> None:
        self.parts, self.sessions = parts, sessions
        parts.tracks.select(self._export, None, parts.tracks, **QUIET)
        asked = [parts.editor, base, *field_list(parts)]
        parts.repeat_tab.select(self._repeated, asked, parts.repeat, **QUIET)

    def _export(self, session: gr.Request, event: gr.EventData) -> Iterator[str]:
        visit, number, name = str(session.session_hash), int(event.do), str(event.name)
        take = find(self.sessions.takes(visit), number)
        if take is None or take.tracks is None or name not in EXPORTS:
            return
        yield tracks(take, note(f"Making {name}…"))
        try:
            file = export(name, take.tracks, take.film.with_suffix(".tracks"))
        except AffectError as fault:
            yield tracks(take, fault_note(fault))
            return
        takes = with_file(self.sessions.takes(visit), number, file)
        self.sessions.keep(visit, takes)
        yield tracks(find(takes, number))

    def _repeated(self, session: gr.Request, editor: dict[str, Any], base: str, *fields: Any) -> str:
        try:
            request = settings_of(*fields).request(editor["text"].replace("\r\n", "\n"), base)
            if not request.media:
                raise RequestError("No medium is chosen.", "Choose one.")
            plan = self._plan_file(request, self.sessions.folder(str(session.session_hash)))
            command = command_of(request, plan=str(plan or ""))
            return repeated(command, manifest_line(request), [*files_of(request), *([plan] if plan else [])])
        except AffectError as fault:
            return fault_note(fault)

    def _plan_file(self, request: FilmRequest, folder: Path) -> Path | None:
        """The request's plan as a file for the command; None without one."""
        if not request.plan:
            return None
        digest = hashlib.sha256(request.plan.encode()).hexdigest()[:8]
        path = folder / "given" / f"plan-{digest}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(request.plan, encoding="utf-8")
        return path
