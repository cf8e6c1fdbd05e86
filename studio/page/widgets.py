"""The page's own widgets: script box, emotion panel, timeline, people to choose from. Each is a ``gr.HTML`` whose value is plain data.

Gradio's templates would run user text as code, so each template is one constant empty element, and the widget's script
draws inside it with escaped text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from studio.page.labels import widget_table
from studio.page.theme import static

__all__ = ["clickable", "editor", "line", "messenger", "panel", "picker", "picker_value", "sliders"]


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


def picker(value: dict[str, Any]) -> gr.HTML:
    """People to choose from; its value is that of ``picker_value``, told on ``select`` with what is wanted of whom."""
    return _widget(value, "picker", "picker", {}, elem_id=f"w-{value['of']}")


def picker_value(of: str, items: list[dict[str, str]], chosen: str, label: str) -> dict[str, Any]:
    """The value of a picker.

    Args:
        of: ``"voices"``, which can be heard, or ``"faces"``, which have pictures.
        items: ``name``, ``title`` and ``note`` of each.
        chosen: name of one.
        label: of the whole.
    """
    return {
        "of": of,
        "items": items,
        "chosen": chosen,
        "label": label,
        "hears": of == "voices",
        "pictured": of == "faces",
    }


def sliders(rows: Sequence[tuple[str, str, float, float, float]], values: Mapping[str, float]) -> gr.HTML:
    """Sliders with one value, a number by name, told on ``release``.

    Args:
        rows: name, title, lowest and highest value and step of each.
        values: number by name.
    """
    keys = ("name", "title", "low", "high", "step")
    table = {"rows": [dict(zip(keys, row, strict=True)) for row in rows]}
    return _widget(dict(values), "sliders", "sliders", table, elem_id=f"w-{rows[0][0]}")


def messenger() -> gr.HTML:
    """Brings pictures and sounds to the pickers; shows nothing itself. Its value names the picker in ``of``."""
    return gr.HTML(
        {"of": ""},
        html_template="<span></span>",
        js_on_load=static("messenger.js"),
        elem_classes="unseen",
        apply_default_css=False,
    )


def _widget(
    value: dict[str, Any], name: str, files: str, table: dict[str, Any], elem_id: str = ""
) -> gr.HTML:
    return gr.HTML(
        value,
        html_template=f'<div class="{name}"></div>',
        css_template=static(f"{files}.css"),
        js_on_load=static("nearness.js", "prelude.js", f"{files}.js"),
        elem_id=elem_id or f"w-{name}",
        apply_default_css=False,
        table=table,
    )
