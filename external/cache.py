"""Where the studio keeps what it would otherwise make or ask again."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["CACHE", "cache_folder"]

CACHE = "AFFECT_CACHE"
"""The variable of the environment that names the folder."""


def cache_folder() -> Path:
    """What ``AFFECT_CACHE`` says, else ``affect-studio`` in the user's cache; it need not exist."""
    named = os.environ.get(CACHE, "")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "affect-studio"
