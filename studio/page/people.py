"""Who can be chosen of an engine: the voices and the faces, as the pickers show them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generators.face.characters import character, character_names
from generators.speech.characters import cast
from studio.page.engines import Engines
from studio.page.widgets import picker_value

__all__ = ["drawable", "people"]

_SHORT = {"speech": "its own", "face": "fitting"}  # what leaves the choice to the engine
_LISTS = {"speech": ("voices", "Voice"), "face": ("faces", "Face")}


def people(engines: Engines, medium: str, engine: str, chosen: str) -> dict[str, Any]:
    """The value of the picker of a medium.

    Args:
        engines: that can be chosen.
        medium: ``"speech"`` or ``"face"``.
        engine: short name.
        chosen: option of the engine, "" where it chooses, or the path of an own character.
    """
    of, label = _LISTS[medium]
    names = [name for _, name in engines.options(medium, engine)[1:]]
    items = [{"name": name, "title": name, "note": _note(medium, engine, name)} for name in names]
    if chosen.endswith(".toml"):
        items.append({"name": chosen, "title": "your own", "note": Path(chosen).name})
    if items:
        items.insert(0, {"name": "", "title": _SHORT[medium], "note": _unchosen(medium, engine)})
    return picker_value(of, items, chosen, label)


def drawable(engines: Engines, engine: str) -> list[str]:
    """The characters of a face engine whose pictures can be made, in order."""
    return [name for _, name in engines.options("face", engine)[1:]]


def _note(medium: str, engine: str, name: str) -> str:
    """One line on somebody."""
    if medium == "speech" and engine == "hibari":
        return cast()[name].description
    if medium == "face" and engine == "head" and name in character_names():
        return character(name).title
    return ""


def _unchosen(medium: str, engine: str) -> str:
    if medium == "speech":
        return f"As {cast().default}." if engine == "hibari" else ""
    return "Whom the cast list gives the voice." if engine == "head" else ""
