"""What can make each medium, as the page offers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators.base import Description
from generators.registry import DEFAULTS, MEDIA, Broken, describe_all

__all__ = ["FIELDS", "Engines", "registered"]

FIELDS: Mapping[str, str] = {"speech": "voice", "face": "character", "video": "scene"}
"""The request's field that takes an engine's option, by medium; music has none."""

UNCHOSEN: Mapping[str, str] = {
    "speech": "its own voice",
    "face": "fits the voice",
    "music": "no choice",
    "video": "by the emotion",
}
"""What an engine does where no option is chosen."""

_INSTALL = "pip install"  # how the needs of an engine begin whose package is not there


@dataclass(frozen=True)
class Engines:
    """The registered engines.

    Args:
        by_medium: descriptions in the order offered, the built-in one first.
        broken: engines that cannot be used, and why.
        missing: engines whose package is not installed, and what installs it.
    """

    by_medium: Mapping[str, tuple[Description, ...]]
    broken: tuple[Broken, ...] = ()
    missing: tuple[Broken, ...] = ()

    def find(self, medium: str, engine: str) -> Description:
        """The description of an engine by its short name."""
        return next(each for each in self.by_medium[medium] if short(each) == engine)

    def names(self, medium: str) -> list[str]:
        """Short names of a medium's engines."""
        return [short(each) for each in self.by_medium[medium]]

    def options(self, medium: str, engine: str) -> list[tuple[str, str]]:
        """What can be chosen of an engine as (shown, value); the first leaves the choice to it."""
        found = self.find(medium, engine)
        listed = found.options if medium in FIELDS else ()
        return [(UNCHOSEN[medium], ""), *((option, option) for option in listed)]

    def out_of_reach(self, medium: str) -> tuple[Broken, ...]:
        """Engines of a medium that are shown, but cannot be chosen."""
        return tuple(each for each in (*self.missing, *self.broken) if each.name.startswith(f"{medium}="))

    def languages(self, engine: str) -> list[str]:
        """Languages of a speech engine."""
        return list(self.find("speech", engine).languages) or ["en"]

    def needs_model(self, medium: str, engine: str) -> bool:
        """Whether an engine needs weights that the user names."""
        return bool(self.find(medium, engine).needs)


def registered() -> Engines:
    """The engines of this installation."""
    found = describe_all()
    described = [each for each in found if isinstance(each, Description)]
    missing = {each.name: Broken(each.name, each.needs[0]) for each in described if _to_install(each)}
    described = [each for each in described if each.name not in missing]
    return Engines(
        {
            medium: tuple(
                sorted(
                    (each for each in described if each.name.startswith(f"{medium}=")),
                    key=lambda each: (short(each) != DEFAULTS[each.name.partition("=")[0]], each.name),
                )
            )
            for medium in MEDIA
        },
        tuple(each for each in found if isinstance(each, Broken)),
        tuple(missing.values()),
    )


def _to_install(description: Description) -> bool:
    return any(need.startswith(_INSTALL) for need in description.needs)


def short(description: Description) -> str:
    """An engine's name without its medium."""
    return description.name.partition("=")[2]
