"""Styles of speaking besides emotions: whisper, shout, a smile and others, by name and strength.

A style is asked for as ``whisper``, ``shout:0.5`` or ``whisper+smile:0.6``, in a script by ``[style whisper]``. What each does to the
faders of prosody stands in assets/voices/styles.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from conditioning.assets import asset_table
from conditioning.errors import RequestError, UnknownNameError

__all__ = ["Style", "parse_style", "style_names", "style_of", "write_style"]

_PART = re.compile(r"(?P<name>[^:=+]+?)\s*(?:[:=]\s*(?P<strength>\d*[.,]?\d+)\s*(?P<percent>%?))?", re.ASCII)


@dataclass(frozen=True)
class Style:
    """A way of speaking.

    Args:
        name: in small letters.
        meaning: one sentence.
        faders: at full strength, what is added to each fader of the set ``prosody`` (multiplied where its law is ``"factor"``).
        also: other names that it is found by.
        source: keys of the file's sources.
    """

    name: str
    meaning: str
    faders: Mapping[str, float]
    also: tuple[str, ...] = field(default_factory=tuple)
    source: str = ""


@cache
def _styles() -> Mapping[str, Style]:
    table = asset_table("voices", "styles.toml")["style"]
    return {
        name: Style(name, row["meaning"], row["faders"], tuple(row.get("also", ())), row["source"])
        for name, row in table.items()
    }


def style_names() -> tuple[str, ...]:
    """Names of all styles, in the file's order."""
    return tuple(_styles())


def style_of(name: str) -> Style:
    """The style of a name or of another name for it.

    Raises:
        UnknownNameError: there is none.
    """
    key = " ".join(name.casefold().split())
    for style in _styles().values():
        if key == style.name or key in style.also:
            return style
    raise UnknownNameError("style", name, style_names())


def parse_style(text: str) -> Mapping[str, float]:
    """Strengths, 0 to 1, of the styles that a text names; none for "".

    Raises:
        UnknownNameError: there is no such style.
        RequestError: a strength is out of its range, or a part cannot be read.

    Example:
        >>> parse_style("whisper + smile:0.6")
        {'whisper': 1.0, 'smile': 0.6}
    """
    found: dict[str, float] = {}
    for part in text.split("+") if text.strip() else ():
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise RequestError(
                f"The style {part.strip()!r} cannot be read.",
                "Write for instance whisper or shout:0.5+smile.",
            )
        style = style_of(match["name"])
        strength = float((match["strength"] or "1").replace(",", ".")) / (100 if match["percent"] else 1)
        if strength > 1:
            raise RequestError(
                f"The strength of the style {style.name} is {strength:g}.", "Give a number from 0 to 1."
            )
        found[style.name] = strength
    return found


def write_style(styles: Mapping[str, float]) -> str:
    """Styles as text that ``parse_style`` reads back.

    Example:
        >>> write_style({"whisper": 1.0, "smile": 0.6})
        'whisper+smile:0.6'
    """
    return "+".join(name if strength == 1 else f"{name}:{strength:.6g}" for name, strength in styles.items())
