"""Reads a TOML file that a user wrote: small, UTF-8, and refused with one clear sentence if it is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from conditioning.errors import InputFileError

__all__ = ["LONGEST_FILE", "read_toml", "toml_of"]

LONGEST_FILE = 200_000
"""Bytes that a file may have."""


def read_toml(path: Path) -> dict[str, Any]:
    """The table of a TOML file.

    Raises:
        InputFileError: it is missing, too large, not UTF-8 text or not TOML.
    """
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise InputFileError(f"{path.name} has more than {LONGEST_FILE} bytes.", "Split it.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputFileError(f"{path.name} cannot be read: {error.strerror}.", "Check its name.") from error
    except UnicodeDecodeError as error:
        raise InputFileError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from error
    return toml_of(text, path.name)


def toml_of(text: str, name: str) -> dict[str, Any]:
    """The table of a TOML text.

    Args:
        text: of the file.
        name: how errors call it.

    Raises:
        InputFileError: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # deep arrays exhaust the parser's stack
        raise InputFileError(f"{name} is not TOML: {error}.", "Mend it at this place.") from error
