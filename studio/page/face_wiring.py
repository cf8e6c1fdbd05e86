"""What happens on the card of the face."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr

from conditioning.errors import AffectError, RequestError
from generators.face.head_style import head_style
from generators.face.plan import face_plan
from studio.page.engines import Engines
from studio.page.fields import Outputs, field_list, option_field, settings_of, shown_engine
from studio.page.given import keep_file, portrait_note
from studio.page.layout import Parts
from studio.page.own_character import CHOICES, Look, look_in, look_like, look_of, write_look
from studio.page.people import drawable, people
from studio.page.previews import Previews
from studio.page.sessions import Sessions
from studio.page.views import fault_note, note
from studio.page.voice_wiring import QUIET

__all__ = ["FaceWiring"]


class FaceWiring:
    """Connects the card of the face, inside an open ``gr.Blocks``.

    Args:
        parts: of the page.
        engines: that can be chosen.
        sessions: keep what is uploaded.
        previews: make pictures and plans.
        base: state of the emotion before the first mark.
    """

    def __init__(
        self, parts: Parts, engines: Engines, sessions: Sessions, previews: Previews, base: gr.State
    ) -> None:
        self.parts, self.engines, self.sessions, self.previews = parts, engines, sessions, previews
        self._connect_people()
        self._connect_look()
        self._connect_plan(base)

    # People and portraits.

    def _connect_people(self) -> None:
        face, row = self.parts.face, self.parts.media["face"]
        drawing = face.fold.expand(self._pictures, row.engine, [face.messenger, face.note], **QUIET)
        row.engine.change(self._pictures, row.engine, [face.messenger, face.note], cancels=[drawing], **QUIET)
        face.people.select(self._chosen, row.engine, row.option, **QUIET)
        row.option.input(self._option, [row.engine, row.option], face.people, **QUIET)
        face.portrait.upload(self._portrait, face.portrait, [*self._engine_fields(), face.note], **QUIET)
        row.model.blur(self._model, [row.engine, row.model], face.note, **QUIET)
        face.head_style.input(self._head_style, face.head_style, face.note, **QUIET)

    def _engine_fields(self) -> list[Any]:
        face, row = self.parts.face, self.parts.media["face"]
        own = [row.on, row.engine, row.model, row.option, row.model_row]
        return [*own, face.people, face.camera, face.head_style]

    def _pictures(self, engine: str) -> Iterator[Outputs]:
        """The pictures of an engine's people, first none, then one more each time."""
        face = self.parts.face
        pictures: dict[str, str] = {}
        # Of an answer that never says anything Gradio empties every output: the note of a portrait just given would go.
        yield {face.messenger: {"of": "faces", "pictures": {}}}
        for name in drawable(self.engines, engine):
            try:
                pictures[name] = self.previews.face(engine, name)
            except AffectError as fault:
                yield {face.note: fault_note(fault)}
                return
            yield {face.messenger: {"of": "faces", "pictures": dict(pictures)}}

    def _chosen(self, engine: str, event: gr.EventData) -> gr.Dropdown:
        return option_field(self.engines, "face", engine, event.name)

    def _option(self, engine: str, option: str) -> dict[str, Any]:
        return people(self.engines, "face", engine, option or "")

    def _portrait(self, given: str, session: gr.Request) -> Outputs:
        row = self.parts.media["face"]
        try:
            path = keep_file(given, self.sessions.folder(str(session.session_hash)))
            told = portrait_note(path)
        except AffectError as fault:
            return {self.parts.face.note: fault_note(fault)}
        shown = shown_engine(self.parts, self.engines, "face", "photo")
        own = {row.on: True, row.engine: "photo", row.model: str(path), self.parts.face.note: told}
        return {**shown, **own}

    def _model(self, engine: str, model: str) -> str:
        """What is told of a portrait whose path was typed."""
        if engine != "photo" or not model.strip():
            return note()
        try:
            return portrait_note(Path(model.strip()).expanduser())
        except AffectError as fault:
            return fault_note(fault)

    def _head_style(self, name: str) -> str:
        try:
            head_style(name or "")
        except AffectError as fault:
            return fault_note(fault)
        return note()

    # The own character.

    def _connect_look(self) -> None:
        face = self.parts.face
        look = face.look
        face.look.like.input(self._like, look.like, look.all, **QUIET)
        used = [*self._engine_fields(), face.look_picture]
        face.use_look.click(self._use, look.all, used, **QUIET)
        face.look_up.upload(self._opened, face.look_up, [*look.all, *used], **QUIET)

    def _like(self, name: str) -> Outputs:
        return self._sliders(look_like(name))

    def _sliders(self, look: Look) -> Outputs:
        fields = self.parts.face.look
        choices = {field: look.choices.get(key, "") for key, field in fields.choices.items()}
        return {fields.like: look.like, **choices, fields.sliders: look.values, fields.more: dict(look.more)}

    def _use(self, session: gr.Request, *values: Any) -> Outputs:
        return self._used(_look_of(*values), session)

    def _opened(self, given: str, session: gr.Request) -> Outputs:
        try:
            look = look_in(Path(given).read_text(encoding="utf-8"))
        except AffectError as fault:
            return {self.parts.face.look_picture: fault_note(fault)}
        except UnicodeDecodeError:
            return {
                self.parts.face.look_picture: fault_note(
                    RequestError("This is no text.", "Give a TOML file.")
                )
            }
        return {**self._sliders(look), **self._used(look, session)}

    def _used(self, look: Look, session: gr.Request) -> Outputs:
        """The film takes the look from now on; its picture is shown, and its file can be saved."""
        face, row = self.parts.face, self.parts.media["face"]
        folder = self.sessions.folder(str(session.session_hash))
        try:
            path = str(write_look(look, folder / "given"))
            picture = self.previews.face("head", path)
        except AffectError as fault:
            return {face.look_picture: fault_note(fault)}
        told = (
            f'<div class="seen"><img alt="Your own character" src="{picture}">'
            f'<div class="note" role="status">The film takes this one. <a href="gradio_api/file={quote(path)}"'
            f' download="{escape(Path(path).name)}">Save as TOML</a></div></div>'
        )
        shown = shown_engine(self.parts, self.engines, "face", "head", path)
        return {**shown, row.on: True, row.engine: "head", row.model: "", face.look_picture: told}

    # The plan.

    def _connect_plan(self, base: gr.State) -> None:
        p, face = self.parts, self.parts.face
        asked = [p.editor, base, *field_list(p)]
        face.show_plan.click(self._plan, asked, [face.plan, face.plan_note], **QUIET)
        for event in (face.plan.input, face.plan.blur, face.play_plan.input):
            event(self._planned, [face.plan, face.play_plan], face.plan_note, **QUIET)

    def _plan(self, editor: dict[str, Any], base: str, *fields: Any) -> Iterator[Outputs]:
        face = self.parts.face
        yield {face.plan_note: note("Speaking the script and moving the face…")}
        try:
            settings = settings_of(*fields)
            text = self.previews.plan(settings.request(editor["text"], base))
        except AffectError as fault:
            yield {face.plan_note: fault_note(fault)}
            return
        told = (
            "This is what the face will do. Change it and choose ‘Play this plan’, and the film follows it."
        )
        yield {face.plan: text, face.plan_note: note(told)}

    def _planned(self, text: str, play: bool) -> str:
        if not text.strip():
            return (
                fault_note(RequestError("There is no plan yet.", "Show it first, or write one."))
                if play
                else note()
            )
        try:
            count = len(face_plan(text).moments)
        except AffectError as fault:
            return fault_note(fault)
        return note(f"{count} moments. {'The film plays them.' if play else 'The film leaves them out.'}")


def _look_of(like: str, *values: Any) -> Look:
    """The look of the fields' values, in the order of ``LookFields.all``."""
    *chosen, numbers, more = values
    choices = {key: value for key, value in zip(CHOICES, chosen, strict=True) if value or key not in more}
    return look_of(like, choices, numbers, more)
