"""The trained arrays as a safetensors file, and the encoder that ships.

The file holds four matrices, each ``(out, in)`` without bias, and in its metadata the names of the input's columns:

    hidden.0.weight   (H, L + 4)        hidden.1.weight   (H, H)
    embedding.weight  (256, H)          tokens.weight     (8 · 256, H)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from conditioning.assets import asset
from conditioning.errors import InputFileError

__all__ = [
    "ARRAYS",
    "EMBEDDING_SIZE",
    "TOKEN_NAMES",
    "read_weights",
    "shipped_weights",
    "write_weights",
]

EMBEDDING_SIZE = 256
TOKEN_NAMES = ("valence", "arousal", "dominance", "intensity", "name 1", "name 2", "name 3", "name 4")
"""What each token of the sequence is trained to tell; the last four tell the names and their strengths together."""

ARRAYS = ("hidden.0.weight", "hidden.1.weight", "embedding.weight", "tokens.weight")


def shipped_weights() -> Path:
    """The file of the encoder that ships."""
    return asset("encoder", "encoder.safetensors")


def read_weights(path: Path) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """The names of the input's columns, and the arrays of ``ARRAYS`` as float32.

    Raises:
        InputFileError: the file is missing, or is not an encoder.
    """
    # Loaded on first use, so that importing the package costs numpy alone.
    from safetensors import SafetensorError, safe_open

    remedy = "Run 'affect train encoder', or install affect-studio again."
    if not path.exists():
        raise InputFileError(f"There is no {path}.", remedy)
    try:
        with safe_open(str(path), framework="np") as stored:
            metadata = stored.metadata() or {}
            if "names" not in metadata or set(stored.keys()) != set(ARRAYS):
                raise InputFileError(f"{path} is not an encoder of emotions.", remedy)
            return tuple(json.loads(metadata["names"])), {name: stored.get_tensor(name) for name in ARRAYS}
    except SafetensorError as error:
        raise InputFileError(f"{path} is not a safetensors file: {error}.", remedy) from error


def write_weights(path: Path, names: tuple[str, ...], arrays: Mapping[str, np.ndarray]) -> None:
    """Write an encoder's file.

    Args:
        path: of the file; its folder exists.
        names: of the input's columns.
        arrays: those of ``ARRAYS``.
    """
    from safetensors.numpy import save_file

    content = {name: np.ascontiguousarray(arrays[name], np.float32) for name in ARRAYS}
    # One key alone: safetensors writes several in no fixed order, and the same training shall give the same bytes.
    part = path.with_name(f"{path.name}.part")
    save_file(content, part, metadata={"names": json.dumps(list(names))})
    part.replace(path)
