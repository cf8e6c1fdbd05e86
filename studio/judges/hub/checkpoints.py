"""From a folder or a hub id to a folder whose files were looked at and may be loaded.

Nothing is fetched unasked. Weights that can carry code (pickles) are refused unless the caller insists; then torch reads them
with ``weights_only``. What is wrong with a folder is said before a library sees it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from external.hub import local_folder, snapshot
from external.safe_weights import PICKLES, expected_weights, pickles_in, read_header, read_object
from studio.judges.hub.families import Family

__all__ = [
    "Checkpoint",
    "find_folder",
    "head_rows",
    "licence_of",
    "open_checkpoint",
    "read_json",
    "weight_files",
]

_SAFE = "model.safetensors"
_COPY = "Copy the whole folder, or fetch the model again."


@dataclass(frozen=True)
class Checkpoint:
    """Files that can be loaded.

    Args:
        folder: where they lie.
        name: as the user wrote it.
        family: their kind.
        config: the object in ``config.json``; empty where the format has none.
        licence: one line.
    """

    folder: Path
    name: str
    family: Family
    config: Mapping[str, Any]
    licence: str

    def fault(self, message: str, remedy: str = "") -> EngineError:
        """The error that this checkpoint cannot be used, for raising."""
        hint = remedy or f"Give a checkpoint such as {self.family.example}."
        return EngineError(f"{self.folder} is no {self.family.name} checkpoint: {message}.", hint)


def open_checkpoint(
    model: str | Path,
    family: Family,
    *,
    offline: bool = True,
    allow_pickle: bool = False,
    model_types: Sequence[str] = (),
) -> Checkpoint:
    """The checkpoint of a transformers-like format: its config, and weights that are whole and safe.

    Args:
        model: folder, hub id, or hub id with ``@revision``.
        family: kind that it should be.
        offline: a hub id is looked for in the local cache only.
        allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
        model_types: allowed ``model_type`` of ``config.json``.

    Raises:
        EngineError: it is not on this machine, or not of this kind, or broken.
    """
    folder = find_folder(model, family, offline=offline, allow_pickle=allow_pickle)
    checkpoint = Checkpoint(
        folder, str(model), family, read_json(folder / "config.json"), licence_of(model, folder, family)
    )
    found = checkpoint.config.get("model_type")
    if model_types and found not in model_types:
        wanted = " or ".join(repr(name) for name in model_types)
        raise checkpoint.fault(f"config.json is of a {found!r} model, not {wanted}")
    weight_files(folder, allow_pickle=allow_pickle)
    return checkpoint


def find_folder(
    model: str | Path, family: Family, *, offline: bool = True, allow_pickle: bool = False
) -> Path:
    """The folder that a user named, or the local copy of a hub id.

    Raises:
        EngineError: there is none, and it may not or cannot be fetched.
    """
    written = str(model)
    if not written:
        raise EngineError(
            f"A {family.name} judge has no weights of its own.",
            f"Name a folder or a hub id, such as {family.example} (licence: {family.example_licence}).",
        )
    folder = local_folder(model, family.example)
    if folder is not None:
        return folder
    hub_id = written.partition("@")[0]
    return snapshot(
        written,
        [*family.fetches, *(PICKLES if allow_pickle else ())],
        fetch=not offline,
        is_whole=lambda cached: all(list(cached.glob(name)) for name in family.files),
        about=f"{family.size}; licence: {family.licences.get(hub_id, 'read its model page')}",
        wanted=", ".join(family.files),
    )


def weight_files(folder: Path, *, allow_pickle: bool = False) -> list[Path]:
    """The files that hold a model's weights: one, or the shards that its index lists.

    Raises:
        EngineError: they are missing, cut short or not what their ending says, or pickles that nobody asked for.
    """
    files, fault = expected_weights(folder)
    if fault:
        raise EngineError(f"{folder}: {fault}.", _COPY)
    if files == [folder / _SAFE] and not files[0].is_file():
        return _pickles(folder, allow_pickle=allow_pickle)
    for file in files:
        _, fault = read_header(file)
        if fault:
            raise EngineError(f"{file} {fault}.", _COPY)
    return files


def head_rows(found: Checkpoint, weight: str, *, allow_pickle: bool = False) -> int:
    """How many outputs a checkpoint's weights have.

    Args:
        found: the checkpoint.
        weight: name of the last layer's matrix.
        allow_pickle: the weights may be a pickle; then the config's count is taken, and the loader compares it.

    Raises:
        EngineError: the weights lack that matrix.
    """
    for file in weight_files(found.folder, allow_pickle=allow_pickle):
        if file.suffix != ".safetensors":
            return len(found.config.get("id2label") or ())
        shapes, _ = read_header(file)
        if weight in shapes:
            return shapes[weight][0]
    raise found.fault(f"its weights lack {weight}")


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        EngineError: it is missing, or holds something else.
    """
    content, fault = read_object(file)
    if fault:
        raise EngineError(f"{file} {fault}.", _COPY)
    return content


def _pickles(folder: Path, *, allow_pickle: bool) -> list[Path]:
    found = pickles_in(folder)
    if not found:
        raise EngineError(f"{folder / _SAFE} is missing.", _COPY)
    standard = folder / "pytorch_model.bin"
    if allow_pickle and standard in found:
        return [standard]
    raise EngineError(
        f"The weights in {folder} are pickles ({found[0].name}), which can carry code; only safetensors are loaded.",
        "Save them once as safetensors where you trust them, or give allow_pickle=True for a pytorch_model.bin.",
    )


def licence_of(model: str | Path, folder: Path, family: Family) -> str:
    """The licence of known weights, or what the folder's README states, or who knows it."""
    hub_id = str(model).partition("@")[0]
    if hub_id in family.licences:
        return family.licences[hub_id]
    readme = folder / "README.md"
    if readme.is_file():
        head = readme.read_text(encoding="utf-8", errors="replace").split("---")
        stated = re.search(r"^license:\s*(\S.*)$", head[1] if len(head) > 2 else "", re.MULTILINE)
        if stated:
            return f"{stated[1].strip()}, as the folder's README.md states"
    return "not stated in the folder; read the model's page"
