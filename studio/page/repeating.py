"""A request of the page for use elsewhere: as a command, and as a line of a manifest. Both make the same film."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from conditioning.errors import RequestError
from generators.registry import MEDIA
from studio.page.settings import map_of
from studio.request import FilmRequest
from studio.shape import Shape

__all__ = ["command_of", "files_of", "manifest_line"]

_PLAIN: Mapping[str, str] = {
    "emotion": "--emotion", "seed": "--seed", "voice": "--voice", "style": "--style", "character": "--character",
    "head_style": "--head-style", "camera": "--camera", "scene": "--scene", "language": "--language",
    "layout": "--layout", "faces": "--faces", "format": "--format", "height": "--height", "fps": "--fps",
    "seconds": "--seconds",
}  # fmt: skip
"""Options of ``affect create`` that are written as the field's value."""


def command_of(request: FilmRequest, out: str = "film.mp4", plan: str = "") -> str:
    """The command that makes the film of a request.

    Args:
        request: of the page.
        out: path of the film.
        plan: path of a file with the request's plan, if it has one.

    Raises:
        RequestError: the request has something that the command has no option for.
    """
    words = ["affect", "create", f"--text={request.script}"]
    for name, value in _changed(request):
        if name in _PLAIN:
            words += _option(_PLAIN[name], value)
        elif name == "media":
            words += _option("--media", ",".join(request.media))
        elif name == "engines":
            words += _engines(request)
        elif name == "plan":
            words += _option("--plan", plan)
        elif name in ("captions", "judge"):
            words.append(f"--no-{name}")
        elif name in ("faders", "fader_shifts", "fader_preset", "shape"):
            continue
        else:
            raise RequestError(f"No option sets {name!r}.", "Use the line of a manifest.")
    return " ".join(shlex.quote(word) for word in [*words, *_faders(request), *_shape(request), "-o", out])


def manifest_line(request: FilmRequest, name: str = "film") -> str:
    """The line of a manifest that makes the film of a request.

    Args:
        request: of the page.
        name: of the film.
    """
    changed = dict(_changed(request))
    values: dict[str, object] = {"id": name, "script": request.script}
    values |= {field: value for field, value in _dumped(request).items() if field in changed}
    return json.dumps(values, ensure_ascii=False)


def files_of(request: FilmRequest) -> list[Path]:
    """Files that a request names, such as a portrait, which both ways need as well."""
    models = [request.engines.get(medium, "").partition(":")[2] for medium in MEDIA]
    character = request.character if request.character.endswith(".toml") else ""
    return [path for text in (*models, character) if text and (path := Path(text)).is_file()]


def _changed(request: FilmRequest) -> Iterator[tuple[str, object]]:
    """Fields besides the script that differ from what they are when left out."""
    plain = FilmRequest.read({"script": request.script})
    for name in FilmRequest.model_fields:
        value = getattr(request, name)
        if value != getattr(plain, name):
            yield name, value


def _dumped(request: FilmRequest) -> dict[str, object]:
    return request.model_dump(mode="json")


def _option(name: str, value: object) -> list[str]:
    """One word, so that a value may begin with a dash."""
    return [f"{name}={value}"]


def _engines(request: FilmRequest) -> Iterator[str]:
    for medium, engine in request.engines.items():
        yield f"--engine={medium}={engine}"


def _faders(request: FilmRequest) -> Iterator[str]:
    """Locks and shifts of faders, and the map of prosody.

    Raises:
        RequestError: the preset is none of the maps.
    """
    for name, value in request.faders.items():
        yield f"--fader={name}={value!r}"
    for name, value in request.fader_shifts.items():
        yield f"--fader={name}{'-' if value < 0 else '+'}={abs(value)!r}"
    if request.fader_preset:
        if request.fader_preset != _preset(map_of(request)):
            raise RequestError("The fader preset is none of the maps.", "Use the line of a manifest.")
        yield f"--prosody={map_of(request)}"


def _preset(name: str) -> str:
    from generators.speech.maps import prosody_map

    return prosody_map(name)


def _shape(request: FilmRequest) -> Iterator[str]:
    plain = Shape()
    for name in Shape.model_fields:
        value = getattr(request.shape, name)
        if value != getattr(plain, name):
            yield f"--shape={name}={value}"
