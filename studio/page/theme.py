"""The page's look: a neutral theme, and the style sheet and scripts of its own widgets."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

__all__ = ["static", "studio_theme"]

_FOLDER = Path(__file__).with_name("static")


def static(*names: str) -> str:
    """The text of files in ``static``, one after the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def studio_theme() -> gr.themes.Base:
    """Hue-free surfaces, an ink button, and IBM Plex Sans from Gradio's own package."""
    ink = gr.themes.Color(
        "#f7f7f9", "#f0f0f3", "#e3e3e8", "#d0d0d8", "#a2a2ad", "#71717d",
        "#54545f", "#3d3d46", "#28282e", "#1b1b20", "#121216",
    )  # fmt: skip
    theme = gr.themes.Base(
        primary_hue=ink,
        secondary_hue=ink,
        neutral_hue=ink,
        radius_size="md",
        spacing_size="md",
        text_size="md",
        # Gradio carries the weights 400, 600 and 700 only; another would be asked for in vain.
        font=[
            gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700)),
            "ui-sans-serif", "system-ui", "sans-serif",
        ],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )  # fmt: skip
    return theme.set(**_SURFACES, **_TEXT, **_BUTTONS, **_FIELDS)


_SURFACES = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "background_fill_primary": "white",
    "background_fill_primary_dark": "*neutral_900",
    "block_border_width": "0px",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_shadow": "none",
    "block_label_background_fill": "*background_fill_primary",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "#34343c",
    "panel_background_fill": "transparent",
    "layout_gap": "16px",
}
_TEXT = {
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_100",
    "body_text_color_subdued": "*neutral_500",
    "body_text_color_subdued_dark": "*neutral_400",
    "color_accent": "*neutral_500",
}
_BUTTONS = {
    "button_primary_background_fill": "*neutral_900",
    "button_primary_background_fill_dark": "*neutral_100",
    "button_primary_background_fill_hover": "*neutral_700",
    "button_primary_background_fill_hover_dark": "white",
    "button_primary_text_color": "white",
    "button_primary_text_color_dark": "*neutral_900",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_dark": "transparent",
    "button_secondary_background_fill_hover": "*neutral_100",
    "button_secondary_background_fill_hover_dark": "*neutral_800",
    "button_border_width": "1px",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_dark": "*neutral_700",
    "button_large_padding": "10px 20px",
    "button_large_text_weight": "500",
    "button_small_text_weight": "400",
}
_FIELDS = {
    "input_background_fill": "*neutral_50",
    "input_background_fill_dark": "*neutral_950",
    "input_border_color": "*border_color_primary",
    "input_border_width": "1px",
    "input_padding": "8px 12px",
    "slider_color": "*neutral_500",
    "checkbox_background_color_selected": "*neutral_900",
    "checkbox_background_color_selected_dark": "*neutral_400",
    "checkbox_border_color": "*neutral_400",
}
