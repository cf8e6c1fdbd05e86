"""From what a user wrote behind ``engine:`` to a folder of weights that may be loaded, and where to run it.

A model is a local folder or a hub id (``owner/name``, with ``@revision`` if wanted). A folder is never looked for on
the network. A hub id is taken from the local cache; it is fetched only where the environment has
``AFFECT_ALLOW_DOWNLOAD=1`` or the engine was built with ``allow_download=True``, and its licence is shown first.
Weights that can carry code (pickles) are refused for transformers and diffusers.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from conditioning.assets import asset_table
from conditioning.errors import EngineError
from generators.base import Job

__all__ = [
    "Checkpoint",
    "Layout",
    "Placement",
    "diffusers_layout",
    "files_layout",
    "find_checkpoint",
    "known_settings",
    "licence_line",
    "needs_line",
    "placement",
    "seeded",
    "torch_seed",
    "transformers_layout",
]

ALLOW_DOWNLOAD = "AFFECT_ALLOW_DOWNLOAD"
DEVICE = "AFFECT_DEVICE"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_ONE_SEEDED = threading.Lock()  # torch has one global random state; two jobs must not draw from it in turns


@dataclass(frozen=True)
class Layout:
    """What a library expects in a folder.

    Args:
        title: what the folder should be, such as ``"a MusicGen checkpoint"``.
        patterns: the files to fetch from the hub.
        faults: what is wrong with a folder, one clause each; empty if it can be loaded.
    """

    title: str
    patterns: tuple[str, ...]
    faults: Callable[[Path], list[str]]


@dataclass(frozen=True)
class Checkpoint:
    """Weights that can be loaded.

    Args:
        folder: where they lie.
        name: as the user wrote it.
        licence: one line.
    """

    folder: Path
    name: str
    licence: str


@dataclass(frozen=True)
class Placement:
    """Where and how precisely a model runs.

    Args:
        device: as torch names it, such as ``"cpu"`` or ``"cuda"``.
        dtype: attribute of torch, such as ``"float32"``.
    """

    device: str
    dtype: str


def find_checkpoint(
    model: str,
    layout: Layout,
    engine: str,
    example: str,
    *,
    allow_download: bool | None = None,
    job: Job | None = None,
) -> Checkpoint:
    """The checkpoint that a user named, checked for completeness.

    Args:
        model: folder, hub id, hub id with ``@revision``, or "".
        layout: what the engine's library needs.
        engine: full name of the engine, for messages.
        example: a hub id that would do, for messages.
        allow_download: whether a hub id may be fetched; None asks the environment.
        job: told of a download and its licence before it starts.

    Raises:
        EngineError: no model is given, it is not on this machine and may not or cannot be fetched, or its folder lacks
            files.
    """
    if not model:
        raise EngineError(
            f"Engine {engine} has no weights of its own.",
            f"Name a hub id or a folder, for instance {engine}:{example} (licence of these weights: "
            f"{licence_line(example)}).",
        )
    folder = _local_folder(model)
    if folder is None:
        folder = _hub_folder(model, layout, engine, _may_download(allow_download), job or Job())
    faults = layout.faults(folder)
    if faults:
        raise EngineError(
            f"{folder} is not {layout.title}: {'; '.join(faults)}.",
            f"Give a complete folder, or a hub id such as {engine}:{example}.",
        )
    return Checkpoint(folder, model, licence_line(model))


def licence_line(model: str) -> str:
    """The licence of known weights, or who knows it."""
    hub_id = model.partition("@")[0]
    known: dict[str, str] = _settings()["licences"]
    if hub_id in known:
        return known[hub_id]
    if _is_path(model):
        return "that of the given folder's weights, which the studio does not know"
    return f"not known to the studio; read the model page of {hub_id}"


def needs_line(model: str, engine: str, example: str) -> tuple[str, ...]:
    """What an engine of that model needs before it can work, for its description."""
    if model:
        return (
            (f"the weights {model} in the local cache, or {ALLOW_DOWNLOAD}=1",) if not _is_path(model) else ()
        )
    return (f"weights: give a hub id or a folder, such as {engine}:{example} ({licence_line(example)})",)


def known_settings(engine: str) -> dict[str, float]:
    """The numbers of an engine's table in ``assets/steering/weights.toml``."""
    table: dict[str, float] = _settings()[engine]
    return table


def files_layout(title: str, needed: tuple[str, ...], wanted: tuple[str, ...] = ()) -> Layout:
    """A layout of plain files; ``wanted`` ones are fetched too but may be absent."""

    def faults(folder: Path) -> list[str]:
        return [f"{name} is missing" for name in needed if not (folder / name).is_file()]

    return Layout(title, needed + wanted, faults)


def transformers_layout(title: str, model_type: str) -> Layout:
    """A folder written by ``save_pretrained`` of a transformers model of that type, with its tokenizer."""

    def faults(folder: Path) -> list[str]:
        config, found = _read_json(folder / "config.json")
        if found:
            return found
        if config.get("model_type") != model_type:
            return [f"config.json is of a {config.get('model_type')!r} model, not {model_type!r}"]
        if not (folder / "tokenizer.json").is_file() and not (folder / "spiece.model").is_file():
            found.append("tokenizer.json is missing")
        return found + _weight_faults(folder, "model")

    return Layout(title, ("*.json", "*.txt", "*.model", "*.safetensors"), faults)


