"""The page's fields as settings, and settings as what the fields show."""

from __future__ import annotations

from typing import Any

import gradio as gr

from generators.registry import MEDIA
from studio.page.engines import Engines
from studio.page.layout import Parts
from studio.page.people import people
from studio.page.settings import FaceDetails, Pick, Settings, VoiceDetails, style_text, styles_in

__all__ = ["field_list", "option_field", "settings_of", "shown", "shown_engine"]

Outputs = dict[Any, Any]
_OWN = 14  # fields before those of the media
_OF_A_MEDIUM = 4


def field_list(parts: Parts) -> list[Any]:
    """All fields in the order in which ``settings_of`` takes their values."""
    p, voice, face = parts, parts.voice, parts.face
    rows = [field for row in p.media.values() for field in (row.on, row.engine, row.option, row.model)]
    own = [p.seed, p.format, p.quality, p.captions, p.language]
    said = [voice.styles, voice.dials, voice.prosody]
    seen = [face.camera, face.head_style, face.layout, face.both, face.play_plan, face.plan]
    return [*own, *said, *seen, *rows]


def settings_of(*values: Any) -> Settings:
    """The settings of the fields' values."""
    seed, shape, quality, captions, language, styles, dials, prosody = values[:8]
    camera, head_style, layout, both, play, plan = values[8:_OWN]
    rows = values[_OWN:]
    picks = {
        medium: Pick(bool(on), engine, option or "", model or "")
        for medium, (on, engine, option, model) in zip(
            MEDIA, zip(*[iter(rows)] * _OF_A_MEDIUM, strict=True), strict=True
        )
    }
    voice = VoiceDetails(style_text(styles or [], dials["strength"]), dials["speed"], prosody)
    face = FaceDetails(camera or "", head_style or "", layout, bool(both), plan if play else "")
    return Settings(picks, int(seed or 0), shape, quality, captions, language, voice, face)


def shown(parts: Parts, engines: Engines, settings: Settings) -> Outputs:
    """What all fields show of settings."""
    p = parts
    styles, strength = styles_in(settings.voice.style)
    out: Outputs = {
        p.seed: settings.seed,
        p.format: settings.format,
        p.quality: settings.quality,
        p.captions: settings.captions,
        p.voice.styles: styles,
        p.voice.dials: {"strength": strength, "speed": settings.voice.speed},
        p.voice.prosody: settings.voice.prosody,
        p.face.camera: settings.face.camera,
        p.face.head_style: settings.face.head_style,
        p.face.layout: settings.face.layout,
        p.face.both: settings.face.both,
        p.face.play_plan: bool(settings.face.plan),
    }
    if settings.face.plan:
        out[p.face.plan] = settings.face.plan
    for medium, pick in settings.picks.items():
        row = p.media[medium]
        out |= {row.on: pick.on, row.engine: pick.engine, row.model: pick.model}
        out |= shown_engine(parts, engines, medium, pick.engine, pick.option)
    languages = engines.languages(settings.picks["speech"].engine)
    out[p.language] = gr.Dropdown(choices=languages, value=settings.language)
    return out


def shown_engine(parts: Parts, engines: Engines, medium: str, engine: str, option: str = "") -> Outputs:
    """What the fields of a medium show of its engine, besides the engine's own."""
    row = parts.media[medium]
    out: Outputs = {
        row.option: option_field(engines, medium, engine, option),
        row.model_row: gr.Row(visible=engines.needs_model(medium, engine)),
    }
    if medium == "speech":
        languages = engines.languages(engine)
        out[parts.voice.felt_row] = gr.Row(visible=engine == "recording")
        out[parts.voice.people] = people(engines, medium, engine, option)
        out[parts.language] = gr.Dropdown(choices=languages, value=languages[0])
    if medium == "face":
        led = "camera" in engines.find(medium, engine).honours
        out[parts.face.people] = people(engines, medium, engine, option)
        out[parts.face.camera] = gr.Dropdown(interactive=led)
        out[parts.face.head_style] = gr.Dropdown(interactive=led)
    return out


def option_field(engines: Engines, medium: str, engine: str, value: str) -> gr.Dropdown:
    """The list of an engine's options."""
    options = engines.options(medium, engine)
    if value.endswith(".toml"):
        options = [*options, ("your own", value)]
    free = engines.needs_model(medium, engine) and medium == "speech"  # a folder's own voices
    return gr.Dropdown(choices=options, value=value, interactive=len(options) > 1 or free)
