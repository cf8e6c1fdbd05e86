"""The WORLD vocoder's compiled module, loaded without the package import that breaks it.

``import pyworld`` (0.3.5, the newest) runs ``import pkg_resources``, which setuptools dropped in version 82, though only
its version number needs that. So the compiled module inside the package is loaded by itself.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
from functools import cache
from typing import Any

from conditioning.errors import EngineError
from external.packages import folder_of

__all__ = ["world"]


@cache
def world() -> Any:
    """The module with ``dio``, ``harvest``, ``stonemask``, ``cheaptrick``, ``d4c`` and ``synthesize``.

    Raises:
        EngineError: the package pyworld is missing.
    """
    folder = folder_of("pyworld", "The vocoder WORLD", "pyworld")
    paths = [folder / f"pyworld{ending}" for ending in importlib.machinery.EXTENSION_SUFFIXES]
    path = next((path for path in paths if path.exists()), None)
    if path is None:
        raise EngineError(f"There is no compiled module in {folder}.", "Install pyworld again.")
    loader = importlib.machinery.ExtensionFileLoader("pyworld.pyworld", str(path))
    spec = importlib.util.spec_from_loader("pyworld.pyworld", loader)
    if spec is None:
        raise EngineError(f"{path} cannot be loaded.", "Install pyworld again.")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