def diffusers_layout(title: str, pipeline: str) -> Layout:
    """A folder written by ``save_pretrained`` of a diffusers pipeline of that class."""

    def faults(folder: Path) -> list[str]:
        index, found = _read_json(folder / "model_index.json")
        if found:
            return found
        if index.get("_class_name") != pipeline:
            return [f"model_index.json is of a {index.get('_class_name')!r}, not {pipeline!r}"]
        for part, entry in index.items():
            if part.startswith("_") or not isinstance(entry, list) or entry[0] is None:
                continue
            found += _part_faults(folder, part)
        return found

    return Layout(title, ("*.json", "*.txt", "*.model", "*.safetensors"), faults)


def placement(half: str = "float16") -> Placement:
    """The first CUDA device with half precision, else the processor with single; ``AFFECT_DEVICE`` overrules it.

    Args:
        half: the half precision that the model was released for.

    Raises:
        EngineError: the device of the environment does not exist here.
    """
    import torch

    device = os.environ.get(DEVICE, "") or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EngineError(
            f"{DEVICE} is {device!r}, which torch cannot use here.", "Set it to cpu or leave it out."
        ) from error
    return Placement(device, half if device.startswith("cuda") else "float32")


def torch_seed(job: Job, part: int = 0) -> int:
    """The seed of a part of a job, for ``torch.manual_seed``: part 0 has the job's own, others independent ones."""
    return job.seed if part == 0 else int(job.rng(part).integers(2**63))


@contextmanager
def seeded(seed: int, device: str = "cpu") -> Iterator[None]:
    """Torch's global random state as after ``torch.manual_seed(seed)``, put back afterwards.

    Some libraries draw from that state only. One job at a time: others wait.
    """
    import torch

    with _ONE_SEEDED, torch.random.fork_rng(devices=[device] if device.startswith("cuda") else []):
        torch.manual_seed(seed)
        yield


def _may_download(asked: bool | None) -> bool:
    return os.environ.get(ALLOW_DOWNLOAD, "") == "1" if asked is None else asked


def _is_path(model: str) -> bool:
    return Path(model).expanduser().is_dir() or not _HUB_ID.fullmatch(model.partition("@")[0])


def _local_folder(model: str) -> Path | None:
    """The folder of that name; None for a hub id."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if _is_path(model):
        raise EngineError(
            f"There is no folder {model!r}.", "Give an existing folder or a hub id like owner/name."
        )
    return None


def _hub_folder(model: str, layout: Layout, engine: str, may_download: bool, job: Job) -> Path:
    """The snapshot of a hub id in the local cache, fetched first where that is allowed."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    hub_id, _, revision = model.partition("@")
    wanted: dict[str, Any] = {"revision": revision or None, "allow_patterns": list(layout.patterns)}
    try:
        cached = Path(snapshot_download(hub_id, local_files_only=True, **wanted))
        if not may_download or not layout.faults(cached):
            return cached
    except LocalEntryNotFoundError as error:
        if not may_download:
            raise EngineError(
                f"{model} is not in the local cache, and nothing is fetched unasked.",
                f"Set {ALLOW_DOWNLOAD}=1 to fetch it (licence: {licence_line(model)}), or give a folder: "
                f"{engine}:FOLDER.",
            ) from error
    job.step(0, 1, f"fetching {model} (licence: {licence_line(model)})")
    try:
        return Path(snapshot_download(hub_id, **wanted))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        raise EngineError(
            f"{model} cannot be fetched: {str(error).splitlines()[0]}",
            f"Check the name and the connection, or give a folder: {engine}:FOLDER.",
        ) from error


def _read_json(path: Path) -> tuple[dict[str, Any], list[str]]:
    """A JSON object and what is wrong with its file."""
    if not path.is_file():
        return {}, [f"{path.name} is missing"]
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}, [f"{path.name} is not JSON"]
    return (content, []) if isinstance(content, dict) else ({}, [f"{path.name} holds no object"])


def _part_faults(folder: Path, part: str) -> list[str]:
    """What is wrong with a component of a pipeline; only components with a config.json have weights."""
    if not (folder / part).is_dir():
        return [f"folder {part} is missing"]
    if not (folder / part / "config.json").is_file():
        return []
    stem = "model" if list((folder / part).glob("model*.safetensors*")) else "diffusion_pytorch_model"
    return [f"{part}: {fault}" for fault in _weight_faults(folder / part, stem)]


def _weight_faults(folder: Path, stem: str) -> list[str]:
    """What is wrong with a model's weights, in one file or in the shards that an index lists."""
    index = folder / f"{stem}.safetensors.index.json"
    if index.is_file():
        table, faults = _read_json(index)
        shards = sorted(set(table.get("weight_map", {}).values()))
        return faults + [f"{shard} is missing" for shard in shards if not (folder / shard).is_file()]
    if (folder / f"{stem}.safetensors").is_file():
        return []
    pickles = sorted(
        path.name for ending in ("*.bin", "*.pt", "*.pth", "*.ckpt") for path in folder.glob(ending)
    )
    if pickles:
        return [f"its weights are pickles ({pickles[0]}), which can carry code; only safetensors are loaded"]
    return [f"{stem}.safetensors is missing"]


@cache
def _settings() -> dict[str, Any]:
    return asset_table("steering", "weights.toml")
