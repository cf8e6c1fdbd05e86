"""The page's own widgets: script box, emotion panel, timeline. Each is a ``gr.HTML`` whose value is plain data.

Gradio's templates would run user text as code, so each template is one constant empty element, and the widget's script
draws inside it with escaped text.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from studio.page.labels import widget_table
from studio.page.theme import static

__all__ = ["clickable", "editor", "line", "panel"]


def editor(text: str) -> gr.HTML:
    """The script box; its value is ``{"text": …}``, told on ``input``."""
    return _widget({"text": text}, "ed", "editor", {})


def panel(value: dict[str, Any]) -> gr.HTML:
    """The emotion panel; its value is that of ``linking.panel_value``, told on ``release``."""
    return _widget(value, "emo", "panel", widget_table())


def line(value: dict[str, Any]) -> gr.HTML:
    """The timeline; its value is that of ``linking.line_value``, told on ``release`` and ``select``."""
    return _widget(value, "tl", "line", widget_table())


def clickable(html: str, **more: Any) -> gr.HTML:
    """HTML with buttons that carry ``data-do`` and ``data-name``; told on ``select``."""
    return gr.HTML(html, js_on_load=static("clicks.js"), **more)


def _widget(value: dict[str, Any], name: str, files: str, table: dict[str, Any]) -> gr.HTML:
    return gr.HTML(
        value,
        html_template=f'<div class="{name}"></div>',
        css_template=static(f"{files}.css"),
        js_on_load=static("nearness.js", "prelude.js", f"{files}.js"),
        elem_id=f"w-{name}",
        apply_default_css=False,
        table=table,
    )
