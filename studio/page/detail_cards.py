"""The folded cards of voice and face: what can be said of them besides engine and character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from conditioning.styles import style_names
from generators.face.characters import character_names
from generators.face.head_style import head_style, head_style_names
from generators.face.render.stage import CAMERAS
from generators.speech.maps import prosody_maps
from studio.layouts import LAYOUTS
from studio.page import widgets
from studio.page.engines import Engines
from studio.page.own_character import CHOICES, Look, look_like, look_sliders
from studio.page.people import people
from studio.page.views import note, out_of_reach

__all__ = ["FaceCard", "LookFields", "VoiceCard", "face_card", "voice_card"]

_PICTURES = [".jpg", ".jpeg", ".png", ".webp"]
_DIALS = (
    ("strength", "Strength of the style", 0.1, 1.0, 0.05),
    ("speed", "Speed, × the emotion’s", 0.6, 1.4, 0.05),
)
_MAPS = {"actors": "actors (its own)"}


@dataclass(frozen=True)
class VoiceCard:
    """The fields of the voice."""

    fold: gr.Accordion
    people: gr.HTML
    hear: gr.Button
    recording: gr.UploadButton
    felt_row: gr.Row
    felt: gr.Button
    styles: gr.Dropdown
    dials: gr.HTML
    prosody: gr.Dropdown
    note: gr.HTML
    messenger: gr.HTML


@dataclass(frozen=True)
class LookFields:
    """The sliders of an own character."""

    like: gr.Dropdown
    choices: dict[str, gr.Dropdown]
    sliders: gr.HTML
    more: gr.State

    @property
    def all(self) -> list[Any]:
        """In a fixed order."""
        return [self.like, *self.choices.values(), self.sliders, self.more]


@dataclass(frozen=True)
class FaceCard:
    """The fields of the face."""

    fold: gr.Accordion
    people: gr.HTML
    portrait: gr.UploadButton
    note: gr.HTML
    camera: gr.Dropdown
    head_style: gr.Dropdown
    layout: gr.Dropdown
    both: gr.Checkbox
    own_fold: gr.Accordion
    look: LookFields
    use_look: gr.Button
    look_up: gr.UploadButton
    look_picture: gr.HTML
    plan_fold: gr.Accordion
    show_plan: gr.Button
    play_plan: gr.Checkbox
    plan: gr.Textbox
    plan_note: gr.HTML
    messenger: gr.HTML


def voice_card(engines: Engines) -> VoiceCard:
    """The card of the voice, inside an open column."""
    engine = engines.names("speech")[0]
    with (
        gr.Column(elem_classes="card folded", elem_id="c-voice"),
        gr.Accordion("Voice", open=False, elem_classes="fold") as fold,
    ):
        shown = widgets.picker(people(engines, "speech", engine, ""))
        with gr.Row(elem_classes="pair"):
            hear = gr.Button("Hear the beginning", size="sm", elem_id="hear")
            recording = gr.UploadButton(
                "Use a recording…", size="sm", file_types=["audio", "video"], elem_id="recording"
            )
        with gr.Row(elem_classes="pair", visible=False) as felt_row:
            felt = gr.Button("Give it the script’s emotions", size="sm", elem_id="felt")
        told = gr.HTML(note(), elem_id="voice-note")
        with gr.Row(elem_classes="fields two"):
            styles = gr.Dropdown(
                list(style_names()),
                value=[], multiselect=True, allow_custom_value=True, label="Style", scale=4, min_width=60,
            )  # fmt: skip
            prosody = gr.Dropdown(
                [(_MAPS.get(name, name), name) for name in prosody_maps()],
                label="Prosody after", scale=4, min_width=60,
            )  # fmt: skip
        dials = widgets.sliders(_DIALS, {"strength": 1.0, "speed": 1.0})
        gr.HTML(out_of_reach(engines.out_of_reach("speech")), elem_id="voice-missing")
        messenger = widgets.messenger()
    return VoiceCard(fold, shown, hear, recording, felt_row, felt, styles, dials, prosody, told, messenger)


def face_card(engines: Engines) -> FaceCard:
    """The card of the face, inside an open column."""
    engine = engines.names("face")[0]
    with (
        gr.Column(elem_classes="card folded", elem_id="c-face"),
        gr.Accordion("Face", open=False, elem_classes="fold") as fold,
    ):
        shown = widgets.picker(people(engines, "face", engine, ""))
        with gr.Row(elem_classes="pair"):
            portrait = gr.UploadButton("Your portrait…", size="sm", file_types=_PICTURES, elem_id="portrait")
        told = gr.HTML(note(), elem_id="face-note")
        with gr.Row(elem_classes="fields two"):
            layout = gr.Dropdown(list(LAYOUTS), label="Layout", scale=4, min_width=60)
            camera = gr.Dropdown(
                [(f"{name}{' (as usual)' * (not i)}", name * bool(i)) for i, name in enumerate(CAMERAS)],
                value="", label="Camera", scale=4, min_width=60,
            )  # fmt: skip
        with gr.Row(elem_classes="fields two"):
            styles = [("as felt", ""), *((f"{n}: {head_style(n).title}", n) for n in head_style_names()[1:])]
            head = gr.Dropdown(
                styles, value="", allow_custom_value=True, label="Head moves", scale=4, min_width=60
            )
            both = gr.Checkbox(True, label="Both of a dialogue", container=False, scale=4, min_width=60)
        own = _own_fold()
        plan = _plan_fold()
        messenger = widgets.messenger()
    return FaceCard(fold, shown, portrait, told, camera, head, layout, both, *own, *plan, messenger)


def _own_fold() -> tuple[gr.Accordion, LookFields, gr.Button, gr.UploadButton, gr.HTML]:
    with gr.Accordion("Your own character", open=False, elem_classes="fold inner", elem_id="own") as fold:
        look = _look_fields(look_like(character_names()[0]))
        picture = gr.HTML(
            note("Move the sliders, then show it. The film takes it from then on."), elem_id="own-note"
        )
        with gr.Row(elem_classes="pair"):
            use = gr.Button("Show and use it", size="sm", elem_id="use-look")
            up = gr.UploadButton("Open TOML…", size="sm", file_types=[".toml"])
    return fold, look, use, up, picture


def _look_fields(look: Look) -> LookFields:
    with gr.Row(elem_classes="fields three"):
        like = gr.Dropdown(list(character_names()), value=look.like, label="Like", scale=4, min_width=60)
        choices = {
            key: gr.Dropdown(
                [(name or "none", name) for name in names], value=look.choices[key], label=key.capitalize(),
                allow_custom_value=key in ("hair", "iris"), scale=4, min_width=60,
            )
            for key, names in CHOICES.items()
        }  # fmt: skip
    sliders = widgets.sliders(look_sliders(), look.values)
    return LookFields(like, choices, sliders, gr.State(dict(look.more)))


def _plan_fold() -> tuple[gr.Accordion, gr.Button, gr.Checkbox, gr.Textbox, gr.HTML]:
    with gr.Accordion("Plan of the face", open=False, elem_classes="fold inner", elem_id="plan-fold") as fold:
        with gr.Row(elem_classes="pair"):
            show = gr.Button("Show the plan", size="sm", elem_id="show-plan")
            play = gr.Checkbox(False, label="Play this plan", container=False, elem_id="play-plan")
        text = gr.Textbox(
            label="Action units over time", lines=8, max_lines=16, elem_id="plan", elem_classes="code",
            placeholder='[[moment]]\nat = 0.5\nwords = "brows drawn together, lips pressed"',
        )  # fmt: skip
        told = gr.HTML(
            note("What the face will do with these words, to be read and changed."), elem_id="plan-note"
        )
    return fold, show, play, text, told
