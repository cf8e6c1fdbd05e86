"""Where everything stands on the page. Nothing happens here: ``wiring`` connects the parts."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from generators.registry import MEDIA
from studio.page import widgets
from studio.page.detail_cards import FaceCard, VoiceCard, face_card, voice_card
from studio.page.engines import Engines
from studio.page.labels import SHORTLIST, examples, label_lists
from studio.page.linking import CALLED, Draft, Drawn, drawn
from studio.page.score_views import chart, scorecard
from studio.page.settings import FORMATS, QUALITIES
from studio.page.theme import static
from studio.page.views import blank, film_player, honoured, note, shelf, title, tracks

__all__ = ["MediumRow", "Parts", "lay_out"]

_SEED_HELP = "The same seed and settings give the same film."

_TOP = """<header class="bar"><h1>Affect Studio</h1><p>Write it, say how it feels, see and hear it, and read how much of
it came through.</p><button type="button" aria-label="Switch between light and dark">Light / dark</button></header>"""


@dataclass(frozen=True)
class MediumRow:
    """The fields of one medium."""

    on: gr.Checkbox
    engine: gr.Dropdown
    option: gr.Dropdown
    model_row: gr.Row
    model: gr.Textbox


@dataclass(frozen=True)
class Parts:
    """Every part of the page that something happens to."""

    examples: tuple[gr.Button, ...]
    editor: gr.HTML
    script_note: gr.HTML
    line: gr.HTML
    guess: gr.Button
    clear: gr.Button
    media: dict[str, MediumRow]
    seed: gr.Number
    dice: gr.Button
    format: gr.Dropdown
    quality: gr.Dropdown
    captions: gr.Checkbox
    language: gr.Dropdown
    voice: VoiceCard
    face: FaceCard
    heading: gr.HTML
    labels: gr.Dropdown
    medium: gr.Dropdown
    panel: gr.HTML
    clip: gr.UploadButton
    clip_note: gr.HTML
    film: gr.HTML
    generate: gr.Button
    cancel: gr.Button
    progress: gr.HTML
    chart: gr.HTML
    score: gr.HTML
    honoured: gr.HTML
    tracks: gr.HTML
    repeat_tab: gr.Tab
    repeat: gr.HTML
    shelf: gr.HTML
    visit: gr.Textbox


def lay_out(engines: Engines, progress: str) -> Parts:
    """The parts of the page, inside an open ``gr.Blocks``.

    Args:
        engines: that can be chosen.
        progress: HTML of the stages before anything is made.
    """
    first = drawn(Draft(examples()[0].script))
    gr.HTML(_TOP, elem_id="top", js_on_load=static("dark.js"))
    parts: dict[str, object] = {"visit": gr.Textbox(visible="hidden", elem_id="visit")}
    with gr.Row(elem_id="page", equal_height=False):
        with gr.Column(scale=80, min_width=660):
            with gr.Row(elem_id="write", equal_height=False):
                with gr.Column(scale=47, min_width=330):
                    parts |= _script_cards(first)
                    parts |= _media_card(engines)
                with gr.Column(scale=33, min_width=320):
                    parts |= _emotion_card(first)
                    parts |= {"voice": voice_card(engines), "face": face_card(engines)}
            with gr.Column(elem_classes="card", elem_id="c-takes"):
                gr.HTML(title("Takes", "favourites first, then the newest"))
                parts["shelf"] = widgets.clickable(shelf([]), elem_id="takes")
        with gr.Column(scale=54, min_width=340):
            parts |= _results(progress)
    return Parts(**parts)  # type: ignore[arg-type]


def _script_cards(first: Drawn) -> dict[str, object]:
    with gr.Column(elem_classes="card", elem_id="c-script"):
        gr.HTML(title("Script"))
        with gr.Row(elem_classes="examples"):
            buttons = tuple(gr.Button(each.name, size="sm") for each in examples())
        editor = widgets.editor(examples()[0].script)
        script_note = widgets.clickable(first.help, elem_id="script-help")
    with gr.Column(elem_classes="card", elem_id="c-line"):
        gr.HTML(title("Over time", "drag a point, choose a sentence"))
        line = widgets.line(first.line)
        with gr.Row(elem_classes="pair"):
            guess = gr.Button("Read it from my text", size="sm")
            clear = gr.Button("Remove all marks", size="sm")
    return {
        "examples": buttons,
        "editor": editor,
        "script_note": script_note,
        "line": line,
        "guess": guess,
        "clear": clear,
    }


def _emotion_card(first: Drawn) -> dict[str, object]:
    with gr.Column(elem_classes="card", elem_id="c-emotion"):
        heading = widgets.clickable(first.heading)
        with gr.Row(elem_classes="pair"):
            labels = gr.Dropdown(
                [(listed.title, key) for key, listed in label_lists().items()],
                value=SHORTLIST,
                label="Vocabulary",
                show_label=False,
                container=False,
                min_width=60,
            )
            medium = gr.Dropdown(
                [
                    ("for all media", ""),
                    *((f"for the {called} alone", name) for name, called in CALLED.items()),
                ],
                value="",
                label="Medium",
                show_label=False,
                container=False,
                min_width=60,
            )
        panel = widgets.panel(first.panel)
        with gr.Row(elem_classes="pair"):
            clip = gr.UploadButton(
                "Take it from a clip…", size="sm", file_types=["audio", "video"], elem_id="clip"
            )
        clip_note = gr.HTML(note(), elem_id="clip-note")
    return {
        "heading": heading,
        "labels": labels,
        "medium": medium,
        "panel": panel,
        "clip": clip,
        "clip_note": clip_note,
    }


def _media_card(engines: Engines) -> dict[str, object]:
    with gr.Column(elem_classes="card", elem_id="c-media"):
        return _media_fields(engines)


def _media_fields(engines: Engines) -> dict[str, object]:
    gr.HTML(title("Media", "engine and character"))
    media = {medium: _medium_row(engines, medium) for medium in MEDIA}
    with gr.Row(elem_classes="fields"):
        seed = gr.Number(7, label="Seed", precision=0, minimum=0, maximum=2**32 - 1, scale=4, min_width=60)
        dice = gr.Button("New seed", size="sm", scale=3, min_width=60)
        language = gr.Dropdown(
            engines.languages(engines.names("speech")[0]), label="Language", scale=4, min_width=60
        )
    with gr.Row(elem_classes="fields"):
        shape = gr.Dropdown(list(FORMATS), value="16:9", label="Format", scale=4, min_width=60)
        quality = gr.Dropdown(list(QUALITIES), value="720p", label="Quality", scale=4, min_width=60)
        captions = gr.Checkbox(True, label="Captions", container=False, scale=3, min_width=60)
    broken_ones = "".join(note(f"{broken.name} cannot be used: {broken.why}") for broken in engines.broken)
    gr.HTML(broken_ones or note(_SEED_HELP), elem_id="settings-help")
    return {
        "media": media,
        "seed": seed,
        "dice": dice,
        "format": shape,
        "quality": quality,
        "captions": captions,
        "language": language,
    }


def _medium_row(engines: Engines, medium: str) -> MediumRow:
    first = engines.names(medium)[0]
    options = engines.options(medium, first)
    with gr.Row(elem_classes="medium"):
        on = gr.Checkbox(True, label=medium.capitalize(), container=False, scale=3, min_width=60)
        engine = gr.Dropdown(
            engines.names(medium),
            label=f"{medium} engine",
            show_label=False,
            container=False,
            scale=4,
            min_width=60,
        )
        option = gr.Dropdown(
            options,
            value="",
            label=f"{medium} character",
            show_label=False,
            container=False,
            scale=4,
            min_width=60,
            interactive=len(options) > 1,
            allow_custom_value=True,
        )
    with gr.Row(visible=engines.needs_model(medium, first)) as model_row:
        model = gr.Textbox(
            label=f"{medium} model", placeholder="folder or hub id of its weights", max_lines=1
        )
    return MediumRow(on, engine, option, model_row, model)


def _results(progress: str) -> dict[str, object]:
    film = gr.HTML(film_player(None), elem_id="film")
    with gr.Column(elem_classes="card", elem_id="c-stage"):
        with gr.Row(elem_id="actions"):
            generate = gr.Button("Generate film", variant="primary", scale=3, elem_id="generate")
            cancel = gr.Button("Cancel", interactive=False, scale=1, elem_id="cancel")
        stages = gr.HTML(progress, elem_id="stages")
    with gr.Column(elem_classes="card", elem_id="c-read"):
        over_time = gr.HTML(chart(None), js_on_load=static("chart.js"), elem_id="chart")
    with gr.Column(elem_classes="card", elem_id="c-tabs"), gr.Tabs():
        with gr.Tab("Scorecard"):
            score = gr.HTML(scorecard(None), elem_id="score")
        with gr.Tab("Honoured"):
            kept = gr.HTML(honoured(None), elem_id="honoured")
        with gr.Tab("Tracks"):
            files = widgets.clickable(tracks(None), elem_id="tracks")
        with gr.Tab("Repeat") as repeat_tab:
            repeat = gr.HTML(blank(""), js_on_load=static("copy.js"), elem_id="repeat")
    return {
        "film": film,
        "generate": generate,
        "cancel": cancel,
        "progress": stages,
        "chart": over_time,
        "score": score,
        "honoured": kept,
        "tracks": files,
        "repeat_tab": repeat_tab,
        "repeat": repeat,
    }
