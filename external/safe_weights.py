"""Whether the files of a released model are there, whole, and nothing but weights.

A fault is what is wrong with a file, as the rest of a sentence that begins with its name; "" where nothing is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = [
    "PICKLES",
    "expected_weights",
    "fingerprint",
    "kind_fault",
    "pickles_in",
    "read_header",
    "read_object",
    "write_tensors",
]

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
"""Patterns of files whose weights can carry code."""

_END = 1 << 20  # bytes of a file of weights that are read at either end for its fingerprint
_NO_WEIGHTS = "training_args.bin"  # lies beside the weights of many models and holds none


def read_object(file: Path) -> tuple[dict[str, Any], str]:
    """The object in a JSON file, and its fault."""
    if not file.is_file():
        return {}, "is missing"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        return {}, f"is not JSON: {error}"
    except OSError as error:
        return {}, f"cannot be read: {error.strerror}"
    return (content, "") if isinstance(content, dict) else ({}, "holds no JSON object")


def kind_fault(file: str, found: object, wanted: str) -> str:
    """The fault of a configuration that is of another kind of model, or names none.

    Args:
        file: its name.
        found: the kind that it names; None if it names none.
        wanted: the kind that it should name.

    Example:
        >>> kind_fault("config.json", None, "vits")
        "config.json names no kind of model, where 'vits' is wanted"
    """
    if found is None:
        return f"{file} names no kind of model, where {wanted!r} is wanted"
    return f"{file} is of a {found!r} model, not {wanted!r}"


def read_header(file: Path) -> tuple[dict[str, tuple[int, ...]], str]:
    """Names and shapes of the arrays in a safetensors file, without reading them, and its fault."""
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        return {}, "is missing"
    if not os.access(file, os.R_OK):
        return {}, "may not be read"
    try:
        with safe_open(file, framework="np") as opened:
            names = opened.keys()
            return {name: tuple(opened.get_slice(name).get_shape()) for name in names}, ""
    except (SafetensorError, OSError) as error:
        return {}, f"is no whole safetensors file: {error}"


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors as safetensors; the file is there whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        save_file(kept, part, metadata=dict(metadata))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def expected_weights(folder: Path, stem: str = "model") -> tuple[list[Path], str]:
    """The safetensors files that hold a model's weights: one, or the shards that its index lists; and the index's fault.

    Args:
        folder: of the model.
        stem: of the files' names.
    """
    index = folder / f"{stem}.safetensors.index.json"
    if not index.is_file():
        return [folder / f"{stem}.safetensors"], ""
    table, fault = read_object(index)
    shards = sorted({Path(shard).name for shard in table.get("weight_map", {}).values()})
    return [folder / shard for shard in shards], f"{index.name} {fault}" if fault else ""


def pickles_in(folder: Path) -> list[Path]:
    """Files in a folder that hold weights and can carry code, sorted by name."""
    found = (path for ending in PICKLES for path in folder.glob(ending) if path.name != _NO_WEIGHTS)
    return sorted(found)


def fingerprint(folder: Path) -> str:
    """A hash by which a model's folder is known again: its JSON files whole, its weights by size, beginning and end.

    Two trainings of a model never share the beginning and the end of all their files, and so reading gigabytes is spared.
    """
    digest = hashlib.sha256()
    files = [path for ending in ("*.json", "*.safetensors", *PICKLES) for path in folder.rglob(ending)]
    for path in sorted(files):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            if path.suffix == ".json" or size <= 2 * _END:
                digest.update(file.read())
                continue
            digest.update(file.read(_END))
            file.seek(-_END, 2)
            digest.update(file.read())
    return digest.hexdigest()
