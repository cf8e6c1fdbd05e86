"""Named emotions of a script: presets that its author defines once and then calls by name.

Sets of presets are TOML files; ``[use NAME]`` in a script takes one of a library, which by default is the shipped folder.
A script names a set, never a file, so that a script from elsewhere cannot read what is not meant for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conditioning.assets import asset
from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, RequestError, UnknownNameError
from conditioning.marks import MEDIA_WORDS, SOUNDS
from conditioning.parsing import parse_emotion, write_emotion
from conditioning.user_files import read_toml
from conditioning.vocabulary import lexicon
from conditioning.words import fold_word

__all__ = [
    "MAX_PRESETS",
    "Library",
    "check_preset",
    "preset_key",
    "preset_set",
    "preset_set_names",
    "read_presets",
    "write_presets",
]

Library = Callable[[str], Mapping[str, Emotion]]
"""Gives the presets of a set's name."""

MAX_PRESETS = 1000
"""Presets that a set or a script may have."""

_NAME = re.compile(r"[^\W\d_][\w '’-]{0,39}")
_TAKEN = ("pause", "voice", "speaker", "auto", "define", "use", "style")  # beginnings of other marks


def preset_key(name: str) -> str:
    """The name in the form in which presets are found: small letters, single blanks."""
    return fold_word(name)


def check_preset(name: str) -> None:
    """Make sure that a preset may have a name: no other mark and no emotion of the lexicon is called so.

    Raises:
        RequestError: it may not.
    """
    key = preset_key(name)
    if not _NAME.fullmatch(name) or key.split(" ")[0] in _TAKEN or key in (*SOUNDS, *MEDIA_WORDS):
        raise RequestError(
            f"A preset cannot be called {name!r}.", "Take letters, digits and blanks, and a letter first."
        )
    if key in lexicon():
        raise RequestError(f"A preset cannot be called {name!r}, which is an emotion.", "Take another name.")


def read_presets(path: Path) -> dict[str, Emotion]:
    """The presets of a TOML file with a table ``[preset]``: name = "emotion".

    Raises:
        InputFileError: the file is missing, too large or not TOML, or has faults; the message lists all of them.
    """
    return _presets(read_toml(path), path.name)


def write_presets(presets: Mapping[str, Emotion]) -> str:
    """Presets as TOML that ``read_presets`` reads back.

    Example:
        >>> print(write_presets({"grim": Emotion.of("sadness", 0.5)}))
        [preset]
        "grim" = "sadness:0.5"
        <BLANKLINE>
    """
    lines = [f'"{name}" = "{write_emotion(emotion)}"' for name, emotion in presets.items()]
    return "\n".join(["[preset]", *lines, ""])


def preset_set_names() -> list[str]:
    """Names of the shipped sets, sorted."""
    return sorted(path.stem for path in asset("presets").glob("*.toml"))


@cache
def preset_set(name: str) -> Mapping[str, Emotion]:
    """The presets of a shipped set.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in preset_set_names():
        raise UnknownNameError("set of presets", name, preset_set_names())
    return read_presets(asset("presets", f"{name}.toml"))


def _presets(table: Mapping[str, Any], name: str) -> dict[str, Emotion]:
    """The presets of a file's table, or all its faults in one error."""
    rows = table.get("preset")
    faults = [
        f"{key} is not a key of a presets file" for key in table if key not in ("preset", "title", "source")
    ]
    if not isinstance(rows, dict) or not rows:
        faults, rows = [*faults, "there is no [preset]"], {}
    if len(rows) > MAX_PRESETS:
        faults, rows = [*faults, f"there are more than {MAX_PRESETS} presets"], {}
    found: dict[str, Emotion] = {}
    for key, text in rows.items():
        try:
            check_preset(key)
            if not isinstance(text, str):
                faults.append(f"{key} is {text!r}, not an emotion in quotes")
                continue
            found[preset_key(key)] = parse_emotion(text)
        except RequestError as error:
            faults.append(f"{key}: {error.message.rstrip('.')}")
    if faults:
        raise InputFileError(f"{name} has {len(faults)} faults: {'; '.join(faults)}.", "Mend them all.")
    return found
