"""Engines by name. Built-ins and plugins register the same way: entry points of the group ``affect.generators``.

An entry point is called ``medium.engine`` and points to the engine's class; nothing is imported before it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from conditioning.errors import AffectError, EngineError, UnknownNameError
from generators.base import Description, Generator

__all__ = ["DEFAULTS", "MEDIA", "Broken", "EngineName", "describe_all", "load", "parse_engine"]

GROUP = "affect.generators"
MEDIA = ("speech", "face", "music", "video")
DEFAULTS = {"speech": "hibari", "face": "head", "music": "composer", "video": "scenes"}


@dataclass(frozen=True)
class EngineName:
    """An engine as users name it: ``medium=engine`` or ``medium=engine:HUB_ID_OR_FOLDER``."""

    medium: str
    engine: str
    model: str = ""

    def __str__(self) -> str:
        return f"{self.medium}={self.engine}" + (f":{self.model}" if self.model else "")


@dataclass(frozen=True)
class Broken:
    """An engine that could not be described, and why."""

    name: str
    why: str


def parse_engine(text: str, medium: str = "") -> EngineName:
    """The engine that a text names.

    Args:
        text: ``medium=engine``, ``medium=engine:model``, or without ``medium=`` where ``medium`` is given or only one medium has
            an engine of that name.
        medium: the medium if the text does not say it.

    Raises:
        UnknownNameError: there is no such medium or engine.
    """
    named, _, model = text.partition(":")  # a model's folder may hold an equals sign
    head, equals, engine = named.rpartition("=")
    engine = engine.strip()
    medium = head.strip() if equals else medium or _only_medium_of(engine)
    if medium not in MEDIA:
        raise UnknownNameError("medium", medium or text, MEDIA, "Write for instance speech=hibari.")
    known = [point.name.partition(".")[2] for point in _points() if point.name.startswith(f"{medium}.")]
    if engine not in known:
        error = UnknownNameError(f"{medium} engine", engine, known, "Run 'affect engines' for the list.")
        error.exit_code = EngineError.exit_code
        raise error
    return EngineName(medium, engine, model)


def load(name: str | EngineName) -> Generator:
    """The engine of that name, built but with nothing heavy loaded yet.

    Raises:
        UnknownNameError: there is no such engine.
        EngineError: its module cannot be imported, or the engine cannot be built.
    """
    wanted = parse_engine(name) if isinstance(name, str) else name
    point = next(p for p in _points() if p.name == f"{wanted.medium}.{wanted.engine}")
    try:
        built: Generator = point.load()(wanted.model)
    except AffectError:
        raise  # it says already what is wrong
    except Exception as error:  # a plugin may fail in any way
        check = f"Check what stands behind the colon, '{wanted.model}'. " if wanted.model else ""
        package = point.dist.name if point.dist else "its package"
        raise EngineError(
            f"Engine {wanted} cannot be loaded: {error}.",
            f"{check}Reinstall {package}, or choose another engine.",
        ) from error
    return built


def describe_all() -> list[Description | Broken]:
    """Every registered engine in order of medium and name; broken ones with their reason."""
    found: list[Description | Broken] = []
    for point in sorted(_points(), key=lambda p: (MEDIA.index(p.name.partition(".")[0]), p.name)):
        try:
            found.append(point.load()("").describe())
        except Exception as error:  # shown, never hidden
            found.append(Broken(point.name.replace(".", "=", 1), f"{type(error).__name__}: {error}"))
    return found


def _only_medium_of(engine: str) -> str:
    """The medium that has an engine of this name; "" where none or several have."""
    media = [point.name.partition(".")[0] for point in _points() if point.name.partition(".")[2] == engine]
    return media[0] if len(media) == 1 else ""


def _points() -> list[EntryPoint]:
    return [p for p in entry_points(group=GROUP) if p.name.partition(".")[0] in MEDIA]
