"""Packages that a measure needs and that may be missing; a missing one is told with what installs it."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError

__all__ = ["folder_of", "needed"]


def folder_of(package: str, who: str, install: str) -> Path:
    """Where a package lies, found without running any code of it.

    Args:
        package: name as imported.
        who: what needs it, the start of the sentence.
        install: what pip is to be given.

    Raises:
        EngineError: it is not installed.
    """
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise _missing(package, who, install)
    return Path(found.origin).parent


def needed(package: str, who: str, install: str) -> Any:
    """A package, imported.

    Args:
        package: name as imported.
        who: what needs it, the start of the sentence.
        install: what pip is to be given.

    Raises:
        EngineError: it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError:
        raise _missing(package, who, install) from None


def _missing(package: str, who: str, install: str) -> EngineError:
    return EngineError(f"{who} needs the package {package}.", f"Run 'pip install {install}'.")
