"""What happens when something on the page is moved, typed or pressed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from conditioning.errors import AffectError, ScriptError
from conditioning.parsing import parse_emotion
from generators.registry import MEDIA
from studio.page.editing import corrected, read_feelings, read_sentences, without_marks
from studio.page.engines import Engines
from studio.page.labels import examples
from studio.page.layout import Parts
from studio.page.linking import NOBODY, Draft, dragged, drawn, tuned
from studio.page.running import Failed, FilmMaker, Made, Run, Stopped, Update
from studio.page.score_views import chart, scorecard
from studio.page.sessions import Sessions
from studio.page.settings import Pick, Settings
from studio.page.takes import Take, find, starred, take_of
from studio.page.views import fault_note, film_player, honoured, shelf, stages, tracks
from studio.request import FilmRequest

__all__ = ["Wiring"]

_QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "trigger_mode": "always_last",
    "api_visibility": "private",
}
_SHOW_FILM = (
    "() => { if (matchMedia('(max-width: 760px)').matches)"
    " document.querySelector('#film').scrollIntoView({ behavior: 'smooth' }); }"
)

Outputs = dict[Any, Any]


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
        self, parts: Parts, engines: Engines, maker: FilmMaker, sessions: Sessions, shares: dict[str, float]
    ) -> None:
        self.parts, self.engines, self.maker = parts, engines, maker
        self.sessions, self.shares = sessions, shares
        self.base = gr.State("neutral")
        self.takes: gr.State = gr.State([])
        self._connect_script()
        self._connect_settings()
        self._connect_film()
        self._connect_takes()

    # The script, the panel and the timeline.

    def _connect_script(self) -> None:
        p = self.parts
        draft = [p.editor, p.line, self.base, p.labels]
        around = [p.line, p.panel, p.heading, p.script_note]  # never the box itself while someone types in it
        whole = [p.editor, self.base, *around]
        p.editor.input(self._typed, draft, around, **_QUIET)
        p.panel.release(self._panel_moved, [*draft, p.panel], whole, **_QUIET)
        p.line.release(self._line_moved, draft, whole, **_QUIET)
        p.line.select(self._typed, draft, around, **_QUIET)
        p.heading.select(self._none_chosen, draft, around, **_QUIET)
        p.labels.input(self._typed, draft, around, **_QUIET)
        for button, example in zip(p.examples, examples(), strict=True):
            button.click(self._rewriting(_always(example.script)), draft, whole, **_QUIET)
        p.clear.click(self._rewriting(without_marks), draft, whole, **_QUIET)
        p.guess.click(self._rewriting(_guessed), draft, whole, **_QUIET)
        p.script_note.select(self._name_used, draft, whole, **_QUIET)

    def _typed(self, editor: dict[str, Any], line: dict[str, Any], base: str, labels: str) -> Outputs:
        return self._around(_draft(editor, line, base, labels), line)

    def _none_chosen(self, editor: dict[str, Any], line: dict[str, Any], base: str, labels: str) -> Outputs:
        return self._around(replace(_draft(editor, line, base, labels), chosen=NOBODY), line)

    def _panel_moved(
        self, editor: dict[str, Any], line: dict[str, Any], base: str, labels: str, panel: dict[str, Any]
    ) -> Outputs:
        return self._edited(_draft(editor, line, base, labels), line, lambda draft: tuned(draft, panel))

    def _line_moved(self, editor: dict[str, Any], line: dict[str, Any], base: str, labels: str) -> Outputs:
        return self._edited(_draft(editor, line, base, labels), line, lambda draft: dragged(draft, line))

    def _rewriting(self, rewrite: Callable[[str], str]) -> Callable[..., Outputs]:
        def handler(editor: dict[str, Any], line: dict[str, Any], base: str, labels: str) -> Outputs:
            draft = replace(_draft(editor, line, base, labels), chosen=NOBODY)
            return self._edited(draft, line, lambda d: replace(d, text=rewrite(d.text)))

        return handler

    def _name_used(
        self, editor: dict[str, Any], line: dict[str, Any], base: str, labels: str, event: gr.EventData
    ) -> Outputs:
        draft = _draft(editor, line, base, labels)
        try:
            read_sentences(draft.text, parse_emotion(base))
        except ScriptError as fault:
            draft = replace(draft, text=corrected(draft.text, fault, event.name))
        return self._whole(draft, line)

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
        for medium, row in p.media.items():
            changed = [row.option, row.model_row, *([p.language] if medium == "speech" else [])]
            row.engine.input(self._engine_chosen(medium), row.engine, changed, **_QUIET)
        p.dice.click(lambda: random.randrange(10**6), None, p.seed, **_QUIET)

    def _engine_chosen(self, medium: str) -> Callable[[str], list[Any]]:
        def handler(engine: str) -> list[Any]:
            out = [
                self._option_field(medium, engine, ""),
                gr.Row(visible=self.engines.needs_model(medium, engine)),
            ]
            if medium == "speech":
                languages = self.engines.languages(engine)
                out.append(gr.Dropdown(choices=languages, value=languages[0]))
            return out

        return handler

    def _option_field(self, medium: str, engine: str, value: str) -> gr.Dropdown:
        options = self.engines.options(medium, engine)
        free = self.engines.needs_model(medium, engine) and medium == "speech"  # a folder's own voices
        return gr.Dropdown(choices=options, value=value, interactive=len(options) > 1 or free)

    def _fields(self) -> list[Any]:
        p = self.parts
        rows = [field for row in p.media.values() for field in (row.on, row.engine, row.option, row.model)]
        return [p.seed, p.format, p.quality, p.captions, p.language, *rows]

    # Making a film.

    def _connect_film(self) -> None:
        p = self.parts
        shown = [p.film, p.chart, p.score, p.honoured, p.tracks, p.shelf]
        p.generate.click(None, None, None, js=_SHOW_FILM)
        p.generate.click(
            self._generate,
            [p.editor, self.base, p.labels, self.takes, *self._fields()],
            [p.progress, p.generate, p.cancel, self.takes, *shown],
            show_progress="hidden",
            concurrency_limit=None,  # pages wait for each other in ``Run``, where they can be told so and give up
            api_visibility="private",
        )
        p.cancel.click(self._cancel, None, None, queue=False, **_QUIET)

    def _cancel(self, session: gr.Request) -> None:
        self.sessions.stop(str(session.session_hash))

    def _generate(
        self,
        editor: dict[str, Any],
        base: str,
        labels: str,
        takes: list[Take],
        session: gr.Request,  # before the star: Gradio puts it at its place among the inputs
        *fields: Any,
    ) -> Iterator[Outputs]:
        p = self.parts
        settings = _settings(*fields)
        media = [medium for medium, pick in settings.picks.items() if pick.on]
        yield {p.generate: gr.Button(interactive=False), p.cancel: gr.Button(interactive=True)}
        try:
            request = settings.request(editor["text"], base)
            for news in self._news(request, str(session.session_hash), takes):
                if isinstance(news, Update):
                    yield {p.progress: stages(news, self.shares, media)}
                else:
                    yield self._outcome(news, takes, labels, media)
        except AffectError as fault:
            yield self._outcome(Failed(fault), takes, labels, media)
        yield {p.generate: gr.Button(interactive=True), p.cancel: gr.Button(interactive=False)}

    def _news(
        self, request: FilmRequest, session: str, takes: list[Take]
    ) -> Iterator[Update | Made | Stopped | Failed]:
        number = max((take.number for take in takes), default=0) + 1
        run = Run(self.maker, request, self.sessions.folder(session) / f"take_{number}", self.sessions.turn)
        self.sessions.begin(session, run)
        return run.updates()

    def _outcome(
        self, news: Made | Stopped | Failed, takes: list[Take], labels: str, media: list[str]
    ) -> Outputs:
        p = self.parts
        if isinstance(news, Stopped):
            return {p.progress: stages(None, self.shares, media, "Cancelled; nothing was kept.")}
        if isinstance(news, Failed):
            return {p.progress: stages(None, self.shares, media, fault_note(news.error))}
        take = take_of(news.film, max((each.number for each in takes), default=0) + 1, labels)
        takes = [*takes, take]
        done = stages(Update(1.0, "done", news.elapsed), self.shares, media)
        return {p.progress: done, self.takes: takes, **self._shown(take), p.shelf: shelf(takes, take.number)}

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
        results = [p.film, p.chart, p.score, p.honoured, p.tracks, p.shelf, self.takes]
        script = [p.editor, self.base, p.line, p.panel, p.heading, p.script_note, p.labels]
        p.shelf.select(
            self._take_pressed,
            [self.takes, p.line, *self._fields()],
            [*results, *script, *self._fields(), *rows],
            show_progress="hidden",
            api_visibility="private",
        )

    def _take_pressed(
        self, takes: list[Take], line: dict[str, Any], event: gr.EventData, *fields: Any
    ) -> Outputs:
        number = int(event.name)
        take = find(takes, number)
        if take is None:
            return {}
        if event.do == "star":
            takes = starred(takes, number)
            return {self.takes: takes, self.parts.shelf: shelf(takes, number)}
        out = {**self._shown(take), self.parts.shelf: shelf(takes, number)}
        if event.do == "restore":
            out |= self._restored(take, _settings(*fields), line)
        return out

    def _restored(self, take: Take, settings: Settings, line: dict[str, Any]) -> Outputs:
        p, request = self.parts, take.request
        old = settings.restored(request)
        draft = Draft(request.script, request.emotion, take.labels)
        out: Outputs = {
            **self._whole(draft, line),
            p.labels: take.labels,
            p.seed: old.seed,
            p.format: old.format,
            p.quality: old.quality,
            p.captions: old.captions,
        }
        for medium, row in p.media.items():
            pick = old.picks[medium]
            out |= {
                row.on: pick.on,
                row.engine: pick.engine,
                row.option: self._option_field(medium, pick.engine, pick.option),
                row.model: pick.model,
                row.model_row: gr.Row(visible=self.engines.needs_model(medium, pick.engine)),
            }
        languages = self.engines.languages(old.picks["speech"].engine)
        out[p.language] = gr.Dropdown(choices=languages, value=old.language)
        return out


def _draft(editor: dict[str, Any], line: dict[str, Any], base: str, labels: str) -> Draft:
    return Draft(editor["text"].replace("\r\n", "\n"), base, labels, int(line.get("chosen", NOBODY)))


def _guessed(text: str) -> str:
    return read_feelings(text)


def _always(script: str) -> Callable[[str], str]:
    return lambda text: script


def _settings(
    seed: float | None, shape: str, quality: str, captions: bool, language: str, *rows: Any
) -> Settings:
    picks = {
        medium: Pick(bool(rows[4 * i]), rows[4 * i + 1], rows[4 * i + 2] or "", rows[4 * i + 3] or "")
        for i, medium in enumerate(MEDIA)
    }
    return Settings(picks, int(seed or 0), shape, quality, captions, language)
