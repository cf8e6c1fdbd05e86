"""Where the shipped data lies: the folder ``assets`` beside the packages, in a checkout and in an installation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

__all__ = ["asset", "asset_table"]

_ROOT = Path(__file__).resolve().parent.parent / "assets"


def asset(*parts: str) -> Path:
    """The path of a shipped file or folder.

    Args:
        parts: path inside ``assets``, such as ``"faders", "prosody.toml"``.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    path = _ROOT.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; install affect-studio again")
    return path


def asset_table(*parts: str) -> dict[str, Any]:
    """The table of a shipped TOML file.

    Args:
        parts: path inside ``assets``, such as ``"arcs", "arcs.toml"``.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    return tomllib.loads(asset(*parts).read_text(encoding="utf-8"))
