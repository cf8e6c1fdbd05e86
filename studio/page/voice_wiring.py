"""What happens on the card of the voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from conditioning.errors import AffectError
from conditioning.parsing import parse_emotion
from conditioning.styles import parse_style
from studio.page.editing import read_sentences
from studio.page.engines import Engines
from studio.page.fields import Outputs, field_list, option_field, settings_of, shown_engine
from studio.page.given import felt_recording, keep_file, recording_note
from studio.page.layout import Parts
from studio.page.people import people
from studio.page.previews import Previews, sample_text
from studio.page.sessions import Sessions
from studio.page.settings import Pick, Settings, style_text
from studio.page.views import fault_note, note

__all__ = ["QUIET", "VoiceWiring", "beginning"]

QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "trigger_mode": "always_last",
    "api_visibility": "private",
}


class VoiceWiring:
    """Connects the card of the voice, inside an open ``gr.Blocks``.

    Args:
        parts: of the page.
        engines: that can be chosen.
        sessions: keep what is uploaded.
        previews: make the sounds.
        base: state of the emotion before the first mark.
    """

    def __init__(
        self, parts: Parts, engines: Engines, sessions: Sessions, previews: Previews, base: gr.State
    ) -> None:
        self.parts, self.engines, self.sessions, self.previews = parts, engines, sessions, previews
        voice, row = parts.voice, parts.media["speech"]
        spoken = [voice.messenger, voice.note]
        voice.people.select(self._person, [row.engine, parts.language], [row.option, *spoken], **QUIET)
        row.option.input(self._option, [row.engine, row.option], voice.people, **QUIET)
        script = [parts.editor, base]
        voice.hear.click(self._heard, [*script, *field_list(parts)], spoken, **QUIET)
        given = [
            row.on,
            row.engine,
            row.model,
            row.option,
            row.model_row,
            parts.language,
            voice.people,
            voice.felt_row,
        ]
        voice.recording.upload(self._recording, voice.recording, [*given, voice.note], **QUIET)
        voice.felt.click(self._felt, [*script, *field_list(parts)], [row.model, voice.note], **QUIET)
        row.model.blur(self._model, [row.engine, row.model], voice.note, **QUIET)
        voice.styles.input(self._styled, voice.styles, voice.note, **QUIET)

    def _person(self, engine: str, language: str, event: gr.EventData) -> Outputs:
        if event.do == "choose":
            field = option_field(self.engines, "speech", engine, event.name)
            return {self.parts.media["speech"].option: field, self.parts.voice.note: note()}
        picks = {"speech": Pick(True, engine, event.name)}
        settings = Settings(picks, language=language)
        keep = not self.engines.needs_model("speech", engine)
        return self._sound(settings, sample_text(language), "neutral", event.name or "default", keep)

    def _option(self, engine: str, option: str) -> dict[str, Any]:
        return people(self.engines, "speech", engine, option or "")

    def _heard(self, editor: dict[str, Any], base: str, *fields: Any) -> Outputs:
        try:
            text = beginning(editor["text"], base)
        except AffectError as fault:
            return self._fault(fault)
        return self._sound(settings_of(*fields), text, base, "script")

    def _sound(self, settings: Settings, text: str, emotion: str, name: str, keep: bool = False) -> Outputs:
        try:
            sound = self.previews.voice(settings.request(text, emotion), keep)
        except AffectError as fault:
            return self._fault(fault)
        told = {"of": "voices", "name": name, "sound": sound}
        return {self.parts.voice.messenger: told, self.parts.voice.note: note()}

    def _fault(self, fault: AffectError) -> Outputs:
        told = {"of": "voices", "name": "", "sound": ""}
        return {self.parts.voice.messenger: told, self.parts.voice.note: fault_note(fault)}

    def _recording(self, given: str, session: gr.Request) -> Outputs:
        row = self.parts.media["speech"]
        try:
            path = keep_file(given, self.sessions.folder(str(session.session_hash)))
            told = recording_note(path)
        except AffectError as fault:
            return {self.parts.voice.note: fault_note(fault)}
        shown = shown_engine(self.parts, self.engines, "speech", "recording")
        own = {row.on: True, row.engine: "recording", row.model: str(path), self.parts.voice.note: told}
        return {**shown, **own}

    def _felt(
        self, session: gr.Request, editor: dict[str, Any], base: str, *fields: Any
    ) -> Iterator[Outputs]:
        """The recording with the emotions of the script in its place."""
        p = self.parts
        yield {p.voice.note: note("Finding the words and moving the voice…")}
        try:
            request = settings_of(*fields).request(editor["text"], base)
            with self.previews.at_work():
                path, told = felt_recording(request, self.sessions.folder(str(session.session_hash)))
        except AffectError as fault:
            yield {p.voice.note: fault_note(fault)}
            return
        yield {p.media["speech"].model: str(path), p.voice.note: told}

    def _model(self, engine: str, model: str) -> str:
        """What is told of a recording whose path was typed."""
        if engine != "recording" or not model.strip():
            return note()
        try:
            return recording_note(Path(model.strip()))
        except AffectError as fault:
            return fault_note(fault)

    def _styled(self, styles: list[str] | None) -> str:
        try:
            parse_style(style_text(styles or [], 1.0))
        except AffectError as fault:
            return fault_note(fault)
        return note()


def beginning(text: str, base: str) -> str:
    """The script up to the end of its first sentence, with its marks.

    Raises:
        AffectError: the script has faults.
    """
    sentences = read_sentences(text, parse_emotion(base))
    if len(sentences) < 2:
        return text
    second = sentences[1]
    return text[: second.mark.start if second.mark else second.at]
