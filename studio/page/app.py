"""The web page: what is asked on the left, the film and what was achieved on the right.

The page parses nothing and measures nothing itself: it hands a request to the studio and shows what comes back.
"""

from __future__ import annotations

import os
import queue
import random
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conditioning.errors import AffectError, Cancelled
from studio.page.views import chart, honoured, note, scorecard
from studio.request import FORMATS, FilmRequest
from studio.studio import Film, Studio

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr

__all__ = ["launch", "page"]

EXAMPLES = {
    "The letter": "[hope] A letter came this morning. [joy] She is coming home! [fear:0.6] But what if I have changed "
    "too much? [serenity] Then we shall simply begin again.",
    "Last train": "[sadness] The platform is empty now. [sadness:0.6+anger:0.4] You said you would wait. "
    "[neutral] The lights go out, one after another.",
    "Lift-off": "[anticipation] Ten seconds, all systems ready. [surprise] There she goes! [joy] Look at her fly.",
}
QUALITY = {"draft, 360 lines": 360, "720 lines": 720, "1080 lines": 1080}
CSS = ".gradio-container{max-width:1440px!important;margin:0 auto!important;width:100%!important;min-width:0!important}"


def page() -> gr.Blocks:
    """The page, ready to be launched."""
    studio = Studio()
    with gr.Blocks(title="Affect Studio", fill_width=True) as demo:
        stop_event = gr.State(None)
        gr.Markdown("# Affect Studio\nWrite it, say how it feels, see what was felt.")
        with gr.Row():
            with gr.Column(scale=4, min_width=320):
                script = gr.Textbox(EXAMPLES["The letter"], label="Script", lines=6, elem_id="script",
                                    info="A mark such as [joy] holds until the next one.")  # fmt: skip
                gr.Examples([[text] for text in EXAMPLES.values()], [script], example_labels=list(EXAMPLES))
                emotion = gr.Textbox("neutral", label="Emotion before the first mark",
                                     info="joy, joy:0.7+fear:0.3, v=.5 a=-.2 d=.1, very angry, 😊")  # fmt: skip
                with gr.Row():
                    valence = gr.Slider(-1, 1, 0, step=0.05, label="Valence")
                    arousal = gr.Slider(-1, 1, 0, step=0.05, label="Arousal")
                    dominance = gr.Slider(-1, 1, 0, step=0.05, label="Dominance")
                media = gr.CheckboxGroup(["speech", "face", "music", "video"],
                                         value=["speech", "face", "music", "video"], label="Media")  # fmt: skip
                with gr.Row():
                    seed = gr.Number(7, label="Seed", precision=0, minimum=0)
                    dice = gr.Button("New seed")
                    quality = gr.Dropdown(
                        list(QUALITY), value="720 lines", label="Quality", elem_id="quality"
                    )
                    shape = gr.Dropdown(list(FORMATS), value="16:9", label="Format")
            with gr.Column(scale=5, min_width=320):
                film = gr.Video(label="Film", elem_id="film", interactive=False)
                with gr.Row():
                    go = gr.Button("Generate film", variant="primary", elem_id="go")
                    cancel = gr.Button("Cancel", interactive=False)
                said = gr.HTML(note("Ready when you are."), elem_id="said")
                curve = gr.HTML()
                with gr.Tabs():
                    with gr.Tab("Scorecard"):
                        scores = gr.HTML(elem_id="scores")
                    with gr.Tab("Honoured"):
                        kept = gr.HTML()
                    with gr.Tab("Tracks"):
                        files = gr.File(
                            label="Film, record and tracks", file_count="multiple", interactive=False
                        )
        for slider in (valence, arousal, dominance):
            slider.release(_point, [valence, arousal, dominance], emotion, show_progress="hidden")
        dice.click(lambda: random.randrange(10**6), None, seed, show_progress="hidden")

        def run(*values: Any) -> Iterator[dict[Any, Any]]:
            event = threading.Event()
            yield {go: gr.update(interactive=False), cancel: gr.update(interactive=True), stop_event: event}
            for update in _work(studio, event, *values):
                if isinstance(update, Film):
                    paths = [str(p) for p in (update.path, update.record_path, *update.files)]
                    yield {film: str(update.path), files: paths, said: note("Done."), curve: chart(update.scorecard),
                           scores: scorecard(update.scorecard), kept: honoured(update.record)}  # fmt: skip
                else:
                    yield {said: update}
            yield {go: gr.update(interactive=True), cancel: gr.update(interactive=False)}

        go.click(run, [script, emotion, media, seed, quality, shape],
                 [go, cancel, stop_event, film, files, said, curve, scores, kept], show_progress="hidden",
                 concurrency_limit=1, api_name="generate")  # fmt: skip
        cancel.click(lambda event: event and event.set(), stop_event, None, queue=False)
    return demo


def launch(host: str = "127.0.0.1", port: int = 7860, open_browser: bool = True) -> None:
    """Serve the page until it is stopped."""
    page().queue().launch(
        server_name=host, server_port=port, inbrowser=open_browser, css=CSS, theme=gr.themes.Soft()
    )


def _point(valence: float, arousal: float, dominance: float) -> str:
    return f"v={valence:g} a={arousal:g} d={dominance:g}"


def _work(studio: Studio, cancel: threading.Event, script: str, emotion: str, media: list[str], seed: float,
          quality: str, shape: str) -> Iterator[str | Film]:  # fmt: skip
    """Notes while the studio works in a thread, then the film, or the sentence that says why there is none."""
    news: queue.Queue[Any] = queue.Queue()
    folder = Path(tempfile.mkdtemp(prefix="affect-"))

    def make() -> None:
        try:
            request = FilmRequest.read({
                "script": script, "emotion": emotion, "media": media, "seed": int(seed or 0),
                "height": QUALITY[quality], "format": shape,
            })  # fmt: skip
            told = studio.create(
                request,
                folder / "film.mp4",
                cancel=cancel,
                progress=lambda d, t, what: news.put((d / t, what)),
            )
            news.put(told)
        except Exception as error:  # shown to the user, whatever it is
            news.put(error)

    threading.Thread(target=make, daemon=True).start()
    while True:
        item = news.get()
        while isinstance(item, tuple) and not news.empty():
            item = news.get()
        if isinstance(item, Film):
            yield item
            return
        if isinstance(item, Cancelled):
            yield note("Cancelled; nothing was kept.")
            return
        if isinstance(item, AffectError):
            yield note(item.message, item.remedy)
            return
        if isinstance(item, Exception):
            yield note(f"{type(item).__name__}: {item}", "This is a fault of the studio; please report it.")
            return
        yield note(f"{item[0]:.0%}  {item[1]}")
