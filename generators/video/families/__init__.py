"""The families of scenes, each a module of its own, found by name."""

from __future__ import annotations

from importlib import import_module

from generators.video.families.base import Family

__all__ = ["FAMILIES", "family"]

FAMILIES = {
    "sky": "Sky",
    "sea": "Sea",
    "ridges": "Ridges",
    "aurora": "Aurora",
    "motes": "Motes",
    "ink": "Ink",
    "forms": "Forms",
}


def family(name: str) -> type[Family]:
    """The class of a family; its module is imported now and not before.

    Args:
        name: a key of ``FAMILIES``.
    """
    found: type[Family] = getattr(import_module(f"generators.video.families.{name}"), FAMILIES[name])
    return found
