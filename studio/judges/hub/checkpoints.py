"""From a folder or a hub id to a folder whose files were looked at and may be loaded.

Nothing is fetched unasked. Weights that can carry code (pickles) are refused unless the caller insists; then torch reads them
with ``weights_only``. What is wrong with a folder is said before a library sees it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from studio.judges.hub.families import Family

__all__ = [
    "ALLOW_DOWNLOAD",
    "Checkpoint",
    "find_folder",
    "licence_of",
    "may_fetch",
    "open_checkpoint",
    "read_json",
    "safe_header",
    "weight_files",
]

ALLOW_DOWNLOAD = "AFFECT_ALLOW_DOWNLOAD"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")


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
    folder = Path(written).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if isinstance(model, Path) or not _HUB_ID.fullmatch(written.partition("@")[0]):
        raise EngineError(
            f"There is no folder {written!r}.",
            f"Give an existing folder or a hub id such as {family.example}.",
        )
    return _hub_folder(
        written, family, offline=offline, patterns=[*family.fetches, *(_PICKLES if allow_pickle else ())]
    )


def weight_files(folder: Path, *, allow_pickle: bool = False) -> list[Path]:
    """The files that hold a model's weights: one, or the shards that its index lists.

    Raises:
        EngineError: they are missing, cut short or not what their ending says, or pickles that nobody asked for.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = sorted(set(read_json(index).get("weight_map", {}).values()))
        files = [folder / Path(shard).name for shard in shards]
    else:
        files = [folder / "model.safetensors"]
    present = [file for file in files if file.is_file()]
    if not present and not index.is_file():
        return _pickles(folder, allow_pickle=allow_pickle)
    for file in files:
        if file not in present:
            raise EngineError(f"{file} is missing.", "Copy the whole folder, or fetch the model again.")
        safe_header(file)
    return files


def safe_header(file: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the arrays in a safetensors file, without reading them.

    Raises:
        EngineError: the file is cut short or no safetensors.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as opened:
            return {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError) as error:
        raise EngineError(
            f"{file} is no whole safetensors file: {error}", "Copy or fetch it again."
        ) from error


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        EngineError: it is missing, or holds something else.
    """
    if not file.is_file():
        raise EngineError(f"{file} is missing.", "Copy the whole folder, or fetch the model again.")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EngineError(f"{file} is not JSON: {error}.", "Copy or fetch it again.") from error
    if not isinstance(content, dict):
        raise EngineError(f"{file} holds no JSON object.", "Copy or fetch it again.")
    return content


def _pickles(folder: Path, *, allow_pickle: bool) -> list[Path]:
    found = sorted(
        path for ending in _PICKLES for path in folder.glob(ending) if path.name != "training_args.bin"
    )
    if not found:
        raise EngineError(
            f"{folder / 'model.safetensors'} is missing.", "Copy the whole folder, or fetch the model again."
        )
    standard = folder / "pytorch_model.bin"
    if allow_pickle and standard in found:
        return [standard]
    raise EngineError(
        f"The weights in {folder} are pickles ({found[0].name}), which can carry code; only safetensors are loaded.",
        "Save them once as safetensors where you trust them, or give allow_pickle=True for a pytorch_model.bin.",
    )


def _hub_folder(model: str, family: Family, *, offline: bool, patterns: list[str]) -> Path:
    """The snapshot of a hub id in the local cache, fetched first where that is allowed."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    hub_id, _, revision = model.partition("@")
    wanted: dict[str, Any] = {"revision": revision or None, "allow_patterns": patterns}
    if offline:
        try:
            return Path(snapshot_download(hub_id, local_files_only=True, **wanted))
        except LocalEntryNotFoundError as error:
            raise EngineError(
                f"{model} is not in the local cache, and nothing is fetched unasked; wanted are {', '.join(family.files)}.",
                f"Give offline=False or set {ALLOW_DOWNLOAD}=1 to fetch it ({family.size}; licence: "
                f"{family.licences.get(hub_id, 'read its model page')}), or give a folder.",
            ) from error
    try:
        return Path(snapshot_download(hub_id, **wanted))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        raise EngineError(
            f"{model} cannot be fetched: {str(error).splitlines()[0]}",
            "Check name and connection, or give a folder.",
        ) from error


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


def may_fetch(offline: bool | None) -> bool:
    """Whether a hub id may be fetched: as the caller says, else as the environment does."""
    return os.environ.get(ALLOW_DOWNLOAD, "") == "1" if offline is None else not offline
