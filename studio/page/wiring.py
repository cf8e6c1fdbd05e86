"""What happens when something on the page is moved, typed or pressed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from conditioning.errors import AffectError, ScriptError
from conditioning.parsing import parse_emotion
from studio.page.editing import corrected, read_feelings, read_sentences, without_marks
from studio.page.engines import Engines
from studio.page.face_wiring import FaceWiring
from studio.page.fields import Outputs, field_list, settings_of, shown, shown_engine
from studio.page.given import emotion_of_clip
from studio.page.labels import examples
from studio.page.layout import Parts
from studio.page.linking import NOBODY, Draft, dragged, drawn, felt, rejoined, tuned
from studio.page.output_wiring import OutputWiring
from studio.page.previews import Previews, TrackMaker
from studio.page.running import Failed, FilmMaker, Made, Run, Stopped, Update
from studio.page.score_views import chart, scorecard
from studio.page.sessions import Sessions
from studio.page.settings import Settings
from studio.page.takes import Take, find, starred, take_of
from studio.page.views import fault_note, film_player, honoured, shelf, stages, tracks
from studio.page.voice_wiring import QUIET, VoiceWiring
from studio.request import FilmRequest

__all__ = ["Wiring"]

_SHOW_FILM = (
    "() => { if (matchMedia('(max-width: 760px)').matches)"
    " document.querySelector('#film').scrollIntoView({ behavior: 'smooth' }); }"
)


class Maker(FilmMaker, TrackMaker, Protocol):
    """Makes films and single tracks: ``studio.studio.Studio``."""


class Wiring:
    """Connects the parts of the page, inside an open ``gr.Blocks``.

    Args:
        parts: of the page.
        engines: that can be chosen.
        maker: makes the films.
        sessions: keeps them.
        shares: each stage's part of the work, in order.
    """

    def __init__(
        self, parts: Parts, engines: Engines, maker: Maker, sessions: Sessions, shares: dict[str, float]
    ) -> None:
        self.parts, self.engines, self.maker = parts, engines, maker
        self.sessions, self.shares = sessions, shares
        self.base = gr.State("neutral")
        self.previews = Previews(maker, sessions.turn)
        self._connect_script()
        self._connect_settings()
        self._connect_film()
        self._connect_takes()
        OutputWiring(parts, sessions, self.base)
        VoiceWiring(parts, engines, sessions, self.previews, self.base)
        FaceWiring(parts, engines, sessions, self.previews, self.base)

    # The script, the panel and the timeline.

    def _connect_script(self) -> None:
        p = self.parts
        draft = [p.editor, p.line, self.base, p.labels, p.medium]
        around = [p.line, p.panel, p.heading, p.script_note]  # never the box itself while someone types in it
        whole = [p.editor, self.base, *around]
        p.editor.input(self._typed, draft, around, **QUIET)
        p.panel.release(self._panel_moved, [*draft, p.panel], whole, **QUIET)
        p.clip.upload(self._clip_given, [*draft, p.clip], [*whole, p.clip_note], **QUIET)
        p.line.release(self._line_moved, draft, whole, **QUIET)
        p.line.select(self._typed, draft, around, **QUIET)
        p.heading.select(self._heading_pressed, draft, whole, **QUIET)
        p.labels.input(self._typed, draft, around, **QUIET)
        p.medium.input(self._typed, draft, around, **QUIET)
        for button, example in zip(p.examples, examples(), strict=True):
            button.click(self._rewriting(_always(example.script)), draft, whole, **QUIET)
        p.clear.click(self._rewriting(without_marks), draft, whole, **QUIET)
        p.guess.click(self._rewriting(_guessed), draft, whole, **QUIET)
        p.script_note.select(self._name_used, draft, whole, **QUIET)

    def _typed(self, *values: Any) -> Outputs:
        return self._around(_draft(*values), values[1])

    def _heading_pressed(self, event: gr.EventData, *values: Any) -> Outputs:
        draft = _draft(*values)
        if event.do == "same":
            return self._edited(draft, values[1], rejoined)
        return self._whole(replace(draft, chosen=NOBODY), values[1])

    def _panel_moved(self, *values: Any) -> Outputs:
        *written, panel = values
        return self._edited(_draft(*written), values[1], lambda draft: tuned(draft, panel))

    def _clip_given(self, *values: Any) -> Outputs:
        *written, clip = values
        try:
            emotion, told = emotion_of_clip(Path(clip))
        except AffectError as fault:
            return {self.parts.clip_note: fault_note(fault)}
        out = self._edited(_draft(*written), values[1], lambda draft: felt(draft, emotion))
        return {**out, self.parts.clip_note: told}

    def _line_moved(self, *values: Any) -> Outputs:
        return self._edited(_draft(*values), values[1], lambda draft: dragged(draft, values[1]))

    def _rewriting(self, rewrite: Callable[[str], str]) -> Callable[..., Outputs]:
        def handler(*values: Any) -> Outputs:
            draft = replace(_draft(*values), chosen=NOBODY)
            return self._edited(draft, values[1], lambda d: replace(d, text=rewrite(d.text)))

        return handler

    def _name_used(self, event: gr.EventData, *values: Any) -> Outputs:
        draft = _draft(*values)
        try:
            read_sentences(draft.text, parse_emotion(draft.base))
        except ScriptError as fault:
            draft = replace(draft, text=corrected(draft.text, fault, event.name))
        return self._whole(draft, values[1])

    def _edited(self, draft: Draft, line: dict[str, Any], edit: Callable[[Draft], Draft]) -> Outputs:
        """What is shown after an edit; a script with faults stays as it is, and its fault is told."""
        try:
            draft = edit(draft)
        except AffectError as fault:
            return {**self._whole(draft, line), self.parts.script_note: fault_note(fault)}
        return self._whole(draft, line)

    def _whole(self, draft: Draft, line: dict[str, Any]) -> Outputs:
        return {
            self.parts.editor: {"text": draft.text},
            self.base: draft.base,
            **self._around(draft, line),
        }

    def _around(self, draft: Draft, line: dict[str, Any]) -> Outputs:
        p, shown = self.parts, drawn(draft, line)
        return {p.line: shown.line, p.panel: shown.panel, p.heading: shown.heading, p.script_note: shown.help}

    # Engines, characters, seed and format.

    def _connect_settings(self) -> None:
        p = self.parts
        more: dict[str, list[Any]] = {
            "speech": [p.language, p.voice.people, p.voice.felt_row],
            "face": [p.face.people, p.face.camera, p.face.head_style],
        }
        for medium, row in p.media.items():
            changed = [row.option, row.model_row, *more.get(medium, [])]
            row.engine.input(self._engine_chosen(medium), row.engine, changed, **QUIET)
        p.dice.click(lambda: random.randrange(10**6), None, p.seed, **QUIET)

    def _engine_chosen(self, medium: str) -> Callable[[str], Outputs]:
        return lambda engine: shown_engine(self.parts, self.engines, medium, engine)

    # Making a film.

    def _connect_film(self) -> None:
        p = self.parts
        results = [p.film, p.chart, p.score, p.honoured, p.tracks, p.shelf]
        p.generate.click(None, None, None, js=_SHOW_FILM)
        p.generate.click(
            self._generate,
            [p.editor, self.base, p.labels, *field_list(p)],
            [p.progress, p.generate, p.cancel, *results],
            show_progress="hidden",
            concurrency_limit=None,  # pages wait for each other in ``Run``, where they can be told so and give up
            api_visibility="private",
        )
        p.cancel.click(self._cancel, None, None, queue=False, **QUIET)

    def _cancel(self, session: gr.Request) -> None:
        self.sessions.stop(str(session.session_hash))

    def _generate(
        self,
        editor: dict[str, Any],
        base: str,
        labels: str,
        session: gr.Request,  # before the star: Gradio puts it at its place among the inputs
        *fields: Any,
    ) -> Iterator[Outputs]:
        p, visit = self.parts, str(session.session_hash)
        settings = settings_of(*fields)
        media = [medium for medium, pick in settings.picks.items() if pick.on]
        yield {p.generate: gr.Button(interactive=False), p.cancel: gr.Button(interactive=True)}
        try:
            request = settings.request(editor["text"], base)
            for news in self._news(request, visit):
                if isinstance(news, Update):
                    yield {p.progress: stages(news, self.shares, media)}
                else:
                    yield self._outcome(news, visit, labels, media)
        except AffectError as fault:
            yield self._outcome(Failed(fault), visit, labels, media)
        yield {p.generate: gr.Button(interactive=True), p.cancel: gr.Button(interactive=False)}

    def _news(self, request: FilmRequest, session: str) -> Iterator[Update | Made | Stopped | Failed]:
        number = _next(self.sessions.takes(session))
        run = Run(self.maker, request, self.sessions.folder(session) / f"take_{number}", self.sessions.turn)
        self.sessions.begin(session, run)
        return run.updates()

    def _outcome(self, news: Made | Stopped | Failed, session: str, labels: str, media: list[str]) -> Outputs:
        p = self.parts
        if isinstance(news, Stopped):
            return {p.progress: stages(None, self.shares, media, "Cancelled; nothing was kept.")}
        if isinstance(news, Failed):
            return {p.progress: stages(None, self.shares, media, fault_note(news.error))}
        takes = self.sessions.takes(session)
        take = take_of(news.film, _next(takes), labels)
        takes = [*takes, take]
        self.sessions.keep(session, takes)
        done = stages(Update(1.0, "done", news.elapsed), self.shares, media)
        return {p.progress: done, **self._shown(take), p.shelf: shelf(takes, take.number)}

    def _shown(self, take: Take) -> Outputs:
        p = self.parts
        return {
            p.film: film_player(take),
            p.chart: chart(take),
            p.score: scorecard(take),
            p.honoured: honoured(take),
            p.tracks: tracks(take),
        }

    # Takes.

    def _connect_takes(self) -> None:
        p = self.parts
        rows = [row.model_row for row in p.media.values()]
        results = [p.film, p.chart, p.score, p.honoured, p.tracks, p.shelf]
        script = [p.editor, self.base, p.line, p.panel, p.heading, p.script_note, p.labels, p.medium]
        fields = field_list(p)
        p.shelf.select(
            self._take_pressed,
            [p.line, *fields],
            [*results, *script, *fields, *rows, p.voice.people, p.voice.felt_row, p.face.people],
            show_progress="hidden",
            api_visibility="private",
        )

    def _take_pressed(
        self, line: dict[str, Any], session: gr.Request, event: gr.EventData, *fields: Any
    ) -> Outputs:
        number, visit = int(event.name), str(session.session_hash)
        takes = self.sessions.takes(visit)
        take = find(takes, number)
        if take is None:
            return {}
        if event.do == "star":
            takes = starred(takes, number)
            self.sessions.keep(visit, takes)
            return {self.parts.shelf: shelf(takes, number)}
        out = {**self._shown(take), self.parts.shelf: shelf(takes, number)}
        if event.do == "restore":
            out |= self._restored(take, settings_of(*fields), line)
        return out

    def _restored(self, take: Take, settings: Settings, line: dict[str, Any]) -> Outputs:
        request = take.request
        draft = Draft(request.script, request.emotion, take.labels)
        old = shown(self.parts, self.engines, settings.restored(request))
        return {**self._whole(draft, line), self.parts.labels: take.labels, self.parts.medium: "", **old}

    # Reloading.

    def reopened(self, visit: str, session: gr.Request) -> Outputs:
        """What a page shows that names the visit it had before it was reloaded.

        Args:
            visit: as the browser kept it; "" for a page that is opened.
            session: of the page.
        """
        p, name = self.parts, str(session.session_hash)
        out: Outputs = {p.visit: self.sessions.open(name, visit)}
        takes = self.sessions.takes(name)
        if takes:
            out |= {**self._shown(takes[-1]), p.shelf: shelf(takes, takes[-1].number)}
        return out


def _draft(editor: dict[str, Any], line: dict[str, Any], base: str, labels: str, medium: str) -> Draft:
    text = editor["text"].replace("\r\n", "\n")
    return Draft(text, base, labels, int(line.get("chosen", NOBODY)), medium or "")


def _guessed(text: str) -> str:
    return read_feelings(text)


def _always(script: str) -> Callable[[str], str]:
    return lambda text: script


def _next(takes: list[Take]) -> int:
    return max((take.number for take in takes), default=0) + 1
